"""A transaction on a PostgreSQL server: nothing in it depends on how the server is set, and nothing of it stays."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from quotarules.engines.server_problems import EngineBroken, EngineError, EngineUnfit, EngineUnreachable
from quotarules.engines.sql.postgres_query import MEANING, settings

NAME = "postgres"
OLDEST = 140000
"""The first version that is used, as the server numbers it."""

_SESSION = {"client_encoding": "UTF8", "temp_buffers": "128MB", "search_path": "pg_catalog, pg_temp"}
"""What holds from the first statement on; the path keeps everything out that somebody else has defined."""

_PINNED = MEANING | {
    # How much is done for queries that run once; joins stay in the order in which they look rows up by their keys.
    "jit": "off",
    "work_mem": "128MB",
    "join_collapse_limit": "1",
    "from_collapse_limit": "8",
    "plan_cache_mode": "auto",
    # Nobody waits for a lock here, and the client may take its time with what it reads.
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
}


@contextmanager
def transaction(url: str) -> Iterator[psycopg.Connection]:
    """A connection inside a transaction that sees one state of the server, and that is rolled back at the end.

    Raises EngineError if the server does not answer, is unfit, or gives up.
    """
    if _is_torn(url):
        # The library would take a piece of the password for the host, and say it.
        raise EngineError(EngineUnreachable(NAME, url, "the name or the password holds a bare `@` or `/`"))
    try:
        connection = psycopg.connect(url, autocommit=True, prepare_threshold=None, application_name="quotarules")
    except psycopg.ProgrammingError as error:
        # What it says of a URL that it cannot read are pieces of the URL.
        raise EngineError(EngineUnreachable(NAME, url, "the URL cannot be read")) from error
    except (psycopg.Error, ValueError) as error:
        raise EngineError(EngineUnreachable(NAME, url, first_line(error))) from error
    with connection:
        try:
            _pin(connection, url)
            yield connection
        except psycopg.Error as error:
            raise EngineError(EngineBroken(NAME, url, first_line(error))) from error
        finally:
            _leave(connection)


def _is_torn(url: str) -> bool:
    """Whether the name or the password of a URL holds a sign at which a URL is cut."""
    rest = url.partition("://")[2]
    login, _, place = rest.partition("@")
    return "@" in (rest if "/" in login else place).partition("?")[0]


def _pin(connection: psycopg.Connection, url: str) -> None:
    if connection.info.server_version < OLDEST:
        raise EngineError(EngineUnfit(NAME, url, f"its version is older than {OLDEST // 10000}"))
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise EngineError(EngineUnfit(NAME, url, f"its database holds texts as {encoding}, not as UTF8"))
    connection.execute(settings(_SESSION, local=False).encode())
    connection.execute(b"BEGIN ISOLATION LEVEL REPEATABLE READ")
    connection.execute(settings(_PINNED, local=True).encode())


def _leave(connection: psycopg.Connection) -> None:
    """The end of the transaction: whatever it made is gone. A server that is gone has done so by itself."""
    if not connection.closed:
        connection.execute(b"ROLLBACK")


def version(connection: psycopg.Connection) -> str:
    """The server's version as it says it itself: `15.18`."""
    number = connection.info.server_version
    return f"{number // 10000}.{number % 10000}"


def first_line(error: BaseException) -> str:
    """What an error says, without what follows its first line."""
    return str(error).strip().split("\n", 1)[0] or type(error).__name__
