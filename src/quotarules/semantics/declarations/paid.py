"""`paid`: when what a row of pay earned falls due, in parts by date, in equal parts, or in proportion to a share."""

from collections.abc import Iterator
from typing import assert_never

from quotarules.diagnostics.source import Span
from quotarules.records import values_of
from quotarules.semantics.checked import (
    CheckedLine,
    Constant,
    DateType,
    DuePart,
    DueParts,
    DueSchedule,
    DueShare,
    DueSteps,
    InstantType,
    Number,
    Quantity,
    Typed,
)
from quotarules.semantics.desk import Desk
from quotarules.semantics.handling import needed, say_gap, wrong
from quotarules.semantics.literals import constant
from quotarules.semantics.problems.paid import MayNeverBeDue, NotKeptByRow, PartsDoNotAdd, ScheduleUnclear
from quotarules.semantics.rows import dates_of
from quotarules.semantics.scope import Scope
from quotarules.semantics.value import Value
from quotarules.syntax import ast

STEPS = {"monthly": 1, "quarterly": 3, "yearly": 12}
"""How many months lie between two equal parts."""

_MOST_PARTS = 600


def kept_by_row(desk: Desk, span: Span, what: str, line: CheckedLine) -> bool:
    """Whether the rows of a line can be told apart and dated, or a problem."""
    if line.rows is None or not line.rows.link:
        desk.found.add(NotKeptByRow(span, what, line.name, line.span, "rows"))
        return False
    if line.rows.date is None:
        desk.found.add(NotKeptByRow(span, what, line.name, line.rows.span, "date"))
        return False
    return True


def check_paid(desk: Desk, node: ast.Paid, line: str, scope: Scope) -> DueSchedule | None:
    """When the rows of a line fall due, read on such a row; None with problems."""
    match node:
        case ast.PaidParts(parts):
            return _parts(desk, node, parts, line, scope)
        case ast.PaidOn(date, span):
            # Due when it is there: that is what this form is for, so it is no matter for a warning.
            day = _day(desk, date, scope, None)
            return DueParts((DuePart(1, 0, day),), span) if day is not None else None
        case ast.PaidEqually(count, every, start, span):
            day = _day(desk, start, scope, line)
            months = STEPS.get(every.text)
            if months is None:
                known = ", ".join(STEPS)
                help_line = "write " + " or ".join(f"`{word}`" for word in STEPS)
                wanted = f"equal parts come {known}"
                desk.found.add(ScheduleUnclear(every.span, every.text, wanted, help_line))
            sound = _count_fits(desk, count)
            if day is None or months is None or not sound:
                return None
            return DueSteps(count.digits, months, day, span)
        case ast.PaidInProportion(share, span):
            found = _share(desk, share, scope)
            return DueShare(found, span) if found is not None else None
        case _:
            assert_never(node)


def _count_fits(desk: Desk, count: ast.NumberLiteral) -> bool:
    if count.scale == 0 and 1 <= count.digits <= _MOST_PARTS:
        return True
    wanted = f"there are from 1 to {_MOST_PARTS} equal parts"
    desk.found.add(ScheduleUnclear(count.span, desk.words(count.span), wanted, "write a whole number, as in `3`"))
    return False


def _parts(
    desk: Desk, node: ast.PaidParts, parts: tuple[ast.PaidPart, ...], line: str, scope: Scope
) -> DueSchedule | None:
    found: list[DuePart] = []
    shares: list[Constant] = []
    for part in parts:
        day = _day(desk, part.date, scope, line)
        share = constant(desk, part.percent)
        assert share is not None, "a percentage can always be read"
        assert isinstance(share.value, int), "a percentage is a number"
        shares.append(share)
        if day is not None:
            found.append(DuePart(share.value, share.scale, day))
    scale = max(share.scale for share in shares)
    total = sum(int(share.value) * 10 ** (scale - share.scale) for share in shares)
    if total != 10**scale:
        spans = tuple(part.percent.span for part in parts)
        desk.found.add(PartsDoNotAdd(spans, line, _percent(total, scale)))
        return None
    return DueParts(tuple(found), node.span) if len(found) == len(parts) else None


def _percent(total: int, scale: int) -> str:
    """A share as people write it; `total` at `scale` of one."""
    whole, rest = divmod(total * 100, 10**scale)
    decimals = str(rest).rjust(scale, "0").rstrip("0") if rest else ""
    return f"{whole}.{decimals}%" if decimals else f"{whole}%"


def _day(desk: Desk, node: ast.Expression, scope: Scope, warned: str | None) -> Typed | None:
    """A date of the row. It may be missing: nothing is due then; `warned` is the line for which that is said."""
    value = desk.walk(desk, node, scope)
    if value.typed is None or _moves(desk, node, scope):
        return None
    if not isinstance(value.type, DateType | InstantType):
        wrong(desk, value, "`paid`", "a date", None)
        return None
    for gap in value.gaps:
        if gap.kind not in ("column", "link", "when"):
            say_gap(desk, gap)
        elif warned is not None:
            desk.found.add(MayNeverBeDue(gap.span, warned, gap.name or desk.words(gap.span), gap.declared))
    return value.typed


def _moves(desk: Desk, node: ast.Expression, scope: Scope) -> bool:
    """Whether a date is that of the settled period, which is another one in each: a problem."""
    edge = next(_edges(node), None)
    if edge is None:
        return False
    dates = dates_of(desk, scope.table)
    unit = "month" if isinstance(edge, ast.AsOf) or edge.unit.text == "period" else edge.unit.text
    side = "end" if isinstance(edge, ast.AsOf) else edge.side
    help_line = f"write `{side} of {unit}({dates[0]})`" if dates else "write a date of the row"
    words = desk.words(edge.span)
    desk.found.add(ScheduleUnclear(edge.span, words, "a part falls due on a day of its row", help_line))
    return True


def _edges(node: object) -> Iterator[ast.Edge | ast.AsOf]:
    """The edges of the settled period that an expression reads, those of rows that it counts left aside."""
    if isinstance(node, ast.AsOf) or (isinstance(node, ast.Edge) and node.date is None):
        yield node
    elif isinstance(node, tuple):
        for item in node:
            yield from _edges(item)
    elif not isinstance(node, ast.Rows):
        for part in values_of(node):
            yield from _edges(part)


def _share(desk: Desk, node: ast.Expression, scope: Scope) -> Typed | None:
    value = desk.walk(desk, node, scope)
    typed = needed(desk, value)
    if typed is None or (isinstance(typed.type, Quantity) and isinstance(typed.type.unit, Number)):
        return typed
    wrong(desk, Value(typed), "`paid in proportion to`", "a percentage or a number", None)
    return None
