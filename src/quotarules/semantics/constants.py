"""What an expression comes to before any facts are known: amounts of the text and what is made of them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from quotarules.semantics.checked import CheckedMeasure, Constant, Origin, ProductOf, Quantity, Read, SumOf, Typed
from quotarules.semantics.desk import Desk
from quotarules.semantics.handling import needed
from quotarules.semantics.problems.types import NotConstant, NotExact
from quotarules.semantics.scope import NOWHERE
from quotarules.syntax import ast
from quotarules.values.schema import COMPANY

Key = tuple[str, str]
_DEEP = 16
"""How many measures deep a constant is looked for: enough for any named amount, and no chain is too long to read."""
_PARTS = 1_000
"""How many words a constant may be made of, named ones spelled out."""
_BITS = 2_000
_PLACES = 12


def constant_amount(value: Typed, measures: Mapping[Key, CheckedMeasure]) -> Fraction | None:
    """The exact amount, in the value's own unit; None if it takes facts, a rounding or a condition to know it."""
    return _amount(value, measures, {}, 0)


def _amount(
    value: Typed, measures: Mapping[Key, CheckedMeasure], known: dict[Key, Fraction | None], deep: int
) -> Fraction | None:
    match value:
        case Constant(int(digits), scale, Quantity()):
            return Fraction(digits, 10**scale)
        case Read((), table, name, Origin.MEASURE, None, every=None, at=None) if deep < _DEEP:
            measure = measures.get((table, name))
            if measure is None or measure.place is not None:
                return None
            if (table, name) not in known:
                known[table, name] = _amount(measure.value, measures, known, deep + 1)
            return known[table, name]
        case SumOf(signs, terms):
            amounts = [_amount(term, measures, known, deep) for term in terms]
            parts = [sign * amount for sign, amount in zip(signs, amounts, strict=True) if amount is not None]
            return _small(sum(parts, Fraction())) if len(parts) == len(terms) else None
        case ProductOf(factors, operators):
            return _product([_amount(factor, measures, known, deep) for factor in factors], operators)
        case _:
            return None


def _product(factors: list[Fraction | None], operators: tuple[str, ...]) -> Fraction | None:
    result: Fraction | None = Fraction(1)
    for operator, factor in zip(("*", *operators), factors, strict=True):
        if factor is None or result is None or (operator == "/" and not factor):
            return None
        result = _small(result / factor if operator == "/" else result * factor)
    return result


def _small(amount: Fraction) -> Fraction | None:
    """The amount, unless it is far beyond every amount that a plan can hold."""
    return amount if amount.numerator.bit_length() + amount.denominator.bit_length() < _BITS else None


# --- constants in the text ---------------------------------------------------------------------


def named_constant(desk: Desk, name: str) -> bool:
    """Whether a measure of nobody in particular has that name, and a value that is known without facts."""
    measure = desk.names.measures.get((COMPANY, name))
    return measure is not None and _spelled(desk, measure.value) is not None and measure.place is None


def computed_constant(desk: Desk, node: ast.Expression, place: str) -> Constant | None:
    """What literals and named amounts come to, as a decimal; a problem for anything that takes more to know it."""
    spelled = _spelled(desk, node)
    if spelled is None:
        desk.found.add(NotConstant(node.span, place))
        return None
    value = desk.walk(desk, spelled, NOWHERE)
    typed = needed(desk, value)
    if typed is None or value.gaps:
        return None
    if isinstance(typed, Constant):
        return replace(typed, span=node.span)
    amount = constant_amount(typed, {})
    if amount is None or not isinstance(typed.type, Quantity):
        desk.found.add(NotConstant(node.span, place))
        return None
    scale = next((scale for scale in range(_PLACES + 1) if (amount * 10**scale).denominator == 1), None)
    if scale is None:
        desk.found.add(NotExact(node.span, place, desk.words(node.span), _PLACES))
        return None
    return Constant((amount * 10**scale).numerator, scale, Quantity(typed.type.unit), node.span)


def _spelled(desk: Desk, node: ast.Expression) -> ast.Expression | None:
    """The expression with named amounts spelled out; None if anything else than amounts stands in it."""
    named: list[Key] = []
    found = _spell(desk, node, iter(range(_PARTS)), (), named)
    if found is not None:
        desk.constants.update(named)
    return found


def _spell(
    desk: Desk, node: ast.Expression, budget: Iterator[int], within: tuple[str, ...], named: list[Key]
) -> ast.Expression | None:
    if next(budget, None) is None:
        return None

    def spell(*parts: ast.Expression) -> tuple[ast.Expression, ...] | None:
        found = [_spell(desk, part, budget, within, named) for part in parts]
        whole = tuple(part for part in found if part is not None)
        return whole if len(whole) == len(parts) else None

    match node:
        case ast.NumberLiteral() | ast.PercentLiteral() | ast.MoneyLiteral() | ast.PointsLiteral():
            return node
        case ast.DurationLiteral() | ast.DateLiteral() | ast.TextLiteral() | ast.YesNoLiteral():
            return node
        case ast.Group(inner):
            return replace(node, inner=found[0]) if (found := spell(inner)) is not None else None
        case ast.Signed(_, operand) | ast.PercentOf(_, operand):
            return replace(node, operand=found[0]) if (found := spell(operand)) is not None else None
        case ast.Sum(_, terms):
            return replace(node, terms=found) if (found := spell(*terms)) is not None else None
        case ast.Product(factors):
            return replace(node, factors=found) if (found := spell(*factors)) is not None else None
        case ast.Path((name,)):
            measure = desk.names.measures.get((COMPANY, name.text))
            if measure is None or measure.place is not None or name.text in within or len(within) == _DEEP:
                return None
            named.append((COMPANY, name.text))
            value = _spell(desk, measure.value, budget, (*within, name.text), named)
            return ast.Group(value, node.span) if value is not None else None
        case _:
            return None
