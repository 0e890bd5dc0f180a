"""The only place where plan, facts and journal meet: what each command does, step by step."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import quotarules
from quotarules.diagnostics.files import RootFiles
from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import SourceFile, Span
from quotarules.engines.choice import Settle, database, engine, lake
from quotarules.engines.items import lost_items
from quotarules.engines.server_problems import EngineError
from quotarules.journal import read
from quotarules.journal.entries import Evidence
from quotarules.journal.openings import openings_for
from quotarules.journal.record import record
from quotarules.journal.store import Journal, lines_for, open_journal
from quotarules.journal.verify import Verified
from quotarules.journal.verify import verify as verify_journal
from quotarules.ledger.history import as_of
from quotarules.ledger.lake import Lake
from quotarules.ledger.load import load
from quotarules.ledger.tables import Ledger
from quotarules.plan.lines import Outcome
from quotarules.plan.nodes import Plan
from quotarules.records import dataclass
from quotarules.semantics.project import Project
from quotarules.statements.assemble import assemble
from quotarules.statements.explain import Explanation
from quotarules.statements.explain import explain as explain_statement
from quotarules.statements.model import Statement
from quotarules.statements.problems import LineUnknown, PeriodOfOtherUnit, PeriodOutsidePlan, SubjectUnknown
from quotarules.statements.report import SettleReport
from quotarules.statements.settled import settle_report
from quotarules.statements.waits import waiting_lines
from quotarules.values.period import Period, calendar_date, parse_period, period_holding
from quotarules.workspace import Answer, OpenProject, Workspace, compiled, open_project


@dataclass(frozen=True, slots=True)
class Order:
    """The wish to settle a period, or `through` it every period that is missing before.

    `who` and `when` go into the journal as they are; `progress` is told in a few words what begins; `urls` say where
    engines run.
    """

    period: str
    through: bool
    engine: str
    who: str
    when: str
    progress: Callable[[str], None]
    urls: tuple[str, ...] = ()


def settle(workspace: Workspace, order: Order) -> Answer[tuple[SettleReport, ...]]:
    """Compile, load, settle each period that the order asks for, and record it; stop at the first that cannot be."""
    run = engine(order.engine, order.urls)
    if isinstance(run, Problem):
        return Answer(None, (run,), {})
    order.progress("reading rules")
    opened = compiled(workspace)
    if opened.value is None or opened.value.compiled.plan is None:
        return Answer(None, opened.problems, opened.sources)
    project, plan = opened.value.project, opened.value.compiled.plan
    journal, problems = open_journal(workspace.folder / project.journal, project.journal)
    if journal is None:
        return Answer(None, (*opened.problems, *problems), opened.sources)
    periods, problems = _periods(journal, plan, order)
    if not periods:
        return Answer(None, (*opened.problems, *problems), opened.sources)
    order.progress("loading facts")
    reports: list[SettleReport] = []
    with lake(order.engine, order.urls) as workers:
        ledger, problems = _ledger(workspace, project, plan, order.engine, order.urls, workers)
        if ledger is None:
            return Answer(None, (*opened.problems, *problems), opened.sources)
        for period in periods:
            report, problems = _settle_period(journal, plan, as_of(ledger, period.as_of), period, order, run)
            if report is None:
                break
            reports.append(report)
    return Answer(tuple(reports), (*opened.problems, *problems), opened.sources)


def _ledger(
    workspace: Workspace,
    project: Project,
    plan: Plan,
    engine_name: str,
    urls: tuple[str, ...],
    workers: Lake | None,
) -> tuple[Ledger | None, tuple[Problem, ...]]:
    """The facts of a plan, from files and from the tables of an engine that can be had; `workers` check large ones."""
    schema = replace(plan.schema, set_aside=project.set_aside)
    try:
        with database(engine_name, urls, schema) as stored:
            return load(schema, RootFiles(workspace.data_root), plan.zone, stored, workers)
    except EngineError as stopped:
        return None, (stopped.problem,)


def _settle_period(
    journal: Journal, plan: Plan, ledger: Ledger, period: Period, order: Order, run: Settle
) -> tuple[SettleReport | None, tuple[Problem, ...]]:
    openings, problems = openings_for(journal, plan, period)
    if openings is None:
        return None, problems
    lost = lost_items(plan, ledger, openings.balances)
    if lost:
        return None, lost
    order.progress(f"settling {period.name}")
    try:
        with lines_for(journal) as lines:
            outcome = run(plan, ledger, period, openings.balances, lines)
            order.progress(f"recording {period.name}")
            recorded, problems = record(journal, plan, openings, outcome, _evidence(plan, ledger, outcome, order))
    except EngineError as stopped:
        return None, (stopped.problem,)
    if recorded is None:
        return None, problems
    # Not read back: the plan at hand is the one that the entry names.
    kept = read.KeptSettlement(recorded.entry, recorded.settlement, plan, recorded.head, stale=False)
    waiting, problems = read.waiting(journal, kept)
    broken, more = read.broken(journal, kept)
    return settle_report(plan, ledger, outcome, recorded, waiting, broken), (*problems, *more)


def _evidence(plan: Plan, ledger: Ledger, outcome: Outcome, order: Order) -> Evidence:
    versions = (*outcome.versions, ("quotarules", quotarules.__version__), ("tzdata", version("tzdata")))
    if any(calendar.library for calendar in plan.calendars):
        versions = (*versions, ("holidays", version("holidays")))
    return Evidence(ledger.digest, outcome.engine, versions, order.who, order.when)


def _period(plan: Plan, name: str) -> tuple[Period | None, tuple[Problem, ...]]:
    """A period of the plan by its name."""
    place = Span(plan.sources[0].name, 0, 0) if plan.sources else Span(plan.name, 0, 0)
    period = parse_period(name, plan.period)
    if period is None:
        return None, (PeriodOfOtherUnit(place, name, plan.period),)
    if period.start < plan.effective_from or period.as_of > plan.effective_through:
        days = (calendar_date(day).isoformat() for day in (plan.effective_from, plan.effective_through))
        return None, (PeriodOutsidePlan(place, name, *days),)
    return period, ()


def _periods(journal: Journal, plan: Plan, order: Order) -> tuple[tuple[Period, ...], tuple[Problem, ...]]:
    """The periods to settle in order; a period that the plan does not have is a problem."""
    last, problems = _period(plan, order.period)
    if last is None:
        return (), problems
    if not order.through:
        return (last,), ()
    settled, problems = read.periods(journal, plan.name)
    fresh = {held.period for held in settled if not held.stale}
    first = settled[0].period if settled else period_holding(plan.period, plan.effective_from)
    periods = [last]
    while periods[-1] > first:
        periods.append(periods[-1].previous())
    missing = [period for period in reversed(periods) if period not in fresh]
    # Everything after the first missing one rests on it, and the period asked for is settled in any case.
    start = missing[0] if missing else last
    return tuple(period for period in reversed(periods) if period >= start), problems


def awaited(
    workspace: Workspace, opened: OpenProject, period_name: str, engine_name: str, urls: tuple[str, ...]
) -> tuple[Problem, ...]:
    """What would wait in a period and why, as warnings; the period is settled as if it were the first, and not kept."""
    plan = opened.compiled.plan
    assert plan is not None, "what has a plan is asked"
    run = engine(engine_name, urls)
    if isinstance(run, Problem):
        return (run,)
    period, problems = _period(plan, period_name)
    if period is None:
        return problems
    with lake(engine_name, urls) as workers, TemporaryDirectory() as folder:
        ledger, problems = _ledger(workspace, opened.project, plan, engine_name, urls, workers)
        if ledger is None:
            return problems
        try:
            outcome = run(plan, as_of(ledger, period.as_of), period, (), Path(folder) / "lines.parquet")
        except EngineError as stopped:
            return *problems, stopped.problem
        table = read.waiting_rows(outcome.lines, plan)
    return *problems, *waiting_lines(plan, period.name, read.lines_of(table, plan))


def queries(workspace: Workspace, engine_name: str, period_name: str | None, rule: str | None) -> Answer[str]:
    """The SQL that settles a period (the plan's first, if none is named), or only what the lines of a rule need."""
    opened = compiled(workspace)
    if opened.value is None or opened.value.compiled.plan is None:
        return Answer(None, opened.problems, opened.sources)
    plan = opened.value.compiled.plan
    period, problems = period_holding(plan.period, plan.effective_from), opened.problems
    if period_name is not None:
        named, more = _period(plan, period_name)
        if named is None:
            return Answer(None, (*problems, *more), opened.sources)
        period = named
    # An engine is loaded only by those who ask for it.
    shown: Callable[[Plan, Period, str, str | None], str | Problem]
    shown = import_module("quotarules.engines.sql.shown").queries
    found = shown(plan, period, engine_name, rule)
    if isinstance(found, Problem):
        return Answer(None, (*problems, found), opened.sources)
    return Answer(found, problems, opened.sources)


# --- what the journal holds ----------------------------------------------------------------------


def statement(workspace: Workspace, period: str, subject: str) -> Answer[Statement]:
    """A subject's statement of a settled period, from the journal alone; `subject` is KEY or KIND/KEY."""
    found = _kept(workspace, period, subject)
    value = None if found.value is None else assemble(found.value)
    return Answer(value, found.problems, found.sources)


def explain(workspace: Workspace, period: str, subject: str, line: str | None) -> Answer[Explanation]:
    """The explanation of a subject's lines, or of those that RULE or RULE/SOURCE names, from the journal alone."""
    found = _kept(workspace, period, subject)
    if found.value is None:
        return Answer(None, found.problems, found.sources)
    shown = assemble(found.value)
    explanation = explain_statement(found.value.kept.plan, shown, found.value.kept.entry.body.span, line)
    if line is not None and not explanation.lines and not explanation.absent:
        rules = tuple(dict.fromkeys(item.rule for section in shown.sections for item in section.lines))
        return Answer(None, (LineUnknown(_journal_name(workspace), line, subject, period, rules),), found.sources)
    return Answer(explanation, found.problems, found.sources)


def verify(workspace: Workspace, head: str | None) -> Answer[Verified]:
    """Everything in the journal recomputed; the problems are those of the first entry that does not fit."""
    journal, problems, sources = _open(workspace)
    if journal is None:
        return Answer(None, problems, sources)
    found, problems = verify_journal(journal, head)
    return Answer(found, problems, sources)


def _kept(workspace: Workspace, period_text: str, subject: str) -> Answer[read.KeptStatement]:
    journal, problems, sources = _open(workspace)
    if journal is None:
        return Answer(None, problems, sources)
    found_plan, problems = read.plan_of_period(journal, period_text)
    if found_plan is None:
        return Answer(None, problems, sources)
    plan, period = found_plan
    kept, problems = read.latest(journal, plan, period)
    if kept is None:
        return Answer(None, problems, sources)
    wanted = _subject(kept, subject)
    if wanted is None:
        kinds = tuple(dict.fromkeys(held.subject_kind for held in kept.settlement.statements))
        return Answer(None, (SubjectUnknown(journal.name, subject, period_text, kinds),), sources)
    found, problems = read.statement(journal, kept.plan.name, period, *wanted)
    return Answer(found, problems, sources)


def _open(workspace: Workspace) -> tuple[Journal | None, tuple[Problem, ...], Mapping[str, SourceFile]]:
    opened = open_project(workspace)
    if opened.value is None:
        return None, opened.problems, opened.sources
    name = opened.value.journal
    journal, problems = open_journal(workspace.folder / name, name, create=False)
    return journal, problems, opened.sources


def _journal_name(workspace: Workspace) -> str:
    project = open_project(workspace).value
    return "" if project is None else project.journal


def _subject(kept: read.KeptSettlement, asked: str) -> tuple[str, str] | None:
    """The kind and key that KEY or KIND/KEY means: a bare key is of the kind that is paid, a key may hold a slash."""
    known = {(held.subject_kind, held.subject) for held in kept.settlement.statements}
    kind, slash, key = asked.partition("/")
    pays = {account.name for account in kept.plan.accounts if account.kind == "pay"}
    paid = {member.subject_kind for member in kept.plan.members if member.account in pays}
    bare = paid or {kind for kind, _ in known}
    wanted = [(kind, key)] if slash else []
    wanted.extend((kind, asked) for kind in sorted(bare))
    return next((subject for subject in wanted if subject in known), None)
