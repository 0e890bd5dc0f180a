"""A plan settled by Apache Spark: facts as Parquet files, relations as views, sorted lines written by its workers."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from quotarules.engines.choice import Settle
from quotarules.engines.sql.answers import Keys, listed, members, write_none
from quotarules.engines.sql.elsewhere import kinds
from quotarules.engines.sql.prepare import prepared, relations_read
from quotarules.engines.sql.script import PlanScript
from quotarules.engines.sql.spark_files import checked_rows, gather_parts, spark_type, work_folder, write_rows
from quotarules.engines.sql.spark_query import PRINTER, keys_query, lines_query
from quotarules.engines.sql.spark_sections import sections
from quotarules.engines.sql.spark_session import divide_work, session
from quotarules.engines.sql.tree import Select
from quotarules.ledger.tables import Elsewhere, Ledger
from quotarules.plan.lines import OpeningBalance, Outcome
from quotarules.plan.nodes import Plan
from quotarules.values.period import Period

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


def bound(url: str) -> Settle:
    """The engine on the Spark at a URL: `local[N]`, `spark://HOST:PORT` or `sc://HOST:PORT`."""

    def settle(
        plan: Plan, ledger: Ledger, period: Period, openings: tuple[OpeningBalance, ...], lines: Path
    ) -> Outcome:
        rows = sum(table.rows.num_rows for table in ledger.tables.values())
        with session(url, rows + sum(table.rows for table in ledger.elsewhere.values())) as spark:
            return settle_in(spark, plan, ledger, period, openings, lines)

    return settle


def settle_in(
    spark: "SparkSession",
    plan: Plan,
    ledger: Ledger,
    period: Period,
    openings: tuple[OpeningBalance, ...],
    lines: Path,
) -> Outcome:
    """The lines of a period, written to `lines`; with the members and the rows that a person should know of."""
    made = prepared(plan, ledger, period, openings, by_place=True)
    script = made.script
    read = relations_read(script)
    counts = {name: table.num_rows for name, table in made.provided.items()}
    counts |= {name: table.rows for name, table in made.elsewhere.items()}
    divide_work(spark, sum(count for name, count in counts.items() if name in read))
    with work_folder() as work:
        for name, away in made.elsewhere.items():
            if name in read:
                _name(_declared(spark, away), name)
        for place, (name, table) in enumerate(made.provided.items()):
            if name in read:
                path = work / f"{place}.parquet"
                held = spark.read.schema(write_rows(table, path)).parquet(path.as_uri())
                _name(held.toDF(*table.column_names), name)
        _make_views(spark, script)
        # The parts are gathered here while Spark looks for keys.
        with ThreadPoolExecutor(1) as beside:
            if script.lines:
                spark.sql(lines_query(plan, script)).write.parquet((work / "lines").as_uri())
                gathering = beside.submit(gather_parts, work / "lines", plan, script, lines)
            else:
                gathering = beside.submit(write_none, plan, lines)
            keys = _keys(spark, [*script.members, *script.listed])
            gathering.result()
    return Outcome(
        lines,
        members(plan, script, keys),
        listed(script, keys),
        "spark",
        (("spark", spark.version), ("pyarrow", pa.__version__)),
    )


def _declared(spark: "SparkSession", rows: Elsewhere) -> "DataFrame":
    """Checked rows under the declared names of their columns, in the types that the script was told."""
    held, narrow = checked_rows(spark, rows), kinds(rows)
    return held.select(
        *(held[place].cast(spark_type(narrow[name])).alias(name) for name, place in rows.columns.items())
    )


def _name(rows: "DataFrame", name: str) -> None:
    rows.createOrReplaceTempView(PRINTER.identifier(name))


def _make_views(spark: "SparkSession", script: PlanScript) -> None:
    """The relations of the script as views; the rows of those that are kept are held by the workers.

    A held relation ends a plan. Were it only cached, whoever reads it twice would have its whole plan twice, and who
    reads that one four times: a drawn case so filled a driver's memory before its first row.
    """
    for relation in sections(script.relations):
        rows = spark.sql(PRINTER.relation(relation))
        _name(rows.localCheckpoint(eager=False) if relation.kept else rows, relation.name)


def _keys(spark: "SparkSession", selects: Sequence[Select]) -> Keys:
    """What each of the queries of keys found; they are run as one, because a query costs more than its rows."""
    found: list[list[str]] = [[] for _ in selects]
    if selects:
        for place, key in spark.sql(keys_query(selects)).collect():
            found[place].append(key)
    return dict(zip(selects, found, strict=True)).__getitem__
