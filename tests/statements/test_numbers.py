"""Values as people read them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotarules.plan.nodes import DAY, FLAG, MINUTE, TEXT, Kind, ValueType
from quotarules.statements.numbers import Held, amount, grouped, percent, plain, ratio, value

RUB = ValueType(Kind.INTEGER, 2, "RUB")
PERCENT = ValueType(Kind.INTEGER, 3, "%")


@pytest.mark.parametrize(
    ("held", "kind", "text"),
    [
        (123456789, RUB, "1,234,567.89 RUB"),
        (-5, RUB, "-0.05 RUB"),
        (0, RUB, "0.00 RUB"),
        (100000, RUB, "1,000.00 RUB"),
        (99999, RUB, "999.99 RUB"),
        (35, PERCENT, "3.5%"),
        (1000, PERCENT, "100%"),
        (-35, PERCENT, "-3.5%"),
        (2, ValueType(Kind.INTEGER, 0, "%"), "200%"),
        (12, ValueType(Kind.INTEGER, 0, ""), "12"),
        (1250, ValueType(Kind.INTEGER, 2, "points"), "12.50 points"),
        ((35, 1000), ValueType(Kind.RATIO, 0, "%"), "3.5%"),
        ((1, 3), ValueType(Kind.RATIO, 0, "%"), "33.333333…%"),
        ((-1, 3), ValueType(Kind.RATIO, 0, ""), "-0.333333…"),
        ((10, 4), ValueType(Kind.RATIO, 2, "RUB"), "0.025 RUB"),
        ((36600_00, 31), ValueType(Kind.RATIO, 2, "EUR"), "36,600.00 EUR / 31"),
        ((-3660_0000, 310), ValueType(Kind.RATIO, 4, "EUR"), "-366.00 EUR / 31"),
        ((7, 3), ValueType(Kind.RATIO, 0, "EUR"), "7 EUR / 3"),
        ((1, 3), ValueType(Kind.RATIO, 3, "EUR"), "0.001 EUR / 3"),
        ((7, 3), ValueType(Kind.RATIO, 0, "points"), "2.333333… points"),
        ((0, 7), ValueType(Kind.RATIO, 0, ""), "0"),
        (True, FLAG, "yes"),
        (False, FLAG, "no"),
        (0, FLAG, "no"),
        (20513, DAY, "2026-03-01"),
        (-1, DAY, "1969-12-31"),
        (20513 * 1440 + 61, MINUTE, "2026-03-01 01:01"),
        ("a\u202eb", TEXT, "a\u202eb"),
        (None, RUB, "no value"),
    ],
)
def test_values(held: Held | None, kind: ValueType, text: str) -> None:
    assert value(held, kind) == text


@given(st.integers(), st.integers(0, 40))
def test_plain_and_grouped_lose_nothing(number: int, scale: int) -> None:
    assert Fraction(plain(number, scale)) == Fraction(number, 10**scale)
    assert grouped(number, scale).replace(",", "") == plain(number, scale)


@given(st.integers(), st.integers(0, 12))
def test_percent_is_a_hundred_times_the_value(number: int, scale: int) -> None:
    assert Fraction(percent(number, scale).rstrip("%").replace(",", "")) == Fraction(number, 10**scale) * 100


@given(st.integers(), st.integers(1), st.integers(0, 6), st.sampled_from(["", "%", "RUB"]))
def test_a_ratio_is_exact_or_says_that_it_is_cut(numerator: int, denominator: int, scale: int, unit: str) -> None:
    text = ratio((numerator, denominator), ValueType(Kind.RATIO, scale, unit))
    exact = Fraction(numerator, denominator * 10**scale) * (100 if unit == "%" else 1)
    figure, _, below = text.partition(" RUB / ")
    shown = Fraction(figure.removesuffix("%").removesuffix(" RUB").removesuffix("…").replace(",", "")) / int(below or 1)
    assert unit != "RUB" or "…" not in text
    if "…" in text:
        assert shown != exact
        assert abs(shown) <= abs(exact) < abs(shown) + Fraction(1, 10**6)
    else:
        assert shown == exact


def test_an_amount_without_a_unit_ends_with_its_number() -> None:
    assert amount(1, 0, "") == "1"
