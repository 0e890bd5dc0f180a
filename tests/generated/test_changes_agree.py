"""Plans over rows with a history and rules in versions, drawn and settled for two periods: both engines agree."""

import os
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from generated.changing_company import FACTS, ledgers, plan_texts
from quotarules.compiler import compile_texts
from quotarules.diagnostics.files import MemoryFiles
from quotarules.diagnostics.problem import Severity
from quotarules.diagnostics.source import SourceFile
from quotarules.engines.reference.interpreter import settle as settle_by_reference
from quotarules.engines.sql.duckdb import settle as settle_by_duckdb
from quotarules.journal.settlement import handed_on, settle
from quotarules.ledger.history import as_of
from quotarules.ledger.load import load
from quotarules.plan.invariants import broken
from quotarules.plan.lines import OpeningBalance
from quotarules.plan.nodes import Plan
from quotarules.semantics.facts import read_facts
from quotarules.syntax.yaml_tree import parse_yaml
from quotarules.values.period import parse_period, unit_named
from quotarules.values.schema import FactSchema

CASES = int(os.environ.get("QUOTARULES_CASES", "12"))
PERIODS = {"month": ("2026-02", "2026-03"), "quarter": ("2026-Q1", "2026-Q2")}


def schema() -> FactSchema:
    tree, _ = parse_yaml(SourceFile("facts.yaml", FACTS))
    assert tree is not None
    found, problems = read_facts(tree, inline=True)
    assert found is not None, problems
    return found


SCHEMA = schema()


def compiled(text: str) -> Plan:
    plan, problems = compile_texts((SourceFile("plan.qr", text),), SCHEMA, ())
    errors = [problem.report().message for problem in problems if problem.severity is Severity.ERROR]
    assert plan is not None, errors
    return plan


def agree(plan: Plan, tables: dict[str, bytes], unit: str, shuffled: dict[str, bytes]) -> None:
    """Two periods on both engines; the second engine has the rows in another order."""
    loaded = [load(SCHEMA, MemoryFiles(files), "UTC") for files in (tables, shuffled)]
    openings: tuple[OpeningBalance, ...] = ()
    named = unit_named(unit)
    assert named is not None
    with TemporaryDirectory() as folder:
        for name in PERIODS[unit]:
            period = parse_period(name, named)
            assert period is not None
            outcomes = []
            for (ledger, problems), engine in zip(loaded, (settle_by_reference, settle_by_duckdb), strict=True):
                assert ledger is not None, problems
                path = Path(folder) / f"{engine.__module__}.parquet"
                outcomes.append(engine(plan, as_of(ledger, period.as_of), period, openings, path))
            first, second = outcomes
            assert pq.read_table(second.lines).to_pylist() == pq.read_table(first.lines).to_pylist()
            assert second.members == first.members
            assert second.listed == first.listed
            settlement = settle(plan, period, openings, first)
            assert settle(plan, period, openings, second) == settlement
            openings = handed_on(settlement.balances)


@pytest.mark.parametrize("unit", ["month", "quarter"])
def test_plans_over_what_changes_are_settled_alike(unit: str) -> None:
    @settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(plan_texts(unit), ledgers(), st.randoms(use_true_random=False))
    def drawn(text: str, tables: dict[str, bytes], random: Random) -> None:
        note(text)
        note("\n".join(content.decode() for content in tables.values()))
        plan = compiled(text)
        assert broken(plan) == ()
        shuffled = {}
        for name, content in tables.items():
            head, *rows = content.decode().splitlines()
            random.shuffle(rows)
            shuffled[name] = ("\n".join([head, *rows]) + "\n").encode()
        agree(plan, tables, unit, shuffled)

    drawn()
