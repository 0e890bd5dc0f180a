"""Periods and windows: half-open ranges of days, counted since 1970-01-01. There is no "today"."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

PeriodUnit = Literal["month", "quarter", "year"]
MONTHS: dict[PeriodUnit, int] = {"month": 1, "quarter": 3, "year": 12}
EPOCH = date(1970, 1, 1).toordinal()
FIRST_DAY = date(1, 1, 1).toordinal() - EPOCH
LAST_DAY = date(9999, 12, 31).toordinal() - EPOCH

_PERIOD = re.compile(r"([0-9]{4})(?:-(?:([0-9]{2})|Q([1-4])))?", re.ASCII)


def day_number(value: date) -> int:
    """Days since 1970-01-01."""
    return value.toordinal() - EPOCH


def calendar_date(day: int) -> date:
    """The calendar date of a day number."""
    return date.fromordinal(day + EPOCH)


def add_months(day: int, months: int) -> int:
    """The same day of the month `months` later, cut to the month's last day (31 Jan + 1 month = 28/29 Feb)."""
    anchor = calendar_date(day)
    index = anchor.year * 12 + anchor.month - 1 + months
    year, month = divmod(index, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = following.toordinal() - date(year, month + 1, 1).toordinal()
    return day_number(date(year, month + 1, min(anchor.day, last)))


def start_of(unit: PeriodUnit, day: int) -> int:
    """The first day of the month, quarter or year that holds `day`."""
    anchor = calendar_date(day)
    months = MONTHS[unit]
    return day_number(date(anchor.year, (anchor.month - 1) // months * months + 1, 1))


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A settled range of days [start, end) of a unit; `as_of` is its last day."""

    start: int
    end: int
    unit: PeriodUnit

    @property
    def as_of(self) -> int:
        """The last day seen."""
        return self.end - 1

    @property
    def name(self) -> str:
        """`2026-03`, `2026-Q1` or `2026`."""
        first = calendar_date(self.start)
        match self.unit:
            case "month":
                return f"{first.year:04d}-{first.month:02d}"
            case "quarter":
                return f"{first.year:04d}-Q{(first.month + 2) // 3}"
            case "year":
                return f"{first.year:04d}"

    def previous(self) -> "Period":
        """The period of the same unit just before."""
        return Period(add_months(self.start, -MONTHS[self.unit]), self.start, self.unit)

    def next(self) -> "Period":
        """The period of the same unit just after."""
        return Period(self.end, add_months(self.end, MONTHS[self.unit]), self.unit)


def period_holding(unit: PeriodUnit, day: int) -> Period:
    """The period of that unit in which `day` lies."""
    start = start_of(unit, day)
    return Period(start, add_months(start, MONTHS[unit]), unit)


def parse_period(text: str, unit: PeriodUnit) -> Period | None:
    """`2026-03` for months, `2026-Q1` for quarters, `2026` for years; None if it is not of that unit."""
    match = _PERIOD.fullmatch(text)
    if match is None:
        return None
    year, month, quarter = match.groups()
    written = "month" if month else "quarter" if quarter else "year"
    first = int(month) if month else int(quarter) * 3 - 2 if quarter else 1
    if written != unit or not 1 <= first <= 12 or not 1 < int(year) < 9999:
        return None
    return period_holding(unit, day_number(date(int(year), first, 1)))


# --- windows ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class InPeriod:
    """The settled period."""


@dataclass(frozen=True, slots=True)
class ToDate:
    """From the start of the month, quarter or year of the last day seen."""

    unit: PeriodUnit


@dataclass(frozen=True, slots=True)
class LastMonths:
    """The last `count` calendar months, the one with the last day seen being the last."""

    count: int


@dataclass(frozen=True, slots=True)
class Ever:
    """Everything up to the last day seen."""


@dataclass(frozen=True, slots=True)
class FromTo:
    """Days [start, end), as far as they have been seen."""

    start: int
    end: int


Window = InPeriod | ToDate | LastMonths | Ever | FromTo


def window_days(window: Window, period: Period) -> tuple[int, int]:
    """The days [first, end) of a window of a settled period; never past the last day seen."""
    seen = period.as_of + 1
    match window:
        case InPeriod():
            return period.start, seen
        case ToDate(unit):
            return start_of(unit, period.as_of), seen
        case LastMonths(count):
            return add_months(start_of("month", period.as_of), 1 - count), seen
        case Ever():
            return FIRST_DAY, seen
        case FromTo(start, end):
            return start, min(end, seen)


def earlier_start(window: Window, day: int, period: Period) -> int:
    """The first day that an `earlier` window counts for a row dated `day`: it runs back from the row's own date.

    `last N months` counts the days after the same day N months before: from 2026-05-10, three months begin
    on 2026-02-11.
    """
    match window:
        case InPeriod():
            return period.start
        case ToDate(unit):
            return start_of(unit, day)
        case LastMonths(count):
            return add_months(day, -count) + 1
        case Ever():
            return FIRST_DAY
        case FromTo(start, _):
            return start
