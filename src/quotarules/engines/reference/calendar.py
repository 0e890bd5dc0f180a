"""Working time: opening minutes between two instants, and deadlines counted in them."""

from bisect import bisect_left, bisect_right

from quotarules.values.calendar import Calendar

MINUTES_A_DAY = 1440


def covers(calendar: Calendar, minute: int) -> bool:
    """Whether the minute's local day is one of the calendar's days."""
    return calendar.first <= minute // MINUTES_A_DAY <= calendar.last


def opening_minutes_before(calendar: Calendar, minute: int) -> int:
    """How many opening minutes of the calendar lie before this minute."""
    place = bisect_right(calendar.intervals, minute, key=lambda interval: interval.start)
    if place == 0:
        return 0
    interval = calendar.intervals[place - 1]
    return interval.before + min(minute, interval.end) - interval.start


def working_minutes(calendar: Calendar, start: int, end: int) -> int | None:
    """Opening minutes in [start, end), 0 if end is before start; None if either is outside the calendar's days."""
    if not covers(calendar, start) or not covers(calendar, end):
        return None
    return max(0, opening_minutes_before(calendar, end) - opening_minutes_before(calendar, start))


def working_days(calendar: Calendar, start: int, end: int) -> int | None:
    """Working days in [start, end), 0 if end is before start; None if either is no day, nor the day after the last."""
    if not (calendar.first <= start <= calendar.last + 1 and calendar.first <= end <= calendar.last + 1):
        return None
    before, until = (bisect_left(calendar.closings, day, key=lambda closing: closing[0]) for day in (start, end))
    return max(0, until - before)


def minute_deadline(calendar: Calendar, start: int, amount: int) -> int | None:
    """The minute at which `amount` (>= 1) opening minutes have passed since start; None outside the calendar."""
    assert amount >= 1, "a deadline lies after its start"
    if not covers(calendar, start):
        return None
    wanted = opening_minutes_before(calendar, start) + amount
    place = bisect_left(calendar.intervals, wanted, key=lambda i: i.before + i.end - i.start)
    if place == len(calendar.intervals):
        return None
    interval = calendar.intervals[place]
    return interval.start + wanted - interval.before


def day_deadline(calendar: Calendar, start: int, amount: int) -> int | None:
    """The closing minute of the `amount`-th (>= 1) working day after start's local day; None outside the calendar."""
    assert amount >= 1, "a deadline lies after its start"
    if not covers(calendar, start):
        return None
    place = bisect_right(calendar.closings, start // MINUTES_A_DAY, key=lambda closing: closing[0]) + amount - 1
    return calendar.closings[place][1] if place < len(calendar.closings) else None
