"""Exact arithmetic on integers and ratios at fixed scales, as the docstrings of plan/nodes.py define it."""

from quotarules.engines.reference.state import Number, Ratio, Value, number
from quotarules.plan.nodes import Compare, Kind, Round, ValueType
from quotarules.values.rounding import divide_rounded


def pair(value: Number) -> Ratio:
    """The value as numerator and denominator; an integer n is n / 1."""
    return value if isinstance(value, Ratio) else Ratio(value, 1)


def power_of_ten(places: int) -> int:
    """Ten to the power of `places` >= 0."""
    assert places >= 0, "a value is never held with fewer digits than it has"
    return int(10**places)


def add(left: Number, right: Number) -> Number:
    """Add: left + right at one scale; a ratio if either is one."""
    if isinstance(left, int) and isinstance(right, int):
        return left + right
    (a, b), (c, d) = pair(left), pair(right)
    return Ratio(a * d + c * b, b * d)


def negate(value: Number) -> Number:
    """The value with the other sign."""
    return Ratio(-value.numerator, value.denominator) if isinstance(value, Ratio) else -value


def multiply(left: Number, right: Number) -> Number:
    """Multiply: left * right; scales add."""
    if isinstance(left, int) and isinstance(right, int):
        return left * right
    (a, b), (c, d) = pair(left), pair(right)
    return Ratio(a * c, b * d)


def divide(left: Number, right: Number, left_scale: int, right_scale: int) -> Ratio | None:
    """Divide: left / right at the scale max(0, left_scale - right_scale); None where right is zero."""
    (a, b), (c, d) = pair(left), pair(right)
    if c == 0:
        return None
    numerator = a * d * power_of_ten(max(0, right_scale - left_scale))
    denominator = b * c
    return Ratio(numerator, denominator) if denominator > 0 else Ratio(-numerator, -denominator)


def rescale(value: Number, places: int) -> Number:
    """The same value held with `places` more digits."""
    factor = power_of_ten(places)
    if isinstance(value, Ratio):
        return Ratio(value.numerator * factor, value.denominator)
    return value * factor


def round_to_step(value: Number, scale: int, node: Round) -> int:
    """The multiple of the step nearest to a value at `scale`."""
    numerator, denominator = pair(value)
    target = node.type.scale
    numerator *= power_of_ten(max(0, target - scale))
    denominator *= node.step * power_of_ten(max(0, scale - target))
    return divide_rounded(numerator, denominator, node.mode) * node.step


def order(left: Number, right: Number) -> int:
    """Below zero, zero or above zero as left is smaller, equal or larger; both at one scale."""
    if isinstance(left, int) and isinstance(right, int):
        return left - right
    (a, b), (c, d) = pair(left), pair(right)
    return a * d - c * b


def as_kind(value: Number, held: ValueType) -> Number:
    """The number as a ratio where its type says so."""
    return pair(value) if held.kind is Kind.RATIO else value


def equal(left: Value, right: Value) -> bool:
    """Whether two values of like kind are the same."""
    if isinstance(left, Ratio) or isinstance(right, Ratio):
        return order(number(left), number(right)) == 0
    assert type(left) is type(right), f"{left!r} and {right!r} cannot be compared"
    return left == right


def compare(node: Compare, left: Value, right: Value) -> bool:
    """The verdict of a comparison."""
    match node.operator:
        case "=":
            return equal(left, right)
        case "!=":
            return not equal(left, right)
    sign = order(number(left), number(right))
    match node.operator:
        case "<":
            return sign < 0
        case "<=":
            return sign <= 0
        case ">":
            return sign > 0
        case ">=":
            return sign >= 0
