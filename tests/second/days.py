"""Days and windows: which days a rule looks at, counted since 1970-01-01.

Retail years (4-4-5) are taken from `values.period`, which says how they are counted; all else is worked out here.
"""

from calendar import monthrange
from datetime import date
from typing import assert_never

from quotarules.values.period import (
    Before,
    CalendarUnit,
    EdgeDay,
    Ever,
    FromTo,
    InPeriod,
    LastDays,
    LastMonths,
    Period,
    PeriodUnit,
    ToDate,
    Window,
    YearBefore,
    period_holding,
)
from quotarules.values.retail import Retail
from quotarules.values.weeks import Weeks
from second.facts import EPOCH

MINUTES_A_DAY = 24 * 60
_LONG_AGO = date.min.toordinal() - EPOCH.toordinal()
_MONTHS: dict[CalendarUnit, int] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


def as_date(day: int) -> date:
    return date.fromordinal(day + EPOCH.toordinal())


def as_day(value: date) -> int:
    return value.toordinal() - EPOCH.toordinal()


def months_later(day: int, months: int) -> int:
    """The same day of the month, or the month's last day where it has no such day."""
    at = as_date(day)
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    return as_day(date(year, month + 1, min(at.day, monthrange(year, month + 1)[1])))


def whole_months(start: int, end: int) -> int:
    """The most months that fit between two days, counted from the first one."""
    if end < start:
        return 0
    first, last = as_date(start), as_date(end)
    most = (last.year - first.year) * 12 + last.month - first.month
    return most if months_later(start, most) <= end else most - 1


def first_day(unit: PeriodUnit, day: int) -> int:
    """The first day of the week, half month, month, … that holds a day."""
    at = as_date(day)
    match unit:
        case "week":
            return day - at.weekday()
        case "half_month":
            return as_day(at.replace(day=1 if at.day <= 15 else 16))
        case "month" | "quarter" | "half_year" | "year":
            months = _MONTHS[unit]
            return as_day(date(at.year, (at.month - 1) // months * months + 1, 1))
        case Weeks(count, anchor):
            return day - (day - anchor) % (7 * count)
        case Retail():
            return period_holding(unit, day).start
        case _:
            assert_never(unit)


def day_after_unit(unit: PeriodUnit, day: int) -> int:
    """The first day after the unit that holds a day."""
    start = first_day(unit, day)
    match unit:
        case "week":
            return start + 7
        case "half_month":
            return start + 15 if as_date(start).day == 1 else months_later(first_day("month", start), 1)
        case "month" | "quarter" | "half_year" | "year":
            return months_later(start, _MONTHS[unit])
        case Weeks(count):
            return start + 7 * count
        case Retail():
            return period_holding(unit, day).end
        case _:
            assert_never(unit)


def edge(side: str, unit: PeriodUnit | None, period: Period) -> int:
    """The first or last day of the period, or of the unit that holds its last day."""
    if unit is None:
        return period.start if side == "start" else period.end - 1
    return first_day(unit, period.end - 1) if side == "start" else day_after_unit(unit, period.end - 1) - 1


def window_days(window: Window, period: Period) -> tuple[int, int]:
    """The first day of a window and the day after its last one; nothing after the period's last day is in it."""
    seen = period.end
    match window:
        case InPeriod():
            return period.start, seen
        case ToDate(unit):
            return first_day(unit, seen - 1), seen
        case LastMonths(count):
            return months_later(first_day("month", seen - 1), 1 - count), seen
        case LastDays(count):
            return seen - count, seen
        case Before(unit):
            last = (period.start if unit is None else first_day(unit, seen - 1)) - 1
            of = period.unit if unit is None else unit
            return first_day(of, last), last + 1
        case YearBefore(unit):
            return _year_before(unit, period)
        case Ever():
            return _LONG_AGO, seen
        case FromTo(start, end):
            first, after = _end(start, period), _end(end, period)
            return first, min(after, seen)
        case _:
            assert_never(window)


def _year_before(unit: PeriodUnit | None, period: Period) -> tuple[int, int]:
    """The unit of the same name a year before; the 53rd week counts as the last one of the year before."""
    of = period.unit if unit is None else unit
    match of:
        case "week":
            year, week, _ = as_date(first_day("week", period.end - 1)).isocalendar()
            weeks = date(year - 1, 12, 28).isocalendar().week
            start = as_day(date.fromisocalendar(year - 1, min(week, weeks), 1))
            return start, start + 7
        case "half_month" | "month" | "quarter" | "half_year" | "year":
            start = months_later(first_day(of, period.end - 1), -12)
            return start, day_after_unit(of, start)
        case Weeks():
            start = first_day(of, first_day(of, period.end - 1) - 52 * 7)
            return start, day_after_unit(of, start)
        case _:
            held = (period_holding(of, period.end - 1) if unit is not None else period).year_before()
            return held.start, held.end


def _end(end: int | EdgeDay, period: Period) -> int:
    match end:
        case EdgeDay(side, unit, months, days):
            return months_later(edge(side, unit, period), months) + days
        case _:
            return end


def ends_on(window: Window, day: int, period: Period) -> tuple[int, int]:
    """The days of a window as it stood on a day of a row: that day is the last one seen, if the period has seen it."""
    after = min(day + 1, period.end)
    match window:
        case ToDate(unit):
            return first_day(unit, day), after
        case LastMonths(count):
            return months_later(first_day("month", day), 1 - count), after
        case LastDays(count):
            return day + 1 - count, after
        case Ever():
            return _LONG_AGO, after
        case _:
            return window_days(window, period)


def back_from(window: Window, day: int, period: Period) -> int:
    """The first day that counts for earlier rows: a window runs back from the row's own date."""
    match window:
        case ToDate(unit):
            return first_day(unit, day)
        case LastMonths(count):
            return months_later(day, -count) + 1
        case LastDays(count):
            return day + 1 - count
        case _:
            return window_days(window, period)[0]
