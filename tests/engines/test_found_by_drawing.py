"""Cases in which drawn plans once found an engine that contradicted the nodes' docstrings, kept small and readable."""

from engines.sample import NUMBER, Gone, Sample, Settle, Waits, num, ratio, text, whole
from quotarules.plan.nodes import (
    TEXT,
    Aggregate,
    Allot,
    Band,
    Compare,
    Divide,
    DueOnly,
    Equals,
    Expr,
    InRange,
    MonthsBetween,
    OneOf,
    Rows,
    Switch,
    SwitchRow,
    Tiers,
)
from quotarules.values.period import InPeriod


def people() -> Sample:
    """People whose keys are numbers, who have a boss, and who may have joined."""
    sample = Sample()
    columns = {"person": "integer 0 100", "boss": "-> people?", "joined": "day?", "pay": "integer?"}
    rows = [(-1, -1, "2026-03-01", 50), (9, -1, None, None), (10, None, "2026-01-31", 7)]
    sample.table("people", "person", columns, rows)
    return sample


def test_a_link_may_hold_a_negative_number(engine: Settle) -> None:
    sample = people()
    months = MonthsBetween(sample.col("people", "joined"), sample.col("people", "joined"), NUMBER)
    share = Divide(months, sample.col("people", "boss"), sample.gone("zero"), ratio())
    assert sample.see(engine, "people", share) == {"-1": (0, 1), "10": Gone("no boss"), "9": Gone("no joined")}
    share = Divide(num(3), sample.col("people", "boss"), sample.gone("zero"), ratio())
    assert sample.see(engine, "people", share) == {"-1": (-3, 1), "10": Gone("no boss"), "9": (-3, 1)}


def test_a_number_behind_a_link_may_lie_outside_tiers(engine: Settle) -> None:
    sample = people()
    band = Band(None, num(-5), included=False, rate=num(1))
    tiers = Tiers("t", "whole", sample.col("people", "boss"), (band,), sample.waits("outside"), whole())
    assert sample.see(engine, "people", tiers) == {"-1": Waits("outside"), "10": Gone("no boss"), "9": Waits("outside")}


def test_a_quotient_by_what_is_never_there(engine: Settle) -> None:
    sample = people()
    zero = Divide(num(5, 3), num(0), sample.gone("zero"), ratio(3))
    row = SwitchRow((InRange(num(1, 3), num(333, 3), included=False),), num(50, 2))
    by: Expr = DueOnly(Switch("t", (zero,), (row,), sample.waits("none"), whole(2)), sample.gone("never"), whole(2))
    quotient = Divide(num(10_000, 3), by, sample.gone("zero"), ratio(1))
    assert set(sample.see(engine, "people", quotient).values()) == {Gone("never")}


def test_a_row_without_a_date_is_in_no_group_whatever_its_pool(engine: Settle) -> None:
    sample = people()
    rows = Rows("people", ("boss",), None, False, sample.col("people", "joined"), InPeriod(), None)
    nothing = sample.gone("no share")
    parts = Allot(rows, sample.col("people", "pay"), (), None, None, (), False, nothing, nothing, whole())
    found = sample.see(engine, "people", parts)
    assert found == {"-1": 50, "10": Gone("no share"), "9": Gone("no share")}


def test_the_only_of_several_rows_is_none(engine: Settle) -> None:
    sample = people()
    everyone = Rows("people", (), None, False, None, None, None)
    only = Aggregate("the", everyone, sample.col("people", "boss"), sample.gone("not one"), whole())
    assert set(sample.see(engine, "people", only).values()) == {Gone("not one")}
    paid = Rows("people", (), None, False, sample.col("people", "joined"), InPeriod(), None)
    only = Aggregate("the", paid, sample.col("people", "boss"), sample.gone("not one"), whole())
    assert set(sample.see(engine, "people", only).values()) == {-1}


def test_a_text_that_no_row_has_is_compared(engine: Settle) -> None:
    sample = people()
    row = SwitchRow((Equals(num(10_001)),), text("a"))
    never = Switch("t", (sample.col("people", "pay"),), (row,), sample.waits("none"), TEXT)
    both = sample.see(engine, "people", Compare("=", text("b"), never))
    assert both == {"-1": Waits("none"), "10": Waits("none"), "9": Gone("no pay")}
    listed = sample.see(engine, "people", OneOf(never, (text("a"), text("b"))))
    assert listed == {"-1": Waits("none"), "10": Waits("none"), "9": Gone("no pay")}
