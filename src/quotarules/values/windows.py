"""Windows of earlier rows, windows seen from a longer unit than the period, and their words."""

from typing import assert_never

from quotarules.values.period import (
    Before,
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
    add_months,
    calendar_date,
    start_of,
    unit_text,
    window_days,
)


def in_unit(window: Window, unit: PeriodUnit) -> Window:
    """The window where `period` stands for the unit; at the unit's last day `to date` is the whole unit."""
    match window:
        case InPeriod():
            return ToDate(unit)
        case Before(None):
            return Before(unit)
        case YearBefore(None):
            return YearBefore(unit)
        case FromTo(start, end):
            return FromTo(_edge_in(start, unit), _edge_in(end, unit))
        case _:
            return window


def _edge_in(day: int | EdgeDay, unit: PeriodUnit) -> int | EdgeDay:
    match day:
        case EdgeDay(side, None, months, days):
            return EdgeDay(side, unit, months, days)
        case _:
            return day


def window_text(window: Window) -> str:
    """The words of a window, to tell apart what is read in different ones."""
    match window:
        case InPeriod():
            return "period"
        case ToDate(unit):
            return f"{unit_text(unit)} to date"
        case LastMonths(count):
            return f"last {count} months"
        case LastDays(count):
            return f"last {count} days"
        case Before(unit):
            return f"the {_unit_or_period(unit)} before"
        case YearBefore(unit):
            return f"the same {_unit_or_period(unit)} last year"
        case Ever():
            return "ever"
        case FromTo(start, end):
            return f"from {_day_text(start)} to under {_day_text(end)}"
        case _:
            assert_never(window)


def _unit_or_period(unit: PeriodUnit | None) -> str:
    return "period" if unit is None else unit_text(unit)


def _day_text(day: int | EdgeDay) -> str:
    match day:
        case EdgeDay(side, unit, months, days):
            return f"{side} of {_unit_or_period(unit)} {months:+d} months {days:+d} days"
        case _:
            return str(calendar_date(day))


def earlier_start(window: Window, day: int, period: Period) -> int:
    """The first day that an `earlier` window counts for a row dated `day`: it runs back from the row's own date.

    `last N months` counts the days after the same day N months before: from 2026-05-10, three months begin
    on 2026-02-11. `last N days` ends with the row's own day.
    """
    match window:
        case ToDate(unit):
            return start_of(unit, day)
        case LastMonths(count):
            return add_months(day, -count) + 1
        case LastDays(count):
            return day - count + 1
        case _:
            return window_days(window, period)[0]
