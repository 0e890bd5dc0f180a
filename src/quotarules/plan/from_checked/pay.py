"""Pay: base, lines behind the gate, and karma exchanged for money once every block has read the balance."""

from functools import partial

from quotarules.plan.from_checked.arithmetic import (
    divided,
    integer,
    larger,
    negated,
    rescaled,
    rounded,
    smaller,
)
from quotarules.plan.from_checked.balances import Block, balance_lines
from quotarules.plan.from_checked.builder import Builder, Scope
from quotarules.plan.from_checked.clawback import clawback_lines, promise_clawbacks
from quotarules.plan.from_checked.due import DuePart
from quotarules.plan.from_checked.expressions import constant, expression
from quotarules.plan.from_checked.history import any_version, by_days, versions_of
from quotarules.plan.from_checked.item_lines import item_lines
from quotarules.plan.from_checked.items import items_of, promise_items
from quotarules.plan.from_checked.karma import balance_type
from quotarules.plan.from_checked.later import later_lines
from quotarules.plan.from_checked.lines import (
    cut,
    line_amount,
    line_rows,
    member,
    ownerless,
    priced,
    promise_member,
)
from quotarules.plan.from_checked.trace import inputs
from quotarules.plan.nodes import (
    FLAG,
    Account,
    Column,
    Expr,
    Kind,
    LineRule,
    MemberRule,
    Rows,
    TraceInput,
    ValueType,
    When,
)
from quotarules.semantics.checked import AllOf, CheckedExchange, CheckedKarma, CheckedLine, CheckedPay, DueLater, Typed
from quotarules.values.schema import TableSpec

ACCOUNT = "pay"


def _block(pay: CheckedPay) -> str:
    return f"pay {pay.name}"


def promise_pay(builder: Builder, pay: CheckedPay) -> None:
    """Who belongs to the block, each part of its gate, and the karma that is taken in exchange."""
    promise_member(builder, pay.table, _block(pay), pay.where)
    versions = versions_of(builder, pay.table)
    if versions is not None:
        value = partial(any_version, builder, versions, pay.where)
        builder.promise(pay.table, _any_name(pay), pay.label, pay.span, value)
    if pay.gate is not None:
        for place, part in enumerate(_gate_parts(pay.gate)):
            value = partial(expression, builder, Scope(pay.table), part)
            builder.promise(pay.table, _gate_name(pay, place), pay.label, part.span, value)
    for exchange in pay.exchanges:
        taken = partial(_taken, builder, pay, exchange)
        builder.promise(pay.table, _taken_name(pay, exchange), exchange.label, exchange.span, taken)
    for line in pay.lines:
        items = items_of(builder, pay, line)
        if items is not None:
            promise_items(builder, items, partial(_gated_amount, builder, pay, line))
            promise_clawbacks(builder, items)


def _any_name(pay: CheckedPay) -> str:
    """The column that tells whether a version of a row passes the block on a day of the period."""
    return f"{_block(pay)} member on a day"


def _anyone(builder: Builder, pay: CheckedPay) -> Expr | None:
    """Whether a row belongs to the block on a day of the period; without a history that is always or never."""
    if versions_of(builder, pay.table) is None:
        return member(builder, pay.table, (), _block(pay), pay.where)
    return Column((), pay.table, _any_name(pay), builder.read(pay.table, _any_name(pay)), None)


def _gate_parts(gate: Typed) -> tuple[Typed, ...]:
    return gate.operands if isinstance(gate, AllOf) else (gate,)


def _gate_name(pay: CheckedPay, place: int) -> str:
    return f"{_block(pay)} gate {place + 1}"


def _taken_name(pay: CheckedPay, exchange: CheckedExchange) -> str:
    return f"{_block(pay)} {exchange.name} taken"


def _gated(builder: Builder, pay: CheckedPay, table: str, path: tuple[str, ...], amount: Expr) -> Expr:
    """An amount that needs the gate open, read on a row whose path leads to the subject."""
    if pay.gate is None:
        return amount
    tests: list[tuple[Expr, int]] = []
    for place, part in enumerate(_gate_parts(pay.gate)):
        name = _gate_name(pay, place)
        reason = builder.reason(f"not `{builder.words(part.span)}`", part.span)
        kind = builder.read(pay.table, name)
        assert kind == FLAG, "a gate is a condition"
        # The row has a subject, or it would write no line: a missing link cannot be the reason here.
        tests.append((builder.reached(table, path, name, kind, part.span), reason))
    return When(amount, tuple(tests), amount.type)


def _karma(builder: Builder, exchange: CheckedExchange) -> CheckedKarma:
    return next(karma for karma in builder.plan.karmas if karma.name == exchange.karma)


def _taken(builder: Builder, pay: CheckedPay, exchange: CheckedExchange) -> Expr:
    """min(balance at least 0, limit / price), cut to the karma's place."""
    karma = _karma(builder, exchange)
    scope = Scope(pay.table)
    balance = Column((), karma.table, karma.name, builder.read(karma.table, karma.name), None)
    taken = larger(balance, integer(0, unit="points"))
    if exchange.limit is not None:
        limit = expression(builder, scope, exchange.limit)
        free = builder.reason(f"`{exchange.name}` has no price", exchange.span)
        taken = smaller(taken, divided(limit, constant(exchange.price), free, "points"))
    points = rescaled(cut(taken, karma.place), karma.place[1])
    return _gated(builder, pay, pay.table, (), points)


def pay_lines(builder: Builder, pay: CheckedPay) -> None:
    """The block's members, its lines in the order of the text, the pair of each exchange, then cap and draw."""
    each = builder.each(pay.table)
    inside = member(builder, pay.table, (), _block(pay), pay.where)
    builder.members.append(MemberRule(_account(pay), each, pay.table, _anyone(builder, pay)))
    if pay.base is not None:
        _line(builder, pay, pay.base, gated=False)
    # What cap and draw work on: every line but the base, each with its amount when it is due.
    due = [part for line in pay.lines for part in _lines(builder, pay, line)]
    due += [_exchange(builder, pay, exchange, inside) for exchange in pay.exchanges]
    if _counted(pay):
        kind = ValueType(Kind.INTEGER, builder.plan.place[1], pay.currency or builder.plan.currency)
        nothing = builder.reason(f"nothing due in `{_block(pay)}`", pay.span)
        balance_lines(Block(builder, pay, _account(pay), kind, _anyone(builder, pay), nothing), tuple(due))


def _counted(pay: CheckedPay) -> bool:
    """Whether a clause of the block works on the sum of what is due."""
    return pay.cap is not None or pay.draw is not None


def _gated_amount(builder: Builder, pay: CheckedPay, line: CheckedLine) -> Expr:
    """The rounded amount of a line for rows, behind the gate."""
    assert line.rows is not None, "the line has rows"
    table, subject = line.rows.table, line.rows.link
    amount = line_amount(builder, Scope(table), line.amount, builder.plan.place, subject)
    return _gated(builder, pay, table, subject, rescaled(amount.rounded, builder.plan.place[1]))


def _lines(builder: Builder, pay: CheckedPay, line: CheckedLine) -> tuple[DuePart, ...]:
    """What a line behind the gate writes, with the lines of what takes it back."""
    items = items_of(builder, pay, line)
    if isinstance(line.paid, DueLater):
        amount = line_amount(builder, Scope(pay.table), line.amount, builder.plan.place, ())
        whole = _gated(builder, pay, pay.table, (), rescaled(amount.rounded, builder.plan.place[1]))
        return later_lines(builder, pay, line, _account(pay), whole)
    if items is None:
        return (_line(builder, pay, line, gated=True),)
    return (item_lines(builder, items, _account(pay)), *clawback_lines(builder, items, _account(pay)))


def _line(builder: Builder, pay: CheckedPay, line: CheckedLine, *, gated: bool) -> DuePart:
    versions = versions_of(builder, pay.table) if line.by_days else None
    if versions is not None:
        return _line_by_days(builder, pay, line, versions, gated=gated)
    table = line.rows.table if line.rows is not None else pay.table
    subject = line.rows.link if line.rows is not None else ()
    scope = Scope(table)
    rows = line_rows(builder, pay.table, line, _block(pay), pay.where)
    amount = line_amount(builder, scope, line.amount, builder.plan.place, subject)
    kept = inputs(builder, scope, (line.amount,), subject, amount.unrounded)
    whole = rescaled(amount.rounded, builder.plan.place[1])
    value = _held(builder, pay, line, table, _gated(builder, pay, table, subject, whole)) if gated else whole
    rule = f"{pay.name}.{line.name}"
    each = builder.each(pay.table)
    builder.lines.append(LineRule(_account(pay), rule, line.label, each, None, rows, value, kept, line.span))
    if line.rows is not None:
        text = f"rows of `{rule}` that belong to nobody"
        builder.list_rows("belongs-to-nobody", text, ownerless(builder, scope, line.rows), line.span)
    return DuePart(rows, value)


def _held(builder: Builder, pay: CheckedPay, line: CheckedLine, table: str, value: Expr) -> Expr:
    """An amount in a column of its own where the block sums up what is due, so that it is worked out once."""
    if not _counted(pay):
        return value
    name = f"{_block(pay)}.{line.name}"
    return Column((), table, name, builder.column(table, name, line.label, line.span, lambda: value), None)


def _line_by_days(builder: Builder, pay: CheckedPay, line: CheckedLine, versions: TableSpec, *, gated: bool) -> DuePart:
    """A line that counts each version of the subject's row for its days, for whoever passes the block on one."""
    exact, kept = by_days(builder, versions, line, pay.where)
    place, mode = builder.plan.place, builder.plan.mode
    whole = rescaled(rounded(exact, place, mode), place[1])
    value = _held(builder, pay, line, pay.table, _gated(builder, pay, pay.table, (), whole)) if gated else whole
    rows = Rows(pay.table, (), None, False, None, None, _anyone(builder, pay))
    each = builder.each(pay.table)
    rule = f"{pay.name}.{line.name}"
    builder.lines.append(LineRule(_account(pay), rule, line.label, each, None, rows, value, kept, line.span))
    return DuePart(rows, value)


def _exchange(builder: Builder, pay: CheckedPay, exchange: CheckedExchange, inside: Expr | None) -> DuePart:
    karma = _karma(builder, exchange)
    each = builder.each(pay.table)
    kind = builder.read(pay.table, _taken_name(pay, exchange))
    taken = Column((), pay.table, _taken_name(pay, exchange), kind, None)
    rows = Rows(pay.table, (), None, False, None, None, inside)
    price = constant(exchange.price)
    money = rescaled(priced(taken, price, builder.plan.place, builder.plan.mode), builder.plan.place[1])
    balance = TraceInput(karma.name, Column((), karma.table, karma.name, balance_type(karma), None))
    limit = () if exchange.limit is None else (exchange.limit,)
    kept = (balance, *inputs(builder, Scope(pay.table), limit, (), None), TraceInput("taken", taken))
    rule, span = f"{pay.name}.{exchange.name}", exchange.span
    builder.lines.append(LineRule(_account(pay), rule, exchange.label, each, None, rows, money, kept, span))
    builder.lines.append(LineRule(karma.name, rule, exchange.label, each, None, rows, negated(taken), kept, span))
    return DuePart(rows, money)


def _account(pay: CheckedPay) -> str:
    return f"{ACCOUNT} {pay.currency}" if pay.currency else ACCOUNT


def pay_accounts(builder: Builder) -> tuple[Account, ...]:
    """The accounts of the pay blocks: one for each currency, that of the plan first."""
    scale = builder.plan.place[1]
    others = sorted({pay.currency for pay in builder.plan.pays} - {""})
    home = (Account(ACCOUNT, "pay", "Pay", builder.plan.currency, scale),)
    extra = tuple(Account(f"{ACCOUNT} {name}", "pay", f"Pay in {name}", name, scale) for name in others)
    return (*(home if any(not pay.currency for pay in builder.plan.pays) else ()), *extra)
