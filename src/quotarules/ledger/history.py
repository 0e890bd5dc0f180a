"""Row history in the ledger: all versions of a table's rows, and which of them is in force on a day."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa

from quotarules.ledger.columns import Vector, array_of, plain
from quotarules.ledger.findings import Rows
from quotarules.ledger.tables import FactTable, Ledger
from quotarules.values.period import LAST_DAY
from quotarules.values.schema import LAST_DAY_COLUMN, FactSchema, TableSpec, history_of


def with_versions(schema: FactSchema, tables: Mapping[str, FactTable]) -> dict[str, FactTable]:
    """The tables as loaded; one with `since` gives the table of its versions, and keeps the last one of each key."""
    found: dict[str, FactTable] = {}
    for table in tables.values():
        versions = schema.table(history_of(table.spec.name))
        if table.spec.since is None or versions is None:
            found[table.spec.name] = table
            continue
        held = FactTable(versions, _with_last_days(table.spec, table.rows))
        found[table.spec.name] = FactTable(table.spec, _in_force(table.spec, held.rows, LAST_DAY))
        found[versions.name] = held
    return found


def as_of(ledger: Ledger, day: int) -> Ledger:
    """The ledger with the version of each row that is in force on a day; one that begins later is its first one.

    A row that is not there yet stays, for what links to it; the plan does not count it.
    """
    if all(table.spec.since is None for table in ledger.tables.values()):
        return ledger
    tables = {
        name: table
        if table.spec.since is None
        else FactTable(table.spec, _in_force(table.spec, ledger.tables[history_of(name)].rows, day))
        for name, table in ledger.tables.items()
    }
    return replace(ledger, tables=tables)


def _ordered(spec: TableSpec, rows: pa.Table) -> tuple[Rows, Rows, Rows]:
    """The places of rows by key and day, and in this order the number of each row's key and its day."""
    assert spec.since is not None, "a table without history has no versions"
    held = plain(rows.column(spec.key[0]).combine_chunks())
    keys = held.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    days = _days(rows.column(spec.since))
    order: Rows = np.lexsort((days, keys)).astype(np.int64)
    return order, keys[order].astype(np.int64), days[order]


def _days(column: Vector) -> Rows:
    days: Rows = column.cast(pa.int32()).to_numpy().astype(np.int64)
    return days


def _with_last_days(spec: TableSpec, rows: pa.Table) -> pa.Table:
    order, keys, days = _ordered(spec, rows)
    last = np.full(len(order), LAST_DAY, dtype=np.int64)
    if len(order) > 1:
        ends = keys[1:] == keys[:-1]
        last[:-1][ends] = days[1:][ends] - 1
    placed = np.empty_like(last)
    placed[order] = last
    column = array_of(placed.astype(np.int32)).cast(pa.date32())
    return rows.append_column(LAST_DAY_COLUMN, column)


def _in_force(spec: TableSpec, versions: pa.Table, day: int) -> pa.Table:
    """One row a key: the last version that has begun by the day, or the first one where none has."""
    order, keys, days = _ordered(spec, versions)
    starts = np.append(True, keys[1:] != keys[:-1]) if len(order) else np.zeros(0, dtype=bool)
    begun = starts | (days <= day)
    # The last row that counts of each key: where the next row that counts begins another one.
    at = np.flatnonzero(begun)
    last = np.append(keys[at][1:] != keys[at][:-1], True) if len(at) else np.zeros(0, dtype=bool)
    chosen = np.sort(order[at[last]])
    return versions.take(array_of(chosen)).drop_columns([LAST_DAY_COLUMN])
