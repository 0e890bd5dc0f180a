"""A small CSV text as cells with their places: the rows of a table or of tiers that stand in a file of the project."""

from quotarules.diagnostics.source import SourceFile, Span
from quotarules.records import dataclass

MOST_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class Cell:
    """One field without its quotes and the blanks around it."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class CsvFault:
    """Where a text is no CSV, and why."""

    span: Span
    why: str


def read_rows(source: SourceFile, delimiter: str) -> list[list[Cell]] | CsvFault:
    """All rows that are not empty, the header first, each with as many cells as the header."""
    text, at = source.text, 0
    rows: list[list[Cell]] = []
    while at < len(text):
        row, at = _row(source, at, delimiter)
        if isinstance(row, CsvFault):
            return row
        if len(row) == 1 and not row[0].text:
            continue
        if rows and len(row) != len(rows[0]):
            span = Span(source.name, row[0].span.start, row[-1].span.end)
            return CsvFault(span, f"this row has {len(row)} cells, and the first row has {len(rows[0])}")
        rows.append(row)
        if len(rows) > MOST_ROWS:
            return CsvFault(row[0].span, f"there are more than {MOST_ROWS:,} rows")
    return rows


def _row(source: SourceFile, at: int, delimiter: str) -> tuple[list[Cell] | CsvFault, int]:
    """The cells of the row that begins at `at`, and where the next one begins."""
    cells: list[Cell] = []
    text = source.text
    while True:
        cell, at = _cell(source, at, delimiter)
        if isinstance(cell, CsvFault):
            return cell, len(text)
        cells.append(cell)
        if at < len(text) and text[at] == delimiter:
            at += 1
            continue
        at += 2 if text[at : at + 2] == "\r\n" else 1
        return cells, at


def _cell(source: SourceFile, at: int, delimiter: str) -> tuple[Cell | CsvFault, int]:
    text = source.text
    start = at
    while at < len(text) and text[at] == " ":
        at += 1
    if at < len(text) and text[at] == '"':
        return _quoted(source, at, delimiter)
    while at < len(text) and text[at] not in (delimiter, "\n", "\r"):
        at += 1
    words = text[start:at]
    left = start + len(words) - len(words.lstrip(" "))
    return Cell(words.strip(" "), Span(source.name, left, max(left, start + len(words.rstrip(" "))))), at


def _quoted(source: SourceFile, at: int, delimiter: str) -> tuple[Cell | CsvFault, int]:
    """A cell in quotes; a quote inside is written twice."""
    text, start, parts = source.text, at, [""]
    at += 1
    while True:
        end = text.find('"', at)
        if end < 0:
            return CsvFault(Span(source.name, start, start + 1), "this quote is never closed"), len(text)
        parts.append(text[at:end])
        at = end + 1
        if at < len(text) and text[at] == '"':
            parts.append('"')
            at += 1
            continue
        break
    span = Span(source.name, start, at)
    while at < len(text) and text[at] == " ":
        at += 1
    if at < len(text) and text[at] not in (delimiter, "\n", "\r"):
        return CsvFault(Span(source.name, at, at + 1), "text stands behind a closing quote"), len(text)
    return Cell("".join(parts), span), at
