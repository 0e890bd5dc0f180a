"""What each node promises about its own type and those of its direct parts: kinds, scales, shapes."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import assert_never

from quotarules.plan.nodes import (
    Add,
    Aggregate,
    Allot,
    And,
    Anything,
    Band,
    Column,
    Compare,
    Curve,
    DayOf,
    DaysBetween,
    Divide,
    DueOnly,
    Equals,
    Expr,
    Greatest,
    InForce,
    InRange,
    IsMissing,
    Kind,
    Least,
    Literal,
    Matcher,
    MidnightOf,
    MonthsBetween,
    Multiply,
    Negate,
    Not,
    OneOf,
    Opening,
    Or,
    Otherwise,
    PeriodDay,
    Rescale,
    Round,
    Rows,
    ShiftDay,
    ShiftMinute,
    Switch,
    Tiers,
    ValueType,
    Wait,
    When,
    WorkingDays,
    WorkingDeadline,
    WorkingMinutes,
)
from quotarules.values.period import Ever

NUMBERS = (Kind.INTEGER, Kind.RATIO)
ORDERED = (Kind.INTEGER, Kind.DAY, Kind.MINUTE)
HELD_AS = {Kind.INTEGER: int, Kind.DAY: int, Kind.MINUTE: int, Kind.FLAG: bool, Kind.TEXT: str}


def alike(left: ValueType, right: ValueType) -> bool:
    """Whether values of the two types are held in the same way; units are for people."""
    return (left.kind, left.scale) == (right.kind, right.scale)


def comparable(left: ValueType, right: ValueType) -> bool:
    """Whether values can be compared: like kinds at one scale, where integers and ratios mix."""
    return left.scale == right.scale and (left.kind is right.kind or (left.kind in NUMBERS and right.kind in NUMBERS))


def mixed(parts: Iterable[Expr]) -> Kind:
    """A ratio if any part is one, else an integer."""
    return Kind.RATIO if any(part.type.kind is Kind.RATIO for part in parts) else Kind.INTEGER


def misfits(expr: Expr) -> Iterator[str]:
    """What does not fit about a node, seen with its direct parts only; nothing for a well-formed one."""
    for fits, what in _promises(expr):
        if not fits:
            yield what


def _promises(expr: Expr) -> Iterator[tuple[bool, str]]:
    match expr:
        case Literal():
            yield literal_fits(expr), "a literal is held as its type says"
        case Column() | Opening() | Wait():
            return
        case PeriodDay() | DayOf() | ShiftDay():
            yield expr.type.kind is Kind.DAY, "it is a day"
            if not isinstance(expr, PeriodDay):
                wanted = Kind.MINUTE if isinstance(expr, DayOf) else Kind.DAY
                yield expr.operand.type.kind is wanted, f"its operand is a {wanted}"
        case MidnightOf() | ShiftMinute():
            yield expr.type.kind is Kind.MINUTE, "it is a minute"
            wanted = Kind.DAY if isinstance(expr, MidnightOf) else Kind.MINUTE
            yield expr.operand.type.kind is wanted, f"its operand is a {wanted}"
        case DaysBetween() | MonthsBetween():
            yield {expr.start.type.kind, expr.end.type.kind} == {Kind.DAY}, "both ends are days"
            yield _counts(expr.type), "it is an integer of scale 0"
        case WorkingMinutes():
            yield {expr.start.type.kind, expr.end.type.kind} == {Kind.MINUTE}, "both ends are minutes"
            yield _counts(expr.type), "it is an integer of scale 0"
        case WorkingDays():
            yield {expr.start.type.kind, expr.end.type.kind} == {Kind.DAY}, "both ends are days"
            yield _counts(expr.type), "it is an integer of scale 0"
        case WorkingDeadline():
            yield expr.start.type.kind is Kind.MINUTE, "its start is a minute"
            yield expr.type.kind is Kind.MINUTE, "it is a minute"
            yield expr.amount >= 1, "its amount is at least one"
            if expr.more is not None:
                yield _counts(expr.more.type) and expr.unit == "minutes", "what is added is a count of minutes"
        case Add() | Negate() | Multiply() | Divide() | Rescale() | Round() | Least() | Greatest():
            yield from _arithmetic(expr)
        case Compare() | OneOf() | IsMissing() | Not() | And() | Or():
            yield from _conditions(expr)
        case When() | Otherwise() | DueOnly():
            yield from _choices(expr)
        case Switch() | Tiers() | Curve():
            yield from _lookups(expr)
        case InForce(keys=keys, values=values, day=day):
            yield day.type.kind is Kind.DAY, "it is in force on a day"
            yield len(keys) == len(values), "every key has a value"
        case Aggregate():
            yield from _aggregate(expr)
        case Allot():
            yield from _allot(expr)
        case _:
            assert_never(expr)


def literal_fits(literal: Literal) -> bool:
    """Whether a literal's value is of the sort that its kind holds."""
    held = HELD_AS.get(literal.type.kind)
    return held is not None and type(literal.value) is held


def _counts(kind: ValueType) -> bool:
    return alike(kind, ValueType(Kind.INTEGER))


def _arithmetic(
    expr: Add | Negate | Multiply | Divide | Rescale | Round | Least | Greatest,
) -> Iterator[tuple[bool, str]]:
    match expr:
        case Add(terms):
            yield len(terms) > 0, "a sum has terms"
            yield all(term.type.scale == expr.type.scale for term in terms), "terms have the scale of the sum"
            operands = terms
        case Multiply(left, right):
            yield expr.type.scale == left.type.scale + right.type.scale, "scales add"
            operands = (left, right)
        case Least(left, right) | Greatest(left, right) if expr.type.kind is Kind.DAY:
            yield left.type.kind is right.type.kind is Kind.DAY, "both are days"
            return
        case Least(left, right) | Greatest(left, right):
            yield left.type.scale == right.type.scale == expr.type.scale, "both have the scale of the result"
            operands = (left, right)
        case Divide(left, right):
            yield expr.type.scale == max(0, left.type.scale - right.type.scale), "scales subtract, down to 0"
            yield expr.type.kind is Kind.RATIO, "a quotient is a ratio"
            operands = (left, right)
        case Negate(operand):
            yield expr.type.scale == operand.type.scale, "the scale stays"
            operands = (operand,)
        case Rescale(operand):
            yield expr.type.scale >= operand.type.scale, "the scale does not shrink"
            operands = (operand,)
        case Round(operand, step):
            yield step >= 1, "the step is above zero"
            yield expr.type.kind is Kind.INTEGER, "what is rounded is an integer"
            operands = (operand,)
        case _:
            assert_never(expr)
    yield all(operand.type.kind in NUMBERS for operand in operands), "operands are numbers"
    if not isinstance(expr, Divide | Round):
        yield expr.type.kind is mixed(operands), "it is a ratio if, and only if, an operand is one"


def _conditions(expr: Compare | OneOf | IsMissing | Not | And | Or) -> Iterator[tuple[bool, str]]:
    yield expr.type.kind is Kind.FLAG, "a condition is yes or no"
    match expr:
        case Compare(operator, left, right):
            yield comparable(left.type, right.type), "both sides are of like kind and scale"
            if operator not in ("=", "!="):
                yield left.type.kind in (*ORDERED, Kind.RATIO), "texts and flags have no order"
        case OneOf(operand, choices):
            yield all(literal_fits(choice) for choice in choices), "choices are held as their types say"
            yield all(comparable(operand.type, choice.type) for choice in choices), "choices are like the operand"
        case IsMissing():
            pass
        case Not(operand):
            yield operand.type.kind is Kind.FLAG, "its operand is yes or no"
        case And(operands) | Or(operands):
            yield len(operands) > 0, "it has operands"
            yield all(operand.type.kind is Kind.FLAG for operand in operands), "its operands are yes or no"
        case _:
            assert_never(expr)


def _choices(expr: When | Otherwise | DueOnly) -> Iterator[tuple[bool, str]]:
    match expr:
        case When(value, conditions):
            yield alike(expr.type, value.type), "its type is that of its value"
            yield all(condition.type.kind is Kind.FLAG for condition, _ in conditions), "its conditions are yes or no"
        case Otherwise(several):
            yield len(several) > 0, "it has parts"
            yield all(alike(expr.type, part.type) for part in several), "its type is that of its parts"
        case DueOnly(operand):
            yield alike(expr.type, operand.type), "its type is that of its operand"
        case _:
            assert_never(expr)


def _lookups(expr: Switch | Tiers | Curve) -> Iterator[tuple[bool, str]]:
    match expr:
        case Switch(_, keys, rows):
            yield all(len(row.matchers) == len(keys) for row in rows), "every row matches every key"
            yield all(alike(expr.type, row.value.type) for row in rows), "its type is that of its rows"
            pairs = [pair for row in rows for pair in zip(keys, row.matchers, strict=False)]
            yield all(_matcher_fits(key, matcher) for key, matcher in pairs), "matchers are like their keys"
        case Tiers(amount=amount, bands=bands):
            yield amount.type.kind in NUMBERS, "the amount is a number"
            yield expr.type.kind is amount.type.kind, "its kind is that of the amount"
            scale = expr.type.scale - amount.type.scale
            yield all(_rate_fits(band, scale) for band in bands), "the scale is that of amount and rates together"
            ends = [end for band in bands for end in (band.lower, band.upper) if end is not None]
            yield all(_edge_fits(end, amount) for end in ends), "edges have the scale of the amount"
            yield _touching(bands), "bands touch and rise"
        case Curve(amount=amount, points=points):
            yield amount.type.kind in NUMBERS, "the amount is a number"
            yield expr.type.kind is Kind.RATIO, "a curve is a ratio"
            yield all(_edge_fits(at, amount) for at, _ in points), "points have the scale of the amount"
            held = ValueType(Kind.INTEGER, expr.type.scale)
            yield all(literal_fits(v) and alike(v.type, held) for _, v in points), "values have the scale of the curve"
            places = [at.value for at, _ in points if isinstance(at.value, int)]
            yield len(points) > 1 and all(a < b for a, b in pairwise(places)), "two points or more, rising"
        case _:
            assert_never(expr)


def _matcher_fits(key: Expr, matcher: Matcher) -> bool:
    match matcher:
        case Anything():
            return True
        case Equals(value):
            return literal_fits(value) and comparable(key.type, value.type)
        case InRange(lower, upper):
            ends = [end for end in (lower, upper) if end is not None]
            ordered = key.type.kind in (*ORDERED, Kind.RATIO)
            return ordered and all(literal_fits(end) and comparable(key.type, end.type) for end in ends)
        case _:
            assert_never(matcher)


def _edge_fits(end: Literal, amount: Expr) -> bool:
    return literal_fits(end) and alike(end.type, ValueType(Kind.INTEGER, amount.type.scale))


def _rate_fits(band: Band, scale: int) -> bool:
    return literal_fits(band.rate) and alike(band.rate.type, ValueType(Kind.INTEGER, scale))


def _touching(bands: tuple[Band, ...]) -> bool:
    """Whether each band begins where the one before ends and leaves out no edge; only the outer edges are open."""
    for low, high in pairwise(bands):
        if high.over and not low.included:
            return False
        if low.upper is None or high.lower is None or low.upper.value != high.lower.value:
            return False
    edges = [(band.lower, band.upper) for band in bands]
    return len(bands) > 0 and all(
        lower is None or upper is None or int(lower.value) < int(upper.value) for lower, upper in edges
    )


def rows_misfits(rows: Rows) -> Iterator[tuple[bool, str]]:
    """The promises of rows about their parts."""
    kinds = (Kind.DAY, Kind.MINUTE) if rows.earlier and rows.window == Ever() else (Kind.DAY,)
    yield rows.date is None or rows.date.type.kind in kinds, "the date of rows is a day"
    yield rows.where is None or rows.where.type.kind is Kind.FLAG, "the condition of rows is yes or no"
    yield (rows.date is None) is (rows.window is None), "rows have a date and a window, or neither"
    yield rows.date is not None or not rows.earlier, "earlier rows have a date"
    yield rows.once is None or not rows.earlier, "earlier rows are counted one by one"
    days = [part for part in (rows.until, rows.since) if part is not None]
    yield all(part.type.kind is Kind.DAY for part in days), "rows lie between days"
    yield rows.since is None or rows.until is not None, "rows since a day end on one"
    dated = rows.date is not None and not rows.earlier and rows.once is None
    yield not days or dated, "rows between days of the context have a date and are counted one by one"


def _aggregate(expr: Aggregate) -> Iterator[tuple[bool, str]]:
    yield expr.value is not None or expr.function == "count", "the function has a value"
    if expr.value is None:
        yield _counts(expr.type), "a count is an integer of scale 0"
        return
    value = expr.value.type
    match expr.function:
        case "count":
            yield _counts(expr.type), "a count is an integer of scale 0"
        case "distinct":
            yield _counts(expr.type), "a count is an integer of scale 0"
            yield value.kind is not Kind.RATIO, "ratios are not counted apart"
        case "sum":
            yield value.kind is Kind.INTEGER and alike(expr.type, value), "a sum is of integers, at their scale"
        case "min" | "max":
            yield value.kind in ORDERED and alike(expr.type, value), "min and max are of integers, days or minutes"
        case "mean":
            held = ValueType(Kind.RATIO, value.scale)
            yield value.kind is Kind.INTEGER and alike(expr.type, held), "a mean is a ratio of integers at their scale"
        case "median":
            held = ValueType(Kind.RATIO, value.scale)
            yield (
                value.kind is Kind.INTEGER and alike(expr.type, held),
                "a median is a ratio at its values' scale",
            )
            alone = not expr.rows.earlier and expr.rows.until is None
            yield alone, "a median is not of earlier rows, nor of those up to a day of the context"
        case "rank":
            yield _counts(expr.type), "a place is an integer of scale 0"
            yield value.kind is Kind.INTEGER, "places are by integers"
            whole = not expr.rows.earlier and expr.rows.once is None and expr.rows.until is None
            yield whole, "places are among all rows"
        case "share":
            yield value.kind is Kind.FLAG, "a share is of conditions"
            yield alike(expr.type, ValueType(Kind.RATIO)), "a share is a ratio of scale 0"
        case "the":
            yield alike(expr.type, value), "its type is that of its value"
        case _:
            assert_never(expr.function)


def _allot(expr: Allot) -> Iterator[tuple[bool, str]]:
    yield not expr.rows.earlier, "what is allotted is not allotted among earlier rows"
    whole = expr.rows.once is None and expr.rows.until is None
    yield whole, "what is allotted is allotted among all rows"
    yield expr.pool.type.kind is Kind.INTEGER and expr.type.kind is Kind.INTEGER, "what is allotted is an integer"
    yield expr.gives != "part" or alike(expr.type, expr.pool.type), "parts are held as the pool is"
    yield expr.weight is None or expr.role is None, "rows weigh by weight or by role"
    yield expr.weight is None or expr.weight.type.kind is Kind.INTEGER, "weights are integers"
    yield expr.role is None or expr.role.type.kind is Kind.TEXT, "roles are texts"
    yield (expr.role is not None) is (len(expr.roles) > 0), "roles are listed if, and only if, rows weigh by role"
    names = [item.role.value for item in expr.roles]
    yield len(set(names)) == len(names), "a role is listed once"
    yield all(item.weight >= 0 and item.role.type.kind is Kind.TEXT for item in expr.roles), "roles weigh 0 or more"
