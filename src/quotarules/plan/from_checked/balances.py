"""Cap and draw: what a pay block holds back or lends, worked out from what is due, and the balances that it carries.

Each figure is a column of the block's subjects. A line of pay and the entry in the balance that it moves are a pair; an
entry that moves nothing is not written.
"""

from typing import Literal as Word

from quotarules.diagnostics.source import Span
from quotarules.plan.from_checked.arithmetic import (
    added,
    integer,
    larger,
    multiplied,
    negated,
    rescaled,
    rounded,
    smaller,
)
from quotarules.plan.from_checked.builder import Builder, Scope
from quotarules.plan.from_checked.due import DuePart, due_of
from quotarules.plan.from_checked.expressions import expression
from quotarules.plan.from_checked.lines import both
from quotarules.plan.from_checked.trace import inputs
from quotarules.plan.nodes import (
    Account,
    Column,
    Compare,
    Expr,
    LineRule,
    Opening,
    Or,
    Otherwise,
    PeriodDay,
    Rows,
    TraceInput,
    ValueType,
    When,
)
from quotarules.records import dataclass
from quotarules.semantics.checked import CheckedCap, CheckedDraw, CheckedPay, Money, Quantity, Typed
from quotarules.values.period import PeriodUnit

Named = tuple[str, str]
"""The name and the label of a line."""
Held = tuple[Expr, tuple[TraceInput, ...]]
"""The amount of a line and what it keeps."""


@dataclass(frozen=True, slots=True)
class Block:
    """A pay block under construction: `account` is that of pay, `money` what it pays in, `inside` who is in it."""

    builder: Builder
    pay: CheckedPay
    account: str
    money: ValueType
    inside: Expr | None
    none: int

    @property
    def unit(self) -> PeriodUnit | Word["period"]:
        """The unit at whose end the block pays."""
        return self.pay.every or "period"

    @property
    def zero(self) -> Expr:
        """No money."""
        return rescaled(integer(0, unit=self.money.unit), self.money.scale)


def balance_lines(block: Block, parts: tuple[DuePart, ...]) -> None:
    """What cap and draw make of the due lines of a block, `base` not being among them."""
    pay = block.pay
    due = _column(block, "due", pay.span, due_of(parts, block.money, block.none))
    if pay.cap is not None:
        due = _cap(block, pay.cap, due)
    if pay.draw is not None:
        _draw(block, pay.draw, due)


# --- cap ---------------------------------------------------------------------------------------


def _cap(block: Block, cap: CheckedCap, due: Expr) -> Expr:
    """min(due + carried, what the limit leaves) - due; handed back is what is due after it."""
    limit = left = _limit(block, "cap limit", cap.limit, cap.span)
    kept = [TraceInput("due", due), *_read(block, cap.limit), TraceInput("limit", limit)]
    reached = due
    if cap.over is not None:
        used = _opening(block, "cap used", cap.span)
        left = larger(added((limit, negated(used)), block.money.unit), block.zero)
        kept.append(TraceInput("used before", used))
    # Who has left may still have something due, or carried: the cap holds for it.
    counted = [due]
    if cap.carry:
        carried = _opening(block, "cap", cap.span)
        reached = added((due, carried), block.money.unit)
        kept.append(TraceInput("carried", carried))
        counted.append(carried)
    who = _anyone(block, *counted)
    amount = added((smaller(reached, left), negated(due)), block.money.unit)
    held = _column(block, "cap", cap.span, amount)
    trace = tuple(kept)
    _pay_line(block, ("cap", "Cap"), who, (held, trace), cap.span)
    capped = _column(block, "due under the cap", cap.span, added((due, held), block.money.unit))
    if cap.carry:
        _account(block, "cap", "Carried over the cap")
        _entry(block, "cap", ("cap", "Cap"), who, (negated(held), trace), cap.span)
    if cap.over is not None:
        _used(block, cap, capped, who)
    return capped


def _used(block: Block, cap: CheckedCap, capped: Expr, who: Expr | None) -> None:
    """What was paid under a cap that outlasts the period; its last period clears it, also for those who have left."""
    _account(block, "cap used", "Used of the cap")
    used = _opening(block, "cap used", cap.span)
    kept = (TraceInput("used before", used), TraceInput("due under the cap", capped))
    _entry(block, "cap used", ("used", "Paid under the cap"), who, (capped, kept), cap.span)
    paid = due_of((DuePart(_subjects(block, who), capped),), block.money, block.none)
    whole = _column(block, "cap used in all", cap.span, added((used, paid), block.money.unit))
    assert cap.over is not None, "a cap over more than the period"
    last = Compare("=", PeriodDay("end", block.unit), PeriodDay("end", cap.over))
    rows = _subjects(block, _when_it_pays(block, both(last, _not_nothing(block, whole))))
    label = f"End of the {cap.over}"
    _rule(block, f"{block.pay.name}.cap used", "ends", label, rows, (negated(whole), kept), cap.span)


# --- draw --------------------------------------------------------------------------------------


def _draw(block: Block, draw: CheckedDraw, due: Expr) -> None:
    unit = block.money.unit
    limit = _limit(block, "draw limit", draw.limit, draw.span)
    running = _begins(block, "<=", draw.until)
    upto = _column(block, "draw up to", draw.span, _while(block, limit, block.inside, running))
    at_least_nothing = larger(due, block.zero)
    short = added((upto, negated(due)), unit)
    kept = (TraceInput("due", due), *_read(block, draw.limit), TraceInput("up to", upto))
    drawn = upto
    if draw.advance:
        netted = _column(block, "netted", draw.span, smaller(upto, at_least_nothing))
        _pay_line(block, ("netted", "Draw paid in advance"), block.inside, (negated(netted), kept), draw.span)
    else:
        if draw.way != "loan":
            drawn = _column(block, "draw", draw.span, larger(smaller(upto, short), block.zero))
        _pay_line(block, ("draw", "Draw"), block.inside, (drawn, kept), draw.span)
    if draw.way == "guaranteed":
        return
    _account(block, "draw", "Draw owed")
    _entry(block, "draw", ("draw", "Draw"), block.inside, (drawn, kept), draw.span)
    if draw.advance:
        named = ("netted", "Set off against what is due")
        _entry(block, "draw", named, block.inside, (negated(netted), kept), draw.span)
    above = at_least_nothing if draw.way == "loan" else larger(added((due, negated(upto)), unit), block.zero)
    _recover(block, draw, above, kept)


def _recover(block: Block, draw: CheckedDraw, above: Expr, kept: tuple[TraceInput, ...]) -> None:
    """What pays the debt back, and what becomes of the debt at the end."""
    owed = _opening(block, "draw", draw.span)
    most = above if draw.recover is None else _portion(block, draw.recover, above)
    begun = _begins(block, ">=", draw.recover_from)
    running = _begins(block, "<=", draw.until) if draw.forgiven else None
    amount = _while(block, smaller(owed, most), begun, running)
    recovered = _column(block, "recovery", draw.span, amount)
    options = tuple(part for part in (draw.recover, draw.recover_from) if part is not None)
    trace = (TraceInput("owed", owed), *kept, *_read(block, *options))
    # Who has left draws nothing, and still pays back out of what is due.
    who, named = _anyone(block, owed), ("recovery", "Draw recovered")
    _pay_line(block, named, who, (negated(recovered), trace), draw.span)
    _entry(block, "draw", named, who, (negated(recovered), trace), draw.span)
    if draw.forgiven:
        ended = _begins(block, ">", draw.until)
        rows = _subjects(block, _when_it_pays(block, both(ended, _not_nothing(block, owed))))
        account = f"{block.pay.name}.draw"
        _rule(block, account, "forgiven", "Draw forgiven", rows, (negated(owed), trace[:1]), draw.span)


def _portion(block: Block, recover: Typed, above: Expr) -> Expr:
    """A part of what is above the draw, or money of it, rounded as a line and at least nothing."""
    plan = block.builder.plan
    said = expression(block.builder, Scope(block.pay.table), recover)
    of_money = isinstance(recover.type, Quantity) and isinstance(recover.type.unit, Money)
    exact = said if of_money else multiplied(above, said, block.money.unit)
    whole = rescaled(rounded(exact, plan.place, plan.mode), block.money.scale)
    return smaller(above, larger(whole, block.zero))


def _begins(block: Block, operator: Word["<=", ">=", ">"], day: Typed | None) -> Expr | None:
    """Whether what is paid for begins on a side of a day; None where the text names no day."""
    if day is None:
        return None
    when = expression(block.builder, Scope(block.pay.table), day)
    return Compare(operator, PeriodDay("start", block.unit), when)


def _while(block: Block, value: Expr, *conditions: Expr | None) -> Expr:
    """The value while all conditions hold, and nothing otherwise."""
    tests = tuple((test, block.none) for test in conditions if test is not None)
    return Otherwise((When(value, tests, block.money), block.zero), block.money) if tests else value


# --- columns, lines and entries ------------------------------------------------------------------


def _column(block: Block, name: str, span: Span, value: Expr) -> Expr:
    """A column of the block's subjects."""
    full = f"pay {block.pay.name} {name}"
    kind = block.builder.column(block.pay.table, full, block.pay.label, span, lambda: value)
    return Column((), block.pay.table, full, kind, None)


def _limit(block: Block, name: str, typed: Typed, span: Span) -> Expr:
    """An amount of the text, rounded as a line and at least nothing."""
    plan = block.builder.plan
    amount = expression(block.builder, Scope(block.pay.table), typed)
    whole = rescaled(rounded(amount, plan.place, plan.mode), block.money.scale)
    return _column(block, name, span, larger(whole, block.zero))


def _opening(block: Block, clause: str, span: Span) -> Expr:
    """What a balance of the block stood at before; nothing where there is none."""
    account = f"{block.pay.name}.{clause}"
    none = block.builder.reason(f"no `{account}` balance yet", span)
    held = Otherwise((Opening(account, block.money, none), block.zero), block.money)
    return _column(block, f"{clause} opening", span, held)


def _read(block: Block, *said: Typed) -> tuple[TraceInput, ...]:
    return inputs(block.builder, Scope(block.pay.table), said, (), None)


def _not_nothing(block: Block, amount: Expr) -> Expr:
    return Compare("!=", amount, block.zero)


def _subjects(block: Block, where: Expr | None) -> Rows:
    return Rows(block.pay.table, (), None, False, None, None, where)


def _anyone(block: Block, *amounts: Expr) -> Expr | None:
    """Who is in the block, or has one of the amounts, whenever it pays; None for everybody."""
    if block.inside is None:
        return None
    return _when_it_pays(block, Or((block.inside, *(_not_nothing(block, amount) for amount in amounts))))


def _when_it_pays(block: Block, who: Expr | None) -> Expr | None:
    """Those people in the periods in which the block pays: in others its balances stay as they are."""
    if block.pay.every is None:
        return who
    return both(Compare("=", PeriodDay("end", "period"), PeriodDay("end", block.pay.every)), who)


def _pay_line(block: Block, named: Named, who: Expr | None, held: Held, span: Span) -> None:
    """A line of pay for everybody whom it concerns, also one of nothing: it explains itself."""
    _rule(block, block.account, *named, _subjects(block, who), held, span)


def _entry(block: Block, clause: str, named: Named, who: Expr | None, held: Held, span: Span) -> None:
    """What a line moves in a balance of the block."""
    rows = _subjects(block, both(who, _not_nothing(block, held[0])))
    _rule(block, f"{block.pay.name}.{clause}", *named, rows, held, span)


def _rule(block: Block, account: str, name: str, label: str, rows: Rows, held: Held, span: Span) -> None:
    amount, kept = held
    each = block.builder.each(block.pay.table)
    rule = LineRule(account, f"{block.pay.name}.{name}", label, each, None, rows, amount, kept, span)
    block.builder.lines.append(rule)


def _account(block: Block, clause: str, label: str) -> None:
    """A balance of the block; where blocks have the same one, its label says whose it is."""
    pays = block.builder.plan.pays
    alike = [pay for pay in pays if (pay.cap is not None if clause != "draw" else pay.draw is not None)]
    shown = f"{label} ({block.pay.label})" if len(alike) > 1 else label
    name = f"{block.pay.name}.{clause}"
    block.builder.accounts.append(Account(name, "carry", shown, block.money.unit, block.money.scale))
