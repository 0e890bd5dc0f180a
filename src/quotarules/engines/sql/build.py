"""Constructors over the SQL tree that fold constants and widen operands, so that lowering reads like arithmetic."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from quotarules.engines.sql.tree import (
    Absent,
    Among,
    Arithmetic,
    Bool,
    Case,
    Cast,
    Coalesce,
    DayText,
    Escaped,
    FirstBy,
    Int,
    KeyText,
    Logic,
    Magnitude,
    Minus,
    MinuteText,
    MonthIndex,
    MonthsLater,
    Null,
    Opposite,
    Order,
    Over,
    Present,
    Quotient,
    Ref,
    Remainder,
    Sql,
    SqlType,
    Test,
    Text,
    Total,
    UnitStart,
    Unproved,
)
from quotarules.plan.ranges import NARROW

TRUE, FALSE = Bool(value=True), Bool(value=False)
_RANK = {SqlType.SMALL: 0, SqlType.INT: 1, SqlType.WIDE: 2}


def width(size: int) -> SqlType:
    """The type in which all magnitudes up to `size` are computed."""
    return SqlType.INT if size <= NARROW else SqlType.WIDE


def to(value: Sql, kind: SqlType) -> Sql:
    """The value in a type; literals and nulls just change theirs."""
    match value:
        case _ if value.type is kind:
            return value
        case Int(number, _):
            return Int(number, kind)
        case Null():
            return Null(kind)
        case Cast(inner, held) if held in _RANK and inner.type in _RANK and _RANK[held] >= _RANK[inner.type]:
            return to(inner, kind)
        case _:
            return Cast(value, kind)


def plus(left: Sql, right: Sql, kind: SqlType) -> Sql:
    """Left + right."""
    match left, right:
        case Int(a, _), Int(b, _):
            return Int(a + b, kind)
        case Int(0, _), _:
            return to(right, kind)
        case _, Int(0, _):
            return to(left, kind)
        case _, Minus(other, _):
            return minus(left, other, kind)
        case _, Int(b, _) if b < 0:
            return Arithmetic("-", to(left, kind), Int(-b, kind), kind)
        case _:
            return Arithmetic("+", to(left, kind), to(right, kind), kind)


def minus(left: Sql, right: Sql, kind: SqlType) -> Sql:
    """Left - right."""
    match left, right:
        case _, Int(b, _):
            return plus(left, Int(-b, kind), kind)
        case Int(0, _), _:
            return Minus(to(right, kind), kind)
        case _:
            return Arithmetic("-", to(left, kind), to(right, kind), kind)


def times(left: Sql, right: Sql, kind: SqlType) -> Sql:
    """Left * right."""
    match left, right:
        case Int(a, _), Int(b, _):
            return Int(a * b, kind)
        case (Int(1, _), other) | (other, Int(1, _)):
            return to(other, kind)
        case (Int(-1, _), other) | (other, Int(-1, _)):
            return Minus(to(other, kind), kind)
        case _:
            return Arithmetic("*", to(left, kind), to(right, kind), kind)


def quotient(left: Sql, right: Sql, kind: SqlType) -> Sql:
    """Left / right cut toward zero."""
    if isinstance(right, Int) and right.value == 1:
        return to(left, kind)
    return Quotient(to(left, kind), to(right, kind), kind)


def remainder(left: Sql, right: Sql, kind: SqlType) -> Sql:
    """What the quotient leaves."""
    return Remainder(to(left, kind), to(right, kind), kind)


def both(*operands: Sql) -> Sql:
    """All of them; no operand is true."""
    parts = [part for part in operands if part != TRUE]
    if FALSE in parts:
        return FALSE
    return Logic("AND", tuple(parts)) if len(parts) > 1 else parts[0] if parts else TRUE


def either(*operands: Sql) -> Sql:
    """At least one of them; no operand is false."""
    parts = [part for part in operands if part != FALSE]
    if TRUE in parts:
        return TRUE
    return Logic("OR", tuple(parts)) if len(parts) > 1 else parts[0] if parts else FALSE


def no(operand: Sql) -> Sql:
    """The other truth value."""
    match operand:
        case Bool(value):
            return Bool(not value)
        case Opposite(inner):
            return inner
        case _:
            return Opposite(operand)


def test(operator: str, left: Sql, right: Sql) -> Sql:
    """A comparison, widened to the wider side."""
    ops = {"=", "!=", "<", "<=", ">", ">="}
    assert operator in ops, operator
    if left.type is not right.type and left.type in _RANK and right.type in _RANK:
        kind = max(left.type, right.type, key=_RANK.__getitem__)
        left, right = to(left, kind), to(right, kind)
    return _TESTS[operator](left, right)


_TESTS: dict[str, Callable[[Sql, Sql], Sql]] = {
    "=": lambda left, right: Test("=", left, right),
    "!=": lambda left, right: Test("!=", left, right),
    "<": lambda left, right: Test("<", left, right),
    "<=": lambda left, right: Test("<=", left, right),
    ">": lambda left, right: Test(">", left, right),
    ">=": lambda left, right: Test(">=", left, right),
}


def case(whens: Iterable[tuple[Sql, Sql]], default: Sql | None, kind: SqlType) -> Sql:
    """The value beside the first true condition; conditions known to be false or true are folded."""
    kept: list[tuple[Sql, Sql]] = []
    for condition, value in whens:
        if condition == FALSE:
            continue
        if condition == TRUE:
            default = value
            break
        kept.append((condition, to(value, kind)))
    if default is not None and isinstance(default, Null):
        default = None
    otherwise = None if default is None else to(default, kind)
    if not kept:
        return Null(kind) if otherwise is None else otherwise
    return Case(tuple(kept), otherwise, kind)


def coalesce(operands: Iterable[Sql], kind: SqlType) -> Sql:
    """The first that is not null; what stands behind a literal is dropped."""
    kept: list[Sql] = []
    for operand in operands:
        if isinstance(operand, Null):
            continue
        kept.append(to(operand, kind))
        if isinstance(operand, (Int, Text, Bool)):
            break
    if not kept:
        return Null(kind)
    return kept[0] if len(kept) == 1 else Coalesce(tuple(kept), kind)


def children(value: Sql) -> tuple[Sql, ...]:
    """The operands of an expression, from the left."""
    match value:
        case Ref() | Int() | Text() | Bool() | Null():
            return ()
        case Arithmetic() | Quotient() | Remainder() | Test():
            return (value.left, value.right)
        case Logic() | Coalesce():
            return value.operands
        case Minus() | Magnitude() | Opposite() | Absent() | Present() | Unproved() | Cast() | Escaped():
            return (value.operand,)
        case Among():
            return (value.operand, *value.values)
        case Case():
            parts = tuple(part for when in value.whens for part in when)
            return parts if value.default is None else (*parts, value.default)
        case KeyText():
            return value.parts
        case UnitStart() | MonthIndex() | DayText():
            return (value.day,)
        case MinuteText():
            return (value.minute,)
        case MonthsLater():
            return (value.day, value.months)
        case Total():
            return () if value.operand is None else (value.operand,)
        case FirstBy():
            return (value.operand, *value.keys, value.condition)
        case Over():
            inner = () if value.function is None else (value.function,)
            return (*inner, *value.partition, *(key.key for key in value.order), *value.after)


def refs(value: Sql) -> Iterable[Ref]:
    """Every column that an expression reads, with repetitions."""
    if isinstance(value, Ref):
        yield value
    for child in children(value):
        yield from refs(child)


def size(value: Sql, limit: int = 1000) -> int:
    """How many parts an expression has, counted up to about `limit`."""
    total = 1
    for child in children(value):
        if total >= limit:
            break
        total += size(child, limit - total)
    return total


def has_window(value: Sql) -> bool:
    """Whether a window function stands anywhere inside."""
    return isinstance(value, Over) or any(has_window(child) for child in children(value))


def moved(value: Sql, alias: str) -> Sql:
    """The same expression over another alias."""
    match value:
        case Ref():
            return replace(value, alias=alias)
        case Int() | Text() | Bool() | Null():
            return value
        case Arithmetic() | Quotient() | Remainder() | Test():
            return replace(value, left=moved(value.left, alias), right=moved(value.right, alias))
        case Logic() | Coalesce():
            return replace(value, operands=tuple(moved(part, alias) for part in value.operands))
        case Minus() | Magnitude() | Opposite() | Absent() | Present() | Unproved() | Cast() | Escaped():
            return replace(value, operand=moved(value.operand, alias))
        case Among():
            values = tuple(moved(part, alias) for part in value.values)
            return replace(value, operand=moved(value.operand, alias), values=values)
        case Case():
            whens = tuple((moved(test, alias), moved(result, alias)) for test, result in value.whens)
            default = None if value.default is None else moved(value.default, alias)
            return replace(value, whens=whens, default=default)
        case KeyText():
            return replace(value, parts=tuple(moved(part, alias) for part in value.parts))
        case MinuteText():
            return replace(value, minute=moved(value.minute, alias))
        case UnitStart() | MonthIndex() | DayText():
            return replace(value, day=moved(value.day, alias))
        case MonthsLater():
            return replace(value, day=moved(value.day, alias), months=moved(value.months, alias))
        case Total() | FirstBy() | Over():
            raise AssertionError("an aggregate is not moved to another relation")


def with_values(value: Sql, known: Mapping[str, Sql]) -> Sql:
    """A comparison of a column with a literal, the column spelled out as it is computed."""
    if isinstance(value, Ref):
        return known.get(value.name, value)
    if isinstance(value, Test):
        return replace(value, left=with_values(value.left, known), right=with_values(value.right, known))
    assert isinstance(value, (Int, Null)), "rows are restricted by comparing a column with literals"
    return value


def ascending(keys: Iterable[Sql]) -> tuple[Order, ...]:
    """Sort keys from the smallest up."""
    return tuple(Order(key) for key in keys)
