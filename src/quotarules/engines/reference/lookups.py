"""Tables, tiers and curves: what a value finds in rows of literals."""

from itertools import pairwise
from typing import assert_never

from quotarules.engines.reference.arithmetic import equal, pair
from quotarules.engines.reference.state import Number, Ratio, Value, integer, number
from quotarules.plan.nodes import Anything, Band, Curve, Equals, InRange, Literal, Matcher, Tiers


def edge(literal: Literal) -> int:
    """The integer of a literal that bounds a range."""
    return integer(literal.value)


def inside(held: Band | InRange, value: Number) -> bool:
    """Whether a value lies in a range: at or over its lower edge, under or at its upper one; None is open."""
    lower, upper, included = held.lower, held.upper, held.included
    numerator, denominator = pair(value)
    if lower is not None:
        start = edge(lower) * denominator
        if numerator < start or (held.over and numerator == start):
            return False
    if upper is None:
        return True
    limit = edge(upper) * denominator
    return numerator <= limit if included else numerator < limit


def matches(matcher: Matcher, key: Value) -> bool:
    """Whether a table's row takes this key."""
    match matcher:
        case Anything():
            return True
        case Equals(value):
            return equal(key, value.value)
        case InRange():
            return inside(matcher, number(key))
        case _:
            assert_never(matcher)


def _clamped(band: Band, numerator: int, denominator: int) -> int:
    """The numerator moved into the band's range, for the same denominator."""
    if band.lower is not None:
        numerator = max(numerator, edge(band.lower) * denominator)
    if band.upper is not None:
        numerator = min(numerator, edge(band.upper) * denominator)
    return numerator


def apply_tiers(node: Tiers, amount: Number) -> Number | None:
    """The amount that the bands make of an amount; None where it lies outside all of them."""
    reached = next((band for band in node.bands if inside(band, amount)), None)
    if reached is None:
        return None
    numerator, denominator = pair(amount)
    match node.way:
        case "marginal":
            result = sum(
                (_clamped(band, numerator, denominator) - _clamped(band, 0, denominator)) * edge(band.rate)
                for band in node.bands
            )
        case "whole":
            result = numerator * edge(reached.rate)
        case "excess":
            start = edge(reached.lower) if reached.lower is not None else 0
            result = (numerator - start * denominator) * edge(reached.rate)
        case _:
            assert_never(node.way)
    return Ratio(result, denominator) if isinstance(amount, Ratio) else result


def apply_curve(node: Curve, amount: Number) -> Ratio | None:
    """The value on the straight line between the two points around an amount; None outside the curve."""
    a, b = pair(amount)
    points = [(edge(at), edge(value)) for at, value in node.points]
    if a < points[0][0] * b or a > points[-1][0] * b:
        return None
    for (p, v), (q, w) in pairwise(points):
        if a < q * b or q == points[-1][0]:
            return Ratio(v * (q - p) * b + (w - v) * (a - p * b), (q - p) * b)
    raise AssertionError("a curve needs two points")
