"""Drawn plans as text are settled for three periods on several engines, which must come to the same.

The whole way from text is taken, so this also shows that every drawn plan passes the checker and breaks no invariant.
What a line paid in all, less what was taken back, is what it earned less what is not yet due.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq

from drawing import Draw
from engines.agreement import DisagreementError, same
from quotarules.compiler import compile_rules
from quotarules.diagnostics.files import MemoryFiles
from quotarules.diagnostics.problem import Severity
from quotarules.diagnostics.source import SourceFile
from quotarules.engines.choice import Settle
from quotarules.engines.reference.interpreter import settle as settle_by_reference
from quotarules.engines.sql import facts
from quotarules.engines.sql.duckdb import settle as settle_by_duckdb
from quotarules.engines.sql.duckdb_session import Limits
from quotarules.journal.settlement import Settlement, handed_on, settle
from quotarules.ledger.history import as_of
from quotarules.ledger.load import load
from quotarules.ledger.tables import Ledger
from quotarules.plan.bounds import infer
from quotarules.plan.invariants import broken
from quotarules.plan.lines import CARRYING, COLUMNS, DUE, ITEMS, OpeningBalance, Outcome
from quotarules.plan.nodes import Plan
from quotarules.plan.problems import TooManyDigits
from quotarules.semantics.calendar import read_calendar
from quotarules.semantics.facts import read_facts
from quotarules.syntax.rule_texts import rule_texts
from quotarules.syntax.yaml_tree import parse_yaml
from quotarules.values.calendar import Calendar
from quotarules.values.period import Period, parse_period
from quotarules.values.schema import FactSchema

Lines = list[tuple[object, ...]]
Engine = Callable[[int], Settle]
"""An engine that settles with a number of threads, if it knows of any."""
THREADS = (2, 1, 1)
"""How many threads each settlement of a case may have; with more than one, few lines are sorted at a time."""


@dataclass(frozen=True, slots=True)
class Company:
    """What the plans are about: its tables, calendars and files, and the first period that is settled for each unit."""

    schema: FactSchema
    calendars: tuple[Calendar, ...]
    zone: str
    first: Mapping[str, str]
    files: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Case:
    """A plan as text, CSV files that it reads, and facts; `others` has the rows of `tables` in another order."""

    unit: str
    text: str
    tables: dict[str, bytes]
    others: dict[str, bytes]

    def __repr__(self) -> str:
        tables = [f"{name}:\n{table.decode()}" for name, table in self.tables.items()]
        return "\n".join([self.text, *tables])


def duckdb(threads: int) -> Settle:
    """The embedded engine with little memory."""
    return partial(settle_by_duckdb, limits=limits(threads))


def limits(threads: int) -> Limits:
    """What the embedded engine may take in a drawn case."""
    small = Limits(threads, memory_mb=100)
    return small if threads == 1 else replace(small, lines_at_once=8)


def company(texts: str, zone: str, first: Mapping[str, str], files: dict[str, bytes], **calendars: str) -> Company:
    """A company whose facts and calendars are declared in YAML; `files` are those that rules may read."""
    tree, _ = parse_yaml(SourceFile("facts.yaml", texts))
    assert tree is not None
    found, problems = read_facts(tree, inline=True)
    assert found is not None, problems
    return Company(found, tuple(calendar(name, text) for name, text in calendars.items()), zone, first, files)


def calendar(name: str, text: str) -> Calendar:
    tree, _ = parse_yaml(SourceFile(f"{name}.yaml", text))
    assert tree is not None
    found, problems = read_calendar(name, tree)
    assert found is not None, problems
    return found


def shuffled(draw: Draw, tables: dict[str, bytes]) -> dict[str, bytes]:
    """The same rows in another order, below the line with the names of the columns."""
    result = {}
    for name, table in tables.items():
        head, *rows = table.splitlines(keepends=True)
        result[name] = b"".join([head, *draw.order(rows)])
    return result


def compiled(about: Company, text: str) -> Plan | None:
    """The plan; None where a line of many factors is refused for the digits that it could need."""
    rules = rule_texts(SourceFile("plan.qr", text))
    done = compile_rules(rules, about.schema, about.calendars, MemoryFiles(about.files))
    plan, problems = done.plan, done.problems
    if any(isinstance(problem, TooManyDigits) for problem in problems):
        return None
    errors = [problem.report().message for problem in problems if problem.severity is Severity.ERROR]
    assert plan is not None, errors
    return plan


def loaded(about: Company, tables: dict[str, bytes]) -> Ledger:
    files = MemoryFiles({source_path(about, name): content for name, content in tables.items()})
    ledger, problems = load(about.schema, files, about.zone)
    assert ledger is not None, [problem.report().message for problem in problems]
    return ledger


def source_path(about: Company, table: str) -> str:
    spec = about.schema.table(table)
    assert spec is not None
    return getattr(spec.source, "path", table)


def content(outcome: Outcome) -> Lines:
    table = pq.read_table(outcome.lines)
    columns = [[plain(value) for value in column.to_pylist()] for column in table.columns]
    return [tuple(row) for row in zip(*columns, strict=True)]


def plain(value: object) -> object:
    return value if value is None or isinstance(value, str) else int(str(value))


def agree(about: Company, case: Case, engines: Mapping[str, Engine]) -> int:
    """Settles three periods, or none where the plan is refused; tells how many."""
    plan = compiled(about, case.text)
    if plan is None:
        return 0
    assert broken(plan) == ()
    tables, others = loaded(about, case.tables), loaded(about, case.others)
    settled = parse_period(about.first[case.unit], plan.period)
    openings: tuple[OpeningBalance, ...] = ()
    paid: Counter[str] = Counter()
    for threads in THREADS:
        assert settled is not None
        both = as_of(tables, settled.as_of), as_of(others, settled.as_of)
        at_threads = {name: engine(threads) for name, engine in engines.items()}
        settlement, lines = settled_by_all(plan, both, settled, openings, at_threads)
        openings, settled = handed_on(settlement.balances), settled.next()
        paid.update(paid_in_pay(lines))
        pays_what_it_earned(plan, case.text, paid, openings)
    return len(THREADS)


def settled_by_all(
    plan: Plan,
    ledgers: tuple[Ledger, Ledger],
    period: Period,
    openings: tuple[OpeningBalance, ...],
    engines: Mapping[str, Settle],
) -> tuple[Settlement, Lines]:
    """What a period comes to; fails where an engine differs from the reference. Others see rows in another order."""
    ledger, shuffled = ledgers
    with TemporaryDirectory() as folder:
        first = settle_by_reference(plan, ledger, period, openings, Path(folder) / "reference.parquet")
        lines = content(first)
        stay_in_bounds(plan, ledger, openings, lines)
        # Statements, balances, totals and the root over all digests.
        settlement = settle(plan, period, openings, first)
        closes(plan, openings, lines, settlement)
        for name, engine in engines.items():
            second = engine(plan, shuffled, period, openings, Path(folder) / f"{name}.parquet")
            where = f"{name}, {period.name}"
            same(where, content(second), lines)
            same(where, second.members, first.members)
            same(where, second.listed, first.listed)
            if settle(plan, period, openings, second) != settlement:
                raise DisagreementError(f"{where}: the settlements differ, though the lines are the same")
        return settlement, lines


def closes(plan: Plan, openings: tuple[OpeningBalance, ...], lines: Lines, settlement: Settlement) -> None:
    """What an account opened with and the entries of the period make what it closes with."""
    kinds = {account.name: account.kind for account in plan.accounts}
    held = Counter({(opening.account, opening.subject, opening.source): opening.amount for opening in openings})
    for line in lines:
        _, subject, account, _, source, status, amount, _, *_ = (str(cell) for cell in line)
        if status == DUE and kinds[account] in CARRYING:
            held[account, subject, source if kinds[account] in ITEMS else ""] += int(amount)
    closing = {(balance.account, balance.subject, balance.source): balance.closing for balance in settlement.balances}
    if differing := {key: (held[key], closing.get(key)) for key in held if held[key] != closing.get(key)}:
        raise DisagreementError(f"opening and entries do not make the closing: {differing}")


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
            if not all(bounds.of(value).number.lo <= amount <= bounds.of(value).number.hi for bounds in every):
                raise DisagreementError(f"outside its bounds: {cells}")


def pays_what_it_earned(plan: Plan, text: str, paid: Counter[str], openings: tuple[OpeningBalance, ...]) -> None:
    # These take another amount back than what is no longer earned.
    uneven = re.findall(r"clawback (\w+)c[0-9] .* (?:at rate|prorata)", text)
    for rule in followed(plan):
        if rule.split(".")[1] not in uneven and paid[rule] != kept(openings, rule):
            raise DisagreementError(f"{rule} paid {paid[rule]} and has earned {kept(openings, rule)}")


def paid_in_pay(lines: Lines) -> Counter[str]:
    """What each line of a pay block and its clawbacks paid, by the name of the line with its level."""
    result: Counter[str] = Counter()
    for line in lines:
        cells = dict(zip(COLUMNS, line, strict=False))
        if isinstance(cells["amount"], int) and str(cells["account"]).split()[0] == "pay":
            result[re.sub(r"c[0-9](?=$|\.[0-9]$)", "", str(cells["rule"]))] += cells["amount"]
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
