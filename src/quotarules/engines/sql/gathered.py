"""The lines of all rules as one query, in order, and the texts that come as parts or as numbers of words."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from quotarules.engines.sql.printer import Printer
from quotarules.engines.sql.script import PlanScript
from quotarules.plan.lines import slot_counts
from quotarules.plan.nodes import Plan

Write = Callable[[str, tuple[str, ...]], str]
"""How a dialect writes a text that is one of all that its column may hold."""


def union(printer: Printer, script: PlanScript) -> str:
    """The query of the lines of all rules; what all lines of a rule share comes as its place."""
    return "\nUNION ALL\n".join(printer.select(select) for select in script.lines)


def gathered(
    printer: Printer, script: PlanScript, keys: Iterable[str], columns: str = "*", where: str | None = None
) -> str:
    """The query of the lines of all rules, or of those of which a condition holds, sorted."""
    asked = () if where is None else (f"WHERE {where}",)
    return "\n".join(
        ("SELECT", columns, "FROM (", union(printer, script), ") AS lines", *asked, f"ORDER BY {', '.join(keys)}")
    )


def sort_keys(script: PlanScript) -> tuple[str, ...]:
    """The columns by which lines are sorted; the kind of subject only where there are several."""
    kinds = () if len(script.order.kinds) == 1 else ("kind",)
    return *kinds, *script.order.keys


def source(printer: Printer, script: PlanScript) -> str:
    """The source of a line, put together where it comes in parts."""
    if script.order.parts is None:
        return "source"
    whens = []
    for place, parts in enumerate(script.order.parts):
        texts = (_word(printer.identifier(part.column), list(map(printer.text, part.words))) for part in parts)
        text = " || '/' || ".join(texts)
        whens.append(f"WHEN {place} THEN {text or printer.text('')}")
    return f"CASE place {' '.join(whens)} END AS source"


def text_slots(plan: Plan, script: PlanScript, write: Write) -> Iterator[str]:
    """The text slots, each as its words where it holds their numbers."""
    words = dict(script.order.words)
    _, texts = slot_counts(plan)
    for name in (f"x{place}" for place in range(texts)):
        held = words.get(name, ())
        yield f"{_word(name, [write(word, held) for word in held])} AS {name}" if held else name


def _word(column: str, words: Sequence[str]) -> str:
    """The word, as it is written, that a number stands for, null for none; without words the column itself."""
    if not words:
        return column
    whens = (f"WHEN {place} THEN {word}" for place, word in enumerate(words))
    return f"CASE {column} {' '.join(whens)} END"
