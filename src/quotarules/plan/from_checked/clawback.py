"""Clawbacks: what a row earned is taken back, never more than is there, in the way that the rule names.

They follow this period's earning and payment. Several rows that take back one row come in (date, key) order: the k-th
takes what the first k together may take less what the first k - 1 together may take.
"""

from collections.abc import Callable

from quotarules.plan.from_checked.arithmetic import (
    added,
    divided,
    integer,
    larger,
    multiplied,
    negated,
    rescaled,
    smaller,
)
from quotarules.plan.from_checked.arithmetic import rounded as to_place
from quotarules.plan.from_checked.builder import Builder, Scope
from quotarules.plan.from_checked.due import DuePart
from quotarules.plan.from_checked.expressions import day_of, expression
from quotarules.plan.from_checked.item_lines import Head, entry_rule
from quotarules.plan.from_checked.items import Items, between_nought, in_period, item, none_of, nought, or_nought
from quotarules.plan.from_checked.lines import both, member_on_row, ownerless
from quotarules.plan.from_checked.trace import inputs
from quotarules.plan.nodes import (
    FLAG,
    Aggregate,
    Column,
    Compare,
    DaysBetween,
    DueOnly,
    Expr,
    IsMissing,
    Kind,
    LineRule,
    Literal,
    MonthsBetween,
    Not,
    Or,
    Rows,
    TraceInput,
    ValueType,
    When,
)
from quotarules.semantics.checked import CheckedClawback, ProrataWay
from quotarules.values.period import Ever, InPeriod


def promise_clawbacks(builder: Builder, items: Items) -> None:
    """For each clawback of a line: what its rows want, take and give back; and what is then left of the line's rows."""
    table, span, label = items.rows.table, items.line.span, items.line.label

    def original() -> Expr:
        earned = item(builder, items, "earned")
        if not items.in_parts:
            return earned
        return added((earned, item(builder, items, "taken back before")), items.kind.unit)

    builder.promise(table, f"{items.rule} original", label, span, original)
    for place, clawback in enumerate(items.clawbacks):
        _promise_clawback(builder, items, clawback, place)


def _left(items: Items, place: int, what: str) -> str:
    """The column of what is left before the clawback at that place."""
    return what if place == 0 else f"{what} after {items.clawbacks[place - 1].name}"


def _rule(items: Items, clawback: CheckedClawback) -> str:
    return f"{items.pay.name}.{clawback.name}"


def _own(builder: Builder, items: Items, clawback: CheckedClawback, what: str) -> Column:
    """A column of the clawback's rows."""
    table, name = clawback.rows.table, f"{_rule(items, clawback)} {what}"
    return Column((), table, name, builder.read(table, name), None)


def _of_row(builder: Builder, items: Items, clawback: CheckedClawback, what: str) -> Column:
    """A column of the line's row that a row of the clawback leads to."""
    name = f"{items.rule} {what}"
    kind = builder.read(items.rows.table, name)
    return builder.reached(clawback.rows.table, clawback.path, name, kind, clawback.span)


def _promise_clawback(builder: Builder, items: Items, clawback: CheckedClawback, place: int) -> None:
    none = none_of(builder, items)

    def promise(table: str, name: str, value: Callable[[], Expr]) -> None:
        builder.promise(table, name, clawback.label, clawback.span, value)

    def own(what: str) -> Column:
        return _own(builder, items, clawback, what)

    def of_row(what: str) -> Column:
        return _of_row(builder, items, clawback, what)

    def less(whole: Expr, part: Expr) -> Expr:
        return added((whole, negated(part)), items.kind.unit)

    def rest_of(whole: str, taken: str) -> Expr:
        # No more is taken than is there, which the range of a sum does not show.
        held = item(builder, items, whole)
        return between_nought(items, less(held, item(builder, items, taken)), held)

    table, rule = clawback.rows.table, _rule(items, clawback)
    earned = _left(items, place, "earned")
    promise(table, f"{rule} taken", lambda: in_period(builder, clawback.rows)[1])
    promise(table, f"{rule} wants", lambda: _wants(builder, items, clawback, earned))
    promise(
        table, f"{rule} reaches from", lambda: between_nought(items, _before(builder, items, clawback), of_row(earned))
    )
    promise(
        table,
        f"{rule} reaches",
        lambda: between_nought(
            items, added((_before(builder, items, clawback), own("wants")), items.kind.unit), of_row(earned)
        ),
    )
    promise(table, f"{rule} takes", lambda: less(own("reaches"), own("reaches from")))
    unpaid = None if items.line.paid is None else _left(items, place, "unpaid")
    promise(table, f"{rule} gives back", lambda: _back(builder, items, clawback, (earned, unpaid)))
    own_table, own_rule = items.rows.table, items.rule
    promise(own_table, f"{own_rule} to {clawback.name}", lambda: _summed(builder, items, clawback, own("takes"), none))
    promise(
        own_table,
        f"{own_rule} earned after {clawback.name}",
        lambda: rest_of(earned, f"to {clawback.name}"),
    )
    if unpaid is None:
        return
    promise(
        table, f"{rule} cancels", lambda: less(own("takes"), _paid_part(builder, items, clawback, (earned, unpaid)))
    )
    promise(
        own_table,
        f"{own_rule} unpaid to {clawback.name}",
        lambda: _summed(builder, items, clawback, own("cancels"), none),
    )
    promise(
        own_table,
        f"{own_rule} unpaid after {clawback.name}",
        lambda: rest_of(unpaid, f"unpaid to {clawback.name}"),
    )


def _placed(builder: Builder, items: Items, value: Expr) -> Expr:
    return rescaled(to_place(value, builder.plan.place, builder.plan.mode), items.kind.scale)


def _wants(builder: Builder, items: Items, clawback: CheckedClawback, earned: str) -> Expr:
    """What the row would take if nothing else were taken: its part of what was earned at first."""
    if clawback.part is None:
        return _of_row(builder, items, clawback, earned)
    part = expression(builder, Scope(clawback.rows.table), clawback.part)
    if not isinstance(part, Literal):
        # Less than nothing is not taken back, or it would give back what other rows take.
        part = larger(part, integer(0, unit=part.type.unit))
    whole = _of_row(builder, items, clawback, "original")
    return _placed(builder, items, multiplied(part, whole, items.kind.unit))


def _counted(builder: Builder, items: Items, clawback: CheckedClawback, value: Expr) -> Expr:
    """A value of a row of the clawback if the row counts in the period, and does not wait."""
    none = none_of(builder, items)
    taken = _own(builder, items, clawback, "taken")
    assert taken.type == FLAG, "a test"
    return DueOnly(When(value, ((taken, none),), items.kind), none, items.kind)


def _before(builder: Builder, items: Items, clawback: CheckedClawback) -> Expr:
    """What the clawback's earlier rows of the period want of the same row of the line."""
    if not clawback.path:
        return nought(items)
    rows, _ = in_period(builder, clawback.rows)
    earlier = Rows(rows.table, clawback.path, clawback.path, True, rows.date, Ever(), None)
    wanted = _counted(builder, items, clawback, _own(builder, items, clawback, "wants"))
    return Aggregate("sum", earlier, wanted, none_of(builder, items), items.kind)


def _summed(builder: Builder, items: Items, clawback: CheckedClawback, value: Expr, none: int) -> Expr:
    """What all rows of the clawback take of one row of the line in this period."""
    counted = _counted(builder, items, clawback, value)
    if not clawback.path:
        return or_nought(items, counted)
    rows, _ = in_period(builder, clawback.rows)
    of_row = Rows(rows.table, clawback.path, (), False, rows.date, InPeriod(), None)
    return Aggregate("sum", of_row, counted, none, items.kind)


def _share_of_paid(builder: Builder, items: Items, clawback: CheckedClawback, ends: tuple[str, str | None]) -> Expr:
    """What of a row's taking was paid before, where paid and unpaid are taken alike."""
    earned, unpaid = ends
    if unpaid is None:
        return _own(builder, items, clawback, "takes")
    whole, open_ = (_of_row(builder, items, clawback, what) for what in (earned, unpaid))
    paid = added((whole, negated(open_)), items.kind.unit)
    return _between(builder, items, clawback, (paid, whole), paid)


def _between(builder: Builder, items: Items, clawback: CheckedClawback, share: tuple[Expr, Expr], most: Expr) -> Expr:
    """What a row's taking moves an amount by that follows it as `share[0]` to `share[1]`, within 0 and `most`."""
    part, whole = share
    zero, unit = none_of(builder, items), items.kind.unit

    def at(what: str) -> Expr:
        end = _own(builder, items, clawback, what)
        # The bound never cuts where `most` is the part; it keeps the range small.
        return between_nought(
            items, _placed(builder, items, divided(multiplied(part, end, unit), whole, zero, unit)), most
        )

    return added((at("reaches"), negated(at("reaches from"))), unit)


def _paid_part(builder: Builder, items: Items, clawback: CheckedClawback, ends: tuple[str, str | None]) -> Expr:
    """What of a row's taking comes off what was paid; the rest comes off what is not yet due."""
    if clawback.way != "unpaid first" or ends[1] is None:
        return _share_of_paid(builder, items, clawback, ends)
    open_ = _of_row(builder, items, clawback, ends[1])
    upto, since = (
        between_nought(items, end, open_)
        for end in (_own(builder, items, clawback, what) for what in ("reaches", "reaches from"))
    )
    takes = _own(builder, items, clawback, "takes")
    return added((takes, negated(upto), since), items.kind.unit)


def _back(builder: Builder, items: Items, clawback: CheckedClawback, ends: tuple[str, str | None]) -> Expr:
    """What the subject gives back of what was paid."""
    if clawback.way == "at rate":
        return _at_rate(builder, items, clawback, ends)
    part = _paid_part(builder, items, clawback, ends)
    if not isinstance(clawback.way, ProrataWay):
        return part
    scope = Scope(clawback.rows.table)
    assert clawback.rows.date is not None, "the rows are dated"
    start = day_of(expression(builder, scope, clawback.way.start))
    end = day_of(expression(builder, scope, clawback.rows.date))
    count = ValueType(Kind.INTEGER)
    passed = MonthsBetween(start, end, count) if clawback.way.unit == "months" else DaysBetween(start, end, count)
    span = integer(clawback.way.count)
    rest = smaller(larger(added((span, negated(passed)), ""), integer(0)), span)
    none = none_of(builder, items)
    return _placed(builder, items, divided(multiplied(part, rest, items.kind.unit), span, none, items.kind.unit))


def _at_rate(builder: Builder, items: Items, clawback: CheckedClawback, ends: tuple[str, str | None]) -> Expr:
    """The same share of what the line came to without its limits, never more than was paid."""
    earned, unpaid = ends
    whole, rated, paid = (_of_row(builder, items, clawback, what) for what in ("original", "rated", earned))
    was_paid: Expr = paid
    if unpaid is not None:
        was_paid = added((paid, negated(_of_row(builder, items, clawback, unpaid))), items.kind.unit)
    return _between(builder, items, clawback, (rated, whole), was_paid)


def clawback_lines(builder: Builder, items: Items, account: str) -> tuple[DuePart, ...]:
    """The line of pay of each clawback, and what it takes off the items of the rows."""
    due: list[DuePart] = []
    for place, clawback in enumerate(items.clawbacks):
        due.append(_line(builder, items, clawback, place, account))
        name, head = clawback.name, Head(_rule(items, clawback), clawback.label, clawback.span)
        taken = item(builder, items, f"to {name}")
        builder.lines.append(entry_rule(builder, items, "earned", head, negated(taken)))
        if items.in_parts:
            builder.lines.append(entry_rule(builder, items, "taken back", head, taken))
        if items.line.paid is not None:
            off = negated(item(builder, items, f"unpaid to {name}"))
            builder.lines.append(entry_rule(builder, items, "unpaid", head, off))
    return tuple(due)


def _line(builder: Builder, items: Items, clawback: CheckedClawback, place: int, account: str) -> DuePart:
    scope, rule = Scope(clawback.rows.table), _rule(items, clawback)
    rows, _ = in_period(builder, clawback.rows)
    left = _of_row(builder, items, clawback, _left(items, place, "earned"))
    # Who is not in the block and earned nothing there has nothing to read about it.
    inside = member_on_row(builder, items.pay.table, clawback.rows, f"pay {items.pay.name}", items.pay.where)
    concerned = None if inside is None else Or((inside, Not(IsMissing(left))))
    own = Rows(rows.table, rows.link, None, False, rows.date, rows.window, both(rows.where, concerned))
    reason = builder.reason(f"nothing of `{items.rule}` is left to take back", clawback.span)
    back = negated(_own(builder, items, clawback, "gives back"))
    amount = When(back, ((Compare("!=", left, nought(items)), reason),), items.kind)
    unpaid: tuple[TraceInput, ...] = ()
    if items.line.paid is not None:
        unpaid = (TraceInput("not yet due", _of_row(builder, items, clawback, _left(items, place, "unpaid"))),)
    written = (clawback.part,) if clawback.part is not None else ()
    kept = (
        TraceInput("earned", left),
        *unpaid,
        *inputs(builder, scope, written, clawback.rows.link, None),
        TraceInput("taken back", _own(builder, items, clawback, "takes")),
        TraceInput("of what was paid", _own(builder, items, clawback, "gives back")),
    )
    each = builder.each(items.pay.table)
    builder.lines.append(LineRule(account, rule, clawback.label, each, None, own, amount, kept, clawback.span))
    text = f"rows of `{rule}` that belong to nobody"
    builder.list_rows("belongs-to-nobody", text, ownerless(builder, scope, clawback.rows), clawback.span)
    return DuePart(own, amount)
