"""SLA: a total is a condition of the company; a term gives each row a deadline, and each owner a share kept."""

from functools import partial
from typing import assert_never

from quotarules.plan.from_checked.arithmetic import aligned, integer
from quotarules.plan.from_checked.builder import Builder, Scope
from quotarules.plan.from_checked.expressions import day_of, expression, minute_of
from quotarules.plan.from_checked.lines import both
from quotarules.plan.from_checked.trace import inputs
from quotarules.plan.nodes import (
    FLAG,
    Account,
    Aggregate,
    Column,
    Compare,
    DueOnly,
    Expr,
    IsMissing,
    Kind,
    LineRule,
    Literal,
    Otherwise,
    Rows,
    ShiftDay,
    ShiftMinute,
    TraceInput,
    ValueType,
    When,
    WorkingDeadline,
)
from quotarules.semantics.checked import CheckedSla, CheckedTerm, CheckedTotal
from quotarules.values.period import InPeriod
from quotarules.values.schema import COMPANY

_MINUTES_OF_DAY = 24 * 60


def promise_sla(builder: Builder, sla: CheckedSla) -> None:
    """The columns of an sla's totals and terms."""
    for term in sla.terms:
        name = f"{sla.name}.{term.name}"
        match term:
            case CheckedTotal(condition=condition):
                verdict = partial(expression, builder, Scope(COMPANY), condition)
                builder.promise(COMPANY, name, term.label, term.span, verdict)
                builder.promise(COMPANY, f"{name} met", term.label, term.span, verdict)
            case CheckedTerm():
                _promise_term(builder, name, term)


def _promise_term(builder: Builder, name: str, term: CheckedTerm) -> None:
    table, owner, label, span = term.rows.table, term.owner_table, term.label, term.span
    scope = Scope(table)
    builder.promise(table, f"{name} deadline", label, span, lambda: _deadline(builder, scope, term))
    builder.promise(table, f"{name} day", label, span, lambda: _counting_day(builder, scope, name, term))
    builder.promise(table, f"{name} kept", label, span, lambda: _kept(builder, scope, name, term))
    nothing = builder.reason(f"nothing was due for `{name}`", span)

    def share() -> Expr:
        builder.read(table, f"{name} kept")
        rows = _rows(builder, name, term, ())
        kept = Column((), table, f"{name} kept", FLAG, None)
        return Aggregate("share", rows, kept, nothing, ValueType(Kind.RATIO, 0, "%"))

    def met() -> Expr:
        kind = builder.read(owner, name)
        digits, scale = term.share
        least = integer(digits, scale, "%")
        reached = Column((), owner, name, kind, None)
        return Otherwise((_at_least(reached, least), Literal(value=True, type=FLAG)), FLAG)

    builder.promise(owner, name, label, span, share)
    builder.promise(owner, f"{name} met", label, span, met)


def _at_least(reached: Expr, least: Literal) -> Expr:
    left, right = aligned(reached, least)
    return Compare(">=", left, right)


def _deadline(builder: Builder, scope: Scope, term: CheckedTerm) -> Expr:
    start = expression(builder, scope, term.start)
    amount = term.amount
    match term.unit:
        case "working minutes":
            return WorkingDeadline(minute_of(start), amount, "minutes", *_calendar(builder, term))
        case "working days":
            return WorkingDeadline(minute_of(start), amount, "days", *_calendar(builder, term))
        case "minutes":
            return ShiftMinute(minute_of(start), amount)
        case "days":
            if start.type.kind is Kind.DAY:
                return ShiftDay(start, 0, amount)
            return ShiftMinute(start, amount * _MINUTES_OF_DAY)
        case "months":
            return ShiftDay(day_of(start), amount, 0)
        case _:
            assert_never(term.unit)


def _calendar(builder: Builder, term: CheckedTerm) -> tuple[str, int]:
    calendar = builder.plan.company_calendar
    assert calendar is not None, "working time needs a calendar"
    return calendar, builder.reason(f"`{term.name}` falls outside the calendar", term.span, waiting=True)


def _counting_day(builder: Builder, scope: Scope, name: str, term: CheckedTerm) -> Expr:
    """The day of the deadline; while that is unknown, the day of the start, so that the row waits in some period."""
    kind = builder.read(scope.table, f"{name} deadline")
    unknown = builder.reason(f"`{term.name}` has no deadline", term.span)
    known = DueOnly(day_of(Column((), scope.table, f"{name} deadline", kind, None)), unknown, ValueType(Kind.DAY))
    return Otherwise((known, day_of(expression(builder, scope, term.start))), ValueType(Kind.DAY))


def _kept(builder: Builder, scope: Scope, name: str, term: CheckedTerm) -> Expr:
    kind = builder.read(scope.table, f"{name} deadline")
    deadline: Expr = Column((), scope.table, f"{name} deadline", kind, None)
    event = expression(builder, scope, term.event)
    if event.type.kind is not deadline.type.kind:
        event, deadline = day_of(event), day_of(deadline)
    return Otherwise((Compare("<=", event, deadline), Literal(value=False, type=FLAG)), FLAG)


def _rows(builder: Builder, name: str, term: CheckedTerm, match: tuple[str, ...] | None) -> Rows:
    table = term.rows.table
    kind = builder.read(table, f"{name} day")
    day = Column((), table, f"{name} day", kind, None)
    where = expression(builder, Scope(table), term.rows.where) if term.rows.where is not None else None
    return Rows(table, term.rows.link, match, False, day, InPeriod(), where)


def _one_or_zero(builder: Builder, verdict: Expr, name: str, term: CheckedTotal | CheckedTerm) -> Expr:
    broken = builder.reason(f"`{name}` is broken", term.span)
    one = When(integer(1), ((verdict, broken),), ValueType(Kind.INTEGER))
    return Otherwise((one, integer(0)), ValueType(Kind.INTEGER))


def sla_lines(builder: Builder, sla: CheckedSla) -> None:
    """A line per total, 1 if it was kept and 0 if not, and a line per row of a term that fell due."""
    builder.accounts.append(Account(sla.name, "sla", sla.label, "", 0))
    for term in sla.terms:
        name = f"{sla.name}.{term.name}"
        match term:
            case CheckedTotal(party=party, condition=condition):
                builder.read(COMPANY, name)
                verdict = Column((), COMPANY, name, FLAG, None)
                rows = Rows(COMPANY, (), None, False, None, None, None)
                kept = inputs(builder, Scope(COMPANY), (condition,), (), None)
                amount = _one_or_zero(builder, verdict, name, term)
                builder.lines.append(
                    LineRule(sla.name, name, term.label, "party", party, rows, amount, kept, term.span)
                )
            case CheckedTerm():
                _term_lines(builder, sla, name, term)


def _term_lines(builder: Builder, sla: CheckedSla, name: str, term: CheckedTerm) -> None:
    table = term.rows.table
    scope = Scope(table)
    rows = _rows(builder, name, term, None)
    kind = builder.read(table, f"{name} deadline")
    deadline = TraceInput("deadline", Column((), table, f"{name} deadline", kind, None))
    kept = (*inputs(builder, scope, (term.start, term.event), term.rows.link, None), deadline)
    builder.read(table, f"{name} kept")
    amount = _one_or_zero(builder, Column((), table, f"{name} kept", FLAG, None), name, term)
    each = builder.each(term.owner_table)
    builder.lines.append(LineRule(sla.name, name, term.label, each, None, rows, amount, kept, term.span))
    if builder.may_miss(table, term.rows.link):
        missing = IsMissing(builder.link_key(table, term.rows.link, term.rows.span))
        nobody = Rows(table, (), None, False, rows.date, rows.window, both(rows.where, missing))
        builder.list_rows("belongs-to-nobody", f"rows of `{name}` that belong to nobody", nobody, term.span)
