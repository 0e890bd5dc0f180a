"""Plans drawn as text, over drawn ledgers, settled for three periods: both engines give the same lines and digests.

What a line paid in all, less what was taken back, is what it earned less what is not yet due.

The whole way from text is taken, so this also shows that every drawn plan passes the checker and breaks no invariant.
"""

import os
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

from generated.plan_texts import plan_texts
from generated.small_company import CALENDAR, FACTS, OTHER_CALENDAR, ledgers
from generated.time_texts import RETAIL
from quotarules.compiler import compile_texts
from quotarules.diagnostics.files import MemoryFiles
from quotarules.diagnostics.problem import Severity
from quotarules.diagnostics.source import SourceFile
from quotarules.engines.reference.interpreter import settle as settle_by_reference
from quotarules.engines.sql import facts
from quotarules.engines.sql.duckdb import settle as settle_by_duckdb
from quotarules.journal.settlement import Settlement, handed_on, settle
from quotarules.ledger.load import load
from quotarules.ledger.tables import Ledger
from quotarules.plan.bounds import infer
from quotarules.plan.invariants import broken
from quotarules.plan.lines import COLUMNS, OpeningBalance, Outcome
from quotarules.plan.nodes import Plan
from quotarules.plan.problems import TooManyDigits
from quotarules.semantics.calendar import read_calendar
from quotarules.semantics.facts import read_facts
from quotarules.syntax.rule_texts import rule_texts
from quotarules.syntax.yaml_tree import parse_yaml
from quotarules.values.calendar import Calendar
from quotarules.values.period import Period, parse_period
from quotarules.values.schema import FactSchema

# Cases for each kind of period; a long run takes more, with another `--hypothesis-seed`.
CASES = int(os.environ.get("QUOTARULES_CASES", "6"))
Lines = list[tuple[object, ...]]


def schema() -> FactSchema:
    tree, _ = parse_yaml(SourceFile("facts.yaml", FACTS))
    assert tree is not None
    found, problems = read_facts(tree, inline=True)
    assert found is not None, problems
    return found


def calendar(name: str, text: str) -> Calendar:
    tree, _ = parse_yaml(SourceFile(f"{name}.yaml", text))
    assert tree is not None
    found, problems = read_calendar(name, tree)
    assert found is not None, problems
    return found


SCHEMA, CALENDARS = schema(), (calendar("office", CALENDAR), calendar("desk", OTHER_CALENDAR))


def compiled(text: str) -> Plan:
    plan, problems = compile_texts(rule_texts(SourceFile("plan.qr", text)), SCHEMA, CALENDARS)
    # A line of many factors may be refused for the digits that it could need.
    assume(not any(isinstance(problem, TooManyDigits) for problem in problems))
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


def settled_by_both(
    plan: Plan, ledgers: tuple[Ledger, Ledger], period: Period, openings: tuple[OpeningBalance, ...], threads: int
) -> tuple[Settlement, Lines]:
    """What a period comes to; fails where the engines differ. The second ledger has the rows in another order."""
    ledger, shuffled = ledgers
    with TemporaryDirectory() as folder:
        first = settle_by_reference(plan, ledger, period, openings, Path(folder) / "reference.parquet")
        lines = content(first)
        stay_in_bounds(plan, ledger, openings, lines)
        second = settle_by_duckdb(plan, shuffled, period, openings, Path(folder) / "duckdb.parquet", threads=threads)
        assert content(second) == lines
        assert second.members == first.members
        assert second.listed == first.listed
        # Statements, balances, totals and the root over all digests.
        settlement = settle(plan, period, openings, first)
        assert settle(plan, period, openings, second) == settlement
        return settlement, lines


def stay_in_bounds(plan: Plan, ledger: Ledger, openings: tuple[OpeningBalance, ...], lines: Lines) -> None:
    """Every amount lies within what the contracts of the columns allow, and within what follows from the facts."""
    rows = {name: facts.prepared(table) for name, table in ledger.tables.items()}
    counts = {name: table.num_rows for name, table in rows.items()}
    opened = facts.opening_range(openings)
    every = infer(plan, openings=opened), infer(plan, facts.extremes(ledger, rows), counts, opened)
    rules = {(rule.account, rule.rule): rule for rule in plan.lines}
    for line in lines:
        cells = dict(zip(COLUMNS, line, strict=False))
        amount = cells["amount"]
        if isinstance(amount, int):
            value = rules[str(cells["account"]), str(cells["rule"])].amount
            assert all(bounds.of(value).number.lo <= amount <= bounds.of(value).number.hi for bounds in every)


def shuffled(draw: Callable[[st.SearchStrategy[list[bytes]]], list[bytes]], table: bytes) -> bytes:
    """The same rows in another order, below the line with the names of the columns."""
    head, *rows = table.splitlines(keepends=True)
    return b"".join([head, *draw(st.permutations(rows))])


FIRST = {
    "week": "2026-W08",
    "half_month": "2026-02-H2",
    "month": "2026-01",
    "quarter": "2025-Q4",
    "half_year": "2025-H2",
    "year": "2025",
    RETAIL: "2026-P01",
}


@pytest.mark.parametrize("period", FIRST)
@settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_both_engines_give_the_same_lines(data: st.DataObject, period: str) -> None:
    text = data.draw(plan_texts(period))
    note(text)
    tables = data.draw(ledgers())
    note("\n".join(f"{name}:\n{table.decode()}" for name, table in tables.items()))
    others = {name: shuffled(data.draw, table) for name, table in tables.items()}
    agree(text, tables, others, period)


def agree(text: str, tables: dict[str, bytes], others: dict[str, bytes], period: str) -> None:
    """Settles three periods; `others` holds the rows of `tables` in another order."""
    plan = compiled(text)
    assert broken(plan) == ()
    both = loaded(tables), loaded(others)
    settled = parse_period(FIRST[period], plan.period)
    openings: tuple[OpeningBalance, ...] = ()
    paid: Counter[str] = Counter()
    # These take another amount back than what is no longer earned.
    uneven = re.findall(r"clawback (\w+)c[0-9] .* (?:at rate|prorata)", text)
    for threads in (2, 1, 1):
        assert settled is not None
        settlement, lines = settled_by_both(plan, both, settled, openings, threads)
        openings, settled = handed_on(settlement.balances), settled.next()
        paid.update(paid_in_pay(lines))
        rules = [rule for rule in followed(plan) if rule.split(".")[1] not in uneven]
        assert {rule: paid[rule] for rule in rules} == {rule: kept(openings, rule) for rule in rules}


def paid_in_pay(lines: Lines) -> Counter[str]:
    """What each line of a pay block and its clawbacks paid, by the name of the line."""
    result: Counter[str] = Counter()
    for line in lines:
        cells = dict(zip(COLUMNS, line, strict=False))
        if isinstance(cells["amount"], int) and str(cells["account"]).split()[0] == "pay":
            result[re.sub(r"c[0-9]$", "", str(cells["rule"]))] += cells["amount"]
    return result


def followed(plan: Plan) -> list[str]:
    """The lines whose rows are followed from period to period."""
    return [account.name.removesuffix(" earned") for account in plan.accounts if account.name.endswith(" earned")]


def kept(openings: tuple[OpeningBalance, ...], rule: str) -> int:
    """What has been earned by now and is not unpaid."""
    held = Counter({f"{rule} {word}": 0 for word in ("earned", "unpaid")})
    for opening in openings:
        held[opening.account] += opening.amount
    return held[f"{rule} earned"] - held[f"{rule} unpaid"]
