"""Columns as they come from a file, and as their contract wants them: exact integers, truth values, days and texts."""

from collections.abc import Callable, Sequence
from os import cpu_count
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from quotarules.ledger.findings import Rows
from quotarules.records import dataclass
from quotarules.values.schema import ColumnKind, ColumnSpec, FactSchema, TableSpec

Flags = NDArray[np.bool_]

# An Arrow array, of whatever type its column has: what types it can have, `physical` and `parse` say.
Vector: TypeAlias = Any
AT_ONCE = min(4, cpu_count() or 1)
"""How many columns are worked on beside each other: more threads than processors would only hold more memory."""
INT64 = 2**63 - 1
REPEATED = 10
"""Texts are held as a dictionary where each comes that often, taken together."""
WIDE = pa.decimal128(38, 0)
_BYTE = 127
"""Up to how many words have places of 8 bits."""


@dataclass(frozen=True, slots=True)
class Column:
    """Values of one column: one per row, or, with `indices`, values and each row's place among them.

    A value may stand there more than once, or for no row.
    """

    values: Vector
    indices: Vector | None = None

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.values if self.indices is None else self.indices)

    def rows(self) -> Vector:
        """One value per row."""
        return self.values if self.indices is None else self.values.take(self.indices)

    def missing(self) -> Flags:
        """For each row, whether it has no value."""
        if self.indices is None:
            return missing(self.values)
        return self.spread(missing(self.values), where_missing=True)

    def spread(self, of_values: Flags, *, where_missing: bool = False) -> Flags:
        """A flag of each value as a flag of each row; a row without a place among the values gets `where_missing`."""
        if self.indices is None:
            return of_values
        if not of_values.any() and not self.indices.null_count:
            return np.zeros(len(self.indices), dtype=bool)
        places = self.indices.fill_null(len(of_values)).to_numpy(zero_copy_only=False)
        spread: Flags = np.append(of_values, where_missing)[places]
        return spread

    def coded(self) -> Vector:
        """One value per row, as a dictionary where there are places; what is missing has none."""
        if self.indices is None:
            return self.values
        if not self.values.null_count:
            return pa.DictionaryArray.from_arrays(self.indices, self.values)
        absent = missing(self.values)
        places = array_of(np.cumsum(~absent, dtype=np.int32) - 1, absent)
        return pa.DictionaryArray.from_arrays(places.take(self.indices), self.values.drop_null())

    def filter(self, kept: Flags) -> "Column":
        """The rows that are kept."""
        mask = array_of(kept)
        if self.indices is None:
            return Column(self.values.filter(mask))
        return Column(self.values, self.indices.filter(mask))

    def text_at(self, row: int) -> str:
        """The value of a row as a text for a message."""
        place = row if self.indices is None else self.indices[row].as_py()
        try:
            value = None if place is None else self.values[place].as_py()
        except (ValueError, OverflowError):
            return "a day beyond the year 9999"
        return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Parsed:
    """Typed values with null where the raw value is missing or wrong.

    `wrong` flags the raw values that are not of the type, `beyond` those outside its bounds; both run over
    `column.values`. `expected` says what a wrong value is not.
    """

    column: Column
    wrong: Flags
    beyond: Flags
    expected: Callable[[str], str]


def flags(array: Vector) -> Flags:
    """A bool array without missing values as numpy."""
    found: Flags = array.to_numpy(zero_copy_only=False)
    return found


def array_of(values: NDArray[Any], absent: Flags | None = None) -> Vector:
    """Numbers or truth values of numpy as an Arrow array, missing where `absent` says so; numbers are not copied."""
    is_flags = values.dtype == np.bool_
    held = np.packbits(values, bitorder="little") if is_flags else np.ascontiguousarray(values)
    some = absent is not None and absent.any()
    valid = pa.py_buffer(np.packbits(~absent, bitorder="little").data) if some and absent is not None else None
    kind = pa.bool_() if is_flags else pa.from_numpy_dtype(values.dtype)
    return pa.Array.from_buffers(kind, len(values), [valid, pa.py_buffer(held.data)])


def apply(function: str, *operands: Vector, options: pc.FunctionOptions | None = None) -> Vector:
    """An Arrow function by its name over arrays and single values."""
    given = [pa.scalar(item) if isinstance(item, str | int) else item for item in operands]
    return pc.call_function(function, given, options)


def missing(array: Vector) -> Flags:
    """Where an array has no value."""
    return flags(array.is_null()) if array.null_count else np.zeros(len(array), dtype=bool)


def equal_to(array: Vector, value: str | int) -> Flags:
    """Where an array has that value; a missing one is not equal."""
    return flags(apply("equal", array, value).fill_null(False))


def matches(texts: Vector, pattern: str) -> Flags:
    """Where a text holds a match of an RE2 pattern; a missing one does not."""
    return flags(apply("match_substring_regex", texts, options=pc.MatchSubstringOptions(pattern)).fill_null(False))


def places_among(array: Vector, values: Vector) -> Vector:
    """The place of each value among others, null where it is missing or none of them."""
    return apply("index_in", array, options=pc.SetLookupOptions(values, skip_nulls=True))


def plain(array: Vector) -> Vector:
    """The array with a value for each row, where it is a dictionary."""
    return array.cast(array.type.value_type) if pa.types.is_dictionary(array.type) else array


def without(array: Vector, wrong: Flags) -> Vector:
    """The array with null where a value is flagged."""
    return pc.if_else(array_of(wrong), pa.scalar(None, array.type), array) if wrong.any() else array


def combined(chunked: Vector) -> Column:
    """A column in one piece; a dictionary of texts stays one."""
    if pa.types.is_dictionary(chunked.type):
        array: Vector = chunked.unify_dictionaries().combine_chunks()
        return Column(array.dictionary.cast(pa.string()), array.indices)
    kind = chunked.type
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        chunked = chunked.cast(pa.string())
    return Column(chunked.combine_chunks())


def joined(parts: Sequence[Column]) -> Column:
    """The rows of several columns of one type, one after another."""
    if len(parts) == 1:
        return parts[0]
    if all(part.indices is None for part in parts):
        return Column(_concatenated([part.values for part in parts]))
    if all(part.values is parts[0].values for part in parts):
        return Column(parts[0].values, _concatenated([part.indices for part in parts]))
    rows = sum(map(len, parts))
    if pa.types.is_string(parts[0].values.type) and REPEATED * sum(len(part.values) for part in parts) <= rows:
        return combined(pa.chunked_array([part.coded().dictionary_encode() for part in parts]))
    return _behind_each_other(parts)


def _behind_each_other(parts: Sequence[Column]) -> Column:
    """The rows of several columns with their values as they come; one that goes on from part to part is there once."""
    values: list[Vector] = []
    indices: list[Vector] = []
    count = 0
    last: Vector = None
    for part in parts:
        places = part.indices
        if places is None:
            places = array_of(np.arange(len(part.values), dtype=np.int32))
        goes_on = last is not None and len(part.values) > 0 and part.values[0].equals(last)
        first = count - goes_on
        indices.append(apply("add", places.cast(pa.int32()), pa.scalar(first, pa.int32())))
        values.append(part.values.slice(1) if goes_on else part.values)
        count = first + len(part.values)
        last = part.values[len(part.values) - 1] if len(part.values) else last
    return Column(_concatenated(values), _concatenated(indices))


def _concatenated(arrays: list[Vector]) -> Vector:
    return pa.concat_arrays(arrays)


def among(column: Column, words: Vector) -> Column:
    """A column of a few words as places among them; each text is one of them, or missing."""
    held = places_among(column.values, words).cast(pa.int8() if len(words) <= _BYTE else pa.int32())
    if column.indices is not None:
        held = held.take(column.indices)
    return Column(words, held)


def in_runs(column: Column) -> Column:
    """The column with values that come several times in a row held once for each run."""
    changes = None if column.indices is not None else changes_in(column.values)
    if changes is None:
        return column
    starts = np.append(0, np.flatnonzero(changes) + 1)
    places = np.zeros(len(column.values), dtype=np.int32)
    np.cumsum(changes, out=places[1:])
    return Column(column.values.take(array_of(starts)), array_of(places))


def changes_in(values: Vector) -> Flags | None:
    """Whether each value but the first differs from the one before it; None where most do, or a value is missing."""
    if values.null_count or len(values) < 2:
        return None
    changes = flags(apply("not_equal", values.slice(1), values.slice(0, len(values) - 1)))
    return None if 2 * (np.count_nonzero(changes) + 1) > len(values) else changes


def ascends(values: Vector) -> bool:
    """Whether each value is greater than the one before it; none is missing."""
    return _each("greater", values)


def never_falls(values: Vector) -> bool:
    """Whether no value is less than the one before it; none is missing."""
    return _each("greater_equal", values)


def _each(comparison: str, values: Vector) -> bool:
    return len(values) < 2 or bool(pc.all(apply(comparison, values.slice(1), values.slice(0, len(values) - 1))).as_py())


def emptied(column: Column) -> Column:
    """The column with each empty text as a missing value; other types as they are."""
    values = column.values
    if not pa.types.is_string(values.type) or len(values) == 0:
        return column
    shortest = pc.min(apply("binary_length", values)).as_py()
    if shortest != 0:
        return column
    return Column(without(values, equal_to(values, "")), column.indices)


def positions(of_rows: Flags) -> Rows:
    """The positions of the rows that are flagged."""
    return np.flatnonzero(of_rows)


def storage(schema: FactSchema, spec: ColumnSpec) -> ColumnSpec:
    """The column whose type a column has in the ledger: itself, or at the end of its links the target's key."""
    while spec.target is not None:
        table = target_of(schema, spec)
        if table.line_key:
            return ColumnSpec(spec.name, ColumnKind.COUNT, optional=False, span=spec.span, lowest=1, highest=10**12)
        spec = required(table, table.key[0])
    return spec


def written(schema: FactSchema, spec: ColumnSpec) -> ColumnSpec:
    """The column whose type a column has in its file: itself, or at the end of its links the column they go by."""
    while spec.target is not None:
        table = target_of(schema, spec)
        spec = required(table, spec.via or table.key[0])
    return spec


def typed(schema: FactSchema, spec: ColumnSpec, column: Column) -> Vector:
    """One value per row in the column's type; texts among which values repeat stay a dictionary."""
    kind = physical(storage(schema, spec))
    is_coded = pa.types.is_string(kind) and column.indices is not None
    return column.coded() if is_coded else column.rows().cast(kind)


def target_of(schema: FactSchema, spec: ColumnSpec) -> TableSpec:
    """The table that a link leads to."""
    table = None if spec.target is None else schema.table(spec.target)
    assert table is not None, "the declaration is checked"
    return table


def required(table: TableSpec, name: str) -> ColumnSpec:
    """A column that the checked declaration has."""
    column = table.column(name)
    assert column is not None, "the declaration is checked"
    return column


def is_wide(spec: ColumnSpec) -> bool:
    """Whether the bounds of a whole number need more than 64 bits."""
    return max(abs(spec.lowest or 0), abs(spec.highest or 0)) > INT64


def physical(spec: ColumnSpec) -> pa.DataType:
    """The type of a column's values in the ledger; of a link, give its `storage`."""
    match spec.kind:
        case ColumnKind.YES_NO:
            return pa.bool_()
        case ColumnKind.DATE:
            return pa.date32()
        case ColumnKind.TEXT | ColumnKind.CHOICE | ColumnKind.LINK:
            return pa.string()
        case ColumnKind.INSTANT:
            return pa.int64()
        case ColumnKind.COUNT | ColumnKind.NUMBER | ColumnKind.PERCENT | ColumnKind.MONEY:
            return WIDE if is_wide(spec) else pa.int64()
