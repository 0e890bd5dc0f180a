"""A sound text as what stands in it line by line: heads, clauses and the comments between them, before any layout."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from quotarules.diagnostics.source import SourceFile, Span
from quotarules.records import dataclass
from quotarules.syntax.driver import Part, run
from quotarules.syntax.layout import Piece, cut
from quotarules.syntax.tables import tables
from quotarules.syntax.tokens import Token
from quotarules.syntax.tokens_from_text import scan
from quotarules.syntax.words import roles

_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")


@dataclass(frozen=True, slots=True)
class Entry:
    """A head, a clause, or what opens and closes a text and a block, with the comment that stands behind it.

    `part` is None for the edition's line and for what closes a block; `at` is the offset where it begins, `blank`
    whether a blank line stands before it.
    """

    part: Part | None
    at: int
    end: int
    beside: str | None = None
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment on a line of its own, as written from its `#` on."""

    text: str
    at: int
    blank: bool


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration: its head, and for a block its clauses and its end; `one_line` tells how it was written.

    `body` is None where there is no block. Comments before it stand beside it in the outline.
    """

    head: Entry
    body: tuple[Entry | Remark, ...] | None
    close: Entry | None
    one_line: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """The whole of a text in order: the edition (an entry), remarks and declarations."""

    items: tuple[Entry | Remark | Declared, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a declaration's head and clauses stand, and its parts; `close` is the place of what closes the block."""

    head: Part
    head_span: tuple[int, int]
    clauses: tuple[tuple[Part, tuple[int, int]], ...]
    close: tuple[int, int] | None
    block: bool
    one_line: bool


def outline(source: SourceFile) -> Outline:
    """The outline of a rule text that `parse` found no mistake in."""
    scanned = scan(source)
    cut_text = cut(source.name, scanned.tokens)
    frames = [_frame(source, piece) for piece in cut_text.pieces]
    edition = (cut_text.first_line[0].start, cut_text.first_line[-1].end)
    return arranged(source, edition, frames, scanned.comments)


def parts_of(piece: Piece) -> tuple[Part, tuple[Part, ...]]:
    """The trees of a sound piece: its head, and every clause of its block."""
    kind = piece.head[0].text
    head = _part("measure" if kind == "measure" else f"{kind}_head", piece.head)
    return head, tuple(part for line in piece.clauses for part in parts_of_line(kind, line))


def parts_of_line(kind: str, line: Sequence[Token]) -> tuple[Part, ...]:
    """The trees of the clauses on one line of a block of that kind."""
    return tuple(part for part in _part(f"{kind}_clauses", line).parts if isinstance(part, Part))


def _part(start: str, tokens: Sequence[Token]) -> Part:
    words = tuple(tokens)
    made = run(tables(), start, words, roles(words, tables().keywords))
    assert isinstance(made, Part), f"a sound text is read twice in the same way: {start}"
    return made


def _frame(source: SourceFile, piece: Piece) -> Frame:
    head, clauses = parts_of(piece)
    start, end = piece.head[0].start, piece.head[-1].end
    brace = source.text.find("{", end, piece.end) if head.name != "measure" and piece.end > end else -1
    if brace < 0:
        return Frame(head, (start, end), (), None, block=False, one_line=False)
    placed = tuple((part, (part.start, part.end)) for part in clauses)
    one_line = "\n" not in source.text[start : piece.end]
    close = (piece.end - 1, piece.end)
    return Frame(head, (start, brace + 1), placed, close, block=True, one_line=one_line)


# --- comments --------------------------------------------------------------------------------------


def arranged(
    source: SourceFile, edition: tuple[int, int], frames: Sequence[Frame], comments: Sequence[Span]
) -> Outline:
    """Frames and comments as one outline: a comment stands behind what ends on its line, else before what follows.

    A comment inside a clause is set before it.
    """
    anchors = list(_anchors(edition, frames))
    told: list[list[Remark | Entry]] = [[] for _ in anchors]
    rest: list[Remark] = []
    previous = 0
    at = 0
    waiting = list(comments)
    for index, anchor in enumerate(anchors):
        while at < len(waiting) and waiting[at].start < anchor.end:
            span = waiting[at]
            told[index].append(_remark(source, span, min(previous, span.start)))
            previous = max(previous, span.end) if span.end <= anchor.at else previous
            at += 1
        blank = _blank(source, previous, anchor.at)
        beside = None
        following = anchors[index + 1].at if index + 1 < len(anchors) else len(source.text)
        previous = anchor.end
        if at < len(waiting) and waiting[at].start < following:
            span = waiting[at]
            if "\n" not in source.text[anchor.end : span.start]:
                beside, previous, at = _text(source, span), span.end, at + 1
        told[index].append(replace(anchor, beside=beside, blank=blank))
    for span in waiting[at:]:
        rest.append(_remark(source, span, previous))
        previous = span.end
    result = Outline((*_grouped(frames, told), *rest))
    assert sorted(_comments(result)) == sorted(_text(source, span) for span in comments), "a comment is lost"
    return result


def _anchors(edition: tuple[int, int], frames: Sequence[Frame]) -> Iterator[Entry]:
    yield Entry(None, *edition)
    for frame in frames:
        yield Entry(frame.head, *frame.head_span)
        for part, span in frame.clauses:
            yield Entry(part, *span)
        if frame.close is not None:
            yield Entry(None, *frame.close)


def _grouped(frames: Sequence[Frame], told: Sequence[Sequence[Remark | Entry]]) -> Iterator[Entry | Remark | Declared]:
    """The entries with the remarks before them, those of a block inside its declaration."""
    yield from told[0]
    at = 1
    for frame in frames:
        *before, head = told[at]
        assert isinstance(head, Entry)
        yield from before
        inner = [item for group in told[at + 1 : at + 1 + len(frame.clauses)] for item in group]
        at += 1 + len(frame.clauses)
        close: Entry | None = None
        if frame.close is not None:
            *last, ending = told[at]
            assert isinstance(ending, Entry)
            inner.extend(last)
            close = ending
            at += 1
        bare = all(isinstance(item, Entry) and item.beside is None for item in inner) and head.beside is None
        yield Declared(head, tuple(inner) if frame.block else None, close, frame.one_line and bare)


def _remark(source: SourceFile, span: Span, previous: int) -> Remark:
    return Remark(_text(source, span), span.start, _blank(source, previous, span.start))


def _text(source: SourceFile, span: Span) -> str:
    return source.text[span.start : span.end].rstrip()


def _blank(source: SourceFile, start: int, end: int) -> bool:
    return start > 0 and _BLANK_LINE.search(source.text, start, max(end, start)) is not None


def _comments(text: Outline) -> list[str]:
    """All comments of an outline, in order."""
    found: list[str] = []
    for item in text.items:
        match item:
            case Remark(words):
                found.append(words)
            case Entry(beside=words):
                found.extend([] if words is None else [words])
            case Declared(head, body, close):
                around = [head, *(body or ()), *([] if close is None else [close])]
                words_of = (each.text if isinstance(each, Remark) else each.beside for each in around)
                found.extend(each for each in words_of if each is not None)
    return found
