"""Sums, products, percentages, `per` and limits: which units may meet, and what comes out."""

from collections.abc import Sequence

from quotarules.semantics.checked import (
    Clamp,
    Constant,
    DateShift,
    DateType,
    Days,
    FullSteps,
    InstantType,
    Number,
    Origin,
    Points,
    ProductOf,
    Quantity,
    Read,
    SumOf,
    TextType,
    Type,
    Typed,
    Unit,
)
from quotarules.semantics.checked import Money as MoneyUnit
from quotarules.semantics.desk import Desk
from quotarules.semantics.handling import needed, quantity, without_when
from quotarules.semantics.kinds import joint, said
from quotarules.semantics.literals import signed
from quotarules.semantics.narrowing import names_of
from quotarules.semantics.origins import origin, side
from quotarules.semantics.problems.types import KindsDiffer, Side, UnitsMultiplied, WrongType
from quotarules.semantics.scope import Scope
from quotarules.semantics.value import UNKNOWN, Gap, Value, computed
from quotarules.syntax import ast


def sum_of(desk: Desk, node: ast.Sum, scope: Scope) -> Value:
    """`a + b - c`: terms of one unit, or a date and lengths of time."""
    first = desk.walk(desk, node.terms[0], scope)
    if isinstance(first.type, DateType):
        return _shifted(desk, node, first, scope)
    values = [first, *(desk.walk(desk, term, scope) for term in node.terms[1:])]
    gaps = _gaps(desk, values)
    terms = [quantity(desk, value, "a term of a sum") for value in values]
    if any(term is None for term in terms):
        return UNKNOWN
    whole = [term for term in terms if term is not None]
    kind = common(desk, whole, "added")
    return Value(SumOf(node.signs, tuple(whole), kind, node.span), gaps) if kind is not None else UNKNOWN


def _gaps(desk: Desk, values: Sequence[Value]) -> tuple[Gap, ...]:
    return computed(tuple(gap for value in values for gap in without_when(desk, value)))


def common(desk: Desk, parts: Sequence[Typed], doing: str) -> Type | None:
    """The type that all parts share; the first one that does not fit is a problem."""
    kind: Type = parts[0].type
    at = parts[0]
    for part in parts[1:]:
        both = joint(kind, part.type)
        if both is None:
            left, right = side(desk, at), side(desk, part)
            desk.found.add(KindsDiffer(left, right, doing, _unit_help(desk, kind, part)))
            return None
        kind, at = both, at if kind == both else part
    return kind


def _unit_help(desk: Desk, kind: Type, part: Typed) -> str | None:
    match kind, part.type:
        case Quantity(MoneyUnit(currency)), Quantity(MoneyUnit()):
            return f"convert it: `{desk.words(part.span)} in {currency} at DATE`"
        case Quantity(MoneyUnit(currency)), Quantity(Number()):
            number = _whole(part)
            return f"make the number money: `1 {currency} * …`" if number is None else f"write `{number} {currency}`"
        case Quantity(Days()), Quantity(Number()) if _whole(part) is not None:
            return f"write `{_whole(part)} days`"
        case DateType() | InstantType(), TextType():
            if isinstance(part, Constant):
                return "write a date without quotes, such as `2026-03-01`"
            return "declare the column as a date in the facts"
        case TextType(), DateType() | InstantType():
            return "write a text in quotes, or declare the column as a date in the facts"
        case _:
            return None


def _whole(part: Typed) -> int | str | None:
    return part.value if isinstance(part, Constant) and part.scale == 0 else None


_MONTHS = {"month": 1, "year": 12}


def _shifted(desk: Desk, node: ast.Sum, first: Value, scope: Scope) -> Value:
    """`won_on + 6 months`."""
    gaps = computed(without_when(desk, first))
    months = days = 0
    for sign, term in zip(node.signs[1:], node.terms[1:], strict=True):
        match term:
            case ast.DurationLiteral(digits, 0, "month" | "year" as unit):
                months += sign * digits * _MONTHS[unit]
            case ast.DurationLiteral(digits, 0, "day"):
                days += sign * digits
            case _:
                value = desk.walk(desk, term, scope)
                if value.typed is not None:
                    help_text = "add `5 days`, `3 months` or `1 year`"
                    if isinstance(value.type, DateType):
                        help_text = "write `days(from A to under B)`"
                    elif isinstance(term, ast.DurationLiteral) and term.unit == "working day":
                        help_text = "compare `working days(from A through B)` with it"
                    desk.found.add(
                        WrongType(
                            side(desk, value.typed), "what is added to a date", "whole days, months or years", help_text
                        )
                    )
                return UNKNOWN
    assert first.typed is not None, "a date is known to be one"
    return Value(DateShift(first.typed, months, days, DateType(), node.span), gaps)


def signed_value(desk: Desk, node: ast.Signed, scope: Scope) -> Value:
    """`-5`, `-amount`."""
    value = desk.walk(desk, node.operand, scope)
    typed = quantity(desk, value, "a value with a sign")
    if typed is None:
        return UNKNOWN
    if isinstance(typed, Constant):
        return Value(signed(typed, node.sign, node.span))
    gaps = computed(without_when(desk, value))
    return Value(SumOf((node.sign,), (typed,), typed.type, node.span), gaps)


# --- products ----------------------------------------------------------------------------------


def product_of(desk: Desk, node: ast.Product, scope: Scope) -> Value:
    """`a * b / c`, from the left."""
    values = [desk.walk(desk, factor, scope) for factor in node.factors]
    gaps = list(_gaps(desk, values))
    parts = [quantity(desk, value, "a factor") for value in values]
    if any(part is None for part in parts):
        return UNKNOWN
    whole = [part for part in parts if part is not None]
    kind = whole[0].type
    assert isinstance(kind, Quantity), "factors are quantities"
    for position, (operator, part) in enumerate(zip(node.operators, whole[1:], strict=True), 1):
        result = _times(kind, part.type) if operator == "*" else _by(kind, part.type)
        if result is None:
            so_far = Side(whole[0].span.to(whole[position - 1].span), said(kind))
            left = side(desk, whole[0]) if position == 1 else so_far
            desk.found.add(UnitsMultiplied(left, side(desk, part), operator == "/", _product_help(kind, part)))
            return UNKNOWN
        kind = result
        if operator == "/":
            gaps.extend(zero_gap(desk, node.factors[position], part, scope))
    return Value(ProductOf(tuple(whole), node.operators, kind, node.span), tuple(gaps))


def _product_help(kind: Type, part: Typed) -> str | None:
    units = {type(kind.unit) for kind in (kind, part.type) if isinstance(kind, Quantity)}
    if units == {MoneyUnit, Points}:
        return "write `150 RUB per point of …`"
    return None


def _times(left: Type, right: Type) -> Quantity | None:
    assert isinstance(left, Quantity), "factors are quantities"
    assert isinstance(right, Quantity), "factors are quantities"
    ratio = left.ratio or right.ratio
    match left.unit, right.unit:
        case Number(percent), Number(other):
            return Quantity(Number(percent and other), ratio)
        case Number(), unit:
            return Quantity(unit, ratio)
        case unit, Number():
            return Quantity(unit, ratio)
        case _:
            return None


def _by(left: Type, right: Type) -> Quantity | None:
    assert isinstance(left, Quantity), "factors are quantities"
    assert isinstance(right, Quantity), "factors are quantities"
    match left.unit, right.unit:
        case Number(percent), Number(other):
            return Quantity(Number(percent and not other), ratio=True)
        case unit, Number():
            return Quantity(unit, ratio=True)
        case unit, other_unit if _same(unit, other_unit):
            return Quantity(Number(), ratio=True)
        case _:
            return None


def _same(left: Unit, right: Unit) -> bool:
    return left == right or (isinstance(left, Points) and isinstance(right, Points) and "" in (left.karma, right.karma))


def zero_gap(desk: Desk, node: ast.Expression, divisor: Typed, scope: Scope) -> tuple[Gap, ...]:
    """The gap of a quotient whose divisor may be zero; none if it cannot be."""
    names = names_of(node, scope.this_each)
    if never_zero(desk, divisor) or (names is not None and scope.is_nonzero(names)):
        return ()
    return (Gap("zero", divisor.span, desk.words(divisor.span), None, origin(desk, divisor), computed=True),)


def never_zero(desk: Desk, typed: Typed) -> bool:
    """Whether a value is not zero whatever the facts say."""
    match typed:
        case Constant(value):
            return value != 0
        case Read(_, table, name, Origin.FACT) if name:
            column = desk.table(table).column(name)
            low, high = (column.lowest, column.highest) if column is not None else (None, None)
            return (low is not None and low > 0) or (high is not None and high < 0)
        case Clamp(operand, "least", Constant(int(value))):
            return value > 0 or (value == 0 and never_zero(desk, operand))
        case ProductOf(factors):
            return all(never_zero(desk, factor) for factor in factors)
        case _:
            return False


def percent_of(desk: Desk, node: ast.PercentOf, scope: Scope) -> Value:
    """`40% of salary`."""
    percent = desk.walk(desk, node.percent, scope)
    operand = desk.walk(desk, node.operand, scope)
    gaps = computed(without_when(desk, operand))
    typed = quantity(desk, operand, "what a percentage is taken of")
    if typed is None or percent.typed is None:
        return UNKNOWN
    return Value(ProductOf((percent.typed, typed), ("*",), typed.type, node.span), gaps)


def per_of(desk: Desk, node: ast.Per, scope: Scope) -> Value:
    """`2 per 100_000 RUB of amount`, `150 RUB per point of team_points`, `5 per full 100 RUB of amount`."""
    amount, operand = desk.walk(desk, node.amount, scope), desk.walk(desk, node.operand, scope)
    unit = desk.walk(desk, node.unit, scope) if node.unit is not None else None
    values = [value for value in (amount, unit, operand) if value is not None]
    gaps = _gaps(desk, values)
    parts = [quantity(desk, value, "what stands beside `per`") for value in values]
    if any(part is None for part in parts):
        return UNKNOWN
    whole = [part for part in parts if part is not None]
    if node.unit is None:
        return _per_point(desk, node, whole, gaps)
    step, measured = whole[1], whole[2]
    if common(desk, (step, measured), "set against each other by `per`") is None:
        return UNKNOWN
    gaps = (*gaps, *zero_gap(desk, node.unit, step, scope))
    kind = whole[0].type
    assert isinstance(kind, Quantity), "amounts are quantities"
    if node.full:
        return Value(FullSteps(whole[0], step, measured, kind, node.span), gaps)
    ratio = Quantity(kind.unit, ratio=True)
    return Value(ProductOf((whole[0], measured, step), ("*", "/"), ratio, node.span), gaps)


def _per_point(desk: Desk, node: ast.Per, whole: list[Typed], gaps: tuple[Gap, ...]) -> Value:
    amount, points = whole[0], whole[1]
    kind, counted = amount.type, points.type
    assert isinstance(kind, Quantity), "amounts are quantities"
    assert isinstance(counted, Quantity), "amounts are quantities"
    if not isinstance(counted.unit, Points | Number):
        desk.found.add(WrongType(side(desk, points), "what stands after `per point of`", "points", None))
        return UNKNOWN
    if node.full:
        one = Constant(1, 0, counted, node.span)
        return Value(FullSteps(amount, one, points, kind, node.span), gaps)
    result = Quantity(kind.unit, kind.ratio or counted.ratio)
    return Value(ProductOf((amount, points), ("*",), result, node.span), gaps)


# --- limits ------------------------------------------------------------------------------------


def limited(desk: Desk, node: ast.Limit, scope: Scope) -> Value:
    """`x at least 0 RUB`, `x at most 30_000 RUB`."""
    operand, bound = desk.walk(desk, node.operand, scope), desk.walk(desk, node.bound, scope)
    gaps = computed(without_when(desk, operand))
    limit = needed(desk, bound)
    if operand.typed is None or limit is None:
        return UNKNOWN
    if not isinstance(operand.type, Quantity | DateType):
        quantity(desk, operand, "what is limited")
        return UNKNOWN
    kind = common(desk, (operand.typed, limit), f"compared by `at {node.side}`")
    return Value(Clamp(operand.typed, node.side, limit, kind, node.span), gaps) if kind is not None else UNKNOWN
