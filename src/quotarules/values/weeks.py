"""Periods of whole weeks counted from a day, such as every two weeks from 2026-01-05; days count since 1970-01-01."""

from quotarules.records import dataclass

LONGEST = 4
"""The most weeks of a period: in so many days a month ends once at most, as karma that fades by the month needs it."""


@dataclass(frozen=True, slots=True)
class Weeks:
    """Periods of `count` weeks, one of which begins on the day `anchor`; they go on before it and after it."""

    count: int
    anchor: int

    @property
    def days(self) -> int:
        """The days of a period."""
        return 7 * self.count


def weeks_start(unit: Weeks, day: int) -> int:
    """The first day of the period that holds a day."""
    return day - (day - unit.anchor) % unit.days
