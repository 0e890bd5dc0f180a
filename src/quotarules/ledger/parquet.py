"""Parquet files as columns; texts that repeat come as a dictionary, which makes every check on them cheap."""

from collections import Counter

import pyarrow as pa
import pyarrow.parquet as pq

from quotarules.ledger.columns import Column, Vector, combined
from quotarules.ledger.findings import Findings
from quotarules.ledger.problems import DuplicateColumn, NotParquet, TooManyRows
from quotarules.values.schema import TableSpec

# A text column with at most this many distinct values in a hundred rows is kept as a dictionary.
_REPEATED = 50


def open_parquet(content: bytes, table: TableSpec, findings: Findings) -> pq.ParquetFile | None:
    """The file, or None where it cannot be read or has more rows than the table may have."""
    try:
        file = pq.ParquetFile(pa.BufferReader(content))
    except (pa.ArrowException, OSError, ValueError):
        findings.add(NotParquet(findings.file))
        return None
    rows = file.metadata.num_rows
    if rows > table.row_limit:
        findings.add(TooManyRows(findings.file, table.row_limit, rows, table.span))
        return None
    names = file.schema_arrow.names
    for name, count in Counter(names).items():
        if count > 1:
            findings.add(DuplicateColumn(findings.file, name))
    return file


def read_columns(content: bytes, file: pq.ParquetFile, names: list[str], findings: Findings) -> list[Column] | None:
    """The named columns in their own types, or None where the file is damaged inside."""
    wanted = list(dict.fromkeys(names))
    try:
        repeated = _repeated(content, file, wanted)
        read = pq.read_table(pa.BufferReader(content), columns=wanted, read_dictionary=repeated)
        return [_validated(combined(read.column(name))) for name in names]
    except (pa.ArrowException, OSError, ValueError):
        findings.add(NotParquet(findings.file))
        return None


def _repeated(content: bytes, file: pq.ParquetFile, names: list[str]) -> list[str]:
    """The text columns whose values repeat in the first group of rows.

    The values are looked at, not the file's own statistics: reading those from a damaged file ends the process.
    """
    kinds = {name: file.schema_arrow.field(name).type for name in names}
    texts = [name for name, kind in kinds.items() if pa.types.is_string(kind) or pa.types.is_large_string(kind)]
    if not texts or file.num_row_groups == 0:
        return []
    first = pq.ParquetFile(pa.BufferReader(content), read_dictionary=texts).read_row_group(0, columns=texts)
    return [name for name in texts if _distinct(first.column(name)) * 100 <= _REPEATED * first.num_rows]


def _validated(column: Column) -> Column:
    """The column, if its texts are text: a damaged file may hold any bytes."""
    column.values.validate(full=True)
    return column


def _distinct(column: Vector) -> int:
    """How many values the dictionaries of a column hold."""
    return sum(len(chunk.dictionary) for chunk in column.chunks if pa.types.is_dictionary(chunk.type))
