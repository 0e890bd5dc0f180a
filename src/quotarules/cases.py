"""Worked examples in Markdown: compile the rules, settle the facts on every engine, compare with what is expected.

It prints nothing and writes nothing that stays; what it finds is handed back as values.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq

from quotarules.compiler import compile_rules
from quotarules.diagnostics.files import Files, MemoryFiles
from quotarules.diagnostics.problem import Problem, Severity
from quotarules.diagnostics.render.place import place
from quotarules.diagnostics.source import SourceFile, Span
from quotarules.engines.choice import ENGINES, Settle
from quotarules.engines.items import lost_items
from quotarules.engines.server_problems import EngineError
from quotarules.journal.read import Line, lines_of
from quotarules.journal.settlement import Settlement, handed_on
from quotarules.journal.settlement import settle as settle_up
from quotarules.ledger.history import as_of
from quotarules.ledger.load import load
from quotarules.ledger.tables import Ledger
from quotarules.plan.lines import ITEMS, OpeningBalance
from quotarules.plan.nodes import Plan
from quotarules.semantics.calendar import read_calendar
from quotarules.semantics.facts import read_facts
from quotarules.statements.assemble import statement_line
from quotarules.statements.explain import line_chain
from quotarules.statements.numbers import plain
from quotarules.syntax.markdown import CLOSING, OPENING, TOTAL, Case, Expectation, ExpectedLine, read_case
from quotarules.syntax.rule_texts import fenced
from quotarules.syntax.yaml_tree import parse_yaml
from quotarules.values.calendar import Calendar
from quotarules.values.period import Period, parse_period, unit_text
from quotarules.values.schema import FactSchema, FileSource, TableSpec

LineKey = tuple[str, str, str, str, str]
"""Subject kind, subject, account, rule, source."""
_ENDS = (OPENING, CLOSING)


@dataclass(frozen=True, slots=True)
class Difference:
    """A line that is not as expected on one engine: both sides in words, and the place of the expectation.

    `chain` tells how the computed amount came about, from its inputs to its rounding.
    """

    engine: str
    period: str
    line: str
    expected: str
    computed: str
    span: Span
    chain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What running a case came to.

    `problems` are those that nobody expected (warnings do not fail a case that expects lines), `absent` those that were
    expected and did not come; `compared` counts the expected lines.
    """

    source: SourceFile
    passed: bool
    problems: tuple[Problem, ...] = ()
    absent: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    compared: int = 0


Load = Callable[[FactSchema, Files, str], tuple[Ledger | None, tuple[Problem, ...]]]
"""What reads the facts of a case: see `ledger.load.load`."""


def run_case(source: SourceFile, engines: Mapping[str, Settle] | None = None, read: Load = load) -> CaseResult:
    """Run one Markdown file on the embedded engines, or on those given; one that ends the run is a problem."""
    case, problems = read_case(source)
    if case is None:
        return CaseResult(source, False, problems)
    plan, ledger, found = _compiled(case, read)
    if case.problems is not None:
        return _compare_problems(case, found)
    if plan is None or ledger is None or any(problem.severity is Severity.ERROR for problem in found):
        return CaseResult(source, False, found)
    wanted = {parse_period(expectation.period, plan.period): expectation for expectation in case.expectations}
    chosen = ENGINES if engines is None else engines
    try:
        runs = [_run_engine(name, settle, wanted, plan, ledger) for name, settle in chosen.items()]
    except EngineError as stopped:
        return CaseResult(source, False, (*found, stopped.problem))
    differences = [difference for run in runs for difference in run.differences]
    if not differences:
        differences.extend(_disagreements(runs, case))
    compared = sum(len(expectation.lines) for expectation in case.expectations)
    return CaseResult(source, not differences, found, (), tuple(differences), compared)


def holds_case(source: SourceFile) -> bool:
    """Whether a Markdown file has rules or expected problems in it; other files are text, and nothing to run."""
    case, _ = read_case(source)
    return case is None or _has_rules(case) or case.problems is not None


def _has_rules(case: Case) -> bool:
    return case.rules_yaml is not None or bool(case.rules.text.strip())


# --- texts to plan and ledger --------------------------------------------------------------------


def _compiled(case: Case, read: Load) -> tuple[Plan | None, Ledger | None, tuple[Problem, ...]]:
    problems: list[Problem] = []
    schema = _schema(case, problems)
    calendars: list[Calendar] = []
    for name, text in case.calendars:
        tree, found = parse_yaml(text)
        problems.extend(found)
        if tree is not None:
            calendar, found = read_calendar(name, tree)
            problems.extend(found)
            calendars.extend([] if calendar is None else [calendar])
    # Rules of a calendar that cannot be read are only parsed: that it is missing would be a second complaint.
    whole = len(calendars) == len(case.calendars)
    rows = MemoryFiles({fence.table: fence.text.encode() for fence in case.csv})
    compiled = compile_rules(fenced(case.source), schema if whole else None, tuple(calendars), rows)
    plan = compiled.plan
    problems.extend(compiled.problems)
    if plan is None:
        return None, None, tuple(problems)
    ledger, found = read(_inline(plan.schema), _files(case, plan.schema), plan.zone)
    return plan, ledger, (*problems, *found)


def _schema(case: Case, problems: list[Problem]) -> FactSchema | None:
    if case.facts_yaml is None:
        return FactSchema(())
    tree, found = parse_yaml(case.facts_yaml)
    problems.extend(found)
    if tree is None:
        return None
    schema, found = read_facts(tree, inline=True)
    problems.extend(found)
    return schema


def _inline(schema: FactSchema) -> FactSchema:
    """The declaration with every file's table read from a fence of its name, under its columns' declared names."""
    return replace(schema, tables=tuple(_from_fence(spec) for spec in schema.tables))


def _from_fence(spec: TableSpec) -> TableSpec:
    if not isinstance(spec.source, FileSource):
        return spec
    columns = tuple(replace(column, source=None) for column in spec.columns)
    return replace(spec, columns=columns, source=FileSource(spec.name, "csv", spec.source.span))


def _files(case: Case, schema: FactSchema) -> MemoryFiles:
    """The fences as files by table; a table without a fence has its header and no rows."""
    headers = {spec.name: ",".join(column.name for column in spec.columns) + "\n" for spec in schema.tables}
    texts = headers | {fence.table: fence.text for fence in case.facts}
    return MemoryFiles({table: text.encode() for table, text in texts.items()})


# --- cases of mistakes ---------------------------------------------------------------------------


def _compare_problems(case: Case, found: tuple[Problem, ...]) -> CaseResult:
    expected = [(wanted.code, wanted.line, wanted.column) for wanted in case.problems or ()]
    unexpected: list[Problem] = []
    for problem in found:
        at = (problem.code, *_place_of(problem, case))
        if at in expected:
            expected.remove(at)
        else:
            unexpected.append(problem)
    absent = tuple(f"{code} {line}:{column}" for code, line, column in expected)
    return CaseResult(case.source, not (unexpected or absent), tuple(unexpected), absent)


def _place_of(problem: Problem, case: Case) -> tuple[int, int]:
    """Line and column in the Markdown file, also of a row of a facts fence (then column 1)."""
    label = problem.report().primary
    for fence in case.facts:
        if isinstance(label.row, int) and label.span.file == fence.table:
            return fence.first_line + label.row - 1, 1
    for fence in case.csv:
        if label.span.file == fence.table:
            line, column = SourceFile(fence.table, fence.text).place(label.span.start)
            return fence.first_line + line - 1, column
    spot = place(label.span, {case.source.name: case.source})
    return spot.line or 1, spot.column


# --- cases of pay --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Run:
    """What an engine made of a case: the differences, and the root of each settled period."""

    engine: str
    differences: tuple[Difference, ...]
    roots: tuple[tuple[str, str], ...]


def _run_engine(
    name: str, settle: Settle, wanted: Mapping[Period | None, Expectation], plan: Plan, ledger: Ledger
) -> _Run:
    """Settle from the first expected period through the last; those between are settled too, for their balances."""
    differences = [_no_such_period(name, wanted[None], plan)] if None in wanted else []
    periods = [period for period in wanted if period is not None]
    roots: list[tuple[str, str]] = []
    openings: tuple[OpeningBalance, ...] = ()
    with TemporaryDirectory() as folder:
        for period in _through(min(periods), max(periods)) if periods else ():
            facts = as_of(ledger, period.as_of)
            lost = lost_items(plan, facts, openings)
            if lost:
                words = ("items", "the rows that they were earned by", lost[0].report().message)
                differences.append(Difference(name, period.name, *words, wanted[max(periods)].span))
                break
            outcome = settle(plan, facts, period, openings, Path(folder) / f"{period.name}.parquet")
            settlement = settle_up(plan, period, openings, outcome)
            if period in wanted:
                lines = _read_lines(outcome.lines, plan)
                differences.extend(_compare(name, wanted[period], plan, lines, period))
                differences.extend(_compare_balances(name, wanted[period], plan, settlement))
            roots.append((period.name, settlement.root))
            openings = handed_on(settlement.balances)
    return _Run(name, tuple(differences), tuple(roots))


def _through(first: Period, last: Period) -> Iterator[Period]:
    period = first
    while period <= last:
        yield period
        period = period.next()


def _no_such_period(engine: str, expectation: Expectation, plan: Plan) -> Difference:
    words = ("every line", "a period of the plan", f"the plan settles each {unit_text(plan.period)}")
    return Difference(engine, expectation.period, *words, expectation.span)


def _disagreements(runs: list[_Run], case: Case) -> Iterator[Difference]:
    """Engines that pay alike and yet do not give the same bytes."""
    for run in runs[1:]:
        for (period, root), (_, other) in zip(runs[0].roots, run.roots, strict=True):
            if root != other:
                words = ("settlement root", f"{root} as on {runs[0].engine}", other)
                yield Difference(run.engine, period, *words, case.expectations[0].span)


def _read_lines(path: Path, plan: Plan) -> dict[LineKey, Line]:
    """The lines of a file by key."""
    lines = lines_of(pq.read_table(path), plan)
    return {(line.subject_kind, line.subject, line.account, line.rule, line.source): line for line in lines}


def _compare(
    engine: str, expectation: Expectation, plan: Plan, lines: Mapping[LineKey, Line], period: Period
) -> Iterator[Difference]:
    kind = _pay_kind(plan)
    scales = {account.name: account.scale for account in plan.accounts}
    seen: set[LineKey] = set()
    for wanted in expectation.lines:
        subject_kind, key = _subject(wanted.subject, kind)
        words = (engine, expectation.period, _line_words(wanted), _expected_words(wanted))
        if wanted.account not in scales:
            yield Difference(*words, "the plan has no such account", wanted.span)
        elif wanted.rule in _ENDS:
            continue
        elif wanted.rule == TOTAL:
            total = plain(_total(lines, (subject_kind, key, wanted.account)), scales[wanted.account])
            if Fraction(wanted.amount or "0") != Fraction(total):
                yield Difference(*words, f"due {total}", wanted.span)
        else:
            full = (subject_kind, key, wanted.account, wanted.rule, wanted.source)
            seen.add(full)
            found = lines.get(full)
            if found is None:
                yield Difference(*words, "no such line", wanted.span)
            elif not _agree(wanted, found):
                yield Difference(*words, _computed_words(found), wanted.span, _chain(plan, found, period))
    yield from _surplus(engine, expectation, plan, lines, seen)


def _compare_balances(
    engine: str, expectation: Expectation, plan: Plan, settlement: Settlement
) -> Iterator[Difference]:
    """What accounts stood at before and after the period; nothing where a subject has no account.

    Of items that of one row, or, without a source, all together.
    """
    held: dict[tuple[str, str, str, str], tuple[int, int, int]] = {}
    for found in settlement.balances:
        for source in {found.source, ""}:
            at = (found.subject_kind, found.subject, found.account, source)
            opening, closing, scale = held.get(at, (0, 0, found.scale))
            held[at] = (opening + found.opening, closing + found.closing, scale)
    for wanted in expectation.lines:
        if wanted.rule in _ENDS:
            key = (*_subject(wanted.subject, _pay_kind(plan)), wanted.account, wanted.source)
            *ends, scale = held.get(key, (0, 0, 0))
            stood = plain(ends[_ENDS.index(wanted.rule)], scale)
            if Fraction(wanted.amount or "0") != Fraction(stood):
                words = (engine, expectation.period, _line_words(wanted), _expected_words(wanted))
                yield Difference(*words, f"due {stood}", wanted.span)


def _surplus(
    engine: str, expectation: Expectation, plan: Plan, lines: Mapping[LineKey, Line], seen: set[LineKey]
) -> Iterator[Difference]:
    """Lines that nobody expected, in statements whose lines are listed (an account with only a total is not)."""
    kind = _pay_kind(plan)
    summed = {TOTAL, *_ENDS}
    named = [(_subject(line.subject, kind), line.account, line.rule in summed) for line in expectation.lines]
    listed = {(subject, account) for subject, account, total in named if not total}
    totals_only = {(subject, account) for subject, account, total in named if total} - listed
    subjects = {subject for subject, _, total in named if not total}
    accounts = {(subject, account) for subject, account, _ in named}
    # What is carried row by row is compared where a case names its account: its pay lines tell the same otherwise.
    items = {account.name for account in plan.accounts if account.kind in ITEMS}
    for key, line in lines.items():
        if key in seen or key[:2] not in subjects or (key[:2], key[2]) in totals_only or _unnamed(key, items, accounts):
            continue
        words = f"{key[0]}/{key[1]} {key[2]} {key[3]} {key[4]}".rstrip()
        yield Difference(engine, expectation.period, words, "no such line", _computed_words(line), expectation.span)


def _unnamed(key: LineKey, items: set[str], accounts: set[tuple[tuple[str, str], str]]) -> bool:
    return key[2] in items and (key[:2], key[2]) not in accounts


def _chain(plan: Plan, line: Line, period: Period) -> tuple[str, ...]:
    """The inputs and steps of a computed line; an opening balance is not among what one line keeps."""
    rule = next(rule for rule in plan.lines if (rule.account, rule.rule) == (line.account, line.rule))
    return line_chain(plan, rule, statement_line(rule, line), period)


def _pay_kind(plan: Plan) -> str:
    """The kind of subject that a bare key means: whoever is paid, or the only kind there is."""
    pays = {account.name for account in plan.accounts if account.kind == "pay"}
    kinds = [member.subject_kind for member in plan.members if member.account in pays]
    kinds += [rule.subject_kind for rule in plan.lines]
    return kinds[0] if kinds else ""


def _subject(written: str, pay_kind: str) -> tuple[str, str]:
    kind, slash, key = written.partition("/")
    return (kind, key) if slash else (pay_kind, written)


def _total(lines: Mapping[LineKey, Line], of: tuple[str, str, str]) -> int:
    return sum(line.amount or 0 for key, line in lines.items() if key[:3] == of)


def _agree(wanted: ExpectedLine, found: Line) -> bool:
    if wanted.status != found.status or (wanted.reason is not None and wanted.reason != found.reason):
        return False
    if wanted.amount is None or found.amount is None:
        return wanted.amount is None and found.amount is None
    return Fraction(wanted.amount) == Fraction(found.amount, 10**found.scale)


def _line_words(line: ExpectedLine) -> str:
    return f"{line.subject} {line.account} {line.rule} {line.source}".rstrip()


def _expected_words(line: ExpectedLine) -> str:
    return " ".join(part for part in (line.status, line.amount, line.reason) if part)


def _computed_words(found: Line) -> str:
    figure = "" if found.amount is None else plain(found.amount, found.scale)
    return " ".join(part for part in (found.status, figure, found.reason) if part)
