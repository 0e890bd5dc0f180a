"""How a session divides its work: by the number of rows, unless somebody has said how."""

from typing import TYPE_CHECKING

import pytest

from quotarules.engines.sql.spark_session import FEW, divide_work

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

TASKS, ADAPTIVE = "spark.sql.shuffle.partitions", "spark.sql.adaptive.enabled"


@pytest.mark.parametrize(
    ("rows", "tasks", "adaptive"),
    [(0, "1", "false"), (FEW, "1", "false"), (FEW + 1, "2", "true"), (5_000_000, "22", "true")],
)
def test_few_rows_are_one_task(spark_session: "SparkSession", rows: int, tasks: str, adaptive: str) -> None:
    own = spark_session.newSession()
    own.conf.set(TASKS, "200")
    own.conf.set(ADAPTIVE, "true")
    divide_work(own, rows)
    assert own.conf.get(TASKS) == tasks
    assert own.conf.get(ADAPTIVE) == adaptive


@pytest.mark.parametrize("rows", [0, 5_000_000])
def test_a_number_that_somebody_has_set_stays(spark_session: "SparkSession", rows: int) -> None:
    own = spark_session.newSession()
    own.conf.set(TASKS, "7")
    divide_work(own, rows)
    assert own.conf.get(TASKS) == "7"
