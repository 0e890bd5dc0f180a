"""The same amounts by an exact query written by hand for PostgreSQL: scaled integers, no trace, sorted, into Parquet.

As the query by hand for DuckDB, it uses what its author knows of this ledger.

`python -m benchmarks.by_hand_postgres URL DATA OUT` prints what it took as JSON.
"""

import json
import sys
from io import BytesIO
from pathlib import Path

import psycopg
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from benchmarks.measured_server import on_server

SETTINGS = b"SET jit = off; SET work_mem = '128MB'; SET temp_buffers = '128MB'; SET TimeZone = 'UTC'"
TABLES = {
    "deals": "deal text, seller text, amount numeric(14, 2), cost numeric(14, 2), won_on date",
    "participants": "deal text, person text, role text",
    "people": "person text, role text",
}
QUERY = b"""
COPY (
WITH won AS MATERIALIZED (
  SELECT deal, seller, CAST(amount * 100 AS bigint) AS amount, CAST(cost * 100 AS bigint) AS cost, won_on
  FROM deals WHERE won_on >= DATE '2026-01-01' AND won_on < DATE '2027-01-01'
), running AS (
  SELECT deal, seller, amount, CAST(coalesce(sum(amount) OVER (
    PARTITION BY seller, extract(month FROM won_on) ORDER BY won_on, deal COLLATE "C"
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ), 0) AS bigint) AS before
  FROM won
), tiered AS (
  SELECT deal, seller,
    least(before + amount, 100000000) * 4 + least(greatest(before + amount - 100000000, 0), 200000000) * 6
      + greatest(before + amount - 300000000, 0) * 8 AS after_cents,
    least(before, 100000000) * 4 + least(greatest(before - 100000000, 0), 200000000) * 6
      + greatest(before - 300000000, 0) * 8 AS before_cents
  FROM running
), seats AS (
  SELECT p.deal, p.person, p.role, (greatest(amount - cost, 0) * 3 + 50) / 100 AS pool,
    CASE role WHEN 'seller' THEN 40 WHEN 'presales' THEN 10 ELSE 25 END AS weight
  FROM participants p JOIN won USING (deal)
), weighed AS (
  SELECT deal, person, role, pool, weight, sum(weight) OVER (PARTITION BY deal) AS total FROM seats
), cut AS (
  SELECT deal, person, role, pool, pool * weight / total AS part, pool * weight % total AS rest FROM weighed
), shared AS MATERIALIZED (
  SELECT deal, person, role, part + CASE WHEN
    row_number() OVER (PARTITION BY deal ORDER BY rest DESC, person COLLATE "C", role COLLATE "C")
      <= pool - sum(part) OVER (PARTITION BY deal) THEN 1 ELSE 0 END AS amount
  FROM cut
), lines AS (
  SELECT seller AS person, 'pay' AS account, 'member.sale' AS rule, deal AS source,
    (after_cents + 50) / 100 - (before_cents + 50) / 100 AS amount FROM tiered
  UNION ALL
  SELECT person, 'bonus', 'bonus.share', deal || '/' || person || '/' || role, amount FROM shared
  UNION ALL
  SELECT p.person, 'pay', 'member.team', '', CAST(coalesce(sum(amount), 0) AS bigint)
  FROM people p LEFT JOIN shared USING (person) GROUP BY p.person
)
SELECT * FROM lines ORDER BY person COLLATE "C", account COLLATE "C", rule COLLATE "C", source COLLATE "C"
) TO STDOUT (FORMAT csv)
"""


def load(connection: psycopg.Connection, data: Path) -> None:
    """The files as temporary tables."""
    for name, columns in TABLES.items():
        connection.execute(f"CREATE TEMPORARY TABLE {name} ({columns})".encode())
        with connection.cursor() as cursor, cursor.copy(f"COPY {name} FROM STDIN (FORMAT csv)".encode()) as copy:
            for batch in pq.ParquetFile(data / f"{name}.parquet").iter_batches():
                text = BytesIO()
                pyarrow.csv.write_csv(batch, text, pyarrow.csv.WriteOptions(include_header=False))
                copy.write(text.getbuffer())
        connection.execute(f"ANALYZE {name}".encode())


def query(connection: psycopg.Connection, out: Path) -> None:
    """Runs the query and writes its lines to `out`."""
    with connection.cursor() as cursor, cursor.copy(QUERY) as copy:
        text = b"".join(bytes(row) for row in copy)
    names = ["person", "account", "rule", "source", "amount"]
    kinds = {name: pa.int64() if name == "amount" else pa.string() for name in names}
    found = pyarrow.csv.read_csv(
        BytesIO(text),
        read_options=pyarrow.csv.ReadOptions(column_names=names),
        convert_options=pyarrow.csv.ConvertOptions(column_types=kinds, strings_can_be_null=False),
    )
    pq.write_table(found, out)


def main(url: str, data: Path, out: Path) -> None:
    """Runs and prints."""
    with psycopg.connect(url) as connection:
        connection.execute(SETTINGS)
        measured = on_server(connection)
        load(connection, data)
        measured.lap("load")
        query(connection, out)
        measured.lap("query")
        print(json.dumps(measured.figures))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
