"""Facts that stand in tables and views of Spark's catalog, for the ledger: read by its workers, checked here."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from threading import Lock

import pyarrow as pa
import pyarrow.csv as arrow_csv
from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession

from quotarules.engines.sql.dialects.spark import SparkPrinter
from quotarules.engines.sql.spark_session import session
from quotarules.ledger.columns import Vector
from quotarules.ledger.database import Stored
from quotarules.ledger.texts import keys_of

PRINTER = SparkPrinter()
_INEXACT = ("float", "double")


@contextmanager
def tables(url: str) -> Iterator["SparkTables"]:
    """The tables of the catalog that the Spark at a URL has."""
    with session(url) as spark:
        yield SparkTables(spark)


class SparkTables:
    """See `ledger.database.Database`; each table as it stands when it is read, one thread at a time."""

    def __init__(self, spark: SparkSession) -> None:
        self.spark = spark
        self.lock = Lock()

    def columns(self, table: str) -> tuple[str, ...] | None:
        """The names of a table's columns, None where there is no such table."""
        with self.lock:
            found = rows_of(self.spark, table)
            return None if found is None else tuple(found.columns)

    def read(self, table: str, columns: tuple[str, ...], order: tuple[str, ...]) -> Stored:
        """The columns, in the order of some of them."""
        with self.lock:
            rows = self.spark.sql(ordered_query(table, columns, order))
            kinds = dict(rows.dtypes)
            held: pa.Table = rows.toArrow()
        found = {name: exact(held.column(name), kinds[name]) for name in columns}
        keys = keys_of([held.column(name).cast(pa.string()) for name in order])
        return Stored(found, keys, held.num_rows, _digest(held))


def ordered_query(table: str, columns: tuple[str, ...], order: tuple[str, ...]) -> str:
    """Columns of a table in the order of the texts of some of them."""
    named = ", ".join(PRINTER.identifier(name) for name in columns)
    sorted_by = ", ".join(f"CAST({PRINTER.identifier(name)} AS STRING)" for name in order)
    return " ".join(("SELECT", named, "FROM", _name(table), "ORDER BY", sorted_by))


def rows_of(spark: SparkSession, table: str) -> DataFrame | None:
    """A table or view, None where there is no such one."""
    try:
        rows: DataFrame = spark.sql(" ".join(("SELECT * FROM", _name(table))))
    except AnalysisException as error:
        if error.getCondition() == "TABLE_OR_VIEW_NOT_FOUND":
            return None
        raise
    return rows


def _name(table: str) -> str:
    return ".".join(PRINTER.identifier(part) for part in table.split("."))


def exact(values: Vector, kind: str) -> Vector | str:
    """A column as the ledger reads it, or words for a type that holds nothing exact."""
    if kind in _INEXACT:
        return f"floating-point numbers ({kind}), which are not exact"
    held = values.type
    if pa.types.is_integer(held):
        return values.cast(pa.int64())
    known = (pa.types.is_decimal, pa.types.is_string, pa.types.is_boolean, pa.types.is_date32, pa.types.is_timestamp)
    return values if any(is_kind(held) for is_kind in known) else f"values of type {kind}"


def _digest(rows: pa.Table) -> str:
    """The SHA-256 of rows as text, in hex."""
    text = BytesIO()
    arrow_csv.write_csv(rows, text)
    return sha256(text.getvalue()).hexdigest()
