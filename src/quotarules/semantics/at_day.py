"""A measure or a balance read as it stood on a day: `interest(at handed_at)`, and what can be read like that."""

from dataclasses import replace

from quotarules.diagnostics.source import Span
from quotarules.records import values_of
from quotarules.semantics.checked import (
    CheckedRows,
    Origin,
    PeriodEdge,
    Read,
    RowsFunction,
    Typed,
)
from quotarules.semantics.desk import Desk
from quotarules.semantics.problems.at_day import AtDayOfWhat
from quotarules.semantics.scope import Scope
from quotarules.semantics.tree import functions, reads_straight
from quotarules.semantics.value import UNKNOWN, Value
from quotarules.syntax import ast
from quotarules.values.period import Ever, LastDays, LastMonths, ToDate
from quotarules.values.schema import COMPANY

NO_DATES = "it counts no rows by their date"
_PERIOD = {
    Origin.KARMA: "it reads a balance of another row",
    Origin.SLA_SHARE: "it reads what was kept in a period",
    Origin.SLA_MET: "it reads what was kept in a period",
    Origin.TEAM: "it reads a bonus of a period",
}


EARLIER = "it counts earlier rows"
ONCE = "it counts rows once per another row"
MEDIAN = "it takes a median"
PLACE = "it is a place among rows"


def known_at(desk: Desk, node: ast.Call, value: Value, day: Value, scope: Scope) -> Value:
    """A measure whose windows end on a day of the row in hand, or a balance at the end of that day."""
    assert isinstance(value.typed, Read), "a measure or a balance is read"
    why = _why_not(desk, value.typed, scope)
    if why:
        desk.found.add(AtDayOfWhat(node.function.span, desk.words(node.function.span), why))
        return UNKNOWN
    missing = value.typed.missing or bool(day.gaps)
    read = replace(value.typed, at=day.typed, missing=missing, span=node.span)
    return Value(read, (*value.gaps, *day.gaps))


def _why_not(desk: Desk, read: Read, scope: Scope) -> str:
    if read.origin is Origin.KARMA:
        return ""
    why = desk.undated.get((read.table, read.name), NO_DATES)
    if not why and (read.path or read.table != scope.table or read.table == COMPANY):
        why = desk.unlinked.get((read.table, read.name), "")
        return why and f"{why}, and is a measure of another row"
    return why


def why_unlinked(desk: Desk, table: str, root: Typed) -> str:
    """Why a measure of `table`, though it has a value on a day, has none on a day of another row; empty if it has."""
    for function in functions(root):
        rows = function.rows
        if rows.earlier:
            return EARLIER
        if rows.window is not None and rows.once is not None:
            return ONCE
        if rows.window is not None and function.function == "median":
            return MEDIAN
        if rows.window is not None and function.function == "rank":
            return PLACE
    own = (read for read in reads_straight(root) if read.origin is Origin.MEASURE and not read.path)
    below = (desk.unlinked.get((read.table, read.name), "") for read in own if read.table == table)
    return next((why for why in below if why), "")


def why_undated(desk: Desk, table: str, root: Typed) -> str:
    """Why a measure of `table` cannot be read as it stood on a day; empty if it can."""
    why = NO_DATES
    stack: list[object] = [root]
    while stack:
        item = stack.pop()
        match item:
            case RowsFunction(rows=rows, value=value):
                found = _of_rows(desk, table, rows, value)
            case Read():
                found = _of_read(desk, table, item)
            case PeriodEdge():
                found = "it reads a day of the period"
            case tuple():
                stack.extend(item)
                continue
            case _:
                if not isinstance(item, Span):
                    stack.extend(values_of(item))
                continue
        if found and found != NO_DATES:
            return found
        why = why and found
    return why


def _of_rows(desk: Desk, table: str, rows: CheckedRows, value: Typed | None) -> str:
    """What rows of the measure's own row say: nothing where they end on a day, else why they do not."""
    inner = _period_inside(desk, (rows.date, rows.where, value))
    if inner:
        return inner
    if rows.window is None or rows.earlier:
        return NO_DATES
    if not isinstance(rows.window, Ever | ToDate | LastMonths | LastDays):
        return "it counts by the period"
    own = rows.match == () or (table == COMPANY and rows.match is None)
    return "" if own else "it counts rows of another row"


def _period_inside(desk: Desk, parts: tuple[Typed | None, ...]) -> str:
    """Why what is read on other rows does not stand still: it counts by a window itself, or by the period."""
    stack: list[object] = list(parts)
    while stack:
        item = stack.pop()
        match item:
            case Read(origin=Origin.MEASURE):
                why = desk.undated.get((item.table, item.name), NO_DATES)
                if why != NO_DATES or item.at is not None:
                    return why or "it counts rows inside rows"
            case Read() if item.origin in _PERIOD:
                return _PERIOD[item.origin]
            case CheckedRows() if item.window is not None:
                return "it counts rows inside rows"
            case PeriodEdge():
                return "it reads a day of the period"
            case tuple():
                stack.extend(item)
            case _ if not isinstance(item, Span):
                stack.extend(values_of(item))
    return ""


def _of_read(desk: Desk, table: str, read: Read) -> str:
    if read.at is not None or read.window is not None:
        return "it reads a value in a window of its own"
    if read.origin is Origin.KARMA and not read.path and read.table == table:
        return ""
    if read.origin in _PERIOD:
        return _PERIOD[read.origin]
    if read.origin is not Origin.MEASURE:
        return NO_DATES
    why = desk.undated.get((read.table, read.name), NO_DATES)
    return why if why or (not read.path and read.table == table) else "it reads a measure of another row"
