"""Facts of a test as files in a folder, read twice: checked here, and checked by workers where they lie."""

import csv
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from quotarules.diagnostics.files import Files, RootFiles
from quotarules.diagnostics.problem import Problem
from quotarules.engines.choice import Settle
from quotarules.engines.items import lost_items
from quotarules.engines.sql.spark_lake import SparkLake
from quotarules.ledger.history import as_of
from quotarules.ledger.load import load
from quotarules.ledger.some_rows import some_rows
from quotarules.ledger.tables import FactTable, Ledger
from quotarules.plan.lines import OpeningBalance, Outcome
from quotarules.plan.nodes import Plan
from quotarules.values.period import Period
from quotarules.values.schema import FactSchema, FileSource, TableSpec


def rows_of(table: FactTable) -> dict[str, list[object]]:
    """The columns of a table as plain values."""
    return {name: table.rows.column(name).to_pylist() for name in sorted(table.rows.column_names)}


@dataclass
class BothWays:
    """Reads facts here and where they lie, and sees to it that both say the same; settles the latter.

    `large` is the number of rows from which a table stays where it is, `part` that of a part. `stayed` and
    `without_history` count tables.
    """

    folder: Path
    lake: SparkLake
    spark: Settle
    parquet: bool
    stayed: int = 0
    without_history: int = 0
    ledgers: list[Ledger] = field(default_factory=list)

    def read(self, schema: FactSchema, files: Files, zone: str) -> tuple[Ledger | None, tuple[Problem, ...]]:
        return self.compared(replace(schema, tables=tuple(self._written(spec, files) for spec in schema.tables)), zone)

    def compared(self, schema: FactSchema, zone: str) -> tuple[Ledger | None, tuple[Problem, ...]]:
        """What the files in the folder are when they are checked here; elsewhere they are the same."""
        root = RootFiles(self.folder)
        here, problems = load(schema, root, zone)
        there, told = load(schema, root, zone, lake=self.lake)
        assert [problem.report() for problem in told] == [problem.report() for problem in problems]
        assert told == problems
        if here is not None and there is not None:
            assert there.digest == here.digest
            assert (there.files, there.replaced, there.unlinked) == (here.files, here.replaced, here.unlinked)
            assert {*there.tables, *there.elsewhere} == {*here.tables}
            for name, away in there.elsewhere.items():
                assert rows_of(some_rows(away, tuple(away.columns), None)) == rows_of(here.tables[name])
            self.stayed += len(there.elsewhere)
            self.without_history += sum(spec.since is None for spec in schema.tables)
            self.ledgers.append(there)
        return here, problems

    def settle(
        self, plan: Plan, ledger: Ledger, period: Period, openings: tuple[OpeningBalance, ...], lines: Path
    ) -> Outcome:
        """Settles the ledger that was last read, of which the rows are elsewhere."""
        assert ledger.digest == self.ledgers[-1].digest
        there = as_of(self.ledgers[-1], period.as_of)
        assert lost_items(plan, there, openings) == lost_items(plan, ledger, openings)
        return self.spark(plan, there, period, openings, lines)

    def _written(self, spec: TableSpec, files: Files) -> TableSpec:
        """The table with its file in the folder; as Parquet texts in row groups of two, where its rows can be cut."""
        if not isinstance(spec.source, FileSource):
            return spec
        content = files.read_bytes(spec.source.path, 10**9)
        if not isinstance(content, bytes):
            return spec
        rows = self._cut(content) if self.parquet else None
        if rows is None:
            (self.folder / spec.source.path).write_bytes(content)
            return spec
        pq.write_table(rows, self.folder / f"{spec.source.path}.parquet", row_group_size=2)
        source = FileSource(
            f"{spec.source.path}.parquet", "parquet", spec.source.span, dates=spec.source.dates, rows=spec.source.rows
        )
        return replace(spec, source=source)

    @staticmethod
    def _cut(content: bytes) -> pa.Table | None:
        try:
            header, *rows = csv.reader(StringIO(content.decode("utf-8"), newline=""), strict=True)
        except (UnicodeDecodeError, ValueError, csv.Error):
            return None
        if len(set(header)) < len(header) or any(len(row) != len(header) for row in rows):
            return None
        columns = [[row[place] for row in rows] for place in range(len(header))]
        return pa.table([pa.array(column, pa.string()) for column in columns], names=header)


@contextmanager
def both_ways(
    folder: Path, spark: Settle, url: str, *, parquet: bool, large: int = 0, part: int = 3
) -> Iterator[BothWays]:
    """Facts in a folder; what workers write is gone afterwards."""
    with ExitStack() as stack:
        yield BothWays(folder, SparkLake(url, stack, large, part), spark, parquet)
