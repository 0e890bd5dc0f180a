"""Parquet files as columns; texts that repeat come as a dictionary, which makes every check on them cheap."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from quotarules.dictionaries import is_as_written
from quotarules.ledger.columns import REPEATED, Column, Vector, combined, in_runs
from quotarules.ledger.findings import Findings
from quotarules.ledger.problems import DuplicateColumn, NotParquet, TooManyRows
from quotarules.records import dataclass
from quotarules.values.schema import TableSpec

Place: TypeAlias = "bytes | Path"
"""Where a file is: here as bytes, or at a path from which only what is asked for is read."""
_SAMPLE = 50_000
"""How many rows are looked at to see whether texts repeat."""
_ROWS = 131_072
"""How many rows of a column are read at a time, which keeps what they are on the way small."""


def opened(content: Place, repeated: Sequence[str] = ()) -> pq.ParquetFile:
    """The file with some of its columns as dictionaries; raises what Arrow raises."""
    # Not by a path as text, nor by `read_table`: those load all that Arrow has for folders and stores far away.
    source = pa.BufferReader(content) if isinstance(content, bytes) else pa.OSFile(str(content), "rb")
    return pq.ParquetFile(source, read_dictionary=list(repeated), pre_buffer=False)


def open_parquet(content: Place, table: TableSpec, findings: Findings) -> pq.ParquetFile | None:
    """The file, or None where it cannot be read or has more rows than the table may have."""
    try:
        file = opened(content)
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


class DamagedError(Exception):
    """A file that is damaged inside, found while it is read."""


@dataclass(frozen=True, slots=True)
class Stream:
    """One column of a file, read in parts when it is asked for.

    `nothing` is the column without rows. `repeats`: its texts come as dictionaries. `groups` are the row groups that
    are read: all, if there are none.
    """

    content: Place
    name: str
    nothing: Vector
    repeats: bool
    groups: list[int] | None = None

    def parts(self) -> Iterator[Column]:
        """The column in its own type, part by part; at least one. DamagedError where the file is damaged inside."""
        empty = True
        for part in self._read():
            empty = False
            yield part
        if empty:
            yield combined(pa.chunked_array([self.nothing]))

    def _read(self) -> Iterator[Column]:
        """The parts that have rows.

        From the first dictionary on that may not be as it is written (see `dictionaries.py`), a file is read without
        them. A damaged one may hold any bytes as text, and is not whole either way.
        """
        done = 0
        if self.repeats:
            for part in self._batches([self.name]):
                if part is None:
                    break
                done += len(part)
                yield combined(pa.chunked_array([part]))
            else:
                return
        for part in self._batches([]):
            if part is None:
                raise DamagedError
            known = min(done, len(part))
            done -= known
            if known < len(part):
                yield in_runs(combined(pa.chunked_array([part.slice(known)])))

    def _batches(self, repeated: list[str]) -> Iterator[Vector | None]:
        """The parts as the reader gives them, None after the last one that is good if a further one is not."""
        try:
            with opened(self.content, repeated) as file:
                for batch in file.iter_batches(_ROWS, self.groups, [self.name], use_threads=False):
                    if not repeated:
                        batch.validate(full=True)
                    elif not is_as_written(batch.column(0)):
                        yield None
                        return
                    if batch.num_rows:
                        yield batch.column(0)
        except (pa.ArrowException, OSError, ValueError):
            yield None


def streams(content: Place, file: pq.ParquetFile, names: list[str], groups: list[int] | None = None) -> list[Stream]:
    """The named columns, none of them read yet. DamagedError where the file is damaged inside."""
    try:
        repeated = _repeated(file, list(dict.fromkeys(names)), groups)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DamagedError from error
    nothing = file.schema_arrow.empty_table()
    return [Stream(content, name, nothing.column(name).combine_chunks(), name in repeated, groups) for name in names]


def _repeated(file: pq.ParquetFile, names: list[str], groups: list[int] | None) -> list[str]:
    """The text columns whose values repeat in the first rows.

    The values are looked at, not the file's own statistics: reading those from a damaged file ends the process.
    """
    kinds = {name: file.schema_arrow.field(name).type for name in names}
    texts = [name for name, kind in kinds.items() if pa.types.is_string(kind) or pa.types.is_large_string(kind)]
    first = next(file.iter_batches(_SAMPLE, groups, texts), None) if texts else None
    if first is None:
        return []
    return [name for name in texts if pc.count_distinct(first.column(name)).as_py() * REPEATED <= first.num_rows]
