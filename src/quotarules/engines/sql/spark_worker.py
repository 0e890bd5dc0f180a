"""What a worker of Spark does with a part of a table: check it as the ledger does, and write what it became."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyspark.serializers import CPickleSerializer

from quotarules.engines.sql import facts
from quotarules.engines.sql.spark_checked import as_text
from quotarules.engines.sql.tree import SqlType
from quotarules.ledger.columns import Vector, never_falls, plain
from quotarules.ledger.findings import TOLD, as_rows
from quotarules.ledger.keys import has_repeated
from quotarules.ledger.lake import Checked, KeyEnds, Part
from quotarules.ledger.parquet import DamagedError
from quotarules.ledger.part import OtherFileError, check_part, stored_names, typed_columns
from quotarules.ledger.read_table import Draft
from quotarules.ledger.tables import NUMBER
from quotarules.records import dataclass
from quotarules.values.schema import FactSchema

UNFIT = "!"
"""What a worker says begins with this if it cannot do the work; why ends a sentence about it."""
_DAMAGED = Checked(0, 0, (), (), {}, (), {}, {}, None, None, damaged=True)


@dataclass(frozen=True, slots=True)
class Job:
    """Parts of tables to be checked, each with the folder for what it becomes."""

    schema: FactSchema
    zone: str
    parts: tuple[Part, ...]
    folders: dict[str, str]


def run(job: bytes, place: int) -> str:
    """Check one part of a job; see `spark_checked` for what is told."""
    serializer: Any = CPickleSerializer()
    given: Job = serializer.loads(job)
    part = given.parts[place]
    try:
        draft = check_part(given.schema, given.zone, part)
    except DamagedError:
        return as_text(_DAMAGED)
    except OtherFileError:
        return f"{UNFIT}`{part.path}` is not there, or is another file"
    columns = typed_columns(given.schema, draft)
    stored = pa.table({name: facts.numbered(pa.chunked_array([values])) for name, values in columns.items()})
    if columns:
        _write(draft, stored, Path(given.folders[part.table]) / f"part-{part.first:012}.parquet")
    return as_text(_checked(draft, columns, stored))


def _write(draft: Draft, stored: pa.Table, path: Path) -> None:
    """The typed rows as a Parquet file, which is there as a whole or not at all: a task may run twice."""
    names = stored_names(draft.spec)
    named = stored.rename_columns([names[name] for name in stored.column_names])
    held = named.append_column(NUMBER, pa.array(as_rows(draft.numbers), pa.int64()))
    beside = path.with_name(f".{path.name}.{uuid4().hex}")
    pq.write_table(held, beside, store_schema=False)
    beside.replace(path)


def _checked(draft: Draft, columns: dict[str, Vector], stored: pa.Table) -> Checked:
    told = sorted(draft.findings.told, key=lambda item: item[:2])[:TOLD]
    texts = [name for name, kind in facts.sql_types(stored).items() if kind is SqlType.TEXT]
    replaced: dict[str, tuple[int, ...]] = {}
    for item in draft.replaced:
        replaced[item.column] = (*replaced.get(item.column, ()), item.count)
    return Checked(
        rows=len(draft.numbers),
        count=draft.findings.count,
        told=tuple((row, problem) for row, _, problem in told),
        columns=tuple(columns),
        ends={name: ends for name in columns if (ends := _ends(stored.column(name))) is not None},
        plain=tuple(name for name in texts if facts.is_plain(stored, name)),
        missing={name: values.null_count for name, values in columns.items()},
        replaced=replaced,
        key_ends=_key_ends(draft, columns),
        whole=None if draft.file is None else draft.file.sha256,
    )


def _ends(column: "pa.ChunkedArray[Any]") -> tuple[int, int] | None:
    if facts.sql_type(column.type) in (SqlType.TEXT, SqlType.BOOL) or column.null_count == len(column):
        return None
    ends: Any = pc.min_max(column)
    return int(ends["min"].as_py()), int(ends["max"].as_py())


def _key_ends(draft: Draft, columns: dict[str, Vector]) -> KeyEnds | None:
    """The first and the last value of the key's first column where it never falls and no key comes twice."""
    names = draft.spec.key
    if draft.spec.line_key or not all(name in columns for name in names) or not len(draft.numbers):
        return None
    leading = plain(columns[names[0]])
    if not (pa.types.is_string(leading.type) or pa.types.is_int64(leading.type)) or leading.null_count:
        return None
    if not never_falls(leading) or has_repeated([draft.columns[name] for name in names]):
        return None
    return leading[0].as_py(), leading[-1].as_py()
