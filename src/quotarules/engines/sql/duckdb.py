"""The embedded engine: a plan settled by DuckDB, set by set, straight into the lines file."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa

from quotarules.engines.server_problems import EngineError, EngineOutOfRoom
from quotarules.engines.sql import facts
from quotarules.engines.sql.answers import listed, members, write_none
from quotarules.engines.sql.dialects.duckdb import DuckDbPrinter, distinct
from quotarules.engines.sql.gathered import gathered, sort_keys, source, text_slots
from quotarules.engines.sql.lifetimes import Unread, unread
from quotarules.engines.sql.prepare import Prepared, prepared
from quotarules.engines.sql.script import PlanScript
from quotarules.engines.sql.state import code_of
from quotarules.engines.sql.tree import Cast, Named, Ref, Relation, Select, SqlType
from quotarules.ledger.tables import Ledger
from quotarules.plan.lines import DUE, EXCLUDED, WAITING, OpeningBalance, Outcome, slot_counts
from quotarules.plan.nodes import Plan
from quotarules.records import dataclass
from quotarules.values.period import Period

PRINTER = DuckDbPrinter()
OFF = "join_order"
"""Every join looks rows up by their key; reordered by a guess, one of them once compared all rows with all."""
MEMORY_MB = 5_000
"""How many megabytes DuckDB may hold before it spills to disk, beside the facts."""
_OF_ONE_QUERY = 20
"""What of the memory, as its part, one query may sort or look up in before that goes to disk: it counts too little."""
_TRIES = 4
LOOKED_UP = 10_000_000
"""Up to how many keys of a table have their texts looked up; what is looked up in takes some sixty bytes a key."""
FORMAT = "FORMAT parquet, COMPRESSION snappy, PARQUET_VERSION V2, DICTIONARY_SIZE_LIMIT 10000"
"""Columns with many values are written as differences and lengths, without a vain look for words that repeat."""


def settle(
    plan: Plan,
    ledger: Ledger,
    period: Period,
    openings: tuple[OpeningBalance, ...],
    lines: Path,
    *,
    threads: int | None = None,
    memory_mb: int = MEMORY_MB,
    database: duckdb.DuckDBPyConnection | None = None,
) -> Outcome:
    """The lines of a period, written to `lines`; with the members and the rows that a person should know of.

    `threads` None leaves the number of threads to DuckDB; the outcome is the same for any number. A `database` opened
    by `connected` may serve many runs one after another, which saves each of them the time to open one.
    """
    # What is too much for memory goes where the lines go: to a folder of the same owner, on the same disk.
    with (
        TemporaryDirectory(prefix="spill-", dir=lines.parent) as spill,
        interruptible(),
        ThreadPoolExecutor(1) as beside,
    ):
        # A database takes as long to open as the rows take to prepare.
        opened = beside.submit(lambda: connected(threads, memory_mb, spill) if database is None else database.cursor())
        made = prepared(plan, ledger, period, openings, by_place=True, most_looked_up=LOOKED_UP)
        with opened.result() as connection:
            connection.execute(f"SET operator_memory_limit = '{memory_mb // _OF_ONE_QUERY}MB'")
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
        for statement in lines_statements(plan, script, lines):
            executed(connection, statement)
    else:
        write_none(plan, lines)
    return Outcome(lines, *found, "duckdb", (("duckdb", duckdb.__version__), ("pyarrow", pa.__version__)))


def executed(connection: duckdb.DuckDBPyConnection, statement: str) -> duckdb.DuckDBPyConnection:
    """Runs a statement; where DuckDB 2.0 cannot plan it with statistics, it goes on without them.

    It fails to plan a comparison of texts one of which, as the statistics tell it, is never there. And by chance it
    keeps a large sort in memory until none is left, so that a statement which found no memory is run again.
    """
    for _ in range(_TRIES - 1):
        with suppress(duckdb.OutOfMemoryException):
            return _planned(connection, statement)
    return _planned(connection, statement)


def _planned(connection: duckdb.DuckDBPyConnection, statement: str) -> duckdb.DuckDBPyConnection:
    try:
        return connection.execute(statement)
    except duckdb.InvalidInputException as error:
        if "BindBuiltinScalarFunction" not in str(error):
            raise
    connection.execute(f"SET disabled_optimizers = '{OFF},statistics_propagation'")
    return connection.execute(statement)


def connected(threads: int | None, memory_mb: int = MEMORY_MB, spill: str | None = None) -> duckdb.DuckDBPyConnection:
    """An empty database in memory, set up as a run needs it; `spill` is a folder for what memory does not hold."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{memory_mb}MB",
        "preserve_insertion_order": True,
        "disabled_optimizers": OFF,
    }
    if threads is not None:
        settings["threads"] = threads
    if spill is not None:
        settings["temp_directory"] = spill
    return duckdb.connect(":memory:", config=settings)


@contextmanager
def interruptible() -> Iterator[None]:
    """A person's Ctrl-C during a query as the KeyboardInterrupt that it is, which DuckDB takes for itself.

    A number that does not fit is an OverflowError; memory or a disk that is full is an EngineError.
    """
    try:
        yield
    except (RuntimeError, duckdb.InterruptException) as error:
        if "interrupted" in str(error).lower():
            raise KeyboardInterrupt from error
        raise
    except duckdb.DataError as error:
        raise OverflowError(str(error)) from error
    except duckdb.OperationalError as error:
        raise EngineError(EngineOutOfRoom("duckdb", str(error).splitlines()[0])) from error


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


def lines_statements(plan: Plan, script: PlanScript, lines: Path) -> tuple[str, ...]:
    """The statements that gather the lines of all rules, sort them and write the file.

    What is sorted is narrow; the texts that all lines of a rule share are put in afterwards, as the values of a type
    that holds just these, which is written several times faster than texts. The types are made first.
    """
    types = _Types({})
    shared = _shared(plan, script, types)
    columns = [
        shared["subject_kind"],
        "subject",
        shared["account"],
        shared["rule"],
        source(PRINTER, script),
        shared["status"],
        _number(script.lines[0], "amount"),
        shared["reason"],
    ]
    numbers, _ = slot_counts(plan)
    columns += [_number(script.lines[0], f"n{place}") for place in range(numbers)]
    columns += text_slots(plan, script, types.value)
    keys = [PRINTER.identifier(name) for name in sort_keys(script)]
    narrow = "* REPLACE (kind::USMALLINT AS kind, place::USMALLINT AS place)"
    parts = [
        "COPY (",
        "SELECT",
        ",\n".join(columns),
        "FROM (",
        gathered(PRINTER, script, keys, narrow),
        ") AS sorted",
        f") TO {PRINTER.text(str(lines))} ({FORMAT})",
    ]
    return *types.statements(), "\n".join(parts)


@dataclass(frozen=True, slots=True)
class _Types:
    """The types that hold nothing but certain texts, by these.

    Each has a name: written out beside every text that has it, a type of some hundred reasons would make most of the
    statement, and DuckDB reads text slowly.
    """

    names: dict[tuple[str, ...], str]

    def value(self, text: str, texts: tuple[str, ...]) -> str:
        """One of the texts as a value of the type that holds them all."""
        name = self.names.setdefault(texts, PRINTER.identifier(f"texts {len(self.names) + 1}"))
        return f"{PRINTER.text(text)}::{name}"

    def statements(self) -> Iterator[str]:
        """What makes the types that were asked for."""
        for texts, name in self.names.items():
            yield f"CREATE TEMP TYPE {name} AS ENUM ({', '.join(map(PRINTER.text, texts))})"


def _shared(plan: Plan, script: PlanScript, types: _Types) -> dict[str, str]:
    """By the name of a lines column, the text that the place or code of a line stands for."""
    reasons = ((reason.text, f"code = {code_of(plan, place)}") for place, reason in enumerate(plan.reasons))
    held = {
        "subject_kind": _by_place("kind", script.order.kinds),
        "account": _by_place("place", (account for account, _ in script.order.rules)),
        "rule": _by_place("place", (rule for _, rule in script.order.rules)),
        "status": ((DUE, "code IS NULL"), (WAITING, "code < 0"), (EXCLUDED, "TRUE")),
        "reason": (("", "code IS NULL"), *reasons),
    }
    return {name: f"{_chosen(texts, types)} AS {name}" for name, texts in held.items()}


def _by_place(column: str, texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple((text, f"{column} = {place}") for place, text in enumerate(texts))


def _chosen(texts: tuple[tuple[str, str], ...], types: _Types) -> str:
    """The text beside the condition that holds; one does."""
    all_of_them = tuple(dict.fromkeys(text for text, _ in texts))
    *first, (last, _) = texts
    whens = " ".join(f"WHEN {condition} THEN {types.value(text, all_of_them)}" for text, condition in first)
    rest = types.value(last, all_of_them)
    return f"CASE {whens} ELSE {rest} END" if first else rest


def _number(select: Select, name: str) -> str:
    """A column of integers; Parquet has no 128 bits but in decimals."""
    kind = next(column.value.type for column in select.columns if column.name == name)
    return f"CAST({name} AS DECIMAL(38, 0)) AS {name}" if kind is SqlType.WIDE else name
