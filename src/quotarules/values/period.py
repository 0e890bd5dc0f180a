"""Periods and windows: half-open ranges of days, counted since 1970-01-01. There is no "today"."""

import re
from datetime import date
from typing import Literal, assert_never

from quotarules.records import dataclass
from quotarules.values.retail import (
    RETAIL_PATTERNS,
    RETAIL_PERIODS,
    Retail,
    RetailPart,
    retail_starts,
    retail_year,
    retail_year_start,
)
from quotarules.values.weeks import LONGEST, Weeks, weeks_start

CalendarUnit = Literal["week", "half_month", "month", "quarter", "half_year", "year"]
PeriodUnit = CalendarUnit | Retail | Weeks
CALENDAR_UNITS: tuple[CalendarUnit, ...] = ("week", "half_month", "month", "quarter", "half_year", "year")

EPOCH = date(1970, 1, 1).toordinal()
FIRST_DAY = date(1, 1, 1).toordinal() - EPOCH
LAST_DAY = date(9999, 12, 31).toordinal() - EPOCH

_MONTHS: dict[CalendarUnit, int] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_LETTERS: dict[CalendarUnit | RetailPart, str] = {"week": "W", "quarter": "Q", "half_year": "H", "period": "P"}
_NAME = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?P<rest>[0-9]{2}(?:-H[12]|-[0-9]{2})?|Q[1-4]|H[12]|[WP][0-9]{2}))?", re.ASCII
)
_WEEKS_UNIT = re.compile(rf"([1-{LONGEST}]) weeks from ([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})", re.ASCII)
_RETAIL_UNIT = re.compile(r"(4-4-5|4-5-4|5-4-4) from ([0-9]{4}-[0-9]{2}-[0-9]{2})", re.ASCII)


def day_number(value: date) -> int:
    """Days since 1970-01-01."""
    return value.toordinal() - EPOCH


def calendar_date(day: int) -> date:
    """The calendar date of a day number."""
    return date.fromordinal(day + EPOCH)


def monday_before(day: int) -> int:
    """The Monday of the week that holds a day; 1970-01-01 was a Thursday."""
    return day - (day + 3) % 7


def add_months(day: int, months: int) -> int:
    """The same day of the month `months` later, cut to the month's last day (31 Jan + 1 month = 28/29 Feb)."""
    anchor = calendar_date(day)
    index = anchor.year * 12 + anchor.month - 1 + months
    year, month = divmod(index, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = following.toordinal() - date(year, month + 1, 1).toordinal()
    return day_number(date(year, month + 1, min(anchor.day, last)))


def start_of(unit: PeriodUnit, day: int) -> int:
    """The first day of the unit that holds `day`; weeks begin on Monday, half months on the 1st and the 16th."""
    anchor = calendar_date(day)
    match unit:
        case Retail():
            return max(start for start in retail_starts(unit, retail_year(unit.anchor, day)) if start <= day)
        case Weeks():
            return weeks_start(unit, day)
        case "week":
            return monday_before(day)
        case "half_month":
            return day_number(anchor.replace(day=1 if anchor.day < 16 else 16))
        case "month" | "quarter" | "half_year" | "year":
            months = _MONTHS[unit]
            return day_number(date(anchor.year, (anchor.month - 1) // months * months + 1, 1))
        case _:
            assert_never(unit)


def _start_after(unit: PeriodUnit, start: int) -> int:
    """The first day of the unit after the one that begins on `start`."""
    match unit:
        case Retail():
            year = retail_year(unit.anchor, start)
            coming = (day for day in retail_starts(unit, year) if day > start)
            return next(coming, retail_year_start(unit.anchor, year + 1))
        case Weeks():
            return start + unit.days
        case "week":
            return start + 7
        case "half_month":
            first = calendar_date(start).day == 1
            return start + 15 if first else add_months(start - 15, 1)
        case "month" | "quarter" | "half_year" | "year":
            return add_months(start, _MONTHS[unit])
        case _:
            assert_never(unit)


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
        """`2026-03`, `2026-W05`, `2026-01-H1`, `2026-Q1`, `2026-H1`, `2026`, and `2026-P05` of a retail year.

        A period of weeks that are counted from a day is called by its first day, `2026-01-05`.
        """
        first = calendar_date(self.start)
        match self.unit:
            case Retail() as unit:
                year = retail_year(unit.anchor, self.start)
                return _numbered(year, unit.part, retail_starts(unit, year).index(self.start) + 1)
            case Weeks():
                return first.isoformat()
            case "week":
                year, week, _ = first.isocalendar()
                return _numbered(year, "week", week)
            case "half_month":
                return f"{first.year:04d}-{first.month:02d}-H{1 if first.day == 1 else 2}"
            case "month":
                return f"{first.year:04d}-{first.month:02d}"
            case "quarter" | "half_year" | "year":
                return _numbered(first.year, self.unit, (first.month - 1) // _MONTHS[self.unit] + 1)
            case _:
                assert_never(self.unit)

    def previous(self) -> "Period":
        """The period of the same unit just before."""
        return period_holding(self.unit, self.start - 1)

    def next(self) -> "Period":
        """The period of the same unit just after."""
        return period_holding(self.unit, self.end)

    def year_before(self) -> "Period":
        """The period of the same name in the year before; of the 53rd week the last week of that year.

        Of a period of weeks that are counted from a day, the one with the day 52 weeks before its first day.
        """
        match self.unit:
            case Retail(anchor=anchor) as unit:
                year = retail_year(anchor, self.start)
                place = retail_starts(unit, year).index(self.start)
                return period_holding(unit, retail_starts(unit, year - 1)[place])
            case Weeks() as unit:
                return period_holding(unit, self.start - 364)
            case "week":
                year, week, _ = calendar_date(self.start).isocalendar()
                return period_holding("week", min(_week_start(year - 1, week), _week_start(year, 1) - 7))
            case _:
                return period_holding(self.unit, add_months(self.start, -12))


def period_holding(unit: PeriodUnit, day: int) -> Period:
    """The period of that unit in which `day` lies."""
    start = start_of(unit, day)
    return Period(start, _start_after(unit, start), unit)


# --- names --------------------------------------------------------------------------------------


def _numbered(year: int, part: CalendarUnit | RetailPart, number: int) -> str:
    letter = _LETTERS.get(part)
    if letter is None:
        return f"{year:04d}"
    return f"{year:04d}-{letter}{number:02d}" if letter in "WP" else f"{year:04d}-{letter}{number}"


def _week_start(year: int, week: int) -> int:
    return monday_before(day_number(date(year, 1, 4))) + 7 * (week - 1)


def is_period_name(text: str) -> bool:
    """Whether a text is the name of a period of some unit."""
    match = _NAME.fullmatch(text)
    if match is not None and (match["rest"] or "").startswith("P"):
        return 1 <= int(text[-2:]) <= 12
    if match is not None and _dated(int(match["year"]), match["rest"] or "") is not None:
        return True
    return any(parse_period(text, unit) is not None for unit in CALENDAR_UNITS)


def parse_period(text: str, unit: PeriodUnit) -> Period | None:
    """The period of that name, as `Period.name` writes it; None if the text names no period of that unit."""
    match = _NAME.fullmatch(text)
    if match is None or not 1 < int(match["year"]) < 9999:
        return None
    day = _named_day(int(match["year"]), match["rest"] or "", unit)
    if day is None:
        return None
    found = period_holding(unit, day)
    return found if found.name == text else None


def _dated(year: int, rest: str) -> int | None:
    """The day that a name with this year and rest is the date of."""
    try:
        return day_number(date.fromisoformat(f"{year:04d}-{rest}")) if rest.count("-") == 1 else None
    except ValueError:
        return None


def _named_day(year: int, rest: str, unit: PeriodUnit) -> int | None:
    """The day on which a period begins whose name has this year and rest, or some day that gives it away as none."""
    if isinstance(unit, Weeks):
        return _dated(year, rest)
    if isinstance(unit, Retail):
        if rest.startswith("W"):
            return None
        starts = retail_starts(unit, year)
        place = int(rest.lstrip("PQH") or 1) - 1 if "-" not in rest else -1
        return starts[place] if 0 <= place < len(starts) else None
    if unit == "week":
        return _week_start(year, int(rest[1:])) if rest.startswith("W") and int(rest[1:]) > 0 else None
    if rest[:1] in {"W", "P"}:
        return None
    number = int(rest.lstrip("QH").split("-")[0] or 1)
    month = (number - 1) * {"Q": 3, "H": 6}.get(rest[:1], 1) + 1
    if not 1 <= month <= 12:
        return None
    return day_number(date(year, month, 16 if rest.endswith("-H2") else 1))


def unit_text(unit: PeriodUnit) -> str:
    """The unit as a plan writes it: `month`, `4-4-5 from 2026-02-01`; a part of a retail year by its own word."""
    match unit:
        case Retail(pattern, anchor, "period"):
            return f"{pattern} from {calendar_date(anchor)}"
        case Weeks(count, anchor):
            return f"{count} weeks from {calendar_date(anchor)}"
        case Retail(part=part):
            return part
        case _:
            return unit


def unit_named(text: str) -> PeriodUnit | None:
    """The unit that `unit_text` wrote for a plan; None for any other text."""
    for unit in CALENDAR_UNITS:
        if unit == text:
            return unit
    weeks, retail = _WEEKS_UNIT.fullmatch(text), _RETAIL_UNIT.fullmatch(text)
    match = weeks or retail
    if match is None:
        return None
    try:
        anchor = day_number(date.fromisoformat(match[2]))
    except ValueError:
        return None
    if weeks is not None:
        return Weeks(int(match[1]), anchor)
    return Retail(next(known for known in RETAIL_PATTERNS if known == match[1]), anchor)


def holds_whole(unit: PeriodUnit, part: PeriodUnit) -> bool:
    """Whether each `unit` consists of two or more whole periods of `part`."""
    if isinstance(part, Retail):
        if not isinstance(unit, Retail) or Retail(unit.pattern, unit.anchor, part.part) != part:
            return False
        return RETAIL_PERIODS[unit.part] > RETAIL_PERIODS[part.part]
    if isinstance(part, Weeks):
        whole = isinstance(unit, Weeks) and unit.count > part.count and unit.count % part.count == 0
        return whole and isinstance(unit, Weeks) and (unit.anchor - part.anchor) % part.days == 0
    if part == "half_month":
        return unit in _MONTHS
    return not isinstance(unit, Retail | Weeks) and _MONTHS.get(unit, 0) > _MONTHS.get(part, 99)


def months_in(unit: PeriodUnit) -> int | None:
    """How many months a period of the unit counts as; None where months end inside some periods only."""
    if isinstance(unit, Weeks):
        return None
    return RETAIL_PERIODS[unit.part] if isinstance(unit, Retail) else _MONTHS.get(unit)


# --- windows ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class InPeriod:
    """The settled period."""


@dataclass(frozen=True, slots=True)
class ToDate:
    """From the start of the unit that holds the last day seen."""

    unit: PeriodUnit


@dataclass(frozen=True, slots=True)
class LastMonths:
    """The last `count` calendar months, the one with the last day seen being the last."""

    count: int


@dataclass(frozen=True, slots=True)
class LastDays:
    """The last `count` days, the last day seen being the last."""

    count: int


@dataclass(frozen=True, slots=True)
class Before:
    """The whole unit before the one that holds the last day seen; None is the settled period's unit."""

    unit: PeriodUnit | None = None


@dataclass(frozen=True, slots=True)
class YearBefore:
    """The unit of the same name in the year before the one that holds the last day seen, as `Period.year_before`."""

    unit: PeriodUnit | None = None


@dataclass(frozen=True, slots=True)
class Ever:
    """Everything up to the last day seen."""


@dataclass(frozen=True, slots=True)
class EdgeDay:
    """The first or last day of the unit that holds the last day seen (None: of the settled period), then moved.

    Months first (cut to the month's last day), then days.
    """

    side: Literal["start", "end"]
    unit: PeriodUnit | None
    months: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True)
class FromTo:
    """Days [start, end), as far as they have been seen; none if the end is not after the start."""

    start: int | EdgeDay
    end: int | EdgeDay


Window = InPeriod | ToDate | LastMonths | LastDays | Before | YearBefore | Ever | FromTo


def held_period(unit: PeriodUnit | None, period: Period) -> Period:
    """The unit that holds the last day seen; the period itself for None."""
    return period if unit is None else period_holding(unit, period.as_of)


def window_day(day: int | EdgeDay, period: Period) -> int:
    """An end of a window as a day."""
    match day:
        case EdgeDay(side, unit, months, days):
            held = held_period(unit, period)
            return add_months(held.start if side == "start" else held.as_of, months) + days
        case _:
            return day


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
        case LastDays(count):
            return seen - count, seen
        case Before(unit):
            before = held_period(unit, period).previous()
            return before.start, before.end
        case YearBefore(unit):
            before = held_period(unit, period).year_before()
            return before.start, before.end
        case Ever():
            return FIRST_DAY, seen
        case FromTo(start, end):
            first = window_day(start, period)
            return first, max(first, min(window_day(end, period), seen))
        case _:
            assert_never(window)
