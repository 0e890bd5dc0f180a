"""Tree of the grammar to the AST, for expressions and rows; what the grammar cannot say is checked here."""

from collections.abc import Callable, Sequence
from typing import Literal as Operator

from quotarules.records import dataclass
from quotarules.syntax import ast
from quotarules.syntax.driver import Leaf, Part
from quotarules.syntax.literals_from_tree import (
    Making,
    date,
    digits,
    duration,
    has,
    inner,
    leaves,
    money,
    names,
    number,
    only,
    path,
    percent,
    text,
    whole,
)
from quotarules.syntax.reading_problems import AndBesideOr, ElseBesideSum, MetNeedsName, SaidTwice, WaitingNotLast
from quotarules.syntax.words import TIME_UNITS

# --- rows --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Clauses:
    by: ast.Path | None
    on: ast.Path | None
    where: ast.Expression | None
    during: ast.Window | None
    once: ast.Path | None
    levels: ast.NumberLiteral | None


def _clauses(making: Making, part: Part) -> _Clauses:
    found: dict[str, Part] = {}
    for clause in inner(part):
        if clause.name in found:
            making.problems.append(SaidTwice(making.span(clause), clause.name, making.span(found[clause.name])))
        found.setdefault(clause.name, clause)
    by, on, condition, span, once = (found.get(kind) for kind in ("by", "on", "where", "during", "once"))
    return _Clauses(
        None if by is None else path(making, inner(by)[0]),
        None if on is None else path(making, inner(on)[0]),
        None if condition is None else expression(making, inner(condition)[0]),
        None if span is None else window(making, inner(span)[0]),
        None if once is None else path(making, inner(once)[0]),
        None if by is None else _levels(making, by),
    )


def _levels(making: Making, by: Part) -> ast.NumberLiteral | None:
    said = only(by, "levels")
    return None if said is None else number(making, leaves(said, "NUMBER")[0])


def rows(making: Making, part: Part) -> ast.Rows:
    """Which rows a function runs over."""
    modifier = only(part, "modifier")
    rest = tuple(child for child in part.parts if child is not modifier)
    clauses = _clauses(making, Part(part.name, rest, part.start, part.end, part.height))
    return ast.Rows(
        None if modifier is None else _modifier(modifier),
        names(making, part)[0],
        clauses.by,
        clauses.on,
        clauses.where,
        clauses.during,
        making.span(part),
        clauses.once,
        clauses.levels,
    )


def _modifier(part: Part) -> Operator["all", "earlier", "all earlier"]:
    if has(part, "ALL"):
        return "all earlier" if has(part, "EARLIER") else "all"
    return "earlier"


def for_each(making: Making, part: Part) -> ast.ForEach:
    """One row in hand."""
    clauses = _clauses(making, part)
    each, span = names(making, part)[0], making.span(part)
    return ast.ForEach(each, clauses.by, clauses.on, clauses.where, clauses.during, span, clauses.levels)


def window(making: Making, part: Part) -> ast.Window:
    """Which time rows are taken from."""
    span = making.span(part)
    match part.name:
        case "window_period":
            return ast.PeriodWindow(span)
        case "window_to_date":
            return ast.ToDateWindow(names(making, part)[0], span)
        case "window_last":
            (count,) = leaves(part, "NUMBER")
            unit = names(making, part)[0]
            single = ast.Name(unit.text.removesuffix("s"), unit.span)
            return ast.LastWindow(whole(making, count, "a window"), single, span)
        case "window_before":
            return ast.BeforeWindow(names(making, part)[0], span)
        case "window_year_before":
            return ast.YearBeforeWindow(names(making, part)[0], span)
        case "window_ever":
            return ast.EverWindow(span)
        case _:
            start, end = (expression(making, each) for each in inner(part))
            return ast.RangeWindow(start, end, has(part, "THROUGH"), span)


# --- expressions ---------------------------------------------------------------------------------------


def expression(making: Making, part: Part) -> ast.Expression:
    """An expression of any kind."""
    return _EXPRESSIONS[part.name](making, part)


def _all(making: Making, part: Part) -> tuple[ast.Expression, ...]:
    return tuple([expression(making, each) for each in inner(part)])


def _number(making: Making, part: Part) -> ast.Expression:
    return number(making, leaves(part, "NUMBER")[0])


def _percent(making: Making, part: Part) -> ast.Expression:
    return percent(making, leaves(part, "PERCENT")[0])


def _points(making: Making, part: Part) -> ast.Expression:
    return ast.PointsLiteral(*digits(leaves(part, "NUMBER")[0]), making.span(part))


def _date(making: Making, part: Part) -> ast.Expression:
    return date(making, leaves(part, "ISO_DATE")[0])


def _text(making: Making, part: Part) -> ast.Expression:
    return ast.TextLiteral(leaves(part, "STRING")[0].token.text[1:-1], making.span(part))


def _yes(making: Making, part: Part) -> ast.Expression:
    return ast.YesNoLiteral(part.name == "yes", making.span(part))


def _as_of(making: Making, part: Part) -> ast.Expression:
    return ast.AsOf(making.span(part))


def _this(making: Making, part: Part) -> ast.Expression:
    each, *following = names(making, part)
    return ast.ThisPath(each, tuple(following), making.span(part))


def _edge(making: Making, part: Part) -> ast.Expression:
    day = inner(part)
    side: Operator["start", "end"] = "start" if has(part, "START") else "end"
    return ast.Edge(side, names(making, part)[0], making.span(part), expression(making, day[0]) if day else None)


def _group(making: Making, part: Part) -> ast.Expression:
    return ast.Group(_all(making, part)[0], making.span(part))


def _convert(making: Making, part: Part) -> ast.Expression:
    operand, day = _all(making, part)
    currency, *rates = names(making, part)
    return ast.Convert(operand, currency, day, rates[0] if rates else None, making.span(part))


def _sum(making: Making, part: Part) -> ast.Expression:
    signs = [-1 if leaf.role == "MINUS" else 1 for leaf in part.parts if isinstance(leaf, Leaf)]
    return ast.Sum((1, *signs), _all(making, part), making.span(part))


def _product(making: Making, part: Part) -> ast.Expression:
    operators: list[Operator["*", "/"]] = [
        "*" if leaf.role == "STAR" else "/" for leaf in part.parts if isinstance(leaf, Leaf)
    ]
    return ast.Product(_all(making, part), tuple(operators), making.span(part))


def _signed(making: Making, part: Part) -> ast.Expression:
    return ast.Signed(-1 if has(part, "MINUS") else 1, _all(making, part)[0], making.span(part))


def _percent_of(making: Making, part: Part) -> ast.Expression:
    rate = percent(making, leaves(part, "PERCENT")[0])
    return ast.PercentOf(rate, _all(making, part)[0], making.span(part))


def _per(making: Making, part: Part) -> ast.Expression:
    amount, *unit, operand = _all(making, part)
    return ast.Per(amount, unit[0] if unit else None, operand, part.name == "per_full", making.span(part))


def _compare(making: Making, part: Part) -> ast.Expression:
    left, right = _all(making, part)
    (sign,) = (leaf.token.text for leaf in part.parts if isinstance(leaf, Leaf))
    match sign:
        case "=" | "!=" | "<" | "<=" | ">" | ">=":
            return ast.Compare(sign, left, right, making.span(part))
        case _:
            raise AssertionError(sign)


def _presence(making: Making, part: Part) -> ast.Expression:
    return ast.Presence(_all(making, part)[0], part.name == "present", making.span(part))


def _one_of(making: Making, part: Part) -> ast.Expression:
    operand, *choices = _all(making, part)
    return ast.OneOf(operand, tuple(choices), making.span(part))


def _met(making: Making, part: Part) -> ast.Expression:
    operand = _all(making, part)[0]
    if isinstance(operand, ast.Path | ast.ThisPath):
        return ast.Met(operand, making.span(part))
    making.problems.append(MetNeedsName(operand.span))
    return operand


def _not(making: Making, part: Part) -> ast.Expression:
    return ast.Not(_all(making, part)[0], making.span(part))


def _and(making: Making, part: Part) -> ast.Expression:
    return ast.And(_all(making, part), making.span(part))


def _or(making: Making, part: Part) -> ast.Expression:
    operands = _all(making, part)
    mixed = next((each for each in operands if isinstance(each, ast.And)), None)
    if mixed is not None:
        joint = leaves(part, "OR")[0]
        making.problems.append(AndBesideOr(mixed.span, making.span(joint)))
    return ast.Or(operands, making.span(part))


def _limit(making: Making, part: Part) -> ast.Expression:
    operand, bound = _all(making, part)
    return ast.Limit(operand, "least" if part.name == "at_least" else "most", bound, making.span(part))


def _when(making: Making, part: Part) -> ast.Expression:
    value, condition = _all(making, part)
    return ast.When(value, condition, making.span(part))


def _else(making: Making, part: Part) -> ast.Expression:
    parts: list[ast.Expression | ast.Waiting] = []
    for each in inner(part):
        if each.name != "waiting":
            parts.append(expression(making, each))
            continue
        if each is not part.parts[-1]:
            making.problems.append(WaitingNotLast(making.span(each)))
        parts.append(ast.Waiting(text(making, leaves(each, "STRING")[0]), making.span(each)))
    beside = next((found for each in parts if (found := _bare_sum(each)) is not None), None)
    if beside is not None:
        making.problems.append(ElseBesideSum(beside.span, making.span(leaves(part, "ELSE")[0])))
    return ast.Else(tuple(parts), making.span(part))


def _bare_sum(each: ast.Expression | ast.Waiting) -> ast.Sum | None:
    """The sum without parentheses that stands next to `else`, if there is one."""
    match each:
        case ast.Sum():
            return each
        case ast.When():
            return _bare_sum(each.value)
        case ast.Limit():
            return _bare_sum(each.operand) or _bare_sum(each.bound)
        case _:
            return None


def _call(making: Making, part: Part) -> ast.Expression:
    function, argument = inner(part)
    return ast.Call(path(making, function), _argument(making, path(making, function), argument), making.span(part))


def _this_call(making: Making, part: Part) -> ast.Expression:
    this, day = inner(part)
    each, *following = names(making, this)
    argument = ast.At(expression(making, inner(day)[0]), each)
    return ast.Call(ast.Path(tuple(following), making.span(this)), argument, making.span(part))


def _working_call(making: Making, part: Part) -> ast.Expression:
    (unit,) = leaves(part, "TIME_UNIT")
    (working,) = leaves(part, "WORKING")
    span = making.span(working).to(making.span(unit))
    plural = TIME_UNITS[unit.token.text] + "s"
    function = ast.Path((ast.Name(f"working {plural}", span),), span)
    return ast.Call(function, _argument(making, function, inner(part)[0]), making.span(part))


def _argument(
    making: Making, function: ast.Path, part: Part
) -> ast.Arguments | ast.After | ast.Of | ast.OnlyRows | ast.During | ast.Between | ast.At:
    parts = inner(part)
    match part.name:
        case "arguments":
            items = _all(making, part)
            match function.names, items:
                case (ast.Name("count"),), (ast.Path((table,)) as lone,):
                    return ast.OnlyRows(ast.Rows(None, table, None, None, None, None, lone.span))
                case _:
                    return ast.Arguments(items)
        case "after":
            *keys, amount, before = _all(making, part)
            return ast.After(amount, before, tuple(keys))
        case "of_rows":
            return ast.Of(expression(making, parts[0]), rows(making, parts[1]))
        case "only_rows":
            return ast.OnlyRows(rows(making, part))
        case "during":
            return ast.During(window(making, parts[0]))
        case "at_day":
            return ast.At(expression(making, parts[0]))
        case _:
            calendar = only(part, "on_calendar")
            named = None if calendar is None else expression(making, inner(calendar)[0])
            return ast.Between(*_pair(making, parts[:2]), has(part, "THROUGH"), named)


def _pair(making: Making, parts: Sequence[Part]) -> tuple[ast.Expression, ast.Expression]:
    first, second = parts
    return expression(making, first), expression(making, second)


_EXPRESSIONS: dict[str, Callable[[Making, Part], ast.Expression]] = {
    "number": _number,
    "percent": _percent,
    "money": money,
    "points": _points,
    "duration": duration,
    "date": _date,
    "text": _text,
    "yes": _yes,
    "no": _yes,
    "as_of": _as_of,
    "path": path,
    "this": _this,
    "edge": _edge,
    "group": _group,
    "call": _call,
    "this_call": _this_call,
    "working_call": _working_call,
    "convert": _convert,
    "sum": _sum,
    "product": _product,
    "signed": _signed,
    "percent_of": _percent_of,
    "per": _per,
    "per_full": _per,
    "per_point": _per,
    "compare": _compare,
    "missing": _presence,
    "present": _presence,
    "one_of": _one_of,
    "met": _met,
    "not": _not,
    "and": _and,
    "or": _or,
    "at_least": _limit,
    "at_most": _limit,
    "when": _when,
    "else": _else,
}
