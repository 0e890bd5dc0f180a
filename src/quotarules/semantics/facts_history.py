"""Row history: a table with `since` becomes two, one with a row a key and one with every version of the rows."""

from dataclasses import replace

from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import Span
from quotarules.semantics.facts_problems import BadHistory
from quotarules.values.period import FIRST_DAY, LAST_DAY
from quotarules.values.schema import (
    LAST_DAY_COLUMN,
    ColumnKind,
    ColumnSpec,
    DistinctSource,
    FactSchema,
    HistorySource,
    TableSpec,
    history_of,
)


def day_column(name: str, span: Span) -> ColumnSpec:
    """A column that holds a day and is never missing."""
    return ColumnSpec(name, ColumnKind.DATE, optional=False, span=span, lowest=FIRST_DAY, highest=LAST_DAY)


def with_history(schema: FactSchema, problems: list[Problem]) -> FactSchema:
    """The schema with the table of all versions after each table that has `since`."""
    tables: list[TableSpec] = []
    for table in schema.tables:
        tables.append(table)
        if table.since is not None and _fits(table, table.since, problems):
            tables.append(_versions(table))
    return replace(schema, tables=tuple(tables))


def _fits(table: TableSpec, since: str, problems: list[Problem]) -> bool:
    column = table.column(since)
    span = table.span if column is None else column.span
    if isinstance(table.source, DistinctSource):
        problems.append(BadHistory(span, table.name, "a table made by `distinct` has no history", "delete `since`"))
    elif len(table.key) != 1 or table.line_key or table.key == (since,):
        why = "what a history is of is named by one column of the key"
        problems.append(BadHistory(span, table.name, why, "write `key:` with the one column that names the row"))
    elif column is not None and column.kind is not ColumnKind.DATE:
        why = f"`{since}` is a column of {column.kind}, and a version begins on a day"
        problems.append(BadHistory(span, table.name, why, f"write `{since}: date`"))
    elif column is not None and column.optional:
        why = f"the day `{since}` may be missing"
        problems.append(BadHistory(span, table.name, why, f"write `{since}: date`"))
    else:
        return True
    return False


def _versions(table: TableSpec) -> TableSpec:
    """All versions: the table's columns, its key as a link to the table, and the last day of each version."""
    key = table.key[0]
    columns = tuple(
        replace(column, kind=ColumnKind.LINK, target=table.name, via=None, choices=()) if column.name == key else column
        for column in table.columns
    )
    assert table.since is not None, "a table without history has no versions"
    return TableSpec(
        name=history_of(table.name),
        each=history_of(table.each),
        key=(key, table.since),
        columns=(*columns, day_column(LAST_DAY_COLUMN, table.span)),
        source=HistorySource(table.name, table.span),
        span=table.span,
        row_limit=table.row_limit,
    )


def with_since(columns: dict[str, ColumnSpec], since: str, span: Span) -> dict[str, ColumnSpec]:
    """The columns of a table with history, the day of its versions among them even where it is not declared."""
    return columns if since in columns else {**columns, since: day_column(since, span)}
