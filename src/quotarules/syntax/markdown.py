"""Literate Markdown: the rules, facts and expectations that stand in fences between the paragraphs of a plan.

What stands outside a fence becomes blank, so that every place in a fence is its place in the Markdown file.
"""

import csv
import re
from dataclasses import field

from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import SourceFile, Span
from quotarules.records import dataclass
from quotarules.syntax.markdown_problems import (
    BadExpectation,
    BadExpectedProblem,
    FenceNeedsName,
    FenceTwice,
    OpenFence,
    ShiftedFence,
)
from quotarules.values.period import is_period_name

EXPECT_COLUMNS = ("subject", "account", "rule", "source", "status", "amount", "reason")
STATUSES = ("due", "waiting", "excluded")
TOTAL, OPENING, CLOSING = "total", "opening", "closing"

_OPENING = re.compile(r"(?P<indent>[ \t]*)(?P<marks>`{3,}|~{3,})[ \t]*(?P<info>[^`\r\n]*?)[ \t]*\r?\n?")
_VISIBLE = re.compile(r"[^\r\n]")
_AMOUNT = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)
_EXPECTED = re.compile(r"(QR[0-9]{4})\s+([0-9]{1,7}):([0-9]{1,7})", re.ASCII)
_LONGEST_ROW = 10_000
_OURS = ("quotarules", "facts", "csv", "yaml", "expect", "problems")


@dataclass(frozen=True, slots=True)
class Fence:
    """One fence: the words of its first line, its body, the places of both and the number of the body's first line."""

    words: tuple[str, ...]
    body: str
    info_span: Span
    span: Span
    first_line: int


@dataclass(frozen=True, slots=True)
class FactsFence:
    """The rows of one table as CSV text; row 1, the header, stands in line `first_line` of the file."""

    table: str
    text: str
    span: Span
    first_line: int


@dataclass(frozen=True, slots=True)
class ExpectedLine:
    """One line that a statement should have.

    `subject` is a bare key for the subject of pay, or `kind/KEY`; `rule` is `total` for the sum of an account's due
    lines; `source` is the row's key, empty without one; `amount` is the written decimal, None unless due; `reason`
    is None where it is not checked.
    """

    subject: str
    account: str
    rule: str
    source: str
    status: str
    amount: str | None
    reason: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Expectation:
    """All lines that the statements named in it should have for one period."""

    period: str
    lines: tuple[ExpectedLine, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ExpectedProblem:
    """A problem that a bad case should have, by code and the place of its primary label."""

    code: str
    line: int
    column: int
    span: Span


@dataclass(frozen=True, slots=True)
class Case:
    """What a Markdown file holds; the YAML and rule sources have the file's own offsets.

    `rules_yaml` are rules in YAML, None where there are none.
    """

    source: SourceFile
    rules: SourceFile
    facts_yaml: SourceFile | None
    calendars: tuple[tuple[str, SourceFile], ...]
    facts: tuple[FactsFence, ...]
    expectations: tuple[Expectation, ...]
    problems: tuple[ExpectedProblem, ...] | None
    csv: tuple[FactsFence, ...] = ()
    rules_yaml: SourceFile | None = None


@dataclass(slots=True)
class _Reading:
    """A case while its fences are sorted, and what was found wrong."""

    calendars: dict[str, Fence] = field(default_factory=dict)
    facts: dict[str, Fence] = field(default_factory=dict)
    csv: dict[str, Fence] = field(default_factory=dict)
    expectations: dict[str, Fence] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def rule_text(source: SourceFile) -> SourceFile:
    """The rules of a Markdown file with everything else blank; places stay the same."""
    return _only(source, list(rule_fences(source)))


def yaml_rule_text(source: SourceFile) -> SourceFile | None:
    """The rules in YAML of a Markdown file with everything else blank, or None where there are none."""
    fences = [fence for fence in _fences(source) if fence.words == ("yaml", "rules")]
    return _only(source, fences) if fences else None


def rule_fences(source: SourceFile) -> tuple[Fence, ...]:
    """The fences of a Markdown file that hold rules."""
    return tuple(fence for fence in _fences(source) if fence.words == ("quotarules",))


def read_case(source: SourceFile) -> tuple[Case | None, tuple[Problem, ...]]:
    """All fences of a Markdown file, or the problems of their form; what they say is judged elsewhere."""
    reading = _Reading()
    fences = _fences(source)
    ours = [fence for fence in fences if fence.words and fence.words[0] in _OURS]
    for fence in ours:
        reading.problems.extend(_form_problems(fence, source))
    yaml_fences = [fence for fence in ours if fence.words == ("yaml", "facts")]
    expected = [fence for fence in ours if fence.words == ("problems",)]
    for fence in ours:
        _sort_in(fence, reading)
    expectations = tuple(_expectation(period, fence, reading) for period, fence in reading.expectations.items())
    problems = [found for fence in expected for found in _expected_problems(fence, reading)]
    case = Case(
        source=source,
        rules=_only(source, [fence for fence in ours if fence.words == ("quotarules",)]),
        facts_yaml=_only(source, yaml_fences) if yaml_fences else None,
        calendars=tuple((name, _only(source, [fence])) for name, fence in reading.calendars.items()),
        facts=tuple(FactsFence(name, f.body, f.span, f.first_line) for name, f in reading.facts.items()),
        expectations=expectations,
        problems=tuple(problems) if expected else None,
        csv=tuple(FactsFence(name, f.body, f.span, f.first_line) for name, f in reading.csv.items()),
        rules_yaml=yaml_rule_text(source),
    )
    return (None if reading.problems else case), tuple(reading.problems)


# --- fences ------------------------------------------------------------------------------------


def _fences(source: SourceFile) -> list[Fence]:
    """All fences; one that never closes runs to the end of the file."""
    found: list[Fence] = []
    text = source.text
    starts = source.line_starts
    number = 1
    while number <= len(starts):
        begin = starts[number - 1]
        opening = _OPENING.fullmatch(text, begin, _line_end(source, number))
        if opening is None:
            number += 1
            continue
        close = _closing(source, number + 1, opening["marks"])
        body_start = _line_end(source, number)
        body_end = starts[close - 1] if close <= len(starts) else len(text)
        info = Span(source.name, opening.start("marks"), opening.end("info"))
        words = tuple(opening["info"].split())
        found.append(Fence(words, text[body_start:body_end], info, Span(source.name, body_start, body_end), number + 1))
        number = close + 1
    return found


def _line_end(source: SourceFile, number: int) -> int:
    return source.line_starts[number] if number < len(source.line_starts) else len(source.text)


def _closing(source: SourceFile, number: int, marks: str) -> int:
    """The number of the line that closes a fence, or the one after the last."""
    while number <= len(source.line_starts):
        line = source.line(number).strip()
        if len(line) >= len(marks) and set(line) == {marks[0]}:
            break
        number += 1
    return number


def _only(source: SourceFile, kept: list[Fence]) -> SourceFile:
    """The file with all but some fences' bodies replaced by spaces, line ends kept."""
    parts: list[str] = []
    at = 0
    for fence in kept:
        parts += [_VISIBLE.sub(" ", source.text[at : fence.span.start]), fence.body]
        at = fence.span.end
    return SourceFile(source.name, "".join([*parts, _VISIBLE.sub(" ", source.text[at:])]))


def _form_problems(fence: Fence, source: SourceFile) -> list[Problem]:
    problems: list[Problem] = []
    if source.place(fence.info_span.start)[1] > 1:
        problems.append(ShiftedFence(fence.info_span))
    if fence.span.end == len(source.text) and not _is_closed(fence, source):
        problems.append(OpenFence(fence.info_span))
    wanted = {"facts": "table", "expect": "period"}.get(fence.words[0])
    if fence.words[:2] == ("yaml", "calendar"):
        wanted = "calendar"
    count = {"table": 2, "period": 2, "calendar": 3}.get(wanted or "", 0)
    if wanted and (len(fence.words) != count or (wanted == "period" and not is_period_name(fence.words[1]))):
        problems.append(FenceNeedsName(fence.info_span, " ".join(fence.words), wanted))
    return problems


def _is_closed(fence: Fence, source: SourceFile) -> bool:
    marks = re.match(r"`+|~+", source.text[fence.info_span.start :])
    return marks is not None and _closing(source, fence.first_line, marks[0]) <= len(source.line_starts)


def _sort_in(fence: Fence, reading: _Reading) -> None:
    """Puts a fence under its name; a second one of that name is a problem."""
    match fence.words:
        case ("facts", name):
            kind, place = "table", reading.facts
        case ("csv", name):
            kind, place = "file", reading.csv
        case ("yaml", "calendar", name):
            kind, place = "calendar", reading.calendars
        case ("expect", name):
            kind, place = "period", reading.expectations
        case _:
            return
    first = place.setdefault(name, fence)
    if first is not fence:
        reading.problems.append(FenceTwice(fence.info_span, f"{kind} `{name}`", first.info_span))


# --- what is expected --------------------------------------------------------------------------


def _expectation(period: str, fence: Fence, reading: _Reading) -> Expectation:
    lines: list[ExpectedLine] = []
    rows = _rows(fence)
    if not rows or rows[0][1] not in (EXPECT_COLUMNS, EXPECT_COLUMNS[:-1]):
        words = ",".join(EXPECT_COLUMNS[:-1])
        reading.problems.append(BadExpectation(fence.info_span, f"the first row is not `{words}` or that and `reason`"))
        return Expectation(period, (), fence.span)
    for span, cells in rows[1:]:
        line = _expected_line(cells, len(rows[0][1]), span)
        if isinstance(line, str):
            reading.problems.append(BadExpectation(span, line))
        else:
            lines.append(line)
    return Expectation(period, tuple(lines), fence.span)


def _expected_line(cells: tuple[str, ...], columns: int, span: Span) -> ExpectedLine | str:
    # The reason may be left out in any line, not only in all.
    if not len(EXPECT_COLUMNS) - 1 <= len(cells) <= columns:
        return f"it has {len(cells)} columns, and the first row has {columns}"
    subject, account, rule, source, status, amount, reason = (*cells, "")[: len(EXPECT_COLUMNS)]
    if not subject or not account or not rule:
        return "it names no subject, account or rule"
    if status not in STATUSES:
        return f"`{status}` is none of {', '.join(STATUSES)}"
    if (status == "due") != bool(amount) or (amount and not _AMOUNT.fullmatch(amount)):
        return "a due line has an amount such as 1250.00, others have none"
    return ExpectedLine(subject, account, rule, source, status, amount or None, reason or None, span)


def _rows(fence: Fence) -> list[tuple[Span, tuple[str, ...]]]:
    """The rows of a small CSV text, one a line, with their places; blanks around commas are for readers."""
    rows: list[tuple[Span, tuple[str, ...]]] = []
    at = fence.span.start
    for line in fence.body.splitlines(keepends=True):
        text = line.strip()
        if text:
            # A longer line is no row of a statement, and the reader of rows would refuse it by an exception.
            cells = next(csv.reader([text[:_LONGEST_ROW]], skipinitialspace=True), [])
            span = Span(fence.span.file, at, at + len(line.rstrip()))
            rows.append((span, tuple(cell.strip() for cell in cells)))
        at += len(line)
    return rows


def _expected_problems(fence: Fence, reading: _Reading) -> list[ExpectedProblem]:
    found: list[ExpectedProblem] = []
    at = fence.span.start
    for line in fence.body.splitlines(keepends=True):
        text = line.strip()
        span = Span(fence.span.file, at, at + len(line.rstrip()))
        match = _EXPECTED.fullmatch(text)
        if match is not None:
            found.append(ExpectedProblem(match[1], int(match[2]), int(match[3]), span))
        elif text:
            reading.problems.append(BadExpectedProblem(span, text))
        at += len(line)
    return found
