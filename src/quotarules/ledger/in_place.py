"""Tables that are too large to come here: opened by their metadata, checked part by part by workers, added up here."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import field, replace
from functools import partial
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from quotarules.diagnostics.file_problems import FileUnreadable
from quotarules.diagnostics.files import DATA_CAP, Files, RootFiles
from quotarules.ledger import parquet
from quotarules.ledger.columns import Vector, physical, required, storage, target_of
from quotarules.ledger.database import Database
from quotarules.ledger.digest import file_sha256
from quotarules.ledger.findings import Findings
from quotarules.ledger.lake import Checked, KeyEnds, Lake, Part
from quotarules.ledger.part import seen, stored_names
from quotarules.ledger.read_table import (
    Draft,
    check_counts,
    check_type,
    damaged,
    parquet_columns,
    stored_columns,
    wrong_type,
)
from quotarules.ledger.tables import Elsewhere, FileDigest, Replacement
from quotarules.records import dataclass
from quotarules.values.schema import ColumnSpec, FactSchema, FileSource, TableSpec

BYTES_A_ROW = 50
"""How many bytes of CSV are taken for a row, when it is to be told whether a file is large."""


@dataclass(slots=True)
class _Opened:
    """A table of which the metadata is known, and the parts in which it is to be checked."""

    draft: Draft
    source: FileSource
    parts: list[Part] = field(default_factory=list)
    digest: Callable[[], str] | None = None
    path: Path | None = None
    seen: tuple[int, int] | None = None


def read_in_place(
    schema: FactSchema, files: Files, zone: str, database: Database | None, lake: Lake
) -> dict[str, Draft]:
    """The large tables that may stay where they are, checked; for all others see `read_table.open_table`."""
    found: list[_Opened] = []
    with ThreadPoolExecutor(1) as beside:
        digests: dict[str, Future[str]] = {}
        for spec in schema.tables:
            opened = _opened(schema, spec, files, zone, database, lake)
            if opened is not None:
                found.append(opened)
                if opened.digest is not None:
                    digests[spec.name] = beside.submit(opened.digest)
        checked = iter(lake.check(schema, zone, [part for opened in found for part in opened.parts]))
        return {
            opened.draft.spec.name: _added_up(
                schema, opened, [next(checked) for _ in opened.parts], digests.get(opened.draft.spec.name), lake
            )
            for opened in found
        }


def may_stay(schema: FactSchema, spec: TableSpec) -> bool:
    """Whether a table can be checked part by part: no history, no row set aside, and links by keys alone."""
    if spec.since is not None or any(aside.table == spec.name for aside in schema.set_aside):
        return False
    into = (column for table in schema.tables for column in table.columns if column.target == spec.name)
    return all(_by_key(schema, column) for column in (*spec.columns, *into))


def _by_key(schema: FactSchema, column: ColumnSpec) -> bool:
    """Whether the value of a link is the key of the row that it leads to, and so to the end of the way."""
    while column.target is not None:
        table = target_of(schema, column)
        if column.via is not None and column.via not in table.key:
            return False
        if table.line_key:
            return True
        column = required(table, table.key[0])
    return True


# --- what is known before a row is read ----------------------------------------------------------


def _opened(
    schema: FactSchema, spec: TableSpec, files: Files, zone: str, database: Database | None, lake: Lake
) -> _Opened | None:
    """A table that stays where it is; None for one that comes here, be it to have its problem told."""
    source = spec.source
    if not isinstance(source, FileSource) or not may_stay(schema, spec):
        return None
    draft = Draft(spec, Findings(source.path), range(0))
    if source.format == "table":
        rows = lake.count(source.path) if database is not None else None
        if database is None or rows is None or rows < lake.large:
            return None
        return _stored(_Opened(draft, source), schema, zone, database, lake)
    path = files.real(source.path) if isinstance(files, RootFiles) else None
    at = seen(path) if isinstance(path, Path) else None
    if not isinstance(path, Path) or at is None:
        return None
    opened = _Opened(draft, source, path=path, seen=at)
    if source.format == "csv":
        if not lake.large * BYTES_A_ROW <= at[0] <= DATA_CAP:
            return None
        opened.parts.append(Part(spec.name, str(path), at))
        return opened
    return _parquet(opened, path, at, schema, zone, lake)


def _parquet(
    opened: _Opened, path: Path, at: tuple[int, int], schema: FactSchema, zone: str, lake: Lake
) -> _Opened | None:
    draft = opened.draft
    file = parquet.open_parquet(path, draft.spec, draft.findings)
    if file is None:
        return opened
    if file.metadata.num_rows < lake.large:
        return None
    opened.digest = partial(file_sha256, path)
    names = parquet_columns(draft, file)
    is_whole = not draft.findings.count
    check_counts(draft, opened.source)
    if is_whole:
        kinds = file.schema_arrow.empty_table()
        read = {name: kinds.column(held).combine_chunks() for name, held in names.items()}
        opened.parts = _parts(Part(draft.spec.name, str(path), at), file, lake.part)
        _only_fitting(opened, read, names, schema, zone)
    return opened


def _stored(opened: _Opened, schema: FactSchema, zone: str, database: Database, lake: Lake) -> _Opened:
    """A table of a catalog: first put into the order of its keys, as Parquet files."""
    draft = opened.draft
    asked = stored_columns(draft, opened.source, database)
    if asked is None:
        return opened
    names, order = asked
    ordered = lake.ordered(opened.source.path, tuple(dict.fromkeys(names.values())), order)
    draft.findings.keys = ordered.keys
    first = 1
    for path in ordered.files:
        at = seen(path)
        assert at is not None, "a file that was just written is there"
        file = parquet.opened(path)
        named = tuple(ordered.names[name] for name in order)
        opened.parts += _parts(Part(draft.spec.name, str(path), at, first, keys=named), file, lake.part)
        first += file.metadata.num_rows
    draft.numbers = range(1, first)
    kinds = {name: ordered.kinds[held] for name, held in names.items()}
    for column in draft.spec.columns:
        held = kinds[column.name]
        if isinstance(held, str):
            draft.findings.add(wrong_type(draft, column, column, held))
    opened.digest = ordered.digest
    check_counts(draft, opened.source)
    read = {name: kind for name, kind in kinds.items() if not isinstance(kind, str)}
    _only_fitting(opened, read, {name: ordered.names[names[name]] for name in read}, schema, zone)
    return opened


def _parts(like: Part, file: pq.ParquetFile, rows: int) -> list[Part]:
    """The row groups of a file in parts of about so many rows; at least one part."""
    made: list[Part] = []
    first, begin, held = like.first, 0, 0
    count = file.metadata.num_row_groups
    for group in range(count):
        held += file.metadata.row_group(group).num_rows
        if held >= rows or group == count - 1:
            made.append(replace(like, first=first, rows=held, groups=(begin, group + 1)))
            first, begin, held = first + held, group + 1, 0
    return made or [replace(like, groups=(0, 0))]


def _only_fitting(
    opened: _Opened, kinds: Mapping[str, Vector], names: Mapping[str, str], schema: FactSchema, zone: str
) -> None:
    """Has those columns read whose type can be what is declared; the others are problems of the whole file."""
    declared = [column for column in opened.draft.spec.columns if column.name in kinds]
    fits = [column.name for column in declared if check_type(opened.draft, column, kinds[column.name], schema, zone)]
    columns = tuple((name, names[name]) for name in fits)
    opened.parts = [replace(part, columns=columns) for part in opened.parts]


# --- what the workers found ----------------------------------------------------------------------


def _added_up(
    schema: FactSchema, opened: _Opened, checked: Sequence[Checked], digest: Future[str] | None, lake: Lake
) -> Draft:
    """The table as it is known from the metadata and from all of its parts."""
    draft, source = opened.draft, opened.source
    spec = draft.spec
    if any(part.damaged for part in checked):
        return damaged(draft)
    for part in checked:
        draft.findings.add_told(part.count, part.told)
    rows = sum(part.rows for part in checked)
    whole = digest.result() if digest is not None else next((part.whole for part in checked), None)
    if whole is not None:
        draft.file = FileDigest(spec.name, source.path, whole, rows)
    if opened.path is not None and seen(opened.path) != opened.seen:
        draft.findings.add(FileUnreadable(source.path, "changes while it is read", source.span))
    draft.numbers = range(1, rows + 1)
    if checked and checked[0].columns:
        draft.held = _held(schema, spec, checked, lake)
        draft.replaced = _replaced(spec, checked)
    return draft


def _held(schema: FactSchema, spec: TableSpec, checked: Sequence[Checked], lake: Lake) -> Elsewhere:
    names = stored_names(spec)
    declared = {column.name: column for column in spec.columns}
    ends: dict[str, tuple[int, int]] = {}
    for part in checked:
        for name, (low, high) in part.ends.items():
            least, most = ends.get(name, (low, high))
            ends[name] = min(low, least), max(high, most)
    return Elsewhere(
        spec,
        lake.folder(spec.name),
        sum(part.rows for part in checked),
        {name: names[name] for name in names if name in checked[0].columns},
        {
            name: physical(storage(schema, declared[name])) if name in declared else pa.int64()
            for name in checked[0].columns
        },
        ends,
        frozenset(checked[0].plain).intersection(*(part.plain for part in checked)),
        {name: sum(part.missing[name] for part in checked) for name in checked[0].columns},
        _seams([part.key_ends for part in checked if part.rows]),
    )


def _seams(ends: Sequence[KeyEnds | None]) -> tuple[int | str, ...] | None:
    """The values at which one part ends and the next begins; None where keys of other parts may be anywhere."""
    known = [pair for pair in ends if pair is not None]
    pairs = [(before, after) for (_, before), (after, _) in pairwise(known)]
    if len(known) < len(ends) or not all(before == after or _less(before, after) for before, after in pairs):
        return None
    return tuple(dict.fromkeys(before for before, after in pairs if before == after))


def _less(before: int | str, after: int | str) -> bool:
    match before, after:
        case int(), int():
            return before < after
        case str(), str():
            return before.encode() < after.encode()
        case _:
            return False


def _replaced(spec: TableSpec, checked: Sequence[Checked]) -> list[Replacement]:
    """How often values were read as others, over all parts."""
    return [
        Replacement(spec.name, column.name, *pair, sum(part.replaced[column.name][place] for part in checked))
        for column in spec.columns
        if column.name in checked[0].columns
        for place, pair in enumerate(column.read)
    ]
