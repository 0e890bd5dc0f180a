"""The grammar itself: without conflicts, its words told apart as words.py says, no word lost in a tree."""

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from quotarules.diagnostics.source import SourceFile
from quotarules.syntax import compile_grammar
from quotarules.syntax import tables as tables_module
from quotarules.syntax.compile_grammar import compiled, compiled_text
from quotarules.syntax.driver import Leaf, Part, run
from quotarules.syntax.layout import cut
from quotarules.syntax.tables import FILE, fingerprint, grammar_text, read, tables
from quotarules.syntax.tokens import Token
from quotarules.syntax.tokens_from_text import scan
from quotarules.syntax.words import BLOCK_KINDS, CLAUSE_WORDS, DECLARATION_WORDS, HARD_WORDS, roles

GOOD = sorted((Path(__file__).parents[2] / "fixtures" / "syntax" / "good").glob("*.qr"))


def test_no_conflict() -> None:
    compiled(strict=True)


def test_the_tables_in_the_package_are_those_of_the_grammar() -> None:
    held = files("quotarules.syntax").joinpath(FILE).read_text(encoding="utf-8")
    assert held == compiled_text(), "the grammar was changed: run `make grammar`"


def test_tables_of_another_grammar_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = grammar_text().replace('"effective"', '"valid"')
    for module in (tables_module, compile_grammar):
        monkeypatch.setattr(module, "grammar_text", lambda: changed)
    found = tables_module.tables.__wrapped__()
    assert "valid" in found.keywords
    assert "effective" not in found.keywords
    assert fingerprint(changed) in compiled_text()
    assert found == read(compiled_text())


def test_no_word_class_is_named_like_a_keyword() -> None:
    declared = " ".join(re.findall(r"^%declare (.*)$", grammar_text(), re.MULTILINE))
    assert set(declared.split()) & set(tables().keywords.values()) == set()
    assert set(declared.split()) & {word.upper() for word in tables().keywords} == set()


def test_words_of_the_blocks_are_keywords() -> None:
    known = tables().keywords
    assert set(CLAUSE_WORDS) == set(BLOCK_KINDS)
    assert {word for words in CLAUSE_WORDS.values() for word in words} <= set(known)
    assert set(DECLARATION_WORDS) <= set(known)


def test_hard_words_are_connectives_of_the_grammar() -> None:
    assert not HARD_WORDS - set(tables().keywords)


def _leaves(part: Part | Leaf) -> Iterator[Token]:
    if isinstance(part, Leaf):
        yield part.token
        return
    for each in part.parts:
        yield from _leaves(each)


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_the_leaves_of_a_tree_are_the_words_of_the_text(path: Path) -> None:
    compiled_tables = tables()
    layout = cut(path.name, scan(SourceFile(path.name, path.read_text(encoding="utf-8"))).tokens)
    assert layout.pieces
    for piece in layout.pieces:
        head = "measure" if piece.kind == "measure" else f"{piece.kind}_head"
        for start, words in ((head, piece.head), *((f"{piece.kind}_clauses", line) for line in piece.clauses)):
            tree = run(compiled_tables, start, words, roles(words, compiled_tables.keywords))
            assert isinstance(tree, Part)
            assert tuple(_leaves(tree)) == words


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_the_layout_loses_no_word(path: Path) -> None:
    tokens = scan(SourceFile(path.name, path.read_text(encoding="utf-8"))).tokens
    layout = cut(path.name, tokens)
    kept = [*layout.first_line]
    for piece in layout.pieces:
        kept.extend(piece.head)
        for line in piece.clauses:
            kept.extend(line)
    braces = [token for token in tokens if token not in kept]
    assert {token.text for token in braces} <= {"{", "}"}
    assert len(braces) == 2 * sum(piece.kind != "measure" for piece in layout.pieces)
