"""Rounding of exact quotients, the only place where a value loses digits."""

from enum import StrEnum


class RoundingMode(StrEnum):
    """The named ways to round; the definitions stand in `divide_rounded`."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    UP = "up"
    DOWN = "down"
    FLOOR = "floor"
    CEIL = "ceil"


def truncated(numerator: int, denominator: int) -> tuple[int, int]:
    """The quotient cut toward zero and the remainder, which has the sign of the numerator."""
    quotient = abs(numerator) // abs(denominator)
    if (numerator < 0) != (denominator < 0):
        quotient = -quotient
    return quotient, numerator - quotient * denominator


def divide_rounded(numerator: int, denominator: int, mode: RoundingMode) -> int:
    """The quotient as an integer; the modes are told by q and r, quotient and remainder cut toward zero.

    half_up moves away from zero iff |r| >= |b| - |r|; half_even iff |r| > |b| - |r|, or equal and q odd;
    up iff r is not 0; down never; floor iff the exact value is negative and r is not 0; ceil iff positive.
    """
    quotient, remainder = truncated(numerator, denominator)
    if remainder == 0:
        return quotient
    negative = (numerator < 0) != (denominator < 0)
    rest, other = abs(remainder), abs(denominator) - abs(remainder)
    match mode:
        case RoundingMode.HALF_UP:
            away = rest >= other
        case RoundingMode.HALF_EVEN:
            away = rest > other or (rest == other and quotient % 2 != 0)
        case RoundingMode.UP:
            away = True
        case RoundingMode.DOWN:
            away = False
        case RoundingMode.FLOOR:
            away = negative
        case RoundingMode.CEIL:
            away = not negative
    if not away:
        return quotient
    return quotient - 1 if negative else quotient + 1
