"""Plans drawn as text, over drawn ledgers, settled for two periods: both engines give the same lines and members.

The whole way from text is taken, so this also shows that every drawn plan passes the checker and breaks no invariant.
"""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from generated.plan_texts import FACTS, ledgers, plan_texts
from quotarules.compiler import compile_texts
from quotarules.diagnostics.files import MemoryFiles
from quotarules.diagnostics.problem import Severity
from quotarules.diagnostics.source import SourceFile
from quotarules.engines.reference.interpreter import settle as settle_by_reference
from quotarules.engines.sql.duckdb import settle as settle_by_duckdb
from quotarules.ledger.load import load
from quotarules.ledger.tables import Ledger
from quotarules.plan.invariants import broken
from quotarules.plan.lines import COLUMNS, Member, OpeningBalance, Outcome
from quotarules.plan.nodes import Plan
from quotarules.semantics.calendar import read_calendar
from quotarules.semantics.facts import read_facts
from quotarules.syntax.yaml_tree import parse_yaml
from quotarules.values.calendar import Calendar
from quotarules.values.period import Period, parse_period
from quotarules.values.schema import FactSchema

CASES = int(os.environ.get("QUOTARULES_CASES", "60"))
CALENDAR = """\
from: 2026-01-01
through: 2026-04-10
hours: {mon: "09:00-13:00, 14:00-18:00", tue: "09:00-18:00", wed: "09:00-18:00", thu: "09:00-18:00", fri: "09:00-17:00"}
closed: [2026-03-09]
"""


Lines = list[tuple[object, ...]]


def schema() -> FactSchema:
    tree, _ = parse_yaml(SourceFile("facts.yaml", FACTS))
    assert tree is not None
    found, problems = read_facts(tree, inline=True)
    assert found is not None, problems
    return found


def calendar() -> Calendar:
    tree, _ = parse_yaml(SourceFile("office.yaml", CALENDAR))
    assert tree is not None
    found, problems = read_calendar("office", tree)
    assert found is not None, problems
    return found


SCHEMA, OFFICE = schema(), calendar()


def compiled(text: str) -> Plan:
    plan, problems = compile_texts((SourceFile("plan.qr", text),), SCHEMA, (OFFICE,))
    errors = [problem.report().message for problem in problems if problem.severity is Severity.ERROR]
    assert plan is not None, errors
    return plan


def loaded(tables: dict[str, bytes]) -> Ledger:
    files = MemoryFiles({source_path(name): content for name, content in tables.items()})
    ledger, problems = load(SCHEMA, files, "Europe/Moscow")
    assert ledger is not None, [problem.report().message for problem in problems]
    return ledger


def source_path(table: str) -> str:
    spec = SCHEMA.table(table)
    assert spec is not None
    return getattr(spec.source, "path", table)


def content(outcome: Outcome) -> Lines:
    table = pq.read_table(outcome.lines)
    columns = [[plain(value) for value in column.to_pylist()] for column in table.columns]
    return [tuple(row) for row in zip(*columns, strict=True)]


def plain(value: object) -> object:
    return value if value is None or isinstance(value, str) else int(str(value))


def closings(plan: Plan, lines: Lines, members: tuple[Member, ...]) -> tuple[OpeningBalance, ...]:
    """The due lines of the first period added up for every member of a karma: what the journal would carry over."""
    karmas = {account.name for account in plan.accounts if account.kind == "karma"}
    balance = {(member.account, member.subject): 0 for member in members if member.account in karmas}
    for line in lines:
        cells = dict(zip(COLUMNS, line, strict=False))
        account, subject, amount = str(cells["account"]), str(cells["subject"]), cells["amount"]
        if account in karmas and isinstance(amount, int):
            balance[account, subject] = balance.get((account, subject), 0) + amount
    return tuple(OpeningBalance(*key, amount) for key, amount in sorted(balance.items()))


def settled_by_both(
    plan: Plan, ledger: Ledger, period: Period, openings: tuple[OpeningBalance, ...]
) -> tuple[Lines, tuple[Member, ...]]:
    """The lines and members of a period; fails where the engines differ."""
    with TemporaryDirectory() as folder:
        first = settle_by_reference(plan, ledger, period, openings, Path(folder) / "reference.parquet")
        second = settle_by_duckdb(plan, ledger, period, openings, Path(folder) / "duckdb.parquet")
        lines = content(first)
        assert content(second) == lines
        assert second.members == first.members
        assert second.listed == first.listed
        return lines, first.members


@settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), period=st.sampled_from(["month", "month", "quarter"]))
def test_both_engines_give_the_same_lines(data: st.DataObject, period: str) -> None:
    text = data.draw(plan_texts(period))
    note(text)
    tables = data.draw(ledgers())
    note("\n".join(f"{name}:\n{table.decode()}" for name, table in tables.items()))
    plan = compiled(text)
    assert broken(plan) == ()
    ledger = loaded(tables)
    name = "2026-02" if period == "month" else "2026-Q1"
    first = parse_period(name, plan.period)
    assert first is not None
    lines, members = settled_by_both(plan, ledger, first, ())
    settled_by_both(plan, ledger, first.next(), closings(plan, lines, members))
