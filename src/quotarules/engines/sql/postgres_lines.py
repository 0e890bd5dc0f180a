"""Lines from a PostgreSQL server into the lines file: sorted there, read as CSV in batches, written as columns."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import psycopg
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from quotarules.engines.sql.line_texts import WORD, with_texts
from quotarules.engines.sql.postgres_query import lines_query
from quotarules.engines.sql.script import PlanScript
from quotarules.engines.sql.tree import SqlType
from quotarules.plan.lines import slot_counts
from quotarules.plan.nodes import Plan

BATCH_BYTES = 16 * 1024 * 1024
"""How much text is read before it becomes columns."""


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
            writer.write_table(with_texts(held, plan, script))


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
        ("subject_kind", WORD),
        ("subject", pa.string()),
        ("account", WORD),
        ("rule", WORD),
        ("source", pa.string()),
        ("status", WORD),
        ("amount", _ARROW[kinds["amount"]]),
        ("reason", WORD),
        *((f"n{place}", _ARROW[kinds[f"n{place}"]]) for place in range(numbers)),
        *((f"x{place}", pa.string()) for place in range(texts)),
    ]
    return pa.schema(fields)
