"""The engines by name: what `--engine` chooses from, where each one's server is, and what every worked example runs on.

An engine is loaded when it runs, so that a statement is read and a journal verified without any.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from quotarules.diagnostics.problem import Problem
from quotarules.engines.server_problems import (
    EngineNotInstalled,
    EngineUrlIdle,
    EngineUrlMissing,
    EngineUrlOfOtherKind,
)
from quotarules.ledger.database import Database
from quotarules.ledger.lake import Lake
from quotarules.ledger.tables import Ledger
from quotarules.plan.lines import OpeningBalance, Outcome
from quotarules.plan.nodes import Plan
from quotarules.records import dataclass
from quotarules.values.period import Period
from quotarules.values.schema import FactSchema, FileSource

Settle = Callable[[Plan, Ledger, Period, tuple[OpeningBalance, ...], Path], Outcome]


@dataclass(frozen=True, slots=True)
class Server:
    """An engine elsewhere: its module has `bound(url) -> Settle`; `library` is what the extra of its name installs.

    A URL of the engine begins with one of `kinds`; `form` shows one in a message. `tables`, where there are any, is the
    module that has `tables(url)`, a context of the `Database` in which facts may stand; that of `lake` has `lake(url)`,
    a context of the `Lake` whose workers check large tables.
    """

    module: str
    library: str
    kinds: tuple[str, ...]
    form: str
    tables: str | None = None
    lake: str | None = None


def _loaded_when_called(module: str) -> Settle:
    def settle(
        plan: Plan, ledger: Ledger, period: Period, openings: tuple[OpeningBalance, ...], lines: Path
    ) -> Outcome:
        run: Settle = import_module(module).settle
        return run(plan, ledger, period, openings, lines)

    return settle


ENGINES: dict[str, Settle] = {
    "duckdb": _loaded_when_called("quotarules.engines.sql.duckdb"),
    "reference": _loaded_when_called("quotarules.engines.reference.interpreter"),
}
"""The embedded engines, which need nothing but this package."""

SERVERS: dict[str, Server] = {
    "postgres": Server(
        "quotarules.engines.sql.postgres",
        "psycopg",
        ("postgresql://", "postgres://"),
        "postgresql://HOST/DATABASE",
        "quotarules.engines.sql.postgres_tables",
    ),
    "spark": Server(
        "quotarules.engines.sql.spark",
        "pyspark",
        ("spark://", "sc://", "local"),
        "spark://HOST:PORT",
        "quotarules.engines.sql.spark_tables",
        "quotarules.engines.sql.spark_lake",
    ),
}


def engine(name: str, urls: Iterable[str] = ()) -> Settle | Problem:
    """The engine of that name, at the last URL of its kind; or why there is none.

    Whether a server answers is found out when the engine runs: it then raises `EngineError`.
    """
    if name in ENGINES:
        return ENGINES[name]
    server, given = SERVERS[name], tuple(urls)
    fitting = [url for url in given if url.startswith(server.kinds)]
    if not fitting:
        return EngineUrlOfOtherKind(name, server.form, given) if given else EngineUrlMissing(name, server.form)
    if find_spec(server.library) is None or find_spec(server.module) is None:
        return EngineNotInstalled(name, server.library)
    bound: Callable[[str], Settle] = import_module(server.module).bound
    return bound(fitting[-1])


def engines(names: Iterable[str], urls: Iterable[str] = ()) -> tuple[dict[str, Settle], tuple[Problem, ...]]:
    """Several engines by name, or a problem for each that cannot be had."""
    given = tuple(urls)
    found = {name: engine(name, given) for name in dict.fromkeys(names)}
    problems = tuple(one for one in found.values() if isinstance(one, Problem))
    return {name: one for name, one in found.items() if not isinstance(one, Problem)}, problems


def idle(names: Iterable[str], urls: Iterable[str]) -> tuple[Problem, ...]:
    """A problem for each URL where none of the engines asked for is reached at one."""
    asked = tuple(dict.fromkeys(names))
    if not set(asked) <= set(ENGINES):
        return ()
    return tuple(EngineUrlIdle(url, asked, _fitting(url)) for url in urls)


def _fitting(url: str) -> str | None:
    return next((name for name, server in SERVERS.items() if url.startswith(server.kinds)), None)


@contextmanager
def database(name: str, urls: Iterable[str], schema: FactSchema) -> Iterator[Database | None]:
    """The database of an engine that can be had, if it has one and facts stand in it; all is seen as at one moment.

    Raises EngineError where it cannot be reached.
    """
    server = SERVERS.get(name)
    stored = any(isinstance(table.source, FileSource) and table.source.format == "table" for table in schema.tables)
    if not stored or server is None or server.tables is None:
        yield None
        return
    found: Callable[[str], AbstractContextManager[Database]] = import_module(server.tables).tables
    with found(_last(server, urls)) as held:
        yield held


@contextmanager
def lake(name: str, urls: Iterable[str]) -> Iterator[Lake | None]:
    """The workers of an engine that can be had, if it has any; what they write for a ledger is gone afterwards."""
    server = SERVERS.get(name)
    if server is None or server.lake is None:
        yield None
        return
    found: Callable[[str], AbstractContextManager[Lake]] = import_module(server.lake).lake
    with found(_last(server, urls)) as held:
        yield held


def _last(server: Server, urls: Iterable[str]) -> str:
    """The URL at which an engine that can be had is reached."""
    return [url for url in urls if url.startswith(server.kinds)][-1]
