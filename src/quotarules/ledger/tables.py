"""Facts that have passed their contract, as columns that every engine reads."""

from dataclasses import dataclass

import pyarrow as pa

from quotarules.values.schema import TableSpec


@dataclass(frozen=True, slots=True)
class FactTable:
    """The rows of one table, in the order of the file; a column per `spec.columns`, by name (plus `line`, if that is
    the key).

    integer: int64, or decimal128(38, 0) where the bounds need it, at the column's scale. flag: bool. day: date32.
    minute: int64 local minutes since 1970-01-01. text, choice: string, NFC. A link holds the key value of the row it
    leads to. Missing is null.
    """

    spec: TableSpec
    rows: pa.Table


@dataclass(frozen=True, slots=True)
class Ledger:
    """All tables of a project by name, and what is worth telling about the load.

    `digest` is the SHA-256 (hex) of the bytes of each file and of the facts' declarations. `replaced` counts the values
    that were read as others: (table, column, value, count). `set_aside` names the rows taken out: (table, key, why).
    """

    tables: dict[str, FactTable]
    digest: str
    replaced: tuple[tuple[str, str, str, int], ...]
    set_aside: tuple[tuple[str, str, str], ...]
