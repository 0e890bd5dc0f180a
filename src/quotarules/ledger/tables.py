"""The ledger: all facts of a project, checked against their contracts, in the types that engines compute with."""

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

import pyarrow as pa

from quotarules.records import dataclass
from quotarules.values.schema import FactSchema, SetAside, TableSpec


@dataclass(frozen=True, slots=True)
class FactTable:
    """The rows of one table, in the order of its file; columns are named as declared.

    Types: whole numbers (money, numbers, percentages and counts at their scale) int64, or decimal128(38, 0) where
    the declared bounds need it; yes/no bool; dates date32; instants int64, local minutes since 1970-01-01 in the
    plan's zone; texts, choices string, NFC; a link the key of its row, in that key's type. Null is missing. Strings
    may come as a dictionary, in which a string can stand more than once.
    `places` may hold for links, by column, the row of the target's table that each leads to, from 0: found when the
    links were checked, and so not looked for again.
    """

    spec: TableSpec
    rows: pa.Table
    places: "Mapping[str, pa.Array[Any]] | None" = None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A table whose rows have passed the same checks where they lie; they stand as Parquet files in `folder`.

    `columns` names, for each column that could be read, the one of the files, and `kinds` its type in a `FactTable`;
    the files hold days as 32-bit numbers, and beside all columns the `NUMBER` of each row in its file. `ends` are the
    smallest and the largest number, day or minute of each column that has any; in a text of `plain` there is no `%` and
    no `/`; `missing` counts the rows without a value. `seams` are, of the key's first column, the only values which a
    key that comes twice may have; None where it may have any.
    """

    spec: TableSpec
    folder: Path
    rows: int
    columns: Mapping[str, str]
    kinds: Mapping[str, pa.DataType]
    ends: Mapping[str, tuple[int, int]]
    plain: frozenset[str]
    missing: Mapping[str, int]
    seams: tuple[int | str, ...] | None


NUMBER = "number"
"""The column of files of checked rows that holds each row's number in the file that it came from."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """How often a value was read as another, as the declaration says."""

    table: str
    column: str
    written: str
    read_as: str
    count: int


@dataclass(frozen=True, slots=True)
class Unlinked:
    """How many rows have no link in a column that may be missing: they belong to nobody."""

    table: str
    column: str
    count: int


@dataclass(frozen=True, slots=True)
class FileDigest:
    """One file as it was read: its SHA-256 and its count of rows, those set aside among them."""

    table: str
    path: str
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """All tables by name. `digest` is the SHA-256 over the declaration and the bytes of each file, in hex.

    A table is in `tables` if its rows are here, and in `elsewhere` if they are not.
    """

    schema: FactSchema
    tables: Mapping[str, FactTable]
    digest: str
    files: tuple[FileDigest, ...]
    replaced: tuple[Replacement, ...]
    unlinked: tuple[Unlinked, ...]
    set_aside: tuple[SetAside, ...]
    elsewhere: Mapping[str, Elsewhere] = field(default_factory=dict)
