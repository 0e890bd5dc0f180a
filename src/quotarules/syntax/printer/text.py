"""The one layout of a rule text: aligned, broken at 120 columns, with its comments; the same words in the same tree."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from quotarules.diagnostics.source import SourceFile
from quotarules.records import dataclass
from quotarules.syntax.printer.columns import Cells, clause_cells, laid, measure_cells
from quotarules.syntax.printer.fill import STEP, WIDTH, filled
from quotarules.syntax.printer.outline import Declared, Entry, Outline, Remark, outline
from quotarules.syntax.printer.words import line, words


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the new text; `at` is where in the old text that begins which it holds first."""

    text: str
    at: int


def formatted(source: SourceFile) -> str:
    """The text in the one layout; of a text that `parse` found no mistake in. Line ends stay as they were."""
    ending = "\r\n" if "\r\n" in source.text else "\n"
    return "".join(row.text + ending for row in text_rows(outline(source)))


def text_rows(text: Outline) -> list[Row]:
    """All lines of a text, blank ones as empty rows."""
    rows = list(_rows(text))
    return rows[1:] if rows and not rows[0].text else rows


def _rows(text: Outline) -> Iterator[Row]:
    for _, group in groupby(_sectioned(text.items), key=lambda pair: pair[0]):
        items = [item for _, item in group]
        measures = [item.head for item in items if isinstance(item, Declared) and item.body is None]
        if len(measures) == len(items):
            yield from _measures(measures)
        else:
            for item in items:
                yield from _item(item)


def _sectioned(items: Sequence[Entry | Remark | Declared]) -> Iterator[tuple[int, Entry | Remark | Declared]]:
    """Each item with the number of its section: measures that follow each other line by line are one."""
    section = 0
    before: Entry | Remark | Declared | None = None
    for item in items:
        if not (_bare(before) and _bare(item) and isinstance(item, Declared) and not item.head.blank):
            section += 1
        yield section, item
        before = item


def _bare(item: Entry | Remark | Declared | None) -> bool:
    return isinstance(item, Declared) and item.head.part is not None and item.head.part.name == "measure"


def _item(item: Entry | Remark | Declared) -> Iterator[Row]:
    match item:
        case Remark(text, at, blank):
            yield from _gap(at, blank=blank)
            yield Row(text, at)
        case Entry(None, at):
            yield from _gap(at, blank=item.blank)
            yield from _beside(["quotarules 1"], item)
        case Declared(head, None):
            yield from _gap(head.at, blank=head.blank)
            assert head.part is not None
            yield from _beside(filled(words(head.part), "", STEP), head)
        case Declared():
            yield from _block(item)
        case Entry():
            raise AssertionError("a clause stands in its declaration")


def _measures(heads: Sequence[Entry]) -> Iterator[Row]:
    rows = laid([measure_cells(head.part) for head in heads if head.part is not None], 0)
    for head, lines in zip(heads, rows, strict=True):
        yield from _gap(head.at, blank=head.blank)
        yield from _beside(lines, head)


def _block(item: Declared) -> Iterator[Row]:
    head, close = item.head, item.close
    body = item.body or ()
    assert head.part is not None
    yield from _gap(head.at, blank=head.blank)
    if item.one_line:
        parts = ", ".join(line(words(each.part)) for each in body if isinstance(each, Entry) and each.part is not None)
        whole = f"{line(words(head.part))} {{ {parts} }}" if parts else f"{line(words(head.part))} {{ }}"
        if len(whole) <= WIDTH:
            yield from _beside([whole], head if close is None else close, head.at)
            return
    *above, last = filled(words(head.part), "", 2 * STEP, 2)
    yield from _beside([*above, last + " {"], head)
    yield from _body(head.part.name.removesuffix("_head"), body)
    if close is None:
        yield Row("}", head.at)
    else:
        yield from _beside(["}"], close)


def _body(block: str, body: Sequence[Entry | Remark]) -> Iterator[Row]:
    """The clauses of a block; a blank line between them begins other columns."""
    section, sections = 0, []
    for index, item in enumerate(body):
        section += item.blank and index > 0
        sections.append(section)
    for _, group in groupby(zip(sections, body, strict=True), key=lambda pair: pair[0]):
        items = [item for _, item in group]
        cells: list[Cells] = [
            clause_cells(block, item.part) for item in items if isinstance(item, Entry) and item.part is not None
        ]
        lines = iter(laid(cells, STEP))
        for item in items:
            yield from _gap(item.at, blank=item.blank and item is not body[0])
            if isinstance(item, Remark):
                yield Row(" " * STEP + item.text, item.at)
            else:
                yield from _beside(next(lines), item)


def _gap(at: int, *, blank: bool) -> Iterator[Row]:
    if blank:
        yield Row("", at)


def _beside(lines: Sequence[str], entry: Entry, at: int | None = None) -> Iterator[Row]:
    """Lines with the comment that stands behind the last of them."""
    at = entry.at if at is None else at
    *above, last = lines
    for text in above:
        yield Row(text, at)
    yield Row(last if entry.beside is None else f"{last}  {entry.beside}", at)
