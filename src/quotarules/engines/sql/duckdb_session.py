"""A run's database of DuckDB: how it is set up, how statements run in it, and what its failures mean."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

import duckdb
import pyarrow as pa

from quotarules.engines.server_problems import EngineError, EngineOutOfRoom
from quotarules.records import dataclass

OFF = "join_order"
"""Every join looks rows up by their key; reordered by a guess, one of them once compared all rows with all."""
_OF_ONE_QUERY = 5
"""What of the memory, as its part, one query may sort or look up in before that goes to disk: it counts too little."""
_TRIES = 4

Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may take of a machine; the outcome is the same whatever it is.

    `threads` None leaves their number to DuckDB. `memory_mb` is how many megabytes DuckDB may hold before it spills to
    disk, beside the facts. More than `lines_at_once` lines, each of some hundred bytes, are sorted in parts.
    """

    threads: int | None = None
    memory_mb: int = 5_000
    lines_at_once: int = 20_000_000


def connected(limits: Limits, spill: str | None = None) -> duckdb.DuckDBPyConnection:
    """An empty database in memory, set up as a run needs it; `spill` is a folder for what memory does not hold."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{limits.memory_mb}MB",
        "preserve_insertion_order": True,
        "disabled_optimizers": OFF,
    }
    if limits.threads is not None:
        settings["threads"] = limits.threads
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
    except (duckdb.OperationalError, MemoryError) as error:
        raise out_of_room(error) from error


def out_of_room(error: Exception) -> EngineError:
    """What is told of memory or a disk that is full."""
    return EngineError(EngineOutOfRoom("duckdb", (str(error) or type(error).__name__).splitlines()[0]))


def limit_queries(connection: duckdb.DuckDBPyConnection, limits: Limits) -> None:
    """Let each query hold a part of the memory only; a connection has to be told by itself."""
    connection.execute(f"SET operator_memory_limit = '{limits.memory_mb // _OF_ONE_QUERY}MB'")


def executed(connection: duckdb.DuckDBPyConnection, statement: str) -> duckdb.DuckDBPyConnection:
    """Runs a statement (see `_tried`)."""
    return _tried(connection, lambda: connection.execute(statement))


def arrow(connection: duckdb.DuckDBPyConnection, query: str, batch_rows: int) -> pa.Table:
    """The rows of a query in batches of so many (see `_tried`)."""
    rows: pa.Table = _tried(connection, lambda: connection.sql(query).to_arrow_table(batch_rows))
    return rows


def _tried(connection: duckdb.DuckDBPyConnection, run: Callable[[], Given]) -> Given:
    """What a statement gives; where DuckDB 2.0 cannot plan it with statistics, it goes on without them.

    It fails to plan a comparison of texts one of which, as the statistics tell it, is never there. And by chance it
    keeps a large sort in memory until none is left, so that a statement which found no memory is run again.
    """
    for _ in range(_TRIES - 1):
        with suppress(duckdb.OutOfMemoryException):
            return _planned(connection, run)
    return _planned(connection, run)


def _planned(connection: duckdb.DuckDBPyConnection, run: Callable[[], Given]) -> Given:
    try:
        return run()
    except duckdb.InvalidInputException as error:
        if "BindBuiltinScalarFunction" not in str(error):
            raise
    connection.execute(f"SET disabled_optimizers = '{OFF},statistics_propagation'")
    return run()
