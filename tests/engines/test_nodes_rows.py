"""Functions over rows: who has which rows, in which window, and what a missing or waiting row does."""

from dataclasses import replace
from typing import Literal as Word

import pytest

from engines.sample import Gone, Sample, Seen, Settle, Waits, day, num, on, ratio, text, whole
from quotarules.plan.nodes import (
    DAY,
    FLAG,
    Aggregate,
    And,
    Column,
    Compare,
    Equals,
    Expr,
    Not,
    Rows,
    Switch,
    SwitchRow,
    Wait,
    When,
)
from quotarules.values.period import Ever, FromTo, InPeriod, LastMonths, ToDate, Window
from quotarules.values.schema import COMPANY

MONTH = InPeriod()
EVER = Ever()
Function = Word["count", "sum", "min", "max", "mean", "median", "share", "distinct", "the"]


def shop(*deals: tuple[str, str | None, str | None, int | None, bool]) -> Sample:
    """Sellers in two regions, one of them in none, and deals (deal, seller, won_on, amount, big)."""
    sample = Sample()
    sample.table("regions", "region", {"region": "text"}, [("north",), ("south",)])
    columns = {"person": "text", "region": "-> regions?"}
    sample.table("people", "person", columns, [("ann", "north"), ("bob", "north"), ("cyd", None)])
    columns = {"deal": "text", "seller": "-> people?", "won_on": "day?", "amount": "integer 2?", "big": "flag"}
    sample.table("deals", "deal", columns, deals)
    return sample


MARCH = shop(
    ("d1", "ann", "2026-03-01", 500, False),
    ("d2", "ann", "2026-03-31", 700, True),
    ("d3", "ann", "2026-02-28", 11, True),
    ("d4", "ann", "2026-04-01", 13, True),
    ("d5", "ann", None, 17, True),
    ("d6", "bob", "2026-03-10", 900, True),
    ("d7", "bob", "2026-03-11", None, False),
    ("d8", "bob", "2026-03-12", 900, False),
    ("d9", None, "2026-03-13", 19, True),
)


def rows(
    sample: Sample,
    link: str = "seller",
    match: str | None = "",
    window: Window | None = MONTH,
    where: Expr | None = None,
    *,
    earlier: bool = False,
) -> Rows:
    date = None if window is None else sample.col("deals", "won_on")
    paths = tuple(link.split()), None if match is None else tuple(match.split())
    return Rows("deals", paths[0], paths[1], earlier, date, window, where)


def of(sample: Sample, function: Function, which: Rows, value: Expr | None = None) -> Aggregate:
    kind = whole()
    if function in ("mean", "median", "share"):
        kind = ratio(0 if value is None or function == "share" else value.type.scale)
    elif function not in ("count", "distinct"):
        assert value is not None
        kind = value.type
    return Aggregate(function, which, value, sample.gone("no rows"), kind)


AMOUNT = MARCH.col("deals", "amount")
NONE = Gone("no rows")
FUNCTIONS: list[tuple[Function, Expr | None, dict[str, Seen]]] = [
    ("count", None, {"ann": 2, "bob": 3, "cyd": 0}),
    ("count", AMOUNT, {"ann": 2, "bob": 2, "cyd": 0}),
    ("sum", AMOUNT, {"ann": 1200, "bob": 1800, "cyd": 0}),
    ("min", AMOUNT, {"ann": 500, "bob": 900, "cyd": NONE}),
    ("max", AMOUNT, {"ann": 700, "bob": 900, "cyd": NONE}),
    ("mean", AMOUNT, {"ann": (1200, 2), "bob": (1800, 2), "cyd": NONE}),
    ("median", AMOUNT, {"ann": (1200, 2), "bob": (1800, 2), "cyd": NONE}),
    ("share", MARCH.col("deals", "big"), {"ann": (1, 2), "bob": (1, 3), "cyd": NONE}),
    ("distinct", AMOUNT, {"ann": 2, "bob": 1, "cyd": 0}),
    ("min", MARCH.col("deals", "won_on"), {"ann": on("2026-03-01").value, "bob": on("2026-03-10").value, "cyd": NONE}),
]


@pytest.mark.parametrize(("function", "value", "expected"), FUNCTIONS)
def test_functions(engine: Settle, function: Function, value: Expr | None, expected: dict[str, Seen]) -> None:
    assert MARCH.see(engine, "people", of(MARCH, function, rows(MARCH), value)) == expected


def test_the_only_row(engine: Settle) -> None:
    sample = shop(("d1", "ann", "2026-03-01", 500, True), ("d2", "bob", "2026-03-02", None, True))
    expected: list[tuple[str, Seen, Seen]] = [("amount", 500, NONE), ("deal", "d1", "d2"), ("big", True, True)]
    for name, ann, bob in expected:
        found = sample.see(engine, "people", of(sample, "the", rows(sample), sample.col("deals", name)))
        assert found == {"ann": ann, "bob": bob, "cyd": NONE}


def test_no_rows_at_all(engine: Settle) -> None:
    empty = shop()
    assert set(empty.see(engine, "people", of(empty, "count", rows(empty))).values()) == {0}
    assert set(empty.see(engine, "people", of(empty, "sum", rows(empty), empty.col("deals", "amount"))).values()) == {0}
    assert empty.see(engine, "deals", empty.col("deals", "big")) == {}


WINDOWS: list[tuple[str, Window | None, str]] = [
    ("2026-03", InPeriod(), "d1 d2"),
    ("2026-03", ToDate("quarter"), "d1 d2 d3"),
    ("2026-03", ToDate("month"), "d1 d2"),
    ("2026-03", LastMonths(1), "d1 d2"),
    ("2026-03", LastMonths(2), "d1 d2 d3"),
    ("2026-03", Ever(), "d1 d2 d3"),
    ("2026-04", Ever(), "d1 d2 d3 d4"),
    ("2026-04", ToDate("quarter"), "d4"),
    ("2026-04", ToDate("year"), "d1 d2 d3 d4"),
    ("2026-03", FromTo(day("2026-02-28"), day("2026-03-31")), "d1 d3"),
    ("2026-02", FromTo(day("2026-02-28"), day("2026-03-31")), "d3"),
    ("2026-03", None, "d1 d2 d3 d4 d5"),
]


@pytest.mark.parametrize(("period", "window", "deals"), WINDOWS)
def test_windows(engine: Settle, period: str, window: Window | None, deals: str) -> None:
    sample = shop(
        ("d1", "ann", "2026-03-01", 1, False),
        ("d2", "ann", "2026-03-31", 10, False),
        ("d3", "ann", "2026-02-28", 100, False),
        ("d4", "ann", "2026-04-01", 1_000, False),
        ("d5", "ann", None, 10_000, False),
    )
    sample.period = period
    expected = sum(10 ** (int(deal[1]) - 1) for deal in deals.split())
    found = sample.see(engine, "people", of(sample, "sum", rows(sample, window=window), sample.col("deals", "amount")))
    assert found["ann"] == expected


def test_rows_through_links(engine: Settle) -> None:
    total = of(MARCH, "sum", rows(MARCH, link="seller region"), AMOUNT)
    assert MARCH.see(engine, "regions", total) == {"north": 3000, "south": 0}
    mine = of(MARCH, "sum", rows(MARCH, link="seller region", match="region"), AMOUNT)
    assert MARCH.see(engine, "people", mine) == {"ann": 3000, "bob": 3000, "cyd": 0}
    fellow = of(MARCH, "count", rows(MARCH, match="seller"))
    found = MARCH.see(engine, "deals", fellow)
    assert (found["d1"], found["d5"], found["d7"], found["d9"]) == (2, 2, 3, 0)
    itself = of(MARCH, "sum", rows(MARCH, link=""), AMOUNT)
    found = MARCH.see(engine, "deals", itself)
    assert (found["d1"], found["d4"], found["d7"], found["d9"]) == (500, 0, 0, 19)


def test_all_rows(engine: Settle) -> None:
    everything = of(MARCH, "sum", rows(MARCH, link="", match=None), AMOUNT)
    assert MARCH.see(engine, "people", everything) == {"ann": 3019, "bob": 3019, "cyd": 3019}
    assert MARCH.see(engine, COMPANY, everything) == {"": 3019}


def test_conditions_of_rows(engine: Settle) -> None:
    paid = Compare(">=", AMOUNT, num(700, 2))
    found = MARCH.see(engine, "people", of(MARCH, "count", rows(MARCH, where=paid)))
    assert found == {"ann": 1, "bob": 2, "cyd": 0}
    small = Not(MARCH.col("deals", "big"))
    found = MARCH.see(engine, "people", of(MARCH, "sum", rows(MARCH, where=And((paid, small))), AMOUNT))
    assert found == {"ann": 0, "bob": 900, "cyd": 0}


def waiting(sample: Sample, which: str, kind: Word["flag", "amount"] = "flag") -> Expr:
    """Waits for the deals named, each with a reason of its own; otherwise yes, or the amount."""
    amount = sample.col("deals", "amount")
    held = FLAG if kind == "flag" else amount.type
    own: Expr = Compare("=", num(0), num(0)) if kind == "flag" else amount
    key = sample.col("deals", "deal")
    late = tuple(SwitchRow((Equals(text(deal)),), Wait(sample.waits(f"{deal} waits"), held)) for deal in which.split())
    other = tuple(SwitchRow((Equals(text(f"d{n}")),), own) for n in range(1, 10) if f"d{n}" not in which.split())
    return Switch("late", (key,), late + other, sample.waits("never"), held)


def test_a_waiting_row_makes_its_function_wait(engine: Settle) -> None:
    late = waiting(MARCH, "d8 d6 d3 d9")
    found = MARCH.see(engine, "people", of(MARCH, "count", rows(MARCH, where=late)))
    assert found == {"ann": 2, "bob": Waits("d6 waits"), "cyd": 0}
    found = MARCH.see(engine, "people", of(MARCH, "sum", rows(MARCH), waiting(MARCH, "d8 d2 d4", "amount")))
    assert found == {"ann": Waits("d2 waits"), "bob": Waits("d8 waits"), "cyd": 0}
    both = rows(MARCH, where=waiting(MARCH, "d8"))
    found = MARCH.see(engine, "people", of(MARCH, "max", both, waiting(MARCH, "d6", "amount")))
    assert found == {"ann": 700, "bob": Waits("d6 waits"), "cyd": NONE}
    found = MARCH.see(engine, COMPANY, of(MARCH, "count", rows(MARCH, link="", match=None, where=late)))
    assert found == {"": Waits("d6 waits")}


def test_the_smallest_key_is_by_number(engine: Settle) -> None:
    sample = Sample()
    sample.table("visits", "visit", {"visit": "integer"}, [(10,), (9,), (11,)])
    key = sample.col("visits", "visit")
    late = tuple(SwitchRow((Equals(num(n)),), Wait(sample.waits(f"{n} waits"), FLAG)) for n in (9, 10, 11))
    where = Switch("late", (key,), late, sample.waits("never"), FLAG)
    everything = Rows("visits", (), None, earlier=False, date=None, window=None, where=where)
    assert sample.see(engine, COMPANY, of(sample, "count", everything)) == {"": Waits("9 waits")}


def test_the_smallest_key_of_several_parts(engine: Settle) -> None:
    sample = Sample()
    columns = {"deal": "integer", "role": "text", "late": "integer"}
    sample.table("members", "deal role", columns, [(10, "a", 1), (9, "b", 2), (9, "a!", 3), (9, "a", 4)])
    late = tuple(SwitchRow((Equals(num(n)),), Wait(sample.waits(f"{n} waits"), FLAG)) for n in range(1, 5))
    where = Switch("late", (sample.col("members", "late"),), late, sample.waits("never"), FLAG)
    everything = Rows("members", (), None, earlier=False, date=None, window=None, where=where)
    assert sample.see(engine, COMPANY, of(sample, "count", everything)) == {"": Waits("4 waits")}


# --- earlier rows ------------------------------------------------------------------------------

HISTORY = shop(
    ("a", "ann", "2026-01-31", 1, False),
    ("b", "ann", "2026-02-28", 10, False),
    ("c", "ann", "2026-03-01", 100, False),
    ("d", "ann", "2026-03-01", 1_000, False),
    ("e", "bob", "2026-03-02", 10_000, False),
    ("f", "ann", "2026-03-31", 100_000, False),
    ("g", "ann", "2026-04-30", 1_000_000, False),
    ("h", "ann", None, 10_000_000, False),
    ("i", None, "2026-03-15", 100_000_000, False),
)

EARLIER: list[tuple[Window, dict[str, str]]] = [
    (Ever(), {"a": "", "b": "a", "c": "ab", "d": "abc", "e": "", "f": "abcd", "g": "abcdf", "h": "", "i": ""}),
    (InPeriod(), {"a": "", "b": "", "c": "", "d": "c", "e": "", "f": "cd", "g": "cdf", "h": "", "i": ""}),
    (ToDate("month"), {"a": "", "b": "", "c": "", "d": "c", "e": "", "f": "cd", "g": "", "h": "", "i": ""}),
    (ToDate("quarter"), {"a": "", "b": "a", "c": "ab", "d": "abc", "e": "", "f": "abcd", "g": "", "h": "", "i": ""}),
    (LastMonths(1), {"a": "", "b": "a", "c": "b", "d": "bc", "e": "", "f": "cd", "g": "f", "h": "", "i": ""}),
    (LastMonths(2), {"a": "", "b": "a", "c": "ab", "d": "abc", "e": "", "f": "bcd", "g": "cdf", "h": "", "i": ""}),
]


@pytest.mark.parametrize(("window", "expected"), EARLIER)
@pytest.mark.parametrize("function", ["sum", "count", "max", "min", "distinct", "mean"])
def test_earlier_rows(engine: Settle, window: Window, expected: dict[str, str], function: Function) -> None:
    amount = HISTORY.col("deals", "amount")
    values = {deal: 10**n for n, deal in enumerate("abcdefghi")}

    def worked(deals: str) -> Seen:
        found: list[int] = [values[deal] for deal in deals]
        match function:
            case "sum":
                return sum(found)
            case "count" | "distinct":
                return len(found)
            case "mean":
                return (sum(found), len(found)) if found else NONE
            case "max":
                return max(found, default=NONE)
            case _:
                return min(found, default=NONE)

    which = rows(HISTORY, match="seller", window=window, earlier=True)
    found = HISTORY.see(engine, "deals", of(HISTORY, function, which, amount))
    assert found == {deal: worked(deals) for deal, deals in expected.items()}


def test_all_earlier_rows_whatever_the_seller(engine: Settle) -> None:
    which = rows(HISTORY, link="", match=None, window=ToDate("month"), earlier=True)
    found = HISTORY.see(engine, "deals", of(HISTORY, "count", which))
    assert found == {"a": 0, "b": 0, "c": 0, "d": 1, "e": 2, "f": 4, "g": 0, "h": 0, "i": 3}


def test_a_waiting_row_makes_only_later_rows_wait(engine: Settle) -> None:
    late = tuple(SwitchRow((Equals(text(d)),), Wait(HISTORY.waits(f"{d} waits"), FLAG)) for d in "db")
    key = HISTORY.col("deals", "deal")
    other = tuple(SwitchRow((Equals(text(d)),), Compare("=", key, key)) for d in "acefghi")
    where = Switch("late", (key,), late + other, HISTORY.waits("never"), FLAG)
    which = rows(HISTORY, match="seller", window=ToDate("quarter"), where=where, earlier=True)
    found = HISTORY.see(engine, "deals", of(HISTORY, "count", which))
    wait = Waits("b waits")
    assert found == {"a": 0, "b": 1, "c": wait, "d": wait, "e": 0, "f": wait, "g": 0, "h": 0, "i": 0}
    which = rows(HISTORY, match="seller", window=InPeriod(), where=where, earlier=True)
    found = HISTORY.see(engine, "deals", of(HISTORY, "count", which))
    assert (found["d"], found["f"]) == (1, Waits("d waits"))


def test_the_row_in_hand_need_not_pass_the_condition(engine: Settle) -> None:
    where = Compare("!=", HISTORY.col("deals", "deal"), text("d"))
    which = rows(HISTORY, match="seller", window=InPeriod(), where=where, earlier=True)
    found = HISTORY.see(engine, "deals", of(HISTORY, "count", which))
    assert (found["c"], found["d"], found["f"]) == (0, 1, 1)


# --- rows between two days of the context ------------------------------------------------------

VISITED = shop(
    ("a", "ann", "2026-01-31", 1, False),
    ("b", "ann", "2026-02-28", 10, False),
    ("c", "ann", "2026-03-31", 100, True),
    ("d", "bob", "2026-02-28", 1_000, False),
    ("e", None, "2026-02-01", 10_000, False),
    ("f", "ann", None, 100_000, False),
)
VISITED.table(
    "visits",
    "visit",
    {"visit": "text", "host": "-> people?", "on": "day?", "from": "day?"},
    [
        ("u", "ann", "2026-02-28", "2026-01-31"),
        ("v", "ann", "2026-02-27", "2026-02-01"),
        ("w", "ann", "2026-04-30", None),
        ("x", "bob", "2026-04-30", "2026-02-28"),
        ("y", None, "2026-04-30", "2026-01-01"),
        ("z", "cyd", None, "2026-01-01"),
    ],
)


def until(window: Window = EVER, *, since: bool = False, match: str | None = "host", where: Expr | None = None) -> Rows:
    asked = rows(VISITED, link="" if match is None else "seller", match=match, window=window, where=where)
    day, first = VISITED.col("visits", "on"), VISITED.col("visits", "from")
    return replace(asked, until=day, since=first if since else None)


UNTIL: list[tuple[Rows, dict[str, int]]] = [
    (until(), {"u": 11, "v": 1, "w": 111, "x": 1_000, "y": 0, "z": 0}),
    (until(since=True), {"u": 11, "v": 0, "w": 0, "x": 1_000, "y": 0, "z": 0}),
    (until(MONTH), {"u": 0, "v": 0, "w": 100, "x": 0, "y": 0, "z": 0}),
    (until(match=None), {"u": 11_011, "v": 10_001, "w": 11_111, "x": 11_111, "y": 11_111, "z": 0}),
    (until(where=VISITED.col("deals", "big")), {"u": 0, "v": 0, "w": 100, "x": 0, "y": 0, "z": 0}),
]


@pytest.mark.parametrize(("which", "expected"), UNTIL)
def test_rows_up_to_a_day_of_the_context(engine: Settle, which: Rows, expected: dict[str, int]) -> None:
    """The last day and the first one count; a row without a day, or of nobody, is seen by nobody."""
    found = VISITED.see(engine, "visits", of(VISITED, "sum", which, VISITED.col("deals", "amount")))
    assert found == expected


def test_a_mean_up_to_a_day_has_no_value_of_no_rows(engine: Settle) -> None:
    found = VISITED.see(engine, "visits", of(VISITED, "mean", until(), VISITED.col("deals", "amount")))
    assert found == {"u": (11, 2), "v": (1, 1), "w": (111, 3), "x": (1_000, 1), "y": NONE, "z": NONE}


def test_only_a_context_that_sees_a_waiting_row_waits(engine: Settle) -> None:
    key = VISITED.col("deals", "deal")
    late = SwitchRow((Equals(text("b")),), Wait(VISITED.waits("b waits"), FLAG))
    other = tuple(SwitchRow((Equals(text(d)),), Compare("=", key, key)) for d in "acdef")
    where = Switch("late", (key,), (late, *other), VISITED.waits("never"), FLAG)
    found = VISITED.see(engine, "visits", of(VISITED, "count", until(where=where)))
    wait = Waits("b waits")
    assert found == {"u": wait, "v": 1, "w": wait, "x": 1, "y": 0, "z": 0}


# --- columns of other rows ---------------------------------------------------------------------


def test_columns_through_links(engine: Settle) -> None:
    sample = shop(("d1", "ann", None, 1, True), ("d2", "cyd", None, 2, True), ("d3", None, None, 3, True))
    region = Column(
        ("seller", "region"), "regions", "region", sample.col("regions", "region").type, sample.gone("no link")
    )
    assert sample.see(engine, "deals", region) == {"d1": "north", "d2": Gone("no link"), "d3": Gone("no link")}
    sold = sample.computed(
        "people", "sold", of(sample, "sum", rows(sample, window=None), sample.col("deals", "amount"))
    )
    away = Column(("seller",), "people", "sold", sold.type, sample.gone("no seller"))
    assert sample.see(engine, "deals", away) == {"d1": 1, "d2": 2, "d3": Gone("no seller")}
    deep = sample.computed(
        "deals", "late", When(away, ((sample.col("deals", "big"), sample.gone("small")),), away.type)
    )
    total = of(sample, "sum", rows(sample, window=None), deep)
    assert sample.see(engine, "people", total) == {"ann": 1, "bob": 0, "cyd": 2}


def test_the_company_is_reached_from_everywhere(engine: Settle) -> None:
    sample = shop(("d1", "ann", None, 1, True), ("d2", "cyd", None, 2, True))
    everything = of(sample, "sum", rows(sample, link="", match=None, window=None), sample.col("deals", "amount"))
    sample.computed(COMPANY, "turnover", everything)
    assert sample.see(engine, "people", sample.col(COMPANY, "turnover")) == {"ann": 3, "bob": 3, "cyd": 3}
    late = sample.computed(COMPANY, "late", Wait(sample.waits("not yet"), DAY))
    assert sample.see(engine, "deals", late) == {"d1": Waits("not yet"), "d2": Waits("not yet")}


def test_keys_as_text(engine: Settle) -> None:
    sample = Sample()
    columns = {"deal": "text", "n": "integer", "on": "day", "at": "minute", "sure": "flag"}
    written = [
        ("a/b", -7, "2026-03-01", "2026-03-01 07:05", True),
        ("50%", 12, "1969-12-31", "1969-12-31 23:59", False),
    ]
    sample.table("visits", "deal n on at sure", columns, written)
    assert sample.see(engine, "visits", num(1)) == {
        "a%2Fb/-7/2026-03-01/2026-03-01 07:05/yes": 1,
        "50%25/12/1969-12-31/1969-12-31 23:59/no": 1,
    }
