"""Every invariant of a plan has a plan that breaks it, and only it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from engines.sample import NOWHERE, Sample, no, num, on, ratio, text, whole, yes
from quotarules.plan.invariants import broken
from quotarules.plan.nodes import (
    DAY,
    FLAG,
    MINUTE,
    TEXT,
    Account,
    Add,
    Aggregate,
    Allot,
    Band,
    Column,
    Compare,
    ComputedColumn,
    Curve,
    Divide,
    Expr,
    LineRule,
    Literal,
    MemberRule,
    Multiply,
    Opening,
    Otherwise,
    Plan,
    Rescale,
    Round,
    Rows,
    ShiftDay,
    Switch,
    SwitchRow,
    Tiers,
    Wait,
    When,
    WorkingDays,
    WorkingMinutes,
)
from quotarules.values.period import Ever
from quotarules.values.rounding import RoundingMode
from quotarules.values.schema import COMPANY


def sample() -> Sample:
    found = Sample(accounts=[Account("pay", "pay", "Pay", "RUB", 2), Account("points", "karma", "Points", "", 0)])
    found.table("people", "person", {"person": "text", "score": "integer 1?"}, [])
    found.table("deals", "deal", {"deal": "text", "seller": "-> people?", "on": "day"}, [])
    found.gone("no")
    found.waits("wait")
    return found


S = sample()
GONE, WAITS = S.gone("no"), S.waits("wait")
SCORE = S.col("people", "score")
EVERYTHING = Rows("deals", ("seller",), (), False, None, None, None)
ALL_DEALS = replace(EVERYTHING, link=(), match=None)


def line(amount: Expr, rows: Rows | None = None, account: str = "pay", party: str | None = None) -> LineRule:
    own = rows or Rows("people", (), None, False, None, None, None)
    return LineRule(account, "line", "Line", "person", party, own, amount, (), NOWHERE)


def with_column(value: Expr, table: str = "people", name: str = "made") -> Plan:
    return replace(S.plan(), columns=(ComputedColumn(table, name, name, value, NOWHERE),))


def band(lower: Literal | None, upper: Literal | None) -> Band:
    return Band(lower, upper, included=False, rate=num(1, 2))


TIERS = Tiers("t", "marginal", SCORE, (band(None, num(5, 1)), band(num(5, 1), None)), WAITS, whole(3))
LATE = Wait(WAITS, MINUTE)
TODAY = Wait(WAITS, DAY)
BEFORE = Rows("deals", ("seller",), (), True, on("2026-01-01"), Ever(), None)
ASTRAY = replace(EVERYTHING, link=("buyer",), match=None)
SHARED = Allot(EVERYTHING, num(1), (), None, None, (), False, GONE, GONE, whole())
MADE = Column((), "people", "made", whole(1), None)

BREAKS: list[tuple[str, Callable[[], Plan]]] = [
    ("node-type", lambda: with_column(Add((num(1), num(1, 2)), whole(2)))),
    ("node-type", lambda: with_column(Add((num(1), text("a")), whole()))),
    ("node-type", lambda: with_column(Add((), whole()))),
    ("node-type", lambda: with_column(Multiply(num(1, 1), num(1, 1), whole(1)))),
    ("node-type", lambda: with_column(Divide(num(1, 2), num(1, 1), GONE, whole(1)))),
    ("node-type", lambda: with_column(Divide(num(1, 1), num(1, 2), GONE, ratio(1)))),
    ("node-type", lambda: with_column(Rescale(num(1, 2), whole(1)))),
    ("node-type", lambda: with_column(Round(num(1, 2), 0, RoundingMode.UP, whole()))),
    ("node-type", lambda: with_column(Compare("<", text("a"), text("b")))),
    ("node-type", lambda: with_column(Compare("=", num(1), num(1, 1)))),
    ("node-type", lambda: with_column(Compare("=", on("2026-01-01"), num(1)))),
    ("node-type", lambda: with_column(Otherwise((num(1), num(1, 1)), whole()))),
    ("node-type", lambda: with_column(When(num(1), ((num(1), GONE),), whole()))),
    ("node-type", lambda: with_column(Literal(1, FLAG))),
    ("node-type", lambda: with_column(Literal(value=True, type=whole()))),
    ("node-type", lambda: with_column(ShiftDay(num(1), 0, 1))),
    ("node-type", lambda: with_column(Switch("t", (SCORE,), (SwitchRow((), num(1)),), WAITS, whole()))),
    ("node-type", lambda: with_column(replace(TIERS, type=whole(2)))),
    ("node-type", lambda: with_column(replace(TIERS, bands=(band(None, num(5, 1)), band(num(6, 1), None))))),
    ("node-type", lambda: with_column(replace(TIERS, bands=(band(num(5, 1), num(5, 1)),)))),
    ("node-type", lambda: with_column(Curve("c", SCORE, ((num(1, 1), num(1)),), WAITS, ratio()))),
    ("node-type", lambda: with_column(Aggregate("sum", EVERYTHING, None, GONE, whole()))),
    ("node-type", lambda: with_column(Aggregate("count", EVERYTHING, None, GONE, whole(1)))),
    ("node-type", lambda: with_column(Aggregate("rank", ALL_DEALS, num(1), GONE, whole(1)), "deals")),
    ("rank", lambda: with_column(Aggregate("rank", EVERYTHING, num(1), GONE, whole()))),
    ("rows-parts", lambda: with_column(Aggregate("count", replace(EVERYTHING, window=Ever()), None, GONE, whole()))),
    ("rows-parts", lambda: with_column(Aggregate("count", replace(EVERYTHING, where=num(1)), None, GONE, whole()))),
    ("reason", lambda: with_column(Wait(99, whole()))),
    ("reason", lambda: with_column(Wait(GONE, whole()))),
    ("reason", lambda: with_column(Divide(num(1), num(1), WAITS, ratio()))),
    ("column", lambda: with_column(replace(SCORE, reason=None))),
    ("column", lambda: with_column(replace(SCORE, type=whole()))),
    ("column", lambda: with_column(replace(SCORE, table="deals"))),
    ("column", lambda: with_column(MADE)),
    ("column", lambda: with_column(Column(("seller",), "people", "person", TEXT, None), "deals")),
    ("column-name", lambda: with_column(num(1), name="score")),
    ("table", lambda: with_column(num(1), table="visits")),
    ("opening", lambda: with_column(Opening("pay", whole(2), GONE))),
    ("calendar", lambda: with_column(WorkingMinutes(LATE, LATE, "none", WAITS, whole()))),
    ("calendar", lambda: with_column(WorkingDays(TODAY, TODAY, "none", WAITS, whole()))),
    ("node-type", lambda: with_column(WorkingDays(LATE, LATE, "office", WAITS, whole()))),
    ("rows-match", lambda: with_column(Aggregate("count", replace(EVERYTHING, link=()), None, GONE, whole()))),
    ("rows-earlier", lambda: with_column(Aggregate("count", BEFORE, None, GONE, whole()))),
    ("path", lambda: with_column(Aggregate("count", ASTRAY, None, GONE, whole()))),
    ("allot", lambda: with_column(SHARED)),
    ("line-account", lambda: replace(S.plan(), lines=(line(num(1, 2), account="none"),))),
    ("line-amount", lambda: replace(S.plan(), lines=(line(num(1, 1)),))),
    ("line-key", lambda: replace(S.plan(), lines=(line(num(1, 2)), line(num(2, 2))))),
    ("line-party", lambda: replace(S.plan(), lines=(line(num(1, 2), party="Marketing"),))),
    ("rows-context", lambda: replace(S.plan(), lines=(line(num(1, 2), replace(EVERYTHING, match=())),))),
    ("member-where", lambda: replace(S.plan(), members=(MemberRule("pay", "person", "people", num(1)),))),
]


@pytest.mark.parametrize(("name", "make"), BREAKS)
def test_a_broken_plan_names_its_invariant(name: str, make: Callable[[], Plan]) -> None:
    found = broken(make())
    assert {problem.partition(":")[0] for problem in found} == {name}, found


def test_a_well_formed_plan_breaks_none() -> None:
    columns = (
        ComputedColumn("people", "made", "made", Otherwise((SCORE, num(5, 1)), whole(1)), NOWHERE),
        ComputedColumn("deals", "again", "again", Column(("seller",), "people", "made", whole(1), GONE), NOWHERE),
        ComputedColumn(COMPANY, "paid", "paid", Switch("t", (yes(),), (), WAITS, DAY), NOWHERE),
        ComputedColumn("people", "bonus", "bonus", TIERS, NOWHERE),
        ComputedColumn("people", "never", "never", Column((), COMPANY, "paid", DAY, None), NOWHERE),
        ComputedColumn("people", "no", "no", no(), NOWHERE),
    )
    assert broken(replace(S.plan(), columns=columns, lines=(line(num(1, 2)),))) == ()
