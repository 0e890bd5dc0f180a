"""What a period opens with: the closing balances of the period before it, or nothing for a plan's first."""

from collections.abc import Iterable

import sqlalchemy as sa

from quotarules.diagnostics.problem import Problem
from quotarules.journal import chain
from quotarules.journal.encode import Balance
from quotarules.journal.problems import BalanceWithoutAccount, PeriodMissingBefore, PeriodStaleBefore
from quotarules.journal.recall import balances_of
from quotarules.journal.settlement import carrying, handed_on, subject_kinds
from quotarules.journal.store import FAILURES, Journal, problem_of, reading
from quotarules.plan.lines import OpeningBalance
from quotarules.plan.nodes import Plan
from quotarules.records import dataclass
from quotarules.values.period import Period


@dataclass(frozen=True, slots=True)
class Openings:
    """Opening balances in (account, subject, source) order; `opened_by` is the entry that closed with them, if any.

    `head` is the journal's head when they were read: what is computed from them is recorded only on top of it.
    """

    period: Period
    balances: tuple[OpeningBalance, ...]
    opened_by: int | None
    head: str


def openings_for(journal: Journal, plan: Plan, period: Period) -> tuple[Openings | None, tuple[Problem, ...]]:
    """The openings of a period of a plan, or why it cannot be settled yet."""
    try:
        with reading(journal) as connection:
            return _openings(journal, connection, plan, period)
    except FAILURES as error:
        return None, (problem_of(journal, error),)


def _openings(
    journal: Journal, connection: sa.Connection, plan: Plan, period: Period
) -> tuple[Openings | None, tuple[Problem, ...]]:
    entries = chain.entries(connection)
    head = chain.head(entries)
    settled = chain.settled_periods(entries, plan.name)
    if not settled or settled[0].period == period:
        return Openings(period, (), None, head), ()
    before = next((held for held in settled if held.period == period.previous()), None)
    if before is None:
        missing, first = period.previous().name, settled[0].period.name
        return None, (PeriodMissingBefore(journal.name, period.name, missing, first),)
    if before.stale:
        return None, (PeriodStaleBefore(journal.name, period.name, before.period.name),)
    rows = balances_of(connection, before.entry.number)
    balances = handed_on(rows)
    kept = {(held.account, held.subject, held.source) for held in balances}
    carried = [row for row in rows if (row.account, row.subject, row.source) in kept]
    problems = _lost(journal, plan, before.period.name, carried)
    return (None, problems) if problems else (Openings(period, balances, before.entry.number, head), ())


def _lost(journal: Journal, plan: Plan, period: str, rows: Iterable[Balance]) -> tuple[Problem, ...]:
    accounts, kinds = carrying(plan), subject_kinds(plan)
    found: dict[tuple[str, str], int] = {}
    for row in rows:
        account = accounts.get(row.account)
        reason = None
        if account is None:
            reason = "the plan has no account of this name"
        elif (account.unit, account.scale) != (row.unit, row.scale):
            reason = "the plan counts it in another unit or to another place"
        elif kinds.get(row.account, row.subject_kind) != row.subject_kind:
            reason = f"the plan keeps it for each {kinds[row.account]}, not for each {row.subject_kind}"
        if reason is not None:
            found[row.account, reason] = found.get((row.account, reason), 0) + 1
    return tuple(
        BalanceWithoutAccount(journal.name, account, period, count, reason)
        for (account, reason), count in sorted(found.items())
    )
