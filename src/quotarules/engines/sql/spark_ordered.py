"""Large tables of Spark's catalog, for the ledger: as files in the order of their keys, for its workers to check."""

from collections.abc import Callable, Sequence
from functools import cached_property
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, overload

import pyarrow as pa
import pyarrow.csv as arrow_csv

from quotarules.engines.sql.spark_tables import exact, ordered_query
from quotarules.ledger.lake import Ordered
from quotarules.ledger.parquet import opened
from quotarules.ledger.texts import keys_of

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def ordered(
    spark: "SparkSession", table: str, columns: tuple[str, ...], order: tuple[str, ...], folder: Path
) -> Ordered:
    """The rows of a table as files in a new folder; see `ledger.lake.Lake`."""
    # The usual type of Spark's own holds no zone, and other moments than its clock shows.
    spark.conf.set("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
    rows = spark.sql(ordered_query(table, columns, order))
    kinds = dict(rows.dtypes)
    nothing: pa.Table = rows.limit(0).toArrow()
    held = {name: exact(nothing.column(name).combine_chunks(), kinds[name]) for name in columns}
    written = [name for name in columns if name in order or not isinstance(held[name], str)]
    names = {name: f"c{place}" for place, name in enumerate(written)}
    rows.select(*(rows[name].alias(place) for name, place in names.items())).write.parquet(folder.as_uri())
    files = tuple(sorted(folder.glob("part-*.parquet")))
    return Ordered(files, held, names, _Keys(files, [names[name] for name in order]), _digest(files, written))


def _digest(files: Sequence[Path], columns: Sequence[str]) -> Callable[[], str]:
    """What finds the SHA-256 of rows as text, in hex, a few rows at a time: that of `spark_tables`."""

    def found() -> str:
        digest = sha256()
        for place, path in enumerate(files):
            with opened(path) as file:
                if place == 0:
                    digest.update(_text(file.schema_arrow.empty_table().rename_columns(list(columns)), is_first=True))
                for batch in file.iter_batches():
                    digest.update(_text(pa.Table.from_batches([batch]), is_first=False))
        return digest.hexdigest()

    return found


def _text(rows: pa.Table, *, is_first: bool) -> bytes:
    """Rows as the text whose SHA-256 is that of a table; the first ones with the names of its columns."""
    text = BytesIO()
    arrow_csv.write_csv(rows, text, arrow_csv.WriteOptions(include_header=is_first))
    return text.getvalue()


class _Keys(Sequence[str]):
    """What names each row in messages, read from the files when it is asked for."""

    def __init__(self, files: Sequence[Path], columns: list[str]) -> None:
        self.files, self.columns = files, columns

    @cached_property
    def groups(self) -> list[tuple[Path, int, int]]:
        """Each row group of the files: where it is, and how many rows there are up to its end."""
        found: list[tuple[Path, int, int]] = []
        for path in self.files:
            with opened(path) as file:
                for group in range(file.metadata.num_row_groups):
                    before = found[-1][2] if found else 0
                    found.append((path, group, before + file.metadata.row_group(group).num_rows))
        return found

    def __len__(self) -> int:
        return self.groups[-1][2] if self.groups else 0

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...

    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        path, group, end = next(held for held in self.groups if place < held[2])
        with opened(path) as file:
            rows = file.read_row_group(group, self.columns)
        texts = [rows.column(name).cast(pa.string()) for name in self.columns]
        return keys_of(texts)[place - end + rows.num_rows]
