"""Tables whose rows are in force from a day on: which row of a key counts on a given day."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence

from quotarules.engines.reference.state import Value, integer
from quotarules.engines.reference.table import Table, key_part

Key = tuple[int | str, ...]
History = dict[Key, list[tuple[int, int]]]
"""The days from which the rows of a key count, each with the row, in the order of the days."""


def history(table: Table, keys: tuple[str, ...], since: str) -> History:
    """The rows of a table by their keys; keys are never missing."""
    found: defaultdict[Key, list[tuple[int, int]]] = defaultdict(list)
    for row in range(len(table.keys)):
        key = tuple(key_part(table.columns[name][row]) for name in keys)
        day = key_part(table.columns[since][row])
        assert isinstance(day, int), "a row counts from a day"
        found[key].append((day, row))
    for rows in found.values():
        rows.sort()
    return dict(found)


def in_force(known: History, values: Sequence[Value]) -> int | None:
    """The row of the key that all values but the last spell, in force on the day that is the last; None if none is."""
    *key, day = values
    rows = known.get(tuple(key_part(part) for part in key), [])
    place = bisect_right(rows, integer(day), key=lambda item: item[0])
    return rows[place - 1][1] if place else None
