"""The first day of a unit of time that holds a day, for units that the database does not know by itself."""

from typing import assert_never

from quotarules.engines.sql.build import case, minus, plus, quotient, remainder, test, times, to
from quotarules.engines.sql.tree import Int, MonthIndex, MonthsLater, Sql, SqlType, UnitStart
from quotarules.values.period import PeriodUnit
from quotarules.values.retail import Retail, retail_meant, retail_weeks
from quotarules.values.weeks import Weeks

_SMALL = SqlType.SMALL


def unit_start(unit: PeriodUnit, day: Sql) -> Sql:
    """The first day of the unit that holds a day."""
    match unit:
        case Retail():
            return _retail_start(unit, day)
        case Weeks(anchor=anchor):
            # Day numbers are far below a million weeks, so that what is divided is never negative.
            passed = plus(day, Int(unit.days * 1_000_000 - anchor, _SMALL), SqlType.INT)
            return to(minus(day, remainder(passed, Int(unit.days), SqlType.INT), SqlType.INT), _SMALL)
        case "half_month":
            first = UnitStart("month", day)
            middle = plus(first, Int(15, _SMALL), _SMALL)
            return case([(test("<", day, middle), first)], middle, _SMALL)
        case "half_year":
            first = UnitStart("year", day)
            middle = MonthsLater(first, Int(6, _SMALL))
            return case([(test("<", day, middle), first)], middle, _SMALL)
        case "week" | "month" | "quarter" | "year":
            return UnitStart(unit, day)
        case _:
            assert_never(unit)


def _retail_start(unit: Retail, day: Sql) -> Sql:
    """The start of the retail year, and the weeks from there to the part that holds the day."""
    coming, own, last = (_retail_year(unit, day, shift) for shift in (1, 0, -1))
    year = case([(test("<=", coming, day), coming), (test("<=", own, day), own)], last, _SMALL)
    weeks = retail_weeks(unit)
    if len(weeks) == 1:
        return year
    passed = quotient(minus(day, year, _SMALL), Int(7, _SMALL), _SMALL)
    later = [(test("<=", Int(since, _SMALL), passed), Int(7 * since, _SMALL)) for since in reversed(weeks[1:])]
    return plus(year, case(later, Int(0, _SMALL), _SMALL), _SMALL)


def _retail_year(unit: Retail, day: Sql, shift: int) -> Sql:
    """The start of the retail year called like the calendar year of the day, moved by whole years."""
    base = 2000
    year = quotient(MonthIndex(day), Int(12), SqlType.INT)
    months = minus(times(year, Int(12), SqlType.INT), Int(12 * (base - shift)), SqlType.INT)
    nominal = MonthsLater(Int(retail_meant(unit.anchor, base), _SMALL), to(months, _SMALL))
    # Day numbers are far below a million weeks, so that what is divided is never negative.
    ahead = minus(Int(unit.anchor + 3 + 7_000_000, _SMALL), nominal, _SMALL)
    return plus(plus(nominal, remainder(ahead, Int(7, _SMALL), _SMALL), _SMALL), Int(-3, _SMALL), _SMALL)
