"""The facts a project declares: tables, typed columns, links and where they are read from.

A loaded value is an exact integer, a truth value or a text (see `ColumnSpec.physical`); nothing is guessed.
"""

from enum import StrEnum
from typing import Literal

from quotarules.diagnostics.source import Span
from quotarules.records import dataclass

LAST_DAY_COLUMN = "last day"
"""The column of a table of versions that holds the last day of each; a name that no rule and no file can write."""

COMPANY = "company"
"""The table with a single row, whose key is the empty text, that holds the measures of nobody in particular."""

USUAL_ROWS = 100_000_000
"""The most rows of a table that does not say how many it may have."""


class ColumnKind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    YES_NO = "yes/no"
    COUNT = "count"
    NUMBER = "number"
    PERCENT = "percent"
    MONEY = "money"
    DATE = "date"
    INSTANT = "instant"
    CHOICE = "choice"
    LINK = "link"


Physical = Literal["integer", "flag", "day", "minute", "text"]


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One typed column.

    `scale`: a value v is held as the integer v * 10**scale (percent too: 3.5% at `percent to 1` is 0.035,
    scale 3). `lowest`/`highest` bound that integer, both ends counted. Money has scale 2. Counts have scale 0.
    `currency` for money, `choices` for a choice, `target` for a link (the table it leads to).
    """

    name: str
    kind: ColumnKind
    optional: bool
    span: Span
    scale: int = 0
    lowest: int | None = None
    highest: int | None = None
    currency: str | None = None
    choices: tuple[str, ...] = ()
    target: str | None = None
    # How the column is read ---------------------------------------------------------------------
    source: str | None = None  # the column's name in the file where it differs
    via: str | None = None  # a link's unique column of the target, where it is not the key
    read: tuple[tuple[str, str], ...] = ()  # values read as other values, as written in the file
    yes: tuple[str, ...] = ("yes",)
    no: tuple[str, ...] = ("no",)
    zone: str | None = None  # of instants without an offset; None: the plan's zone
    currency_in: str | None = None  # the column of the row that names the currency of money without one of its own


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file under the data root. Formats are stated: what is not stated is the default written here.

    With the format `table`, `path` is the name of a table of the engine's database: `SCHEMA.TABLE`, or `TABLE` alone
    for one of the schema `public`.
    """

    path: str
    format: Literal["csv", "parquet", "table"]
    span: Span
    delimiter: str = ","
    decimal: str = "."
    dates: str = "YYYY-MM-DD"
    encoding: str = "utf-8"
    rows: int | None = None  # control total: the count of rows


@dataclass(frozen=True, slots=True)
class DistinctSource:
    """`distinct: accounts.sector`: one row for each value that stands in another table's column."""

    table: str
    column: str
    span: Span


@dataclass(frozen=True, slots=True)
class HistorySource:
    """Every version of the rows of another table, one for each row of its file, beside the day that ends it."""

    table: str
    span: Span


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row that a person took out by name: the key as text, and why."""

    table: str
    key: str
    why: str
    span: Span


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One table of facts.

    `each` is the singular by which rules name one row (`deal` for `deals`). `key` names the key's columns;
    `("line",)` with `line_key` true is the number of the data row in the file, from 1. `columns` holds the
    key's columns too. `row_limit` is the most rows the table may have.

    `since` names the day from which a row of the file holds, until the next one of the same key: the table then has one
    row a key, the version in force when the settled period ends, and `history_of` names the table of all versions.
    """

    name: str
    each: str
    key: tuple[str, ...]
    columns: tuple[ColumnSpec, ...]
    source: FileSource | DistinctSource | HistorySource
    span: Span
    line_key: bool = False
    row_limit: int = USUAL_ROWS
    since: str | None = None

    def column(self, name: str) -> ColumnSpec | None:
        """The column of that name, if the table declares it."""
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True, slots=True)
class FactSchema:
    """All tables of a project, in the order of their declaration."""

    tables: tuple[TableSpec, ...]
    set_aside: tuple[SetAside, ...] = ()

    def table(self, name: str) -> TableSpec | None:
        """The table of that name, if it is declared."""
        return next((table for table in self.tables if table.name == name), None)

    def by_each(self, each: str) -> TableSpec | None:
        """The table whose single row has that name, if there is one."""
        return next((table for table in self.tables if table.each == each), None)


def history_of(table: str) -> str:
    """The name of the table that holds all versions of a table's rows; no rule can write it."""
    return f"{table} history"
