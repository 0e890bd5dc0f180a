"""Large tables of facts on Spark: its workers check them where they lie, and its queries find keys and links."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark.errors import PythonException
from pyspark.serializers import CPickleSerializer
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql.functions import udf
from pyspark.sql.types import StringType

import quotarules
from quotarules.engines.server_problems import EngineError
from quotarules.engines.spark_problems import RowsUnreadable, WorkerUnfit
from quotarules.engines.sql import facts
from quotarules.engines.sql.spark_checked import from_text
from quotarules.engines.sql.spark_files import checked_rows, work_folder, write_rows
from quotarules.engines.sql.spark_ordered import ordered
from quotarules.engines.sql.spark_session import divide_work, failures_told, session
from quotarules.engines.sql.spark_tables import rows_of
from quotarules.engines.sql.spark_worker import UNFIT, Job
from quotarules.ledger.columns import Column, Vector
from quotarules.ledger.findings import TOLD
from quotarules.ledger.lake import Checked, Key, Link, Offenders, Ordered, Part
from quotarules.ledger.tables import Elsewhere
from quotarules.values.schema import FactSchema

LARGE_VARIABLE = "QUOTARULES_SPARK_IN_PLACE"
"""The environment variable that says from how many rows on a table stays where it is."""
LARGE = 10_000_000
PART = 1_000_000


@contextmanager
def lake(url: str) -> Iterator["SparkLake"]:
    """The workers of the Spark at a URL; what they write is gone afterwards, and nothing starts before it is needed."""
    with ExitStack() as stack:
        yield SparkLake(url, stack)


class SparkLake:
    """See `ledger.lake.Lake`."""

    def __init__(self, url: str, stack: ExitStack, large: int | None = None, part: int | None = None) -> None:
        self.url = url
        self.part = PART if part is None else part
        self._large = large
        self._stack = stack
        self._connection = stack.enter_context(ExitStack())
        self._folder: Path | None = None
        self._folders: dict[str, Path] = {}
        self._session: SparkSession | None = None
        self._views: dict[Path, str] = {}

    @property
    def large(self) -> int:
        """See `Lake`."""
        if self._large is None:
            said = os.environ.get(LARGE_VARIABLE, str(LARGE))
            if not (said.isascii() and said.isdecimal()):
                raise EngineError(RowsUnreadable(LARGE_VARIABLE, said))
            self._large = int(said)
        return self._large

    @property
    def spark(self) -> SparkSession:
        """The session, begun when it is first asked for."""
        if self._session is None:
            self._session = self._connection.enter_context(session(self.url))
        return self._session

    def done(self) -> None:
        """See `Lake`."""
        self._session = None
        self._views.clear()
        self._connection.close()

    def folder(self, table: str) -> Path:
        """See `Lake`."""
        if self._folder is None:
            self._folder = self._stack.enter_context(work_folder())
        if table not in self._folders:
            self._folders[table] = self._folder / str(len(self._folders))
            self._folders[table].mkdir()
            self._folders[table].chmod(self._folder.stat().st_mode)
        return self._folders[table]

    # --- parts -----------------------------------------------------------------------------------

    def check(self, schema: FactSchema, zone: str, parts: Sequence[Part]) -> Sequence[Checked]:
        """See `Lake`."""
        if not parts:
            return ()
        folders = {part.table: str(self.folder(part.table)) for part in parts}
        serializer: Any = CPickleSerializer()
        # A task for each part; the function is made once there is a session, which decides of which kind it is.
        numbered = self.spark.range(0, len(parts), 1, len(parts))
        work = udf(_task(serializer.dumps(Job(schema, zone, tuple(parts), folders))), StringType(), useArrow=False)
        with failures_told(self.url):
            rows = self._worked(numbered.select("id", work("id")))
        told = [text for _, text in sorted(tuple(row) for row in rows)]
        for text in told:
            if text.startswith(UNFIT):
                raise EngineError(WorkerUnfit(self.url, text.removeprefix(UNFIT)))
        found = [from_text(text) for text in told]
        divide_work(self.spark, sum(part.rows for part in found))
        return found

    def _worked(self, rows: DataFrame) -> list[Row]:
        try:
            return rows.collect()
        except PythonException as error:
            raise EngineError(WorkerUnfit(self.url, _last_line(error))) from error

    # --- queries over all parts ------------------------------------------------------------------

    def broken(self, links: Sequence[Link]) -> Sequence[Offenders]:
        """See `Lake`."""
        nowhere = [self._leading_nowhere(link) for link in links]
        counts = self._counts([_words("SELECT COUNT(*) AS many", where) for where in nowhere])
        found: list[Offenders] = []
        for link, where, count in zip(links, nowhere, counts, strict=True):
            value = _of("a", link.rows, link.column)
            query = _words("SELECT a.number,", value, where, "ORDER BY a.number LIMIT", str(TOLD))
            rows = self._collected(query) if count else []
            values = _column([row[1] for row in rows], link.rows.kinds[link.column])
            found.append(Offenders(count, tuple(row[0] for row in rows), (), (values,)))
        return found

    def repeated(self, keys: Sequence[Key]) -> Sequence[Offenders]:
        """See `Lake`."""
        counts = self._counts([self._repetitions(key) for key in keys])
        found: list[Offenders] = []
        for key, count in zip(keys, counts, strict=True):
            values = [_of("a", key.rows, name) for name in key.columns]
            first = _words("MIN(a.number) OVER (PARTITION BY", ", ".join(values), ") AS first")
            every = _words("SELECT", ", ".join(("a.number", first, *values)), self._whole(key))
            query = _words("SELECT * FROM (", every, ") WHERE first < number ORDER BY number LIMIT", str(TOLD))
            rows = self._collected(query) if count else []
            columns = (
                _column([row[place] for row in rows], key.rows.kinds[name]) for place, name in enumerate(key.columns, 2)
            )
            found.append(Offenders(count, tuple(row[0] for row in rows), tuple(row[1] for row in rows), tuple(columns)))
        return found

    def present(self, rows: Elsewhere, column: str, values: Vector) -> Vector:
        """See `Lake`."""
        held = rows.columns[column]
        query = _words("SELECT k.c0 FROM", self._values(values), "AS k LEFT SEMI JOIN", self._table(rows), "AS a ON")
        found = self._collected(_words(query, "a.", held, "= k.c0"))
        return _array([row[0] for row in found], rows.kinds[column])

    def distinct(self, rows: Elsewhere, column: str) -> Vector:
        """See `Lake`."""
        value = _of("a", rows, column)
        of_rows = _words("FROM", self._table(rows), "AS a WHERE", value, "IS NOT NULL")
        found = self._collected(_words("SELECT", value, of_rows, "GROUP BY", value, "ORDER BY MIN(a.number)"))
        return _array([row[0] for row in found], rows.kinds[column])

    # --- tables of the catalog -------------------------------------------------------------------

    def count(self, table: str) -> int | None:
        """See `Lake`."""
        with failures_told(self.url):
            rows = rows_of(self.spark, table)
            return None if rows is None else rows.count()

    def ordered(self, table: str, columns: tuple[str, ...], order: tuple[str, ...]) -> Ordered:
        """See `Lake`."""
        with failures_told(self.url):
            return ordered(self.spark, table, columns, order, self.folder(f"{table} in order") / "rows")

    # --- words of queries --------------------------------------------------------------------------

    def _leading_nowhere(self, link: Link) -> str:
        """The rows of a link, as `a`, that have a value of which there is no row."""
        present = _words("WHERE", _of("a", link.rows, link.column), "IS NOT NULL")
        return _words("FROM", self._table(link.rows), "AS a", self._join(link, "LEFT ANTI JOIN"), present)

    def _join(self, link: Link, join: str) -> str:
        value = _of("a", link.rows, link.column)
        if isinstance(link.target, tuple):
            target, key = link.target
            return _words(join, self._table(target), "AS b ON", value, "=", _of("b", target, key))
        return _words(join, self._values(link.target), "AS b ON", value, "= b.c0")

    def _whole(self, key: Key) -> str:
        """The rows, as `a`, that have all of a key."""
        present = " AND ".join(_words(_of("a", key.rows, name), "IS NOT NULL") for name in key.columns)
        joins = " ".join(self._join(link, "LEFT SEMI JOIN") for link in key.links)
        return _words("FROM", self._table(key.rows), "AS a", joins, "WHERE", present)

    def _repetitions(self, key: Key) -> str:
        names = ", ".join(_of("a", key.rows, name) for name in key.columns)
        several = _words("SELECT COUNT(*) AS rows", self._whole(key), "GROUP BY", names, "HAVING COUNT(*) > 1")
        return _words("SELECT COALESCE(SUM(rows - 1), 0) AS many FROM (", several, ")")

    def _counts(self, queries: Sequence[str]) -> list[int]:
        """The figure of each query; they are run as one, because a query costs more than few rows."""
        parts = [
            _words("SELECT", str(place), "AS place, many FROM (", query, ")") for place, query in enumerate(queries)
        ]
        found = dict(self._collected(" UNION ALL ".join(parts))) if parts else {}
        return [int(found[place]) for place in range(len(queries))]

    def _collected(self, query: str) -> list[tuple[Any, ...]]:
        with failures_told(self.url):
            return [tuple(row) for row in self.spark.sql(query).collect()]

    # --- views -------------------------------------------------------------------------------------

    def _table(self, rows: Elsewhere) -> str:
        """The name of a view of checked rows."""
        if rows.folder not in self._views:
            name = f"t{len(self._views)}"
            checked_rows(self.spark, rows).createOrReplaceTempView(name)
            self._views[rows.folder] = name
        return self._views[rows.folder]

    def _values(self, values: Vector) -> str:
        """The name of a view of values that are here."""
        folder = self.folder("values of links")
        name = f"v{len(self._views)}"
        path = folder / f"{name}.parquet"
        held = self.spark.read.schema(write_rows(pa.table({"c0": facts.numbered(pa.chunked_array([values]))}), path))
        held.parquet(path.as_uri()).createOrReplaceTempView(name)
        self._views[path] = name
        return name


def _task(job: bytes) -> Callable[[int], str]:
    """What a worker does, made of nothing that it might not have; it looks for quotarules itself."""
    version, load, unfit = quotarules.__version__, import_module, UNFIT

    def work(place: int) -> str:
        try:
            there = load("quotarules").__version__
            if there != version:
                return f"{unfit}it has quotarules {there}, and this is {version}"
            worker = load("quotarules.engines.sql.spark_worker")
        except ImportError as error:
            return f"{unfit}it has no {error.name}"
        told: str = worker.run(job, place)
        return told

    return work


def _words(*words: str) -> str:
    return " ".join(words)


def _of(alias: str, rows: Elsewhere, column: str) -> str:
    return f"{alias}.{rows.columns[column]}"


def _column(values: Sequence[object], kind: pa.DataType) -> Column:
    return Column(_array(values, kind))


def _array(values: Sequence[object], kind: pa.DataType) -> Vector:
    """Values that Spark holds of a column of the ledger, in its type there."""
    held: Vector = pa.array(values, pa.int32() if pa.types.is_date32(kind) else kind)
    return held.cast(kind)


def _last_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
