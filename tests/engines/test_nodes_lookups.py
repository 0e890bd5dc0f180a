"""Comparisons, tables, tiers and curves, at their edges and one unit beside them."""

from dataclasses import replace
from itertools import pairwise
from typing import Literal as Word

import pytest

from engines.sample import Gone, Sample, Seen, Settle, Waits, no, num, on, ratio, text, whole, yes
from quotarules.plan.nodes import (
    TEXT,
    Anything,
    Band,
    Compare,
    Curve,
    Divide,
    Equals,
    Expr,
    InRange,
    Literal,
    OneOf,
    Switch,
    SwitchRow,
    Tiers,
    When,
)

AMOUNTS = (-1, 0, 1, 9_999, 10_000, 10_001, 20_000, 20_001)


def amounts(*values: int | None) -> Sample:
    sample = Sample()
    kind = "integer 2?" if None in values else "integer 2"
    sample.table("deals", "deal", {"deal": "text", "amount": kind}, [(str(n), n) for n in values])
    return sample


S = amounts(*AMOUNTS)
ZERO = S.gone("zero")
OUTSIDE = S.waits("outside")
AMOUNT = S.col("deals", "amount")


def over(a: int, b: int) -> Expr:
    return Divide(num(a), num(b), ZERO, ratio())


COMPARISONS: list[tuple[Expr, Seen]] = [
    (Compare("=", num(1), num(1)), True),
    (Compare("!=", num(1), num(1)), False),
    (Compare("<", num(1), num(1)), False),
    (Compare("<=", num(1), num(1)), True),
    (Compare("<=", num(1), num(0)), False),
    (Compare(">", num(2), num(1)), True),
    (Compare(">=", num(0), num(1)), False),
    (Compare("=", over(1, 2), over(2, 4)), True),
    (Compare("!=", over(1, 2), over(2, 4)), False),
    (Compare("<", over(-1, 3), num(0)), True),
    (Compare(">", num(1), over(2, 3)), True),
    (Compare("=", num(2), over(4, 2)), True),
    (Compare("=", text("a"), text("A")), False),
    (Compare("!=", text("a"), text("é")), True),
    (Compare("=", yes(), yes()), True),
    (Compare("!=", yes(), no()), True),
    (Compare("<", on("2026-03-01"), on("2026-03-02")), True),
    (OneOf(text("b"), (text("a"), text("b"))), True),
    (OneOf(text("c"), (text("a"), text("b"))), False),
    (OneOf(num(3), (num(1), num(3))), True),
    (OneOf(text("c"), ()), False),
]


@pytest.mark.parametrize(("expr", "expected"), COMPARISONS)
def test_comparisons(engine: Settle, expr: Expr, expected: Seen) -> None:
    assert set(S.see(engine, "deals", expr).values()) == {expected}


# --- tables ------------------------------------------------------------------------------------


def ranges(*cuts: int | None) -> tuple[InRange, ...]:
    edges = [None if cut is None else num(cut, 2) for cut in cuts]
    return tuple(InRange(low, high, included=False) for low, high in pairwise(edges))


def test_a_table_of_ranges(engine: Settle) -> None:
    first, second, third = ranges(None, 0, 10_000, 20_000)
    last = InRange(third.lower, third.upper, included=True)
    rows = tuple(SwitchRow((matcher,), num(n)) for n, matcher in enumerate((first, second, last)))
    found = S.see(engine, "deals", Switch("t", (AMOUNT,), rows, OUTSIDE, whole()))
    late = Waits("outside")
    assert found == {
        "-1": 0,
        "0": 1,
        "1": 1,
        "9999": 1,
        "10000": 2,
        "10001": 2,
        "20000": 2,
        "20001": late,
    }


def test_a_table_of_two_keys_takes_the_first_row_that_matches(engine: Settle) -> None:
    sample = Sample()
    columns = {"deal": "text", "kind": "text?", "region": "text", "on": "day"}
    rows = [
        ("a", "new", "north", "2026-03-01"),
        ("b", "old", "north", "2026-03-02"),
        ("c", "new", "south", "2026-03-03"),
        ("d", None, "north", "2026-03-04"),
        ("e", "old", "east", "2026-03-05"),
    ]
    sample.table("deals", "deal", columns, rows)
    wait = sample.waits("no row")
    table = (
        SwitchRow((Equals(text("new")), Equals(text("north"))), num(1)),
        SwitchRow((Equals(text("new")), Anything()), num(2)),
        SwitchRow((Anything(), Equals(text("north"))), num(3)),
    )
    keys = sample.col("deals", "kind"), sample.col("deals", "region")
    found = sample.see(engine, "deals", Switch("t", keys, table, wait, whole()))
    assert found == {"a": 1, "b": 3, "c": 2, "d": Gone("no kind"), "e": Waits("no row")}
    dated = (SwitchRow((InRange(on("2026-03-02"), on("2026-03-04"), included=False),), text("in")),)
    found = sample.see(engine, "deals", Switch("d", (sample.col("deals", "on"),), dated, wait, TEXT))
    assert found == {"a": Waits("no row"), "b": "in", "c": "in", "d": Waits("no row"), "e": Waits("no row")}


def test_a_table_looks_up_a_ratio_exactly(engine: Settle) -> None:
    rows = (
        SwitchRow((InRange(None, num(2), included=False),), num(0)),
        SwitchRow((Equals(num(2)),), num(1)),
        SwitchRow((InRange(num(2), None, included=False),), num(2)),
    )
    share = Divide(AMOUNT, num(5_000, 2), ZERO, ratio())
    found = S.see(engine, "deals", Switch("t", (share,), rows, OUTSIDE, whole()))
    assert found == {str(n): 0 if n < 10_000 else 1 if n == 10_000 else 2 for n in AMOUNTS}


def test_a_row_hands_on_its_own_state(engine: Settle) -> None:
    gone = When(num(1), ((no(), S.gone("not today")),), whole())
    found = S.see(engine, "deals", Switch("t", (AMOUNT,), (SwitchRow((Anything(),), gone),), OUTSIDE, whole()))
    assert set(found.values()) == {Gone("not today")}


# --- tiers -------------------------------------------------------------------------------------


def bands(*cuts: tuple[int | None, int | None, int], included: bool = False) -> tuple[Band, ...]:
    """Bands (lower, upper, rate) with rates in percent; the last edge counts if `included`."""
    found = [
        Band(
            None if low is None else num(low, 2),
            None if high is None else num(high, 2),
            included=False,
            rate=num(rate, 2),
        )
        for low, high, rate in cuts
    ]
    last = found[-1]
    return (*found[:-1], Band(last.lower, last.upper, included, last.rate))


RISING = bands((0, 10_000, 4), (10_000, 20_000, 6), included=True)
OPEN = bands((None, 10_000, 4), (10_000, None, 6))
(FIRST,) = bands((0, 10_000, 4))
LATE = Waits("outside")

TIERS: list[tuple[str, Word["marginal", "whole", "excess"], tuple[Band, ...], list[Seen]]] = [
    ("marginal", "marginal", RISING, [LATE, 0, 4, 39_996, 40_000, 40_006, 100_000, LATE]),
    ("whole", "whole", RISING, [LATE, 0, 4, 39_996, 60_000, 60_006, 120_000, LATE]),
    ("excess", "excess", RISING, [LATE, 0, 4, 39_996, 0, 6, 60_000, LATE]),
    ("open marginal", "marginal", OPEN, [-4, 0, 4, 39_996, 40_000, 40_006, 100_000, 100_006]),
    ("open whole", "whole", OPEN, [-4, 0, 4, 39_996, 60_000, 60_006, 120_000, 120_006]),
    ("open excess", "excess", OPEN, [-4, 0, 4, 39_996, 0, 6, 60_000, 60_006]),
    (
        "bands that begin above zero give nothing below their edge",
        "marginal",
        bands((1, 10_000, 4), (10_000, None, 6)),
        [LATE, LATE, 0, 39_992, 39_996, 40_002, 99_996, 100_002],
    ),
    (
        "bands that begin below zero count from zero",
        "marginal",
        bands((-100, 10_000, 4), (10_000, None, 6)),
        [-4, 0, 4, 39_996, 40_000, 40_006, 100_000, 100_006],
    ),
    (
        "an edge that belongs to no band",
        "whole",
        (replace(FIRST, over=True), *bands((10_000, 20_000, 6))),
        [LATE, LATE, 4, 39_996, 60_000, 60_006, LATE, LATE],
    ),
    (
        "falling rates",
        "marginal",
        bands((0, 1, 100), (1, 10_000, 0), (10_000, None, -5)),
        [LATE, 0, 100, 100, 100, 95, -49_900, -49_905],
    ),
]


@pytest.mark.parametrize(("way", "parts", "expected"), [case[1:] for case in TIERS], ids=[case[0] for case in TIERS])
def test_tiers(
    engine: Settle, way: Word["marginal", "whole", "excess"], parts: tuple[Band, ...], expected: list[Seen]
) -> None:
    found = S.see(engine, "deals", Tiers("t", way, AMOUNT, parts, OUTSIDE, whole(4)))
    assert found == {str(n): value for n, value in zip(AMOUNTS, expected, strict=True)}


@pytest.mark.parametrize(("way", "parts", "expected"), [case[1:] for case in TIERS], ids=[case[0] for case in TIERS])
def test_tiers_of_one_amount_that_may_have_a_missing_one_beside_it(
    engine: Settle, way: Word["marginal", "whole", "excess"], parts: tuple[Band, ...], expected: list[Seen]
) -> None:
    # One amount is the least and the largest: an edge that no amount can pass is not asked about.
    for n, value in zip(AMOUNTS, expected, strict=True):
        if n in {-1, 0, 10_000, 20_000, 20_001}:
            seen: dict[str, Seen] = {str(n): value}
            for sample, states in ((amounts(n), seen), (amounts(n, None), seen | {"None": Gone("no amount")})):
                tiers = Tiers("t", way, sample.col("deals", "amount"), parts, sample.waits("outside"), whole(4))
                assert sample.see(engine, "deals", tiers) == states


@pytest.mark.parametrize(
    ("edges", "counted", "rows", "expected"),
    [
        ((1, 20_000), True, [(1, 4), (4, 1)], [LATE, (16, 1)]),
        ((1, 20_000), True, [(20_001, 1), (4, 4)], [LATE, (16, 4)]),
        ((1, 20_000), False, [(2, 4), (4, 1)], [LATE, (16, 1)]),
        ((1, 20_000), False, [(20_000, 1), (5, 4)], [LATE, (20, 4)]),
        ((-100, -10), True, [(-101, 1), (-40, 4)], [LATE, (-160, 4)]),
        ((-100, -10), True, [(-39, 4), (-50, 1)], [LATE, (-200, 1)]),
    ],
)
def test_tiers_of_ratios_with_several_denominators(
    engine: Settle, edges: tuple[int, int], counted: bool, rows: list[tuple[int, int]], expected: list[Seen]
) -> None:
    sample = Sample()
    columns = {"row": "integer", "above": "integer 2", "below": "integer"}
    sample.table("rows", "row", columns, [(place, *row) for place, row in enumerate(rows)])
    share = Divide(sample.col("rows", "above"), sample.col("rows", "below"), sample.gone("zero"), ratio(2))
    (band,) = bands((*edges, 4), included=counted)
    tiers = Tiers("t", "whole", share, (replace(band, over=not counted),), sample.waits("outside"), ratio(4))
    assert sample.see(engine, "rows", tiers) == {str(place): value for place, value in enumerate(expected)}


@pytest.mark.parametrize("edges", [(0, 10_000, 20_000), (-5, 0, 6_667), (3_000, 5_000, 6_667), (3_334, 6_666, 6_667)])
@pytest.mark.parametrize("way", ["marginal", "whole", "excess"])
def test_tiers_of_a_ratio_keep_its_denominator(
    engine: Settle, way: Word["marginal", "whole", "excess"], edges: tuple[int, int, int]
) -> None:
    share = Divide(AMOUNT, num(3), ZERO, ratio(2))
    narrow = bands((edges[0], edges[1], 4), (edges[1], edges[2], 6), included=True)
    wide = bands((3 * edges[0], 3 * edges[1], 4), (3 * edges[1], 3 * edges[2], 6), included=True)
    exact = S.see(engine, "deals", Tiers("t", way, AMOUNT, wide, OUTSIDE, whole(4)))
    found = S.see(engine, "deals", Tiers("t", way, share, narrow, OUTSIDE, ratio(4)))
    assert found == {key: value if isinstance(value, Waits) else (value, 3) for key, value in exact.items()}


# --- curves ------------------------------------------------------------------------------------


def curve(*points: tuple[int, int]) -> tuple[tuple[Literal, Literal], ...]:
    return tuple((num(at, 2), num(value, 2)) for at, value in points)


def test_a_curve(engine: Settle) -> None:
    points = curve((0, 50), (10_000, 100), (20_000, 80))
    found = S.see(engine, "deals", Curve("c", AMOUNT, points, OUTSIDE, ratio(2)))
    assert found == {
        "-1": LATE,
        "0": (50 * 10_000, 10_000),
        "1": (50 * 10_000 + 50, 10_000),
        "9999": (50 * 10_000 + 50 * 9_999, 10_000),
        "10000": (100 * 10_000, 10_000),
        "10001": (100 * 10_000 - 20, 10_000),
        "20000": (80 * 10_000, 10_000),
        "20001": LATE,
    }


def test_a_point_of_a_curve_belongs_to_the_segment_after_it(engine: Settle) -> None:
    points = curve((0, 50), (9_999, 100), (20_000, 80))
    found = S.see(engine, "deals", Curve("c", AMOUNT, points, OUTSIDE, ratio(2)))
    assert found["1"] == (50 * 9_999 + 50, 9_999)
    assert found["9999"] == (100 * 10_001, 10_001)
    assert found["20000"] == (80 * 10_001, 10_001)


def test_a_curve_of_segments_that_differ_in_length(engine: Settle) -> None:
    points = curve((-1, 0), (1, 4), (9_999, 0), (20_000, 10_001))
    sample = amounts(*AMOUNTS, None)
    amount, late = sample.col("deals", "amount"), sample.waits("outside")
    assert sample.see(engine, "deals", Curve("c", amount, points, late, ratio(2))) == {
        "-1": (0, 2),
        "0": (4 * 1, 2),
        "1": (4 * 9_998, 9_998),
        "9999": (0, 10_001),
        "10000": (10_001 * 1, 10_001),
        "10001": (10_001 * 2, 10_001),
        "20000": (10_001 * 10_001, 10_001),
        "20001": LATE,
        "None": Gone("no amount"),
    }


def test_a_curve_over_a_ratio(engine: Settle) -> None:
    share = Divide(AMOUNT, num(3), ZERO, ratio(2))
    found = S.see(engine, "deals", Curve("c", share, curve((0, 0), (5_000, 10)), OUTSIDE, ratio(2)))
    assert found["1"] == (10 * 1, 5_000 * 3)
    assert found["10001"] == (10 * 10_001, 5_000 * 3)
    assert found["-1"] == found["20000"] == LATE
