"""What Spark is given beside the script's relations: its settings, the query of all lines in order, that of all keys.

They stand apart from the engine because they are also printed where no library of Spark is.
"""

from collections.abc import Mapping, Sequence

from quotarules.engines.sql.dialects.spark import SparkPrinter
from quotarules.engines.sql.gathered import gathered, sort_keys
from quotarules.engines.sql.lines import SourcePart
from quotarules.engines.sql.script import PlanScript
from quotarules.engines.sql.tree import Select
from quotarules.plan.lines import slot_counts
from quotarules.plan.nodes import Plan

PRINTER = SparkPrinter()

MEANING = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.decimalOperations.allowPrecisionLoss": "true",
    "spark.sql.groupByOrdinal": "false",
    "spark.sql.orderByOrdinal": "false",
    "spark.sql.variable.substitute": "false",
    "spark.sql.parser.escapedStringLiterals": "false",
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
}
"""What the dialect rests on: overflow is an error, names differ by their capitals, `${…}` in a text is a text."""


def lines_query(plan: Plan, script: PlanScript) -> str:
    """The query that gathers the lines of all rules in the order of their keys.

    What comes in parts is put together when it is sorted: what moves between workers is short.
    """
    ordered = gathered(PRINTER, script, [PRINTER.identifier(key) for key in sort_keys(script)])
    if script.order.parts is None:
        return ordered
    numbers, texts = slot_counts(plan)
    words = dict(script.order.words)
    columns = [
        *("kind", "subject", "place", _source(script.order.parts), "amount", "code"),
        *(f"n{place}" for place in range(numbers)),
        *(_text(f"x{place}", words) for place in range(texts)),
    ]
    return "\n".join(("SELECT", ",\n".join(columns), "FROM (", ordered, ") AS sorted"))


def _source(rules: Sequence[Sequence[SourcePart]]) -> str:
    """The source of a line from its parts."""
    whens = []
    for place, parts in enumerate(rules):
        text = " || '/' || ".join(_word(PRINTER.identifier(part.column), part.words) for part in parts)
        whens.append(f"WHEN {place} THEN {text or PRINTER.text('')}")
    return f"CASE place {' '.join(whens)} END AS source"


def _text(name: str, words: Mapping[str, Sequence[str]]) -> str:
    """A text slot, as its words where it holds their numbers."""
    return f"{_word(name, words[name])} AS {name}" if name in words else name


def _word(column: str, words: Sequence[str]) -> str:
    """The word that a number stands for, null for none; without words the column itself."""
    if not words:
        return column
    whens = (f"WHEN {place} THEN {PRINTER.text(word)}" for place, word in enumerate(words))
    return f"CASE {column} {' '.join(whens)} END"


def keys_query(selects: Sequence[Select]) -> str:
    """The rows of queries of keys, each with its query's place; one query, because a query costs more than its rows."""
    parts = (
        "\n".join(["SELECT", f"{place} AS place, key FROM (", PRINTER.select(select), ")"])
        for place, select in enumerate(selects)
    )
    return "\nUNION ALL\n".join(parts)
