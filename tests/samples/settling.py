"""Settles a shipped project on ledgers, period by period, in memory: what the tests of the samples compare with."""

import os
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq
import pytest

from quotarules.compiler import compile_project
from quotarules.diagnostics.files import RootFiles
from quotarules.diagnostics.problem import Severity
from quotarules.diagnostics.source import SourceFile
from quotarules.engines.choice import ENGINES
from quotarules.journal.settlement import Settlement, handed_on, settle
from quotarules.ledger.history import as_of
from quotarules.ledger.load import load
from quotarules.ledger.tables import Ledger
from quotarules.plan.lines import OpeningBalance
from quotarules.plan.nodes import Plan
from quotarules.semantics.project import read_project
from quotarules.syntax.yaml_tree import parse_yaml
from quotarules.values.period import Period, parse_period

ROOT = Path(__file__).parents[2]

LineKey = tuple[str, str, str, str, str]
"""Subject kind, subject, account, rule, source."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its amount as an exact number, None unless due."""

    status: str
    amount: Fraction | None
    reason: str


@dataclass(frozen=True, slots=True)
class Settled:
    """The lines of a period by (kind, subject, account, rule, source), and the settlement."""

    lines: dict[LineKey, Line]
    settlement: Settlement

    def total(self, kind: str, subject: str, account: str) -> Fraction:
        """The sum of due lines of one subject's account."""
        own = (line.amount or Fraction(0) for key, line in self.lines.items() if key[:3] == (kind, subject, account))
        return sum(own, Fraction(0))

    def totals(self, account: str) -> dict[str, Fraction]:
        """The sum of due lines by subject; a member without lines counts with 0."""
        found = {s.subject: Fraction(0) for s in self.settlement.statements if account in s.accounts}
        for key, line in self.lines.items():
            if key[2] == account:
                found[key[1]] = found.get(key[1], Fraction(0)) + (line.amount or 0)
        return found

    def by_status(self, rule: str) -> dict[str, int]:
        """How many lines of a rule are due, waiting, excluded."""
        counts: dict[str, int] = defaultdict(int)
        for key, line in self.lines.items():
            if key[3] == rule:
                counts[line.status] += 1
        return dict(counts)


def shared(folder: str) -> Path:
    """A folder of ledgers of others; the test skips where it is absent."""
    data = Path(os.environ.get("QUOTARULES_DATA", ROOT.parent / "shared" / "data")) / folder
    if not data.is_dir():
        pytest.skip(f"the ledgers of others are not here: {folder}")
    return data


def project_plan(name: str, data: Path) -> tuple[Plan, Ledger]:
    """The plan of a folder under rules/, and its ledgers; neither has a problem."""
    folder = ROOT / "rules" / name
    tree, found = parse_yaml(SourceFile("quotarules.yaml", (folder / "quotarules.yaml").read_text(encoding="utf-8")))
    assert tree is not None, found
    project, found = read_project(tree)
    assert project is not None, found
    compiled = compile_project(RootFiles(folder), project)
    errors = [p.report().message for p in compiled.problems if p.severity is Severity.ERROR]
    assert compiled.plan is not None, errors
    ledger, found = load(compiled.plan.schema, RootFiles(data), compiled.plan.zone)
    assert ledger is not None, [p.report().message for p in found]
    return compiled.plan, ledger


@cache
def settled_project(name: str, folder: str, first: str, last: str, engine: str) -> dict[str, Settled]:
    """A project settled on ledgers of others, once per engine and run of the tests."""
    return settle_through(*project_plan(name, shared(folder)), first, last, engine)


def roots(name: str, folder: str, first: str, last: str) -> set[tuple[str, ...]]:
    """The roots of all periods, as every engine gives them: one element if they agree."""
    runs = (settled_project(name, folder, first, last, engine) for engine in ENGINES)
    return {tuple(period.settlement.root for period in run.values()) for run in runs}


def settle_through(plan: Plan, ledger: Ledger, first: str, last: str, engine: str) -> dict[str, Settled]:
    """Every period from the first through the last, each upon the one before it."""
    period, end = parse_period(first, plan.period), parse_period(last, plan.period)
    assert period is not None
    assert end is not None
    settled: dict[str, Settled] = {}
    openings: tuple[OpeningBalance, ...] = ()
    while period <= end:
        settled[period.name], openings = _one(plan, ledger, period, openings, engine)
        period = period.next()
    return settled


def _one(
    plan: Plan, ledger: Ledger, period: Period, openings: tuple[OpeningBalance, ...], engine: str
) -> tuple[Settled, tuple[OpeningBalance, ...]]:
    scales = {account.name: 10**account.scale for account in plan.accounts}
    with TemporaryDirectory() as folder:
        outcome = ENGINES[engine](plan, as_of(ledger, period.as_of), period, openings, Path(folder) / "lines.parquet")
        rows = pq.read_table(outcome.lines).to_pylist()
        settlement = settle(plan, period, openings, outcome)
    lines = {
        (row["subject_kind"], row["subject"], row["account"], row["rule"], row["source"]): Line(
            row["status"],
            None if row["amount"] is None else Fraction(int(row["amount"]), scales[row["account"]]),
            row["reason"],
        )
        for row in rows
    }
    closing = handed_on(settlement.balances)
    return Settled(lines, settlement), closing


def rounded(value: Fraction, place: Fraction = Fraction(1, 100)) -> Fraction:
    """The nearest multiple of a place, a half away from zero."""
    steps = abs(value) / place
    whole = int(steps + Fraction(1, 2))
    return (whole if value >= 0 else -whole) * place
