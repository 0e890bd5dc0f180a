"""A period worked out as a whole: every line of every account, and the balances that are handed on.

This evaluator reads the checked rules and exact fractions; it shares no code with the plan that engines run, nor with
the engines. It says which lines there are, whether each is due, and what it comes to. It does not say why a line waits
or is excluded, nor what an explanation keeps of it.
"""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from fractions import Fraction

from quotarules.diagnostics.source import Span
from quotarules.ledger.tables import Ledger
from quotarules.semantics.checked import CheckedPlan
from quotarules.values.period import Period
from quotarules.values.schema import FactSchema
from second import karma, pay, scalar, shares, sla
from second.facts import facts_at
from second.world import Line, World

Balances = Mapping[tuple[str, str, str], Fraction]
"""What accounts stand at, by account, subject and source."""

UNKNOWN_FORMS: tuple[str, ...] = ()
"""The forms that are not worked out here: names of the checked tree as `forms` gives them. Such plans are skipped."""


def forms(plan: CheckedPlan) -> frozenset[str]:
    """Every form that a plan uses: the names of what its checked tree is made of, and of what it says beside that.

    `CheckedDraw`, `CheckedRows.once` for a field of it that is not as it is unsaid.
    """
    found: set[str] = set()
    stack: list[object] = [replace(plan, sources=(), schema=FactSchema(()))]
    while stack:
        part = stack.pop()
        if isinstance(part, tuple):
            stack.extend(part)
        elif is_dataclass(part) and not isinstance(part, Span | type):
            name = type(part).__name__
            found.add(name)
            for held in fields(part):
                value = getattr(part, held.name)
                if held.default is not MISSING and value != held.default:
                    found.add(f"{name}.{held.name}")
                stack.append(value)
    return frozenset(found)


def settled(plan: CheckedPlan, ledger: Ledger, period: Period, openings: Balances) -> list[Line]:
    """Every line of a period."""
    world = World(plan, facts_at(ledger, period.end - 1), period, openings, scalar.read)
    return [*karma.lines(world), *sla.lines(world), *shares.lines(world), *pay.lines(world)]
