"""What Spark is given beside the script's relations: its settings, the query of all lines in order, that of all keys.

They stand apart from the engine because they are also printed where no library of Spark is.
"""

from collections.abc import Sequence

from quotarules.engines.sql.dialects.spark import SparkPrinter
from quotarules.engines.sql.gathered import gathered, sort_keys, source, text_slots
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
    numbers, _ = slot_counts(plan)
    columns = [
        *("kind", "subject", "place", source(PRINTER, script), "amount", "code"),
        *(f"n{place}" for place in range(numbers)),
        *text_slots(plan, script, lambda word, _: PRINTER.text(word)),
    ]
    return "\n".join(("SELECT", ",\n".join(columns), "FROM (", ordered, ") AS sorted"))


def keys_query(selects: Sequence[Select]) -> str:
    """The rows of queries of keys, each with its query's place; one query, because a query costs more than its rows."""
    parts = (
        "\n".join(["SELECT", f"{place} AS place, key FROM (", PRINTER.select(select), ")"])
        for place, select in enumerate(selects)
    )
    return "\nUNION ALL\n".join(parts)
