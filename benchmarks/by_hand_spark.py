"""The same amounts as `by_hand.py`, by an exact query written by hand for Spark: scaled integers, no trace, sorted.

`python -m benchmarks.by_hand_spark DATA OUT [URL]` prints the seconds it took, without the start of Spark.
"""

import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from quotarules.engines.sql.spark_session import session

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

QUERY = """
WITH won AS (
  SELECT deal, seller, CAST(amount * 100 AS BIGINT) AS amount, CAST(cost * 100 AS BIGINT) AS cost, won_on
  FROM deals
  WHERE won_on >= DATE '2026-01-01' AND won_on < DATE '2027-01-01'
), running AS (
  SELECT deal, seller, amount, coalesce(sum(amount) OVER (
    PARTITION BY seller, month(won_on) ORDER BY won_on, deal ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ), 0) AS before
  FROM won
), tiered AS (
  SELECT deal, seller,
    least(before + amount, 100000000) * 4 + least(greatest(before + amount - 100000000, 0), 200000000) * 6
      + greatest(before + amount - 300000000, 0) * 8 AS after_cents,
    least(before, 100000000) * 4 + least(greatest(before - 100000000, 0), 200000000) * 6
      + greatest(before - 300000000, 0) * 8 AS before_cents
  FROM running
), pools AS (
  SELECT deal, (greatest(amount - cost, 0) * 3 + 50) div 100 AS pool FROM won
), seats AS (
  SELECT p.deal, p.person, p.role, pool,
    CASE role WHEN 'seller' THEN 40L WHEN 'presales' THEN 10L ELSE 25L END AS weight
  FROM participants p JOIN pools USING (deal)
), cut AS (
  SELECT deal, person, role, pool, sum(weight) OVER (PARTITION BY deal) AS total, pool * weight AS shared
  FROM seats
), parts AS (
  SELECT deal, person, role, pool, shared div total AS part, shared % total AS rest FROM cut
), shared AS (
  SELECT deal, person, role, part + CASE WHEN
    row_number() OVER (PARTITION BY deal ORDER BY rest DESC, person, role) <= pool - sum(part) OVER (PARTITION BY deal)
    THEN 1 ELSE 0 END AS amount
  FROM parts
), lines AS (
  SELECT seller AS person, 'pay' AS account, 'member.sale' AS rule, deal AS source,
    (after_cents + 50) div 100 - (before_cents + 50) div 100 AS amount FROM tiered
  UNION ALL
  SELECT person, 'bonus', 'bonus.share', deal || '/' || person || '/' || role, amount FROM shared
  UNION ALL
  SELECT p.person, 'pay', 'member.team', '', coalesce(sum(amount), 0)
  FROM people p LEFT JOIN shared USING (person) GROUP BY p.person
)
SELECT * FROM lines ORDER BY person, account, rule, source
"""


def run(spark: "SparkSession", data: Path, out: Path) -> None:
    """Runs the query and writes its lines as parts into the folder `out`."""
    for name in ("deals", "participants", "people"):
        spark.read.parquet((data / f"{name}.parquet").as_uri()).createOrReplaceTempView(name)
    spark.sql(QUERY).write.parquet(out.as_uri())


if __name__ == "__main__":
    with session(sys.argv[3] if len(sys.argv) > 3 else "local[2]") as started:
        started.sql("SELECT 1").collect()
        start = perf_counter()
        run(started, Path(sys.argv[1]), Path(sys.argv[2]))
        print(perf_counter() - start)
