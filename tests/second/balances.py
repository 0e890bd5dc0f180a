"""Caps and draws: what a block's due lines together may come to at most, and what is paid at least."""

from collections.abc import Generator, Iterator
from fractions import Fraction

from quotarules.semantics.checked import CheckedCap, CheckedDraw, CheckedPay, Number, Quantity
from second import days
from second.blocks import entry, passes, posting, versions_in
from second.facts import Row
from second.rounding import rounded
from second.states import NOTHING, WAITS, State
from second.world import DUE, Amount, Line, World, day_of, number


def capped_and_drawn(world: World, block: CheckedPay, lines: list[Line]) -> Iterator[Line]:
    """The lines of a block's cap and draw, on what its other lines come to; the base is left alone."""
    if (block.cap is None and block.draw is None) or not _pays(world, block):
        return
    base = f"{block.name}.base"
    due = {subject.source: Fraction() for subject in world.facts[block.table].rows}
    for line in lines:
        if line.status == DUE and line.rule != base and line.account.startswith("pay"):
            assert line.amount is not None, "a due line has an amount"
            due[line.subject] += line.amount
    for subject in sorted(world.facts[block.table].rows, key=lambda row: row.key):
        taken: Amount = Fraction()
        if block.cap is not None:
            taken = yield from _cap(world, block, block.cap, subject, due[subject.source])
        if block.draw is not None:
            left = due[subject.source] + taken if isinstance(taken, Fraction) else taken
            yield from _draw(world, block, block.draw, subject, left)


def member(world: World, block: CheckedPay, subject: Row) -> bool | State:
    """Whether somebody is in the block on some day of the period."""
    if subject.key in world.facts[block.table].coming:
        return False
    versions = [version.row for version in versions_in(world, block, subject)] or [subject]
    found = [passes(world, block, row) for row in versions]
    return True if True in found else WAITS if WAITS in found else False


def _pays(world: World, block: CheckedPay) -> bool:
    """Whether the period is the last of those that the block pays for."""
    return block.every is None or days.day_after_unit(block.every, world.period.end - 1) == world.period.end


def _begins(world: World, block: CheckedPay) -> int:
    """The first day of what the block pays for."""
    return world.period.start if block.every is None else days.first_day(block.every, world.period.end - 1)


def _opening(world: World, account: str, subject: Row) -> Fraction:
    return world.openings.get((account, subject.source, ""), Fraction())


def _limit(world: World, limit: Amount) -> Amount:
    """A limit, rounded as a line is; below zero it is zero."""
    if isinstance(limit, State):
        return limit
    return max(rounded(limit, world.place, world.plan.mode), Fraction())


def _unless_unsure(amount: Amount, who: bool | State) -> Amount:
    """An amount, which waits while nobody can tell whether it is for this person."""
    return amount if who is True else WAITS


def _lost(amount: Amount) -> Amount:
    return -amount if isinstance(amount, Fraction) else amount


# --- caps ----------------------------------------------------------------------------------------------


def _cap(
    world: World, block: CheckedPay, cap: CheckedCap, subject: Row, due: Fraction
) -> Generator[Line, None, Amount]:
    """What the cap takes off, or pays out of what it took off before."""
    account, used_account = f"{block.name}.cap", f"{block.name}.cap used"
    carried = _opening(world, account, subject) if cap.carry else Fraction()
    used = _opening(world, used_account, subject) if cap.over is not None else Fraction()
    who = True if carried or due else member(world, block, subject)
    last = cap.over is not None and days.day_after_unit(cap.over, world.period.end - 1) == world.period.end
    if who is False:
        if last and used:
            yield posting(world, block, used_account, subject, "ends", -used)
        return Fraction()
    limit = _limit(world, number(world.read(cap.limit, subject, world.view)))
    taken: Amount = limit if isinstance(limit, State) else Fraction()
    if isinstance(limit, Fraction):
        room = max(limit - used, Fraction())
        taken = min(due + carried, room) - due if cap.carry or due > room else Fraction()
    yield entry(world, block, subject, "cap", _unless_unsure(taken, who))
    if cap.carry and taken != 0:
        yield posting(world, block, account, subject, "cap", _unless_unsure(_lost(taken), who))
    if cap.over is not None:
        moved = due + taken if isinstance(taken, Fraction) else taken
        if moved != 0:
            yield posting(world, block, used_account, subject, "used", _unless_unsure(moved, who))
        # The last period of the unit clears what was used.
        left = used + moved if isinstance(moved, Fraction) else moved
        if last and isinstance(left, Fraction) and left:
            yield posting(world, block, used_account, subject, "ends", _unless_unsure(-left, who))
    return taken


# --- draws ---------------------------------------------------------------------------------------------


def _draw(world: World, block: CheckedPay, draw: CheckedDraw, subject: Row, due: Amount) -> Iterator[Line]:
    """What is added to reach the draw, or was handed out before, and what comes back of it."""
    account = f"{block.name}.draw"
    debt = _opening(world, account, subject)
    inside = member(world, block, subject)
    if inside is False and debt == 0:
        return
    ended = _ended(world, block, draw, subject)
    size = _size(world, draw, subject, ended, inside)
    if inside is not False:
        yield from _drawn(world, block, draw, subject, due, size, inside)
    if draw.way == "guaranteed":
        return
    who = True if debt else inside
    back = _recovered(world, block, draw, subject, due, size, debt)
    if draw.forgiven and ended is not False:
        back = WAITS if ended is WAITS else Fraction()
    if draw.forgiven and ended is not False and debt:
        yield posting(world, block, account, subject, "forgiven", WAITS if ended is WAITS else -debt)
    yield entry(world, block, subject, "recovery", _unless_unsure(_lost(back), who))
    if back != 0:
        yield posting(world, block, account, subject, "recovery", _unless_unsure(_lost(back), who))


def _drawn(
    world: World,
    block: CheckedPay,
    draw: CheckedDraw,
    subject: Row,
    due: Amount,
    size: Amount,
    who: bool | State,
) -> Iterator[Line]:
    account = f"{block.name}.draw"
    owed = draw.way != "guaranteed"
    handed: Amount = size
    netted: Amount = size
    if draw.way == "loan":
        pass  # A loan does not ask what is due.
    elif isinstance(size, State) or isinstance(due, State):
        netted = WAITS if WAITS in (size, due) else NOTHING
        handed = size if draw.advance else netted
    elif draw.advance:
        netted = -min(max(due, Fraction()), size)
    else:
        handed = netted = min(max(size - due, Fraction()), size)
    yield entry(world, block, subject, "netted" if draw.advance else "draw", _unless_unsure(netted, who))
    if owed and handed != 0:
        yield posting(world, block, account, subject, "draw", _unless_unsure(handed, who))
    if owed and draw.advance and netted != 0:
        yield posting(world, block, account, subject, "netted", _unless_unsure(netted, who))


def _ended(world: World, block: CheckedPay, draw: CheckedDraw, subject: Row) -> bool | State:
    """Whether the draw's last day lies before what is paid for."""
    if draw.until is None:
        return False
    until = world.read(draw.until, subject, world.view)
    return until if isinstance(until, State) else _begins(world, block) > day_of(until)


def _size(world: World, draw: CheckedDraw, subject: Row, ended: bool | State, inside: bool | State) -> Amount:
    """What may be drawn: nothing after the draw's last day, and nothing by who is not in the block."""
    if ended is True or inside is False:
        return Fraction()
    limit = _limit(world, number(world.read(draw.limit, subject, world.view)))
    return WAITS if WAITS in (ended, inside) else limit


def _recovered(
    world: World, block: CheckedPay, draw: CheckedDraw, subject: Row, due: Amount, size: Amount, debt: Fraction
) -> Amount:
    """What of what is due above the draw pays the debt back."""
    start = None if draw.recover_from is None else world.read(draw.recover_from, subject, world.view)
    if start is not None and not isinstance(start, State) and _begins(world, block) < day_of(start):
        return Fraction()
    amount = None if draw.recover is None else number(world.read(draw.recover, subject, world.view))
    # A loan is paid back out of all that is due, else what is above the draw pays back.
    size = Fraction() if draw.way == "loan" else size
    if isinstance(due, State) or isinstance(size, State) or isinstance(start, State) or isinstance(amount, State):
        return WAITS
    above = max(due - size, Fraction())
    if draw.recover is not None and amount is not None:
        kind = draw.recover.type
        is_part = isinstance(kind, Quantity) and isinstance(kind.unit, Number)
        said = max(amount, Fraction())
        above = rounded(said * above if is_part else min(above, said), world.place, world.plan.mode)
    return min(above, debt)
