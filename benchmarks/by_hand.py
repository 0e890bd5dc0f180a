"""The same amounts by an exact query written by hand for DuckDB: scaled integers, no trace, sorted, written to Parquet.

It uses what its author knows of this ledger (each deal has one participant in each role), as a script would.

`python -m benchmarks.by_hand DATA OUT` prints seconds, seconds of processor time and peak memory as JSON.
"""

import sys
from pathlib import Path

import duckdb

from benchmarks.measured import measured

QUERY = """
COPY (
WITH won AS (
  SELECT deal, seller, CAST(amount * 100 AS BIGINT) AS amount, CAST(cost * 100 AS BIGINT) AS cost, won_on
  FROM read_parquet('{data}/deals.parquet')
  WHERE won_on >= DATE '2026-01-01' AND won_on < DATE '2027-01-01'
), running AS (
  SELECT deal, seller, amount, CAST(coalesce(sum(amount) OVER (
    PARTITION BY seller, month(won_on) ORDER BY won_on, deal ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ), 0) AS BIGINT) AS before
  FROM won
), tiered AS (
  SELECT deal, seller,
    least(before + amount, 100000000) * 4 + least(greatest(before + amount - 100000000, 0), 200000000) * 6
      + greatest(before + amount - 300000000, 0) * 8 AS after_cents,
    least(before, 100000000) * 4 + least(greatest(before - 100000000, 0), 200000000) * 6
      + greatest(before - 300000000, 0) * 8 AS before_cents
  FROM running
), pools AS (
  SELECT deal, (greatest(amount - cost, 0) * 3 + 50) // 100 AS pool FROM won
), seats AS (
  SELECT p.deal, p.person, p.role, pool,
    CASE role WHEN 'seller' THEN 40 WHEN 'presales' THEN 10 ELSE 25 END AS weight
  FROM read_parquet('{data}/participants.parquet') p JOIN pools USING (deal)
), cut AS (
  SELECT deal, person, role, pool, CAST(sum(weight) OVER (PARTITION BY deal) AS BIGINT) AS total,
    pool * weight // total AS part, pool * weight % total AS rest
  FROM seats
), shared AS (
  SELECT deal, person, role, part + CASE WHEN
    row_number() OVER (PARTITION BY deal ORDER BY rest DESC, person, role) <= pool - sum(part) OVER (PARTITION BY deal)
    THEN 1 ELSE 0 END AS amount
  FROM cut
), lines AS (
  SELECT seller AS person, 'pay' AS account, 'member.sale' AS rule, deal AS source,
    (after_cents + 50) // 100 - (before_cents + 50) // 100 AS amount FROM tiered
  UNION ALL
  SELECT person, 'bonus', 'bonus.share', deal || '/' || person || '/' || role, amount FROM shared
  UNION ALL
  SELECT p.person, 'pay', 'member.team', '', CAST(coalesce(sum(amount), 0) AS BIGINT)
  FROM read_parquet('{data}/people.parquet') p LEFT JOIN shared USING (person) GROUP BY p.person
)
SELECT * FROM lines ORDER BY person, account, rule, source
) TO '{out}' (FORMAT parquet)
"""


def run(data: Path, out: Path, threads: int | None = None) -> None:
    """Runs the query and writes its lines to `out`."""
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        if threads is not None:
            connection.execute(f"SET threads = {threads}")
        connection.execute(QUERY.format(data=data, out=out))


if __name__ == "__main__":
    measured(lambda: run(Path(sys.argv[1]), Path(sys.argv[2])))
