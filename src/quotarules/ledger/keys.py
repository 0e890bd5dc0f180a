"""Keys and links: what names a row names one row, and what leads to a row leads to one that exists."""

from dataclasses import field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quotarules.ledger.columns import Column, Flags, apply, missing, places_among, positions, required, target_of
from quotarules.ledger.findings import Rows
from quotarules.ledger.problems import BrokenLink, DuplicateKey, NotUnique
from quotarules.ledger.read_table import KEY_JOINT, Draft
from quotarules.records import dataclass
from quotarules.values.schema import ColumnSpec, FactSchema, TableSpec

_LARGEST_CODE = 2**62
_DENSE = 2**32


@dataclass(slots=True)
class Links:
    """All tables while their links are followed; `followed` holds what is done, by table and column.

    `rows` holds, for each row of a link, the row it leads to, -1 where there is none.
    """

    schema: FactSchema
    drafts: dict[str, Draft]
    followed: dict[tuple[str, str], Column] = field(default_factory=dict)
    rows: dict[tuple[str, str], Rows] = field(default_factory=dict)


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
    key = other.columns.get(by) if _is_plain_key(target, by) else _followed_key(links, other, target)
    if reference is None or key is None:
        return None
    place = places_among(column.values, reference.rows())
    broken = missing(place) & ~missing(column.values)
    at = positions(column.spread(broken)) if broken.any() else np.zeros(0, dtype=np.int64)
    file, name = draft.findings.file, draft.file_column(spec.name)
    draft.findings.add_rows(
        at,
        draft.numbers,
        lambda position, row: BrokenLink(file, row, name, column.text_at(position), target.name, other.file_column(by)),
    )
    places = place.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    links.rows[draft.spec.name, spec.name] = _spread_places(column, places)
    if key is reference:
        none = pa.scalar(None, column.values.type)
        return Column(pc.if_else(pa.array(broken), none, column.values), column.indices) if broken.any() else column
    return Column(key.rows().take(place), column.indices)


def _is_plain_key(target: TableSpec, by: str) -> bool:
    """Whether a link's value is the target's key itself, and that key no link."""
    return target.key == (by,) and (target.line_key or required(target, by).target is None)


def _followed_key(links: Links, other: Draft, target: TableSpec) -> Column | None:
    if target.line_key:
        return other.columns.get(target.key[0])
    return follow(links, other, required(target, target.key[0]))


def _spread_places(column: Column, places: Rows) -> Rows:
    if column.indices is None:
        return places
    indices = column.indices.fill_null(len(places)).to_numpy(zero_copy_only=False)
    spread: Rows = np.append(places, -1)[indices]
    return spread


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

    def problem(position: int, row: int) -> DuplicateKey:
        key = f" {KEY_JOINT} ".join(column.text_at(position) for column in shown)
        return DuplicateKey(file, row, label, key, int(draft.numbers[first[position]]))

    at, first = _repeated([_codes(links, draft, name) for name in names])
    draft.findings.add_rows(at, draft.numbers, problem)


def _ascends(column: Column) -> bool:
    """Whether each value is greater than the one before it: then none repeats, which is cheap to see."""
    values = column.values
    if column.indices is not None or values.null_count or len(values) < 2:
        return False
    return bool(pc.all(apply("greater", values.slice(1), values.slice(0, len(values) - 1))).as_py())


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
            file, row, label, column.text_at(position), int(draft.numbers[first[position]])
        ),
    )


def _codes(links: Links, draft: Draft, name: str) -> tuple[Rows, int]:
    rows = links.rows.get((draft.spec.name, name))
    if rows is not None:
        # Two links are equal if they lead to the same row, and a row's place is found already.
        spec = required(draft.spec, name)
        return rows, len(links.drafts[target_of(links.schema, spec).name].numbers)
    return _column_codes(draft.columns[name])


def _column_codes(column: Column) -> tuple[Rows, int]:
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
    places = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return _spread_places(column, places), max(len(coded.dictionary), 1)


def _repeated(parts: list[tuple[Rows, int]]) -> tuple[Rows, dict[int, int]]:
    """The positions of rows equal to an earlier one in all parts, and the first row of each; missing never repeats."""
    whole, size = parts[0][0].copy(), parts[0][1]
    absent = whole < 0
    for codes, count in parts[1:]:
        if size * count >= _LARGEST_CODE:
            whole, size = _renumbered(whole)
        absent |= codes < 0
        whole = whole * count + codes
        size *= count
    usable = positions(~absent) if absent.any() else None
    whole = whole if usable is None else whole[usable]
    ordered = np.sort(whole)
    if not (ordered[1:] == ordered[:-1]).any():
        return np.zeros(0, dtype=np.int64), {}
    return _earlier(whole, np.arange(len(whole)) if usable is None else usable)


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
