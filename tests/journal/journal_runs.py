"""Settling sample periods in a journal, and what the tests of the journal look at."""

from dataclasses import replace

from journal.journal_samples import MEMBERS, PLAN, ROWS, Row, outcome, period, write
from quotarules.journal.entries import Evidence
from quotarules.journal.openings import Openings, openings_for
from quotarules.journal.record import Recorded, record
from quotarules.journal.store import Journal, new_lines_path
from quotarules.plan.lines import Member
from quotarules.plan.nodes import Plan

FACTS = "f" * 64
EVIDENCE = Evidence(FACTS, "sample", (("quotarules", "0.1"), ("sample", "1.0")), "ann", "2026-11-21T10:00:00+00:00")


def opened(journal: Journal, name: str, plan: Plan = PLAN) -> Openings:
    found, problems = openings_for(journal, plan, period(name))
    assert found is not None, problems
    return found


def recorded(
    journal: Journal,
    name: str,
    rows: list[Row] = ROWS,
    plan: Plan = PLAN,
    facts: str = FACTS,
    members: tuple[Member, ...] = MEMBERS,
    *,
    wide: bool = False,
) -> Recorded:
    openings = opened(journal, name, plan)
    lines = write(new_lines_path(journal), rows, plan, wide=wide)
    found, problems = record(journal, plan, openings, outcome(lines, members), replace(EVIDENCE, facts=facts))
    assert found is not None, problems
    return found


def carried(done: Recorded) -> list[tuple[str, str, int, int, bool]]:
    return [(b.account, b.subject, b.opening, b.closing, b.opened) for b in done.settlement.balances]


def codes(problems: tuple[object, ...]) -> list[str]:
    return [getattr(problem, "code", "?") for problem in problems]
