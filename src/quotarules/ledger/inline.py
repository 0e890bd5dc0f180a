"""Facts that stand in fences of a Markdown case instead of in files."""

from collections.abc import Mapping
from dataclasses import replace

from quotarules.diagnostics.files import MemoryFiles
from quotarules.values.schema import FactSchema, FileSource, TableSpec


def inline(schema: FactSchema, bodies: Mapping[str, str], name: str) -> tuple[FactSchema, MemoryFiles]:
    """The schema with each table read from its fence, and the fences as files called `<name>#<table>`.

    A fence is CSV in the formats that hold where none are stated, and its header has the columns' declared names. A
    table without a fence has no rows. What else a column declares, such as `read` or its spelling of yes, holds.
    """
    tables = tuple(_from_fence(table, name) for table in schema.tables)
    texts = {
        table.source.path: bodies[table.name] if table.name in bodies else _header(table)
        for table in tables
        if isinstance(table.source, FileSource)
    }
    contents = {path: text.encode("utf-8") for path, text in texts.items()}
    return replace(schema, tables=tables), MemoryFiles(contents)


def _from_fence(table: TableSpec, name: str) -> TableSpec:
    if not isinstance(table.source, FileSource):
        return table
    columns = tuple(replace(column, source=None) for column in table.columns)
    return replace(table, columns=columns, source=FileSource(f"{name}#{table.name}", "csv", table.source.span))


def _header(table: TableSpec) -> str:
    """A header without rows; a table of nothing but line numbers still needs a word there."""
    return (",".join(column.name for column in table.columns) or table.name) + "\n"
