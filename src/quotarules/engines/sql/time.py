"""Days, minutes and working time in SQL: days are numbers, and a calendar is a table to look things up in."""

from quotarules.engines.sql.build import both, case, minus, no, plus, quotient, test, times, to
from quotarules.engines.sql.context import Context
from quotarules.engines.sql.frames import Join, StaticSource, calculate, fetch
from quotarules.engines.sql.state import ONE, State, strict, strict_then
from quotarules.engines.sql.tree import Absent, Int, MonthIndex, MonthsLater, Present, Ref, Sql, SqlType
from quotarules.engines.sql.unit_start import unit_start
from quotarules.plan.nodes import (
    DayOf,
    DaysBetween,
    MidnightOf,
    MonthsBetween,
    PeriodDay,
    ShiftDay,
    ShiftMinute,
    WorkingDays,
    WorkingDeadline,
    WorkingMinutes,
)
from quotarules.values.calendar import Calendar
from quotarules.values.period import held_period

DAY_MINUTES = 1440


def days_relation(calendar: str) -> str:
    """The relation with one row for each day of a calendar.

    Columns: day, before (opening minutes before the day), ordinal (working days up to it, itself counted), and the
    day's intervals as `start 1`, `end 1`, … (start = end where there are fewer).
    """
    return f"calendar {calendar} days"


def spans_relation(calendar: str) -> str:
    """The relation of opening intervals: start, before, until (= before + length)."""
    return f"calendar {calendar} openings"


def closings_relation(calendar: str) -> str:
    """The relation of working days: ordinal from 1, closing minute."""
    return f"calendar {calendar} closings"


def most_intervals(calendar: Calendar) -> int:
    """The most intervals that a day of the calendar has."""
    counts: dict[int, int] = {}
    for interval in calendar.intervals:
        day = interval.start // DAY_MINUTES
        counts[day] = counts.get(day, 0) + 1
    return max(counts.values(), default=0)


def period_day(context: Context, node: PeriodDay) -> State:
    """A day that is known when the query is written."""
    held = held_period(None if node.unit == "period" else node.unit, context.lowered.period)
    day = held.start if node.side == "start" else held.as_of
    return State(Int(day, SqlType.SMALL))


def day_of(context: Context, node: DayOf) -> State:
    """The day of a minute; before 1970 the quotient goes down, not toward zero."""
    state = context.lower(node.operand)
    value = _day(context, state.value, negative=context.extent(node.operand).number.lo < 0)
    return State(value, ONE, state.codes, state.code)


def _day(context: Context, minute: Sql, *, negative: bool) -> Sql:
    if negative:
        minute = context.atom(minute, "minute")
        minute = case(
            [(test("<", minute, Int(0)), minus(minute, Int(DAY_MINUTES - 1), SqlType.INT))], minute, SqlType.INT
        )
    return to(quotient(minute, Int(DAY_MINUTES), SqlType.INT), SqlType.SMALL)


def midnight_of(context: Context, node: MidnightOf) -> State:
    """The minute at which a day begins."""
    state = context.lower(node.operand)
    return State(times(state.value, Int(DAY_MINUTES), SqlType.INT), ONE, state.codes, state.code)


def shift_day(context: Context, node: ShiftDay) -> State:
    """Months first, then days."""
    state = context.lower(node.operand)
    first = state.value if node.unit is None else unit_start(node.unit, context.atom(state.value, "day"))
    value = MonthsLater(first, Int(node.months, SqlType.SMALL)) if node.months else first
    return State(plus(value, Int(node.days, SqlType.SMALL), SqlType.SMALL), ONE, state.codes, state.code)


def shift_minute(context: Context, node: ShiftMinute) -> State:
    """Minutes later."""
    state = context.lower(node.operand)
    return State(plus(state.value, Int(node.minutes), SqlType.INT), ONE, state.codes, state.code)


def days_between(context: Context, node: DaysBetween) -> State:
    """Days from start to end."""
    start, end = context.lower(node.start), context.lower(node.end)
    return strict(to(minus(end.value, start.value, SqlType.SMALL), SqlType.INT), (start, end))


def months_between(context: Context, node: MonthsBetween) -> State:
    """The months from one month to the other, one less where that passes the end."""
    start, end = context.lower(node.start), context.lower(node.end)
    first, last = context.atom(start.value, "from"), context.atom(end.value, "to")
    months = calculate(context.frame, f"{context.hint} months", minus(MonthIndex(last), MonthIndex(first), SqlType.INT))
    reached = test("<=", MonthsLater(first, to(months, SqlType.SMALL)), last)
    fewer = minus(months, Int(1), SqlType.INT)
    whens: list[tuple[Sql, Sql]] = [(test("<", last, first), Int(0)), (reached, months), (no(reached), fewer)]
    return strict(case(whens, None, SqlType.INT), (start, end))


def working_minutes(context: Context, node: WorkingMinutes) -> State:
    """Opening minutes up to the end less those up to the start."""
    start, end = context.lower(node.start), context.lower(node.end)
    one, two = (_whole_minute(context, state.value) for state in (start, end))
    before, until = _opened(context, node.calendar, one), _opened(context, node.calendar, two)
    difference = minus(until, before, SqlType.INT)
    value = case(
        [(test("<", two, one), case([(_known(before, until), Int(0))], None, SqlType.INT))], difference, SqlType.INT
    )
    outside = both(Present(one), Present(two), no(_known(before, until)))
    return strict_then(context.atom(value, "working time"), (start, end), [(outside, context.code(node.reason))])


def working_days(context: Context, node: WorkingDays) -> State:
    """Working days before the end less those before the start."""
    start, end = context.lower(node.start), context.lower(node.end)
    one, two = context.atom(start.value, "from"), context.atom(end.value, "to")
    before, until = _days_before(context, node.calendar, one), _days_before(context, node.calendar, two)
    passed, none = minus(until, before, SqlType.INT), case([(_known(before, until), Int(0))], None, SqlType.INT)
    value = case([(test("<", two, one), none)], passed, SqlType.INT)
    outside = both(Present(one), Present(two), no(_known(before, until)))
    return strict_then(context.atom(value, "working days"), (start, end), [(outside, context.code(node.reason))])


def _days_before(context: Context, name: str, day: Sql) -> Sql:
    """Working days of the calendar before a day; null where it is no day of it, nor the day after its last."""
    calendar = next(known for known in context.lowered.plan.calendars if known.name == name)
    identity = ("calendar before", context.table, name, day)
    on = ((minus(day, Int(1, SqlType.SMALL), SqlType.SMALL), Ref("j", "day", SqlType.SMALL)),)
    context.lowered.joins.setdefault(identity, Join(context.table, StaticSource(days_relation(name)), on))
    ordinal = fetch(context.lowered, identity, "ordinal", SqlType.INT, f"{context.hint} working days before")
    first = test("=", day, Int(calendar.first, SqlType.SMALL))
    return calculate(context.frame, f"{context.hint} days before", case([(first, Int(0))], ordinal, SqlType.INT))


def _known(before: Sql, until: Sql) -> Sql:
    return both(Present(before), Present(until))


def _whole_minute(context: Context, value: Sql) -> Sql:
    return value if isinstance(value, (Ref, Int)) else calculate(context.frame, f"{context.hint} minute", value)


def _calendar_join(context: Context, calendar: str, minute: Sql) -> tuple[str, str, str, Sql]:
    identity = ("calendar", context.table, calendar, minute)
    day = context.atom(_day(context, minute, negative=True), "day")
    on = ((day, Ref("j", "day", SqlType.SMALL)),)
    context.lowered.joins.setdefault(identity, Join(context.table, StaticSource(days_relation(calendar)), on))
    return identity


def _opened(context: Context, name: str, minute: Sql) -> Sql:
    """Opening minutes of the calendar before a minute; null outside the calendar."""
    join = _calendar_join(context, name, minute)
    calendar = next(known for known in context.lowered.plan.calendars if known.name == name)
    total: Sql = fetch(context.lowered, join, "before", SqlType.INT, f"{context.hint} opened before")
    for place in range(1, most_intervals(calendar) + 1):
        start, end = (
            fetch(context.lowered, join, f"{side} {place}", SqlType.INT, f"{context.hint} {side} {place}")
            for side in ("start", "end")
        )
        passed = minus(minute, start, SqlType.INT)
        inside = case(
            [(test("<=", minute, start), Int(0)), (test("<", minute, end), passed)],
            minus(end, start, SqlType.INT),
            SqlType.INT,
        )
        total = plus(total, inside, SqlType.INT)
    return calculate(context.frame, f"{context.hint} opened", total)


def working_deadline(context: Context, node: WorkingDeadline) -> State:
    """The minute that a count of opening minutes or of working days leads to."""
    start = context.lower(node.start)
    operands = [start]
    minute = _whole_minute(context, start.value)
    lowered, hint = context.lowered, context.hint
    if node.unit == "days":
        join = _calendar_join(context, node.calendar, minute)
        ordinal = fetch(lowered, join, "ordinal", SqlType.INT, f"{hint} working day")
        wanted = calculate(context.frame, f"{hint} last working day", plus(ordinal, Int(node.amount), SqlType.INT))
        closing = ("closing", context.table, node.calendar, wanted)
        on = ((wanted, Ref("j", "ordinal", SqlType.INT)),)
        lowered.joins.setdefault(closing, Join(context.table, StaticSource(closings_relation(node.calendar)), on))
        value: Sql = fetch(lowered, closing, "minute", SqlType.INT, f"{hint} due")
    else:
        opened = _opened(context, node.calendar, minute)
        amount: Sql = Int(node.amount)
        if node.more is not None:
            operands.append(context.lower(node.more))
            more = context.atom(operands[1].value, "more")
            some: list[tuple[Sql, Sql]] = [(test(">", more, Int(0)), more), (test("<=", more, Int(0)), Int(0))]
            amount = plus(case(some, None, more.type), amount, SqlType.INT)
        target = calculate(context.frame, f"{hint} opened until", plus(opened, amount, SqlType.INT))
        span = ("span", context.table, node.calendar, target, node.amount == 0)
        before, until = Ref("j", "before", SqlType.INT), Ref("j", "until", SqlType.INT)
        lower, upper = ("<=", "<") if node.amount == 0 else ("<", "<=")
        inside = (test(lower, before, target), test(upper, target, until))
        source = StaticSource(spans_relation(node.calendar))
        lowered.joins.setdefault(span, Join(context.table, source, (), inside))
        opening = fetch(lowered, span, "start", SqlType.INT, f"{hint} opening")
        passed = fetch(lowered, span, "before", SqlType.INT, f"{hint} opened before it")
        value = plus(opening, minus(target, passed, SqlType.INT), SqlType.INT)
    value = context.atom(value, "due")
    outside = both(*(Present(operand.value) for operand in operands if operand.codes), Absent(value))
    return strict_then(value, operands, [(outside, context.code(node.reason))])
