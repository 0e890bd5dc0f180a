"""Where a label stands, in the words and the columns of a terminal; shared by all forms of printed problems."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from quotarules.diagnostics.characters import FORBIDDEN_CLASS
from quotarules.diagnostics.problem import Label, Problem
from quotarules.diagnostics.source import SourceFile, Span
from quotarules.records import dataclass

Sources = Mapping[str, SourceFile]
"""The texts of a project by the name that spans use."""

# Line ends and tabs are out of place too wherever a value or a message is printed: they could fake a second message.
_UNSAFE = re.compile(f"[{FORBIDDEN_CLASS}\t\r\n]")
_ZERO_WIDTH = frozenset("\u200c\u200d\ufe0e\ufe0f")
TAB = "    "


@dataclass(frozen=True, slots=True)
class Place:
    """Lines and columns from 1; the end is the column after the last character. `line` is None in a data file."""

    file: str
    line: int | None
    column: int
    end_line: int
    end_column: int


def place(span: Span, sources: Sources) -> Place:
    """The place of a span; without the source's text only the file is known."""
    source = sources.get(span.file)
    if source is None:
        return Place(span.file, None, 1, 1, 1)
    length = len(source.text)
    start, end = min(span.start, length), min(max(span.start, span.end), length)
    line, column = source.place(start)
    end_line, end_column = source.place(end)
    return Place(span.file, line, column, end_line, end_column)


def named(label: Label, sources: Sources) -> str:
    """`rules/a.qr:41:3`, or `data/deals.csv, row 14, column amount` (a database has keys for rows), or the file."""
    spot = place(label.span, sources)
    if label.row is not None:
        column = "" if label.column is None else f", column `{safe(label.column)}`"
        row = f"row {label.row}" if isinstance(label.row, int) else f"key `{safe(label.row)}`"
        return f"{safe(spot.file)}, {row}{column}"
    if label.column is not None:
        return f"{safe(spot.file)}, column `{safe(label.column)}`"
    return safe(spot.file) if spot.line is None else f"{safe(spot.file)}:{spot.line}:{spot.column}"


def safe(text: str) -> str:
    """The text with what would steer a terminal, hide or start a new line written as its code."""
    return _UNSAFE.sub(lambda match: _escaped(match.group()), text)


def shown_width(char: str) -> int:
    """How many columns of a terminal a character takes: 0 for marks that combine, 2 for wide East Asian ones."""
    if char in _ZERO_WIDTH or unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def on_terminal(text: str) -> str:
    """A stretch of source text as printed: tabs as blanks, what cannot be seen escaped."""
    return safe(text.replace("\t", TAB))


def width(text: str) -> int:
    """The columns that `on_terminal(text)` takes."""
    return sum(shown_width(char) for char in on_terminal(text))


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems by file and place, each said once."""
    return tuple(sorted(dict.fromkeys(problems), key=_order))


def _order(problem: Problem) -> tuple[str, int, int, str, str]:
    report = problem.report()
    first = report.primary
    return (
        first.span.file,
        first.row if isinstance(first.row, int) else 0,
        first.span.start,
        problem.code,
        report.message,
    )


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
