"""Facts as plain Python values: a list per column, the keys of the rows, and where a key stands."""

from typing import Any

import pyarrow as pa

from quotarules.engines.reference.calendar import MINUTES_A_DAY
from quotarules.engines.reference.state import State
from quotarules.ledger.tables import FactTable
from quotarules.plan.invariants import fact_type
from quotarules.plan.lines import key_text
from quotarules.plan.nodes import Kind
from quotarules.records import dataclass
from quotarules.values.period import calendar_date
from quotarules.values.schema import COMPANY, FactSchema

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


def fact_table(schema: FactSchema, facts: FactTable) -> Table:
    """A table of the ledger as Python values."""
    spec = facts.spec
    columns = {name: python_values(facts.rows.column(name)) for name in facts.rows.column_names}
    keys = [tuple(key_part(part) for part in key) for key in zip(*(columns[name] for name in spec.key), strict=True)]
    kinds = [kind.kind for kind in (fact_type(schema, spec.name, name) for name in spec.key) if kind is not None]
    texts = [key_text(tuple(shown(part, kind) for part, kind in zip(key, kinds, strict=True))) for key in keys]
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


def shown(part: int | str, kind: Kind) -> int | str:
    """A part of a key for people, as `plan.lines.key_text` wants it."""
    match kind, part:
        case Kind.DAY, int(day):
            return calendar_date(day).isoformat()
        case Kind.MINUTE, int(minute):
            day, rest = divmod(minute, MINUTES_A_DAY)
            return f"{calendar_date(day).isoformat()} {rest // 60:02d}:{rest % 60:02d}"
        case Kind.FLAG, flag:
            return "yes" if flag else "no"
        case _:
            return part
