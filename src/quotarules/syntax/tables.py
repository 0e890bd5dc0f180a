"""The grammar as parse tables: data that was compiled ahead from grammar.lark, so that no run pays for compiling it.

`python -m quotarules.syntax.compile_grammar` (`make grammar`) writes the file after the grammar was changed.
"""

import json
from functools import cache
from hashlib import sha256
from importlib import import_module
from importlib.resources import files

from quotarules.records import dataclass

FILE = "grammar_tables.json"
END = "$END"


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


def grammar_text() -> str:
    """The grammar as a person reads it."""
    return files("quotarules.syntax").joinpath("grammar.lark").read_text(encoding="utf-8")


def fingerprint(grammar: str) -> str:
    """What ties the tables to the grammar that they were made from."""
    return sha256(grammar.encode("utf-8")).hexdigest()


@cache
def tables() -> Tables:
    """The parse tables from their file; while the grammar is being changed, from the grammar (a third of a second)."""
    held = files("quotarules.syntax").joinpath(FILE)
    content: str = held.read_text(encoding="utf-8") if held.is_file() else "{}"
    if json.loads(content).get("grammar") != fingerprint(grammar_text()):
        content = import_module("quotarules.syntax.compile_grammar").compiled_text()
    return read(content)


def read(content: str) -> Tables:
    """The tables that the file's text describes: in its rows n >= 0 goes to state n, n < 0 is reduction -1 - n."""
    held = json.loads(content)
    reductions = [Reduction(*row) for row in held["reductions"]]
    actions: tuple[dict[str, int | Reduction], ...] = tuple(
        {symbol: action if action >= 0 else reductions[-1 - action] for symbol, action in row.items()}
        for row in held["actions"]
    )
    parts = frozenset(reduction.origin for reduction in reductions)
    return Tables(actions, held["starts"], held["keywords"], parts)
