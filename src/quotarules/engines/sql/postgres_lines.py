"""Lines from a PostgreSQL server into the lines file: sorted there, read as CSV in batches, written as columns."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from quotarules.engines.sql.postgres_query import lines_query
from quotarules.engines.sql.script import PlanScript
from quotarules.engines.sql.tree import SqlType
from quotarules.plan.lines import DUE, EXCLUDED, WAITING, slot_counts
from quotarules.plan.nodes import Plan

BATCH_BYTES = 16 * 1024 * 1024
"""How much text is read before it becomes columns."""

Numbers = npt.NDArray[np.integer[Any]]

_STATUSES = (DUE, WAITING, EXCLUDED)
_WORD = pa.dictionary(pa.int32(), pa.string())


def write_lines(connection: psycopg.Connection, plan: Plan, script: PlanScript, lines: Path) -> None:
    """Run the queries of all line rules, and write what they give in the order of its keys."""
    kinds = {column.name: column.value.type for column in script.lines[0].columns}
    schema = _schema(plan, kinds)
    query = f"COPY (\n{lines_query(script)}\n) TO STDOUT (FORMAT csv)"
    with (
        pq.ParquetWriter(lines, schema, compression="snappy", store_schema=False) as writer,
        connection.cursor() as cursor,
        cursor.copy(query.encode()) as copy,
    ):
        for text in _batches(copy):
            held = pc.read_csv(
                text,
                read_options=pc.ReadOptions(column_names=list(kinds), block_size=2 * BATCH_BYTES),
                parse_options=pc.ParseOptions(newlines_in_values=True),
                convert_options=_conversion(kinds),
            )
            writer.write_table(_written(held, plan, script, schema))


def _batches(copy: psycopg.Copy) -> Iterator[BytesIO]:
    """The text of whole rows, a batch at a time; the server sends each row by itself."""
    held: list[memoryview | bytes | bytearray] = []
    size = 0
    for row in copy:
        held.append(row)
        size += len(row)
        if size >= BATCH_BYTES:
            yield BytesIO(b"".join(held))
            held, size = [], 0
    if held:
        yield BytesIO(b"".join(held))


_ARROW: dict[SqlType, pa.DataType] = {
    SqlType.SMALL: pa.int32(),
    SqlType.INT: pa.int64(),
    SqlType.WIDE: pa.decimal128(38, 0),
    SqlType.TEXT: pa.string(),
}


def _conversion(kinds: dict[str, SqlType]) -> pc.ConvertOptions:
    types = {name: _ARROW[kind] for name, kind in kinds.items()}
    return pc.ConvertOptions(
        column_types=types, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False
    )


def _schema(plan: Plan, kinds: dict[str, SqlType]) -> pa.Schema:
    numbers, texts = slot_counts(plan)
    fields: list[tuple[str, pa.DataType]] = [
        ("subject_kind", _WORD),
        ("subject", pa.string()),
        ("account", _WORD),
        ("rule", _WORD),
        ("source", pa.string()),
        ("status", _WORD),
        ("amount", _ARROW[kinds["amount"]]),
        ("reason", _WORD),
        *((f"n{place}", _ARROW[kinds[f"n{place}"]]) for place in range(numbers)),
        *((f"x{place}", pa.string()) for place in range(texts)),
    ]
    return pa.schema(fields)


def _written(held: pa.Table, plan: Plan, script: PlanScript, schema: pa.Schema) -> pa.Table:
    """Rows of the query as rows of the file: places and codes have become the texts that they stand for."""
    kinds, places = _numbers(held, "kind"), _numbers(held, "place")
    codes = held.column("code").combine_chunks()
    missing = codes.is_null().to_numpy(zero_copy_only=False)
    code = codes.fill_null(0).to_numpy()
    reasons = ["", *(reason.text for reason in plan.reasons)]
    words = {
        "subject_kind": _words(kinds, script.order.kinds),
        "account": _words(places, [account for account, _ in script.order.rules]),
        "rule": _words(places, [rule for _, rule in script.order.rules]),
        "status": _words(np.where(missing, 0, np.where(code < 0, 1, 2)), _STATUSES),
        "reason": _words(np.abs(code), reasons),
    }
    columns = [words[name] if name in words else held.column(name).combine_chunks() for name in schema.names]
    return pa.Table.from_arrays(columns, schema=schema)


def _numbers(held: pa.Table, name: str) -> Numbers:
    numbers: Numbers = held.column(name).to_numpy()
    return numbers


def _words(places: Numbers, texts: Sequence[str]) -> "pa.Array[Any]":
    """The text of each place, kept as a number: each text once, as readers of dictionaries expect it."""
    once = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    numbers = np.array([once[text] for text in texts], np.int32)
    return pa.DictionaryArray.from_arrays(numbers[places], pa.array(list(once), pa.string()))
