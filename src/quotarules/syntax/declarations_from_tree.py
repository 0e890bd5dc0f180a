"""Tree of the grammar to the AST, for heads and clauses: what a block said, put in its places."""

from collections.abc import Callable, Sequence

from quotarules.diagnostics.source import Span
from quotarules.syntax import ast
from quotarules.syntax.balances_from_tree import cap, draw, weights
from quotarules.syntax.driver import Leaf, Part
from quotarules.syntax.expressions_from_tree import expression, for_each, rows
from quotarules.syntax.history_from_tree import stretch, validity
from quotarules.syntax.literals_from_tree import (
    Making,
    date,
    has,
    inner,
    leaves,
    money,
    name,
    names,
    number,
    only,
    path,
    percent,
    text,
    whole,
)
from quotarules.syntax.lookups_from_tree import band, family, rows_file, table_row
from quotarules.syntax.paid_from_tree import clawback, paid_of
from quotarules.syntax.period_from_tree import every, period
from quotarules.syntax.reading_problems import CommaMissing, SaidTwice
from quotarules.syntax.sla_from_tree import sla_term, sla_total

Clause = (
    ast.Line
    | ast.Newcomer
    | ast.Fades
    | ast.SlaTotal
    | ast.SlaTerm
    | ast.Pool
    | ast.Gate
    | ast.Rows
    | ast.Shares
    | ast.Absent
    | ast.Base
    | ast.Weights
    | ast.Exchange
    | ast.Cap
    | ast.Draw
    | ast.Clawback
    | ast.TableRow
    | ast.Band
)


PAY_CLAUSES = ast.Base | ast.Line | ast.Weights | ast.Exchange | ast.Gate | ast.Cap | ast.Draw | ast.Clawback


def declaration(making: Making, head: Part, clauses: Sequence[Part], span: Span) -> ast.Declaration:
    """A declaration from its head and the clauses of its block, which are of its own kind."""
    match head.name:
        case "measure":
            return _measure(making, head, span)
        case "plan_head":
            return _plan(making, head, clauses, span)
    made = [_CLAUSES[each.name](making, each) for each in clauses]
    match head.name:
        case "table_head":
            table_rows = tuple(each for each in made if isinstance(each, ast.TableRow))
            title, *named = names(making, head)
            return ast.TableDeclaration(
                title,
                _label(making, head),
                tuple(named),
                table_rows,
                span,
                validity(making, head),
                rows_file(making, head),
            )
        case "tiers_head":
            bands = tuple(each for each in made if isinstance(each, ast.Band))
            title, days = _title(making, head), validity(making, head)
            keys, file = family(making, head), rows_file(making, head)
            return ast.TiersDeclaration(title, _label(making, head), _way(head), bands, span, days, keys, file)
        case "karma_head":
            return _karma(making, head, made, span)
        case "sla_head":
            terms = tuple(each for each in made if isinstance(each, ast.SlaTotal | ast.SlaTerm))
            return ast.SlaDeclaration(_title(making, head), _label(making, head), terms, span)
        case "team_head":
            return _team(making, head, made, span)
        case _:
            items = tuple(each for each in made if isinstance(each, PAY_CLAUSES))
            return ast.PayDeclaration(
                _title(making, head),
                _label(making, head),
                _each(making, head),
                _where(making, head),
                items,
                span,
                validity(making, head),
                _currency(making, head),
                every(making, head),
            )


def read_alone(making: Making, head: Part | None, clauses: Sequence[Part]) -> None:
    """Makes the parts of a declaration that is not sound as a whole, for what may be wrong in them as well."""
    for part in () if head is None else inner(head):
        match part.name:
            case "where":
                expression(making, inner(part)[0])
            case "for_each":
                for_each(making, part)
            case _:
                pass
    for clause in clauses:
        if clause.name in _CLAUSES:
            _CLAUSES[clause.name](making, clause)


# --- heads -----------------------------------------------------------------------------------------


def _title(making: Making, head: Part) -> ast.Name:
    return names(making, head)[0]


def _label(making: Making, part: Part) -> ast.Text | None:
    found = leaves(part, "STRING")
    return text(making, found[0]) if found else None


def _each(making: Making, head: Part) -> ast.Name:
    each = only(head, "for_each_name")
    assert each is not None
    return names(making, each)[0]


def _currency(making: Making, head: Part) -> ast.Name | None:
    said = only(head, "in_currency")
    return None if said is None else names(making, said)[0]


def _where(making: Making, head: Part) -> ast.Expression | None:
    condition = only(head, "where")
    return None if condition is None else expression(making, inner(condition)[0])


def _place(making: Making, head: Part) -> ast.NumberLiteral | ast.PercentLiteral | None:
    place = only(head, "place")
    if place is None:
        return None
    leaf = place.parts[-1]
    assert isinstance(leaf, Leaf)
    return percent(making, leaf) if leaf.role == "PERCENT" else number(making, leaf)


def _way(head: Part) -> ast.TierWay:
    way = only(head, "way")
    assert way is not None
    leaf = way.parts[0]
    assert isinstance(leaf, Leaf)
    match leaf.token.text:
        case "marginal" | "whole" | "excess" | "curve" as found:
            return found
        case other:
            raise AssertionError(other)


def _measure(making: Making, part: Part, span: Span) -> ast.MeasureDeclaration:
    each = only(part, "for_each_name")
    return ast.MeasureDeclaration(
        _title(making, part),
        _label(making, part),
        None if each is None else names(making, each)[0],
        _place(making, part),
        expression(making, inner(part)[-1]),
        span,
    )


def _plan(making: Making, head: Part, clauses: Sequence[Part], span: Span) -> ast.PlanDeclaration:
    said: dict[str, Part] = {}
    for clause in clauses:
        if clause.name in said and clause.name != "rates":
            making.problems.append(SaidTwice(making.span(clause), clause.name, making.span(said[clause.name])))
        said.setdefault(clause.name, clause)
    (version,) = leaves(head, "NUMBER")
    whole(making, version, "a version")
    zone, rounding, effective = said.get("timezone"), said.get("rounding"), said.get("effective")
    days = [] if effective is None else [date(making, leaf) for leaf in leaves(effective, "ISO_DATE")]
    unit, first, count = period(making, said.get("period"))
    return ast.PlanDeclaration(
        _title(making, head),
        _label(making, head),
        number(making, version),
        _said_name(making, said.get("currency")),
        unit,
        None if zone is None else text(making, leaves(zone, "STRING")[0]),
        None if rounding is None else _rounding(making, rounding),
        days[0] if days else None,
        days[1] if len(days) > 1 else None,
        _said_name(making, said.get("calendar")),
        span,
        _said_name(making, said.get("chosen")),
        tuple(names(making, clause)[0] for clause in clauses if clause.name == "rates"),
        period_from=first,
        period_count=count,
    )


def _said_name(making: Making, clause: Part | None) -> ast.Name | None:
    return None if clause is None else names(making, clause)[0]


def _rounding(making: Making, part: Part) -> ast.Rounding:
    return ast.Rounding(names(making, part)[0], number(making, leaves(part, "NUMBER")[0]), making.span(part))


def _karma(making: Making, head: Part, made: Sequence[Clause], span: Span) -> ast.KarmaDeclaration:
    place = only(head, "number_place")
    return ast.KarmaDeclaration(
        _title(making, head),
        _label(making, head),
        _each(making, head),
        None if place is None else number(making, leaves(place, "NUMBER")[0]),
        _where(making, head),
        tuple(each for each in made if isinstance(each, ast.Line)),
        tuple(each for each in made if isinstance(each, ast.Newcomer)),
        tuple(each for each in made if isinstance(each, ast.Fades)),
        span,
    )


def _team(making: Making, head: Part, made: Sequence[Clause], span: Span) -> ast.TeamDeclaration:
    each = only(head, "for_each")
    return ast.TeamDeclaration(
        _title(making, head),
        _label(making, head),
        None if each is None else for_each(making, each),
        tuple(clause for clause in made if isinstance(clause, ast.Pool)),
        tuple(clause for clause in made if isinstance(clause, ast.Gate)),
        tuple(clause for clause in made if isinstance(clause, ast.Rows)),
        tuple(clause for clause in made if isinstance(clause, ast.Shares)),
        tuple(clause for clause in made if isinstance(clause, ast.Absent)),
        span,
        _currency(making, head),
    )


# --- clauses -----------------------------------------------------------------------------------------


def _line(making: Making, part: Part) -> ast.Line:
    amount, each = inner(part)[0], only(part, "for_each")
    return ast.Line(
        _title(making, part),
        _label(making, part),
        expression(making, amount),
        None if each is None else for_each(making, each),
        part.name == "kpi_line",
        making.span(part),
        stretch(making, part),
        paid_of(making, part),
    )


def _newcomer(making: Making, part: Part) -> ast.Newcomer:
    return ast.Newcomer(expression(making, inner(part)[0]), making.span(part))


def _fades(making: Making, part: Part) -> ast.Fades:
    return ast.Fades(percent(making, leaves(part, "PERCENT")[0]), names(making, part)[0], making.span(part))


def _pool(making: Making, part: Part) -> ast.Pool:
    return ast.Pool(expression(making, inner(part)[0]), making.span(part))


def _gate(making: Making, part: Part) -> ast.Gate:
    return ast.Gate(expression(making, inner(part)[0]), making.span(part))


def _among(making: Making, part: Part) -> ast.Rows:
    return rows(making, inner(part)[0])


def _shares_equally(making: Making, part: Part) -> ast.SharesEqually:
    return ast.SharesEqually(making.span(part))


def _shares_by(making: Making, part: Part) -> ast.SharesBy:
    return ast.SharesBy(expression(making, inner(part)[0]), making.span(part))


def _is_overlay(part: Part) -> bool:
    way = only(part, "way_of_shares")
    assert way is not None
    return has(way, "OVERLAY")


def _shares_by_column(making: Making, part: Part) -> ast.SharesByColumn:
    return ast.SharesByColumn(expression(making, inner(part)[-1]), _is_overlay(part), making.span(part))


def _shares_by_role(making: Making, part: Part) -> ast.SharesByRole:
    _, link, *shares = inner(part)
    for before, share in zip(part.parts, part.parts[1:], strict=False):
        if isinstance(before, Part) and isinstance(share, Part) and before.name == share.name == "role_share":
            _expect_separate_lines(making, before, share)
    roles = tuple(_role_share(making, each) for each in shares)
    return ast.SharesByRole(path(making, link), roles, making.span(part), _is_overlay(part))


def _expect_separate_lines(making: Making, before: Part, share: Part) -> None:
    """Two shares without a comma between them stand on two lines."""
    first, last = share.parts[0], before.parts[-1]
    assert isinstance(first, Leaf)
    assert isinstance(last, Leaf)
    if first.token.line == last.token.line:
        making.problems.append(CommaMissing(making.span(first)))


def _role_share(making: Making, part: Part) -> ast.RoleShare:
    role = part.parts[0]
    assert isinstance(role, Leaf)
    rate = leaves(part, "PERCENT")
    return ast.RoleShare(name(making, role), percent(making, rate[0]) if rate else None, making.span(part))


def _absent(making: Making, part: Part) -> ast.Absent:
    return ast.Absent(has(part, "KEPT"), making.span(part))


def _base(making: Making, part: Part) -> ast.Base:
    return ast.Base(expression(making, inner(part)[0]), making.span(part), stretch(making, part))


def _exchange(making: Making, part: Part) -> ast.Exchange:
    balance, price, *limit = inner(part)
    return ast.Exchange(
        _title(making, part),
        _label(making, part),
        path(making, balance),
        money(making, price),
        expression(making, limit[0]) if limit else None,
        making.span(part),
    )


_CLAUSES: dict[str, Callable[[Making, Part], Clause]] = {
    "line": _line,
    "kpi_line": _line,
    "newcomer": _newcomer,
    "fades": _fades,
    "sla_total": sla_total,
    "sla_term": sla_term,
    "pool": _pool,
    "gate": _gate,
    "among": _among,
    "shares_equally": _shares_equally,
    "shares_by": _shares_by,
    "shares_by_role": _shares_by_role,
    "shares_by_column": _shares_by_column,
    "absent": _absent,
    "base": _base,
    "weights": weights,
    "exchange": _exchange,
    "cap": cap,
    "draw": draw,
    "clawback": clawback,
    "table_row": table_row,
    "band": band,
}
