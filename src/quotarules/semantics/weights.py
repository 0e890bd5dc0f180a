"""The weight of a KPI: the percentages at the head of its amount, what it is a percentage of, and when it counts."""

from collections.abc import Callable
from fractions import Fraction

from quotarules.semantics.checked import (
    Clamp,
    Constant,
    ElseFirst,
    Number,
    ProductOf,
    Quantity,
    RoundTo,
    Typed,
    WaitFor,
    WhenTrue,
)
from quotarules.semantics.ranges import amount_of

_PLACES = 4
_SCALE = 10**_PLACES


def percentage(value: Typed) -> Fraction | None:
    """What a percentage of the text is as a part of one; None for anything else."""
    match value:
        case Constant(type=Quantity(Number(percent=True))):
            return amount_of(value)
        case _:
            return None


def weight_of(
    amount: Typed, part: Callable[[Typed], Fraction | None]
) -> tuple[Fraction, Typed, tuple[Typed, ...]] | None:
    """The weight of an amount, what it weighs, and the conditions without which it pays nothing.

    `part` gives what is known of a value as a percentage. None if no such value stands at the head.
    """
    match amount:
        case RoundTo(operand) | Clamp(operand):
            return weight_of(operand, part)
        case ElseFirst((first, Constant(value=0) | WaitFor())):
            return weight_of(first, part)
        case WhenTrue(value, condition):
            found = weight_of(value, part)
            return None if found is None else (found[0], found[1], (*found[2], condition))
        case ProductOf(factors, operators):
            return _of_product(factors, operators, part)
        case _:
            return None


def _of_product(
    factors: tuple[Typed, ...], operators: tuple[str, ...], part: Callable[[Typed], Fraction | None]
) -> tuple[Fraction, Typed, tuple[Typed, ...]] | None:
    share = Fraction(1)
    for at, (operator, factor) in enumerate(zip(("*", *operators), factors, strict=True)):
        known = part(factor)
        if known is not None and (known or operator == "*"):
            share = share / known if operator == "/" else share * known
            continue
        within = weight_of(factor, part) if operator == "*" else None
        if within is not None:
            return share * within[0], within[1], within[2]
        return (share, _first(factor), ()) if at and operator == "*" else None
    return None


def _first(value: Typed) -> Typed:
    """What a product begins with."""
    while isinstance(value, ProductOf):
        value = value.factors[0]
    return value


def percent_text(part: Fraction) -> str:
    """A part of one as people write it; cut to four places."""
    cut = part * 100 * _SCALE
    whole, rest = divmod(cut.numerator // cut.denominator, _SCALE)
    return f"{whole}.{rest:0{_PLACES}}".rstrip("0").rstrip(".") + "%"
