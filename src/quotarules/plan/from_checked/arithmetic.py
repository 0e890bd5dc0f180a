"""Scales made explicit: how sums, products, quotients and roundings of the plan are put together."""

from quotarules.plan.nodes import (
    Add,
    Divide,
    Expr,
    Greatest,
    Kind,
    Least,
    Literal,
    Multiply,
    Negate,
    Rescale,
    Round,
    ValueType,
)
from quotarules.values.rounding import RoundingMode


def integer(value: int, scale: int = 0, unit: str = "") -> Literal:
    """An integer literal at the smallest scale that holds it."""
    while scale > 0 and value % 10 == 0:
        value, scale = value // 10, scale - 1
    return Literal(value, ValueType(Kind.INTEGER, scale, unit))


def rescaled(expr: Expr, scale: int) -> Expr:
    """The same value at `scale`, which is not smaller than its own."""
    own = expr.type
    if own.scale == scale:
        return expr
    assert own.scale < scale, "a value is only moved to a larger scale"
    wider = ValueType(own.kind, scale, own.unit)
    match expr:
        case Literal(int(value)):
            return Literal(value * 10 ** (scale - own.scale), wider)
        case _:
            return Rescale(expr, wider)


def aligned(*exprs: Expr) -> tuple[Expr, ...]:
    """The values at the largest of their scales."""
    scale = max(expr.type.scale for expr in exprs)
    return tuple(rescaled(expr, scale) for expr in exprs)


def _mixed(*exprs: Expr) -> Kind:
    return Kind.RATIO if any(expr.type.kind is Kind.RATIO for expr in exprs) else Kind.INTEGER


def negated(expr: Expr) -> Expr:
    """The value with the other sign."""
    match expr:
        case Literal(int(value)):
            return Literal(-value, expr.type)
        case _:
            return Negate(expr, expr.type)


def added(terms: tuple[Expr, ...], unit: str) -> Expr:
    """The sum of terms of one unit."""
    if len(terms) == 1:
        return terms[0]
    same = aligned(*terms)
    return Add(same, ValueType(_mixed(*same), same[0].type.scale, unit))


def multiplied(left: Expr, right: Expr, unit: str) -> Expr:
    """The product; scales add."""
    match left, right:
        case Literal(int(a)), Literal(int(b)):
            return integer(a * b, left.type.scale + right.type.scale, unit)
        case _:
            scale = left.type.scale + right.type.scale
            return Multiply(left, right, ValueType(_mixed(left, right), scale, unit))


def divided(left: Expr, right: Expr, reason: int, unit: str) -> Expr:
    """The exact quotient."""
    scale = max(0, left.type.scale - right.type.scale)
    return Divide(left, right, reason, ValueType(Kind.RATIO, scale, unit))


def as_ratio(expr: Expr, reason: int) -> Expr:
    """A quantity as a ratio; an integer n becomes n / 1, so that it can stand beside ratios."""
    if expr.type.kind is Kind.RATIO:
        return expr
    return Divide(expr, integer(1), reason, ValueType(Kind.RATIO, expr.type.scale, expr.type.unit))


def alike(parts: tuple[Expr, ...], reason: int) -> tuple[Expr, ...]:
    """Parts of one value brought to one kind and scale; what is not a quantity is left as it is."""
    if parts[0].type.kind not in (Kind.INTEGER, Kind.RATIO):
        return parts
    same = aligned(*parts)
    if _mixed(*same) is Kind.INTEGER:
        return same
    return tuple(as_ratio(part, reason) for part in same)


def _extreme(left: Expr, right: Expr) -> ValueType:
    return left.type if left.type.kind is Kind.DAY else ValueType(_mixed(left, right), left.type.scale, left.type.unit)


def smaller(left: Expr, right: Expr) -> Expr:
    """The smaller of two quantities, or the earlier of two days."""
    a, b = aligned(left, right)
    return Least(a, b, _extreme(a, b))


def larger(left: Expr, right: Expr) -> Expr:
    """The larger of two quantities, or the later of two days."""
    a, b = aligned(left, right)
    return Greatest(a, b, _extreme(a, b))


def rounded(expr: Expr, place: tuple[int, int], mode: RoundingMode) -> Expr:
    """The multiple of digits * 10**-scale nearest to the value; nothing is rounded that needs no rounding."""
    step, scale = place
    while scale > 0 and step % 10 == 0:
        step, scale = step // 10, scale - 1
    if expr.type.kind is Kind.INTEGER and expr.type.scale <= scale and step == 1:
        return rescaled(expr, scale)
    # Every mode rounds a smaller value to no larger one, so a limit may be rounded before it is compared: the size of
    # what `at most` limits is then known, which that of a quotient is not.
    match expr:
        case Least(left, right, ValueType(Kind.RATIO)):
            return smaller(rounded(left, place, mode), rounded(right, place, mode))
        case Greatest(left, right, ValueType(Kind.RATIO)):
            return larger(rounded(left, place, mode), rounded(right, place, mode))
        case _:
            pass
    return Round(expr, step, mode, ValueType(Kind.INTEGER, scale, expr.type.unit))
