"""The parts of an expression and the table in whose rows each part is evaluated: the one walk that everybody shares."""

from collections.abc import Iterator
from typing import assert_never

from quotarules.plan.nodes import (
    Add,
    Aggregate,
    Allot,
    And,
    Column,
    Compare,
    Curve,
    DayOf,
    DaysBetween,
    Divide,
    DueOnly,
    Expr,
    Greatest,
    InForce,
    IsMissing,
    Least,
    Literal,
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
    Wait,
    When,
    WorkingDays,
    WorkingDeadline,
    WorkingMinutes,
)

Part = tuple[str, Expr]
"""The table that is the context, and an expression evaluated for one of its rows."""


def row_parts(rows: Rows) -> tuple[Part, ...]:
    """The date and the condition of rows; their context is the table that the rows are of."""
    return tuple((rows.table, part) for part in (rows.date, rows.where) if part is not None)


def context_parts(table: str, rows: Rows) -> tuple[Part, ...]:
    """The days between which rows lie for each context, a row of `table`."""
    return tuple((table, part) for part in (rows.until, rows.since) if part is not None)


def parts(table: str, expr: Expr) -> tuple[Part, ...]:
    """The direct parts of an expression whose context is a row of `table`, from left to right."""
    match expr:
        case Literal() | Column() | Opening() | PeriodDay() | Wait():
            return ()
        case Aggregate(_, rows, value):
            inside = () if value is None else ((rows.table, value),)
            return row_parts(rows) + inside + context_parts(table, rows)
        case Allot(rows=rows, pool=pool, weight=weight, role=role):
            own = tuple((table, part) for part in (pool, weight, role) if part is not None)
            return row_parts(rows) + own
        case _:
            return tuple((table, part) for part in _operands(expr))


def _operands(
    expr: Add
    | Negate
    | Multiply
    | Divide
    | Rescale
    | Round
    | Least
    | Greatest
    | Compare
    | OneOf
    | IsMissing
    | Not
    | And
    | Or
    | When
    | Otherwise
    | DueOnly
    | Switch
    | Tiers
    | Curve
    | InForce
    | DayOf
    | MidnightOf
    | ShiftDay
    | ShiftMinute
    | DaysBetween
    | MonthsBetween
    | WorkingMinutes
    | WorkingDays
    | WorkingDeadline,
) -> tuple[Expr, ...]:
    match expr:
        case Add(terms):
            return terms
        case Multiply() | Divide() | Least() | Greatest() | Compare():
            return expr.left, expr.right
        case Negate() | Rescale() | Round() | OneOf() | IsMissing() | Not() | DueOnly():
            return (expr.operand,)
        case DayOf() | MidnightOf() | ShiftDay() | ShiftMinute():
            return (expr.operand,)
        case And(operands) | Or(operands):
            return operands
        case When(value, conditions):
            return (*(condition for condition, _ in conditions), value)
        case Otherwise(several):
            return several
        case Switch(_, keys, rows):
            return (*keys, *(row.value for row in rows))
        case Tiers(amount=amount) | Curve(amount=amount):
            return (amount,)
        case InForce(values=values, day=day):
            return *values, day
        case DaysBetween() | MonthsBetween() | WorkingMinutes() | WorkingDays():
            return expr.start, expr.end
        case WorkingDeadline(start, more=more):
            return (start,) if more is None else (start, more)
        case _:
            assert_never(expr)


def walk(table: str, expr: Expr) -> Iterator[Part]:
    """The expression and everything in it, each part after its own parts."""
    for part in parts(table, expr):
        yield from walk(*part)
    yield table, expr
