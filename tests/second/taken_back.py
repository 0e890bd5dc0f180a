"""Clawbacks: what a row earned is taken back, after this period's earning and payment, and whatever a gate says."""

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

from quotarules.semantics.checked import CheckedClawback, CheckedLine, CheckedPay, ProrataWay
from second import days
from second.blocks import entry, line_named, passes, posting, subject_on
from second.carried import Item, account, nearer
from second.facts import Row, follow
from second.line_amounts import Written, rows_of_line
from second.rounding import rounded
from second.states import NOTHING, WAITS, State
from second.world import Line, Result, World, amount_of, day_of, day_read

Items = dict[Row, tuple[Row, Item]]


def taken_back(world: World, block: CheckedPay, kept: dict[str, Items]) -> Iterator[Line]:
    """Each clawback of a block in the order of the text, on what the ones before it have left."""
    for clawback in block.clawbacks:
        line = line_named(block, clawback.line)
        items = kept[line.name]
        targets: dict[Row, list[Written]] = defaultdict(list)
        for written in rows_of_line(world, clawback.rows, world.view):
            target = follow(world.facts, written.row, clawback.path)
            assert isinstance(target, Row), "the link leads over this row"
            targets[target].append(written)
        for target, rows in targets.items():
            yield from _from_one(world, block, clawback, line, target, rows, items)


def _from_one(
    world: World,
    block: CheckedPay,
    clawback: CheckedClawback,
    line: CheckedLine,
    target: Row,
    rows: list[Written],
    items: Items,
) -> Iterator[Line]:
    """What several rows take of one row that earned, in the order of their days and keys."""
    item = items[target][1] if target in items else Item(Fraction(), Fraction(), Fraction(), Fraction())
    if item.earned == 0:
        for written in rows:
            passed = passes(world, block, subject_on(world, block, clawback.rows, written))
            if passed is not False:
                sure = written.sure and passed is True
                yield entry(world, block, written.subject, clawback.name, NOTHING if sure else WAITS, _source(written))
        return
    taking = _Taking(world, clawback, item)
    for written in sorted(rows, key=lambda each: _turn(world, clawback, each)):
        back = taking.by(written)
        yield entry(world, block, written.subject, clawback.name, back, _source(written))
    subject = items[target][0]
    moved = (("earned", -taking.taken), ("unpaid", -taking.of_unpaid), ("taken back", taking.taken))
    for word, amount in moved:
        if amount and word in _words(block, line):
            name = account(block, line, word)
            yield posting(world, block, name, subject, clawback.name, amount, target.source)
    item.earned -= taking.taken
    item.unpaid -= taking.of_unpaid
    item.taken += taking.taken


def _source(written: Written) -> str:
    return written.row.source


def _turn(world: World, clawback: CheckedClawback, written: Written) -> tuple[int, object]:
    assert clawback.rows.date is not None, "a clawback has a date"
    return day_of(world.read(clawback.rows.date, written.row, world.view)), written.row.key


def _words(block: CheckedPay, line: CheckedLine) -> set[str]:
    words = {"earned"} | ({"unpaid"} if line.paid is not None else set())
    parts = any(back.line == line.name and back.part is not None for back in block.clawbacks)
    return words | ({"taken back"} if parts else set())


class _Taking:
    """Takes parts of what a row earned at first, never more than is left."""

    def __init__(self, world: World, clawback: CheckedClawback, item: Item) -> None:
        self.world, self.clawback, self.item = world, clawback, item
        self.asked = Fraction()
        self.taken = Fraction()
        self.of_unpaid = Fraction()
        self.given = Fraction()

    def by(self, written: Written) -> Result:
        """What a row brings back, below zero."""
        world, item, clawback = self.world, self.item, self.clawback
        part = Fraction(1) if clawback.part is None else world.read(clawback.part, written.row, world.view)
        if not written.sure or part is WAITS:
            return WAITS
        if isinstance(part, State):
            return NOTHING
        first = item.earned + item.taken
        place, mode = world.place, world.plan.mode
        self.asked += rounded(min(max(amount_of(part), Fraction()), Fraction(1)) * first, place, mode)
        before, paid = self.taken, item.earned - item.unpaid
        after = nearer(self.asked, item.earned)

        def of_paid(taken: Fraction) -> Fraction:
            return rounded(paid * taken / item.earned, place, mode)

        self.taken = after
        match clawback.way:
            case "as paid":
                back = of_paid(after) - of_paid(before)
                self.of_unpaid = after - of_paid(after)
            case "unpaid first":
                self.of_unpaid = nearer(after, item.unpaid)
                back = (after - self.of_unpaid) - (before - nearer(before, item.unpaid))
            case "at rate":
                rate = item.rated or first
                back = nearer(rounded(rate * after / first, place, mode), paid)
                back -= nearer(rounded(rate * before / first, place, mode), paid)
                self.of_unpaid = after - of_paid(after)
            case ProrataWay() as way:
                self.of_unpaid = after - of_paid(after)
                left = self._left(way, written.row)
                if isinstance(left, State):
                    return left
                back = rounded((of_paid(after) - of_paid(before)) * left, place, mode)
        return -back

    def _left(self, way: ProrataWay, row: Row) -> Fraction | State:
        """The part of the time that had not passed."""
        assert self.clawback.rows.date is not None, "a clawback has a date"
        start = day_read(self.world, way.start, row, self.world.view)
        day = day_read(self.world, self.clawback.rows.date, row, self.world.view)
        if isinstance(start, State) or isinstance(day, State):
            return WAITS if WAITS in (start, day) else NOTHING
        passed = days.whole_months(start, day) if way.unit == "months" else max(day - start, 0)
        return 1 - Fraction(min(passed, way.count), way.count)
