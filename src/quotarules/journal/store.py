"""A journal on disk: a folder with a SQLite database and the lines files, opened with settings that keep what is said.

Rollback journal, full synchronisation and a write lock before the first read: see "Storage" in docs/journal-format.md.
"""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from quotarules.diagnostics.problem import Problem
from quotarules.journal import tables
from quotarules.journal.damage import EntryBroken, JournalDamaged
from quotarules.journal.problems import JournalBusy, JournalOfOtherVersion, JournalUnwritable, NoJournalYet, NotAJournal
from quotarules.records import dataclass

DATABASE = "journal.sqlite"
LINES = "lines"
NEW = "new-"
"""How the folders begin in which engines write lines that are not recorded yet."""

_WAIT_SECONDS = 10
_SETTINGS = (
    "PRAGMA journal_mode = DELETE",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA trusted_schema = OFF",
)
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_UNWRITABLE = (
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
)


@dataclass(frozen=True, slots=True)
class Journal:
    """An open journal; `name` is its path as people wrote it."""

    folder: Path
    name: str
    engine: sa.Engine

    @property
    def lines_folder(self) -> Path:
        """Where the lines files stand."""
        return self.folder / LINES


class BrokenEntryError(Exception):
    """An entry found not to be as it was written, on the way to something else."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(reason)
        self.number, self.reason = number, reason


FAILURES = (sa.exc.DBAPIError, OSError, BrokenEntryError)
"""What reading or writing a journal may raise; `problem_of` says it."""


def open_journal(
    folder: Path, name: str | None = None, *, create: bool = True
) -> tuple[Journal | None, tuple[Problem, ...]]:
    """The journal in a folder; a folder that holds other things than a journal is refused.

    It is made on first use, or, without `create`, a problem. `name` is the folder as people wrote it.
    """
    shown = name if name is not None else folder.as_posix()
    journal = Journal(folder, shown, _engine(folder / DATABASE))
    if not create and not folder.exists():
        return None, (NoJournalYet(shown),)
    if not create and not (folder / DATABASE).exists():
        return None, (NotAJournal(shown, "holds no `journal.sqlite`"),)
    try:
        problem = _prepare(journal)
    except (FileExistsError, NotADirectoryError):
        problem = NotAJournal(shown, "is a file")
    except FAILURES as error:
        problem = problem_of(journal, error)
    return (None, (problem,)) if problem is not None else (journal, ())


def new_lines_path(journal: Journal) -> Path:
    """A new path for an engine to write lines to, on the same disk as the journal; `record` takes the file from there.

    A process that is killed may leave its folder behind (`new-…`); it can be deleted when no run is under way.
    """
    journal.lines_folder.mkdir(exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=NEW, dir=journal.lines_folder)) / "lines.parquet"


def drop_lines(lines: Path) -> None:
    """Take away a lines file that was not taken over, and the folder that was made for it."""
    # What stays behind is only rubbish, and no reason to say that the settlement was not recorded.
    with suppress(OSError):
        lines.unlink(missing_ok=True)
        if lines.parent.name.startswith(NEW):
            lines.parent.rmdir()


@contextmanager
def lines_for(journal: Journal) -> Iterator[Path]:
    """A path as of `new_lines_path` until its lines are recorded; nothing stays of a run that is stopped before."""
    lines = new_lines_path(journal)
    try:
        yield lines
    except BaseException:
        drop_lines(lines)
        raise


@contextmanager
def reading(journal: Journal) -> Iterator[sa.Connection]:
    """A connection that sees one state of the journal."""
    with journal.engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(journal: Journal) -> Iterator[sa.Connection]:
    """A connection that holds the journal's only write lock from its first read; committed if nothing is raised."""
    with journal.engine.connect() as connection:
        connection.execution_options(quotarules_writes=True)
        with connection.begin():
            yield connection


def problem_of(journal: Journal, error: Exception) -> Problem:
    """What to say of one of FAILURES."""
    if isinstance(error, BrokenEntryError):
        return EntryBroken(journal.name, error.number, error.reason)
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    if isinstance(cause, OSError):
        return JournalUnwritable(journal.name, (cause.strerror or "the system refused").lower())
    code = (
        cause.sqlite_errorcode & 0xFF if isinstance(cause, sqlite3.Error) and hasattr(cause, "sqlite_errorcode") else 0
    )
    if code in _BUSY:
        return JournalBusy(journal.name)
    if code in _UNWRITABLE:
        return JournalUnwritable(journal.name, str(cause))
    return JournalDamaged(journal.name, str(cause))


def _prepare(journal: Journal) -> Problem | None:
    database = journal.folder / DATABASE
    if not database.exists():
        # An empty folder of lines is what a first use leaves that was stopped before it made the database.
        held = [path for path in journal.folder.iterdir() if path.name != LINES] if journal.folder.is_dir() else []
        if held or (journal.lines_folder.is_dir() and any(journal.lines_folder.iterdir())):
            return NotAJournal(journal.name, "is a folder that holds other files and no journal")
        # Pay is nobody else's business: the folder is its owner's, whatever the files in it allow.
        journal.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        journal.lines_folder.mkdir(exist_ok=True)
    with journal.engine.connect() as connection:
        application = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
        form = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    if application == tables.APPLICATION:
        return None if form == tables.FORM else JournalOfOtherVersion(journal.name, int(form), tables.FORM)
    return _create(journal)


def _create(journal: Journal) -> Problem | None:
    with writing(journal) as connection:
        application = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
        if application == tables.APPLICATION:
            return None  # Somebody else made it in the meantime.
        if connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one():
            return NotAJournal(journal.name, "holds a database of something else")
        tables.metadata.create_all(connection, checkfirst=False)
        for trigger in tables.triggers().values():
            connection.exec_driver_sql(trigger)
        connection.exec_driver_sql(f"PRAGMA user_version = {tables.FORM}")
        connection.exec_driver_sql(f"PRAGMA application_id = {tables.APPLICATION}")
    return None


def _engine(database: Path) -> sa.Engine:
    url = sa.URL.create("sqlite", database=str(database))
    engine = sa.create_engine(url, poolclass=NullPool, connect_args={"timeout": _WAIT_SECONDS})

    @event.listens_for(engine, "connect")
    def settle_settings(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        # The driver would begin transactions on its own, too late and without the write lock.
        connection.isolation_level = None
        try:
            for setting in _SETTINGS:
                cursor = connection.cursor()
                cursor.execute(setting)
                cursor.close()
        except sqlite3.Error:
            # A file that is no database refuses here, before the pool knows that it holds a connection to close.
            connection.close()
            raise

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("quotarules_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
