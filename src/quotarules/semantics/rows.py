"""Rows: which table, whose rows, by which date, in which window, under which condition."""

from dataclasses import replace

from quotarules.diagnostics.problem import Label
from quotarules.records import dataclass
from quotarules.semantics.checked import CheckedRows, DateType, InstantType, Typed
from quotarules.semantics.desk import Desk
from quotarules.semantics.handling import condition, needed, wrong
from quotarules.semantics.narrowing import learned, names_of
from quotarules.semantics.paths import link_path, links_to
from quotarules.semantics.problems.names import UnknownTable
from quotarules.semantics.problems.rows import (
    ByAmbiguous,
    ByElsewhere,
    ByNobody,
    ByRequired,
    ClauseOutOfPlace,
    DuringWithoutOn,
    EarlierElsewhere,
)
from quotarules.semantics.problems.time import EarlierInAnotherPeriod
from quotarules.semantics.scope import PathNames, Scope, inside, present
from quotarules.semantics.suggest import near
from quotarules.semantics.windows import window
from quotarules.syntax import ast
from quotarules.values.period import Before, InPeriod, Window, YearBefore
from quotarules.values.schema import COMPANY, ColumnKind


@dataclass(frozen=True, slots=True)
class FoundRows:
    """Rows that were looked at, and the place inside them. `rows` is None if something in them is wrong."""

    rows: CheckedRows | None
    scope: Scope


def rows_of(desk: Desk, node: ast.Rows, scope: Scope) -> FoundRows | None:
    """The rows of a function. None if not even the table is known."""
    table = _table(desk, node.table)
    if table is None:
        return None
    ways = _ways(desk, node, table, scope)
    if ways is None and node.level:  # what tells the levels apart reads the same link
        return None
    link, match = ways if ways is not None else (None, None)
    each = desk.table(table).each
    inner = inside(scope, table, each, (link, match), node.span)
    sound = ways is not None and _earlier_fits(desk, node, table, scope)
    found = clauses(desk, node, inner, (link or (), match), sound=sound)
    if node.once is None:
        return found
    once = _once(desk, node.once, node, table)
    rows = replace(found.rows, once=once) if found.rows is not None and once is not None else None
    return FoundRows(rows, found.scope)


def runs_back(node: ast.Rows | ast.ForEach) -> bool:
    """Whether only rows before the row in hand are meant."""
    return isinstance(node, ast.Rows) and node.modifier in ("earlier", "all earlier")


def takes_all(node: ast.Rows) -> bool:
    """Whether the rows are those of everybody."""
    return node.modifier in ("all", "all earlier")


def _once(desk: Desk, path: ast.Path, node: ast.Rows, table: str) -> PathNames | None:
    """The link to the row of which each counts once."""
    found = link_path(desk, path, table)
    if found is not None and runs_back(node):
        why = "earlier rows are counted one by one"
        desk.found.add(ClauseOutOfPlace(path.span, "once per", "earlier rows", why))
        return None
    return found[0] if found is not None else None


def clauses(
    desk: Desk,
    node: ast.Rows | ast.ForEach,
    inner: Scope,
    ways: tuple[PathNames, PathNames | None],
    *,
    sound: bool,
) -> FoundRows:
    """The clauses after the table: date, window and condition. `inner` is the place inside the rows."""
    if node.levels is not None:
        why = "only a line for each row, a sum and a count can have several levels"
        desk.found.add(ClauseOutOfPlace(node.levels.span, "up to … levels", "these rows", why))
    date = _date(desk, node.on, inner) if node.on is not None else None
    if node.on is not None:
        sound = sound and date is not None
        inner = replace(inner.knowing(present(names_of(node.on, inner.this_each) or ())), dated=date)
    seen: Window | None = InPeriod() if node.on is not None else None
    if node.during is not None:
        seen = window(desk, node.during)
        sound = sound and seen is not None
        if node.on is None:
            desk.found.add(DuringWithoutOn(node.during.span, dates_of(desk, inner.table)))
            sound = False
    if isinstance(node, ast.Rows) and node.during is not None and isinstance(seen, Before | YearBefore):
        sound = sound and not _runs_back(desk, node, node.during)
    where = None
    if node.where is not None:
        where = condition(desk, desk.walk(desk, node.where, inner), "`where`")
        sound = sound and where is not None
        inner = inner.knowing(learned(node.where, inner.this_each, holds=True))
    if not sound:
        return FoundRows(None, inner)
    earlier = runs_back(node)
    inner = replace(inner, within=None if earlier else seen, passed=where)
    rows = CheckedRows(inner.table, ways[0], ways[1], earlier, date, seen, where, node.span, level=node.level)
    return FoundRows(rows, inner)


def _table(desk: Desk, name: ast.Name) -> str | None:
    if desk.schema.table(name.text) is not None:
        return name.text
    single = desk.schema.by_each(name.text)
    suggestions = near(name.text, [table.name for table in desk.schema.tables]) if single is None else ()
    desk.found.add(UnknownTable(name.span, name.text, single.name if single else None, suggestions))
    return None


def dates_of(desk: Desk, table: str) -> tuple[str, ...]:
    """The columns of a table that can be counted by date."""
    if table == COMPANY:
        return ()
    dates = (ColumnKind.DATE, ColumnKind.INSTANT)
    return tuple(column.name for column in desk.table(table).columns if column.kind in dates)


def _date(desk: Desk, node: ast.Path, inner: Scope) -> Typed | None:
    # A row whose date is missing has not happened yet, so the date itself needs no handling.
    value = desk.walk(desk, node, inner.knowing(present(names_of(node, inner.this_each) or ())))
    if value.typed is None or isinstance(value.type, DateType | InstantType):
        return needed(desk, value)
    dates = dates_of(desk, inner.table)
    wrong(desk, value, "`on`", "a date", "write " + " or ".join(f"`on {name}`" for name in dates) if dates else None)
    return None


def _earlier_fits(desk: Desk, node: ast.Rows, table: str, scope: Scope) -> bool:
    if not runs_back(node):
        return True
    if scope.table != table:
        desk.found.add(EarlierElsewhere(node.span, table, without_date=False, dates=()))
        return False
    if node.on is None:
        desk.found.add(EarlierElsewhere(node.span, table, without_date=True, dates=dates_of(desk, table)))
        return False
    return True


def _runs_back(desk: Desk, node: ast.Rows, during: ast.Window) -> bool:
    if runs_back(node):
        desk.found.add(EarlierInAnotherPeriod(during.span, node.span))
    return runs_back(node)


# --- whose rows --------------------------------------------------------------------------------


def _ways(desk: Desk, node: ast.Rows, table: str, scope: Scope) -> tuple[PathNames, PathNames | None] | None:
    """The link from the rows and the path from the row in hand that must meet; None with a problem."""
    everybody = takes_all(node) or scope.table == COMPANY
    if everybody:
        if node.by is None:
            return (), None
        desk.found.add(ByNobody(node.by.span, beside_all=takes_all(node)))
        return None
    if node.by is None:
        if runs_back(node) and scope.table != table:
            return (), None
        links = tuple(
            dict.fromkeys(
                link
                for target in (scope.table, *(outer.table for outer in scope.outers))
                for link in links_to(desk, table, target)
            )
        )
        desk.found.add(ByRequired(node.span, table, scope.each, links, runs_back(node)))
        return None
    found = link_path(desk, node.by, table)
    if found is None:
        return None
    link, target = found
    ways = _meeting(desk, node.by, (table, target), link, scope)
    if ways is not None and node.level and ways[1] == link:
        why = f"they count for whoever the link leads to, and each {scope.each} here counts for several"
        desk.found.add(ClauseOutOfPlace(node.by.span, "up to … levels", "these rows", why))
        return None
    return ways


def _meeting(
    desk: Desk, by: ast.Path, ends: tuple[str, str], link: PathNames, scope: Scope
) -> tuple[PathNames, PathNames | None] | None:
    """Where the link from the rows meets a path from the row in hand."""
    table, target = ends
    if target == scope.table:
        return link, ()
    if _leads(desk, scope.table, link) == target:
        return link, link
    for outer in scope.outers:
        if outer.path is not None and outer.table == target:
            return link, outer.path
    ways = links_to(desk, scope.table, target)
    if len(ways) == 1:
        return link, ways
    words = ".".join(name.text for name in by.names)
    if ways:
        desk.found.add(ByAmbiguous(by.span, words, scope.each, ways))
    else:
        declared, links = _declared(desk, table, link), _other_links(desk, table, scope)
        desk.found.add(ByElsewhere(by.span, words, target, scope.each, declared, links))
    return None


def _other_links(desk: Desk, table: str, scope: Scope) -> tuple[str, ...]:
    """Links of the rows that do lead to the row in hand, straight or over one other row."""
    straight = links_to(desk, table, scope.table)
    over = tuple(
        f"{column.name}.{link}"
        for column in desk.table(table).columns
        if column.kind is ColumnKind.LINK and column.target
        for link in links_to(desk, column.target, scope.table)
    )
    return (straight or over)[:3]


def _declared(desk: Desk, table: str, link: PathNames) -> Label | None:
    column = desk.table(table).column(link[0]) if link else None
    return Label(column.span, f"`{link[0]}` is declared here") if column is not None else None


def _leads(desk: Desk, table: str, path: PathNames) -> str | None:
    """The table that the links lead to from a row of `table`, or None if it does not have them."""
    for name in path:
        column = desk.table(table).column(name)
        if column is None or column.kind is not ColumnKind.LINK or column.target is None:
            return None
        table = column.target
    return table if path else None
