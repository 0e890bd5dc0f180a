"""The grammar as parse tables of our own form: Lark compiles it once a process, and is not needed after that."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from lark import Lark
from lark.grammar import Rule
from lark.lexer import Lexer
from lark.parsers.lalr_analysis import Shift


@dataclass(frozen=True, slots=True)
class Reduction:
    """One way to make a part of the tree: the last `length` parts become one named `name`.

    `inline` parts hand their own parts on (repetitions and rules that begin with `_`). Where the reduction `passes`,
    the one part that it would hold stands for it.
    """

    name: str
    origin: str
    length: int
    inline: bool
    passes: bool


@dataclass(frozen=True, slots=True)
class Tables:
    """What the parser does in each state: an integer goes to that state, a reduction makes a part of the tree.

    `keywords` maps each keyword and sign to its name in the grammar; `parts` are the names that are no words.
    """

    actions: tuple[dict[str, int | Reduction], ...]
    starts: dict[str, int]
    keywords: dict[str, str]
    parts: frozenset[str]


END = "$END"
_PUBLIC = re.compile(r"^(\w+_head|\w+_clauses|edition|measure|expression|\?expression):", re.MULTILINE)


class NoLexer(Lexer):
    """Stands where Lark asks for a lexer: the words come from tokens_from_text.py."""

    def __init__(self, lexer_conf: object) -> None:
        """Takes what Lark hands to every lexer."""

    def lex(self, *_: object) -> Iterator[Any]:
        """No words at all."""
        return iter(())


def grammar_text() -> str:
    """The grammar as a person reads it."""
    return files("quotarules.syntax").joinpath("grammar.lark").read_text(encoding="utf-8")


def compiled(*, strict: bool = False) -> Lark:
    """The grammar compiled by Lark; `strict` refuses every conflict."""
    text = grammar_text()
    starts = [name.lstrip("?") for name in _PUBLIC.findall(text)]
    return Lark(text, parser="lalr", lexer=NoLexer, start=starts, strict=strict, maybe_placeholders=False)


@cache
def tables() -> Tables:
    """The parse tables, compiled at the first call (about a third of a second)."""
    lark = compiled()
    table: Any = lark.parse_interactive("", start="expression").parser_state.parse_conf.parse_table
    reductions: dict[Rule, Reduction] = {}
    actions: list[dict[str, int | Reduction]] = [{} for _ in table.states]
    for state, row in table.states.items():
        for symbol, (action, argument) in row.items():
            if action is Shift:
                actions[state][symbol] = argument
            else:
                actions[state][symbol] = reductions.setdefault(argument, _reduction(argument))
    for state in table.end_states.values():
        actions[state][END] = state
    keywords = {terminal.pattern.value: terminal.name for terminal in lark.terminals if terminal.pattern.type == "str"}
    parts = frozenset(reduction.origin for reduction in reductions.values())
    return Tables(tuple(actions), dict(table.start_states), keywords, parts)


def _reduction(rule: Rule) -> Reduction:
    origin = str(rule.origin.name)
    inline = origin.startswith("_") and rule.alias is None
    single = bool(rule.options.expand1) and rule.alias is None
    length = len(rule.expansion)
    return Reduction(str(rule.alias or origin), origin, length, inline, passes=length == 1 and (inline or single))
