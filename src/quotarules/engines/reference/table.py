"""Facts as plain Python values: a list per column, the keys of the rows, and where a key stands."""

from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from quotarules.engines.reference.state import State
from quotarules.ledger.tables import FactTable
from quotarules.plan.lines import key_text
from quotarules.plan.nodes import COMPANY
from quotarules.values.period import calendar_date

Key = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a table, in the order of the file.

    `columns` holds facts (None is missing) and gains computed columns as they are made. `keys` are the parts of each
    row's key as values, `texts` the same as text; `places` tells where a key of one part stands; `links` names the
    tables that link columns lead to.
    """

    name: str
    keys: list[Key]
    texts: list[str]
    columns: dict[str, list[State | None]]
    places: dict[int | str, int]
    links: dict[str, str]


def company() -> Table:
    """The table of nobody in particular: one row, whose key is the empty text."""
    return Table(COMPANY, [()], [""], {}, {}, {})


def fact_table(facts: FactTable) -> Table:
    """A table of the ledger as Python values."""
    spec = facts.spec
    columns = {name: python_values(facts.rows.column(name)) for name in facts.rows.column_names}
    keys = [tuple(key_part(part) for part in key) for key in zip(*(columns[name] for name in spec.key), strict=True)]
    dated = [pa.types.is_date(facts.rows.schema.field(name).type) for name in spec.key]
    texts = [key_text(tuple(shown(part, day=day) for part, day in zip(key, dated, strict=True))) for key in keys]
    places = {key[0]: row for row, key in enumerate(keys)} if len(spec.key) == 1 else {}
    links = {column.name: column.target for column in spec.columns if column.target is not None}
    return Table(spec.name, keys, texts, columns, places, links)


def python_values(column: "pa.ChunkedArray[Any]") -> list[State | None]:
    """A column of the ledger as exact Python values; days as integers, None where missing."""
    if pa.types.is_date(column.type):
        return list(column.cast(pa.int32()).to_pylist())
    if pa.types.is_decimal(column.type):
        return [None if value is None else int(value) for value in column.to_pylist()]
    return list(column.to_pylist())


def key_part(cell: State | None) -> int | str:
    """A part of a key; keys are never missing."""
    assert isinstance(cell, int | str), f"a key cannot be {cell!r}"
    return cell


def shown(part: int | str, *, day: bool) -> int | str:
    """A part of a key for people: a day as YYYY-MM-DD."""
    return calendar_date(part).isoformat() if day and isinstance(part, int) else part
