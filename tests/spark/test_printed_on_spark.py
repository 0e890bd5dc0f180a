"""`quotarules sql --engine spark` prints what really settles a plan: run as printed it finds the settlement's lines."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cli.printed_sql import PROJECTS, plain, printed, settled, statements, told
from quotarules.engines.sql.spark_files import write_rows
from quotarules.engines.sql.spark_query import MEANING

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def test_run_as_printed_it_finds_the_lines_of_a_settlement(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, spark_session: "SparkSession"
) -> None:
    project, _, month = PROJECTS["starter"]
    text = printed(capsys, project, "--engine", "spark", "--period", month)
    held = settled("starter", tmp_path)
    own = spark_session.newSession()
    # What the statements have to mend; the tests' own Spark is started with such settings.
    for setting in ("spark.sql.ansi.enabled", "spark.sql.session.timeZone"):
        assert own.conf.get(setting) != MEANING[setting]
    for place, (name, rows) in enumerate(held.provided.items()):
        path = tmp_path / f"{place}.parquet"
        read = own.read.schema(write_rows(rows, path)).parquet(path.as_uri())
        read.toDF(*rows.column_names).createOrReplaceTempView(f"`{name}`")
    answers = []
    for statement in statements(text):
        found = own.sql(statement)
        if not statement.startswith("SET ") and found.columns:
            answers.append([tuple(row) for row in found.collect()])
    lines, keys = answers
    assert [told(held, row) for row in lines] == [tuple(map(plain, row)) for row in held.lines()]
    wanted = [(rule.account, rule.subject_kind) for rule in held.plan.members]
    members = {(*wanted[place], key) for place, key in keys if place < len(wanted)}
    assert members == {(member.account, member.subject_kind, member.subject) for member in held.outcome.members}
    for statement in statements(text):
        if statement.startswith("CACHE LAZY "):
            own.sql(statement.replace("CACHE LAZY", "UNCACHE"))
