"""Facts that stand in tables of the server, for the ledger: as they stood at one moment, and as exact values."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from threading import Lock
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from quotarules.engines.sql.dialects.postgres import PostgresPrinter
from quotarules.engines.sql.postgres_session import transaction
from quotarules.ledger.columns import Vector, apply
from quotarules.ledger.database import Stored
from quotarules.ledger.texts import keys_of

PRINTER = PostgresPrinter()
PUBLIC = "public"
"""The schema of a table that is named without one."""

_WHOLE = ("smallint", "integer", "bigint")
_TEXTS = ("text", "character varying", "character", "uuid", "name")
_INEXACT = ("real", "double precision")
_NARROW_DIGITS, _WIDE_DIGITS = 38, 76

_COLUMNS = b"""
SELECT a.attname,
  CASE WHEN t.typtype = 'e' OR t.typname = 'citext' THEN 'text'
    ELSE format_type(CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE a.atttypid END, NULL) END
FROM pg_attribute a
  JOIN pg_class c ON c.oid = a.attrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_type t ON t.oid = a.atttypid
WHERE n.nspname = %s AND c.relname = %s AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
"""


@contextmanager
def tables(url: str) -> Iterator["PostgresTables"]:
    """The tables of the database at a URL; rows that the user may not see are an error, not left out."""
    with transaction(url) as connection:
        connection.execute(b"SET LOCAL row_security = off")
        yield PostgresTables(connection)


class PostgresTables:
    """See `ledger.database.Database`; one thread at a time is served."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection
        self.lock = Lock()
        self.known: dict[str, dict[str, str]] = {}

    def columns(self, table: str) -> tuple[str, ...] | None:
        """The names of a table's columns, None where there is no such table."""
        with self.lock:
            return tuple(self._types(table)) or None

    def read(self, table: str, columns: tuple[str, ...], order: tuple[str, ...]) -> Stored:
        """The columns, in the order of some of them."""
        with self.lock:
            types = self._types(table)
            text = self._copied(table, columns, order, types)
        held = _texts(text, columns)
        found = {name: _typed(held.column(name), types[name]) for name in columns}
        keys = keys_of([held.column(name) for name in order])
        return Stored(found, keys, held.num_rows, sha256(text).hexdigest())

    def _types(self, table: str) -> dict[str, str]:
        """The type of each column as the catalog says it, without its length; of a domain what it is made of."""
        if table not in self.known:
            rows = self.connection.execute(_COLUMNS, _split(table)).fetchall()
            self.known[table] = {str(column): str(kind) for column, kind in rows}
        return self.known[table]

    def _copied(self, table: str, columns: tuple[str, ...], order: tuple[str, ...], types: dict[str, str]) -> bytes:
        """The rows as CSV; the order is one of bytes, so that the same rows are the same text."""
        named = [_written(PRINTER.identifier(name), types[name]) for name in columns]
        sorted_by = ", ".join(f'CAST({PRINTER.identifier(name)} AS text) COLLATE "C"' for name in order)
        source = ".".join(PRINTER.identifier(part) for part in _split(table))
        query = " ".join(("SELECT", ", ".join(named), "FROM", source, "ORDER BY", sorted_by))
        with self.connection.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)".encode()) as copy:
            return b"".join(bytes(row) for row in copy)


def _split(table: str) -> tuple[str, str]:
    schema, dot, name = table.rpartition(".")
    return (schema, name) if dot else (PUBLIC, name)


def _written(column: str, kind: str) -> str:
    """A column as its text is to be: moments as those of UTC, numbers and texts without what only fills them up."""
    match kind:
        case "timestamp with time zone":
            return f"{column} AT TIME ZONE 'UTC'"
        case "numeric":
            return f"trim_scale({column})"
        case "character":
            return f"CAST({column} AS text)"
        case _:
            return column


def _texts(content: bytes, columns: tuple[str, ...]) -> pa.Table:
    if not content:
        return pa.table({name: pa.array([], pa.string()) for name in columns})
    return arrow_csv.read_csv(
        BytesIO(content),
        read_options=arrow_csv.ReadOptions(column_names=list(columns)),
        parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
        convert_options=arrow_csv.ConvertOptions(
            column_types={name: pa.string() for name in columns},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )


def _typed(texts: Vector, kind: str) -> Vector | str:
    """Written values in the type of their column, or words for a type that holds nothing exact.

    They stay texts where one of them is no value of an Arrow type (`infinity`, `NaN`): it is then a wrong value.
    """
    if kind in _INEXACT:
        return f"floating-point numbers ({kind}), which are not exact"
    try:
        match kind:
            case "boolean":
                return apply("equal", texts, "t")
            case "date":
                return texts.cast(pa.date32())
            case "timestamp without time zone":
                return texts.cast(pa.timestamp("us"))
            case "timestamp with time zone":
                return texts.cast(pa.timestamp("us")).cast(pa.timestamp("us", tz="UTC"))
            case "numeric":
                return texts.cast(_decimal(texts))
            case kind if kind in _WHOLE:
                return texts.cast(pa.int64())
            case kind if kind in _TEXTS:
                return texts
            case _:
                return f"values of type {kind}"
    except pa.ArrowInvalid:
        return texts


def _decimal(texts: Vector) -> pa.DataType:
    """The narrowest type for all numbers, with as many places as the longest of them has."""
    lengths = apply("binary_length", texts)
    points = apply("find_substring", texts, options=pc.MatchSubstringOptions("."))
    # What has no point has it, so to say, at -1: its "places" are then one more than all its digits.
    behind = apply("subtract", apply("subtract", lengths, points), 1)
    places: Any = apply("max", apply("if_else", apply("less", points, 0), 0, behind))
    longest: Any = apply("max", lengths)
    scale, size = int(places.as_py() or 0), int(longest.as_py() or 0)
    if size <= _NARROW_DIGITS:
        return pa.decimal128(_NARROW_DIGITS, scale)
    return pa.decimal256(_WIDE_DIGITS, min(scale, _WIDE_DIGITS))
