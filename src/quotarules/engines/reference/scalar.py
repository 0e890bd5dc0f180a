"""The meaning of one expression for one row. What lies outside the expression is asked of an `Environment`.

It needs no ledger: an explanation can answer the questions from recorded inputs.
"""

from collections.abc import Sequence
from typing import Protocol, assert_never

from quotarules.engines.reference import arithmetic, lookups
from quotarules.engines.reference.calendar import (
    MINUTES_A_DAY,
    day_deadline,
    minute_deadline,
    working_days,
    working_minutes,
)
from quotarules.engines.reference.state import Missing, Number, State, Value, Waiting, flag, integer, number
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
from quotarules.values.calendar import Calendar
from quotarules.values.period import Period, add_months, calendar_date, held_period, start_of


class Environment(Protocol):
    """Answers what an expression asks about its row and the world around it."""

    def column(self, node: Column) -> State:
        """The state of a column of the row, or of a row that it links to."""

    def opening(self, node: Opening) -> State:
        """The opening balance of the row's account."""

    def aggregate(self, node: Aggregate) -> State:
        """What a function makes of the rows that belong to the row."""

    def allot(self, node: Allot) -> State:
        """The row's part of a whole."""

    def in_force(self, node: InForce) -> State:
        """What a table says on a day."""

    def period(self) -> Period:
        """The period that is settled."""

    def calendar(self, name: str) -> Calendar:
        """The calendar of that name."""


def evaluate(expr: Expr, environment: Environment) -> State:
    """What the expression comes to for the environment's row."""
    match expr:
        case Literal(value):
            return value
        case Column():
            return environment.column(expr)
        case When():
            return _when(expr, environment)
        case Otherwise():
            return _otherwise(expr, environment)
        case And():
            return _joined(expr.operands, environment, decisive=False)
        case Or():
            return _joined(expr.operands, environment, decisive=True)
        case DueOnly(operand, reason):
            state = evaluate(operand, environment)
            return Missing(reason) if isinstance(state, Missing | Waiting) else state
        case IsMissing(operand):
            state = evaluate(operand, environment)
            return state if isinstance(state, Waiting) else isinstance(state, Missing)
        case Aggregate():
            return environment.aggregate(expr)
        case Allot():
            return environment.allot(expr)
        case InForce():
            return environment.in_force(expr)
        case Switch():
            return _switch(expr, environment)
        case Opening():
            return environment.opening(expr)
        case PeriodDay():
            return _period_day(expr, environment.period())
        case Wait(reason):
            return Waiting(reason)
        case _:
            values = strict_values(_operands(expr), environment)
            return _apply(expr, values, environment) if isinstance(values, list) else values


StrictNode = (
    Add
    | Negate
    | Multiply
    | Divide
    | Rescale
    | Round
    | Least
    | Greatest
    | Compare
    | OneOf
    | Not
    | Tiers
    | Curve
    | DayOf
    | MidnightOf
    | ShiftDay
    | ShiftMinute
    | DaysBetween
    | MonthsBetween
    | WorkingMinutes
    | WorkingDays
    | WorkingDeadline
)


def _operands(expr: StrictNode) -> tuple[Expr, ...]:
    """The operands of a strict node, from left to right."""
    match expr:
        case Multiply() | Divide() | Compare() | Least() | Greatest():
            return expr.left, expr.right
        case Add():
            return expr.terms
        case Negate() | Rescale() | Round() | OneOf() | Not():
            return (expr.operand,)
        case Tiers() | Curve():
            return (expr.amount,)
        case DayOf() | MidnightOf() | ShiftDay() | ShiftMinute():
            return (expr.operand,)
        case DaysBetween() | MonthsBetween() | WorkingMinutes() | WorkingDays():
            return expr.start, expr.end
        case WorkingDeadline(start, more=more):
            return (start,) if more is None else (start, more)
        case _:
            assert_never(expr)


def strict_values(operands: Sequence[Expr], environment: Environment) -> list[Value] | Missing | Waiting:
    """All values; or the leftmost waiting operand; or the leftmost one without a value."""
    values: list[Value] = []
    missing: Missing | None = None
    for operand in operands:
        state = evaluate(operand, environment)
        if isinstance(state, Waiting):
            return state
        if isinstance(state, Missing):
            missing = missing or state
        else:
            values.append(state)
    return missing or values


def _apply(expr: StrictNode, values: list[Value], environment: Environment) -> State:
    """The node's own work once all of its operands have a value."""
    match expr:
        case Compare():
            return arithmetic.compare(expr, values[0], values[1])
        case OneOf():
            return any(arithmetic.equal(values[0], choice.value) for choice in expr.choices)
        case Not():
            return not flag(values[0])
        case Tiers():
            paid = lookups.apply_tiers(expr, number(values[0]))
            return Waiting(expr.reason) if paid is None else paid
        case Curve():
            found = lookups.apply_curve(expr, number(values[0]))
            return Waiting(expr.reason) if found is None else found
        case Add() | Negate() | Multiply() | Divide() | Rescale() | Round() | Least() | Greatest():
            return _compute(expr, [number(value) for value in values])
        case WorkingMinutes() | WorkingDays() | WorkingDeadline():
            return _working(expr, [integer(value) for value in values], environment.calendar(expr.calendar))
        case DayOf() | MidnightOf() | ShiftDay() | ShiftMinute() | DaysBetween() | MonthsBetween():
            return _dates(expr, [integer(value) for value in values])
        case _:
            assert_never(expr)


def _compute(
    expr: Add | Negate | Multiply | Divide | Rescale | Round | Least | Greatest, values: list[Number]
) -> State:
    """Arithmetic on numbers."""
    match expr:
        case Multiply():
            return arithmetic.multiply(values[0], values[1])
        case Add():
            total = values[0]
            for value in values[1:]:
                total = arithmetic.add(total, value)
            return total
        case Negate():
            return arithmetic.negate(values[0])
        case Round():
            return arithmetic.round_to_step(values[0], expr.operand.type.scale, expr)
        case Rescale():
            return arithmetic.rescale(values[0], expr.type.scale - expr.operand.type.scale)
        case Divide():
            quotient = arithmetic.divide(values[0], values[1], expr.left.type.scale, expr.right.type.scale)
            return Missing(expr.reason) if quotient is None else quotient
        case Least():
            chosen = values[1] if arithmetic.order(values[0], values[1]) > 0 else values[0]
            return arithmetic.as_kind(chosen, expr.type)
        case Greatest():
            chosen = values[1] if arithmetic.order(values[0], values[1]) < 0 else values[0]
            return arithmetic.as_kind(chosen, expr.type)
        case _:
            assert_never(expr)


def _dates(expr: DayOf | MidnightOf | ShiftDay | ShiftMinute | DaysBetween | MonthsBetween, values: list[int]) -> State:
    """Calendar arithmetic on days and minutes."""
    match expr:
        case DayOf():
            return values[0] // MINUTES_A_DAY
        case MidnightOf():
            return values[0] * MINUTES_A_DAY
        case ShiftDay(_, months, days, unit=unit):
            values = values if unit is None else [start_of(unit, values[0])]
            return (add_months(values[0], months) if months else values[0]) + days
        case ShiftMinute(_, minutes):
            return values[0] + minutes
        case DaysBetween():
            return values[1] - values[0]
        case MonthsBetween():
            return whole_months(values[0], values[1])
        case _:
            assert_never(expr)


def whole_months(start: int, end: int) -> int:
    """The most n >= 0 with start + n months <= end; 0 if end is before start."""
    if end < start:
        return 0
    first, last = calendar_date(start), calendar_date(end)
    months = (last.year - first.year) * 12 + last.month - first.month
    return months if months == 0 or add_months(start, months) <= end else months - 1


def _working(expr: WorkingMinutes | WorkingDays | WorkingDeadline, values: list[int], calendar: Calendar) -> State:
    """Working time over a calendar; outside its days it waits."""
    match expr:
        case WorkingMinutes():
            result = working_minutes(calendar, values[0], values[1])
        case WorkingDays():
            result = working_days(calendar, values[0], values[1])
        case WorkingDeadline(unit="minutes"):
            more = max(0, values[1]) if expr.more is not None else 0
            result = minute_deadline(calendar, values[0], expr.amount + more)
        case WorkingDeadline():
            result = day_deadline(calendar, values[0], expr.amount)
        case _:
            assert_never(expr)
    return Waiting(expr.reason) if result is None else result


def _when(node: When, environment: Environment) -> State:
    waiting: Waiting | None = None
    for condition, reason in node.conditions:
        state = evaluate(condition, environment)
        if isinstance(state, Waiting):
            waiting = waiting or state
        elif isinstance(state, Missing) or not flag(state):
            return Missing(reason)
    return waiting or evaluate(node.value, environment)


def _otherwise(node: Otherwise, environment: Environment) -> State:
    state = evaluate(node.parts[0], environment)
    for part in node.parts[1:]:
        if not isinstance(state, Missing):
            break
        state = evaluate(part, environment)
    return state


def _joined(operands: tuple[Expr, ...], environment: Environment, *, decisive: bool) -> State:
    """`and` (no decides) or `or` (yes decides): that verdict, else waiting, else no value, else the other verdict."""
    waiting: Waiting | None = None
    missing: Missing | None = None
    for operand in operands:
        state = evaluate(operand, environment)
        if isinstance(state, Waiting):
            waiting = waiting or state
        elif isinstance(state, Missing):
            missing = missing or state
        elif flag(state) is decisive:
            return decisive
    return waiting or missing or (not decisive)


def _switch(node: Switch, environment: Environment) -> State:
    keys = strict_values(node.keys, environment)
    if not isinstance(keys, list):
        return keys
    for row in node.rows:
        if all(lookups.matches(matcher, key) for matcher, key in zip(row.matchers, keys, strict=True)):
            return evaluate(row.value, environment)
    return Waiting(node.reason)


def _period_day(node: PeriodDay, period: Period) -> int:
    held = held_period(None if node.unit == "period" else node.unit, period)
    return held.start if node.side == "start" else held.end - 1
