"""The second evaluator beside the reference engine: the same rules, facts and periods, and what differs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq

from quotarules.diagnostics.files import Files
from quotarules.diagnostics.problem import Problem, Severity
from quotarules.engines.items import lost_items
from quotarules.engines.reference.interpreter import settle as settle_by_reference
from quotarules.journal.settlement import handed_on, settle
from quotarules.ledger.history import as_of
from quotarules.ledger.tables import Ledger
from quotarules.plan.from_checked.whole import plan_from_checked
from quotarules.plan.lines import OpeningBalance
from quotarules.plan.nodes import Plan
from quotarules.semantics.check import check
from quotarules.semantics.checked import CheckedPlan
from quotarules.semantics.file_rows import with_file_rows
from quotarules.syntax.rule_texts import RuleText, parse_rules, sources_of
from quotarules.values.calendar import Calendar
from quotarules.values.period import Period
from quotarules.values.schema import FactSchema
from second.whole import settled
from second.world import Line

LineKey = tuple[str, str, str, str, str]
"""Subject kind, subject, account, rule, source."""
Found = tuple[str, Fraction | None]
"""Status, and the amount if the line is due."""


def checked_rules(
    texts: tuple[RuleText, ...], schema: FactSchema, calendars: tuple[Calendar, ...], files: Files
) -> tuple[CheckedPlan | None, tuple[Problem, ...]]:
    """The checked tree of rule texts; None with problems."""
    problems: list[Problem] = []
    modules = []
    for text in texts:
        module, found = parse_rules(text)
        problems.extend(found)
        if module is not None:
            modules.append(module)
    expanded = with_file_rows(tuple(modules), files)
    problems.extend(expanded.problems)
    if any(problem.severity is Severity.ERROR for problem in problems):
        return None, tuple(problems)
    checked, found = check(expanded.modules, schema, calendars, sources_of(texts), (), expanded.sources)
    return checked, (*problems, *found)


@dataclass(frozen=True, slots=True)
class Difference:
    """A line of a period on which the two do not agree."""

    period: str
    key: LineKey
    engine: Found | None
    second: Found | None


def by_key(lines: list[Line]) -> dict[LineKey, Found]:
    found: dict[LineKey, Found] = {}
    for line in lines:
        key = (line.kind, line.subject, line.account, line.rule, line.source)
        assert key not in found, f"two lines {key}"
        found[key] = (line.status, line.amount)
    return found


def engine_lines(plan: Plan, path: Path) -> dict[LineKey, Found]:
    scales = {account.name: account.scale for account in plan.accounts}
    found: dict[LineKey, Found] = {}
    for row in pq.read_table(path).to_pylist():
        key = (row["subject_kind"], row["subject"], row["account"], row["rule"], row["source"])
        amount = None if row["amount"] is None else Fraction(int(row["amount"]), 10 ** scales[row["account"]])
        found[key] = (row["status"], amount)
    return found


def differences(
    checked: CheckedPlan, ledger: Ledger, first: Period, last: Period, plan: Plan | None = None
) -> Iterator[Difference]:
    """What differs from the first period through the last, each opening with what the engine closed the one before."""
    plan = plan_from_checked(checked) if plan is None else plan
    scales = {account.name: account.scale for account in plan.accounts}
    openings: tuple[OpeningBalance, ...] = ()
    period = first
    with TemporaryDirectory() as folder:
        while period <= last:
            facts = as_of(ledger, period.as_of)
            if lost_items(plan, facts, openings):
                return
            outcome = settle_by_reference(plan, facts, period, openings, Path(folder) / "lines.parquet")
            held = {(o.account, o.subject, o.source): Fraction(o.amount, 10 ** scales[o.account]) for o in openings}
            yield from _compared(
                period, engine_lines(plan, outcome.lines), by_key(settled(checked, ledger, period, held))
            )
            openings = handed_on(settle(plan, period, openings, outcome).balances)
            period = period.next()


def _compared(period: Period, one: Mapping[LineKey, Found], two: Mapping[LineKey, Found]) -> Iterator[Difference]:
    for key in sorted({*one, *two}):
        if one.get(key) != two.get(key):
            yield Difference(period.name, key, one.get(key), two.get(key))
