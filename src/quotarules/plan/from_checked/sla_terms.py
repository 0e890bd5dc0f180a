"""An sla term: the deadline of each row, with what stops its clock, the day it counts on, and whether it was kept.

Pauses become columns of their rows: where each begins to stop the clock (`begin`: after the term's start and after what
earlier pauses cover, so that overlapping ones count once), how far the clock had run then (`clock`), and the opening
minutes that it leaves out. A pause that begins when time is up, or after the event, stops nothing.
"""

from collections.abc import Callable
from typing import Literal as Word
from typing import assert_never

from quotarules.plan.from_checked.arithmetic import added, integer, negated
from quotarules.plan.from_checked.builder import Builder, Scope
from quotarules.plan.from_checked.dates import minute_of
from quotarules.plan.from_checked.expressions import day_of, expression, plan_rows
from quotarules.plan.from_checked.lines import both
from quotarules.plan.from_checked.working_time import over_calendar
from quotarules.plan.nodes import (
    DAY,
    FLAG,
    MINUTE,
    Aggregate,
    And,
    Column,
    Compare,
    DueOnly,
    Expr,
    IsMissing,
    Kind,
    Literal,
    MidnightOf,
    Or,
    Otherwise,
    Rows,
    ShiftDay,
    ShiftMinute,
    ValueType,
    When,
    WorkingDeadline,
    WorkingMinutes,
)
from quotarules.semantics.checked import CheckedPauses, CheckedTerm
from quotarules.values.period import Ever

_MINUTES_OF_DAY = 24 * 60
_COUNT = ValueType(Kind.INTEGER, 0, "minutes")
_PLAIN = ValueType(Kind.INTEGER)


def promise_row(builder: Builder, name: str, term: CheckedTerm) -> None:
    """The columns of a term's rows: deadline, day, kept; with pauses, what they are made from."""
    table, label, span = term.rows.table, term.label, term.span
    scope = Scope(table)
    builder.promise(table, f"{name} deadline", label, span, lambda: _deadline(builder, name, term))
    builder.promise(table, f"{name} day", label, span, lambda: _counting_day(builder, name, term))
    builder.promise(table, f"{name} kept", label, span, lambda: _kept(builder, name, term))
    if term.pauses is None:
        return
    # Pauses read these over their link; without pauses they stand where they are needed.
    builder.promise(table, f"{name} start", label, span, lambda: expression(builder, scope, term.start))
    builder.promise(table, f"{name} event", label, span, lambda: expression(builder, scope, term.event))
    if term.calendar is not None:
        calendar = term.calendar
        builder.promise(table, f"{name} calendar", label, span, lambda: expression(builder, scope, calendar))
    _promise_pauses(builder, name, term, term.pauses)


def _own(builder: Builder, name: str, term: CheckedTerm, what: str, path: tuple[str, ...] = ()) -> Expr:
    """A column of the term's row, read there or, over a link, on the row of a pause."""
    column = f"{name} {what}"
    kind = builder.read(term.rows.table, column)
    table = term.pauses.rows.table if term.pauses is not None and path else term.rows.table
    return builder.reached(table, path, column, kind, term.span)


def _deadline(builder: Builder, name: str, term: CheckedTerm) -> Expr:
    start = expression(builder, Scope(term.rows.table), term.start)
    amount = term.amount
    match term.unit:
        case "working minutes" | "working days":
            return _working_deadline(builder, name, term)
        case "minutes":
            return ShiftMinute(minute_of(start), amount)
        case "days":
            if start.type.kind is Kind.DAY:
                return ShiftDay(start, 0, amount)
            return ShiftMinute(start, amount * _MINUTES_OF_DAY)
        case "months":
            return ShiftDay(day_of(start), amount, 0)
        case _:
            assert_never(term.unit)


def _working_deadline(builder: Builder, name: str, term: CheckedTerm) -> Expr:
    start = minute_of(expression(builder, Scope(term.rows.table), term.start))
    outside = builder.reason(f"`{term.name}` falls outside the calendar", term.span, waiting=True)
    paused = _own(builder, name, term, "paused") if term.pauses is not None else None

    def due(calendar: str) -> Expr:
        unit: Word["minutes", "days"] = "minutes" if term.unit == "working minutes" else "days"
        return WorkingDeadline(start, term.amount, unit, calendar, outside, more=paused)

    deadline = _over_calendar(builder, name, term, (), due)
    if term.pauses is None:
        return deadline
    still = builder.reason(f"`{term.name}` is still paused", term.pauses.span)
    running = Compare("=", _own(builder, name, term, "open pauses"), integer(0))
    return When(deadline, ((running, still),), deadline.type)


def _over_calendar(
    builder: Builder, name: str, term: CheckedTerm, path: tuple[str, ...], make: Callable[[str], Expr]
) -> Expr:
    chosen = None
    if term.calendar is not None:
        chosen = expression(builder, Scope(term.rows.table), term.calendar)
        if path and not isinstance(chosen, Literal):
            chosen = _own(builder, name, term, "calendar", path)
    unknown = builder.reason(f"`{term.name}` has no calendar", term.span, waiting=True)
    return over_calendar(builder.plan, chosen, make, unknown)


def _counting_day(builder: Builder, name: str, term: CheckedTerm) -> Expr:
    """The day of the deadline; while that is unknown, the day of the start, so that the row waits in some period.

    A row that is still paused has no day yet.
    """
    unknown = builder.reason(f"`{term.name}` has no deadline", term.span)
    known = DueOnly(day_of(_own(builder, name, term, "deadline")), unknown, DAY)
    day = Otherwise((known, day_of(expression(builder, Scope(term.rows.table), term.start))), DAY)
    if term.pauses is None:
        return day
    still = builder.reason(f"`{term.name}` is still paused", term.pauses.span)
    lasting = Otherwise((DueOnly(_own(builder, name, term, "open pauses"), unknown, _PLAIN), integer(0)), _PLAIN)
    return When(day, ((Compare("=", lasting, integer(0)), still),), DAY)


def _kept(builder: Builder, name: str, term: CheckedTerm) -> Expr:
    event = expression(builder, Scope(term.rows.table), term.event)
    deadline = _own(builder, name, term, "deadline")
    if event.type.kind is not deadline.type.kind:
        event, deadline = day_of(event), day_of(deadline)
    return Otherwise((Compare("<=", event, deadline), Literal(value=False, type=FLAG)), FLAG)


# --- pauses --------------------------------------------------------------------------------------


def _promise_pauses(builder: Builder, name: str, term: CheckedTerm, pauses: CheckedPauses) -> None:
    table, label, span = pauses.rows.table, term.label, pauses.span
    holds = Scope(table)
    builder.promise(table, f"{name} from", label, span, lambda: minute_of(expression(builder, holds, pauses.start)))
    builder.promise(table, f"{name} until", label, span, lambda: _until(builder, name, term, pauses))
    builder.promise(table, f"{name} begin", label, span, lambda: _begin(builder, name, term, pauses))
    builder.promise(table, f"{name} length", label, span, lambda: _length(builder, name, term, pauses))
    builder.promise(table, f"{name} stops", label, span, lambda: _stops(builder, name, term, pauses))
    builder.promise(term.rows.table, f"{name} paused", label, span, lambda: _paused(builder, name, pauses))
    builder.promise(term.rows.table, f"{name} open pauses", label, span, lambda: _open(builder, name, pauses))


def _of(builder: Builder, name: str, pauses: CheckedPauses, what: str) -> Column:
    column = f"{name} {what}"
    return Column((), pauses.rows.table, column, builder.read(pauses.rows.table, column), None)


def _later(builder: Builder, first: Expr, second: Expr, pauses: CheckedPauses) -> Expr:
    """The later of two minutes."""
    other = builder.reason("the other one is later", pauses.span)
    return Otherwise((When(first, ((Compare(">=", first, second), other),), MINUTE), second), MINUTE)


def _until(builder: Builder, name: str, term: CheckedTerm, pauses: CheckedPauses) -> Expr:
    """The end of a pause, which is the event at the latest. A day ends the pause as it begins."""
    end = minute_of(expression(builder, Scope(pauses.rows.table), pauses.end))
    event = _own(builder, name, term, "event", pauses.rows.link)
    over = MidnightOf(ShiftDay(event, 0, 1)) if event.type.kind is Kind.DAY else event
    later = builder.reason("the event comes first", pauses.span)
    first = When(end, ((Compare("<=", end, Otherwise((over, end), MINUTE)), later),), MINUTE)
    return Otherwise((first, over), MINUTE)


def _earlier(builder: Builder, name: str, pauses: CheckedPauses) -> Rows:
    """The pauses of the same row that begin before this one, in (beginning, key) order."""
    own = plan_rows(builder, Scope(pauses.rows.table), pauses.rows)
    return Rows(own.table, own.link, own.link, True, _of(builder, name, pauses, "from"), Ever(), own.where)


def _begin(builder: Builder, name: str, term: CheckedTerm, pauses: CheckedPauses) -> Expr:
    """When the pause begins to stop the clock: after the start, and after what earlier pauses cover."""
    begun = _of(builder, name, pauses, "from")
    none = builder.reason("there is no earlier pause", pauses.span)
    covered = Aggregate("max", _earlier(builder, name, pauses), _of(builder, name, pauses, "until"), none, MINUTE)
    start = minute_of(_own(builder, name, term, "start", pauses.rows.link))
    first = _later(builder, begun, start, pauses)
    return _later(builder, first, Otherwise((covered, first), MINUTE), pauses)


def _minutes(builder: Builder, name: str, term: CheckedTerm, pauses: CheckedPauses, ends: tuple[Expr, Expr]) -> Expr:
    """Opening minutes between two minutes, on the row of a pause."""
    outside = builder.reason(f"a pause of `{term.name}` falls outside the calendar", pauses.span, waiting=True)

    def opened(calendar: str) -> Expr:
        return WorkingMinutes(*ends, calendar, outside, _COUNT)

    return _over_calendar(builder, name, term, pauses.rows.link, opened)


def _length(builder: Builder, name: str, term: CheckedTerm, pauses: CheckedPauses) -> Expr:
    ends = _of(builder, name, pauses, "begin"), _of(builder, name, pauses, "until")
    return _minutes(builder, name, term, pauses, ends)


def _stops(builder: Builder, name: str, term: CheckedTerm, pauses: CheckedPauses) -> Expr:
    """Whether the pause stops the clock: it begins while time is left, and before the event."""
    start = minute_of(_own(builder, name, term, "start", pauses.rows.link))
    begun, begin = _of(builder, name, pauses, "from"), _of(builder, name, pauses, "begin")
    none = builder.reason("there is no earlier pause", pauses.span)
    before = Aggregate("sum", _earlier(builder, name, pauses), _of(builder, name, pauses, "length"), none, _COUNT)
    clock = added((_minutes(builder, name, term, pauses, (start, begin)), negated(before)), _COUNT.unit)
    left = Compare("<", clock, integer(term.amount, unit=_COUNT.unit))
    event = _own(builder, name, term, "event", pauses.rows.link)
    started = day_of(begun) if event.type.kind is Kind.DAY else begun
    open_yet = Or((IsMissing(event), Compare("<=" if event.type.kind is Kind.DAY else "<", started, event)))
    return And((left, open_yet))


def _mine(builder: Builder, pauses: CheckedPauses, also: Expr | None) -> Rows:
    """The pauses of the row in hand."""
    own = plan_rows(builder, Scope(pauses.rows.table), pauses.rows)
    return Rows(own.table, own.link, (), False, None, None, both(own.where, also))


def _paused(builder: Builder, name: str, pauses: CheckedPauses) -> Expr:
    """The opening minutes that all pauses of a row leave out."""
    none = builder.reason("there is no pause", pauses.span)
    rows = _mine(builder, pauses, _of(builder, name, pauses, "stops"))
    return Aggregate("sum", rows, _of(builder, name, pauses, "length"), none, _COUNT)


def _open(builder: Builder, name: str, pauses: CheckedPauses) -> Expr:
    """How many pauses of a row that stop its clock have no end yet."""
    none = builder.reason("there is no pause", pauses.span)
    lasting = IsMissing(_of(builder, name, pauses, "until"))
    return Aggregate(
        "count", _mine(builder, pauses, both(_of(builder, name, pauses, "stops"), lasting)), None, none, _PLAIN
    )
