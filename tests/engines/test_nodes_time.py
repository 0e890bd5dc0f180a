"""Days, months, minutes and working time: month ends, lunch, weekends, holidays and the calendar's edges."""

from typing import Literal as Word

import pytest

from engines.sample import Sample, Seen, Settle, Waits, day, minute, num, on, whole
from quotarules.plan.nodes import (
    MINUTE,
    DayOf,
    DaysBetween,
    Expr,
    Literal,
    MidnightOf,
    MonthsBetween,
    PeriodDay,
    ShiftDay,
    ShiftMinute,
    Wait,
    WorkingDays,
    WorkingDeadline,
    WorkingMinutes,
)
from quotarules.values.period import PeriodUnit


def one(period: str = "2026-03") -> Sample:
    sample = Sample(period)
    sample.table("rows", "row", {"row": "text"}, [("r",)])
    return sample


ONE = one()
OUTSIDE = ONE.waits("outside")


def at(iso: str) -> Literal:
    return Literal(minute(iso), MINUTE)


DATES: list[tuple[Expr, Seen]] = [
    (DayOf(at("2026-03-01 23:59")), day("2026-03-01")),
    (DayOf(at("2026-03-02 00:00")), day("2026-03-02")),
    (DayOf(at("1969-12-31 23:59")), -1),
    (MidnightOf(on("1969-12-31")), -1440),
    (ShiftDay(on("2026-01-31"), 1, 0), day("2026-02-28")),
    (ShiftDay(on("2024-01-31"), 1, 0), day("2024-02-29")),
    (ShiftDay(on("2026-01-31"), 1, 1), day("2026-03-01")),
    (ShiftDay(on("2026-03-31"), -1, 0), day("2026-02-28")),
    (ShiftDay(on("2026-12-31"), 2, -1), day("2027-02-27")),
    (ShiftDay(on("2026-03-15"), -27, 0), day("2023-12-15")),
    (ShiftDay(on("2026-03-01"), 0, -1), day("2026-02-28")),
    (ShiftDay(on("2026-08-31"), 6, 14, unit="month"), day("2027-02-15")),
    (ShiftDay(on("2026-02-28"), 0, 0, unit="quarter"), day("2026-01-01")),
    (ShiftDay(on("2026-12-31"), 0, -1, unit="year"), day("2025-12-31")),
    (ShiftDay(on("1969-12-31"), 0, 0, unit="month"), day("1969-12-01")),
    (ShiftMinute(at("2026-03-01 23:30"), 45), minute("2026-03-02 00:15")),
    (ShiftMinute(at("2026-03-01 00:00"), -1), minute("2026-02-28 23:59")),
    (DaysBetween(on("2026-02-27"), on("2026-03-02"), whole()), 3),
    (DaysBetween(on("2026-03-02"), on("2026-02-27"), whole()), -3),
    (MonthsBetween(on("2026-01-31"), on("2026-02-27"), whole()), 0),
    (MonthsBetween(on("2026-01-31"), on("2026-02-28"), whole()), 1),
    (MonthsBetween(on("2026-01-31"), on("2026-03-30"), whole()), 1),
    (MonthsBetween(on("2026-01-31"), on("2026-03-31"), whole()), 2),
    (MonthsBetween(on("2024-02-29"), on("2025-02-28"), whole()), 12),
    (MonthsBetween(on("2026-03-15"), on("2026-04-14"), whole()), 0),
    (MonthsBetween(on("2026-03-15"), on("2026-03-15"), whole()), 0),
    (MonthsBetween(on("2026-03-15"), on("2026-01-15"), whole()), 0),
    (MonthsBetween(on("2020-02-29"), on("2026-03-01"), whole()), 72),
]


@pytest.mark.parametrize(("expr", "expected"), DATES)
def test_dates(engine: Settle, expr: Expr, expected: Seen) -> None:
    assert ONE.see(engine, "rows", expr) == {"r": expected}


Unit = PeriodUnit | Word["period"]
PERIODS: list[tuple[str, Unit, str, str]] = [
    ("2026-02", "period", "2026-02-01", "2026-02-28"),
    ("2026-02", "month", "2026-02-01", "2026-02-28"),
    ("2026-02", "quarter", "2026-01-01", "2026-03-31"),
    ("2026-02", "year", "2026-01-01", "2026-12-31"),
    ("2026-Q4", "period", "2026-10-01", "2026-12-31"),
    ("2026-Q4", "month", "2026-12-01", "2026-12-31"),
    ("2024", "period", "2024-01-01", "2024-12-31"),
    ("2024", "quarter", "2024-10-01", "2024-12-31"),
]


@pytest.mark.parametrize(("period", "unit", "first", "last"), PERIODS)
def test_days_of_the_period(engine: Settle, period: str, unit: Unit, first: str, last: str) -> None:
    sample = one(period)
    assert sample.see(engine, "rows", PeriodDay("start", unit)) == {"r": day(first)}
    assert sample.see(engine, "rows", PeriodDay("end", unit)) == {"r": day(last)}


# Open Mon-Fri 09:00-13:00 and 14:00-18:00 from Mon 2026-03-02 through Sun 2026-03-22, but not on Mon 2026-03-09.
WORKED: list[tuple[str, str, int | None]] = [
    ("2026-03-02 09:00", "2026-03-02 18:00", 480),
    ("2026-03-02 12:00", "2026-03-02 15:00", 120),
    ("2026-03-02 13:00", "2026-03-02 14:00", 0),
    ("2026-03-02 13:30", "2026-03-02 14:01", 1),
    ("2026-03-02 00:00", "2026-03-02 09:01", 1),
    ("2026-03-06 17:59", "2026-03-07 12:00", 1),
    ("2026-03-06 17:00", "2026-03-10 09:30", 90),
    ("2026-03-07 10:00", "2026-03-08 10:00", 0),
    ("2026-03-03 10:00", "2026-03-02 10:00", 0),
    ("2026-03-02 10:00", "2026-03-02 10:00", 0),
    ("2026-03-02 00:00", "2026-03-22 23:59", 14 * 480),
    ("2026-03-01 23:59", "2026-03-02 10:00", None),
    ("2026-03-22 23:59", "2026-03-23 00:00", None),
    ("2026-03-23 00:00", "2026-03-02 10:00", None),
]


@pytest.mark.parametrize(("start", "end", "expected"), WORKED)
def test_working_minutes(engine: Settle, start: str, end: str, expected: int | None) -> None:
    expr = WorkingMinutes(at(start), at(end), "office", OUTSIDE, whole())
    assert ONE.see(engine, "rows", expr) == {"r": Waits("outside") if expected is None else expected}


DAYS_WORKED: list[tuple[str, str, int | None]] = [
    ("2026-03-02", "2026-03-03", 1),
    ("2026-03-02", "2026-03-02", 0),
    ("2026-03-03", "2026-03-02", 0),
    ("2026-03-06", "2026-03-10", 1),
    ("2026-03-07", "2026-03-10", 0),
    ("2026-03-09", "2026-03-11", 1),
    ("2026-03-02", "2026-03-23", 14),
    ("2026-03-20", "2026-03-23", 1),
    ("2026-03-23", "2026-03-23", 0),
    ("2026-03-23", "2026-03-02", 0),
    ("2026-03-01", "2026-03-03", None),
    ("2026-03-03", "2026-03-24", None),
    ("2026-03-24", "2026-03-03", None),
    ("2026-03-03", "2026-03-01", None),
]


@pytest.mark.parametrize(("start", "end", "expected"), DAYS_WORKED)
def test_working_days(engine: Settle, start: str, end: str, expected: int | None) -> None:
    expr = WorkingDays(on(start), on(end), "office", OUTSIDE, whole())
    assert ONE.see(engine, "rows", expr) == {"r": Waits("outside") if expected is None else expected}


DEADLINES: list[tuple[str, int, str | None]] = [
    ("2026-03-02 09:00", 240, "2026-03-02 13:00"),
    ("2026-03-02 09:00", 241, "2026-03-02 14:01"),
    ("2026-03-02 10:00", 240, "2026-03-02 15:00"),
    ("2026-03-02 13:30", 60, "2026-03-02 15:00"),
    ("2026-03-02 17:00", 60, "2026-03-02 18:00"),
    ("2026-03-02 17:00", 61, "2026-03-03 09:01"),
    ("2026-03-06 17:00", 240, "2026-03-10 12:00"),
    ("2026-03-07 12:00", 1, "2026-03-10 09:01"),
    ("2026-03-20 17:00", 60, "2026-03-20 18:00"),
    ("2026-03-20 17:00", 61, None),
    ("2026-03-21 12:00", 1, None),
    ("2026-03-01 12:00", 1, None),
    ("2026-03-23 00:00", 1, None),
]


@pytest.mark.parametrize(("start", "amount", "expected"), DEADLINES)
def test_a_deadline_in_working_minutes(engine: Settle, start: str, amount: int, expected: str | None) -> None:
    expr = WorkingDeadline(at(start), amount, "minutes", "office", OUTSIDE)
    assert ONE.see(engine, "rows", expr) == {"r": Waits("outside") if expected is None else minute(expected)}


MORE: list[tuple[Expr, Seen]] = [
    (num(30), minute("2026-03-02 11:00")),
    (num(1), minute("2026-03-02 10:31")),
    (num(0), minute("2026-03-02 10:30")),
    (num(-5), minute("2026-03-02 10:30")),
    (Wait(ONE.waits("not paused yet"), whole()), Waits("not paused yet")),
]


@pytest.mark.parametrize(("more", "expected"), MORE)
def test_a_deadline_moves_by_further_minutes_that_are_not_negative(engine: Settle, more: Expr, expected: Seen) -> None:
    # 90 working minutes from Monday at 9 are over at 10:30.
    expr = WorkingDeadline(at("2026-03-02 09:00"), 90, "minutes", "office", OUTSIDE, more=more)
    assert ONE.see(engine, "rows", expr) == {"r": expected}


DAYS: list[tuple[str, int, str | None]] = [
    ("2026-03-02 00:00", 1, "2026-03-03 18:00"),
    ("2026-03-02 23:59", 1, "2026-03-03 18:00"),
    ("2026-03-02 10:00", 5, "2026-03-10 18:00"),
    ("2026-03-06 10:00", 1, "2026-03-10 18:00"),
    ("2026-03-07 10:00", 1, "2026-03-10 18:00"),
    ("2026-03-19 10:00", 1, "2026-03-20 18:00"),
    ("2026-03-19 10:00", 2, None),
    ("2026-03-20 10:00", 1, None),
    ("2026-03-01 10:00", 1, None),
    ("2026-03-23 10:00", 1, None),
]


@pytest.mark.parametrize(("start", "amount", "expected"), DAYS)
def test_a_deadline_in_working_days(engine: Settle, start: str, amount: int, expected: str | None) -> None:
    expr = WorkingDeadline(at(start), amount, "days", "office", OUTSIDE)
    assert ONE.see(engine, "rows", expr) == {"r": Waits("outside") if expected is None else minute(expected)}
