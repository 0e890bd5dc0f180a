"""What a PostgreSQL server is told beside the script's relations: the tables of the facts, and the query of all lines.

It stands apart from the engine because these statements are also printed where no library of PostgreSQL is.
"""

from collections.abc import Mapping

from quotarules.engines.sql.dialects.postgres import PostgresPrinter
from quotarules.engines.sql.gathered import gathered, sort_keys
from quotarules.engines.sql.script import PlanScript
from quotarules.engines.sql.tree import SqlType

PRINTER = PostgresPrinter()

MEANING = {
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "standard_conforming_strings": "on",
    "backslash_quote": "off",
    "transform_null_equals": "off",
    "extra_float_digits": "1",
    "bytea_output": "hex",
}
"""The settings that decide what texts mean and how values are written."""


def settings(values: Mapping[str, str], *, local: bool) -> str:
    """The statement that makes settings; `local`: for the transaction only."""
    parts = (f"set_config('{name}', '{value}', {str(local).lower()})" for name, value in values.items())
    return f"SELECT {', '.join(parts)}"


def table(name: str, kinds: Mapping[str, SqlType]) -> str:
    """The statement that makes the table of a provided relation."""
    columns = ", ".join(_column(column, kind) for column, kind in kinds.items())
    return f"CREATE TEMPORARY TABLE {PRINTER.identifier(name)} ({columns})"


def _column(name: str, kind: SqlType) -> str:
    binary = ' COLLATE "C"' if kind is SqlType.TEXT else ""
    return f"{PRINTER.identifier(name)} {PRINTER.types[kind]}{binary}"


def lines_query(script: PlanScript) -> str:
    """The query of all lines in the order of their keys, texts by their bytes."""
    keys = (f'{key} COLLATE "C"' if key in ("subject", "source") else key for key in sort_keys(script))
    return gathered(PRINTER, script, keys)
