"""The rows of a loaded ledger as plain Python values, with links to follow and versions to choose from.

Amounts are exact fractions; a day is the number of days since 1970-01-01, an instant the number of local minutes since
then; a link is the key that it leads to; what is missing is NOTHING.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

import pyarrow as pa

from quotarules.ledger.tables import FactTable, Ledger
from quotarules.values.schema import ColumnKind, ColumnSpec, TableSpec, history_of
from second.states import NOTHING, WAITS, State

Plain = Fraction | bool | int | str
KeyPart = int | str
Key = tuple[KeyPart, ...]
EPOCH = date(1970, 1, 1)
_AMOUNTS = (ColumnKind.COUNT, ColumnKind.NUMBER, ColumnKind.PERCENT, ColumnKind.MONEY)


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A row of a table, or one version of it; `source` is its key as text. `cells` hold WAITS where nobody can tell."""

    table: str
    key: Key
    source: str
    cells: Mapping[str, Plain | State]


@dataclass(frozen=True, slots=True)
class Version:
    """A row as it stands from `since` through `last`."""

    since: int
    last: int
    row: Row


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a table as they stand at the end of the period; `versions` are those of a table with a history.

    `coming` holds the keys of rows that begin only after the period.
    """

    spec: TableSpec
    rows: tuple[Row, ...]
    by_key: Mapping[Key, Row]
    versions: Mapping[Key, tuple[Version, ...]]
    coming: frozenset[Key]


Facts = Mapping[str, Table]


def facts_at(ledger: Ledger, last_day: int) -> Facts:
    """All tables that rules can name, each row with a history being the version in force on the period's last day."""
    tables = (table for table in ledger.tables.values() if ledger.schema.table(table.spec.name) is not None)
    return {table.spec.name: _table(ledger, table, last_day) for table in tables}


def _table(ledger: Ledger, loaded: FactTable, last_day: int) -> Table:
    spec = loaded.spec
    if spec.since is None:
        rows = _rows(spec, loaded.rows)
        return Table(spec, rows, {row.key: row for row in rows}, {}, frozenset())
    versions: dict[Key, list[Row]] = defaultdict(list)
    for row in _rows(spec, ledger.tables[history_of(spec.name)].rows):
        versions[row.key].append(row)
    found = {key: _in_turn(spec.since, rows) for key, rows in versions.items()}
    # A row that is not there yet stands in the table all the same, for what links to it.
    stood = {key: version_at(held, last_day) or held[0] for key, held in found.items()}
    coming = frozenset(key for key, held in found.items() if held[0].since > last_day)
    now = {key: version.row for key, version in stood.items()}
    return Table(spec, tuple(now.values()), now, found, coming)


def _in_turn(since: str, rows: list[Row]) -> tuple[Version, ...]:
    days = sorted(((_whole(row.cells[since]), row) for row in rows), key=lambda item: item[0])
    ends = [day - 1 for day, _ in days[1:]] + [date.max.toordinal() - EPOCH.toordinal()]
    return tuple(Version(day, end, row) for (day, row), end in zip(days, ends, strict=True))


def version_at(versions: tuple[Version, ...], day: int) -> Version | None:
    """The version in force on a day, if there is one."""
    return next((version for version in versions if version.since <= day <= version.last), None)


def unknown_row(table: Table, key: Key) -> Row:
    """The row of somebody of whom no version is in force: all but the key waits."""
    known = table.by_key[key]
    held = {name: cell if name in table.spec.key else WAITS for name, cell in known.cells.items()}
    return Row(known.table, key, known.source, held)


# --- cells -------------------------------------------------------------------------------------------


def _rows(spec: TableSpec, rows: pa.Table) -> tuple[Row, ...]:
    specs = {column.name: column for column in spec.columns}
    raw = {name: _raw(rows, name) for name in rows.column_names}
    cells = {name: [_cell(specs.get(name), value) for value in values] for name, values in raw.items()}
    return tuple(
        Row(
            spec.name,
            tuple(_key_part(raw[name][at]) for name in spec.key),
            source_text(tuple(_shown(specs.get(name), raw[name][at]) for name in spec.key)),
            {name: values[at] for name, values in cells.items()},
        )
        for at in range(rows.num_rows)
    )


def _raw(rows: pa.Table, name: str) -> list[object]:
    column = rows.column(name)
    values = column.cast(pa.int32()) if pa.types.is_date(column.type) else column
    return list(values.to_pylist())


def _cell(column: ColumnSpec | None, value: object) -> Plain | State:
    match value:
        case None:
            return NOTHING
        case bool() | str():
            return value
        case _ if column is not None and column.kind in _AMOUNTS:
            return Fraction(int(str(value)), 10**column.scale)
        case _:
            return int(str(value))


def _key_part(value: object) -> KeyPart:
    return value if isinstance(value, str | int) else int(str(value))


def _whole(cell: Plain | State) -> int:
    assert isinstance(cell, int), "a day is a whole number"
    return cell


def _shown(column: ColumnSpec | None, value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case int() if column is not None and column.kind is ColumnKind.DATE:
            return str(EPOCH + timedelta(days=value))
        case int() if column is not None and column.kind is ColumnKind.INSTANT:
            day, minutes = divmod(value, 24 * 60)
            return f"{EPOCH + timedelta(days=day)} {minutes // 60:02d}:{minutes % 60:02d}"
        case _:
            return str(value)


def source_text(parts: tuple[str, ...]) -> str:
    """A key as the source of a line: one part as it is; several joined by `/`, each with its `%` and `/` escaped."""
    if len(parts) == 1:
        return parts[0]
    return "/".join(part.replace("%", "%25").replace("/", "%2F") for part in parts)


# --- links -------------------------------------------------------------------------------------------


def follow(facts: Facts, row: Row, path: tuple[str, ...]) -> Row | State:
    """The row to which links lead, as it stands at the period's end; NOTHING where a link is missing."""
    for link in path:
        cell = row.cells[link]
        if isinstance(cell, State):
            return cell
        column = facts[row.table].spec.column(link)
        assert column is not None, f"{row.table} has a link {link}"
        assert column.target is not None, f"{link} is a link"
        assert isinstance(cell, int | str), "a key is a number or a text"
        row = facts[column.target].by_key[cell,]
    return row
