"""Problems for a person at a terminal: the message, the text with every clause involved marked, and the way out."""

from collections.abc import Iterator
from itertools import groupby, pairwise

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.render.place import Sources, named, on_terminal, place, safe, width
from quotarules.diagnostics.source import SourceFile
from quotarules.records import dataclass

# A line longer than this is shown in part, around its mark.
_LONGEST = 160
_BEFORE = 60


@dataclass(frozen=True, slots=True)
class _Mark:
    """A label on a line: the columns [start, end) counted from 0, and whether it is the primary one."""

    line: int
    start: int
    end: int
    text: str
    primary: bool


def render(problem: Problem, sources: Sources) -> str:
    """A problem as some lines without a line end at the end; wide and combining characters stay aligned."""
    report = problem.report()
    margin = " " * _digits(report, sources)
    lines = [f"{problem.severity}[{problem.code}]: {safe(report.message)}"]
    for arrow, labels in _by_file(report):
        lines.append(f"{margin}{arrow} {named(labels[0], sources)}")
        lines.extend(_section(labels, report.primary, sources, margin))
    trailer = [*(("note", note) for note in report.notes), *([("help", report.help)] if report.help else [])]
    if trailer:
        lines.append(f"{margin} |")
    lines.extend(f"{margin} = {kind}: {_continued(text, margin)}" for kind, text in trailer)
    return "\n".join(lines)


def _continued(text: str, margin: str) -> str:
    """A note of several lines keeps them, set in under its beginning."""
    indent = "\n" + margin + " " * len(" = help: ")
    return indent.join(safe(line) for line in text.split("\n"))


def _digits(report: Report, sources: Sources) -> int:
    places = [place(label.span, sources) for label in (report.primary, *report.labels)]
    return max(len(str(spot.line or "")) for spot in places) or 1


def _by_file(report: Report) -> Iterator[tuple[str, list[Label]]]:
    """The labels of the primary one's file, the primary first, then those of each other file."""
    primary = report.primary
    yield "-->", [primary, *(label for label in report.labels if label.span.file == primary.span.file)]
    others = [label for label in report.labels if label.span.file != primary.span.file]
    for file in dict.fromkeys(label.span.file for label in others):
        yield ":::", [label for label in others if label.span.file == file]


def _section(labels: list[Label], primary: Label, sources: Sources, margin: str) -> Iterator[str]:
    source = sources.get(labels[0].span.file)
    yield f"{margin} |"
    if source is None or any(label.row is not None for label in labels):
        yield from _without_text(labels, primary, sources, margin)
        return
    marks = sorted((_mark(label, label is primary, source, sources) for label in labels), key=_mark_order)
    numbers = sorted({mark.line for mark in marks})
    gaps = {after for before, after in pairwise(numbers) if after > before + 1}
    for number, group in groupby(marks, key=lambda mark: mark.line):
        if number in gaps:
            yield "..."
        yield from _marked_line(source.line(number), number, list(group), margin)


def _without_text(labels: list[Label], primary: Label, sources: Sources, margin: str) -> Iterator[str]:
    """Labels of a data file: each says its row, because rows of data are not shown."""
    for label in labels:
        sign = "^" if label is primary else "-"
        where = "" if label is labels[0] else f"{named(label, sources)}: "
        yield f"{margin} | {sign} {where}{safe(label.text)}"


def _mark(label: Label, is_primary: bool, source: SourceFile, sources: Sources) -> _Mark:
    spot = place(label.span, sources)
    line = spot.line or 1
    start = spot.column - 1
    end = spot.end_column - 1 if spot.end_line == line else len(source.line(line))
    return _Mark(line, start, max(end, start), label.text, is_primary)


def _mark_order(mark: _Mark) -> tuple[int, int, int]:
    return mark.line, mark.start, mark.end


def _marked_line(text: str, number: int, marks: list[_Mark], margin: str) -> Iterator[str]:
    first = max(0, marks[0].start - _BEFORE) if len(text) > _LONGEST else 0
    shown = text[first : first + _LONGEST]
    left, right = "…" if first else "", "…" if first + _LONGEST < len(text) else ""
    yield f"{number:>{len(margin)}} | {left}{on_terminal(shown)}{right}".rstrip()
    for mark in marks:
        before = len(left) + width(text[first : mark.start])
        within = width(text[mark.start : min(mark.end, first + _LONGEST)])
        sign = "^" if mark.primary else "-"
        yield f"{margin} | {' ' * before}{sign * max(1, within)} {safe(mark.text)}".rstrip()
