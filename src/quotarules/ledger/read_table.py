"""One table from its file: columns found, values read as others, types and bounds checked; links come later."""

from collections.abc import Iterable
from dataclasses import field
from difflib import get_close_matches
from functools import cache
from unicodedata import normalize

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from quotarules.diagnostics.file_problems import FileUnreadable
from quotarules.diagnostics.files import DATA_CAP, Files, Refused
from quotarules.ledger import csv_text, parquet
from quotarules.ledger.columns import (
    Column,
    Flags,
    Parsed,
    Vector,
    among,
    apply,
    array_of,
    combined,
    equal_to,
    joined,
    missing,
    positions,
    written,
)
from quotarules.ledger.database import Database
from quotarules.ledger.database_problems import DatabaseNeeded, StoredColumnMissing, StoredTableMissing
from quotarules.ledger.digest import sha256_hex
from quotarules.ledger.findings import Findings, Numbers, as_rows
from quotarules.ledger.parse import parse
from quotarules.ledger.problems import (
    ControlTotal,
    MissingColumn,
    MissingValue,
    NotParquet,
    OutOfBounds,
    SetAsideUnmatched,
    TooManyRows,
    WrongColumnType,
    WrongValue,
)
from quotarules.ledger.tables import Elsewhere, FileDigest, Replacement
from quotarules.records import dataclass
from quotarules.values.schema import ColumnKind, ColumnSpec, FactSchema, FileSource, SetAside, TableSpec

KEY_JOINT = "/"
_LOOKED_THROUGH = 200  # columns of a header in which a like name is looked for: the search is slow


@dataclass(slots=True)
class Draft:
    """A table while it is checked: typed columns by name, each row's number in the file, and what was found.

    Of a table that is checked where it lies the rows are `held` elsewhere, and there are no columns but those that
    other tables ask for.
    """

    spec: TableSpec
    findings: Findings
    numbers: Numbers
    columns: dict[str, Column] = field(default_factory=dict)
    raw: dict[str, Column | parquet.Stream] = field(default_factory=dict)
    replaced: list[Replacement] = field(default_factory=list)
    file: FileDigest | None = None
    held: Elsewhere | None = None

    def file_column(self, name: str) -> str:
        """The name that a column has in the file."""
        spec = self.spec.column(name)
        return name if spec is None else spec.source or name


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """What a column of a file became, if it has the type; what was found in it, and what was read as something else."""

    name: str
    column: Column | None
    findings: Findings
    replaced: tuple[Replacement, ...]


def open_table(
    spec: TableSpec, source: FileSource, schema: FactSchema, files: Files, database: Database | None = None
) -> Draft:
    """The table as it stands in its file, its columns still raw: what is wrong with it as a whole is in `findings`."""
    draft = Draft(spec, Findings(source.path), range(0))
    try:
        _open(draft, source, schema, files, database)
    except parquet.DamagedError:
        return damaged(draft)
    return draft


def _open(draft: Draft, source: FileSource, schema: FactSchema, files: Files, database: Database | None) -> None:
    spec = draft.spec
    if source.format == "table":
        sha256 = _read_stored(draft, source, database)
    else:
        content = files.read_bytes(source.path, DATA_CAP)
        if isinstance(content, Refused):
            draft.findings.add(FileUnreadable(source.path, content.reason, source.span))
            return
        sha256 = sha256_hex(content) if _read_raw(draft, content, source) else None
    if sha256 is None:
        return
    draft.file = FileDigest(draft.spec.name, source.path, sha256, len(draft.numbers))
    check_counts(draft, source)
    _set_aside(draft, [aside for aside in schema.set_aside if aside.table == spec.name])
    number_lines(draft, source)


def number_lines(draft: Draft, source: FileSource) -> None:
    """Makes the key by line number, where the table has one."""
    if draft.spec.line_key:
        first = 1 if source.format == "parquet" else 2
        draft.columns[draft.spec.key[0]] = Column(array_of(as_rows(draft.numbers) - first + 1))


def with_columns(draft: Draft, columns: Iterable[ReadColumn]) -> Draft:
    """The table with its columns as they were read; whether it is whole stands in `findings`."""
    try:
        for read in columns:
            draft.findings.take(read.findings)
            draft.replaced += read.replaced
            if read.column is not None:
                draft.columns[read.name] = read.column
    except parquet.DamagedError:
        return damaged(draft)
    draft.raw.clear()
    return draft


def damaged(draft: Draft) -> Draft:
    """The draft of a damaged file: what was found in it before says nothing of a file that is not whole."""
    fresh = Draft(draft.spec, Findings(draft.findings.file), range(0))
    fresh.findings.add(NotParquet(draft.findings.file))
    return fresh


# --- the columns as they stand in the file -----------------------------------------------------


def _read_raw(draft: Draft, content: bytes, source: FileSource) -> bool:
    """Fills `raw` and `numbers`; false where nothing of the file can be read."""
    match source.format:
        case "csv":
            file = csv_text.open_csv(content, source, draft.findings)
            if file is None:
                return False
            places = _places(draft, file.header)
            draft.numbers = file.numbers
            chunked = csv_text.read_columns(file, list(places.values()))
            draft.raw = {name: combined(column) for name, column in zip(places, chunked, strict=True)}
        case "parquet":
            opened = parquet.open_parquet(content, draft.spec, draft.findings)
            if opened is None:
                return False
            names = parquet_columns(draft, opened)
            if not draft.findings.count:
                draft.raw = dict(zip(names, parquet.streams(content, opened, list(names.values())), strict=True))
    return True


def parquet_columns(draft: Draft, opened: pq.ParquetFile) -> dict[str, str]:
    """The columns of a file by the declared ones that are there; all rows of it get their numbers."""
    names = tuple(opened.schema_arrow.names)
    places = _places(draft, tuple(normalize("NFC", name) for name in names))
    draft.numbers = range(1, opened.metadata.num_rows + 1)
    return {name: names[place] for name, place in places.items()}


def _read_stored(draft: Draft, source: FileSource, database: Database | None) -> str | None:
    """Fills `raw` and `numbers` from a table of a database, and names its rows by their keys; gives its digest."""
    if database is None:
        draft.findings.add(DatabaseNeeded(source.span, source.path))
        return None
    asked = stored_columns(draft, source, database)
    if asked is None:
        return None
    names, order = asked
    found = database.read(source.path, tuple(dict.fromkeys(names.values())), order)
    draft.numbers = range(1, found.rows + 1)
    draft.findings.keys = found.keys
    for column in draft.spec.columns:
        held = found.columns[names[column.name]]
        if isinstance(held, str):
            draft.findings.add(wrong_type(draft, column, column, held))
        else:
            draft.raw[column.name] = combined(held)
    return found.sha256


def stored_columns(
    draft: Draft, source: FileSource, database: Database
) -> tuple[dict[str, str], tuple[str, ...]] | None:
    """The columns of a stored table by those declared, and the ones that order its rows; None if one is not there."""
    spec, findings = draft.spec, draft.findings
    there = database.columns(source.path)
    if there is None:
        findings.add(StoredTableMissing(source.span, source.path))
        return None
    for column in spec.columns:
        name = draft.file_column(column.name)
        if name not in there:
            near = get_close_matches(name, there[:_LOOKED_THROUGH], 1)
            findings.add(StoredColumnMissing(column.span, source.path, name, near[0] if near else None))
    if findings.count:
        return None
    keys = spec.key if spec.since is None else (*spec.key, spec.since)
    order = tuple(draft.file_column(name) for name in keys)
    return {column.name: draft.file_column(column.name) for column in spec.columns}, order


def wrong_type(draft: Draft, spec: ColumnSpec, by: ColumnSpec, held: str) -> WrongColumnType:
    """A column whose type cannot be that of `by`, the column by which its values are written."""
    wanted = f"the type {by.kind}"
    return WrongColumnType(draft.findings.file, draft.file_column(spec.name), held, wanted, spec.span)


def _places(draft: Draft, header: tuple[str, ...]) -> dict[str, int]:
    """The place in the header of each declared column that is there."""
    places: dict[str, int] = {}
    for column in draft.spec.columns:
        name = column.source or column.name
        if name in header:
            places[column.name] = header.index(name)
        else:
            near = get_close_matches(name, header[:_LOOKED_THROUGH], 1)
            problem = MissingColumn(draft.findings.file, name, near[0] if near else None, column.span)
            draft.findings.add(problem)
    return places


def check_counts(draft: Draft, source: FileSource) -> None:
    """Compares the rows of a file with the control total, and with the most that there may be."""
    rows = len(draft.numbers)
    # Rows that could not be cut are problems already; they would make every control total a second one.
    if source.rows is not None and source.rows != rows and not draft.findings.count:
        draft.findings.add(ControlTotal(source.path, source.rows, rows, source.span))
    if rows > draft.spec.row_limit:
        draft.findings.add(TooManyRows(source.path, draft.spec.row_limit, rows, draft.spec.span))


def _set_aside(draft: Draft, asides: list[SetAside]) -> None:
    """Leaves out the rows that a person took out by key, before anything is asked of them."""
    since = draft.spec.since
    whole = draft.spec.key if since is None else (*draft.spec.key, since)
    keys = [name for name in whole if name in draft.raw or draft.spec.line_key]
    if not asides or len(keys) != len(whole):
        return
    if draft.spec.line_key:
        is_parquet = isinstance(draft.spec.source, FileSource) and draft.spec.source.format == "parquet"
        texts = array_of(as_rows(draft.numbers) - (0 if is_parquet else 1)).cast(pa.string())
    else:
        parts = [_whole(draft.raw[name]).rows().cast(pa.string()) for name in keys]
        texts = parts[0] if len(parts) == 1 else apply("binary_join_element_wise", *parts, KEY_JOINT)
    dropped = np.zeros(len(draft.numbers), dtype=bool)
    for aside in asides:
        hit = equal_to(texts, aside.key)
        count = int(np.count_nonzero(hit))
        if count != 1:
            draft.findings.add(SetAsideUnmatched(aside.span, aside.table, aside.key, count))
        dropped |= hit
    draft.numbers = as_rows(draft.numbers)[~dropped]
    draft.raw = {name: _whole(column).filter(~dropped) for name, column in draft.raw.items()}


def _whole(raw: Column | parquet.Stream) -> Column:
    """A column of the file in one piece."""
    return raw if isinstance(raw, Column) else joined(tuple(raw.parts()))


# --- one column --------------------------------------------------------------------------------


def read_column(draft: Draft, spec: ColumnSpec, schema: FactSchema, zone: str) -> ReadColumn:
    """Checks a column part by part, so that only what it becomes is held in full; the draft stays as it is.

    DamagedError where the file is damaged inside.
    """
    raw, source = draft.raw[spec.name], draft.spec.source
    assert isinstance(source, FileSource), "what has columns of its own has a file"
    by = written(schema, spec)
    findings = Findings(draft.findings.file, draft.findings.keys)
    typed: list[Column] = []
    counts = [0] * len(spec.read)
    first = 0
    for part in (raw,) if isinstance(raw, Column) else raw.parts():
        read = _read_as(spec, part, counts)
        parsed = parse(read, by, source, zone, is_key=_is_key(draft.spec, spec))
        if isinstance(parsed, str):
            findings.add(wrong_type(draft, spec, by, parsed))
            return ReadColumn(spec.name, None, findings, ())
        numbers = draft.numbers[first : first + len(read)]
        first += len(read)
        _report(findings, draft.file_column(spec.name), spec, by, read, parsed, numbers)
        is_choice = spec.kind is ColumnKind.CHOICE
        typed.append(among(parsed.column, _choices(spec.choices)) if is_choice else parsed.column)
    read_as = zip(spec.read, counts, strict=True)
    replaced = tuple(Replacement(draft.spec.name, spec.name, *pair, count) for pair, count in read_as)
    return ReadColumn(spec.name, joined(typed), findings, replaced)


def _is_key(table: TableSpec, spec: ColumnSpec) -> bool:
    """Whether a text is as short as a key: what a link holds is one of another table."""
    return spec.name in table.key or spec.kind is ColumnKind.LINK


def check_type(draft: Draft, spec: ColumnSpec, nothing: Vector, schema: FactSchema, zone: str) -> bool:
    """Whether a column of the type of an empty array can be what it is declared; if not, that is a problem."""
    assert isinstance(draft.spec.source, FileSource), "what is read has a source"
    by = written(schema, spec)
    read = _read_as(spec, combined(pa.chunked_array([nothing])), [0] * len(spec.read))
    parsed = parse(read, by, draft.spec.source, zone, is_key=_is_key(draft.spec, spec))
    if isinstance(parsed, str):
        draft.findings.add(wrong_type(draft, spec, by, parsed))
    return not isinstance(parsed, str)


@cache
def _choices(words: tuple[str, ...]) -> Vector:
    """The words of a choice as an array, the same one for all parts of a column."""
    return pa.array(words, pa.string())


def _report(
    findings: Findings, name: str, spec: ColumnSpec, by: ColumnSpec, raw: Column, parsed: Parsed, numbers: Numbers
) -> None:
    """Adds what is wrong with rows of a column; `name` is its own in the file, `by` says how its values are written."""
    file = findings.file

    def wrong(position: int, row: int | str) -> WrongValue:
        value = raw.text_at(position)
        return WrongValue(file, row, name, value, parsed.expected(value))

    def beyond(position: int, row: int | str) -> OutOfBounds:
        return OutOfBounds(file, row, name, raw.text_at(position), bounds_in_words(by), by.span)

    def absent(_: int, row: int | str) -> MissingValue:
        return MissingValue(file, row, name, spec.span)

    if parsed.wrong.any():
        findings.add_rows(positions(raw.spread(parsed.wrong)), numbers, wrong)
    if parsed.beyond.any():
        findings.add_rows(positions(raw.spread(parsed.beyond)), numbers, beyond)
    if not spec.optional:
        findings.add_rows(positions(raw_missing(raw)), numbers, absent)


def raw_missing(raw: Column) -> Flags:
    """For each row, whether the file holds nothing: no value or an empty text."""
    if not pa.types.is_string(raw.values.type):
        return raw.missing()
    return raw.spread(missing(raw.values) | equal_to(raw.values, ""), where_missing=True)


def _read_as(spec: ColumnSpec, raw: Column, counts: list[int]) -> Column:
    """Values read as others, as the declaration says, each counted."""
    if not spec.read:
        return raw
    texts = raw.values if pa.types.is_string(raw.values.type) else raw.values.cast(pa.string())
    result = texts
    for place, (before, after) in enumerate(spec.read):
        hit = equal_to(texts, before)
        counts[place] += int(np.count_nonzero(raw.spread(hit)))
        result = pc.if_else(array_of(hit), after, result)
    return Column(result, raw.indices)


def bounds_in_words(spec: ColumnSpec) -> str:
    """`at least 0 and at most 100`, in the column's own unit."""
    ends = (("at least", spec.lowest), ("at most", spec.highest))
    return " and ".join(f"{words} {_in_unit(spec, value)}" for words, value in ends if value is not None)


def _in_unit(spec: ColumnSpec, value: int) -> str:
    if spec.kind is ColumnKind.DATE:
        return str(np.datetime64(value, "D"))
    places = spec.scale - 2 if spec.kind is ColumnKind.PERCENT else spec.scale
    whole, rest = divmod(abs(value), 10**places)
    fraction = f".{rest:0{places}}" if rest else ""
    return f"{'-' * (value < 0)}{whole:,}{fraction}{'%' * (spec.kind is ColumnKind.PERCENT)}"
