"""What a row of pay earned and what of it is due by now: items that are carried from period to period, row by row.

For a line L of a block B the accounts are `B.L earned` (earned and not taken back) and, if it is paid in parts,
`B.L unpaid` (earned and not yet due). What was paid is the first less the second. With a clawback `prorata`
the earned account falls by the whole amount that is taken back, though only a part of it is given back.
"""

from collections.abc import Callable
from typing import assert_never

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
from quotarules.plan.from_checked.expressions import day_of, expression, plan_rows
from quotarules.plan.from_checked.lines import both, line_amount, member_on_row
from quotarules.plan.nodes import (
    And,
    Column,
    Compare,
    DueOnly,
    Expr,
    IsMissing,
    Kind,
    Literal,
    MonthsBetween,
    Not,
    Opening,
    Otherwise,
    PeriodDay,
    Rows,
    ValueType,
    Wait,
    When,
)
from quotarules.records import dataclass
from quotarules.semantics import checked
from quotarules.semantics.checked import CheckedClawback, CheckedLine, CheckedPay, CheckedRows, Typed
from quotarules.values.rounding import RoundingMode


@dataclass(frozen=True, slots=True)
class Items:
    """A line of pay whose rows are followed: its rule, the table and link of its rows, and what takes it back."""

    pay: CheckedPay
    line: CheckedLine
    rows: CheckedRows
    clawbacks: tuple[CheckedClawback, ...]
    kind: ValueType

    @property
    def rule(self) -> str:
        """The name of the line's rule, which the accounts and columns are named after."""
        return f"{self.pay.name}.{self.line.name}"

    @property
    def rated(self) -> bool:
        """Whether what the line came to without its outer limits is kept as well."""
        return any(clawback.way == "at rate" for clawback in self.clawbacks)

    @property
    def in_parts(self) -> bool:
        """Whether a clawback takes less than all, so that what was taken back before is kept as well."""
        return any(clawback.part is not None for clawback in self.clawbacks)

    def account(self, what: str) -> str:
        """The name of an account of the line."""
        return f"{self.rule} {what}"


def items_of(builder: Builder, pay: CheckedPay, line: CheckedLine) -> Items | None:
    """What is kept of a line, or None if it is paid at once and never taken back."""
    clawbacks = tuple(clawback for clawback in pay.clawbacks if clawback.line == line.name)
    if line.rows is None or (line.paid is None and not clawbacks):
        return None
    kind = ValueType(Kind.INTEGER, builder.plan.place[1], pay.currency or builder.plan.currency)
    return Items(pay, line, line.rows, clawbacks, kind)


def none_of(builder: Builder, items: Items) -> int:
    """The reason why a row without an item has no value."""
    return builder.reason(f"nothing was earned by `{items.rule}`", items.line.span)


def nought(items: Items) -> Expr:
    """No money."""
    return rescaled(integer(0, unit=items.kind.unit), items.kind.scale)


def or_nought(items: Items, value: Expr) -> Expr:
    """The value, or no money where there is none."""
    return Otherwise((value, nought(items)), items.kind)


def between_nought(items: Items, value: Expr, end: Expr) -> Expr:
    """The value kept between 0 and `end`, which may be negative."""
    return larger(smaller(value, larger(end, nought(items))), smaller(end, nought(items)))


def in_period(builder: Builder, rows: CheckedRows) -> tuple[Rows, Expr]:
    """The rows of a clause, and the test whether a row is one of them in this period."""
    found = plan_rows(builder, Scope(rows.table), rows)
    assert found.date is not None, "the rows are dated"
    first = Compare(">=", found.date, PeriodDay("start", "period"))
    last = Compare("<=", found.date, PeriodDay("end", "period"))
    parts: tuple[Expr, ...] = (first, last)
    if not (isinstance(found.date, Column) and found.date.reason is None):
        # A row without a date has not happened yet, also where nobody can tell whose it would be.
        parts = (Not(IsMissing(found.date)), *parts)
    return found, And(parts if found.where is None else (*parts, found.where))


def item(builder: Builder, items: Items, what: str) -> Column:
    """A column of the line's own table, built before whoever reads it."""
    name = f"{items.rule} {what}"
    return Column((), items.rows.table, name, builder.read(items.rows.table, name), None)


def promise_items(builder: Builder, items: Items, amount: Callable[[], Expr]) -> None:
    """The columns of a line's rows: what was earned, what is due, what is left; `amount` is gated and rounded."""
    none = none_of(builder, items)

    def promise(what: str, value: Callable[[], Expr]) -> None:
        builder.promise(items.rows.table, f"{items.rule} {what}", items.line.label, items.line.span, value)

    def own(what: str) -> Column:
        return item(builder, items, what)

    def opening(what: str) -> Opening:
        return Opening(items.account(what), items.kind, none, items.rows.link)

    def now(value: Expr) -> Expr:
        fresh = ((own("taken"), none), (IsMissing(own("earned before")), none))
        return DueOnly(When(value, fresh, items.kind), none, items.kind)

    promise("taken", lambda: _taken(builder, items))
    promise("amount", amount)
    promise("earned before", lambda: opening("earned"))
    promise("earned now", lambda: now(own("amount")))
    promise("earned", lambda: Otherwise((own("earned before"), own("earned now")), items.kind))
    if items.rated:
        promise("rated now", lambda: now(_rate(builder, items)))
        promise("rated", lambda: Otherwise((opening("rated"), own("rated now")), items.kind))
    if items.in_parts:
        promise("taken back before", lambda: or_nought(items, opening("taken back")))
    paid = items.line.paid
    if paid is None:
        promise("due", lambda: own("earned now"))
        return
    promise("unpaid before", lambda: or_nought(items, opening("unpaid")))
    promise("paid before", lambda: or_nought(items, _less(items, own("earned before"), own("unpaid before"))))
    promise("share", lambda: _share(builder, items, paid))
    promise("due", lambda: _due(builder, items))
    promise("unpaid", lambda: _less(items, _open(builder, items), or_nought(items, _surely(builder, items, "due"))))
    promise("first due", lambda: _first_due(builder, items))


def _taken(builder: Builder, items: Items) -> Expr:
    inside = member_on_row(builder, items.pay.table, items.rows, f"pay {items.pay.name}", items.pay.where)
    whole = both(inside, in_period(builder, items.rows)[1])
    assert whole is not None, "a test by date"
    return whole


def _rate(builder: Builder, items: Items) -> Expr:
    """What the row came to without the limits around it, where it earned something."""
    scope, subject = Scope(items.rows.table), items.rows.link
    rate = line_amount(builder, scope, without_limits(items.line.amount), builder.plan.place, subject)
    tests = ((Not(IsMissing(item(builder, items, "earned now"))), none_of(builder, items)),)
    return When(rescaled(rate.rounded, items.kind.scale), tests, items.kind)


def _less(items: Items, whole: Expr, part: Expr) -> Expr:
    return added((whole, negated(part)), items.kind.unit)


def _surely(builder: Builder, items: Items, what: str) -> Expr:
    """A column without its waiting: what waits touches no balance."""
    return DueOnly(item(builder, items, what), none_of(builder, items), items.kind)


def _open(builder: Builder, items: Items) -> Expr:
    """What was not yet paid before this period's parts."""
    fresh = or_nought(items, item(builder, items, "earned now"))
    return added((item(builder, items, "unpaid before"), fresh), items.kind.unit)


def _placed(builder: Builder, items: Items, whole: Expr, part: Expr) -> Expr:
    """A part of an amount, rounded as a line."""
    value = multiplied(whole, part, items.kind.unit)
    placed = rescaled(to_place(value, builder.plan.place, builder.plan.mode), items.kind.scale)
    # A share lies between 0 and 1, which the range of a quotient does not show; what follows would seem too wide.
    return between_nought(items, placed, whole) if part.type.kind is Kind.RATIO else placed


def _due(builder: Builder, items: Items) -> Expr:
    """The part of what was earned that is due by now, less what was paid before."""
    reached = _placed(builder, items, item(builder, items, "earned"), item(builder, items, "share"))
    due = _less(items, reached, item(builder, items, "paid before"))
    if all(clawback.way != "unpaid first" for clawback in items.clawbacks):
        return due
    # What was taken off the parts to come is not asked back from those that were paid.
    return between_nought(items, due, _open(builder, items))


def _first_due(builder: Builder, items: Items) -> Expr:
    """The part of what a row earns now; a row that earns nothing says why, also where the part waits."""
    amount = item(builder, items, "amount")
    placed = _placed(builder, items, amount, item(builder, items, "share"))
    earns = ((Not(IsMissing(amount)), none_of(builder, items)),)
    return Otherwise((When(placed, earns, items.kind), amount), items.kind)


def _share(builder: Builder, items: Items, paid: checked.DueSchedule) -> Expr:
    """Which part is due by the last day of the period: an INTEGER or a RATIO from 0 to 1."""
    scope = Scope(items.rows.table)
    none = none_of(builder, items)
    match paid:
        case checked.DueParts(parts):
            scale = max(part.scale for part in parts)
            terms = tuple(_reached(builder, scope, part, scale, none) for part in parts)
            return added(terms, "%")
        case checked.DueSteps(count, months, start):
            day = day_of(expression(builder, scope, start))
            begun = Compare("<=", day, PeriodDay("end", "period"))
            passed: Expr = MonthsBetween(day, PeriodDay("end", "period"), ValueType(Kind.INTEGER))
            if months > 1:
                passed = to_place(divided(passed, integer(months), none, ""), (1, 0), RoundingMode.DOWN)
            reached = smaller(added((passed, integer(1)), ""), integer(count))
            steps = Otherwise((When(reached, ((begun, none),), reached.type), integer(0)), reached.type)
            return divided(steps, integer(count), none, "%")
        case checked.DueShare(share):
            words = builder.reason(f"`{builder.words(share.span)}` has no value", share.span, waiting=True)
            found = expression(builder, scope, share)
            kept = larger(smaller(found, integer(1, unit=found.type.unit)), integer(0, unit=found.type.unit))
            return Otherwise((kept, Wait(words, kept.type)), kept.type)
        case checked.DueLater():
            raise AssertionError("rows are paid by their own days")
        case _:
            assert_never(paid)


def _reached(builder: Builder, scope: Scope, part: checked.DuePart, scale: int, none: int) -> Expr:
    """A part's share of one if its day has come, else 0; also where there is no day."""
    value = Literal(part.digits * 10 ** (scale - part.scale), ValueType(Kind.INTEGER, scale, "%"))
    day = day_of(expression(builder, scope, part.date))
    come = Compare("<=", day, PeriodDay("end", "period"))
    return Otherwise((When(value, ((come, none),), value.type), Literal(0, value.type)), value.type)


def without_limits(typed: Typed) -> Typed:
    """An amount without the limits that stand around all of it."""
    match typed:
        case checked.Clamp(operand):
            return without_limits(operand)
        case checked.WhenTrue(value, condition, kind, span):
            return checked.WhenTrue(without_limits(value), condition, kind, span)
        case _:
            return typed
