"""Exact arithmetic: pairs that are never reduced, scales that add, and rounding against plain fractions."""

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from fractions import Fraction

import pytest

from engines.sample import NUMBER, Gone, Sample, Seen, Settle, num, ratio, whole
from quotarules.plan.nodes import Add, Divide, Expr, Greatest, IsMissing, Least, Multiply, Negate, Rescale, Round
from quotarules.values.rounding import RoundingMode

SPAN = range(-50, 51)
DECIMAL_MODE = {
    RoundingMode.HALF_UP: ROUND_HALF_UP,
    RoundingMode.HALF_EVEN: ROUND_HALF_EVEN,
    RoundingMode.UP: ROUND_UP,
    RoundingMode.DOWN: ROUND_DOWN,
    RoundingMode.FLOOR: ROUND_FLOOR,
    RoundingMode.CEIL: ROUND_CEILING,
}


def quotients() -> Sample:
    sample = Sample()
    rows = [(f"{a}:{b}", a, b) for a in SPAN for b in SPAN]
    sample.table("pairs", "pair", {"pair": "text", "a": "integer", "b": "integer"}, rows)
    return sample


QUOTIENTS = quotients()
QUOTIENT = Divide(QUOTIENTS.col("pairs", "a"), QUOTIENTS.col("pairs", "b"), QUOTIENTS.gone("zero"), ratio())


def rounded_fraction(exact: Fraction, mode: RoundingMode) -> int:
    """An independent answer: from the floor, the exact half and the parity."""
    below = exact.numerator // exact.denominator
    rest = exact - below
    if rest == 0:
        return below
    match mode:
        case RoundingMode.FLOOR:
            return below
        case RoundingMode.CEIL:
            return below + 1
        case RoundingMode.DOWN:
            return below if exact > 0 else below + 1
        case RoundingMode.UP:
            return below + 1 if exact > 0 else below
        case RoundingMode.HALF_EVEN if rest == Fraction(1, 2):
            return below if below % 2 == 0 else below + 1
        case RoundingMode.HALF_UP if rest == Fraction(1, 2):
            return below + 1 if exact > 0 else below
        case RoundingMode.HALF_EVEN | RoundingMode.HALF_UP:
            return below + 1 if rest > Fraction(1, 2) else below


def expected_quotients(mode: RoundingMode) -> dict[str, Seen]:
    """What each pair gives."""
    return {f"{a}:{b}": rounded_fraction(Fraction(a, b), mode) if b else Gone("zero") for a in SPAN for b in SPAN}


@pytest.mark.parametrize("mode", list(RoundingMode))
def test_every_small_quotient_rounds_as_fractions_do(engine: Settle, mode: RoundingMode) -> None:
    assert QUOTIENTS.see(engine, "pairs", Round(QUOTIENT, 1, mode, NUMBER)) == expected_quotients(mode)


@pytest.mark.parametrize("values", [(-1, 1), (0, 1), (-1, 0)])
def test_halves_round_the_same_whatever_stands_beside_them(engine: Settle, values: tuple[int, int]) -> None:
    sample = Sample()
    sample.table("halves", "half", {"half": "text", "n": "integer"}, [(str(n), n) for n in values])
    half = Divide(sample.col("halves", "n"), num(2), sample.gone("zero"), ratio())
    for mode in RoundingMode:
        found = sample.see(engine, "halves", Round(half, 1, mode, NUMBER))
        assert found == {str(n): rounded_fraction(Fraction(n, 2), mode) for n in values}, mode


@pytest.mark.parametrize("mode", list(RoundingMode))
def test_rounding_to_places_agrees_with_decimals(engine: Settle, mode: RoundingMode) -> None:
    values = range(-2600, 2601, 25)
    sample = Sample()
    sample.table("sums", "sum", {"sum": "text", "n": "integer 3"}, [(str(n), n) for n in values])
    found = sample.see(engine, "sums", Round(sample.col("sums", "n"), 1, mode, whole(1)))
    for n in values:
        exact = (Decimal(n) / 1000).quantize(Decimal("0.1"), rounding=DECIMAL_MODE[mode])
        assert found[str(n)] == int(exact * 10), n


def one() -> Sample:
    sample = Sample()
    sample.table("rows", "row", {"row": "text"}, [("r",)])
    return sample


ONE = one()
ZERO = ONE.gone("zero")


def over(a: int, b: int, scale: int = 0) -> Expr:
    return Divide(num(a, scale), num(b), ZERO, ratio(scale))


CASES: list[tuple[str, Expr, Seen]] = [
    ("sum of integers", Add((num(150, 2), num(-25, 2), num(1, 2)), whole(2)), 126),
    ("sum of ratios is not reduced", Add((over(1, 2), over(1, 2)), ratio()), (4, 4)),
    ("integer and ratio", Add((num(3), over(1, 2)), ratio()), (7, 2)),
    ("ratio and integer", Add((over(1, 2), num(3)), ratio()), (7, 2)),
    ("three ratios fold from the left", Add((over(1, 2), over(1, 3), over(1, 4)), ratio()), (26, 24)),
    ("negate", Negate(num(5), whole()), -5),
    ("negate a ratio", Negate(over(5, 3), ratio()), (-5, 3)),
    ("product", Multiply(num(15, 1), num(25, 2), whole(3)), 375),
    ("ratio times integer", Multiply(over(2, 3), num(5), ratio()), (10, 3)),
    ("integer times ratio", Multiply(num(5), over(2, 3), ratio()), (10, 3)),
    ("ratio times ratio", Multiply(over(2, 3), over(3, 4), ratio()), (6, 12)),
    ("scales subtract", Divide(num(100, 3), num(8, 1), ZERO, ratio(2)), (100, 8)),
    ("a larger scale below moves up", Divide(num(100, 1), num(8, 3), ZERO, ratio(0)), (10_000, 8)),
    ("a ratio below", Divide(num(4), over(2, 3), ZERO, ratio()), (12, 2)),
    ("a ratio above", Divide(over(2, 3), num(4), ZERO, ratio()), (2, 12)),
    ("a negative divisor changes both signs", Divide(num(4), num(-3), ZERO, ratio()), (-4, 3)),
    ("a negative ratio below", Divide(num(-4), over(-2, 3), ZERO, ratio()), (12, 2)),
    ("zero above", Divide(num(0), num(-3), ZERO, ratio()), (0, 3)),
    ("zero below", Divide(num(1), num(0), ZERO, ratio()), Gone("zero")),
    ("a zero ratio below", Divide(num(1), over(0, 3), ZERO, ratio()), Gone("zero")),
    ("rescale", Rescale(num(15, 1), whole(3)), 1500),
    ("rescale a ratio", Rescale(over(2, 3), ratio(2)), (200, 3)),
    ("least", Least(num(3), num(4), whole()), 3),
    ("least, the right one", Least(num(4), num(3), whole()), 3),
    ("greatest", Greatest(num(3), num(4), whole()), 4),
    ("greatest, the left one", Greatest(num(4), num(3), whole()), 4),
    ("least of an integer and a ratio", Least(num(1), over(5, 2), ratio()), (1, 1)),
    ("least keeps the left pair if equal", Least(over(1, 2), over(2, 4), ratio()), (1, 2)),
    ("greatest keeps the left pair if equal", Greatest(over(2, 4), over(1, 2), ratio()), (2, 4)),
    ("greatest of negatives", Greatest(over(-1, 3), over(-1, 2), ratio()), (-1, 3)),
    ("round a scaled ratio", Round(over(12345, 10, 2), 1, RoundingMode.HALF_UP, whole(2)), 1235),
    ("round to a larger scale", Round(over(1, 3), 1, RoundingMode.HALF_UP, whole(4)), 3333),
    ("round to a step of 0.05", Round(num(1234, 3), 5, RoundingMode.HALF_UP, whole(2)), 125),
    ("round to tens", Round(num(1250, 1), 10, RoundingMode.HALF_EVEN, whole()), 120),
    ("round half up, negative", Round(num(-25, 1), 1, RoundingMode.HALF_UP, whole()), -3),
    ("beyond 64 bits", Multiply(num(3 * 10**18), num(3 * 10**18), whole()), 9 * 10**36),
    (
        "a quotient beyond 64 bits",
        Round(Divide(num(9 * 10**36), num(7), ZERO, ratio()), 1, RoundingMode.HALF_UP, whole()),
        1285714285714285714285714285714285714,
    ),
]


@pytest.mark.parametrize(("expr", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_arithmetic(engine: Settle, expr: Expr, expected: Seen) -> None:
    assert ONE.see(engine, "rows", expr) == {"r": expected}


def some(*values: int | None) -> Sample:
    """A row each, by its place."""
    sample = Sample()
    sample.table("rows", "row", {"row": "integer", "n": "integer?"}, [*enumerate(values)])
    return sample


def test_the_smaller_and_the_larger_of_what_may_be_missing(engine: Settle) -> None:
    sample = some(3, 4, 5, None)
    n = sample.col("rows", "n")
    gone = Gone("no n")
    for least, greatest in (
        (Least(n, num(4), whole()), Greatest(n, num(4), whole())),
        (Least(num(4), n, whole()), Greatest(num(4), n, whole())),
    ):
        assert sample.see(engine, "rows", least) == {"0": 3, "1": 4, "2": 4, "3": gone}
        assert sample.see(engine, "rows", greatest) == {"0": 4, "1": 4, "2": 5, "3": gone}


@pytest.mark.parametrize("divisor", [3, -3, 0])
def test_a_divisor_that_may_be_missing(engine: Settle, divisor: int) -> None:
    sample = some(divisor, None)
    share = Divide(num(4), sample.col("rows", "n"), sample.gone("zero"), ratio())
    expected = {3: (4, 3), -3: (-4, 3), 0: Gone("zero")}[divisor]
    assert sample.see(engine, "rows", share) == {"0": expected, "1": Gone("no n")}
    assert sample.see(engine, "rows", IsMissing(share)) == {"0": divisor == 0, "1": True}
