"""Rounding of an exact fraction to a place, and parts of a whole by largest remainder."""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor
from typing import assert_never

from quotarules.values.rounding import RoundingMode

_COMPARED = 10**12
"""Remainders are compared to twelve decimal places."""


def toward_zero(value: Fraction) -> int:
    return floor(value) if value >= 0 else ceil(value)


def rounded(value: Fraction, place: Fraction, mode: RoundingMode) -> Fraction:
    """The multiple of `place` that `mode` says."""
    return place * _whole(value / place, mode)


def _whole(value: Fraction, mode: RoundingMode) -> int:
    below = floor(value)
    half = value - below == Fraction(1, 2)
    match mode:
        case RoundingMode.FLOOR:
            return below
        case RoundingMode.CEIL:
            return ceil(value)
        case RoundingMode.DOWN:
            return toward_zero(value)
        case RoundingMode.UP:
            return ceil(value) if value >= 0 else below
        case RoundingMode.HALF_UP:
            nearest = floor(abs(value) + Fraction(1, 2))
            return nearest if value >= 0 else -nearest
        case RoundingMode.HALF_EVEN:
            if half:
                return below if below % 2 == 0 else below + 1
            return floor(value + Fraction(1, 2))
        case _:
            assert_never(mode)


def parts_of(whole: Fraction, shares: Sequence[Fraction], unit: Fraction) -> list[Fraction]:
    """The shares of a whole in units, which together make what the shares together come to, cut to the unit.

    Each part is cut first; the units that are left over go to the largest remainders, in the order given among equals.
    A whole below zero is shared like one above.
    """
    size = abs(whole) / unit
    exact = [size * share for share in shares]
    parts = [floor(part) for part in exact]
    left = floor(sum(exact, Fraction())) - sum(parts)
    remainders = [floor((part - cut) * _COMPARED) for part, cut in zip(exact, parts, strict=True)]
    for at in sorted(range(len(parts)), key=lambda place: (-remainders[place], place))[:left]:
        parts[at] += 1
    return [(part if whole >= 0 else -part) * unit for part in parts]
