"""Parquet files as columns; texts that repeat come as a dictionary, which makes every check on them cheap."""

import pyarrow as pa
import pyarrow.parquet as pq

from quotarules.ledger.columns import Column, combined
from quotarules.ledger.findings import Findings
from quotarules.ledger.problems import DuplicateColumn, NotParquet, TooManyRows
from quotarules.values.schema import TableSpec

# A text column that takes fewer bytes a row than this repeats its values.
_BYTES_OF_REPEATED = 6


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
    for name in sorted({name for name in names if names.count(name) > 1}):
        findings.add(DuplicateColumn(findings.file, name))
    return file


def read_columns(content: bytes, file: pq.ParquetFile, names: list[str], findings: Findings) -> list[Column] | None:
    """The named columns in their own types, or None where the file is damaged inside."""
    wanted = list(dict.fromkeys(names))
    repeated = [name for name in wanted if _repeats(file, name)]
    try:
        read = pq.read_table(pa.BufferReader(content), columns=wanted, read_dictionary=repeated)
        return [combined(read.column(name)) for name in names]
    except (pa.ArrowException, OSError, ValueError):
        findings.add(NotParquet(findings.file))
        return None


def _repeats(file: pq.ParquetFile, name: str) -> bool:
    """Whether a text column is stored in so few bytes a row that its values must repeat."""
    kind = file.schema_arrow.field(name).type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return False
    metadata = file.metadata
    if metadata.num_row_groups == 0 or metadata.num_rows == 0:
        return False
    group = metadata.row_group(0)
    chunks = [group.column(i) for i in range(group.num_columns)]
    size = sum(chunk.total_uncompressed_size for chunk in chunks if chunk.path_in_schema == name)
    return size < _BYTES_OF_REPEATED * max(group.num_rows, 1)
