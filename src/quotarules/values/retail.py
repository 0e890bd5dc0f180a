"""Retail years: whole weeks, three periods a quarter by a pattern such as 4-4-5, days counted since 1970-01-01."""

from datetime import date
from itertools import accumulate
from typing import Literal

from quotarules.records import dataclass

RetailPart = Literal["period", "quarter", "half_year", "year"]
RetailPattern = Literal["4-4-5", "4-5-4", "5-4-4"]

RETAIL_PATTERNS: tuple[RetailPattern, ...] = ("4-4-5", "4-5-4", "5-4-4")
RETAIL_PERIODS: dict[RetailPart, int] = {"period": 1, "quarter": 3, "half_year": 6, "year": 12}

_EPOCH = date(1970, 1, 1).toordinal()
# After 400 years the calendar repeats, on the same weekdays.
_CYCLE_YEARS, _CYCLE_DAYS = 400, 146_097


@dataclass(frozen=True, slots=True)
class Retail:
    """The periods, quarters, halves or years of retail years: whole weeks, three periods a quarter by the pattern.

    The year called Y begins on the anchor's weekday nearest to the anchor's month and day in Y. A year of 53 weeks has
    the extra week in its last period. `anchor` is a day number.
    """

    pattern: RetailPattern
    anchor: int
    part: RetailPart = "period"


def retail_year_start(anchor: int, year: int) -> int:
    """The first day of the retail year called `year`: the anchor's weekday nearest to its month and day."""
    if year < 2:
        return retail_year_start(anchor, year + _CYCLE_YEARS) - _CYCLE_DAYS
    if year > 9998:
        return retail_year_start(anchor, year - _CYCLE_YEARS) + _CYCLE_DAYS
    nominal = retail_meant(anchor, year)
    return nominal + (anchor - nominal + 3) % 7 - 3


def retail_meant(anchor: int, year: int) -> int:
    """The day around which a retail year begins: the anchor's month and day, the 28th for the 29th of February."""
    meant = date.fromordinal(anchor + _EPOCH)
    meant = meant if (meant.month, meant.day) != (2, 29) else meant.replace(day=28)
    return meant.replace(year=year).toordinal() - _EPOCH


def retail_year(anchor: int, day: int) -> int:
    """The name of the retail year that holds a day."""
    year = date.fromordinal(day + _EPOCH).year + 1
    while retail_year_start(anchor, year) > day:
        year -= 1
    return year


def retail_weeks(unit: Retail) -> tuple[int, ...]:
    """The weeks from the start of a retail year to the start of each of the unit's parts, the first being 0."""
    weeks = [int(count) for count in unit.pattern.split("-")] * 4
    return tuple(accumulate(weeks[:-1], initial=0))[:: RETAIL_PERIODS[unit.part]]


def retail_starts(unit: Retail, year: int) -> tuple[int, ...]:
    """The first day of each of the unit's parts in the retail year called `year`."""
    first = retail_year_start(unit.anchor, year)
    return tuple(first + 7 * weeks for weeks in retail_weeks(unit))
