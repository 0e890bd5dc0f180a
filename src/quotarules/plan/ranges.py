"""Ranges of integers and what arithmetic does to them, and the contracts from which they start."""

from typing import assert_never

from quotarules.plan.nodes import (
    Band,
    ComputedColumn,
    DayOf,
    DaysBetween,
    Equals,
    ExceptionRule,
    Expr,
    InRange,
    LineRule,
    Literal,
    Matcher,
    MemberRule,
    MidnightOf,
    MonthsBetween,
    ShiftDay,
    ShiftMinute,
)
from quotarules.records import dataclass
from quotarules.values.calendar import Calendar
from quotarules.values.period import FIRST_DAY, LAST_DAY
from quotarules.values.schema import ColumnKind, ColumnSpec

NARROW = 9_200_000_000_000_000_000
"""Whatever stays within ± this is computed in 64 bits."""
WIDE = 10**37
"""Whatever stays within ± this is computed in 128 bits; beyond it a plan is refused."""
UNSTATED = 10**12
"""The bound, in units, of a column or an opening balance for which none is stated."""
FRACTION_STEP = 10**6
"""Remainders of an `Allot` are compared to 12 digits, gained in two steps of six."""


@dataclass(frozen=True, slots=True)
class Range:
    """All integers from `lo` to `hi`, both counted."""

    lo: int
    hi: int

    @property
    def size(self) -> int:
        """The largest magnitude inside."""
        return max(abs(self.lo), abs(self.hi))


ONE = Range(1, 1)
ZERO = Range(0, 0)
YES_OR_NO = Range(0, 1)


@dataclass(frozen=True, slots=True)
class Extent:
    """Where an expression lies: its integer or numerator, its denominator (1 for what is no ratio).

    `work` is the largest magnitude that computing it from its operands passes through, the result counted.
    """

    number: Range
    denominator: Range
    work: int


Owner = ComputedColumn | LineRule | MemberRule | ExceptionRule


@dataclass(frozen=True, slots=True)
class TooWide:
    """An expression of `owner` whose value, or a step on the way to it, can pass `WIDE`: it must be rounded before."""

    expression: Expr
    extent: Extent
    owner: Owner


def times(left: Range, right: Range) -> Range:
    """Every product."""
    corners = (left.lo * right.lo, left.lo * right.hi, left.hi * right.lo, left.hi * right.hi)
    return Range(min(corners), max(corners))


def plus(left: Range, right: Range) -> Range:
    """Every sum."""
    return Range(left.lo + right.lo, left.hi + right.hi)


def hull(*ranges: Range) -> Range:
    """The smallest range around all of them."""
    return Range(min(r.lo for r in ranges), max(r.hi for r in ranges))


def plain(number: Range, work: int = 0) -> Extent:
    """The extent of what is no ratio."""
    return Extent(number, ONE, max(work, number.size))


def pair(number: Range, denominator: Range, work: int = 0) -> Extent:
    """The extent of a ratio, or of what may be one."""
    return Extent(number, denominator, max(work, number.size, denominator.size))


def declared(column: ColumnSpec) -> Range:
    """The contract of a column of the facts, on the integer that is held."""
    match column.kind:
        case ColumnKind.YES_NO:
            return YES_OR_NO
        case ColumnKind.DATE:
            return Range(FIRST_DAY, LAST_DAY)
        case ColumnKind.INSTANT:
            return Range(FIRST_DAY * 1440, (LAST_DAY + 1) * 1440)
        case ColumnKind.TEXT | ColumnKind.CHOICE | ColumnKind.LINK:
            return ZERO
        case ColumnKind.COUNT | ColumnKind.NUMBER | ColumnKind.PERCENT | ColumnKind.MONEY:
            limit = UNSTATED * 10**column.scale
            lo = -limit if column.lowest is None else column.lowest
            return Range(lo, limit if column.highest is None else column.highest)
        case _:
            assert_never(column.kind)


def moved(expression: DayOf | MidnightOf | ShiftDay | ShiftMinute, inner: Range) -> Range:
    """A day or minute made from one inside a range; a month has at most 31 days."""
    match expression:
        case DayOf():
            return Range(inner.lo // 1440, inner.hi // 1440)
        case MidnightOf():
            return times(inner, Range(1440, 1440))
        case ShiftDay(_, months, days, unit=unit):
            reach = 31 * abs(months)
            return plus(inner, Range(days - reach - (0 if unit is None else 371), days + reach))
        case ShiftMinute(_, minutes):
            return plus(inner, Range(minutes, minutes))
        case _:
            assert_never(expression)


def passed(expression: DaysBetween | MonthsBetween, start: Range, end: Range) -> Range:
    """The days or whole months between two days; a month has at least 28 days."""
    days = Range(end.lo - start.hi, end.hi - start.lo)
    return days if isinstance(expression, DaysBetween) else Range(0, max(0, days.hi) // 28)


def opening_minutes(calendar: Calendar) -> int:
    """All opening minutes of a calendar."""
    return sum(interval.end - interval.start for interval in calendar.intervals)


def edges(matcher: Matcher) -> tuple[Literal, ...]:
    """The values that a matcher compares its key with."""
    match matcher:
        case InRange(lower, upper, _):
            return tuple(edge for edge in (lower, upper) if edge is not None)
        case Equals(value):
            return (value,)
        case _:
            return ()


def band_edges(band: Band) -> tuple[Range, ...]:
    """The edges of a band that are not open."""
    return tuple(literal_extent(edge).number for edge in (band.lower, band.upper) if edge is not None)


def band_range(amount: Extent, band: Band) -> Range | None:
    """The numerators with which an amount can lie in a band; None if it cannot."""
    by = amount.denominator
    lo, hi = amount.number.lo, amount.number.hi
    if band.lower is not None:
        lo = max(lo, times(by, literal_extent(band.lower).number).lo)
    if band.upper is not None:
        hi = min(hi, times(by, literal_extent(band.upper).number).hi)
    return Range(lo, hi) if lo <= hi else None


def literal_extent(expression: Literal) -> Extent:
    """The extent of a value of the text."""
    value = expression.value
    return plain(ZERO if isinstance(value, str) else Range(int(value), int(value)))
