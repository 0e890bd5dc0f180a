"""A few rows of a table whose rows are elsewhere, brought here to be looked at."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from quotarules.ledger.columns import Vector, apply
from quotarules.ledger.parquet import opened
from quotarules.ledger.tables import Elsewhere, FactTable

Keys: TypeAlias = AbstractSet[int | str]
"""Values of a key column: whole numbers, days since 1970-01-01, or texts."""


def some_rows(rows: Elsewhere, columns: Sequence[str], keys: Keys | None) -> FactTable:
    """The key and other columns of those rows whose key begins with one of `keys`; of all rows, if there are none."""
    names = list(dict.fromkeys((*rows.spec.key, *columns)))
    found = [pa.table([pa.array([], rows.kinds[name]) for name in names], names=names)]
    for path in sorted(rows.folder.glob("part-*.parquet")):
        with opened(path) as file:
            batches = file.iter_batches(columns=[rows.columns[name] for name in names])
            found += [_typed(rows, names, batch, keys) for batch in batches]
    return FactTable(rows.spec, pa.concat_tables(found))


def _typed(rows: Elsewhere, names: list[str], batch: pa.RecordBatch, keys: Keys | None) -> pa.Table:
    held = pa.Table.from_batches([batch])
    if keys is not None:
        held = held.filter(_among(held.column(rows.columns[names[0]]), keys))
    return pa.table([held.column(rows.columns[name]).cast(rows.kinds[name]) for name in names], names=names)


def _among(column: Vector, keys: Iterable[int | str]) -> Vector:
    return apply("is_in", column, options=pc.SetLookupOptions(pa.array(list(keys), column.type)))


def first_keys(rows: Elsewhere, texts: Iterable[str]) -> Keys | None:
    """What the keys begin with that have such texts (see `plan.lines.key_text`); None where that is not easily told."""
    kind = rows.kinds[rows.spec.key[0]]
    firsts = texts if len(rows.spec.key) == 1 else [_unescaped(text.split("/")[0]) for text in texts]
    if pa.types.is_string(kind):
        return frozenset(firsts)
    if pa.types.is_int64(kind):
        return frozenset(int(text) for text in firsts if text.removeprefix("-").isdecimal())
    return None


def _unescaped(part: str) -> str:
    return part.replace("%2F", "/").replace("%25", "%")
