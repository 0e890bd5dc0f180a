"""From the YAML tree of a facts declaration to the schema that rules are checked against and data is loaded by."""

import re
from collections.abc import Mapping as Names
from dataclasses import field, replace
from unicodedata import normalize

from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass
from quotarules.semantics.fact_columns import Reading, nearest, read_column
from quotarules.semantics.facts_currencies import currency_problems
from quotarules.semantics.facts_history import with_history, with_since
from quotarules.semantics.facts_problems import (
    BadBound,
    BadKey,
    BadLink,
    BadName,
    DuplicateName,
    ReservedName,
    RowNeedsName,
    UnknownColumn,
    UnknownTable,
)
from quotarules.semantics.facts_sources import read_source
from quotarules.syntax.words import HARD_WORDS
from quotarules.syntax.yaml_schema import check_shape
from quotarules.syntax.yaml_tree import Mapping, Node, Scalar, Sequence
from quotarules.values.schema import (
    USUAL_ROWS,
    ColumnKind,
    ColumnSpec,
    DistinctSource,
    FactSchema,
    FileSource,
    TableSpec,
)

LINE_NUMBER = "line number"
LINE = "line"
MOST_ROWS = 1_000_000_000

_NAME = re.compile(r"[^\W\d]\w*")


@dataclass(slots=True)
class _Declared:
    """All tables as they stand in the YAML files, and what was found wrong."""

    bodies: dict[str, tuple[Scalar, Mapping]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_facts(*trees: Node, inline: bool = False) -> tuple[FactSchema | None, tuple[Problem, ...]]:
    """The schema that one or more facts files declare together, or all problems of the declarations.

    With `inline`, as in a Markdown case, a table may go without `from`: its rows stand in a fence of its name.
    """
    shapes = [problem for tree in trees for problem in check_shape(tree, "facts")]
    if shapes:
        return None, tuple(shapes)
    declared = _Declared()
    for tree in trees:
        _declare(tree, declared)
    tables = tuple(_table(key, body, declared, inline=inline) for key, body in declared.bodies.values())
    schema = FactSchema(tuple(table for table in tables if table is not None))
    if len(schema.tables) == len(tables):
        schema = _resolve_distinct(schema, declared.problems)
        _check_names(schema, declared)
        _check_links(schema, declared.problems)
        declared.problems.extend(currency_problems(schema))
        schema = with_history(schema, declared.problems)
    problems = tuple(sorted(declared.problems, key=lambda problem: problem.report().primary.span))
    return (None if problems else schema), problems


def singular(table: str) -> str | None:
    """The word for one row of a table by the plain rules of English, or None where they do not apply."""
    if table == "people":
        return "person"
    for ending, one in (("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x")):
        if table.endswith(ending) and len(table) > len(ending):
            return table.removesuffix(ending) + one
    if table.endswith("s") and not table.endswith("ss") and len(table) > 1:
        return table.removesuffix("s")
    return None


def _declare(tree: Node, declared: _Declared) -> None:
    assert isinstance(tree, Mapping)
    for key, body in tree.entries:
        assert isinstance(body, Mapping)
        name = _name(key, declared.problems)
        first = declared.bodies.setdefault(name, (key, body))
        if first[0] is not key:
            declared.problems.append(DuplicateName(key.span, "table", name, first[0].span))


def _name(node: Scalar, problems: list[Problem], *, is_column: bool = False) -> str:
    """The name NFC; a name that rules could not write is a problem."""
    name = normalize("NFC", node.text)
    if _NAME.fullmatch(name) is None:
        problems.append(BadName(node.span, name))
    elif name in HARD_WORDS:
        problems.append(ReservedName(node.span, name, is_column))
    return name


# --- one table ---------------------------------------------------------------------------------


def _table(key: Scalar, body: Mapping, declared: _Declared, *, inline: bool) -> TableSpec | None:
    """One table; links and `distinct` are followed later. None where its source or key is beyond use."""
    problems = declared.problems
    since = body.get("since")
    name = normalize("NFC", key.text)
    source = read_source(key, body, problems, inline=inline)
    columns = _columns(body, declared)
    names = _key_names(key, body, source, problems)
    if source is None or names is None:
        return None
    line_key = names == (LINE,) and isinstance(word := body.get("key"), Scalar) and word.text == LINE_NUMBER
    if line_key and isinstance(source, FileSource) and source.format == "table":
        why = "is the line number, and the rows of a database's table have none"
        problems.append(BadKey(source.span, name, why, "name the columns of its key"))
    if line_key and LINE in columns:
        problems.append(BadKey(columns[LINE].span, name, "is the line number, and a column is called `line` too", None))
    for part in names:
        if part in columns and columns[part].optional:
            why = f"holds `{part}`, which may be missing"
            problems.append(BadKey(columns[part].span, name, why, "delete `or missing`"))
    if isinstance(source, FileSource) and not line_key:
        unsaid = {part: _key_span(body, part, key) for part in names if part not in columns}
        keys = {part: ColumnSpec(part, ColumnKind.TEXT, optional=False, span=span) for part, span in unsaid.items()}
        columns = keys | columns
    from_day = _name(since, problems, is_column=True) if isinstance(since, Scalar) else None
    if from_day is not None and since is not None:
        columns = with_since(columns, from_day, since.span)
    limit = body.get("at_most_rows")
    return TableSpec(
        name=name,
        each=_each(key, body, names, problems),
        key=names,
        columns=tuple(columns.values()),
        source=source,
        span=key.span,
        line_key=line_key,
        row_limit=USUAL_ROWS if limit is None else _row_limit(limit, problems),
        since=from_day,
    )


def _columns(body: Mapping, declared: _Declared) -> dict[str, ColumnSpec]:
    node = body.get("columns")
    reading = Reading(declared.bodies, declared.problems)
    found: dict[str, ColumnSpec] = {}
    for key, value in node.entries if isinstance(node, Mapping) else ():
        name = _name(key, declared.problems, is_column=True)
        spec = read_column(key, value, reading)
        if name in found:
            declared.problems.append(DuplicateName(key.span, "column", name, found[name].span))
        # A column of unknown type keeps its place, so that a key or link to it is not a second problem.
        found[name] = spec or ColumnSpec(name, ColumnKind.TEXT, optional=False, span=key.span)
    return found


def _key_names(
    key: Scalar, body: Mapping, source: FileSource | DistinctSource | None, problems: list[Problem]
) -> tuple[str, ...] | None:
    match body.get("key"):
        case Scalar(text) if text == LINE_NUMBER and not isinstance(source, DistinctSource):
            return (LINE,)
        case Scalar() as word:
            return (_name(word, problems, is_column=True),)
        case Sequence(items):
            words = [item for item in items if isinstance(item, Scalar)]
            names = tuple(_name(word, problems, is_column=True) for word in words)
            for i, word in enumerate(words):
                if names[i] in names[:i]:
                    problems.append(DuplicateName(word.span, "key column", names[i], words[names.index(names[i])].span))
            return names
        case _ if isinstance(source, DistinctSource):
            return (source.column,)
        case _:
            way_out = f"add `key: COLUMN`, or `key: {LINE_NUMBER}`"
            problems.append(BadKey(key.span, normalize("NFC", key.text), "is not stated", way_out))
            return None


def _key_span(body: Mapping, part: str, table: Scalar) -> Span:
    match body.get("key"):
        case Scalar(span=span):
            return span
        case Sequence(items):
            return next(item.span for item in items if isinstance(item, Scalar) and normalize("NFC", item.text) == part)
        case _:
            return table.span


def _each(key: Scalar, body: Mapping, names: tuple[str, ...], problems: list[Problem]) -> str:
    table = normalize("NFC", key.text)
    stated = body.get("each")
    if isinstance(stated, Scalar):
        return _name(stated, problems)
    one = singular(table)
    if len(names) > 1:
        problems.append(RowNeedsName(key.span, table, f"its key is {' and '.join(f'`{name}`' for name in names)}"))
    elif one is None:
        problems.append(RowNeedsName(key.span, table, f"`{table}` has no plain singular"))
    elif one in HARD_WORDS:
        problems.append(ReservedName(key.span, one, is_column=False))
    return one or table


def _row_limit(node: Node, problems: list[Problem]) -> int:
    assert isinstance(node, Scalar)
    digits = node.text.replace("_", "")
    if len(digits) > len(str(MOST_ROWS)) or int(digits) > MOST_ROWS:
        problems.append(BadBound(node.span, node.text, f"is more rows than the {MOST_ROWS:,} that a table may have"))
        return USUAL_ROWS
    return int(digits)


# --- all tables together -----------------------------------------------------------------------


def _resolve_distinct(schema: FactSchema, problems: list[Problem]) -> FactSchema:
    """Gives each `distinct` table its one column, of the type of the column that it is made of."""
    made: dict[str, TableSpec] = {}
    for table in schema.tables:
        match table.source:
            case DistinctSource(other, column, span):
                found = _column_of(schema, other, column, span, problems)
                if found is not None:
                    made[table.name] = _distinct_table(table, found, span, problems)
            case FileSource():
                pass
    return replace(schema, tables=tuple(made.get(table.name, table) for table in schema.tables))


def _distinct_table(table: TableSpec, found: ColumnSpec, span: Span, problems: list[Problem]) -> TableSpec:
    if len(table.key) != 1:
        problems.append(BadKey(table.span, table.name, "has several columns, and `distinct` makes one", None))
    # The column may itself be the link to this table: then what it holds is text.
    links_back = found.kind is ColumnKind.LINK and found.target == table.name
    base = ColumnSpec(found.name, ColumnKind.TEXT, optional=False, span=span) if links_back else found
    own = replace(base, name=table.key[0], optional=False, span=span, source=None, read=())
    return replace(table, columns=(own,))


def _column_of(schema: FactSchema, table: str, column: str, span: Span, problems: list[Problem]) -> ColumnSpec | None:
    target = schema.table(table)
    if target is None:
        problems.append(UnknownTable(span, table, nearest(table, (known.name for known in schema.tables))))
        return None
    found = target.column(column)
    if found is None:
        near = nearest(column, (known.name for known in target.columns))
        problems.append(UnknownColumn(span, table, column, near))
    return found


def _check_names(schema: FactSchema, declared: _Declared) -> None:
    """The word for one row belongs to one table, and is not the name of another."""
    seen: dict[str, Span] = {table.name: table.span for table in schema.tables}
    for table in schema.tables:
        _, body = declared.bodies[table.name]
        span = each.span if (each := body.get("each")) is not None else table.span
        if each is None and table.each == table.name:
            # It has no plain singular, which is said already.
            continue
        first = seen.setdefault(table.each, span)
        if first is not span or table.each == table.name:
            declared.problems.append(DuplicateName(span, "the name", table.each, first))


def _check_links(schema: FactSchema, problems: list[Problem]) -> None:
    """Every link leads to a table whose rows one value names, by a column that the table has."""
    for table in schema.tables:
        for column in table.columns:
            if column.target is None:
                continue
            target = schema.table(column.target)
            assert target is not None
            if len(target.key) > 1:
                why = f"its key is {' and '.join(f'`{name}`' for name in target.key)} together"
                problems.append(BadLink(column.span, target.name, why, target.span))
            elif column.via is not None:
                _column_of(schema, target.name, column.via, column.span, problems)
            elif target.line_key:
                problems.append(BadLink(column.span, target.name, "its rows are named by line number", target.span))
    if not problems:
        problems.extend(_circles(schema))


def _circles(schema: FactSchema) -> list[Problem]:
    """Keys that are links and lead back to themselves, so that no value says who is meant."""
    step: dict[tuple[str, str], tuple[str, str]] = {}
    specs: dict[tuple[str, str], ColumnSpec] = {}
    for table in schema.tables:
        for column in table.columns:
            target = None if column.target is None else schema.table(column.target)
            if target is not None:
                step[table.name, column.name] = (target.name, column.via or target.key[0])
                specs[table.name, column.name] = column
    return [
        BadLink(specs[at].span, at[0], "its key leads back to itself through links", specs[at].span)
        for at in step
        if _leads_back(at, step)
    ]


def _leads_back(at: tuple[str, str], step: Names[tuple[str, str], tuple[str, str]]) -> bool:
    place = at
    for _ in step:
        if place not in step:
            return False
        place = step[place]
        if place == at:
            return True
    return False
