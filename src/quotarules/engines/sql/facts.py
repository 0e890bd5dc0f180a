"""Loaded facts as relations of an engine: days as numbers, wide integers as narrow as they are, calendars, balances."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quotarules.engines.sql.time import DAY_MINUTES, most_intervals
from quotarules.engines.sql.tree import SqlType
from quotarules.ledger.tables import FactTable, Ledger
from quotarules.plan.lines import OpeningBalance
from quotarules.plan.ranges import NARROW, Range
from quotarules.values.calendar import Calendar
from quotarules.values.schema import ColumnKind, TableSpec

Extremes = dict[tuple[str, str], tuple[int, int]]


def prepared(table: FactTable, *, coded: bool = False) -> pa.Table:
    """The rows with days as 32-bit numbers, decimals that fit as 64-bit integers, and only declared columns.

    With `coded`, texts that the ledger holds as a dictionary stay one.
    """
    names = [*table.spec.key, *(column.name for column in table.spec.columns)]
    held = list(dict.fromkeys(names))
    return pa.Table.from_arrays([_held(table.rows.column(name), coded=coded) for name in held], names=held)


def _held(column: "pa.ChunkedArray[Any]", *, coded: bool) -> "pa.ChunkedArray[Any]":
    kind = column.type
    if pa.types.is_dictionary(kind) and not coded:
        return column.cast(kind.value_type)
    if pa.types.is_date32(kind):
        return numbered(column)
    if pa.types.is_decimal(kind) and all(abs(end) <= NARROW for end in _ends(column)):
        return column.cast(pa.int64())
    return column


def numbered(column: "pa.ChunkedArray[Any]") -> "pa.ChunkedArray[Any]":
    """Days as 32-bit numbers; other columns as they are."""
    if not pa.types.is_date32(column.type):
        return column
    return pa.chunked_array([chunk.view(pa.int32()) for chunk in column.chunks], pa.int32())


def _ends(column: "pa.ChunkedArray[Any]") -> tuple[int, int]:
    """The smallest and the largest value; 0 where there is none."""
    ends: Any = pc.min_max(column)
    return int(ends["min"].as_py() or 0), int(ends["max"].as_py() or 0)


def sql_types(rows: pa.Table) -> dict[str, SqlType]:
    """The SQL type of each prepared column."""
    return {field.name: sql_type(field.type) for field in rows.schema}


def sql_type(kind: pa.DataType) -> SqlType:
    """The SQL type in which values of an Arrow type are held."""
    if pa.types.is_boolean(kind):
        return SqlType.BOOL
    if pa.types.is_int32(kind) or pa.types.is_int8(kind):
        return SqlType.SMALL
    if pa.types.is_int64(kind):
        return SqlType.INT
    return SqlType.WIDE if pa.types.is_decimal(kind) else SqlType.TEXT


def extremes(ledger: Ledger, prepared_rows: Mapping[str, pa.Table]) -> Extremes:
    """The smallest and largest integer, day or minute of every column that has any; 0 where it is empty."""
    found: Extremes = {}
    for name, rows in prepared_rows.items():
        for column in numbers(ledger.tables[name].spec, sql_types(rows)):
            found[name, column] = _ends(rows.column(column))
    return found


def numbers(spec: TableSpec, types: Mapping[str, SqlType]) -> Iterator[str]:
    """The columns that hold integers, days or minutes, and are no links."""
    links = {column.name for column in spec.columns if column.kind is ColumnKind.LINK}
    return (name for name, kind in types.items() if kind not in (SqlType.TEXT, SqlType.BOOL) and name not in links)


def is_plain(rows: pa.Table, name: str) -> bool:
    """Whether no text of a column holds `%` or `/`; where that is hard to tell, it does."""
    chunks = rows.column(name).chunks
    texts = [chunk.dictionary if isinstance(chunk, pa.DictionaryArray) else chunk for chunk in chunks]
    if not all(pa.types.is_string(held.type) for held in texts):
        return False
    found = (
        np.frombuffer(memoryview(data), np.uint8) for data in (held.buffers()[2] for held in texts) if data is not None
    )
    return not any(bool(((data == ord("%")) | (data == ord("/"))).any()) for data in found)


def opening_range(openings: Sequence[OpeningBalance]) -> Range:
    """The extremes of all opening balances; nothing is zero."""
    amounts = [0, *(opening.amount for opening in openings)]
    return Range(min(amounts), max(amounts))


def opening_rows(openings: Sequence[OpeningBalance]) -> pa.Table:
    """Opening balances as rows of account, subject, source, amount."""
    amounts = [opening.amount for opening in openings]
    fits = all(abs(amount) <= NARROW for amount in amounts)
    return pa.table(
        {
            "account": pa.array([opening.account for opening in openings], pa.string()),
            "subject": pa.array([opening.subject for opening in openings], pa.string()),
            "source": pa.array([opening.source for opening in openings], pa.string()),
            "amount": pa.array(amounts, pa.int64() if fits else pa.decimal128(38, 0)),
        }
    )


def calendar_days(calendar: Calendar) -> pa.Table:
    """One row a day, see `time.days_relation`."""
    most = most_intervals(calendar)
    by_day: dict[int, list[tuple[int, int]]] = {}
    for interval in calendar.intervals:
        by_day.setdefault(interval.start // DAY_MINUTES, []).append((interval.start, interval.end))
    working = {day for day, _ in calendar.closings}
    columns: dict[str, list[int]] = {"day": [], "before": [], "ordinal": []}
    for place in range(1, most + 1):
        columns |= {f"start {place}": [], f"end {place}": []}
    before = ordinal = 0
    for day in range(calendar.first, calendar.last + 1):
        intervals = by_day.get(day, [])
        ordinal += day in working
        columns["day"].append(day)
        columns["before"].append(before)
        columns["ordinal"].append(ordinal)
        before += sum(end - start for start, end in intervals)
        midnight = day * DAY_MINUTES
        for place, (start, end) in enumerate([*intervals, *[(midnight, midnight)] * (most - len(intervals))], 1):
            columns[f"start {place}"].append(start)
            columns[f"end {place}"].append(end)
    kinds = {"day": pa.int32()}
    return pa.table({name: pa.array(values, kinds.get(name, pa.int64())) for name, values in columns.items()})


def calendar_openings(calendar: Calendar) -> pa.Table:
    """One row an opening interval, see `time.spans_relation`."""
    spans = calendar.intervals
    return pa.table(
        {
            "start": pa.array([span.start for span in spans], pa.int64()),
            "before": pa.array([span.before for span in spans], pa.int64()),
            "until": pa.array([span.before + span.end - span.start for span in spans], pa.int64()),
        }
    )


def calendar_closings(calendar: Calendar) -> pa.Table:
    """One row a working day, see `time.closings_relation`."""
    return pa.table(
        {
            "ordinal": pa.array(range(1, len(calendar.closings) + 1), pa.int64()),
            "minute": pa.array([minute for _, minute in calendar.closings], pa.int64()),
        }
    )
