"""Facts that are not here, as relations of an engine: their types and extremes, known without a look at a row."""

import pyarrow as pa

from quotarules.engines.sql.facts import Extremes, numbers, sql_type
from quotarules.engines.sql.tree import SqlType
from quotarules.ledger.tables import Elsewhere
from quotarules.plan.ranges import NARROW


def kinds(rows: Elsewhere) -> dict[str, pa.DataType]:
    """The type of each column as in `facts.prepared`: days as numbers, wide integers as narrow as they are."""
    return {name: _kind(rows, name) for name in rows.columns}


def _kind(rows: Elsewhere, name: str) -> pa.DataType:
    kind = rows.kinds[name]
    if pa.types.is_date32(kind):
        return pa.int32()
    if pa.types.is_decimal(kind) and all(abs(end) <= NARROW for end in rows.ends.get(name, (0, 0))):
        return pa.int64()
    return kind


def sql_types(rows: Elsewhere) -> dict[str, SqlType]:
    """The SQL type of each column."""
    return {name: sql_type(kind) for name, kind in kinds(rows).items()}


def extremes(rows: Elsewhere) -> Extremes:
    """As `facts.extremes`, of one table."""
    return {(rows.spec.name, name): rows.ends.get(name, (0, 0)) for name in numbers(rows.spec, sql_types(rows))}
