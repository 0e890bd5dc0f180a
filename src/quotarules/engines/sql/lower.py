"""From the plan to SQL: every expression that is needed becomes columns of the frame of its context's table."""

from collections import Counter

from quotarules.engines.sql import allot, arithmetic, between, conditions, earlier, paths, rank, rows, time
from quotarules.engines.sql.build import size
from quotarules.engines.sql.context import Context
from quotarules.engines.sql.frames import Join, Lowered, StaticSource, bound, fetch
from quotarules.engines.sql.history import in_force
from quotarules.engines.sql.state import ONE, State
from quotarules.engines.sql.tree import Null, Ref, Sql, SqlType, Text
from quotarules.plan.nodes import (
    Add,
    Aggregate,
    Allot,
    And,
    Column,
    Compare,
    ComputedColumn,
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
from quotarules.values.schema import COMPANY

LONG = 24
"""A value that can be absent, or a code, of more parts gets a column: both are written several times."""
OPENINGS = "opening balances"
"""The relation of opening balances: account, subject, source, amount."""


class Lowering:
    """The memory of a lowering: what has been lowered, by table and expression."""

    def __init__(self, lowered: Lowered, uses: Counter[tuple[str, Expr]]) -> None:
        self.lowered = lowered
        self.uses = uses
        self.known: dict[tuple[str, Expr], State] = {}
        self.columns: dict[tuple[str, str], State] = {}
        self.declared = {(column.table, column.name): column for column in lowered.plan.columns}

    def context(self, table: str, hint: str) -> Context:
        """The context of the rows of a table."""
        return Context(self.lowered, table, hint, self.evaluate, self.column)

    def column(self, table: str, name: str) -> State:
        """The state of a computed column, in columns of its table's frame."""
        if (table, name) not in self.columns:
            declared = self.declared[table, name]
            frame = self.lowered.frames[table]
            state = self.evaluate(table, declared.value, name)
            self.columns[table, name] = bound(frame, state, name, comment(self.lowered, declared))
        return self.columns[table, name]

    def evaluate(self, table: str, expression: Expr, hint: str) -> State:
        """The state of an expression for a row of a table."""
        known = self.known.get((table, expression))
        if known is not None:
            return known
        state = node(self.context(table, hint), expression)
        long = bool(state.codes) and size(state.value, LONG + 1) > LONG
        long = long or (state.code is not None and size(state.code, LONG + 1) > LONG)
        shared = self.uses[table, expression] > 1 and not isinstance(state.value, Ref)
        if long or shared:
            state = bound(self.lowered.frames[table], state, hint)
        self.known[table, expression] = state
        return state


def node(context: Context, expression: Expr) -> State:
    """The state of an expression, by what it is."""
    match expression:
        case Literal():
            return conditions.literal(context, expression)
        case Column():
            return paths.column(context, expression)
        case Opening():
            return opening(context, expression)
        case Add():
            return arithmetic.add(context, expression)
        case Negate():
            return arithmetic.negate(context, expression)
        case Multiply():
            return arithmetic.multiply(context, expression)
        case Divide():
            return arithmetic.divide(context, expression)
        case Rescale():
            return arithmetic.rescale(context, expression)
        case Round():
            return arithmetic.rounded(context, expression)
        case Least() | Greatest():
            return arithmetic.extreme(context, expression)
        case Tiers():
            return arithmetic.tiers(context, expression)
        case Curve():
            return arithmetic.curve(context, expression)
        case Aggregate("rank"):
            return rank.rank(context, expression)
        case Aggregate():
            return _aggregate(context, expression)
        case Allot():
            return allot.allot(context, expression)
        case _:
            return _other(context, expression)


def _aggregate(context: Context, expression: Aggregate) -> State:
    if expression.rows.until is not None:
        return between.between(context, expression)
    return earlier.earlier(context, expression) if expression.rows.earlier else rows.aggregate(context, expression)


def _other(context: Context, expression: Expr) -> State:
    match expression:
        case Compare():
            return conditions.compare(context, expression)
        case OneOf():
            return conditions.one_of(context, expression)
        case IsMissing():
            return conditions.is_missing(context, expression)
        case Not():
            return conditions.negation(context, expression)
        case And() | Or():
            return conditions.junction(context, expression)
        case When():
            return conditions.when(context, expression)
        case Otherwise():
            return conditions.otherwise(context, expression)
        case DueOnly():
            return conditions.due_only(context, expression)
        case Wait():
            return State(Null(context.kind(expression)), ONE, frozenset({context.code(expression.reason)}))
        case Switch():
            return conditions.switch(context, expression)
        case InForce():
            return in_force(context, expression)
        case _:
            return _time(context, expression)


def _time(context: Context, expression: Expr) -> State:
    match expression:
        case PeriodDay():
            return time.period_day(context, expression)
        case DayOf():
            return time.day_of(context, expression)
        case MidnightOf():
            return time.midnight_of(context, expression)
        case ShiftDay():
            return time.shift_day(context, expression)
        case ShiftMinute():
            return time.shift_minute(context, expression)
        case DaysBetween():
            return time.days_between(context, expression)
        case MonthsBetween():
            return time.months_between(context, expression)
        case WorkingMinutes():
            return time.working_minutes(context, expression)
        case WorkingDays():
            return time.working_days(context, expression)
        case WorkingDeadline():
            return time.working_deadline(context, expression)
        case _:
            raise AssertionError(f"{type(expression).__name__} cannot be lowered")


def key_text(context: Context) -> Sql:
    """The key of the context's row as text; the company's is empty."""
    if context.table == COMPANY:
        return Text("")
    return paths.key_text(context.lowered, context.table, ())


def opening(context: Context, expression: Opening) -> State:
    """The balance that the journal gave for the row's account, or for its own item."""
    lowered = context.lowered
    identity = ("opening", context.table, (expression.account, *(("of", *expression.link) if expression.link else ())))
    if identity not in lowered.joins:
        subject: Sql = key_text(context)
        source: Sql = Text("")
        if expression.link is not None:
            subject, source = paths.key_text(lowered, context.table, expression.link), key_text(context)
        on: tuple[tuple[Sql, Sql], ...] = (
            (subject, Ref("j", "subject", SqlType.TEXT)),
            (source, Ref("j", "source", SqlType.TEXT)),
            (Text(expression.account), Ref("j", "account", SqlType.TEXT)),
        )
        lowered.joins[identity] = Join(context.table, StaticSource(OPENINGS), on)
    value = fetch(lowered, identity, "amount", context.kind(expression), f"opening {expression.account}")
    return State(value, ONE, frozenset({context.code(expression.reason)}))


def comment(lowered: Lowered, column: ComputedColumn) -> str:
    """The line of the rules that a column follows from."""
    return source_line(lowered, column.span.file, column.span.start, column.label or column.name)


def source_line(lowered: Lowered, file: str, start: int, label: str) -> str:
    """`label: file:line`, or the label alone where the text is not at hand."""
    for source in lowered.plan.sources:
        if source.name == file:
            line = source.text.count("\n", 0, start) + 1
            words = source.text[source.text.rfind("\n", 0, start) + 1 :].split("\n", 1)[0].strip()
            return " ".join(f"{label} ({file}:{line}): {words}".split())
    return " ".join(f"{label} ({file})".split())
