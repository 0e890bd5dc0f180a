"""What each expression of the language means, read on one row.

Unless a form says otherwise it needs all its operands: it waits if one of them waits, and has no value if one has none.
"""

from collections.abc import Callable
from fractions import Fraction

from quotarules.semantics.checked import (
    AllOf,
    AnyOf,
    Clamp,
    Comparison,
    Constant,
    Conversion,
    DatePart,
    DateShift,
    ElseFirst,
    FullSteps,
    MissingTest,
    NotThe,
    OneOfChoices,
    PeriodEdge,
    ProductOf,
    Quantity,
    Read,
    ReadAt,
    RoundTo,
    RowsFunction,
    SumOf,
    TableCall,
    TiersCall,
    TimeBetween,
    Typed,
    WaitFor,
    WhenTrue,
)
from second import days, lookups, over_rows, reading, working_time
from second.facts import Plain, Row
from second.rounding import rounded, toward_zero
from second.states import NOTHING, WAITS, held_up
from second.world import Result, View, World, amount_of, day_of, local_day, plain


def read(world: World, value: Typed, row: Row | None, view: View) -> Result:  # each form has a case of its own
    """What an expression comes to on a row."""
    match value:
        case Constant():
            return constant(value)
        case Read():
            return reading.read_column(world, value, row, view)
        case ReadAt():
            return reading.read_at(world, value, row, view)
        case PeriodEdge(side, unit):
            return days.edge(side, None if unit == "period" else unit, view.period)
        case WaitFor():
            return WAITS
        case AllOf(operands):
            return _all([world.read(operand, row, view) for operand in operands])
        case AnyOf(operands):
            found = _all([_not(world.read(operand, row, view)) for operand in operands])
            return _not(found)
        case ElseFirst(parts):
            results = (world.read(part, row, view) for part in parts)
            return next((result for result in results if result is not NOTHING), NOTHING)
        case WhenTrue(inner, condition):
            return _when(world.read(condition, row, view), lambda: world.read(inner, row, view))
        case MissingTest(operand, present):
            result = world.read(operand, row, view)
            return WAITS if result is WAITS else (result is not NOTHING) == present
        case RowsFunction():
            return over_rows.function(world, value, row, view)
        case TimeBetween():
            return working_time.between(world, value, row, view)
        case _:
            return _strict(world, value, row, view)


def constant(value: Constant) -> Plain:
    """A value of the text."""
    if isinstance(value.type, Quantity):
        return Fraction(int(value.value), 10**value.scale)
    return value.value


def _all(results: list[Result]) -> Result:
    """`and`: no as soon as one is no; else it waits if one waits."""
    if any(result is False for result in results):
        return False
    return held_up(results) or True


def _not(result: Result) -> Result:
    return not result if isinstance(result, bool) else result


def _when(condition: Result, value: Callable[[], Result]) -> Result:
    """`x when c`: no value where c is not so, whatever x is."""
    if condition is True:
        return value()
    return WAITS if condition is WAITS else NOTHING


# --- what needs all its operands ----------------------------------------------------------------------


def _strict(world: World, value: Typed, row: Row | None, view: View) -> Result:
    operands = [world.read(part, row, view) for part in _operands(value)]
    return held_up(operands) or _of(world, value, operands, view)


def _operands(value: Typed) -> tuple[Typed, ...]:
    match value:
        case SumOf(_, terms):
            return terms
        case ProductOf(factors):
            return factors
        case FullSteps(amount, unit, operand):
            return amount, unit, operand
        case Comparison(_, left, right) | Clamp(left, _, right):
            return left, right
        case RoundTo(operand) | OneOfChoices(operand) | NotThe(operand) | DateShift(operand) | DatePart(_, operand):
            return (operand,)
        case TableCall(_, keys, day=day):
            return keys if day is None else (*keys, day)
        case TiersCall(_, amount, before, keys=keys, day=day):
            return (*keys, amount, *(() if before is None else (before,)), *(() if day is None else (day,)))
        case Conversion(operand, source, _, day):
            return operand, source, day
        case _:
            raise AssertionError(f"{type(value).__name__} has a case of its own")


def _of(world: World, value: Typed, operands: list[Result], view: View) -> Result:
    match value:
        case SumOf(signs):
            return sum((sign * amount_of(term) for sign, term in zip(signs, operands, strict=True)), Fraction())
        case ProductOf(_, operators):
            return _product([amount_of(factor) for factor in operands], operators)
        case FullSteps():
            amount, unit, operand = map(amount_of, operands)
            return NOTHING if unit == 0 else amount * toward_zero(operand / unit)
        case RoundTo(_, digits, scale, mode):
            return rounded(amount_of(operands[0]), Fraction(digits, 10**scale), mode)
        case Comparison(operator):
            return _compare(operator, plain(operands[0]), plain(operands[1]))
        case OneOfChoices(_, choices):
            return plain(operands[0]) in [constant(choice) for choice in choices]
        case NotThe():
            return not operands[0]
        case Clamp(_, side):
            one, bound = plain(operands[0]), plain(operands[1])
            return (max if side == "least" else min)(one, bound, key=_ordered)
        case DateShift(_, months, moved, start_of=unit):
            day = days.months_later(day_of(operands[0]), months)
            return (day if unit is None else days.first_day(unit, day)) + moved
        case DatePart(part, operand):
            return _part(part, local_day(operands[0], operand.type))
        case TableCall():
            return lookups.table(world, value, operands, view)
        case TiersCall():
            return lookups.tiers(world, value, operands, view)
        case Conversion():
            return lookups.conversion(world, value, operands)
        case _:
            raise AssertionError(f"{type(value).__name__} has a case of its own")


def _product(factors: list[Fraction], operators: tuple[str, ...]) -> Result:
    result = factors[0]
    for operator, factor in zip(operators, factors[1:], strict=True):
        if operator == "/" and factor == 0:
            return NOTHING
        result = result * factor if operator == "*" else result / factor
    return result


def _ordered(value: Plain) -> Fraction:
    assert not isinstance(value, str), "texts have no order"
    return Fraction(value)


def _compare(operator: str, left: Plain, right: Plain) -> bool:
    match operator:
        case "=":
            return left == right
        case "!=":
            return left != right
        case "<":
            return _ordered(left) < _ordered(right)
        case "<=":
            return _ordered(left) <= _ordered(right)
        case ">":
            return _ordered(left) > _ordered(right)
        case _:
            return _ordered(left) >= _ordered(right)


def _part(part: str, day: int) -> Fraction:
    at = days.as_date(day)
    match part:
        case "month":
            return Fraction(at.month)
        case "quarter":
            return Fraction((at.month + 2) // 3)
        case _:
            return Fraction(at.year)
