"""Rules in YAML to the words of a rule text, each at its place in the YAML file, for the same grammar to read."""

from collections.abc import Sequence as Many
from dataclasses import field, replace
from difflib import get_close_matches

from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import SourceFile, Span
from quotarules.records import dataclass
from quotarules.syntax import ast
from quotarules.syntax.driver import Leaf, Part
from quotarules.syntax.from_text import parse_pieces
from quotarules.syntax.layout import Layout, Piece
from quotarules.syntax.printer.outline import parts_of
from quotarules.syntax.rules_yaml.forms import BLOCKS, CLAUSES, EDITION, RULES, TEXT_CLAUSES, Block, Field, Form
from quotarules.syntax.rules_yaml.places import words_of
from quotarules.syntax.rules_yaml.problems import (
    YamlDeclarationKind,
    YamlFormulaComment,
    YamlText,
    YamlTornFormula,
)
from quotarules.syntax.tokens import Token, TokenKind
from quotarules.syntax.yaml_schema import check_shape
from quotarules.syntax.yaml_tree import Mapping, Node, Scalar, Sequence, parse_yaml

_LONGEST_WORD = 20


@dataclass(frozen=True, slots=True)
class YamlPiece:
    """A declaration as words, and the places in the file of its head and of each clause."""

    file: str
    piece: Piece
    head: tuple[int, int]
    clauses: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class YamlRules:
    """All declarations of a YAML file as words. `scalars` are its keys and values in order, `values` their words."""

    edition: tuple[Token, ...]
    edition_at: tuple[int, int]
    pieces: tuple[YamlPiece, ...]
    scalars: tuple[Scalar, ...]
    values: tuple[tuple[Token, ...], ...]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Reading:
    """The file that is read, what was found wrong, and the words of each value."""

    source: SourceFile
    problems: list[Problem] = field(default_factory=list)
    values: list[tuple[Token, ...]] = field(default_factory=list)


def parse_rules_yaml(source: SourceFile) -> tuple[ast.Module | None, tuple[Problem, ...]]:
    """The declarations of a YAML file, as `parse` gives those of a rule text; None where it has not the shape."""
    rules, problems = read_rules(source)
    if rules is None:
        return None, problems
    pieces = tuple(each.piece for each in rules.pieces)
    module, found = parse_pieces(source, Layout(rules.edition, pieces, ()), rules.problems)
    if found:
        return module, found
    torn = tuple(problem for each in rules.pieces for problem in _torn(each, rules.values))
    return module, torn


def read_rules(source: SourceFile) -> tuple[YamlRules | None, tuple[Problem, ...]]:
    """A YAML file as words, or the problems of its shape; what is wrong with single words is told in the result."""
    tree, problems = parse_yaml(source)
    if tree is None:
        return None, problems
    found = (*_kinds(tree),) or check_shape(tree, "rules")
    if found or not isinstance(tree, Mapping):
        return None, found
    reading = _Reading(source)
    edition_key, edition = tree.key(EDITION), tree.get(EDITION)
    rules = tree.get(RULES)
    assert edition_key is not None
    assert isinstance(edition, Scalar)
    words = (*_lead(edition_key, (EDITION,)), *_value(reading, edition))
    items = rules.items if isinstance(rules, Sequence) else ()
    pieces = tuple(_declaration(reading, item) for item in items if isinstance(item, Mapping))
    at = (edition_key.span.start, edition.span.end)
    scalars = tuple(sorted(_scalars(tree), key=lambda scalar: scalar.span.start))
    return YamlRules(words, at, pieces, scalars, tuple(reading.values), tuple(reading.problems)), ()


# --- declarations --------------------------------------------------------------------------------------


def _kinds(tree: Node) -> list[Problem]:
    """The entries of `rules` that name no declaration, or two."""
    rules = tree.get(RULES) if isinstance(tree, Mapping) else None
    found: list[Problem] = []
    for item in rules.items if isinstance(rules, Sequence) else ():
        if not isinstance(item, Mapping) or not item.entries:
            continue
        kinds = [key for key, _ in item.entries if key.text in BLOCKS]
        if len(kinds) == 1:
            continue
        place = kinds[1] if kinds else item.entries[0][0]
        near = [] if kinds else get_close_matches(place.text[:_LONGEST_WORD], BLOCKS, 1)
        words = tuple(key.text for key in kinds)
        found.append(YamlDeclarationKind(place.span, words, tuple(BLOCKS), near[0] if near else None))
    return found


def _declaration(reading: _Reading, item: Mapping) -> YamlPiece:
    kind = next(key for key, _ in item.entries if key.text in BLOCKS)
    block = BLOCKS[kind.text]
    head = _entries(reading, item, block.head)
    clauses: list[tuple[tuple[Token, ...], tuple[int, int]]] = []
    own = {each.key for each in block.head.fields}
    for key, value in item.entries:
        if key.text in own:
            continue
        if key.text in {block.items, CLAUSES}:
            clauses.extend(_clauses(reading, value, block))
        elif isinstance(value, Scalar):
            clauses.append((_plain_clause(reading, key, value), (key.span.start, value.span.end)))
    name = item.get(kind.text)
    assert name is not None
    start, behind = _ends(item)
    place = (kind.span.start, name.span.end) if clauses else (start, behind)
    end = max(each.end for words in (head, *(words for words, _ in clauses)) for each in words)
    lines = tuple(_opened(words) for words, _ in clauses if words)
    piece = Piece(kind.text, _opened(head), lines, end)
    return YamlPiece(reading.source.name, piece, place, tuple(at for words, at in clauses if words))


def _clauses(reading: _Reading, node: Node, block: Block) -> list[tuple[tuple[Token, ...], tuple[int, int]]]:
    """The clauses of a block that stand below one key: pairs, or a list of pairs, entries and texts."""
    if isinstance(node, Mapping):
        return [
            (_pair(reading, key, value), (key.span.start, value.span.end))
            for key, value in node.entries
            if isinstance(value, Scalar)
        ]
    found: list[tuple[tuple[Token, ...], tuple[int, int]]] = []
    for item in node.items if isinstance(node, Sequence) else ():
        place = (item.span.start, item.span.end)
        if isinstance(item, Scalar):
            found.append((_value(reading, item), place))
        elif isinstance(item, Mapping):
            form = _form(item, block)
            if form is not None:
                found.append((_entries(reading, item, form), _ends(item)))
            elif block.pairs:
                found.extend(_clauses(reading, item, block))
            else:
                for key, value in item.entries:
                    if isinstance(value, Scalar):
                        found.append((_plain_clause(reading, key, value), _ends(item)))
    return found


def _form(item: Mapping, block: Block) -> Form | None:
    """The form of a clause with several entries: of those that begin alike, the one with most of its entries."""
    keys = {key.text for key, _ in item.entries}
    fitting = [form for form in block.forms if form.fields[0].key in keys]
    return max(fitting, key=lambda form: len(keys & {each.key for each in form.fields}), default=None)


def _ends(item: Mapping) -> tuple[int, int]:
    """The place of an entry without what closes it: YAML ends a block of entries only where the next one begins."""
    return item.span.start, max((value.span.end for _, value in item.entries), default=item.span.end)


def _entries(reading: _Reading, item: Mapping, form: Form) -> tuple[Token, ...]:
    words: list[Token] = []
    for each in form.fields:
        key, value = item.key(each.key), item.get(each.key)
        if key is not None and isinstance(value, Scalar):
            words.extend(_lead(key, each.lead))
            words.extend(_text(reading, each, value) if each.kind == "text" else _value(reading, value))
    return tuple(words)


def _plain_clause(reading: _Reading, key: Scalar, value: Scalar) -> tuple[Token, ...]:
    words, problems, _ = words_of(reading.source, key)
    reading.problems.extend(problems)
    rest = _text(reading, Field(key.text), value) if key.text in TEXT_CLAUSES else _value(reading, value)
    return (*words, *rest)


def _pair(reading: _Reading, key: Scalar, value: Scalar) -> tuple[Token, ...]:
    end = key.span.end
    colon = Token("sign", ":", end, end, 1, 0, first=False)
    return (*_value(reading, key), colon, *_value(reading, value))


# --- words ---------------------------------------------------------------------------------------------


def _lead(key: Scalar, words: Many[str]) -> tuple[Token, ...]:
    """The words of the text form that a key stands for, all at the place of the key."""
    start, end = key.span.start, key.span.end
    kinds: list[TokenKind] = ["name" if word[0].isalpha() else "sign" for word in words]
    return tuple(Token(kind, word, start, end, 1, 0, first=False) for kind, word in zip(kinds, words, strict=True))


def _value(reading: _Reading, scalar: Scalar) -> tuple[Token, ...]:
    words, problems, comments = words_of(reading.source, scalar)
    reading.problems.extend(problems)
    reading.problems.extend(YamlFormulaComment(span) for span in comments)
    plain = tuple(replace(word, first=False) for word in words)
    reading.values.append(plain)
    return plain


def _text(reading: _Reading, each: Field, scalar: Scalar) -> tuple[Token, ...]:
    what = None
    if '"' in scalar.text:
        what = "holds a double quote"
    elif any(char.isspace() and char not in " \xa0" for char in scalar.text):
        what = "has more than one line"
    elif not scalar.text and not scalar.quoted:
        what = "is not there"
    if what is not None:
        reading.problems.append(YamlText(scalar.span, each.key, what))
    return (Token("text", f'"{scalar.text}"', scalar.span.start, scalar.span.end, 1, 0, first=False),)


def _opened(words: tuple[Token, ...]) -> tuple[Token, ...]:
    return (replace(words[0], first=True), *words[1:]) if words else ()


def _scalars(node: Node) -> list[Scalar]:
    match node:
        case Scalar():
            return [node]
        case Sequence(items):
            return [found for item in items for found in _scalars(item)]
        case Mapping(entries):
            return [found for key, value in entries for found in (key, *_scalars(value))]


# --- values that are torn apart --------------------------------------------------------------------------


def _torn(each: YamlPiece, values: Many[tuple[Token, ...]]) -> list[Problem]:
    """The values of a declaration of which a part belongs together with words of another entry."""
    held = {word.start: value for value in values for word in value}
    found: dict[int, Problem] = {}
    head, clauses = parts_of(each.piece)
    pending = [head, *clauses]
    while pending:
        part = pending.pop()
        pending.extend(child for child in part.parts if isinstance(child, Part))
        first, last = _edge(part, 0), _edge(part, -1)
        opening, closing = held.get(first.start), held.get(last.start)
        if opening is closing:
            continue
        if opening and first.start != opening[0].start:
            found[opening[0].start] = YamlTornFormula(Span(each.file, opening[0].start, opening[-1].end))
        if closing and last.start != closing[-1].start:
            found[closing[0].start] = YamlTornFormula(Span(each.file, closing[0].start, closing[-1].end))
    return [problem for _, problem in sorted(found.items())]


def _edge(part: Part, at: int) -> Token:
    """The first word of a part, or the last."""
    child = part.parts[at]
    return child.token if isinstance(child, Leaf) else _edge(child, at)
