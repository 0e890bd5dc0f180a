"""What a checked expression comes to before any facts are known: amounts of the text and what is made of them."""

from collections.abc import Mapping
from fractions import Fraction

from quotarules.semantics.checked import CheckedMeasure, Constant, Origin, ProductOf, Quantity, Read, SumOf, Typed
from quotarules.semantics.ranges import amount_of

_DEEP = 16
"""How many measures deep a constant is looked for: enough for any named amount, and no chain is too long to read."""


def constant_amount(value: Typed, measures: Mapping[tuple[str, str], CheckedMeasure], deep: int = 0) -> Fraction | None:
    """The exact amount, in the value's own unit; None if it takes facts, a rounding or a condition to know it."""
    match value:
        case Constant(type=Quantity()):
            return amount_of(value)
        case Read((), table, name, Origin.MEASURE, None, every=None, at=None) if deep < _DEEP:
            measure = measures.get((table, name))
            if measure is None or measure.place is not None:
                return None
            return constant_amount(measure.value, measures, deep + 1)
        case SumOf(signs, terms):
            known = [constant_amount(term, measures, deep) for term in terms]
            parts = [sign * term for sign, term in zip(signs, known, strict=True) if term is not None]
            return sum(parts, Fraction()) if len(parts) == len(terms) else None
        case ProductOf(factors, operators):
            return _product([constant_amount(factor, measures, deep) for factor in factors], operators)
        case _:
            return None


def _product(factors: list[Fraction | None], operators: tuple[str, ...]) -> Fraction | None:
    result = Fraction(1)
    for operator, factor in zip(("*", *operators), factors, strict=True):
        if factor is None or (operator == "/" and not factor):
            return None
        result = result / factor if operator == "/" else result * factor
    return result
