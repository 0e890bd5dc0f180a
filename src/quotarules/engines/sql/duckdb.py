"""The embedded engine: a plan settled by DuckDB, set by set, straight into the lines file."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa

from quotarules.engines.sql import facts
from quotarules.engines.sql.answers import listed, members, write_none
from quotarules.engines.sql.dialects.duckdb import DuckDbPrinter, distinct
from quotarules.engines.sql.duckdb_lines import write_lines
from quotarules.engines.sql.duckdb_session import Limits, connected, executed, interruptible, limit_queries
from quotarules.engines.sql.lifetimes import Unread, unread
from quotarules.engines.sql.prepare import Prepared, prepared
from quotarules.engines.sql.script import PlanScript
from quotarules.engines.sql.tree import Cast, Named, Ref, Relation, Select, SqlType
from quotarules.ledger.tables import Ledger
from quotarules.plan.lines import OpeningBalance, Outcome
from quotarules.plan.nodes import Plan
from quotarules.values.period import Period

PRINTER = DuckDbPrinter()
LOOKED_UP = 10_000_000
"""Up to how many keys of a table have their texts looked up; what is looked up in takes some sixty bytes a key."""


def settle(
    plan: Plan,
    ledger: Ledger,
    period: Period,
    openings: tuple[OpeningBalance, ...],
    lines: Path,
    *,
    limits: Limits | None = None,
    database: duckdb.DuckDBPyConnection | None = None,
) -> Outcome:
    """The lines of a period, written to `lines`; with the members and the rows that a person should know of.

    A `database` opened by `connected` may serve many runs one after another, which saves each of them the time to open
    one.
    """
    allowed = limits or Limits()
    # What is too much for memory goes where the lines go: to a folder of the same owner, on the same disk.
    with (
        TemporaryDirectory(prefix="spill-", dir=lines.parent) as spill,
        interruptible(),
        ThreadPoolExecutor(1) as beside,
    ):
        # A database takes as long to open as the rows take to prepare.
        opened = beside.submit(lambda: connected(allowed, spill) if database is None else database.cursor())
        made = prepared(
            plan, ledger, period, openings, by_place=True, most_looked_up=LOOKED_UP, lines_at_once=allowed.lines_at_once
        )
        with opened.result() as connection:
            limit_queries(connection, allowed)
            return _settle_in(connection, plan, made, lines)


def _settle_in(connection: duckdb.DuckDBPyConnection, plan: Plan, made: Prepared, lines: Path) -> Outcome:
    script, gone = made.script, unread(made.script)
    provide(connection, made.provided)
    for statement in relation_statements(script, gone):
        executed(connection, statement)

    def keys(select: Select) -> Iterator[str]:
        return (key for (key,) in executed(connection, PRINTER.select(select)).fetchall())

    found = members(plan, script, keys), listed(script, keys)
    for statement in drops(gone.before_lines):
        executed(connection, statement)
    if script.lines:
        write_lines(connection, plan, script, lines, made.lines_at_once)
    else:
        write_none(plan, lines)
    return Outcome(lines, *found, "duckdb", (("duckdb", duckdb.__version__), ("pyarrow", pa.__version__)))


def provide(connection: duckdb.DuckDBPyConnection, provided: Mapping[str, pa.Table]) -> None:
    """Everything that the script reads by name."""
    for name, table in provided.items():
        wide = [field.name for field in table.schema if pa.types.is_decimal(field.type)]
        if not wide:
            _register(connection, name, table)
            continue
        _register(connection, f"{name} as loaded", table)
        connection.execute(PRINTER.relation(_widened(name, table)))


def _register(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    connection.register(distinct(name), table.rename_columns([distinct(column) for column in table.column_names]))


def _widened(name: str, table: pa.Table) -> Relation:
    """A view of loaded rows in which decimals have become the integers that they are."""
    columns = []
    for column, kind in facts.sql_types(table).items():
        held = Ref("t", column, kind)
        columns.append(Named(column, Cast(held, kind) if kind is SqlType.WIDE else held))
    return Relation(name, Select(tuple(columns), f"{name} as loaded"), kept=False)


def relation_statements(script: PlanScript, gone: Unread) -> Iterator[str]:
    """The statements that make the relations of a script, and drop what none of the others reads any more."""
    for relation in script.relations:
        yield PRINTER.relation(relation)
        yield from drops(gone.after.get(relation.name, ()))


def drops(names: Iterable[str]) -> Iterator[str]:
    """The statements that give back the memory of kept relations."""
    return (f"DROP TABLE {PRINTER.identifier(name)}" for name in names)
