"""A part of a table as a worker checks it, with the same contracts as a table that is read whole."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import overload

import pyarrow as pa

from quotarules.diagnostics.files import MemoryFiles
from quotarules.ledger import parquet
from quotarules.ledger.columns import Vector, required, typed
from quotarules.ledger.findings import Findings
from quotarules.ledger.lake import Part
from quotarules.ledger.read_table import Draft, number_lines, open_table, read_column, with_columns
from quotarules.ledger.texts import keys_of
from quotarules.values.schema import FactSchema, FileSource, TableSpec


class OtherFileError(Exception):
    """The file at the path is not the one that is to be read, or there is none."""


def check_part(schema: FactSchema, zone: str, part: Part) -> Draft:
    """The rows of a part, checked column by column; links and keys are for those who see all rows.

    Raises OtherFileError, and `parquet.DamagedError` where a Parquet file is damaged inside.
    """
    spec = schema.table(part.table)
    assert spec is not None, "a part is one of a declared table"
    assert isinstance(spec.source, FileSource), "what is read has a source"
    path = Path(part.path)
    if seen(path) != part.seen:
        raise OtherFileError(part.path)
    if part.groups is None:
        whole = MemoryFiles({spec.source.path: path.read_bytes()})
        draft = open_table(spec, spec.source, replace(schema, set_aside=()), whole)
        return _checked(draft, schema, zone)
    draft = Draft(spec, Findings(spec.source.path), range(part.first, part.first + part.rows))
    try:
        file = parquet.opened(path)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise parquet.DamagedError from error
    groups = list(range(*part.groups))
    names = [name for _, name in part.columns]
    streams = parquet.streams(path, file, names, groups)
    draft.raw = dict(zip((name for name, _ in part.columns), streams, strict=True))
    if part.keys:
        named = parquet.streams(path, file, list(part.keys), groups)
        draft.findings.keys = _From(part.first, keys_of([_texts(stream) for stream in named]))
    number_lines(draft, spec.source)
    return _checked(draft, schema, zone)


def _checked(draft: Draft, schema: FactSchema, zone: str) -> Draft:
    read = [read_column(draft, column, schema, zone) for column in draft.spec.columns if column.name in draft.raw]
    return with_columns(draft, read)


def seen(path: Path) -> tuple[int, int] | None:
    """The size of a file in bytes and when it was changed, in nanoseconds; None where it cannot be seen."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def stored_names(spec: TableSpec) -> dict[str, str]:
    """The columns of a file of checked rows, by those of the table."""
    held = dict.fromkeys((*spec.key, *(column.name for column in spec.columns)))
    return {name: f"c{place}" for place, name in enumerate(held)}


def typed_columns(schema: FactSchema, draft: Draft) -> dict[str, Vector]:
    """The columns that could be read, in their types; links as they stand in the file."""
    return {
        name: column.rows()
        if draft.spec.line_key and name in draft.spec.key
        else typed(schema, required(draft.spec, name), column)
        for name, column in draft.columns.items()
    }


def _texts(stream: parquet.Stream) -> Vector:
    return pa.chunked_array([part.rows().cast(pa.string()) for part in stream.parts()]).combine_chunks()


class _From(Sequence[str]):
    """The names of rows that are numbered from `first` on, found by their place in the whole table."""

    def __init__(self, first: int, names: Sequence[str]) -> None:
        self.first, self.names = first, names

    def __len__(self) -> int:
        return self.first - 1 + len(self.names)

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...

    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        assert isinstance(place, int), "rows are named one at a time"
        return self.names[place - self.first + 1]
