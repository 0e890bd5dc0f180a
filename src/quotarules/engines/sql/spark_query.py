"""What Spark is given beside the script's relations: its settings, the query of all lines in order, that of all keys.

They stand apart from the engine because they are also printed where no library of Spark is.
"""

from collections.abc import Sequence

from quotarules.engines.sql.dialects.spark import SparkPrinter
from quotarules.engines.sql.gathered import gathered, sort_keys
from quotarules.engines.sql.script import PlanScript
from quotarules.engines.sql.tree import Select

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


def lines_query(script: PlanScript) -> str:
    """The query that gathers the lines of all rules in the order of their keys."""
    return gathered(PRINTER, script, sort_keys(script))


def keys_query(selects: Sequence[Select]) -> str:
    """The rows of queries of keys, each with its query's place; one query, because a query costs more than its rows."""
    parts = (
        "\n".join(["SELECT", f"{place} AS place, key FROM (", PRINTER.select(select), ")"])
        for place, select in enumerate(selects)
    )
    return "\nUNION ALL\n".join(parts)
