"""Tiers and curves as straight pieces: what a band or a segment does to an amount is one product and one sum."""

from quotarules.plan.nodes import Curve, Literal, Tiers
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class CurvePiece:
    """A segment [start, end]: the RATIO (rise * a + offset * b) / (length * b) for the amount a/b."""

    start: int
    end: int
    rise: int
    offset: int
    length: int


def tier_pieces(tiers: Tiers) -> tuple[tuple[int, int], ...]:
    """(rate, offset) of each band: an amount a/b in it gives (rate * a + offset * b) / b."""
    match tiers.way:
        case "whole":
            return tuple((number(band.rate), 0) for band in tiers.bands)
        case "excess":
            lowers = (0 if band.lower is None else number(band.lower) for band in tiers.bands)
            return tuple(
                (number(band.rate), -number(band.rate) * lower) for band, lower in zip(tiers.bands, lowers, strict=True)
            )
        case "marginal":
            return _marginal(tiers)


def _marginal(tiers: Tiers) -> tuple[tuple[int, int], ...]:
    """For x in band i: the bands below give all they can, band i gives (x - lower) * rate, the bands above nothing.

    What the bands give at 0 is taken off, as the formula says.
    """
    pieces = []
    for place, band in enumerate(tiers.bands):
        rate = number(band.rate)
        offset = 0
        for other, low in enumerate(tiers.bands):
            lower = None if low.lower is None else number(low.lower)
            upper = None if low.upper is None else number(low.upper)
            at_zero = _clamp(0, lower, upper)
            if other == place:
                offset -= at_zero * rate
            else:
                reached = upper if other < place else lower
                assert reached is not None, f"the bands of {tiers.tiers} do not touch"
                offset += (reached - at_zero) * number(low.rate)
        pieces.append((rate, offset))
    return tuple(pieces)


def curve_pieces(curve: Curve) -> tuple[CurvePiece, ...]:
    """The segments of a curve, rising."""
    pieces = []
    for (at, value), (to, reached) in zip(curve.points, curve.points[1:], strict=False):
        start, end, rise = number(at), number(to), number(reached) - number(value)
        offset = number(value) * (end - start) - rise * start
        pieces.append(CurvePiece(start, end, rise, offset, end - start))
    return tuple(pieces)


def number(literal: Literal) -> int:
    """The integer of a literal that is not a text."""
    assert not isinstance(literal.value, str), f"{literal.value} is a text, not a number"
    return int(literal.value)


def _clamp(value: int, lower: int | None, upper: int | None) -> int:
    if lower is not None and value < lower:
        return lower
    return upper if upper is not None and value > upper else value
