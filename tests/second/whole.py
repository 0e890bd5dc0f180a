"""A period worked out as a whole: every line of every account, and the balances that are handed on.

This evaluator reads the checked rules and exact fractions; it shares no code with the plan that engines run, nor with
the engines. It says which lines there are, whether each is due, and what it comes to. It does not say why a line waits
or is excluded, nor what an explanation keeps of it.
"""

from collections.abc import Mapping
from fractions import Fraction

from quotarules.ledger.tables import Ledger
from quotarules.semantics.checked import CheckedPlan
from quotarules.values.period import Period
from second import karma, pay, scalar, shares, sla
from second.facts import facts_at
from second.world import Line, World

Balances = Mapping[tuple[str, str, str], Fraction]
"""What accounts stand at, by account, subject and source."""

UNKNOWN_FORMS: tuple[str, ...] = ("cap", "clawback", "draw", "paid")
"""The forms that are not worked out yet, by their names in `forms`."""


def forms(plan: CheckedPlan) -> set[str]:
    """The forms that a plan uses, as far as they have ever been unknown here."""
    used: set[str] = set()
    for block in plan.pays:
        used |= {"cap"} if block.cap is not None else set()
        used |= {"draw"} if block.draw is not None else set()
        used |= {"clawback"} if block.clawbacks else set()
        used |= {"paid"} if any(line.paid is not None for line in block.lines) else set()
    return used


def settled(plan: CheckedPlan, ledger: Ledger, period: Period, openings: Balances) -> list[Line]:
    """Every line of a period."""
    world = World(plan, facts_at(ledger, period.end - 1), period, openings, scalar.read)
    return [*karma.lines(world), *sla.lines(world), *shares.lines(world), *pay.lines(world)]
