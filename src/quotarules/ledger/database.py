"""Tables of a database as the ledger reads them: what an engine that has one gives, in one state of it."""

from collections.abc import Sequence
from typing import Protocol

from quotarules.ledger.columns import Vector
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class Stored:
    """The rows of a table, in the order of their keys.

    `columns` has by name a chunked Arrow array of the column's own type, or words for a type that holds nothing exact.
    `keys` name the rows in messages; `sha256` is that of all that was read, in hex.
    """

    columns: dict[str, Vector | str]
    keys: Sequence[str]
    rows: int
    sha256: str


class Database(Protocol):
    """Tables by name, all seen as they stood at one moment."""

    def columns(self, table: str) -> tuple[str, ...] | None:
        """The names of a table's or view's columns, or None where there is none of that name."""
        ...

    def read(self, table: str, columns: tuple[str, ...], order: tuple[str, ...]) -> Stored:
        """Those columns of a table that is there, in the order of some of them."""
        ...
