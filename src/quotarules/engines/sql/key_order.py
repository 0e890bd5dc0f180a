"""Places of keys in the order of their texts, as columns beside the texts: joins, groups and sorts then take 32 bits.

A link's place is that of the key it holds, so equal places are equal keys, and smaller places smaller texts. Choices
have places among all that are declared, in 8 bits.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quotarules.engines.sql.key_places import KeyPlaces, Place, sort_as_parts
from quotarules.ledger.columns import Vector, plain
from quotarules.ledger.tables import Ledger
from quotarules.values.schema import ColumnKind, FactSchema

MOST = 2**31 - 1
"""How many keys have a place of 32 bits."""


def with_places(
    ledger: Ledger, rows: Mapping[str, pa.Table], most_looked_up: int = 0
) -> tuple[dict[str, pa.Table], KeyPlaces]:
    """The same tables with a column of places beside each text that is a key or a link, and what the places mean.

    Texts of up to `most_looked_up` keys are for the last queries to look up.
    """
    finding = _Finding(ledger, rows)
    found, columns, roots = dict(rows), {}, {}
    for spec in ledger.schema.tables:
        for name in rows[spec.name].column_names:
            root = _root(ledger.schema, spec.name, name)
            if root is None or not finding.sound(root):
                continue
            columns[spec.name, name], roots[spec.name, name] = f"{name} place", root
            found[spec.name] = found[spec.name].append_column(f"{name} place", finding.places(spec.name, name))
    parted = {root for root in set(roots.values()) if finding.sorts_in_parts(root)}
    words = {}
    for spec in ledger.schema.tables:
        for column in spec.columns:
            place, held = (spec.name, column.name), found[spec.name].column(column.name)
            if place in columns or column.kind is not ColumnKind.CHOICE or not _is_coded(held, column.choices):
                continue
            columns[place], roots[place] = f"{column.name} place", place
            words[place] = tuple(sorted(column.choices, key=str.encode))
            if sort_as_parts(words[place]):
                parted.add(place)
            found[spec.name] = found[spec.name].append_column(columns[place], _placed(held, words[place]))
    few = {root for root in roots.values() if root not in words and rows[root[0]].num_rows <= most_looked_up}
    return found, KeyPlaces(columns, roots, frozenset(parted), words, frozenset(few))


def _is_coded(column: "pa.ChunkedArray[Any]", choices: tuple[str, ...]) -> bool:
    """Whether a column holds few choices, and as places among them, as the ledger does for files."""
    if not pa.types.is_dictionary(column.type) or column.type.index_type != pa.int8():
        return False
    return all(_words(chunk) == list(choices) for chunk in column.chunks)


def _words(chunk: Vector) -> list[str]:
    """The words of a dictionary of texts."""
    words: list[str] = chunk.dictionary.to_pylist()
    return words


def _placed(column: "pa.ChunkedArray[Any]", words: tuple[str, ...]) -> "pa.ChunkedArray[Any]":
    """The place of each row's choice among the words."""
    held: Any = column
    chunks = [
        pa.array([words.index(word) for word in _words(chunk)], pa.int8()).take(chunk.indices) for chunk in held.chunks
    ]
    return pa.chunked_array(chunks, pa.int8())


def _root(schema: FactSchema, table: str, name: str) -> Place | None:
    """The column whose texts a column holds: at the end of its links a key that is no link; None for other columns."""
    spec = schema.table(table)
    column = None if spec is None else spec.column(name)
    if spec is None or column is None:
        return None
    if column.target is None:
        return (table, name) if spec.key == (name,) else None
    target = schema.table(column.target)
    return None if target is None or len(target.key) != 1 else _root(schema, target.name, target.key[0])


class _Finding:
    """Places by column as they are asked for, and the keys of each root in byte order."""

    def __init__(self, ledger: Ledger, rows: Mapping[str, pa.Table]) -> None:
        self.ledger = ledger
        self.rows = rows
        self.known: dict[Place, pa.Array[Any]] = {}
        self.orders: dict[Place, pa.Array[Any]] = {}
        self.ascending: set[Place] = set()

    def sound(self, root: Place) -> bool:
        """Whether places can stand for the texts of a key; numbers are as good by themselves."""
        keys = self.rows[root[0]].column(root[1])
        kind = keys.type.value_type if pa.types.is_dictionary(keys.type) else keys.type
        return pa.types.is_string(kind) and not keys.null_count and len(keys) <= MOST

    def ordered(self, root: Place) -> "pa.Array[Any]":
        """The keys of a root in byte order, each once."""
        if root not in self.orders:
            keys = self.texts(*root)
            if _ascend(keys):
                self.ascending.add(root)
                self.known[root] = pa.array(np.arange(len(keys), dtype=np.int32))
            else:
                unique = pc.unique(keys)
                keys = unique.take(pc.sort_indices(unique))
            self.orders[root] = keys
        return self.orders[root]

    def texts(self, table: str, name: str) -> "pa.Array[Any]":
        """A column in one piece."""
        held: pa.Array[Any] = plain(self.rows[table].column(name).combine_chunks())
        return held

    def places(self, table: str, name: str) -> "pa.Array[Any]":
        """The place of each row's key among those of its root, null where there is no key."""
        root = _root(self.ledger.schema, table, name)
        assert root is not None, "only keys and links have places"
        keys = self.ordered(root)
        if (table, name) not in self.known:
            found = self._led(table, name)
            if found is None:
                options = pc.SetLookupOptions(keys, skip_nulls=True)
                found = pc.call_function("index_in", [self.texts(table, name)], options)
            self.known[table, name] = found
        return self.known[table, name]

    def _led(self, table: str, name: str) -> "pa.Array[Any] | None":
        """The places of the keys of those rows that links lead to, where the ledger tells."""
        spec = self.ledger.schema.table(table)
        column = None if spec is None else spec.column(name)
        rows = (self.ledger.tables[table].places or {}).get(name)
        target = None if column is None or column.target is None else self.ledger.schema.table(column.target)
        if rows is None or target is None:
            return None
        places = self.places(target.name, target.key[0])
        return rows if (target.name, target.key[0]) in self.ascending else places.take(rows)

    def sorts_in_parts(self, root: Place) -> bool:
        """Whether the keys of a root sort alike with a `/` behind each."""
        keys = self.ordered(root)
        lengths: Any = pc.min_max(pc.call_function("binary_length", [keys]))
        if lengths["min"].as_py() == lengths["max"].as_py():
            return True
        joined: pa.Array[Any] = pc.call_function("binary_join_element_wise", [keys, pa.scalar("/"), pa.scalar("")])
        return _ascend(joined)


def _ascend(texts: "pa.Array[Any]") -> bool:
    """Whether each text is greater than the one before it."""
    return len(texts) < 2 or bool(pc.all(pc.less(texts.slice(0, len(texts) - 1), texts.slice(1))).as_py())
