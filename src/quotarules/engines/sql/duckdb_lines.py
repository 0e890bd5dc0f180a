"""The lines of all rules as DuckDB sorts and writes them: at once, or in parts by the subjects that memory holds.

What is sorted is narrow; the texts that all lines of a rule share are put in afterwards, as the values of a type that
holds just these, which is written several times faster than texts.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from quotarules.engines.sql.dialects.duckdb import DuckDbPrinter
from quotarules.engines.sql.duckdb_session import arrow, executed, out_of_room
from quotarules.engines.sql.gathered import gathered, sort_keys, source, text_slots, union
from quotarules.engines.sql.script import PlanScript
from quotarules.engines.sql.state import code_of
from quotarules.engines.sql.tree import Select, SqlType
from quotarules.plan.lines import DUE, EXCLUDED, WAITING, slot_counts
from quotarules.plan.nodes import Plan
from quotarules.records import dataclass

PRINTER = DuckDbPrinter()
FORMAT = "FORMAT parquet, COMPRESSION snappy, PARQUET_VERSION V2, DICTIONARY_SIZE_LIMIT 10000"
"""Columns with many values are written as differences and lengths, without a vain look for words that repeat."""
GROUP_ROWS = 122_880
"""How many lines stand in a row group; DuckDB's number."""


@dataclass(frozen=True, slots=True)
class SortedLines:
    """The query of all lines in order: the types that have to be made first, its columns, and what it sorts by."""

    script: PlanScript
    types: tuple[str, ...]
    columns: tuple[str, ...]
    keys: tuple[str, ...]

    def query(self, where: str | None = None) -> str:
        """The lines, or those of which a condition holds, as the file has them."""
        narrow = "* REPLACE (kind::USMALLINT AS kind, place::USMALLINT AS place)"
        held = gathered(PRINTER, self.script, self.keys, narrow, where)
        return "\n".join(("SELECT", ",\n".join(self.columns), "FROM (", held, ") AS sorted"))

    def copied(self, lines: Path) -> str:
        """The statement that sorts all lines and writes the file."""
        return "\n".join(("COPY (", self.query(), f") TO {PRINTER.text(str(lines))} ({FORMAT})"))

    def counted(self, most: int) -> str:
        """The query of parts of about `most` lines, in order: the kind and first key of each, and its number of lines.

        Lines of one first key are never parted.
        """
        parts = (
            "SELECT kind, min(first), sum(n) FROM (",
            "SELECT kind, first, n, sum(n) OVER (ORDER BY kind, first) - n AS before, sum(n) OVER () AS total FROM (",
            "SELECT kind,",
            self._first,
            "AS first, count(*) AS n FROM (",
            union(PRINTER, self.script),
            ") AS lines GROUP BY ALL) AS counted) AS placed",
            f"GROUP BY kind, before * ((total + {most - 1}) // {most}) // total ORDER BY ALL",
        )
        return "\n".join(parts)

    def conditions(self, starts: Iterable[tuple[int, int | str | None]]) -> Iterator[str]:
        """The condition of each part's lines; a kind whose lines have no first key is one part."""
        for kind, found in groupby(starts, itemgetter(0)):
            _, *others = (start for _, start in found)
            cuts = [_literal(start) for start in others if start is not None]
            for start, end in zip((None, *cuts), (*cuts, None), strict=True):
                tests = [f"kind = {kind}"]
                if start is not None:
                    tests.append(f"{self._first} >= {start}")
                if end is not None:
                    tests.append(f"{self._first} < {end}")
                yield " AND ".join(tests)

    @property
    def _first(self) -> str:
        return PRINTER.identifier(self.script.order.keys[0])


def write_lines(
    connection: duckdb.DuckDBPyConnection, plan: Plan, script: PlanScript, lines: Path, at_once: int | None
) -> None:
    """Sort the lines of all rules and write the file; where there may be more than `at_once`, in parts.

    What the sort of all lines holds is the most that a settlement needs; a part is meant to fit into memory.
    """
    held = sorted_lines(plan, script)
    for statement in held.types:
        executed(connection, statement)
    parts = [] if at_once is None else _parts(connection, held, at_once)
    if not parts:
        executed(connection, held.copied(lines))
        return
    conditions = held.conditions((kind, first) for kind, first, _ in parts)
    try:
        written = _write_parts((arrow(connection, held.query(where), GROUP_ROWS) for where in conditions), lines)
        assert written == sum(count for _, _, count in parts), "a line is in no part, or in several"
    except BaseException as error:
        # The writer closes what it has as if it were all.
        with suppress(OSError):
            lines.unlink()
        if isinstance(error, OSError):
            raise out_of_room(error) from error
        raise


def _write_parts(parts: Iterator[pa.Table], lines: Path) -> int:
    """Write one part while the next one is sorted; gives the number of lines."""
    part = next(parts)
    rows = part.num_rows
    with _writer(lines, part.schema) as writer, ThreadPoolExecutor(1) as beside:
        written = beside.submit(writer.write_table, part, GROUP_ROWS)
        for part in parts:
            written.result()
            written = beside.submit(writer.write_table, part, GROUP_ROWS)
            rows += part.num_rows
        written.result()
    return rows


def _parts(
    connection: duckdb.DuckDBPyConnection, held: SortedLines, at_once: int
) -> list[tuple[int, int | str | None, int]]:
    """Each part's kind, first key and number of lines; none where all lines are few, or some part has too many."""
    # While a part is sorted, the one before it is written, and both are held as columns.
    parts = executed(connection, held.counted(max(1, at_once // 4))).fetchall()
    counts = [count for _, _, count in parts]
    if len(parts) < 2 or not 2 * max(counts) <= at_once < sum(counts):
        return []
    return parts


def _writer(lines: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """Numbers as differences, sources with their lengths, other texts as dictionaries.

    What a row group's subjects lie between is told to whoever queries the file.
    """
    numbers = {field.name: "DELTA_BINARY_PACKED" for field in schema if pa.types.is_int64(field.type)}
    decimals = {field.name for field in schema if pa.types.is_decimal(field.type)}
    columns: dict[str, Any] = {
        "use_dictionary": [name for name in schema.names if name not in {*numbers, *decimals, "source"}],
        "column_encoding": numbers | {"source": "DELTA_LENGTH_BYTE_ARRAY"},
        "write_statistics": ["subject"],
    }
    return pq.ParquetWriter(lines, schema, compression="snappy", store_schema=False, **columns)


def sorted_lines(plan: Plan, script: PlanScript) -> SortedLines:
    """The query of a script's lines."""
    types = _Types({})
    shared = _shared(plan, script, types)
    columns = [
        shared["subject_kind"],
        "subject",
        shared["account"],
        shared["rule"],
        source(PRINTER, script),
        shared["status"],
        _number(script.lines[0], "amount"),
        shared["reason"],
    ]
    numbers, _ = slot_counts(plan)
    columns += [_number(script.lines[0], f"n{place}") for place in range(numbers)]
    columns += text_slots(plan, script, types.value)
    keys = tuple(PRINTER.identifier(name) for name in sort_keys(script))
    return SortedLines(script, tuple(types.statements()), tuple(columns), keys)


def lines_statements(plan: Plan, script: PlanScript, lines: Path) -> tuple[str, ...]:
    """The statements that gather the lines of all rules, sort them at once and write the file."""
    held = sorted_lines(plan, script)
    return *held.types, held.copied(lines)


@dataclass(frozen=True, slots=True)
class _Types:
    """The types that hold nothing but certain texts, by these.

    Each has a name: written out beside every text that has it, a type of some hundred reasons would make most of the
    statement, and DuckDB reads text slowly.
    """

    names: dict[tuple[str, ...], str]

    def value(self, text: str, texts: tuple[str, ...]) -> str:
        """One of the texts as a value of the type that holds them all."""
        name = self.names.setdefault(texts, PRINTER.identifier(f"texts {len(self.names) + 1}"))
        return f"{PRINTER.text(text)}::{name}"

    def statements(self) -> Iterator[str]:
        """What makes the types that were asked for."""
        for texts, name in self.names.items():
            yield f"CREATE TEMP TYPE {name} AS ENUM ({', '.join(map(PRINTER.text, texts))})"


def _shared(plan: Plan, script: PlanScript, types: _Types) -> dict[str, str]:
    """By the name of a lines column, the text that the place or code of a line stands for."""
    reasons = ((reason.text, f"code = {code_of(plan, place)}") for place, reason in enumerate(plan.reasons))
    held = {
        "subject_kind": _by_place("kind", script.order.kinds),
        "account": _by_place("place", (account for account, _ in script.order.rules)),
        "rule": _by_place("place", (rule for _, rule in script.order.rules)),
        "status": ((DUE, "code IS NULL"), (WAITING, "code < 0"), (EXCLUDED, "TRUE")),
        "reason": (("", "code IS NULL"), *reasons),
    }
    return {name: f"{_chosen(texts, types)} AS {name}" for name, texts in held.items()}


def _by_place(column: str, texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple((text, f"{column} = {place}") for place, text in enumerate(texts))


def _chosen(texts: tuple[tuple[str, str], ...], types: _Types) -> str:
    """The text beside the condition that holds; one does."""
    all_of_them = tuple(dict.fromkeys(text for text, _ in texts))
    *first, (last, _) = texts
    whens = " ".join(f"WHEN {condition} THEN {types.value(text, all_of_them)}" for text, condition in first)
    rest = types.value(last, all_of_them)
    return f"CASE {whens} ELSE {rest} END" if first else rest


def _number(select: Select, name: str) -> str:
    """A column of integers; Parquet has no 128 bits but in decimals."""
    kind = next(column.value.type for column in select.columns if column.name == name)
    return f"CAST({name} AS DECIMAL(38, 0)) AS {name}" if kind is SqlType.WIDE else name


def _literal(key: int | str) -> str:
    return PRINTER.text(key) if isinstance(key, str) else str(key)
