"""From grammar.lark to the file of parse tables: Lark is the compiler of the grammar and is loaded for nothing else.

`python -m quotarules.syntax.compile_grammar` writes the file; the same grammar always gives the same bytes.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lark import Lark
from lark.grammar import Rule
from lark.lexer import Lexer
from lark.parsers.lalr_analysis import Shift

from quotarules.syntax.tables import END, FILE, fingerprint, grammar_text

_PUBLIC = re.compile(r"^(\w+_head|\w+_clauses|edition|measure|expression|\?expression):", re.MULTILINE)


class NoLexer(Lexer):
    """Stands where Lark asks for a lexer: the words come from tokens_from_text.py."""

    def __init__(self, lexer_conf: object) -> None:
        """Takes what Lark hands to every lexer."""

    def lex(self, *_: object) -> Iterator[Any]:
        """No words at all."""
        return iter(())


def compiled(*, strict: bool = False) -> Lark:
    """The grammar compiled by Lark; `strict` refuses every conflict."""
    text = grammar_text()
    starts = [name.lstrip("?") for name in _PUBLIC.findall(text)]
    return Lark(text, parser="lalr", lexer=NoLexer, start=starts, strict=strict, maybe_placeholders=False)


def compiled_text() -> str:
    """The text of the file, one state a line."""
    lark = compiled()
    table: Any = lark.parse_interactive("", start="expression").parser_state.parse_conf.parse_table
    rows: dict[int, dict[str, Any]] = {
        state: {
            symbol: argument if action is Shift else _reduction(argument) for symbol, (action, argument) in row.items()
        }
        for state, row in table.states.items()
    }
    for state in table.end_states.values():
        rows[state][END] = state
    places = _numbered(rows, dict(table.start_states))
    reductions = sorted({action for row in rows.values() for action in row.values() if isinstance(action, tuple)})
    numbers = {reduction: -1 - index for index, reduction in enumerate(reductions)}
    lines = [
        {
            symbol: numbers[action] if isinstance(action, tuple) else places[action]
            for symbol, action in sorted(rows[state].items())
        }
        for state in sorted(places, key=places.__getitem__)
    ]
    words = {terminal.pattern.value: terminal.name for terminal in lark.terminals if terminal.pattern.type == "str"}
    starts = {name: places[state] for name, state in table.start_states.items()}
    head: dict[str, object] = {"grammar": fingerprint(grammar_text()), "starts": starts, "keywords": words}
    return _laid_out(head, {"reductions": reductions, "actions": lines})


def _numbered(rows: dict[int, dict[str, Any]], starts: dict[str, int]) -> dict[int, int]:
    """Numbers for the states in the order in which they are reached: Lark's own change from run to run."""
    places: dict[int, int] = {}
    waiting = [starts[name] for name in sorted(starts, reverse=True)]
    while waiting:
        state = waiting.pop()
        if state not in places:
            places[state] = len(places)
            nexts = (action for _, action in sorted(rows[state].items(), reverse=True))
            waiting.extend(action for action in nexts if isinstance(action, int))
    return places


def _reduction(rule: Rule) -> tuple[str, str, int, bool, bool]:
    """The fields of a `Reduction`."""
    origin = str(rule.origin.name)
    inline = origin.startswith("_") and rule.alias is None
    single = bool(rule.options.expand1) and rule.alias is None
    length = len(rule.expansion)
    return str(rule.alias or origin), origin, length, inline, length == 1 and (inline or single)


def _laid_out(head: dict[str, object], lists: dict[str, list[Any]]) -> str:
    singles = [f"{json.dumps(name)}:{_dense(value)}" for name, value in head.items()]
    many = [f"{json.dumps(name)}:[\n" + ",\n".join(_dense(row) for row in rows) + "\n]" for name, rows in lists.items()]
    return "{" + ",\n".join([*singles, *many]) + "}\n"


def _dense(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


if __name__ == "__main__":
    Path(__file__).with_name(FILE).write_text(compiled_text(), encoding="utf-8")
