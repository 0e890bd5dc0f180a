"""Parquet files as columns; texts that repeat come as a dictionary, which makes every check on them cheap."""

from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from quotarules.ledger.columns import Column, combined
from quotarules.ledger.findings import Findings
from quotarules.ledger.problems import DuplicateColumn, NotParquet, TooManyRows
from quotarules.values.schema import TableSpec

# A text column is kept as a dictionary if its first rows have at most one distinct value in so many.
_SAMPLE, _REPEATED = 50_000, 10


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
        read = _read(content, wanted, _repeated(file, wanted)) or _read(content, wanted, [])
    except (pa.ArrowException, OSError, ValueError):
        read = None
    if read is None:
        findings.add(NotParquet(findings.file))
        return None
    return [combined(read.column(name)) for name in names]


def _read(content: bytes, names: list[str], repeated: list[str]) -> pa.Table | None:
    """The columns, those named in `repeated` as dictionaries; None if what was read is not whole.

    A file may repeat a word in its dictionary (DuckDB writes each unused word of a closed type as an empty text). The
    reader drops the second one without moving the indices behind it, so that some lead nowhere: such a file is read
    again without dictionaries. A damaged one may hold any bytes as text, and is not whole either way.
    """
    try:
        # Not `read_table`: it loads all that Arrow has for folders of files and for stores far away.
        with pq.ParquetFile(pa.BufferReader(content), read_dictionary=repeated) as file:
            table = file.read(columns=names)
        table.validate(full=True)
    except (pa.ArrowException, OSError, ValueError):
        return None
    return table


def _repeated(file: pq.ParquetFile, names: list[str]) -> list[str]:
    """The text columns whose values repeat in the first rows.

    The values are looked at, not the file's own statistics: reading those from a damaged file ends the process.
    """
    kinds = {name: file.schema_arrow.field(name).type for name in names}
    texts = [name for name, kind in kinds.items() if pa.types.is_string(kind) or pa.types.is_large_string(kind)]
    first = next(file.iter_batches(batch_size=_SAMPLE, columns=texts), None) if texts else None
    if first is None:
        return []
    return [name for name in texts if pc.count_distinct(first.column(name)).as_py() * _REPEATED <= first.num_rows]
