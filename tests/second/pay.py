"""Pay: base, lines for a person and lines for each row, and karma exchanged for money."""

from collections.abc import Iterator
from fractions import Fraction

from quotarules.semantics.checked import CheckedExchange, CheckedLine, CheckedPay, DueLater
from second import karma
from second.balances import capped_and_drawn
from second.blocks import block_rows, entry, gated, members, passes, versions_in
from second.carried import is_kept, kept_lines
from second.facts import Row
from second.later import earned_by_period
from second.line_amounts import line_amount
from second.rounding import rounded, toward_zero
from second.states import NOTHING, WAITS, State, held_up
from second.taken_back import Items, taken_back
from second.world import Line, Result, World, amount_of, each, status_of


def lines(world: World) -> Iterator[Line]:
    """Every line of every block of pay."""
    for block in world.plan.pays:
        yield from block_lines(world, block)


def block_lines(world: World, block: CheckedPay) -> Iterator[Line]:
    """What a block pays, from the top to the bottom."""
    found: list[Line] = []
    kept: dict[str, Items] = {}
    if block.base is not None:
        found.extend(_subject_line(world, block, block.base))
    for line in block.lines:
        if line.rows is None:
            found.extend(_subject_line(world, block, line))
        elif is_kept(block, line):
            found.extend(kept_lines(world, block, line, kept.setdefault(line.name, {})))
        else:
            found.extend(_row_line(world, block, line))
    found.extend(taken_back(world, block, kept))
    for exchange in block.exchanges:
        found.extend(_exchange(world, block, exchange))
    found.extend(capped_and_drawn(world, block, found))
    yield from found


# --- lines ---------------------------------------------------------------------------------------------


def _subject_line(world: World, block: CheckedPay, line: CheckedLine) -> Iterator[Line]:
    """A line once a period for everybody in the block; no gate shuts `base`."""
    earned = dict(_by_days(world, block, line) if line.by_days else _of_members(world, block, line))
    if isinstance(line.paid, DueLater):
        yield from earned_by_period(world, block, line, line.paid, earned)
        return
    for subject, amount in earned.items():
        yield entry(world, block, subject, line.name, amount)


def _of_members(world: World, block: CheckedPay, line: CheckedLine) -> Iterator[tuple[Row, Result]]:
    """What a line comes to for everybody who is in the block on the period's last day."""
    for subject, sure in members(world, block):
        amount = line_amount(world, line.amount, subject, world.view, world.place, None) if sure else WAITS
        yield subject, amount if line.name == "base" else gated(world, block, subject, amount, sure=sure)


def _by_days(world: World, block: CheckedPay, line: CheckedLine) -> Iterator[tuple[Row, Result]]:
    """Each version of a person counts for its days in the period; the sum is rounded once."""
    for subject in world.facts[block.table].rows:
        held = [(version, passes(world, block, version.row)) for version in versions_in(world, block, subject)]
        counted = [(version, passed) for version, passed in held if passed is not False]
        if not counted:
            continue
        results = [
            world.read(line.amount, version.row, world.view) if passed is True else WAITS for version, passed in counted
        ]
        amount: Result = WAITS
        if WAITS not in results:
            # A version without a value adds nothing.
            weighed = [
                amount_of(result) * _days_of(world, version.since, version.last)
                for (version, _), result in zip(counted, results, strict=True)
                if result is not NOTHING
            ]
            whole = world.period.end - world.period.start
            amount = rounded(sum(weighed, Fraction()) / whole, world.place, world.plan.mode)
        yield subject, amount if line.name == "base" else gated(world, block, subject, amount)


def _days_of(world: World, since: int, last: int) -> int:
    return min(last, world.period.end - 1) - max(since, world.period.start) + 1


def _row_line(world: World, block: CheckedPay, line: CheckedLine) -> Iterator[Line]:
    assert line.rows is not None, "the line has rows"
    for written in block_rows(world, block, line.rows):
        amount: Result = WAITS
        if written.sure:
            amount = line_amount(world, line.amount, written.row, world.view, world.place, line.rows)
        amount = gated(world, block, written.subject, amount, sure=written.sure)
        source = written.row.source if line.rows.link else ""
        yield entry(world, block, written.subject, line.name, amount, source)


# --- exchange ------------------------------------------------------------------------------------------


def _exchange(world: World, block: CheckedPay, exchange: CheckedExchange) -> Iterator[Line]:
    """Points are taken from the balance and paid: no more than the limit buys, cut to the karma's place."""
    held = karma.named(world, exchange.karma)
    price = Fraction(int(exchange.price.value), 10**exchange.price.scale)
    for subject, sure in members(world, block):
        points = gated(world, block, subject, _points(world, exchange, subject, price)) if sure else WAITS
        paid: Result = points
        taken: Result = points
        if isinstance(points, Fraction):
            paid, taken = rounded(points * price, world.place, world.plan.mode), -points
        yield entry(world, block, subject, exchange.name, paid)
        value = taken if isinstance(taken, Fraction) else None
        rule = f"{block.name}.{exchange.name}"
        yield Line(each(world, held.table), subject.source, held.name, rule, "", status_of(taken), value)


def _points(world: World, exchange: CheckedExchange, subject: Row, price: Fraction) -> Result:
    balance = karma.balance(world, exchange.karma, subject, opening=False)
    limit = None if exchange.limit is None else world.read(exchange.limit, subject, world.view)
    stopped = held_up((balance, limit))
    if stopped is not None:
        return stopped
    points = max(amount_of(balance), Fraction())
    if limit is not None and not isinstance(limit, State):
        points = min(points, amount_of(limit) / price)
    place = karma.place_of(karma.named(world, exchange.karma))
    return toward_zero(points / place) * place
