"""Checked expressions to expressions of the plan: words become nodes, places become scales, calls become lookups."""

from typing import assert_never

from quotarules.plan.from_checked.arithmetic import (
    added,
    aligned,
    alike,
    as_ratio,
    divided,
    integer,
    larger,
    multiplied,
    negated,
    rescaled,
    rounded,
    smaller,
)
from quotarules.plan.from_checked.at_day import balance_column, day_column, known_day, suffix, up_to_day
from quotarules.plan.from_checked.beyond import is_beyond, known_beyond
from quotarules.plan.from_checked.builder import Builder, Scope, unit_of
from quotarules.plan.from_checked.currencies import converted
from quotarules.plan.from_checked.dates import date_part, minute_of
from quotarules.plan.from_checked.joined import read_at, there
from quotarules.plan.from_checked.lookups import table_lookup, tiers_lookup
from quotarules.plan.from_checked.scores import promoters
from quotarules.plan.from_checked.working_time import counted
from quotarules.plan.nodes import (
    DAY,
    FLAG,
    MINUTE,
    TEXT,
    Aggregate,
    And,
    Column,
    Compare,
    DayOf,
    DaysBetween,
    Expr,
    IsMissing,
    Kind,
    Literal,
    MonthsBetween,
    Not,
    OneOf,
    Or,
    Otherwise,
    PeriodDay,
    Rows,
    ShiftDay,
    ValueType,
    Wait,
    When,
)
from quotarules.semantics import checked
from quotarules.semantics.checked import Origin, Typed
from quotarules.values.period import InPeriod
from quotarules.values.rounding import RoundingMode
from quotarules.values.schema import COMPANY
from quotarules.values.windows import in_unit


def expression(builder: Builder, scope: Scope, typed: Typed) -> Expr:
    """The expression of the plan for one of the text, read on a row of the scope's table."""
    match typed:
        case checked.Constant():
            return constant(typed)
        case checked.Read():
            return _read(builder, scope, typed)
        case checked.ReadAt():
            return read_at(builder, scope.table, typed, day_of(expression(builder, scope, typed.day)))
        case checked.PeriodEdge(side, unit):
            return PeriodDay(side, scope.every if scope.every is not None and unit == "period" else unit)
        case checked.SumOf() | checked.ProductOf() | checked.FullSteps() | checked.RoundTo() | checked.Clamp():
            return _arithmetic(builder, scope, typed)
        case (
            checked.Comparison()
            | checked.MissingTest()
            | checked.OneOfChoices()
            | checked.NotThe()
            | checked.AllOf()
            | checked.AnyOf()
        ):
            return _condition(builder, scope, typed)
        case checked.WhenTrue() | checked.WaitFor() | checked.ElseFirst():
            return _presence(builder, scope, typed)
        case checked.TableCall():
            keys = tuple(expression(builder, scope, key) for key in typed.keys)
            return table_lookup(builder, typed, keys, _chosen_day(builder, scope, typed))
        case checked.TiersCall():
            after, before = tier_ends(builder, scope, typed)
            return after if before is None else added((after, negated(before)), after.type.unit)
        case checked.RowsFunction():
            return _rows_function(builder, scope, typed)
        case checked.TimeBetween():
            return _time_between(builder, scope, typed)
        case checked.DatePart(operand=operand):
            return date_part(builder, typed, day_of(expression(builder, scope, operand)))
        case checked.DateShift(operand, months, days, start_of=unit):
            return ShiftDay(expression(builder, scope, operand), months, days, unit=unit)
        case checked.Conversion(operand, source, _, day):
            parts = (expression(builder, scope, part) for part in (operand, source, day))
            return converted(builder, typed, *parts)
        case _:
            assert_never(typed)


def constant(typed: checked.Constant) -> Literal:
    """A literal; quantities at the smallest scale that holds them."""
    match typed.type:
        case checked.Quantity():
            assert isinstance(typed.value, int), "a quantity is an integer at a scale"
            return integer(typed.value, typed.scale, unit_of(typed.type))
        case checked.DateType():
            return Literal(typed.value, DAY)
        case checked.InstantType():
            return Literal(typed.value, MINUTE)
        case checked.YesNo():
            return Literal(typed.value, FLAG)
        case checked.TextType() | checked.Choice() | checked.RowOf():
            return Literal(typed.value, TEXT if isinstance(typed.value, str) else ValueType(Kind.INTEGER))
        case _:
            assert_never(typed.type)


# --- columns -----------------------------------------------------------------------------------


def _read(builder: Builder, scope: Scope, read: checked.Read) -> Expr:
    at = day_column(builder, scope, read, lambda inner, day: day_of(expression(builder, inner, day)))
    if read.at is not None and is_beyond(scope.table, read):
        return known_beyond(builder, scope, read, at, expression)
    match read.origin:
        case Origin.FACT:
            return _fact(builder, scope, read)
        case Origin.MEASURE:
            inner = Scope(read.table, read.window or scope.window, scope.opening, read.every or scope.every, at)
            kind, name = measure_column(builder, inner, read.name)
        case Origin.KARMA:
            name = balance_column(builder, read, at, opening=scope.opening)
            kind = builder.columns[read.table, name].value.type
        case Origin.SLA_MET:
            name = f"{read.name} met"
            kind = builder.read(read.table, name)
        case Origin.SLA_SHARE | Origin.TEAM:
            name = read.name
            kind = builder.read(read.table, name)
        case _:
            assert_never(read.origin)
    if read.table == COMPANY:
        return Column((), COMPANY, name, kind, None)
    return builder.reached(scope.table, read.path, name, kind, read.span)


def _fact(builder: Builder, scope: Scope, read: checked.Read) -> Expr:
    if not read.name:
        if read.path:
            return builder.link_key(scope.table, read.path, read.span)
        declared = builder.plan.schema.table(scope.table)
        assert declared is not None, f"no table {scope.table}"
        return Column((), scope.table, declared.key[0], builder.key_type(scope.table), None)
    spec_optional = read.name not in _keys(builder, read.table) and builder.spec(read.table, read.name).optional
    optional = spec_optional or builder.may_miss(scope.table, read.path)
    missing = builder.reason(f"`{builder.words(read.span)}` is missing", read.span) if optional else None
    return Column(read.path, read.table, read.name, builder.fact_type(read.table, read.name), missing)


def _keys(builder: Builder, table: str) -> tuple[str, ...]:
    declared = builder.plan.schema.table(table)
    return declared.key if declared is not None else ()


def measure_column(builder: Builder, scope: Scope, name: str) -> tuple[ValueType, str]:
    """The column of a measure as it is read in a scope: each window, and the openings, have a column of their own."""
    measure = next(m for m in builder.plan.measures if m.name == name and m.table == scope.table)
    column = name + suffix(scope)

    def value() -> Expr:
        result = expression(builder, scope, measure.value)
        result = known_day(builder, scope, result, measure.span)
        return rounded(result, measure.place, builder.plan.mode) if measure.place is not None else result

    return builder.column(measure.table, column, measure.label, measure.span, value), column


# --- arithmetic --------------------------------------------------------------------------------


def _arithmetic(
    builder: Builder,
    scope: Scope,
    typed: checked.SumOf | checked.ProductOf | checked.FullSteps | checked.RoundTo | checked.Clamp,
) -> Expr:
    unit = unit_of(typed.type)
    match typed:
        case checked.SumOf(signs, terms):
            parts = [expression(builder, scope, term) for term in terms]
            signed = (part if sign > 0 else negated(part) for sign, part in zip(signs, parts, strict=True))
            return added(tuple(signed), unit)
        case checked.ProductOf(factors, operators):
            result = expression(builder, scope, factors[0])
            for operator, factor in zip(operators, factors[1:], strict=True):
                right = expression(builder, scope, factor)
                result = times_or_by(builder, typed, operator, (result, right))
            return result
        case checked.FullSteps(amount, step, operand):
            top, bottom = expression(builder, scope, operand), expression(builder, scope, step)
            steps = rounded(divided(top, bottom, _zero(builder, typed), ""), (1, 0), RoundingMode.DOWN)
            return multiplied(expression(builder, scope, amount), steps, unit)
        case checked.RoundTo(operand, digits, scale, mode):
            return rounded(expression(builder, scope, operand), (digits, scale), mode)
        case checked.Clamp(operand, side, bound):
            pair = expression(builder, scope, operand), expression(builder, scope, bound)
            return larger(*pair) if side == "least" else smaller(*pair)
        case _:
            assert_never(typed)


def times_or_by(builder: Builder, typed: checked.ProductOf, operator: str, pair: tuple[Expr, Expr]) -> Expr:
    """One step of a product."""
    unit = unit_of(typed.type)
    return multiplied(*pair, unit) if operator == "*" else divided(*pair, _zero(builder, typed), unit)


def _zero(builder: Builder, typed: Typed) -> int:
    return builder.reason(f"`{builder.words(typed.span)}` divides by zero", typed.span)


# --- conditions --------------------------------------------------------------------------------


def _condition(
    builder: Builder,
    scope: Scope,
    typed: checked.Comparison
    | checked.MissingTest
    | checked.OneOfChoices
    | checked.NotThe
    | checked.AllOf
    | checked.AnyOf,
) -> Expr:
    match typed:
        case checked.Comparison(operator, left, right):
            pair = (expression(builder, scope, left), expression(builder, scope, right))
            if pair[0].type.kind in (Kind.INTEGER, Kind.RATIO):
                a, b = aligned(*pair)
                return Compare(operator, a, b)
            return Compare(operator, *pair)
        case checked.MissingTest(operand, present):
            test = IsMissing(expression(builder, scope, operand))
            return Not(test) if present else test
        case checked.OneOfChoices(operand, choices):
            key = expression(builder, scope, operand)
            return _one_of(key, tuple(constant(choice) for choice in choices))
        case checked.NotThe(operand):
            return Not(expression(builder, scope, operand))
        case checked.AllOf(operands):
            return And(tuple(expression(builder, scope, operand) for operand in operands))
        case checked.AnyOf(operands):
            return Or(tuple(expression(builder, scope, operand) for operand in operands))
        case _:
            assert_never(typed)


def _one_of(key: Expr, choices: tuple[Literal, ...]) -> Expr:
    if key.type.kind is not Kind.INTEGER:
        return OneOf(key, choices)
    first, *rest = aligned(key, *choices)
    return OneOf(first, tuple(part for part in rest if isinstance(part, Literal)))


def conditions(builder: Builder, scope: Scope, typed: Typed) -> tuple[tuple[Expr, int], ...]:
    """A condition cut at its `and`s, each part with the reason that it gives where it is false."""
    parts = typed.operands if isinstance(typed, checked.AllOf) else (typed,)
    return tuple(
        (expression(builder, scope, part), builder.reason(f"not `{builder.words(part.span)}`", part.span))
        for part in parts
    )


def _presence(builder: Builder, scope: Scope, typed: checked.WhenTrue | checked.WaitFor | checked.ElseFirst) -> Expr:
    match typed:
        case checked.WhenTrue(value, condition):
            inner = expression(builder, scope, value)
            return When(inner, conditions(builder, scope, condition), inner.type)
        case checked.WaitFor(reason):
            return Wait(builder.reason(reason, typed.span, waiting=True), FLAG)
        case checked.ElseFirst(parts):
            return _else_first(builder, scope, typed, parts)
        case _:
            assert_never(typed)


def _else_first(builder: Builder, scope: Scope, typed: checked.ElseFirst, parts: tuple[Typed, ...]) -> Expr:
    valued = tuple(expression(builder, scope, part) for part in parts if not isinstance(part, checked.WaitFor))
    same = alike(valued, _zero(builder, typed))
    kind = ValueType(same[0].type.kind, same[0].type.scale, unit_of(typed.type))
    waits = tuple(
        Wait(builder.reason(part.reason, part.span, waiting=True), kind)
        for part in parts
        if isinstance(part, checked.WaitFor)
    )
    return Otherwise((*same, *waits), kind)


# --- tiers, rows, time -------------------------------------------------------------------------


def tier_ends(builder: Builder, scope: Scope, call: checked.TiersCall) -> tuple[Expr, Expr | None]:
    """f(x) alone, or f(x + y) and f(y)."""
    amount = expression(builder, scope, call.amount)
    keys = tuple(expression(builder, scope, key) for key in call.keys)
    day = _chosen_day(builder, scope, call)
    if call.before is None:
        return tiers_lookup(builder, call, amount, keys, day), None
    before = expression(builder, scope, call.before)
    reached = added((amount, before), amount.type.unit)
    before = rescaled(before, reached.type.scale)
    if reached.type.kind is Kind.RATIO:
        before = as_ratio(before, _zero(builder, call))
    return tiers_lookup(builder, call, reached, keys, day), tiers_lookup(builder, call, before, keys, day)


def _chosen_day(builder: Builder, scope: Scope, call: checked.TableCall | checked.TiersCall) -> Expr | None:
    return None if call.day is None else day_of(expression(builder, scope, call.day))


def day_of(expr: Expr) -> Expr:
    """A date as it is, an instant as its local day."""
    return DayOf(expr) if expr.type.kind is Kind.MINUTE else expr


def plan_rows(builder: Builder, scope: Scope, rows: checked.CheckedRows) -> Rows:
    """Rows with their date and condition, in the scope's window where the text says the period."""
    inner = scope.on(rows.table)
    date = day_of(expression(builder, inner, rows.date)) if rows.date is not None else None
    window = scope.window if rows.window == InPeriod() and not rows.earlier else rows.window
    window = in_unit(window, scope.every) if window is not None and scope.every is not None else window
    where = expression(builder, inner, rows.where) if rows.where is not None else None
    begun = there(builder, rows.table)
    where = where if begun is None else begun if where is None else And((begun, where))
    if scope.at and date is not None and not rows.earlier:
        return up_to_day(builder, scope, rows, (date, where))
    seen = window if date is not None else None
    return Rows(rows.table, rows.link, rows.match, rows.earlier, date, seen, where, rows.once)


def _rows_function(builder: Builder, scope: Scope, typed: checked.RowsFunction) -> Expr:
    rows = plan_rows(builder, scope, typed.rows)
    value = expression(builder, scope.on(rows.table), typed.value) if typed.value is not None else None
    words = f"`{builder.words(typed.span)}`"
    none = f"not among the rows of {words}" if typed.function == "rank" else f"{words} has no rows"
    reason = builder.reason(none, typed.span)
    if typed.function == "nps":
        return promoters(builder, typed.span, rows, value, reason)
    return Aggregate(typed.function, rows, value, reason, _aggregate_type(typed, value))


def _aggregate_type(typed: checked.RowsFunction, value: Expr | None) -> ValueType:
    match typed.function:
        case "count" | "distinct" | "rank":
            return ValueType(Kind.INTEGER)
        case "share":
            return ValueType(Kind.RATIO, 0, unit_of(typed.type))
        case "mean" | "median" | "nps":
            assert value is not None, "a mean has a value"
            return ValueType(Kind.RATIO, value.type.scale, value.type.unit)
        case "sum" | "min" | "max" | "the":
            assert value is not None, "the function has a value"
            return value.type
        case _:
            assert_never(typed.function)


def _time_between(builder: Builder, scope: Scope, typed: checked.TimeBetween) -> Expr:
    start, end = expression(builder, scope, typed.start), expression(builder, scope, typed.end)
    kind = ValueType(Kind.INTEGER, 0, unit_of(typed.type))
    after = ShiftDay(end, 0, 1) if typed.through else end
    match typed.what:
        case "days":
            days = DaysBetween(start, end, kind)
            return added((days, integer(1, unit=kind.unit)), kind.unit) if typed.through else days
        case "months":
            return MonthsBetween(start, after, kind)
        case "working hours" | "working days":
            ends = (start, after) if typed.what == "working days" else (minute_of(start), minute_of(end))
            named = typed.calendar
            return counted(
                builder, typed, ends, kind, lambda: None if named is None else expression(builder, scope, named)
            )
        case _:
            assert_never(typed.what)
