"""Lines of pay whose rows are followed: what is due of each row, and the entries of its item accounts."""

from quotarules.diagnostics.source import Span
from quotarules.plan.from_checked.arithmetic import negated
from quotarules.plan.from_checked.builder import Builder, Scope
from quotarules.plan.from_checked.due import DuePart
from quotarules.plan.from_checked.expressions import plan_rows
from quotarules.plan.from_checked.items import Items, item, none_of, nought
from quotarules.plan.from_checked.lines import both, line_amount, member_on_row, ownerless
from quotarules.plan.from_checked.trace import inputs
from quotarules.plan.nodes import (
    Account,
    And,
    Compare,
    DueOnly,
    Expr,
    IsMissing,
    LineRule,
    Not,
    Or,
    Otherwise,
    Rows,
    TraceInput,
    When,
)
from quotarules.records import dataclass


def item_accounts(items: Items) -> tuple[Account, ...]:
    """The accounts of a line, each with a balance for each row."""
    label, unit, scale = items.line.label, items.kind.unit, items.kind.scale
    named = [("earned", f"{label}: earned")]
    if items.line.paid is not None:
        named.append(("unpaid", f"{label}: not yet due"))
    if items.rated:
        named.append(("rated", f"{label}: without limits"))
    if items.in_parts:
        named.append(("taken back", f"{label}: taken back"))
    return tuple(Account(items.account(what), "item", words, unit, scale) for what, words in named)


@dataclass(frozen=True, slots=True)
class Head:
    """How an entry is called, and the clause that it follows."""

    rule: str
    label: str
    span: Span


def entry_rule(
    builder: Builder, items: Items, account: str, head: Head, amount: Expr, kept: tuple[TraceInput, ...] = ()
) -> LineRule:
    """An entry of an item account for each row of the line that the amount moves."""
    sure = DueOnly(amount, none_of(builder, items), items.kind)
    moved = Compare("!=", sure, nought(items))
    rows = Rows(items.rows.table, items.rows.link, None, False, None, None, moved)
    each = builder.each(items.pay.table)
    return LineRule(items.account(account), head.rule, head.label, each, None, rows, amount, kept, head.span)


def item_lines(builder: Builder, items: Items, account: str) -> DuePart:
    """The line of pay, and the entries that it makes."""
    scope, line = Scope(items.rows.table), items.line
    amount = line_amount(builder, scope, line.amount, builder.plan.place, items.rows.link)
    kept = inputs(builder, scope, (line.amount,), items.rows.link, amount.unrounded)
    builder.accounts.extend(item_accounts(items))
    each = builder.each(items.pay.table)
    rows, value, traced = _own_rows(builder, items), _once(builder, items), kept
    if line.paid is not None:
        rows, value = _due_rows(builder, items), _due_amount(builder, items)
        # Names of two words, which no measure of the rules can have.
        named = (("earned", "earned by now"), ("share", "share due"), ("paid before", "paid before"))
        traced = tuple(TraceInput(said, item(builder, items, what)) for what, said in named)
    builder.lines.append(LineRule(account, items.rule, line.label, each, None, rows, value, traced, line.span))
    head = Head(items.rule, line.label, line.span)
    now = item(builder, items, "earned now")
    builder.lines.append(entry_rule(builder, items, "earned", head, now, kept))
    if line.paid is not None:
        due = item(builder, items, "due")
        builder.lines.append(entry_rule(builder, items, "unpaid", head, now))
        gone = negated(DueOnly(due, none_of(builder, items), items.kind))
        builder.lines.append(
            entry_rule(builder, items, "unpaid", Head(f"{items.rule}.due", "Due now", line.span), gone)
        )
    if items.rated:
        rated = item(builder, items, "rated now")
        builder.lines.append(entry_rule(builder, items, "rated", head, rated))
    text = f"rows of `{items.rule}` that belong to nobody"
    builder.list_rows("belongs-to-nobody", text, ownerless(builder, scope, items.rows), line.span)
    return DuePart(rows, value)


def _own_rows(builder: Builder, items: Items) -> Rows:
    """The rows of the line in the period, of those who pass the block."""
    rows = plan_rows(builder, Scope(items.rows.table), items.rows)
    inside = member_on_row(builder, items.pay.table, items.rows, f"pay {items.pay.name}", items.pay.where)
    return Rows(rows.table, rows.link, None, False, rows.date, rows.window, both(inside, rows.where))


def _once(builder: Builder, items: Items) -> Expr:
    """The amount of a line that is paid at once, unless its row was paid in a period before."""
    reason = builder.reason(f"`{items.rule}` was paid for it before", items.line.span)
    return When(
        item(builder, items, "amount"), ((IsMissing(item(builder, items, "earned before")), reason),), items.kind
    )


def _due_rows(builder: Builder, items: Items) -> Rows:
    """The rows that earn in this period, and those of which a part falls due that was earned before."""
    before = Not(IsMissing(item(builder, items, "earned before")))
    moved = Compare("!=", item(builder, items, "due"), nought(items))
    where = Or((item(builder, items, "taken"), And((before, moved))))
    return Rows(items.rows.table, items.rows.link, None, False, None, None, where)


def _due_amount(builder: Builder, items: Items) -> Expr:
    """What is due of a row: the part of what it earned before, or the first part of what it earns now.

    A row that earns now says why it earns nothing, or why it waits.
    """
    none = none_of(builder, items)
    before = ((Not(IsMissing(item(builder, items, "earned before"))), none),)
    due = When(item(builder, items, "due"), before, items.kind)
    return Otherwise((due, item(builder, items, "first due")), items.kind)
