"""SLA: a total is a condition of the company; a term gives each row a deadline, and each owner a share kept."""

from functools import partial

from quotarules.plan.from_checked.arithmetic import aligned, integer
from quotarules.plan.from_checked.builder import Builder, Scope
from quotarules.plan.from_checked.expressions import expression
from quotarules.plan.from_checked.lines import both
from quotarules.plan.from_checked.sla_terms import promise_row
from quotarules.plan.from_checked.trace import inputs
from quotarules.plan.nodes import (
    FLAG,
    Account,
    Aggregate,
    Column,
    Compare,
    Expr,
    IsMissing,
    Kind,
    LineRule,
    Literal,
    Otherwise,
    Rows,
    TraceInput,
    ValueType,
    When,
)
from quotarules.semantics.checked import CheckedSla, CheckedTerm, CheckedTotal
from quotarules.values.period import InPeriod
from quotarules.values.schema import COMPANY


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
    promise_row(builder, name, term)
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
    told = (term.start, term.event, *(() if term.calendar is None else (term.calendar,)))
    kept = (*inputs(builder, scope, told, term.rows.link, None), *_paused(builder, name, term), deadline)
    builder.read(table, f"{name} kept")
    amount = _one_or_zero(builder, Column((), table, f"{name} kept", FLAG, None), name, term)
    each = builder.each(term.owner_table)
    builder.lines.append(LineRule(sla.name, name, term.label, each, None, rows, amount, kept, term.span))
    if builder.may_miss(table, term.rows.link):
        missing = IsMissing(builder.link_key(table, term.rows.link, term.rows.span))
        nobody = Rows(table, (), None, False, rows.date, rows.window, both(rows.where, missing))
        builder.list_rows("belongs-to-nobody", f"rows of `{name}` that belong to nobody", nobody, term.span)


def _paused(builder: Builder, name: str, term: CheckedTerm) -> tuple[TraceInput, ...]:
    if term.pauses is None:
        return ()
    kind = builder.read(term.rows.table, f"{name} paused")
    return (TraceInput("paused", Column((), term.rows.table, f"{name} paused", kind, None)),)
