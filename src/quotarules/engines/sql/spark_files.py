"""Rows on their way between Spark and us, as Parquet files: facts that it reads, and sorted parts of lines it wrote."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from quotarules.dictionaries import readable
from quotarules.engines.sql.answers import write_none
from quotarules.engines.sql.line_texts import with_texts
from quotarules.engines.sql.script import PlanScript
from quotarules.ledger.tables import NUMBER, Elsewhere
from quotarules.plan.nodes import Plan

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

FOLDER_VARIABLE = "QUOTARULES_SPARK_FOLDER"
"""The environment variable that names a folder which this machine and all of Spark's see under the same path."""
_REPEATED = ("subject",)
"""The columns of lines whose texts repeat; they pass as dictionaries."""


@contextmanager
def work_folder() -> Iterator[Path]:
    """A folder for the files of one run, gone after it; inside a shared one it may be used by whoever may use that."""
    shared = os.environ.get(FOLDER_VARIABLE)
    with TemporaryDirectory(prefix="quotarules-", dir=shared) as name:
        folder = Path(name)
        if shared is not None:
            folder.chmod(Path(shared).stat().st_mode)
        yield folder


def write_rows(rows: pa.Table, path: Path) -> str:
    """Write rows under the column names c0, c1, …, which any reader takes; their schema as Spark writes it."""
    places = [f"c{place}" for place in range(rows.num_columns)]
    # What is compared with numbers of 32 bits has as many.
    kept = (pa.int32() if pa.types.is_int8(field.type) else field.type for field in rows.schema)
    rows = rows.cast(pa.schema(zip(rows.column_names, kept, strict=True)))
    pq.write_table(rows.rename_columns(places), path, store_schema=False)
    return spark_schema(dict(zip(places, rows.schema.types, strict=True)))


def spark_schema(columns: Mapping[str, pa.DataType]) -> str:
    """Columns of files as Spark declares them; days stand there as numbers."""
    return ", ".join(f"{name} {spark_type(kind)}" for name, kind in columns.items())


def spark_type(kind: pa.DataType) -> str:
    """Spark's name for a type; days are numbers."""
    if pa.types.is_boolean(kind):
        return "BOOLEAN"
    if pa.types.is_int32(kind) or pa.types.is_date32(kind):
        return "INT"
    if pa.types.is_int64(kind):
        return "BIGINT"
    return f"DECIMAL({kind.precision}, 0)" if isinstance(kind, pa.Decimal128Type) else "STRING"


def checked_rows(spark: "SparkSession", rows: Elsewhere) -> "DataFrame":
    """The files of checked rows, under their own names of columns."""
    kinds = {held: rows.kinds[name] for name, held in rows.columns.items()}
    return spark.read.schema(spark_schema({NUMBER: pa.int64()} | kinds)).parquet(rows.folder.as_uri())


def gather_parts(parts: Path, plan: Plan, script: PlanScript, lines: Path) -> None:
    """One lines file from the sorted parts in a folder, a row group at a time; without any, a file without lines."""
    writer: pq.ParquetWriter | None = None
    try:
        for held in _row_groups(parts):
            group = with_texts(held, plan, script)
            if writer is None:
                writer = pq.ParquetWriter(lines, group.schema, store_schema=False)
            writer.write_table(group)
    finally:
        if writer is not None:
            writer.close()
    if writer is None:
        write_none(plan, lines)


def _row_groups(parts: Path) -> Iterator[pa.Table]:
    for part in sorted(parts.glob("part-*.parquet")):
        with pq.ParquetFile(part, read_dictionary=sorted(readable(pq.read_metadata(part), _REPEATED))) as file:
            for place in range(file.num_row_groups):
                group = file.read_row_group(place)
                if group.num_rows:
                    yield group
