"""What a row earned, kept row by row: paid at once or later, and taken back.

Two balances are kept of a row: what it has earned, and what of that is not paid yet. The difference has been paid.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from quotarules.semantics.checked import CheckedLine, CheckedPay, DueLater, DueParts, DueSchedule, DueShare, DueSteps
from second import days
from second.blocks import block_rows, entry, gated, posting
from second.facts import Row, follow
from second.line_amounts import Written, line_amount, unlimited
from second.rounding import rounded
from second.states import NOTHING, WAITS, State
from second.world import Line, Result, World, day_read, number


@dataclass(slots=True)
class Item:
    """What is kept of a row: earned and not taken back; of that not paid; taken back before; earned without limits."""

    earned: Fraction
    unpaid: Fraction
    taken: Fraction
    rated: Fraction


def is_kept(block: CheckedPay, line: CheckedLine) -> bool:
    """Whether the rows of a line are followed: they are paid later, or may be taken back."""
    return line.paid is not None or any(back.line == line.name for back in block.clawbacks)


def nearer(amount: Fraction, limit: Fraction) -> Fraction:
    """The amount, but no farther from zero than the limit, and on its side."""
    if limit >= 0:
        return min(max(amount, Fraction()), limit)
    return max(min(amount, Fraction()), limit)


def account(block: CheckedPay, line: CheckedLine, what: str) -> str:
    return f"{block.name}.{line.name} {what}"


def kept_lines(
    world: World, block: CheckedPay, line: CheckedLine, items: dict[Row, tuple[Row, Item]]
) -> Iterator[Line]:
    """What the rows of a line earn and what of it is due; `items` gets the rows with what is kept of them then."""
    assert line.rows is not None, "the line has rows"
    own = {written.row.key: written for written in block_rows(world, block, line.rows)}
    for row in sorted(world.facts[line.rows.table].rows, key=lambda each: each.key):
        subject = follow(world.facts, row, line.rows.link)
        if isinstance(subject, Row):
            yield from _row_lines(world, block, line, (row, subject, own.get(row.key)), items)


def opened(world: World, block: CheckedPay, line: CheckedLine, row: Row, subject: Row) -> Item:
    """What is kept of a row when the period opens."""
    words = ("earned", "unpaid", "taken back", "rated")
    found = (world.openings.get((account(block, line, word), subject.source, row.source)) for word in words)
    return Item(*(Fraction() if amount is None else amount for amount in found))


def _row_lines(
    world: World,
    block: CheckedPay,
    line: CheckedLine,
    of: tuple[Row, Row, Written | None],
    items: dict[Row, tuple[Row, Item]],
) -> Iterator[Line]:
    row, subject, own = of
    item = opened(world, block, line, row, subject)
    new: Result = NOTHING
    if own is not None and item.earned == 0:
        # A row earns once: what has been earned before does not move any more.
        new, rated = _earned(world, block, line, own)
        if isinstance(new, Fraction):
            item.earned, item.unpaid, item.rated = new, new, rated
            for word, amount in (("earned", new), ("unpaid", new), ("rated", rated)):
                if amount and word in _words(block, line):
                    yield posting(world, block, account(block, line, word), subject, line.name, amount, row.source)
        else:
            yield entry(world, block, subject, line.name, new, row.source)
            return
    if own is None and item.earned == 0 and item.unpaid == 0:
        return
    items[row] = (subject, item)
    payable = _payable(world, line, row, item)
    if isinstance(payable, Fraction) and any(
        back.line == line.name and back.way == "unpaid first" for back in block.clawbacks
    ):
        # What was taken off the parts to come is not asked back from those that were paid.
        payable = nearer(payable, item.unpaid)
    if isinstance(payable, Fraction):
        item.unpaid -= payable
        if payable and line.paid is not None:
            name = f"{line.name}.due"
            yield posting(world, block, account(block, line, "unpaid"), subject, name, -payable, row.source)
    if own is not None or payable != 0:
        yield entry(world, block, subject, line.name, payable, row.source)


def _words(block: CheckedPay, line: CheckedLine) -> set[str]:
    """The balances that are written for a line."""
    words = {"earned"} | ({"unpaid"} if line.paid is not None else set())
    at_rate = any(back.line == line.name and back.way == "at rate" for back in block.clawbacks)
    return words | ({"rated"} if at_rate else set())


def _earned(world: World, block: CheckedPay, line: CheckedLine, own: Written) -> tuple[Result, Fraction]:
    """What a row earns, and what it would without the line's own limits."""
    if not own.sure:
        return WAITS, Fraction()
    amount = line_amount(world, line.amount, own.row, world.view, world.place, line.rows)
    free = line_amount(world, unlimited(line.amount), own.row, world.view, world.place, line.rows)
    return gated(world, block, own.subject, amount), free if isinstance(free, Fraction) else Fraction()


# --- what is due ---------------------------------------------------------------------------------------


def _payable(world: World, line: CheckedLine, row: Row, item: Item) -> Result:
    """The part that is due by now, rounded, less what was paid before."""
    if line.paid is None:
        return item.unpaid
    part = due_part(world, line.paid, row)
    if isinstance(part, State):
        return WAITS if part is WAITS else Fraction()
    return rounded(part * item.earned, world.place, world.plan.mode) - (item.earned - item.unpaid)


def due_part(world: World, schedule: DueSchedule, row: Row) -> Fraction | State:
    """The part of what a row earned that is due by the period's last day."""
    seen = world.period.end - 1
    match schedule:
        case DueParts(parts):
            dates = [
                (Fraction(part.digits, 10**part.scale), day_read(world, part.date, row, world.view)) for part in parts
            ]
            if any(day is WAITS for _, day in dates):
                return WAITS
            due = (part for part, day in dates if not isinstance(day, State) and day <= seen)
            return sum(due, Fraction())
        case DueSteps(count, months, start):
            day = day_read(world, start, row, world.view)
            if isinstance(day, State):
                return WAITS if day is WAITS else Fraction()
            steps = sum(days.months_later(day, months * step) <= seen for step in range(count))
            return Fraction(steps, count)
        case DueShare(share):
            found = number(world.read(share, row, world.view))
            return found if isinstance(found, State) else min(max(found, Fraction()), Fraction(1))
        case DueLater():
            raise AssertionError("only what a period earns is paid so")
        case _:
            assert_never(schedule)
