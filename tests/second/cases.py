"""Worked examples in Markdown as checked rules and facts, for the second evaluator."""

from dataclasses import dataclass
from pathlib import Path

from quotarules.diagnostics.files import MemoryFiles
from quotarules.diagnostics.source import SourceFile
from quotarules.ledger.load import load
from quotarules.ledger.tables import Ledger
from quotarules.semantics.calendar import read_calendar
from quotarules.semantics.checked import CheckedPlan
from quotarules.semantics.facts import read_facts
from quotarules.syntax.markdown import Case, read_case
from quotarules.syntax.rule_texts import fenced
from quotarules.syntax.yaml_tree import parse_yaml
from quotarules.values.calendar import Calendar
from quotarules.values.period import Period, parse_period
from quotarules.values.schema import FactSchema, FileSource
from second.comparing import checked_rules


@dataclass(frozen=True, slots=True)
class Example:
    """A case to settle from its first expected period through its last."""

    plan: CheckedPlan
    ledger: Ledger
    first: Period
    last: Period


def example(path: Path) -> Example | None:
    """The case of a file; None if it expects no lines (a page without rules, or a mistake)."""
    source = SourceFile(path.name, path.read_text(encoding="utf-8"))
    case, problems = read_case(source)
    assert case is not None, problems
    if not case.expectations:
        return None
    schema = _schema(case)
    calendars = tuple(_calendar(name, text) for name, text in case.calendars)
    csv = MemoryFiles({fence.table: fence.text.encode() for fence in case.csv})
    plan, found = checked_rules(fenced(case.source), schema, calendars, csv)
    assert plan is not None, [problem.report().message for problem in found]
    ledger, found = load(plan.schema, _files(case, plan.schema), plan.zone)
    assert ledger is not None, [problem.report().message for problem in found]
    periods = [parse_period(expected.period, plan.period) for expected in case.expectations]
    settled = [period for period in periods if period is not None]
    return Example(plan, ledger, min(settled), max(settled))


def _schema(case: Case) -> FactSchema:
    assert case.facts_yaml is not None, "a case with lines has facts"
    tree, problems = parse_yaml(case.facts_yaml)
    assert tree is not None, problems
    schema, problems = read_facts(tree, inline=True)
    assert schema is not None, problems
    return schema


def _calendar(name: str, text: SourceFile) -> Calendar:
    tree, problems = parse_yaml(text)
    assert tree is not None, problems
    calendar, problems = read_calendar(name, tree)
    assert calendar is not None, problems
    return calendar


def _files(case: Case, schema: FactSchema) -> MemoryFiles:
    texts = {fence.table: fence.text for fence in case.facts}
    for spec in schema.tables:
        if isinstance(spec.source, FileSource) and spec.name not in texts:
            texts[spec.name] = ",".join(column.name for column in spec.columns) + "\n"
    return MemoryFiles({table: text.encode() for table, text in texts.items()})
