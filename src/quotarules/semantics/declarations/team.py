"""Team bonuses: a pool, who shares in it, by which shares, and what happens to those of absent roles."""

from quotarules.diagnostics.source import Span
from quotarules.semantics.checked import CheckedRows, CheckedTeam, Typed
from quotarules.semantics.currencies import currency_named
from quotarules.semantics.declarations.lines import pay_amount
from quotarules.semantics.declarations.shares import check_shares
from quotarules.semantics.desk import Desk, TeamHead
from quotarules.semantics.handling import condition, excluded_or_value
from quotarules.semantics.paths import link_path, links_to, table_of_each
from quotarules.semantics.problems.names import DeclaredTwice, NamedLikeColumn
from quotarules.semantics.problems.people import NobodyToShare
from quotarules.semantics.problems.plan import ClauseMissing, ClauseTwice, NotBuilt
from quotarules.semantics.problems.rows import ByElsewhere, ClauseOutOfPlace
from quotarules.semantics.rows import FoundRows, clauses, rows_of
from quotarules.semantics.scope import NOWHERE, Scope
from quotarules.syntax import ast
from quotarules.values.schema import COMPANY, ColumnKind


def team_heads(desk: Desk) -> None:
    """What others need of each team bonus: whose column it is."""
    for team in desk.names.teams.values():
        head = _head(desk, team)
        desk.teams[team.name.text] = head if head is not None and _alone(desk, team, head.person_table) else None


def _alone(desk: Desk, team: ast.TeamDeclaration, table: str) -> bool:
    """Whether nothing else on those who share has the name of the bonus, which is a column of theirs."""
    name = team.name
    column = desk.table(table).column(name.text)
    measure = desk.names.measures.get((table, name.text))
    if column is not None:
        desk.found.add(NamedLikeColumn(name.span, name.text, "a team bonus", table, column.span))
    if measure is not None:
        desk.found.add(DeclaredTwice(name.span, name.text, "a team bonus", measure.name.span, "a measure"))
    return column is None and measure is None


def _head(desk: Desk, team: ast.TeamDeclaration) -> TeamHead | None:
    if not team.among:
        return None
    among = team.among[0]
    table = desk.schema.table(among.table.text)
    if table is None:
        return None
    link: tuple[str, ...] = ()
    if team.rows is not None and among.by is not None:
        found = link_path(desk, among.by, table.name)
        if found is None:
            return None
        link = found[0]
    paid = _paid_tables(desk)
    if table.name in paid:
        return TeamHead(table.name, link, (), table.name, _currency(desk, team))
    others = tuple(
        column
        for column in table.columns
        if column.kind is ColumnKind.LINK and column.target is not None and (column.name,) != link[:1]
    )
    people = [column for column in others if not paid or column.target in paid]
    if len(people) != 1:
        links = tuple(column.name for column in people)
        desk.found.add(NobodyToShare(among.span, team.name.text, table.name, links, paid))
        return None
    return TeamHead(table.name, link, (people[0].name,), people[0].target or "", _currency(desk, team))


def _currency(desk: Desk, team: ast.TeamDeclaration) -> str:
    """The currency of a bonus; empty where it is the plan's."""
    return team.currency.text if team.currency is not None and team.currency.text != desk.settings.currency else ""


def _paid_tables(desk: Desk) -> tuple[str, ...]:
    tables = (desk.schema.by_each(pay.each.text) for pay in desk.names.pays.values())
    return tuple(dict.fromkeys(table.name for table in tables if table is not None))


def check_team(desk: Desk, node: ast.TeamDeclaration) -> CheckedTeam | None:
    """The checked team bonus, or None with problems."""
    _counted(desk, node)
    scope, source = _source(desk, node)
    if scope is None:
        return None
    pool = _pool(desk, node, scope)
    gate = condition(desk, desk.walk(desk, node.gates[0].condition, scope), "`gate`") if node.gates else None
    among = _among(desk, node, scope)
    head = desk.teams.get(node.name.text)
    inner = among.scope if among is not None else None
    shares = check_shares(desk, node, inner)
    known = node.currency is None or currency_named(desk, node.currency) is not None
    broken = (
        not known
        or (node.rows is not None and source is None)
        or pool is None
        or (bool(node.gates) and gate is None)
        or among is None
        or among.rows is None
        or head is None
        or shares is None
    )
    if broken or pool is None or among is None or among.rows is None or head is None or shares is None:
        return None
    rows = among.rows
    return CheckedTeam(
        node.name.text,
        node.label.text if node.label is not None else node.name.text,
        source,
        pool,
        gate,
        CheckedRows(rows.table, rows.link, None, False, rows.date, rows.window, rows.where, rows.span),
        head.person,
        head.person_table,
        shares.weight,
        shares.role,
        shares.roles,
        node.absents[0].kept if node.absents else False,
        node.span,
        shares.way,
        head.currency,
    )


def _counted(desk: Desk, node: ast.TeamDeclaration) -> None:
    """Each clause once; `absent` must be said where roles share."""
    block = f"team `{node.name.text}`"
    by_role = any(isinstance(shares, ast.SharesByRole) and not shares.overlay for shares in node.shares)
    written: tuple[tuple[str, tuple[Span, ...], str | None], ...] = (
        ("pool", tuple(item.span for item in node.pools), "pool 3% of profit"),
        ("gate", tuple(item.span for item in node.gates), None),
        ("among", tuple(item.span for item in node.among), "among participants by deal"),
        ("shares", tuple(item.span for item in node.shares), "shares equally"),
        ("absent", tuple(item.span for item in node.absents), "absent shared by the others" if by_role else None),
    )
    for clause, spans, example in written:
        if not spans and example is not None:
            desk.found.add(ClauseMissing(node.name.span, block, clause, example))
        for span in spans[1:]:
            desk.found.add(ClauseTwice(span, clause, block, spans[0]))
    if any(isinstance(shares, ast.SharesByRole | ast.SharesByColumn) and shares.overlay for shares in node.shares):
        for item in node.absents:
            why = "each role gets its own percentage, whoever else is there"
            desk.found.add(ClauseOutOfPlace(item.span, "absent", "a team whose shares are `overlay`", why))


def _source(desk: Desk, node: ast.TeamDeclaration) -> tuple[Scope | None, CheckedRows | None]:
    if node.rows is None:
        return NOWHERE, None
    table = table_of_each(desk, node.rows.each)
    if table is None:
        return None, None
    if node.rows.by is not None:
        why = "a pool belongs to its row; who shares in it stands after `among`"
        desk.found.add(ClauseOutOfPlace(node.rows.by.span, "by", "a team bonus", why))
    if node.rows.during is not None and not isinstance(node.rows.during, ast.PeriodWindow):
        why = "each pool is shared once, in the period of its date"
        desk.found.add(ClauseOutOfPlace(node.rows.during.span, "during", "a team bonus", why))
    found = clauses(desk, node.rows, Scope(table, node.rows.each.text), ((), None), sound=True)
    return found.scope, found.rows


def _pool(desk: Desk, node: ast.TeamDeclaration, scope: Scope) -> Typed | None:
    if not node.pools:
        return None
    value = desk.walk(desk, node.pools[0].amount, scope)
    return pay_amount(desk, excluded_or_value(desk, value), "a pool", node.currency)


def _among(desk: Desk, node: ast.TeamDeclaration, scope: Scope) -> FoundRows | None:
    if not node.among:
        return None
    among = node.among[0]
    if among.modifier in ("earlier", "all earlier") or (among.modifier == "all" and scope.table != COMPANY):
        desk.found.add(NotBuilt(among.span, f"`among {among.modifier} …` for each row"))
        return None
    for clause, written in (("on", among.on), ("during", among.during)):
        if written is not None and scope.table != COMPANY:
            why = "the date of the pool's row counts"
            desk.found.add(ClauseOutOfPlace(written.span, clause, "`among`", why))
            return None
    if among.once is not None:
        why = "each row has its own share"
        desk.found.add(ClauseOutOfPlace(among.once.span, "once per", "`among`", why))
        return None
    found = rows_of(desk, among, scope)
    if found is not None and found.rows is not None and found.rows.match and among.by is not None:
        words = desk.words(among.by.span)
        links = links_to(desk, found.rows.table, scope.table)
        desk.found.add(ByElsewhere(among.by.span, words, "other rows", scope.each, None, links))
        return None
    return found
