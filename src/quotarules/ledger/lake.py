"""Workers that check rows where they lie, as the ledger asks them: what an engine that has workers gives."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from quotarules.diagnostics.problem import Problem
from quotarules.ledger.columns import Column, Vector
from quotarules.ledger.tables import Elsewhere
from quotarules.records import dataclass
from quotarules.values.schema import FactSchema


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of a table that one worker checks at a time: some row groups of a Parquet file, or a whole CSV file.

    `first` is the number of the first of `rows` in the table, from 1. `groups` are the first row group and the one
    behind the last; None for CSV. `columns` names the columns of the file by those declared. `seen` are the size of the
    file and the moment when it was changed, in nanoseconds: a worker that sees another file must not read it. `keys`
    are the columns of the file that name a row in messages; without any, its number does.
    """

    table: str
    path: str
    seen: tuple[int, int]
    first: int = 1
    rows: int = 0
    groups: tuple[int, int] | None = None
    columns: tuple[tuple[str, str], ...] = ()
    keys: tuple[str, ...] = ()


KeyEnds = tuple[int | str, int | str]
"""The least and the greatest value of a column."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a worker tells of a part: `told` are the first of its `count` problems with their rows, in order.

    `columns`, `ends`, `missing` and `plain` are as in `Elsewhere`, of this part; `ends` has no column that is empty.
    `replaced` counts by column the values read as others, in their declared order. `key_ends` are the least and the
    greatest value in the first column of the key, where that never falls and no key of the part comes twice. `whole` is
    the SHA-256 of a file that was read whole, `damaged` a file that turned out to be no whole one.
    """

    rows: int
    count: int
    told: tuple[tuple[int, Problem], ...]
    columns: tuple[str, ...]
    ends: Mapping[str, tuple[int, int]]
    plain: tuple[str, ...]
    missing: Mapping[str, int]
    replaced: Mapping[str, tuple[int, ...]]
    key_ends: KeyEnds | None
    whole: str | None
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A link to follow where the rows lie: a column, and the column of a table, or the values, that it leads to."""

    rows: Elsewhere
    column: str
    target: tuple[Elsewhere, str] | Vector


@dataclass(frozen=True, slots=True)
class Key:
    """Columns that no two rows may have alike. A row counts if it has all of them, and if all of `links` find a row."""

    rows: Elsewhere
    columns: tuple[str, ...]
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Offenders:
    """Rows that break a contract over several rows: how many, and of the first ones their numbers in the file.

    `firsts` are, for keys, the numbers of the first row with each one's key; `values` the columns asked about.
    """

    count: int
    numbers: tuple[int, ...] = ()
    firsts: tuple[int, ...] = ()
    values: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True)
class Ordered:
    """The rows of a stored table as Parquet files in the order of their keys, as `database.Stored` has them.

    `kinds` has by name an empty array of the column's own type, or words for a type that holds nothing exact. `files`
    name it `names[column]`. `digest` finds the SHA-256 of all rows, in hex.
    """

    files: tuple[Path, ...]
    kinds: Mapping[str, Vector | str]
    names: Mapping[str, str]
    keys: Sequence[str]
    digest: Callable[[], str]


class Lake(Protocol):
    """Workers and the tables that they read."""

    @property
    def large(self) -> int:
        """Tables with so many rows stay where they are."""
        ...

    @property
    def part(self) -> int:
        """How many rows a part of a table has, or a few more."""
        ...

    def folder(self, table: str) -> Path:
        """The folder for the checked rows of a table, which all workers see."""
        ...

    def check(self, schema: FactSchema, zone: str, parts: Sequence[Part]) -> Sequence[Checked]:
        """Each part checked by `part.check_part`, and its rows written to the table's folder."""
        ...

    def broken(self, links: Sequence[Link]) -> Sequence[Offenders]:
        """Of each link, the rows whose value leads nowhere."""
        ...

    def repeated(self, keys: Sequence[Key]) -> Sequence[Offenders]:
        """Of each key, the rows that have it like an earlier one."""
        ...

    def present(self, rows: Elsewhere, column: str, values: Vector) -> Vector:
        """Those of some values that stand in a column."""
        ...

    def distinct(self, rows: Elsewhere, column: str) -> Vector:
        """The values of a column in the order in which they come first."""
        ...

    def count(self, table: str) -> int | None:
        """How many rows a stored table has; None where there is no such table."""
        ...

    def done(self) -> None:
        """All has been asked: what was written stays, and nothing else has to."""
        ...

    def ordered(self, table: str, columns: tuple[str, ...], order: tuple[str, ...]) -> Ordered:
        """Those columns of a stored table, in the order of some of them."""
        ...
