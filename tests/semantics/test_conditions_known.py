"""What conditions show, which of them exclude or imply each other, and the order of ranges."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotarules.diagnostics.source import SourceFile, Span
from quotarules.semantics.checked import (
    AllOf,
    AnyOf,
    Choice,
    Comparison,
    Constant,
    DateType,
    MissingTest,
    NotThe,
    OneOfChoices,
    Origin,
    Read,
    Typed,
    YesNo,
)
from quotarules.semantics.disjoint import exclude, implies, together
from quotarules.semantics.narrowing import learned
from quotarules.syntax.from_text import parse_expression

SPAN = Span("x", 0, 0)
ROLES = ("seller", "head", "presales")


def facts(text: str, *, holds: bool = True) -> set[str]:
    node, problems = parse_expression(SourceFile("x", text))
    assert node is not None, problems
    return {f"{fact} {'.'.join(names)}" for fact, names in learned(node, "deal", holds=holds)}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("paid_on is present", {"present paid_on"}),
        ("paid_on is missing", set()),
        ("not (paid_on is missing)", {"present paid_on"}),
        ("paid_on is present and won_on is present", {"present paid_on", "present won_on"}),
        ("paid_on is present or won_on is present", set()),
        ("(paid_on is present and a > 0) or (paid_on is present and b > 0)", {"present paid_on"}),
        ("not (paid_on is missing or client.sector is missing)", {"present paid_on", "present client.sector"}),
        ("wins > 0", {"nonzero wins"}),
        ("wins >= 1", {"nonzero wins"}),
        ("wins >= 0", set()),
        ("wins != 0", {"nonzero wins"}),
        ("wins = 0", set()),
        ("wins = 3", {"nonzero wins"}),
        ("wins < 0", {"nonzero wins"}),
        ("wins <= -1", {"nonzero wins"}),
        ("0 < wins", {"nonzero wins"}),
        ("0 RUB != amount", {"nonzero amount"}),
        ("not (wins <= 0)", {"nonzero wins"}),
        ("this deal.paid_on is present", {"present paid_on"}),
        ("this person.rate is present", {"present this.person.rate"}),
    ],
)
def test_a_condition_shows(text: str, shown: set[str]) -> None:
    assert facts(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("paid_on is missing", {"present paid_on"}),
        ("paid_on is missing or won_on is missing", {"present paid_on", "present won_on"}),
        ("paid_on is missing and won_on is missing", set()),
        ("wins = 0", {"nonzero wins"}),
        ("wins > 0", set()),
    ],
)
def test_a_false_condition_shows(text: str, shown: set[str]) -> None:
    assert facts(text, holds=False) == shown


# --- conditions that exclude each other --------------------------------------------------------


def read(name: str, kind: Choice | YesNo | DateType) -> Read:
    return Read((), "people", name, Origin.FACT, None, missing=True, type=kind, span=SPAN)


ROLE = read("role", Choice(ROLES))
SENIOR = read("senior", YesNo())
LEFT = read("left_on", DateType())
LATE = Comparison(">", LEFT, Constant(3, 0, DateType(), SPAN), YesNo(), SPAN)


def word(text: str) -> Constant:
    return Constant(text, 0, Choice(ROLES), SPAN)


def is_role(text: str) -> Typed:
    return Comparison("=", ROLE, word(text), YesNo(), SPAN)


def both(*parts: Typed) -> Typed:
    return AllOf(parts, YesNo(), SPAN)


def negated(part: Typed) -> Typed:
    return NotThe(part, YesNo(), SPAN)


def test_roles_exclude_each_other() -> None:
    assert exclude(is_role("seller"), is_role("head"))
    assert not exclude(is_role("seller"), is_role("seller"))
    listed = OneOfChoices(ROLE, (word("head"), word("presales")), YesNo(), SPAN)
    assert exclude(is_role("seller"), listed)
    assert not exclude(is_role("head"), listed)
    assert exclude(negated(is_role("seller")), is_role("seller"))


def test_a_block_without_condition_excludes_nobody() -> None:
    assert not exclude(None, is_role("seller"))
    assert not exclude(None, None)


def test_other_tests_are_possible_together_unless_they_are_the_same() -> None:
    assert not exclude(LATE, is_role("seller"))
    assert exclude(both(LATE, SENIOR), negated(LATE))
    assert implies(both(LATE, is_role("head")), LATE)
    assert not implies(is_role("head"), LATE)


def test_presence_is_known_apart_from_the_value() -> None:
    there = MissingTest(LEFT, True, YesNo(), SPAN)
    gone = MissingTest(LEFT, False, YesNo(), SPAN)
    assert exclude(there, gone)
    assert exclude(is_role("seller"), MissingTest(ROLE, False, YesNo(), SPAN))


def test_three_blocks_of_which_each_two_can_meet() -> None:
    pairs = [
        OneOfChoices(ROLE, tuple(word(role) for role in ROLES if role != left_out), YesNo(), SPAN) for left_out in ROLES
    ]
    assert together(tuple(pairs)) == (frozenset({0, 1}), frozenset({0, 2}), frozenset({1, 2}))


LEAVES = st.sampled_from([is_role(role) for role in ROLES] + [SENIOR, LATE, MissingTest(LEFT, True, YesNo(), SPAN)])
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(negated),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: both(*parts)),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: AnyOf(tuple(parts), YesNo(), SPAN)),
    ),
    max_leaves=8,
)


def plainly(condition: Typed, role: str, senior: bool, left: int | None) -> bool:
    match condition:
        case Comparison("=", _, Constant(value)):
            return role == value
        case Comparison(">"):
            return left is not None and left > 3
        case Read():
            return senior
        case MissingTest():
            return left is not None
        case NotThe(operand):
            return not plainly(operand, role, senior, left)
        case AllOf(operands):
            return all(plainly(operand, role, senior, left) for operand in operands)
        case AnyOf(operands):
            return any(plainly(operand, role, senior, left) for operand in operands)
    raise AssertionError(condition)


@given(CONDITIONS, CONDITIONS)
def test_no_row_passes_two_conditions_that_exclude_each_other(left: Typed, right: Typed) -> None:
    rows = product(ROLES, (True, False), (None, 3, 4))
    meets = any(plainly(left, *row) and plainly(right, *row) for row in rows)
    assert not (meets and exclude(left, right))


@given(CONDITIONS, CONDITIONS)
def test_what_is_implied_holds(left: Typed, right: Typed) -> None:
    if implies(left, right):
        assert all(plainly(right, *row) for row in product(ROLES, (True, False), (None, 3, 4)) if plainly(left, *row))
