"""What a period earns for somebody and pays in later periods: a balance for each period ahead, which comes nearer."""

from collections.abc import Iterator
from fractions import Fraction

from quotarules.semantics.checked import CheckedLine, CheckedPay, DueLater
from second.blocks import entry, posting
from second.facts import Row
from second.rounding import rounded
from second.world import Line, Result, World


def earned_by_period(
    world: World, block: CheckedPay, line: CheckedLine, paid: DueLater, earned: dict[Row, Result]
) -> Iterator[Line]:
    """The lines of a subject line that is paid later; `earned` holds what it comes to for those in the block."""
    furthest = max(part.periods for part in paid.parts)
    for subject in sorted(world.facts[block.table].rows, key=lambda row: row.key):
        parts: dict[int, Fraction] = {}
        if subject in earned:
            amount = earned[subject]
            parts = _parts(world, paid, amount) if isinstance(amount, Fraction) else {}
            now = parts.get(0, Fraction()) if isinstance(amount, Fraction) else amount
            yield entry(world, block, subject, line.name, now)
        if come := _ahead(world, block, line, subject, 1):
            yield entry(world, block, subject, f"{line.name}.due", come)
        for periods in range(1, furthest + 1):
            name = f"{block.name}.{line.name} in {periods}"
            nearer = _ahead(world, block, line, subject, periods + 1) - _ahead(world, block, line, subject, periods)
            if nearer:
                yield posting(world, block, name, subject, f"{line.name}.moved", nearer)
            if new := parts.get(periods):
                yield posting(world, block, name, subject, line.name, new)


def _ahead(world: World, block: CheckedPay, line: CheckedLine, subject: Row, periods: int) -> Fraction:
    """What was due so many periods ahead when the period before closed."""
    return world.openings.get((f"{block.name}.{line.name} in {periods}", subject.source, ""), Fraction())


def _parts(world: World, paid: DueLater, amount: Fraction) -> dict[int, Fraction]:
    """The parts by the periods after which they are due; each is what all up to it round to, less those before it."""
    found: dict[int, Fraction] = {}
    share = before = Fraction()
    for part in paid.parts:
        share += Fraction(part.digits, part.whole)
        reached = rounded(share * amount, world.place, world.plan.mode)
        found[part.periods], before = reached - before, reached
    return found
