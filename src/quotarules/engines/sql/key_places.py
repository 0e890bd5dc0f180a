"""Which texts have a place in the order of all keys, or of all choices, beside them, and what it may stand for."""

from collections.abc import Mapping, Sequence
from dataclasses import field

from quotarules.records import dataclass

Place = tuple[str, str]
"""A column of the facts: table and name."""


@dataclass(frozen=True, slots=True)
class KeyPlaces:
    """For the columns of facts that hold keys: the column beside them that holds places in byte order.

    `columns` names it by table and column. `roots` says whose keys a column holds; columns of one root compare by
    their places as by their texts. `parted` are the roots whose texts sort alike with a `/` behind each of them, and so
    as parts of a longer key. `words` has, for a column of choices, these in the order of their places. `looked_up` are
    the roots whose texts the last queries look up by their places, so that nothing before them holds these. An engine
    that gives no places leaves all of them empty.
    """

    columns: Mapping[Place, str] = field(default_factory=dict)
    roots: Mapping[Place, Place] = field(default_factory=dict)
    parted: frozenset[Place] = frozenset()
    words: Mapping[Place, tuple[str, ...]] = field(default_factory=dict)
    looked_up: frozenset[Place] = frozenset()

    def column(self, table: str, name: str) -> str:
        """The column by which keys are compared: the places, or the key itself where there are none."""
        return self.columns.get((table, name), name)

    def held(self, table: str, column: str) -> str:
        """The key column that a column of places stands beside, or the column itself."""
        return next((name for (held, name), place in self.columns.items() if held == table and place == column), column)


def sort_as_parts(words: Sequence[str]) -> bool:
    """Whether words in byte order stay in order with a `/` behind each, as they have it in a longer key."""
    behind = [f"{word}/".encode() for word in words]
    return behind == sorted(behind)
