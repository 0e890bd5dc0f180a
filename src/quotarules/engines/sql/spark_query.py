"""What Spark is given beside the script's relations: its settings, the query of all lines in order, that of all keys.

They stand apart from the engine because they are also printed where no library of Spark is.
"""

from collections.abc import Sequence

from quotarules.engines.sql.dialects.spark import SparkPrinter
from quotarules.engines.sql.gathered import gathered, shared_texts, sort_keys
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

    What is sorted is narrow; the texts that all lines of a rule share are put in afterwards.
    """
    shared = shared_texts(plan, script, lambda text, _: PRINTER.text(text))
    numbers, texts = slot_counts(plan)
    columns = [
        shared["subject_kind"],
        "subject",
        shared["account"],
        shared["rule"],
        "source",
        shared["status"],
        "amount",
        shared["reason"],
        *(f"n{place}" for place in range(numbers)),
        *(f"x{place}" for place in range(texts)),
    ]
    ordered = gathered(PRINTER, script, sort_keys(script))
    return "\n".join(["SELECT", ",\n".join(columns), "FROM (", ordered, ") AS sorted"])


def keys_query(selects: Sequence[Select]) -> str:
    """The rows of queries of keys, each with its query's place; one query, because a query costs more than its rows."""
    parts = (
        "\n".join(["SELECT", f"{place} AS place, key FROM (", PRINTER.select(select), ")"])
        for place, select in enumerate(selects)
    )
    return "\nUNION ALL\n".join(parts)
