"""A project's folder as checked rules and facts, for the second evaluator."""

from pathlib import Path

from quotarules.diagnostics.files import RootFiles
from quotarules.diagnostics.source import SourceFile
from quotarules.ledger.load import load
from quotarules.ledger.tables import Ledger
from quotarules.semantics.calendar import read_calendar
from quotarules.semantics.checked import CheckedPlan
from quotarules.semantics.facts import read_facts
from quotarules.semantics.project import read_project
from quotarules.syntax.rule_texts import rule_texts
from quotarules.syntax.yaml_tree import Node, parse_yaml
from second.comparing import checked_rules


def project(folder: Path, data: Path) -> tuple[CheckedPlan, Ledger]:
    """The rules of a folder and the ledgers of another one."""
    found, problems = read_project(_yaml(folder / "quotarules.yaml"))
    assert found is not None, problems
    schema, problems = read_facts(*(_yaml(folder / path) for path in found.facts))
    assert schema is not None, problems
    calendars = []
    for name, path in found.calendars:
        calendar, problems = read_calendar(name, _yaml(folder / path))
        assert calendar is not None, problems
        calendars.append(calendar)
    texts = tuple(form for path in found.rules for form in rule_texts(_source(folder / path)))
    plan, problems = checked_rules(texts, schema, tuple(calendars), RootFiles(folder))
    assert plan is not None, problems
    ledger, problems = load(plan.schema, RootFiles(data), plan.zone)
    assert ledger is not None, problems
    return plan, ledger


def _source(path: Path) -> SourceFile:
    return SourceFile(path.name, path.read_text(encoding="utf-8"))


def _yaml(path: Path) -> Node:
    tree, problems = parse_yaml(_source(path))
    assert tree is not None, problems
    return tree
