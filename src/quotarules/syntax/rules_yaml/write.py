"""An outline as YAML: one declaration an entry, one clause a line where it fits, with the comments of the text."""

import re
from collections.abc import Iterator, Sequence

from quotarules.diagnostics.source import SourceFile
from quotarules.syntax.driver import Part
from quotarules.syntax.printer.fill import WIDTH
from quotarules.syntax.printer.outline import Declared, Entry, Frame, Outline, Remark, arranged, parts_of, parts_of_line
from quotarules.syntax.printer.words import line, words
from quotarules.syntax.rules_yaml.entries import Entries, clause_entries, head_entries, pair_entries
from quotarules.syntax.rules_yaml.forms import BLOCKS, CLAUSES, Block
from quotarules.syntax.rules_yaml.places import comments_of
from quotarules.syntax.rules_yaml.read import YamlPiece, read_rules

_PLAIN = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`](?:[^\n]*\S)?|[-+][^\s](?:[^\n]*\S)?")
_SPECIAL = re.compile(r":(?:\s|$)|\s#")
_FLOW = re.compile(r"[,\[\]{}:]")
_LONGEST_KEY = 400


def yaml_text(text: Outline) -> str:
    """The YAML file of an outline."""
    return "".join(row + "\n" for row in _rows(text))


def _rows(text: Outline) -> Iterator[str]:
    begun = False
    for index, item in enumerate(text.items):
        match item:
            case Remark(words_of, _, blank):
                yield from [""] if blank and index and not _opens(text, index) else []
                yield ("  " if begun else "") + words_of
            case Entry():
                yield from [""] if item.blank and index else []
                yield _with("quotarules: 1", item.beside)
                yield ""
                yield "rules:" if any(isinstance(each, Declared) for each in text.items) else "rules: []"
                begun = True
            case Declared(head):
                yield from [""] if head.blank and not _opens(text, index) else []
                yield from _declared(item)


def _opens(text: Outline, index: int) -> bool:
    """Whether an item is the first behind the edition: there a blank line would separate nothing."""
    return isinstance(text.items[index - 1], Entry)


def _declared(item: Declared) -> Iterator[str]:
    head = item.head
    assert head.part is not None
    kind = line(words(head.part)).split(" ", 1)[0]
    block = BLOCKS[kind]
    entries = head_entries(head.part, block)
    if kind == "measure":
        yield from _entry(entries, 2, head.beside)
        return
    first, *rest = entries
    yield _with(f"  - {_pair(*first)}", head.beside)
    yield from (f"    {_pair(key, value)}" for key, value in rest)
    body = list(item.body or ())
    if item.close is not None and item.close.beside is not None:
        body.append(Remark(item.close.beside, item.close.at, blank=False))
    yield from _body(block, body, {key for key, _ in entries})


def _body(block: Block, body: Sequence[Entry | Remark], taken: set[str]) -> Iterator[str]:
    """The clauses: as entries of the declaration, as pairs below one key, or as a list."""
    parts = [item.part for item in body if isinstance(item, Entry) and item.part is not None]
    pairs = [pair_entries(part) if block.pairs else _single(clause_entries(part, block)) for part in parts]
    keys = [pair[0] for pair in pairs if pair is not None]
    distinct = len(set(keys)) == len(parts) and not taken & set(keys) and max(map(len, keys), default=0) < _LONGEST_KEY
    as_pairs = distinct and (block.pairs or block.items is None)
    listed = not as_pairs or block.pairs
    if listed and (parts or body):
        empty = " []" if not parts else ""
        yield f"    {block.items or CLAUSES}:{empty}"
    indent = 6 if listed else 4
    shown = iter(pairs)
    for index, item in enumerate(body):
        yield from [""] if item.blank and index else []
        if isinstance(item, Remark):
            yield " " * indent + item.text
            continue
        pair = next(shown)
        assert item.part is not None
        if as_pairs:
            assert pair is not None
            yield _with(" " * indent + _pair(*pair), item.beside)
        else:
            entries = None if block.pairs else clause_entries(item.part, block)
            yield from _clause(item.part, entries, indent, item.beside)


def _single(entries: Entries | None) -> tuple[str, str] | None:
    return entries[0] if entries is not None and len(entries) == 1 else None


def _clause(part: Part, entries: Entries | None, indent: int, beside: str | None) -> Iterator[str]:
    if entries is None:
        yield _with(f"{' ' * indent}- {_scalar(line(words(part)))}", beside)
    elif len(entries) == 1:
        yield _with(f"{' ' * indent}- {_pair(*entries[0])}", beside)
    else:
        yield from _entry(entries, indent, beside)


def _entry(entries: Entries, indent: int, beside: str | None) -> Iterator[str]:
    """Several entries on one line where they fit, else each on its own."""
    flow = ", ".join(f"{_scalar(key, flow=True)}: {_scalar(value, flow=True)}" for key, value in entries)
    whole = f"{' ' * indent}- {{{flow}}}"
    if len(whole) <= WIDTH:
        yield _with(whole, beside)
        return
    for index, (key, value) in enumerate(entries):
        text = f"{' ' * indent}{'  ' if index else '- '}{_pair(key, value)}"
        yield _with(text, beside if index == len(entries) - 1 else None)


def _pair(key: str, value: str) -> str:
    return f"{_scalar(key)}: {_scalar(value)}"


def _scalar(text: str, *, flow: bool = False) -> str:
    """A value as YAML reads it back; quoted only where it must be."""
    if _PLAIN.fullmatch(text) and not _SPECIAL.search(text) and not (flow and _FLOW.search(text)):
        return text
    return "'" + text.replace("'", "''") + "'"


def _with(text: str, beside: str | None) -> str:
    return text if beside is None else f"{text}  {beside}"


# --- and back ------------------------------------------------------------------------------------------


def yaml_outline(source: SourceFile) -> Outline:
    """The outline of a YAML file that `parse_rules_yaml` found no mistake in."""
    rules, _ = read_rules(source)
    assert rules is not None
    comments = comments_of(source, rules.scalars)
    starts = [min(start for start, _ in (each.head, *each.clauses)) for each in rules.pieces]
    frames = []
    for index, each in enumerate(rules.pieces):
        following = starts[index + 1] if index + 1 < len(starts) else len(source.text)
        ends = [end for _, end in (each.head, *each.clauses)]
        behind = [span.start for span in comments if max(ends) <= span.start < following]
        frames.append(_frame(source, each, max(ends), behind))
    return arranged(source, rules.edition_at, frames, comments)


def _frame(source: SourceFile, each: YamlPiece, end: int, comments: Sequence[int]) -> Frame:
    head, _ = parts_of(each.piece)
    kind = each.piece.head[0].text
    clauses = [
        (part, place)
        for words_of, place in zip(each.piece.clauses, each.clauses, strict=True)
        for part in parts_of_line(kind, words_of)
    ]
    # A comment below the clauses that is as deep as they are belongs to them, not to what follows.
    depth = _column(source, each.head[0])
    for comment in comments:
        if _column(source, comment) < depth:
            break
        end = max(end, source.text.find("\n", comment))
    block = kind != "measure"
    return Frame(head, each.head, tuple(clauses), (end, end) if block else None, block, one_line=False)


def _column(source: SourceFile, at: int) -> int:
    return at - (source.text.rfind("\n", 0, at) + 1)
