"""Parts of a whole: they add up to the last unit, and ties are broken by keys."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.allotted import NONE, ROLE, Member, allot, hours_known, is_late, roles, see, signed, team
from engines.sample import Gone, Sample, Seen, Settle, Waits, num, text, whole
from quotarules.engines.reference.allot import Share, parts_of
from quotarules.plan.nodes import (
    Compare,
    Not,
    Otherwise,
    Rows,
    Wait,
    When,
)
from quotarules.values.period import InPeriod

# --- equal parts -------------------------------------------------------------------------------

THREE: list[Member] = [(1, "d", "cyd", "a", 1), (2, "d", "ann", "a", 1), (3, "d", "bob", "a", 1)]


@pytest.mark.parametrize(
    ("pool", "expected"),
    [
        (0, [0, 0, 0]),
        (1, [0, 1, 0]),
        (2, [0, 1, 1]),
        (3, [1, 1, 1]),
        (100, [33, 34, 33]),
        (-100, [-33, -34, -33]),
        (-1, [0, -1, 0]),
        (None, [Gone("no pool")] * 3),
    ],
)
def test_equal_parts_with_ties_by_person(engine: Settle, pool: int | None, expected: list[Seen]) -> None:
    sample = team({"d": pool}, THREE)
    assert see(engine, sample, allot(sample)) == expected


def test_what_explains_equal_parts(engine: Settle) -> None:
    sample = team({"d": 100, "e": 7}, [*THREE, (4, "e", "eve", "a", 1)])
    assert see(engine, sample, allot(sample, gives="weight", type=whole())) == [1, 1, 1, 1]
    assert see(engine, sample, allot(sample, gives="divisor", type=whole())) == [3, 3, 3, 1]


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        # One unit goes to the largest rest: .3341 of 1, though .3340 begins with the same three digits.
        ((3_340, 3_341, 3_319), [0, 1, 0]),
        # Rests are compared to twelve digits: .3333333333333, .3333333333338 and .3333333333329 are a tie between the
        # first two, which the key decides.
        ((3_333_333_333_333, 3_333_333_333_338, 3_333_333_333_329), [1, 0, 0]),
        # .333333333333 and .333333333334 are not.
        ((333_333_333_333, 333_333_333_334, 333_333_333_333), [0, 1, 0]),
    ],
)
def test_rests_are_compared_to_twelve_digits(engine: Settle, hours: tuple[int, int, int], expected: list[Seen]) -> None:
    persons = ("ann", "bob", "cyd")
    sample = team(
        {"d": 1}, [(n, "d", who, "a", held) for n, (who, held) in enumerate(zip(persons, hours, strict=True))]
    )
    assert see(engine, sample, allot(sample, weight=sample.col("members", "hours"))) == expected


def test_ties_of_one_person_go_by_the_number_of_the_row(engine: Settle) -> None:
    sample = team({"d": 1}, [(10, "d", "ann", "a", 1), (9, "d", "ann", "a", 1)])
    assert see(engine, sample, allot(sample)) == [1, 0]


def test_every_group_apart(engine: Settle) -> None:
    members: list[Member] = [
        (1, "d", "ann", "a", 1),
        (2, "e", "ann", "a", 1),
        (3, "e", "bob", "a", 1),
        (4, "f", "ann", "a", 1),
        (5, "f", "bob", "a", 1),
    ]
    sample = team({"d": 101, "e": 101, "f": 99}, members)
    assert see(engine, sample, allot(sample)) == [101, 51, 50, 50, 49]


def test_who_gets_nothing(engine: Settle) -> None:
    members: list[Member] = [
        (1, "d", "ann", "a", 1),
        (2, "d", None, "a", 1),
        (3, None, "bob", "a", 1),
        (4, "d", "bob", "out", 1),
        (5, "d", "cyd", "a", 1),
    ]
    sample = team({"d": 101}, members)
    where = Compare("!=", sample.col("members", "role"), text("out"))
    found = see(engine, sample, allot(sample, where))
    assert found == [51, NONE, NONE, NONE, 50]


def test_rows_outside_the_window_have_no_part(engine: Settle) -> None:
    sample = Sample()
    sample.table("people", "person", {"person": "text"}, [("ann",), ("bob",), ("cyd",)])
    sample.table("deals", "deal", {"deal": "text", "pool": "integer 2?"}, [("d", 100), ("e", 100)])
    days = ("2026-02-28", "2026-03-01", "2026-03-31", "2026-04-01", None)
    seats = [(n, "d", ("ann", "bob", "cyd")[n % 3], day) for n, day in enumerate(days)]
    columns = {"row": "integer", "deal": "-> deals?", "person": "-> people?", "day": "day?"}
    sample.table("members", "row", columns, [*seats, (5, "e", "ann", "2026-02-28")])
    day = sample.col("members", "day")
    within = Rows("members", ("deal",), None, earlier=False, date=day, window=InPeriod(), where=None)
    assert see(engine, sample, allot(sample, rows=within)) == [NONE, 50, 50, NONE, NONE, NONE]


def test_without_a_link_all_rows_are_one_group(engine: Settle) -> None:
    members: list[Member] = [(1, "d", "ann", "a", 5), (2, "e", "bob", "a", 5), (3, None, "cyd", "a", 5)]
    sample = team({"d": 1, "e": 2}, members)
    rows = Rows("members", (), None, earlier=False, date=None, window=None, where=None)
    node = allot(sample, rows=rows, pool=num(100, 2))
    assert see(engine, sample, node) == [34, 33, 33]


def test_nobody_is_told_of_a_pool_that_is_not_theirs(engine: Settle) -> None:
    sample = team({"d": None}, [(1, "d", "ann", "out", 1), (2, "d", None, "a", 1), (3, "d", "bob", "a", 1)])
    where = Compare("!=", sample.col("members", "role"), text("out"))
    assert see(engine, sample, allot(sample, where)) == [NONE, NONE, Gone("no pool")]


# --- by weight ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pool", "hours", "expected"),
    [
        (100, [1, 2, 1], [25, 50, 25]),
        (100, [1, 1, 5], [14, 14, 72]),
        (10, [0, 3, 1], [0, 8, 2]),
        (10, [0, 0, 0], [NONE, NONE, NONE]),
        (11, [2, None, 1], [7, Gone("no hours"), 4]),
        (1, [5, 5, 6], [0, 0, 1]),
        (-11, [1, 1, 1], [-3, -4, -4]),
        (7, [1_000_000_000_000, 1, 1_000_000_000_000], [3, 0, 4]),
    ],
)
def test_by_weight(engine: Settle, pool: int, hours: list[int | None], expected: list[Seen]) -> None:
    people = ("dan", "ann", "bob")
    members: list[Member] = [(n, "d", who, "a", h) for n, (who, h) in enumerate(zip(people, hours, strict=True))]
    sample = team({"d": pool}, members)
    node = allot(sample, weight=sample.col("members", "hours"))
    assert see(engine, sample, node) == expected


# --- by role -----------------------------------------------------------------------------------

SHARES = roles(seller=40, manager=25, project=25, presales=10)


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        # 40 + 25 = 65 of 65 parts: 1000 * 40/65 = 615.38, 1000 * 25/130 = 192.30 each; one unit left, to .38.
        (False, [616, 192, 192, ROLE]),
        # 40 + 25 of 100 parts: 400, and 125 each; the rest stays with the company.
        (True, [400, 125, 125, ROLE]),
    ],
)
def test_absent_roles(engine: Settle, kept: bool, expected: list[Seen]) -> None:
    members: list[Member] = [
        (1, "d", "ann", "seller", 1),
        (2, "d", "bob", "manager", 1),
        (3, "d", "cyd", "manager", 1),
        (4, "d", "dan", "driver", 1),
    ]
    sample = team({"d": 1000}, members)
    role = sample.col("members", "role")
    assert see(engine, sample, allot(sample, role=role, roles=SHARES, kept=kept)) == expected


def test_one_person_in_two_roles(engine: Settle) -> None:
    members: list[Member] = [(1, "d", "ann", "seller", 1), (2, "d", "ann", "presales", 1), (3, "d", "bob", "seller", 1)]
    sample = team({"d": 101}, members)
    node = allot(sample, role=sample.col("members", "role"), roles=SHARES)
    # 101 * 40/100 = 40.4 each seller, 101 * 10/50 = 20.2 presales: 40 + 20 + 40, one unit left; a tie of .4, ann first.
    assert see(engine, sample, node) == [41, 20, 40]


def test_what_a_kept_share_leaves_is_cut_down(engine: Settle) -> None:
    members: list[Member] = [(1, "d", "bob", "seller", 1), (2, "d", "ann", "seller", 1), (3, "d", "cyd", "presales", 1)]
    sample = team({"d": 33}, members)
    node = allot(sample, role=sample.col("members", "role"), roles=SHARES, kept=True)
    # 33 * 50/100 = 16.5, cut to 16: 6.6, 6.6 and 3.3 are 6 + 6 + 3, one unit left, to ann.
    assert see(engine, sample, node) == [6, 7, 3]


def test_the_only_one_in_a_role_does_not_take_part(engine: Settle) -> None:
    members: list[Member] = [(1, "d", "ann", "seller", 1), (2, "d", None, "manager", 1), (3, "d", "bob", "project", 1)]
    sample = team({"d": 65}, members)
    where = Compare("!=", sample.col("members", "role"), text("project"))
    node = allot(sample, where, role=sample.col("members", "role"), roles=SHARES)
    assert see(engine, sample, node) == [65, NONE, NONE]


def test_nobody_in_a_listed_role(engine: Settle) -> None:
    sample = team({"d": 100}, [(1, "d", "ann", "driver", 1)])
    for kept in (False, True):
        node = allot(sample, role=sample.col("members", "role"), roles=SHARES, kept=kept)
        assert see(engine, sample, node) == [ROLE]


def test_a_role_that_weighs_nothing(engine: Settle) -> None:
    sample = team({"d": 100}, [(1, "d", "ann", "seller", 1), (2, "d", "bob", "helper", 1)])
    node = allot(sample, role=sample.col("members", "role"), roles=roles(seller=1, helper=0))
    assert see(engine, sample, node) == [100, 0]
    node = allot(sample, role=sample.col("members", "role"), roles=roles(helper=0))
    assert see(engine, sample, node) == [ROLE, NONE]


# --- waiting -----------------------------------------------------------------------------------


def test_waiting_members_make_their_group_wait(engine: Settle) -> None:
    members: list[Member] = [
        (1, "d", "ann", "a", 1),
        (2, "d", "bob", "late", 1),
        (3, "e", "ann", "a", 1),
        (4, "d", None, "a", 1),
    ]
    sample = team({"d": 100, "e": 50}, members)
    found = see(engine, sample, allot(sample, signed(sample)))
    assert found == [Waits("not signed"), Waits("not signed"), 50, NONE]
    hours = sample.col("members", "hours")
    known = When(hours, ((Not(is_late(sample)), sample.gone("late")),), hours.type)
    weight = Otherwise((known, Wait(sample.waits("no hours yet"), hours.type)), hours.type)
    found = see(engine, sample, allot(sample, weight=weight))
    assert found == [Waits("no hours yet"), Waits("no hours yet"), 50, NONE]


def test_of_several_waits_the_first_row_by_key_says_why(engine: Settle) -> None:
    members: list[Member] = [
        (10, "d", "ann", "late", 1),
        (2, "d", "cyd", "lost", 1),
        (3, "d", "bob", "a", 1),
        (4, "e", "bob", "late", 1),
        (5, "e", "ann", "lost", 1),
    ]
    sample = team({"d": 100, "e": 50}, members)
    weight = hours_known(sample, late="no hours yet", lost="hours lost")
    expected: list[Seen] = [*[Waits("hours lost")] * 2, *[Waits("no hours yet")] * 2, Waits("hours lost")]
    assert see(engine, sample, allot(sample, weight=weight)) == expected


# --- the law -----------------------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(st.integers(-(10**6), 10**6), st.lists(st.integers(0, 10**4), min_size=1, max_size=8).filter(any))
def test_parts_add_up_to_the_whole(pool: int, weights: list[int]) -> None:
    shares = [Share(row, weight, 1, ((row,), (row,))) for row, weight in enumerate(weights)]
    total = sum(weights)
    parts = parts_of(pool, shares, total, total)
    assert sum(parts.values()) == pool
    for row, weight in enumerate(weights):
        assert abs(parts[row] * total - pool * weight) < total


# --- what explains a part ----------------------------------------------------------------------


def test_weight_and_divisor_of_a_part_by_role(engine: Settle) -> None:
    # Two sellers halve 40, nobody is in role c: a part of the pool is weight / (people in the role * (40 + 25)).
    members: list[Member] = [
        (1, "d", "ann", "a", 1),
        (2, "d", "bob", "a", 1),
        (3, "d", "cyd", "b", 1),
        (4, "d", "dan", "x", 1),
    ]
    sample = team({"d": 100}, members)
    role: dict[str, Any] = {"role": sample.col("members", "role"), "roles": roles(a=40, b=25, c=35), "type": whole()}
    none = ROLE
    assert see(engine, sample, allot(sample, gives="weight", **role)) == [40, 40, 25, none]
    assert see(engine, sample, allot(sample, gives="divisor", **role)) == [130, 130, 65, none]
    assert see(engine, sample, allot(sample, gives="divisor", kept=True, **role)) == [200, 200, 100, none]


def test_weight_and_divisor_of_a_part_by_hours(engine: Settle) -> None:
    sample = team({"d": 100}, [(1, "d", "ann", "a", 3), (2, "d", "bob", "a", 4), (3, "d", "cyd", "a", 0)])
    hours: dict[str, Any] = {"weight": sample.col("members", "hours"), "type": whole()}
    assert see(engine, sample, allot(sample, gives="weight", **hours)) == [3, 4, 0]
    assert see(engine, sample, allot(sample, gives="divisor", **hours)) == [7, 7, 7]
