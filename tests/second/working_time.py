"""Spans of time, and working time: opening minutes of a calendar between two moments, and moments so far away."""

from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction

from quotarules.semantics.checked import DateType, TimeBetween, Typed
from quotarules.values.calendar import Calendar
from second import days
from second.facts import Row
from second.states import WAITS, State, held_up
from second.world import Result, View, World, day_of, plain


@dataclass(frozen=True, slots=True)
class Span:
    """Minutes from `start` up to `end`."""

    start: int
    end: int


def between(world: World, value: TimeBetween, row: Row | None, view: View) -> Result:
    """`days(…)`, `months(…)` and `working hours(…)`, which are in minutes; `through` counts the last day."""
    start, end = world.read(value.start, row, view), world.read(value.end, row, view)
    name = calendar_read(world, value.calendar, row, view) if value.what.startswith("working") else ""
    stopped = held_up((start, end, name))
    if stopped is not None:
        return stopped
    first, last = day_of(start), day_of(end) + (1 if value.through else 0)
    match value.what:
        case "days":
            return Fraction(last - first)
        case "months":
            return Fraction(days.whole_months(first, last))
        case "working days":
            calendar = named(world, str(plain(name)))
            open_on = [day for day, _ in calendar.closings if first <= day < last]
            inside = all(calendar.first <= end <= calendar.last + 1 for end in (first, last))
            return Fraction(len(open_on)) if inside else WAITS
        case _:
            calendar = named(world, str(plain(name)))
            if not (speaks_of(calendar, first) and speaks_of(calendar, last)):
                return WAITS
            return Fraction(sum(span.end - span.start for span in _cut(calendar, first, last)))


def calendar_read(world: World, value: Typed | None, row: Row | None, view: View) -> Result:
    """The name of a calendar: what is said, else the plan's."""
    if value is not None:
        return world.read(value, row, view)
    assert world.plan.company_calendar is not None, "working time is counted over a calendar"
    return world.plan.company_calendar


def named(world: World, name: str) -> Calendar:
    return next(calendar for calendar in world.plan.calendars if calendar.name == name)


def speaks_of(calendar: Calendar, minute: int) -> bool:
    """Whether a moment lies in the days of a calendar."""
    return calendar.first <= minute // days.MINUTES_A_DAY <= calendar.last


def _cut(calendar: Calendar, start: int, end: int) -> list[Span]:
    """The opening minutes between two moments."""
    spans = (Span(max(open_.start, start), min(open_.end, end)) for open_ in calendar.intervals)
    return [span for span in spans if span.start < span.end]


# --- deadlines -----------------------------------------------------------------------------------------


def after_minutes(calendar: Calendar, start: int, amount: int, pauses: tuple[Span, ...]) -> int | State:
    """The first moment by which so many opening minutes outside of the pauses have passed."""
    if not speaks_of(calendar, start):
        return WAITS
    left = amount
    first = bisect_right(calendar.intervals, start, key=lambda open_: open_.end)
    for open_ in calendar.intervals[first:]:
        for span in _without(Span(max(open_.start, start), open_.end), pauses):
            if span.end - span.start >= left:
                return span.start + left
            left -= span.end - span.start
    return WAITS


def _without(span: Span, pauses: tuple[Span, ...]) -> list[Span]:
    """What is left of a span, in order, when pauses are taken out."""
    left = [span] if span.start < span.end else []
    for pause in pauses:
        parts = [part for each in left for part in _parted(each, pause)]
        left = [part for part in parts if part.start < part.end]
    return left


def _parted(span: Span, pause: Span) -> list[Span]:
    if pause.end <= pause.start:
        return [span]
    return [Span(span.start, min(span.end, pause.start)), Span(max(span.start, pause.end), span.end)]


def after_working_days(calendar: Calendar, start: int, amount: int) -> int | State:
    """Closing time of the so-manieth working day after a day."""
    if not calendar.first <= start <= calendar.last:
        return WAITS
    coming = [minute for day, minute in calendar.closings if day > start]
    return coming[amount - 1] if len(coming) >= amount else WAITS


def midnight(result: int, value: Typed) -> int:
    """A moment; of a day its first minute."""
    return result * days.MINUTES_A_DAY if isinstance(value.type, DateType) else result
