"""Laws of periods: they part the days, follow each other, and are read back from their names."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotarules.values.period import (
    CALENDAR_UNITS,
    Before,
    EdgeDay,
    FromTo,
    LastDays,
    PeriodUnit,
    ToDate,
    YearBefore,
    day_number,
    holds_whole,
    is_period_name,
    parse_period,
    period_holding,
    start_of,
    unit_named,
    unit_text,
    window_days,
)
from quotarules.values.retail import RETAIL_PATTERNS, Retail, RetailPart, retail_year_start
from quotarules.values.weeks import Weeks
from quotarules.values.windows import in_unit, window_text

DAYS = st.integers(day_number(date(1900, 1, 1)), day_number(date(2200, 12, 31)))
PARTS: tuple[RetailPart, ...] = ("period", "quarter", "half_year", "year")
WEEKS = st.builds(Weeks, st.integers(1, 4), DAYS)
RETAIL = st.builds(Retail, st.sampled_from(RETAIL_PATTERNS), DAYS, st.sampled_from(PARTS))
UNITS: st.SearchStrategy[PeriodUnit] = st.sampled_from(CALENDAR_UNITS) | RETAIL | WEEKS


def day(text: str) -> int:
    return day_number(date.fromisoformat(text))


@given(UNITS, DAYS)
def test_each_day_lies_in_one_period_and_periods_follow_each_other(unit: PeriodUnit, at: int) -> None:
    period = period_holding(unit, at)
    assert period.start <= at < period.end
    assert start_of(unit, at) == period.start
    assert period_holding(unit, period.as_of) == period
    assert period.next().previous() == period == period.previous().next()
    assert period.previous().end == period.start < period.end == period.next().start


@given(UNITS, DAYS)
def test_a_name_is_read_back(unit: PeriodUnit, at: int) -> None:
    period = period_holding(unit, at)
    assert is_period_name(period.name)
    assert parse_period(period.name, unit) == period


@given(UNITS, UNITS, DAYS)
def test_a_whole_unit_holds_whole_parts(unit: PeriodUnit, part: PeriodUnit, at: int) -> None:
    if holds_whole(unit, part):
        period = period_holding(unit, at)
        assert period_holding(part, period.start).start == period.start
        assert period_holding(part, period.as_of).end == period.end
        assert period_holding(part, period.start) != period_holding(part, period.as_of)


@given(WEEKS, DAYS)
def test_a_year_before_weeks_from_a_day_holds_the_day_52_weeks_before(unit: Weeks, at: int) -> None:
    period = period_holding(unit, at)
    before = period.year_before()
    assert before.start <= period.start - 364 < before.end
    assert (period.start - before.start) % (7 * unit.count) == 0


@given(st.sampled_from(CALENDAR_UNITS) | RETAIL, DAYS)
def test_a_year_before_has_the_same_name_but_for_the_year(unit: PeriodUnit, at: int) -> None:
    period = period_holding(unit, at)
    before = period.year_before()
    assert before.end <= period.start
    assert int(before.name[:4]) == int(period.name[:4]) - 1
    assert before.name[4:] == period.name[4:] or (period.name.endswith("-W53") and before.name.endswith("-W52"))


@given(DAYS, st.sampled_from(RETAIL_PATTERNS))
def test_a_retail_year_has_52_or_53_weeks_and_begins_near_its_anchor(anchor: int, pattern: str) -> None:
    for year in range(1990, 2060):
        start, end = retail_year_start(anchor, year), retail_year_start(anchor, year + 1)
        assert end - start in (52 * 7, 53 * 7)
        assert (start - anchor) % 7 == 0
    assert pattern in RETAIL_PATTERNS


@pytest.mark.parametrize("unit", [*CALENDAR_UNITS, Retail("4-5-4", 0), Weeks(2, -3)])
def test_a_unit_is_read_back(unit: PeriodUnit) -> None:
    assert unit_named(unit_text(unit)) == unit


@pytest.mark.parametrize(
    "text",
    [
        "2026-13",
        "2026-00",
        "2026-Q5",
        "2026-H3",
        "2026-W54",
        "2025-W53",
        "2026-W00",
        "2026-P13",
        "26-01",
        "2026-1",
        "2026-02-29",
        "2026-1-05",
        "2026-W01-1",
    ],
)
def test_no_such_period(text: str) -> None:
    units: list[PeriodUnit] = [*CALENDAR_UNITS, Retail("4-4-5", 0), Weeks(2, 0)]
    assert not any(parse_period(text, unit) for unit in units)
    assert not is_period_name(text)


@pytest.mark.parametrize(
    ("window", "first", "last"),
    [
        (ToDate("week"), "2026-02-23", "2026-02-28"),
        (ToDate("half_month"), "2026-02-16", "2026-02-28"),
        (ToDate("half_year"), "2026-01-01", "2026-02-28"),
        (LastDays(10), "2026-02-19", "2026-02-28"),
        (Before(), "2026-01-01", "2026-01-31"),
        (Before("quarter"), "2025-10-01", "2025-12-31"),
        (YearBefore(), "2025-02-01", "2025-02-28"),
        (YearBefore("week"), "2025-02-24", "2025-03-02"),
        (FromTo(EdgeDay("start", "quarter"), EdgeDay("end", None)), "2026-01-01", "2026-02-27"),
        (FromTo(EdgeDay("end", "year", -1, 1), day("2026-12-31")), "2026-12-01", "2026-11-30"),
    ],
)
def test_windows_of_february(window: FromTo | LastDays, first: str, last: str) -> None:
    february = parse_period("2026-02", "month")
    assert february is not None
    assert window_days(window, february) == (day(first), day(last) + 1)
    assert window_text(window)


def test_a_unit_in_the_place_of_the_period() -> None:
    edge = EdgeDay("start", None)
    assert in_unit(FromTo(edge, 5), "quarter") == FromTo(EdgeDay("start", "quarter"), 5)
    assert in_unit(Before(), "quarter") == Before("quarter")
    assert in_unit(YearBefore("month"), "quarter") == YearBefore("month")
