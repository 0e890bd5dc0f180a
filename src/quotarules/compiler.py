"""Text to plan: every pass named on one screen, and all that an editor needs. It loads no engine and no journal."""

from dataclasses import replace

from quotarules.diagnostics.files import Files, MemoryFiles, read_text
from quotarules.diagnostics.problem import Problem, Severity
from quotarules.diagnostics.source import SourceFile
from quotarules.plan.bounds import infer
from quotarules.plan.from_checked.unreached import unreached
from quotarules.plan.from_checked.whole import plan_from_checked
from quotarules.plan.nodes import Plan
from quotarules.plan.problems import too_wide
from quotarules.records import dataclass
from quotarules.semantics.calendar import read_calendar
from quotarules.semantics.check import check
from quotarules.semantics.facts import read_facts
from quotarules.semantics.file_rows import with_file_rows
from quotarules.semantics.project import Project
from quotarules.syntax.ast import Module
from quotarules.syntax.rule_texts import RuleText, parse_rules, rule_texts, sources_of
from quotarules.syntax.yaml_tree import Node, parse_yaml
from quotarules.values.calendar import Calendar
from quotarules.values.schema import FactSchema


@dataclass(frozen=True, slots=True)
class Compiled:
    """The plan, if no error stands in its way; every problem found; the texts that were read, to show places in."""

    plan: Plan | None
    problems: tuple[Problem, ...]
    sources: tuple[SourceFile, ...]


def compile_project(files: Files, project: Project) -> Compiled:
    """All texts of a project to its plan."""
    reading = _Reading(files)
    facts = tuple(tree for path in project.facts if (tree := reading.yaml(path)) is not None)
    schema, found = read_facts(*facts) if len(facts) == len(project.facts) else (None, ())
    reading.problems.extend(found)
    calendars = tuple(item for name, path in project.calendars if (item := reading.calendar(name, path)) is not None)
    texts = (text for path in project.rules if (text := reading.text(path)) is not None)
    rules = tuple(form for text in texts for form in rule_texts(text))
    whole = len({text.source.name for text in rules}) == len(project.rules) and len(calendars) == len(project.calendars)
    declared = replace(schema, set_aside=project.set_aside) if schema is not None and whole else None
    made = compile_rules(rules, declared, calendars, files)
    return Compiled(made.plan, (*reading.problems, *made.problems), (*reading.sources, *made.sources))


def compile_texts(
    rules: tuple[RuleText | SourceFile, ...], schema: FactSchema | None, calendars: tuple[Calendar, ...]
) -> tuple[Plan | None, tuple[Problem, ...]]:
    """Rule texts to a plan, whose tables read no files; without a schema they are only parsed."""
    compiled = compile_rules(rules, schema, calendars, MemoryFiles({}))
    return compiled.plan, compiled.problems


def compile_rules(
    rules: tuple[RuleText | SourceFile, ...], schema: FactSchema | None, calendars: tuple[Calendar, ...], files: Files
) -> Compiled:
    """Rules in any form (a source by its name) to a plan; without a schema they are only parsed.

    `files` are those in which rows of tables and tiers may stand; the sources that come back are these.
    """
    problems: list[Problem] = []
    modules: list[Module] = []
    texts = tuple(form for each in rules for form in ((each,) if isinstance(each, RuleText) else rule_texts(each)))
    for text in texts:
        module, found = parse_rules(text)
        problems.extend(found)
        if module is not None:
            modules.append(module)
    if schema is None or len(modules) < len(texts):
        return Compiled(None, tuple(problems), ())
    expanded = with_file_rows(tuple(modules), files)
    # A text that does not parse in places is checked all the same: the rest of it may hold more mistakes.
    unread = tuple(problem.report().primary.span for problem in problems)
    problems.extend(expanded.problems)
    if expanded.problems:
        return Compiled(None, tuple(problems), expanded.sources)
    checked, found = check(expanded.modules, schema, calendars, sources_of(texts), unread, expanded.sources)
    problems.extend(found)
    if checked is None or any(problem.severity is Severity.ERROR for problem in problems):
        return Compiled(None, tuple(problems), expanded.sources)
    plan = plan_from_checked(checked)
    bounds = infer(plan)
    problems.extend((*too_wide(plan, bounds), *unreached(checked, plan, bounds)))
    stopped = any(problem.severity is Severity.ERROR for problem in problems)
    return Compiled(None if stopped else plan, tuple(problems), expanded.sources)


@dataclass(slots=True)
class _Reading:
    """Reads a project's texts and keeps what was read and what was wrong."""

    files: Files
    sources: list[SourceFile]
    problems: list[Problem]

    def __init__(self, files: Files) -> None:
        self.files, self.sources, self.problems = files, [], []

    def text(self, path: str) -> SourceFile | None:
        source, found = read_text(self.files, path)
        self.problems.extend(found)
        if source is not None:
            self.sources.append(source)
        return source

    def yaml(self, path: str) -> Node | None:
        source = self.text(path)
        if source is None:
            return None
        tree, found = parse_yaml(source)
        self.problems.extend(found)
        return tree

    def calendar(self, name: str, path: str) -> Calendar | None:
        tree = self.yaml(path)
        if tree is None:
            return None
        calendar, found = read_calendar(name, tree)
        self.problems.extend(found)
        return calendar
