"""Keys and links: what names a row names one row, and what leads to a row leads to one that exists."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from quotarules.ledger.columns import (
    AT_ONCE,
    Column,
    Flags,
    Vector,
    array_of,
    ascends,
    changes_in,
    missing,
    places_among,
    positions,
    required,
    target_of,
)
from quotarules.ledger.findings import Rows
from quotarules.ledger.problems import BrokenLink, DuplicateKey, NotUnique
from quotarules.ledger.read_table import KEY_JOINT, Draft
from quotarules.records import dataclass
from quotarules.values.schema import ColumnSpec, FactSchema, TableSpec

_LARGEST_CODE = 2**62
_DENSE = 2**32
_SECTION = 2**18

Codes = NDArray[np.integer[Any]]
"""Whole numbers of 32 or 64 bits, one per row."""


@dataclass(slots=True)
class Links:
    """All tables while their links are followed; `followed` holds what is done, by table and column.

    `rows` holds, for each row of a link, the row it leads to, -1 where there is none.
    """

    schema: FactSchema
    drafts: dict[str, Draft]
    followed: dict[tuple[str, str], Column] = field(default_factory=dict)
    rows: dict[tuple[str, str], Codes] = field(default_factory=dict)


def follow(links: Links, draft: Draft, spec: ColumnSpec) -> Column | None:
    """The column with links as the keys that they lead to, or None where it or its target was not read."""
    place = (draft.spec.name, spec.name)
    if place in links.followed:
        return links.followed[place]
    column = draft.columns.get(spec.name)
    if column is not None and spec.target is not None:
        column = _follow_link(links, draft, spec, column)
    if column is not None:
        links.followed[place] = column
    return column


def _follow_link(links: Links, draft: Draft, spec: ColumnSpec, column: Column) -> Column | None:
    target = target_of(links.schema, spec)
    by = spec.via or target.key[0]
    other = links.drafts[target.name]
    reference = other.columns.get(by)
    key = other.columns.get(by) if is_plain_key(target, by) else followed_key(links, other, target)
    if reference is None or key is None:
        return None
    place = _places(column.values, reference.rows())
    broken = missing(place) & ~missing(column.values)
    at = positions(column.spread(broken)) if broken.any() else np.zeros(0, dtype=np.int64)
    file, name = draft.findings.file, draft.file_column(spec.name)
    draft.findings.add_rows(
        at,
        draft.numbers,
        lambda position, row: BrokenLink(file, row, name, column.text_at(position), target.name, other.file_column(by)),
    )
    places = place.fill_null(-1).to_numpy(zero_copy_only=False)
    links.rows[draft.spec.name, spec.name] = _spread_places(column, places.astype(np.int32, copy=False))
    rows = links.rows[draft.spec.name, spec.name]
    return Column(key.rows(), array_of(rows, rows < 0))


def _places(values: Vector, wanted: Vector) -> Vector:
    """The place of each value among those wanted; values that come one after another in runs are looked up once."""
    if values.equals(wanted) and _ascends(Column(wanted)):
        return array_of(np.arange(len(values), dtype=np.int32))
    changes = changes_in(values)
    if changes is None:
        return places_among(values, wanted)
    starts = np.append(0, np.flatnonzero(changes) + 1)
    heads = values.take(array_of(starts))
    if heads.equals(wanted) and _ascends(Column(heads)):
        found, absent = np.arange(len(starts), dtype=np.int32), None
    else:
        looked_up = places_among(heads, wanted)
        found, absent = looked_up.fill_null(0).to_numpy(zero_copy_only=False), missing(looked_up)
    lengths = np.diff(np.append(starts, len(values)))
    mask = np.repeat(absent, lengths) if absent is not None and absent.any() else None
    return array_of(np.repeat(found, lengths), mask)


def is_plain_key(target: TableSpec, by: str) -> bool:
    """Whether a link's value is the target's key itself, and that key no link."""
    return target.key == (by,) and (target.line_key or required(target, by).target is None)


def followed_key(links: Links, other: Draft, target: TableSpec) -> Column | None:
    """The key of a table's rows with its own links followed; None where it cannot be."""
    if target.line_key:
        return other.columns.get(target.key[0])
    return follow(links, other, required(target, target.key[0]))


def _spread_places(column: Column, places: Codes) -> Codes:
    if column.indices is None:
        return places
    indices = column.indices
    if indices.null_count:
        indices = indices.cast(pa.int32()).fill_null(len(places))
        places = np.append(places, places.dtype.type(-1))
    held: Codes = indices.to_numpy(zero_copy_only=False)
    # Values that stand in the order of their places are places already, and of many rows a copy takes long.
    if np.array_equal(places, np.arange(len(places), dtype=places.dtype)):
        return held.astype(places.dtype, copy=False)
    return places[held]


# --- unique values -----------------------------------------------------------------------------


def check_key(links: Links, draft: Draft) -> None:
    """Every row of a table has a key of its own; a row without a whole key is another problem already."""
    since = draft.spec.since
    names = draft.spec.key if since is None else (*draft.spec.key, since)
    if draft.spec.line_key or any(name not in draft.columns for name in names):
        return
    if len(names) == 1 and _ascends(draft.columns[names[0]]):
        return
    file = draft.findings.file
    label = ", ".join(draft.file_column(name) for name in names)
    shown = [draft.columns[name] for name in names]

    def problem(position: int, row: int | str) -> DuplicateKey:
        key = f" {KEY_JOINT} ".join(column.text_at(position) for column in shown)
        return DuplicateKey(file, row, label, key, draft.findings.named(int(draft.numbers[first[position]])))

    at, first = _repeated([_codes(links, draft, name) for name in names])
    draft.findings.add_rows(at, draft.numbers, problem)


def _ascends(column: Column) -> bool:
    """Whether each value is greater than the one before it: then none repeats, which is cheap to see."""
    values = column.values
    if column.indices is not None or values.null_count or len(values) < 2:
        return False
    return ascends(values)


def has_repeated(columns: list[Column]) -> bool:
    """Whether some rows have all of some columns alike; what is missing is like nothing."""
    return len(_repeated([_column_codes(column) for column in columns])[0]) > 0


def check_unique(draft: Draft, name: str) -> None:
    """A column by which links find rows has each value once."""
    column = draft.columns.get(name)
    if column is None:
        return
    at, first = _repeated([_column_codes(column)])
    file, label = draft.findings.file, draft.file_column(name)
    draft.findings.add_rows(
        at,
        draft.numbers,
        lambda position, row: NotUnique(
            file, row, label, column.text_at(position), draft.findings.named(int(draft.numbers[first[position]]))
        ),
    )


def _codes(links: Links, draft: Draft, name: str) -> tuple[Codes, int]:
    rows = links.rows.get((draft.spec.name, name))
    if rows is not None:
        # Two links are equal if they lead to the same row, and a row's place is found already.
        spec = required(draft.spec, name)
        return rows, len(links.drafts[target_of(links.schema, spec).name].numbers)
    return _column_codes(draft.columns[name])


def _column_codes(column: Column) -> tuple[Codes, int]:
    """A small number for each row, equal where values are equal and -1 where there is none; and how many there are."""
    values = column.values
    if pa.types.is_date(values.type):
        values = values.cast(pa.int32())
    if pa.types.is_integer(values.type) and values.null_count == 0 and len(values):
        numbers = values.to_numpy().astype(np.int64)
        low, high = int(numbers.min()), int(numbers.max())
        if high - low < _DENSE:
            return _spread_places(column, numbers - low), high - low + 1
    coded = values.dictionary_encode()
    places = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return _spread_places(column, places), max(len(coded.dictionary), 1)


def _repeated(parts: list[tuple[Codes, int]]) -> tuple[Rows, dict[int, int]]:
    """The positions of rows equal to an earlier one in all parts, and the first row of each; missing never repeats."""
    with ThreadPoolExecutor(AT_ONCE) as beside:
        if not any(beside.map(_some_equal, _sections(parts))):
            return np.zeros(0, dtype=np.int64), {}
    whole, usable = _usable(parts)
    return _earlier(whole, np.arange(len(whole)) if usable is None else usable)


def _sections(parts: list[tuple[Codes, int]]) -> Iterator[list[tuple[Codes, int]]]:
    """The rows cut, where they come in the order of their first part, between rows that differ in it."""
    leading = parts[0][0]
    if len(leading) <= _SECTION or leading[0] < 0 or (leading[1:] < leading[:-1]).any():
        yield parts
        return
    start = 0
    while start < len(leading):
        end = len(leading)
        if start + _SECTION < end:
            end = int(np.searchsorted(leading, leading[start + _SECTION], "right"))
        yield [(codes[start:end], count) for codes, count in parts]
        start = end


def _some_equal(parts: list[tuple[Codes, int]]) -> bool:
    whole, _ = _usable(parts)
    if (whole[1:] > whole[:-1]).all():
        return False
    whole.sort()
    return bool((whole[1:] == whole[:-1]).any())


def _usable(parts: list[tuple[Codes, int]]) -> tuple[Rows, Rows | None]:
    """A number for each row that has all parts, equal where all of them are, and its position if some rows have not."""
    whole = _joined(parts)
    absent = np.zeros(len(whole), dtype=bool)
    for codes, _ in parts:
        if len(codes) and codes.min() < 0:
            absent |= codes < 0
    usable = positions(~absent) if absent.any() else None
    return (whole, None) if usable is None else (whole[usable], usable)


def _joined(parts: list[tuple[Codes, int]]) -> Rows:
    """One number for each row, equal where all its parts are equal; of a row without all parts it says nothing."""
    whole, size = parts[0][0].astype(np.int64), parts[0][1]
    for codes, count in parts[1:]:
        if size * count >= _LARGEST_CODE:
            whole, size = _renumbered(whole)
        whole *= count
        whole += codes
        size *= count
    return whole


def _renumbered(codes: Rows) -> tuple[Rows, int]:
    _, small = np.unique(codes, return_inverse=True)
    return small.astype(np.int64), int(small.max(initial=0)) + 1


def _earlier(codes: Rows, numbered: Rows) -> tuple[Rows, dict[int, int]]:
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    same: Flags = np.append(False, ordered[1:] == ordered[:-1])
    starts = np.maximum.accumulate(np.where(same, 0, np.arange(len(order))))
    at = numbered[order[same]]
    first = numbered[order[starts[same]]]
    by_row = np.argsort(at, kind="stable")
    return at[by_row], dict(zip(at.tolist(), first.tolist(), strict=True))
