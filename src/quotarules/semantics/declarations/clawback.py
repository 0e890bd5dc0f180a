"""`clawback`: which line of the block is taken back, for which rows, how much of it and in which way."""

from typing import Literal as Word

from quotarules.semantics.checked import (
    CheckedClawback,
    CheckedLine,
    Constant,
    DateType,
    InstantType,
    Number,
    ProrataWay,
    Quantity,
    Typed,
)
from quotarules.semantics.declarations.paid import kept_by_row
from quotarules.semantics.desk import Desk
from quotarules.semantics.handling import needed, wrong
from quotarules.semantics.paths import link_path, links_to, table_of_each
from quotarules.semantics.problems.paid import (
    ClawbackElsewhere,
    ClawbackTakesMore,
    NoSuchLine,
    NotKeptByRow,
    ScheduleUnclear,
)
from quotarules.semantics.problems.rows import ClauseOutOfPlace
from quotarules.semantics.rows import clauses
from quotarules.semantics.scope import PathNames, Scope, inside
from quotarules.semantics.value import Value
from quotarules.syntax import ast

_MOST = 1200
"""The longest span, in months or days, over which a clawback may fade."""


def check_clawbacks(
    desk: Desk, node: ast.PayDeclaration, subject: Scope, lines: tuple[CheckedLine, ...]
) -> tuple[CheckedClawback | None, ...]:
    """The clawbacks of a block in the order of the text, None for one with problems."""
    written = {item.name.text: item for item in node.clauses if isinstance(item, ast.Line)}
    whole = {line.name: line for line in lines}
    found: list[CheckedClawback | None] = []
    for clause in node.clauses:
        if not isinstance(clause, ast.Clawback):
            continue
        line = written.get(clause.line.text)
        if line is None:
            rows = tuple(name for name, item in written.items() if item.rows is not None)
            desk.found.add(NoSuchLine(clause.line.span, clause.line.text, node.name.text, rows))
        checked = whole.get(clause.line.text)
        # A line with problems of its own is not complained of again.
        found.append(None if line is None or checked is None else _clawback(desk, clause, subject, checked))
    return tuple(found)


def _clawback(desk: Desk, node: ast.Clawback, subject: Scope, line: CheckedLine) -> CheckedClawback | None:
    if not kept_by_row(desk, node.line.span, f"the clawback `{node.name.text}`", line):
        return None
    assert line.rows is not None, "the line has rows"
    table = table_of_each(desk, node.rows.each)
    path = _to_row(desk, node.rows, table, line) if table is not None else None
    if table is None or path is None:
        return None
    if node.rows.during is not None and not isinstance(node.rows.during, ast.PeriodWindow):
        why = "each row counts once, in the period of its date"
        desk.found.add(ClauseOutOfPlace(node.rows.during.span, "during", "a clawback", why))
    link = (*path, *line.rows.link)
    inner = inside(subject, table, desk.table(table).each, (link, ()), node.rows.span)
    rows = clauses(desk, node.rows, inner, (link, None), sound=True)
    if node.rows.on is None:
        desk.found.add(NotKeptByRow(node.rows.span, "a clawback", node.name.text, node.rows.span, "date"))
    part = _part(desk, node.part, rows.scope) if node.part is not None else None
    way = _way(desk, node.way, rows.scope)
    if rows.rows is None or way is None or node.rows.on is None or (node.part is not None and part is None):
        return None
    label = node.label.text if node.label is not None else node.name.text
    return CheckedClawback(node.name.text, label, line.name, part, path, rows.rows, way, node.span)


def _to_row(desk: Desk, node: ast.ForEach, table: str, line: CheckedLine) -> PathNames | None:
    """The path from a row of the clawback to the row of the line, empty if it is the same row."""
    rows = line.rows
    assert rows is not None, "the line has rows"
    if node.by is not None:
        found = link_path(desk, node.by, table)
        if found is None:
            return None
        path, target = found
        if table == rows.table and path == rows.link:
            return ()
        if target == rows.table and path:
            return path
        before = path[: len(path) - len(rows.link)]
        if before and path[len(before) :] == rows.link and _end(desk, table, before) == rows.table:
            return before
    span = node.by.span if node.by is not None else node.span
    ways = links_to(desk, table, rows.table)
    if not ways and table == rows.table:
        ways = (".".join(rows.link),)
    desk.found.add(ClawbackElsewhere(span, line.name, desk.table(rows.table).each, rows.span, ways))
    return None


def _end(desk: Desk, table: str, path: PathNames) -> str:
    for name in path:
        column = desk.table(table).column(name)
        assert column is not None, "the path was followed before"
        table = column.target or ""
    return table


def _part(desk: Desk, node: ast.Expression, scope: Scope) -> Typed | None:
    typed = needed(desk, desk.walk(desk, node, scope))
    if typed is None:
        return None
    if not (isinstance(typed.type, Quantity) and isinstance(typed.type.unit, Number)):
        wrong(desk, Value(typed), "the part of a clawback", "a percentage", None)
        return None
    if isinstance(typed, Constant) and not 0 < int(typed.value) <= 10**typed.scale:
        desk.found.add(ClawbackTakesMore(typed.span, desk.words(typed.span)))
        return None
    return typed


def _way(
    desk: Desk, node: ast.ClawbackWay, scope: Scope
) -> Word["as paid", "at rate", "unpaid first"] | ProrataWay | None:
    if not isinstance(node, ast.Prorata):
        return node
    value = desk.walk(desk, node.start, scope)
    start = needed(desk, value)
    if start is not None and not isinstance(start.type, DateType | InstantType):
        wrong(desk, value, "`prorata … from`", "a date", None)
        start = None
    units: dict[str, tuple[Word["months", "days"], int]] = {
        "day": ("days", 1),
        "month": ("months", 1),
        "year": ("months", 12),
    }
    unit = units.get(node.unit)
    count = node.count.digits * (unit[1] if unit is not None else 1)
    if unit is None or node.count.scale or not 1 <= count <= _MOST * (30 if unit[0] == "days" else 1):
        words = f"{desk.words(node.count.span)} {node.unit}s"
        wanted = "a clawback fades over whole days, months or years"
        desk.found.add(ScheduleUnclear(node.count.span, words, wanted, "write a span, as in `12 months`"))
        return None
    return ProrataWay(count, unit[0], start) if start is not None else None
