"""What a table says on a day: the latest row at or before it, of the right key; else no value, or waiting."""

from dataclasses import replace

from engines.sample import Gone, Sample, Settle, Waits, num, on, text, whole
from quotarules.plan.nodes import DAY, Aggregate, Expr, InForce, Kind, Literal, Rows, ValueType


def rates() -> Sample:
    """Rates of two currencies in no order, and deals around their days."""
    sample = Sample()
    columns = {"currency": "text", "day": "day", "rate": "integer 2?", "next": "day?"}
    rows = [
        ("EUR", "2026-03-10", 110, None),
        ("EUR", "2026-01-01", 105, "2026-03-10"),
        ("USD", "2026-03-01", 90, None),
        ("EUR", "2026-03-20", None, None),
    ]
    sample.table("rates", "currency day", columns, rows)
    deals = [
        ("before", "EUR", "2025-12-31"),
        ("first day", "EUR", "2026-01-01"),
        ("day before", "EUR", "2026-03-09"),
        ("on the day", "EUR", "2026-03-10"),
        ("empty rate", "EUR", "2026-03-21"),
        ("dollars", "USD", "2026-03-31"),
        ("unknown", "GBP", "2026-03-31"),
        ("no currency", None, "2026-03-31"),
        ("no day", "EUR", None),
    ]
    sample.table("deals", "deal", {"deal": "text", "currency": "text?", "on": "day?"}, deals)
    return sample


def rate(sample: Sample, reason: int, name: str = "rate") -> InForce:
    """The rate of a deal's currency on its day."""
    value, day = sample.col("deals", "currency"), sample.col("deals", "on")
    held = DAY if name in ("day", "next") else whole(2)
    return InForce("rates", ("currency",), (value,), "day", day, name, reason, held)


def test_the_latest_row_at_or_before_the_day_counts(engine: Settle) -> None:
    sample = rates()
    assert sample.see(engine, "deals", rate(sample, sample.gone("no rate"))) == {
        "before": Gone("no rate"),
        "first day": 105,
        "day before": 105,
        "on the day": 110,
        "empty rate": Gone("no rate"),
        "dollars": 90,
        "unknown": Gone("no rate"),
        "no currency": Gone("no currency"),
        "no day": Gone("no on"),
    }


def test_it_waits_where_its_reason_is_one_to_wait_for(engine: Settle) -> None:
    sample = rates()
    seen = sample.see(engine, "deals", rate(sample, sample.waits("no rate yet")))
    assert seen["before"] == seen["empty rate"] == seen["unknown"] == Waits("no rate yet")
    assert seen["no currency"] == Gone("no currency")


def test_the_day_of_the_row_is_a_column_like_others(engine: Settle) -> None:
    sample = rates()
    seen = sample.see(engine, "deals", rate(sample, sample.gone("no rate"), "day"))
    days = sample.see(engine, "deals", sample.col("deals", "on"))
    assert seen["on the day"] == days["on the day"]
    assert seen["first day"] == days["first day"]


def test_a_waiting_key_comes_before_a_missing_day(engine: Settle) -> None:
    sample = rates()
    node = rate(sample, sample.gone("no rate"))
    waiting = rate(sample, sample.waits("no rate yet"), "day")
    seen = sample.see(engine, "deals", replace(node, day=waiting))
    assert seen["unknown"] == Waits("no rate yet")
    assert seen["no day"] == Gone("no on")


def test_rows_add_up_what_is_in_force_for_each(engine: Settle) -> None:
    sample = rates()
    sample.table("all", "one", {"one": "text"}, [("x",)])
    rows = Rows("deals", (), None, earlier=False, date=None, window=None, where=None)
    total = Aggregate("sum", rows, rate(sample, sample.gone("no rate")), sample.gone("none"), whole(2))
    assert sample.see(engine, "all", total) == {"x": 105 + 105 + 110 + 90}
    waits = Aggregate("sum", rows, rate(sample, sample.waits("no rate yet")), sample.gone("none"), whole(2))
    assert sample.see(engine, "all", waits) == {"x": Waits("no rate yet")}


def test_a_table_may_have_no_key_but_its_day(engine: Settle) -> None:
    sample = rates()
    sample.table("norms", "since", {"since": "day", "norm": "integer"}, [("2026-03-01", 7), ("2026-02-01", 6)])
    day: Expr = sample.col("deals", "on")
    node = InForce("norms", (), (), "since", day, "norm", sample.gone("no norm"), whole())
    seen = sample.see(engine, "deals", node)
    assert (seen["day before"], seen["first day"], seen["no day"]) == (7, Gone("no norm"), Gone("no on"))


def test_keys_are_several_values(engine: Settle) -> None:
    sample = rates()
    columns = {"area": "integer", "kind": "text", "since": "day", "norm": "integer"}
    sample.table("norms", "area kind since", columns, [(1, "a", "2026-03-01", 7), (1, "b", "2026-01-01", 8)])
    day = sample.col("deals", "on")
    held = ValueType(Kind.INTEGER)
    one: Literal = num(1)
    node = InForce("norms", ("kind", "area"), (text("b"), one), "since", day, "norm", sample.gone("no norm"), held)
    assert sample.see(engine, "deals", node)["dollars"] == 8
    assert sample.see(engine, "deals", replace(node, values=(text("b"), num(2))))["dollars"] == Gone("no norm")


def test_day_and_key_may_be_the_same_for_all_rows(engine: Settle) -> None:
    sample = rates()
    node = replace(rate(sample, sample.gone("no rate")), day=on("2026-03-10"))
    seen = sample.see(engine, "deals", node)
    assert (seen["before"], seen["dollars"], seen["unknown"]) == (110, 90, Gone("no rate"))
    seen = sample.see(engine, "deals", replace(node, values=(text("USD"),)))
    assert (seen["before"], seen["no currency"]) == (90, 90)
