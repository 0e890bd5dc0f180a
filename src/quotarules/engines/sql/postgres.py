"""A plan settled by a PostgreSQL server: facts go in by COPY, the script runs there, lines come out sorted."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

import psycopg
import pyarrow as pa
import pyarrow.csv as pc

from quotarules.engines.choice import Settle
from quotarules.engines.sql.answers import listed, members, write_none
from quotarules.engines.sql.facts import sql_types
from quotarules.engines.sql.postgres_lines import write_lines
from quotarules.engines.sql.postgres_query import PRINTER, table
from quotarules.engines.sql.postgres_session import NAME, transaction, version
from quotarules.engines.sql.prepare import prepared, relations_read
from quotarules.engines.sql.script import PlanScript
from quotarules.engines.sql.tree import Select
from quotarules.ledger.tables import Ledger
from quotarules.plan.lines import OpeningBalance, Outcome
from quotarules.plan.nodes import Plan
from quotarules.values.period import Period

LOADED_ROWS = 65_536
"""How many rows go to the server at once."""
COUNTED_ROWS = 1_000
"""From how many rows on the server looks at a relation before it plans queries over it."""


def bound(url: str) -> Settle:
    """The engine on the server at a URL."""

    def settle(
        plan: Plan, ledger: Ledger, period: Period, openings: tuple[OpeningBalance, ...], lines: Path
    ) -> Outcome:
        with transaction(url) as connection:
            return settle_in(connection, plan, ledger, period, openings, lines)

    return settle


def settle_in(
    connection: psycopg.Connection,
    plan: Plan,
    ledger: Ledger,
    period: Period,
    openings: tuple[OpeningBalance, ...],
    lines: Path,
) -> Outcome:
    """The lines of a period, written to `lines`; with the members and the rows that a person should know of."""
    made = prepared(plan, ledger, period, openings)
    script = made.script
    read = relations_read(script)
    _provide(connection, {name: rows for name, rows in made.provided.items() if name in read})
    _run(connection, script)
    if script.lines:
        write_lines(connection, plan, script, lines)
    else:
        write_none(plan, lines)

    def keys(select: Select) -> Iterator[str]:
        return (key for (key,) in connection.execute(PRINTER.select(select).encode()).fetchall())

    versions = (("postgres", version(connection)), ("psycopg", psycopg.__version__), ("pyarrow", pa.__version__))
    return Outcome(lines, members(plan, script, keys), listed(script, keys), NAME, versions)


def _run(connection: psycopg.Connection, script: PlanScript) -> None:
    """The relations of the script; those that are stored are counted, so that who reads them is planned well."""
    for relation in script.relations:
        made = connection.execute(PRINTER.relation(relation).encode())
        if relation.kept and made.rowcount >= COUNTED_ROWS:
            connection.execute(f"ANALYZE {PRINTER.identifier(relation.name)}".encode())


def _provide(connection: psycopg.Connection, provided: Mapping[str, pa.Table]) -> None:
    """Temporary tables of everything that the script reads by name."""
    for name, rows in provided.items():
        connection.execute(table(name, sql_types(rows)).encode())
        if rows.num_rows:
            copy_rows(connection, name, rows)
        if rows.num_rows >= COUNTED_ROWS:
            connection.execute(f"ANALYZE {PRINTER.identifier(name)}".encode())


def copy_rows(connection: psycopg.Connection, name: str, rows: pa.Table) -> None:
    """The rows as CSV: a missing value is nothing at all, an empty text a pair of quotes."""
    options = pc.WriteOptions(include_header=False, quoting_style="all_valid")
    statement = f"COPY {PRINTER.identifier(name)} FROM STDIN (FORMAT csv)"
    with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        for batch in rows.to_batches(LOADED_ROWS):
            text = BytesIO()
            pc.write_csv(batch, text, options)
            copy.write(text.getbuffer())
