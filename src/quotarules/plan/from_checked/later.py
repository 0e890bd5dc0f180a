"""What a line without rows earns in a period and pays in later ones: a balance for each period that is still to come.

For a line L of a block B the account `B.L in N` holds what is due N periods from now. From period to period each takes
over what the next one held, and what was due in one period is paid.
"""

from dataclasses import replace

from quotarules.plan.from_checked.arithmetic import added, divided, integer, multiplied, negated, rescaled, rounded
from quotarules.plan.from_checked.builder import Builder, Scope
from quotarules.plan.from_checked.due import DuePart
from quotarules.plan.from_checked.lines import both, line_amount, line_rows
from quotarules.plan.from_checked.trace import inputs
from quotarules.plan.nodes import (
    FLAG,
    Account,
    Column,
    Compare,
    DueOnly,
    Expr,
    Kind,
    LineRule,
    Opening,
    Otherwise,
    Rows,
    TraceInput,
    ValueType,
)
from quotarules.semantics.checked import CheckedLine, CheckedPay, DueLater


def later_lines(
    builder: Builder, pay: CheckedPay, line: CheckedLine, account: str, gated: Expr
) -> tuple[DuePart, DuePart]:
    """The line with what is due of it at once, what falls due of earlier periods, and the entries of the balances.

    `gated` is the rounded amount that the period earns, behind the gate.
    """
    assert isinstance(line.paid, DueLater), "the line is paid later"
    rule, each, table = f"{pay.name}.{line.name}", builder.each(pay.table), pay.table
    kind = ValueType(Kind.INTEGER, builder.plan.place[1], pay.currency or builder.plan.currency)
    nothing = rescaled(integer(0, unit=kind.unit), kind.scale)
    none = builder.reason(f"nothing of `{rule}` is due", line.span)

    def column(name: str, value: Expr) -> Column:
        full = f"{rule} {name}"
        return Column((), table, full, builder.column(table, full, line.label, line.span, lambda: value), None)

    def subjects(amount: Expr) -> Rows:
        return Rows(table, (), None, False, None, None, Compare("!=", amount, nothing))

    def write(to: str, name: str, label: str, rows: Rows, held: tuple[Expr, tuple[TraceInput, ...]]) -> None:
        builder.lines.append(LineRule(to, name, label, each, None, rows, held[0], held[1], line.span))

    earned = column("earned", gated)
    amount = line_amount(builder, Scope(table), line.amount, builder.plan.place, ())
    kept = (
        *inputs(builder, Scope(table), (line.amount,), (), amount.unrounded),
        TraceInput("earned in the period", earned),
    )
    parts = _parts(builder, line.paid, earned)
    now = column("due at once", parts.get(0, multiplied(earned, integer(0), kind.unit)))
    members = line_rows(builder, table, line, f"pay {pay.name}", pay.where)
    write(account, rule, line.label, members, (now, kept))
    last = max(parts)
    opened = {
        place: column(f"opening {place}", Otherwise((Opening(f"{rule} in {place}", kind, none), nothing), kind))
        for place in range(1, last + 1)
    }
    before = (TraceInput("due from earlier periods", opened[1]),)
    write(account, f"{rule}.due", f"{line.label}: due from earlier periods", subjects(opened[1]), (opened[1], before))
    for place in range(1, last + 1):
        to = f"{rule} in {place}"
        after = "next period" if place == 1 else f"in {place} periods"
        builder.accounts.append(Account(to, "carry", f"{line.label}: due {after}", kind.unit, kind.scale))
        if place in parts:
            # What waits or is excluded is earned later or never: it moves no balance.
            part = column(f"part {place}", Otherwise((DueOnly(parts[place], none, kind), nothing), kind))
            write(to, rule, line.label, _who_earns(members, subjects(part), none), (part, kept))
        following = opened.get(place + 1, nothing)
        moved = column(f"moved {place}", added((following, negated(opened[place])), kind.unit))
        came = (TraceInput("held before", opened[place]), TraceInput("held for a period later", following))
        write(to, f"{rule}.moved", "One period nearer", subjects(moved), (moved, came))
    return DuePart(members, now), DuePart(subjects(opened[1]), opened[1])


def _who_earns(members: Rows, moved: Rows, none: int) -> Rows:
    """Those in the block for whom a part comes to something; while it waits whether they are, nothing moves."""
    if members.where is None:
        return moved
    return replace(moved, where=both(DueOnly(members.where, none, FLAG), moved.where))


def _parts(builder: Builder, paid: DueLater, earned: Expr) -> dict[int, Expr]:
    """What of an amount is due so many periods later: each part is the whole rounded so far less that before it."""
    plan, unit = builder.plan, earned.type.unit
    zero = builder.reason("a part of nothing", paid.span)
    found: dict[int, Expr] = {}
    digits, before = 0, None
    for part in paid.parts:
        digits += part.digits
        so_far = earned
        if digits != part.whole:
            exact = divided(multiplied(earned, integer(digits), unit), integer(part.whole), zero, unit)
            so_far = rescaled(rounded(exact, plan.place, plan.mode), earned.type.scale)
        found[part.periods] = so_far if before is None else added((so_far, negated(before)), unit)
        before = so_far
    return found
