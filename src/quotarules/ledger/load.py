"""From declared files to a checked ledger: every pass named in `load`, all problems of all files at once."""

from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quotarules.diagnostics.files import Files
from quotarules.diagnostics.problem import Problem
from quotarules.ledger.columns import AT_ONCE, Column, Vector, array_of, typed
from quotarules.ledger.database import Database
from quotarules.ledger.digest import facts_digest
from quotarules.ledger.findings import Findings
from quotarules.ledger.history import with_versions
from quotarules.ledger.in_place import read_in_place
from quotarules.ledger.in_place_links import Asked, bring_keys, check_keys, check_links, links_of
from quotarules.ledger.keys import Links, check_key, check_unique, follow
from quotarules.ledger.lake import Lake
from quotarules.ledger.problems import SetAsideTable
from quotarules.ledger.read_table import Draft, ReadColumn, open_table, read_column, with_columns
from quotarules.ledger.tables import FactTable, Ledger, Unlinked
from quotarules.values.schema import DistinctSource, FactSchema, FileSource, TableSpec


def load(
    schema: FactSchema, files: Files, zone: str, database: Database | None = None, lake: Lake | None = None
) -> tuple[Ledger | None, tuple[Problem, ...]]:
    """The ledger that a checked declaration describes, or the problems of its files, by file and row.

    `zone` is the plan's time zone by its IANA name, in which instants become local minutes. `database` has the tables
    that stand in no file; `lake`, if it is given, checks large tables where they are.
    """
    try:
        return _loaded(schema, files, zone, database, lake)
    finally:
        if lake is not None:
            lake.done()


def _loaded(
    schema: FactSchema, files: Files, zone: str, database: Database | None, lake: Lake | None
) -> tuple[Ledger | None, tuple[Problem, ...]]:
    drafts = _read(schema, files, zone, database, lake)
    for table in schema.tables:
        if isinstance(table.source, DistinctSource):
            drafts[table.name] = _distinct(table, table.source, drafts, lake)
    links = Links(schema, drafts)
    if lake is not None and any(draft.held is not None for draft in drafts.values()):
        _check_both(links, lake)
    else:
        _check_links(links)
    problems = [*_strangers(schema, drafts)]
    for table in schema.tables:
        if isinstance(table.source, FileSource):
            if drafts[table.name].held is None:
                check_key(links, drafts[table.name])
            problems.extend(drafts[table.name].findings.problems())
    if problems:
        return None, tuple(problems)
    return _ledger(links), ()


def _read(
    schema: FactSchema, files: Files, zone: str, database: Database | None, lake: Lake | None
) -> dict[str, Draft]:
    """The tables that have files; columns are read beside each other, mostly without Python's lock."""
    elsewhere = {} if lake is None else read_in_place(schema, files, zone, database, lake)
    here = [table for table in schema.tables if table.name not in elsewhere]
    sources = [(table, table.source) for table in here if isinstance(table.source, FileSource)]
    with ThreadPoolExecutor(AT_ONCE) as readers:
        opening = [readers.submit(open_table, table, source, schema, files, database) for table, source in sources]
        drafts = [draft.result() for draft in opening]
        coming: dict[str, list[Future[ReadColumn]]] = {}
        # The longest first, so that none is left alone at the end.
        for draft in sorted(drafts, key=lambda draft: len(draft.numbers), reverse=True):
            columns = [column for column in draft.spec.columns if column.name in draft.raw]
            coming[draft.spec.name] = [readers.submit(read_column, draft, column, schema, zone) for column in columns]
        read = {
            draft.spec.name: with_columns(draft, (column.result() for column in coming[draft.spec.name]))
            for draft in drafts
        }
    return elsewhere | read


def _distinct(table: TableSpec, source: DistinctSource, drafts: dict[str, Draft], lake: Lake | None) -> Draft:
    """One row for each value of another table's column, in the order in which they come first."""
    origin = drafts[source.table]
    draft = Draft(table, Findings(origin.findings.file), range(0))
    column = origin.columns.get(source.column)
    values: Vector = None
    if lake is not None and origin.held is not None and source.column in origin.held.columns:
        values = lake.distinct(origin.held, source.column)
    elif column is not None:
        values = pc.unique(column.rows()).drop_null()
    if values is not None:
        draft.columns[table.key[0]] = Column(values)
        draft.numbers = range(1, len(values) + 1)
    return draft


def _check_links(links: Links) -> list[Asked]:
    """Follows the links of all rows that are here; gives those that are to be asked about where the rows lie."""
    asked: list[Asked] = []
    for table in links.schema.tables:
        draft = links.drafts.get(table.name)
        if draft is not None and draft.held is not None:
            asked += links_of(links, draft)
        elif draft is not None:
            for column in table.columns:
                follow(links, draft, column)
    return asked


def _check_both(links: Links, lake: Lake) -> None:
    """Links and keys where some tables are here and some elsewhere."""
    bring_keys(links, lake)
    broken = check_links(_check_links(links), lake)
    check_keys(list(links.drafts.values()), broken, lake)


def _strangers(schema: FactSchema, drafts: dict[str, Draft]) -> list[Problem]:
    """What concerns no single file: rows set aside in tables without a file, and columns that links go by."""
    read = {table.name for table in schema.tables if isinstance(table.source, FileSource)}
    for target, name in sorted(_vias(schema)):
        check_unique(drafts[target], name)
    return [SetAsideTable(aside.span, aside.table) for aside in schema.set_aside if aside.table not in read]


def _vias(schema: FactSchema) -> set[tuple[str, str]]:
    """The columns, apart from keys, by which links find rows."""
    columns = (column for table in schema.tables for column in table.columns)
    named = {(column.target, column.via) for column in columns}
    keys = {(table.name, table.key[0]) for table in schema.tables if len(table.key) == 1}
    return {(target, via) for target, via in named if target and via and (target, via) not in keys}


def _ledger(links: Links) -> Ledger:
    schema, drafts = links.schema, links.drafts
    made = [drafts[table.name] for table in schema.tables if table.name in drafts]
    files = tuple(draft.file for draft in made if draft.file is not None)
    here = [draft for draft in made if draft.held is None]
    tables = {draft.spec.name: FactTable(draft.spec, _rows(links, draft), _places(links, draft)) for draft in here}
    return Ledger(
        schema=schema,
        tables=with_versions(schema, tables),
        digest=facts_digest(schema, files),
        files=files,
        replaced=tuple(replacement for draft in made for replacement in draft.replaced),
        unlinked=tuple(unlinked for draft in made for unlinked in _unlinked(draft)),
        set_aside=schema.set_aside,
        elsewhere={draft.spec.name: draft.held for draft in made if draft.held is not None},
    )


def _rows(links: Links, draft: Draft) -> pa.Table:
    """The columns in their declared order and their types; a key by line number comes first."""
    columns: dict[str, Vector] = {}
    if draft.spec.line_key:
        columns[draft.spec.key[0]] = draft.columns[draft.spec.key[0]].values
    for spec in draft.spec.columns:
        column = follow(links, draft, spec)
        assert column is not None, "a table without problems has all its columns"
        columns[spec.name] = typed(links.schema, spec, column)
    return pa.table(columns)


def _places(links: Links, draft: Draft) -> dict[str, Vector]:
    """The rows that links lead to, where they are here and the same on every day that is settled."""
    found: dict[str, Vector] = {}
    for spec in draft.spec.columns:
        rows = links.rows.get((draft.spec.name, spec.name))
        target = links.schema.table(spec.target or "")
        if rows is None or target is None or target.since is not None:
            continue
        if links.drafts[target.name].held is None:
            found[spec.name] = array_of(rows, rows < 0)
    return found


def _unlinked(draft: Draft) -> list[Unlinked]:
    linked = [spec for spec in draft.spec.columns if spec.target is not None and spec.optional]
    counts = [(spec, _missing(draft, spec.name)) for spec in linked]
    return [Unlinked(draft.spec.name, spec.name, count) for spec, count in counts if count]


def _missing(draft: Draft, name: str) -> int:
    """How many rows have no value in a column."""
    if draft.held is not None:
        return draft.held.missing[name]
    return int(np.count_nonzero(draft.columns[name].missing()))
