"""Links followed: the key of the row that a path leads to, and the columns that a path reaches."""

from quotarules.engines.sql.build import case, no, test
from quotarules.engines.sql.context import Context
from quotarules.engines.sql.frames import FrameSource, Join, Lowered, fetch
from quotarules.engines.sql.state import ONE, State, made, small
from quotarules.engines.sql.tree import Absent, DayText, Escaped, Int, KeyText, MinuteText, Ref, Sql, SqlType, Text
from quotarules.plan.nodes import Column
from quotarules.values.schema import COMPANY, ColumnKind, TableSpec

Path = tuple[str, ...]


def target(lowered: Lowered, table: str, path: Path) -> str:
    """The table that a path from a row of `table` leads to."""
    for link in path:
        spec = lowered.plan.schema.table(table)
        column = None if spec is None else spec.column(link)
        assert column is not None, f"{table} has no link {link}"
        assert column.target is not None, f"{table}.{link} is no link"
        table = column.target
    return table


def key_values(lowered: Lowered, table: str, path: Path) -> tuple[Ref, ...]:
    """What the key of the row that a path leads to is compared by; null where a link on the way is missing."""
    frame = lowered.frames[table]
    if not path:
        return tuple(frame.ref(lowered.places.column(table, part)) for part in frame.key)
    through = target(lowered, table, path[:-1])
    return (_at(lowered, table, path, lowered.places.column(through, path[-1])),)


def key_texts(lowered: Lowered, table: str, path: Path) -> tuple[Ref, ...]:
    """The parts of the key itself of the row that a path leads to."""
    frame = lowered.frames[table]
    return (_at(lowered, table, path, path[-1]),) if path else tuple(frame.ref(part) for part in frame.key)


def _at(lowered: Lowered, table: str, path: Path, column: str) -> Ref:
    """A column of the row that all of a path but its last link lead to."""
    if len(path) == 1:
        return lowered.frames[table].ref(column)
    kind = lowered.frames[target(lowered, table, path[:-1])].types[column]
    return fetch(lowered, link_join(lowered, table, path[:-1]), column, kind, ".".join((*path[:-1], column)))


def key_text(lowered: Lowered, table: str, path: Path) -> KeyText:
    """The key of the row that a path leads to, as text."""
    spec = lowered.plan.schema.table(target(lowered, table, path))
    assert spec is not None, "a path leads to a table"
    values = key_texts(lowered, table, path)
    if len(values) == 1:
        return KeyText((_part(spec, spec.key[0], values[0]),))
    parts = []
    for name, value in zip(spec.key, values, strict=True):
        part = _part(spec, name, value)
        plain = part is not value or value.type is not SqlType.TEXT or _is_plain(lowered, spec, name)
        parts.append(part if plain else Escaped(part))
    return KeyText(tuple(parts))


def _part(spec: TableSpec, name: str, value: Ref) -> Sql:
    column = spec.column(name)
    if value.type is SqlType.BOOL:
        return case([(value, Text("yes"))], Text("no"), SqlType.TEXT)
    if value.type is SqlType.SMALL:
        return DayText(value)
    return MinuteText(value) if column is not None and column.kind is ColumnKind.INSTANT else value


def _is_plain(lowered: Lowered, spec: TableSpec, name: str) -> bool:
    """Whether no text of a column holds `%` or `/`; a link holds keys of the table it leads to."""
    column = spec.column(name)
    if column is not None and column.target is not None:
        reached = lowered.plan.schema.table(column.target)
        return reached is not None and _is_plain(lowered, reached, reached.key[0])
    if column is not None and column.kind is ColumnKind.CHOICE:
        return not any("%" in choice or "/" in choice for choice in column.choices)
    return lowered.plain(spec.name, name)


def has_word(context: Context, value: Sql, word: Text, operator: str = "=") -> Sql:
    """The test whether a value is a word, by places where it is a column of choices that has them."""
    places = context.lowered.places
    words = places.words.get((context.table, value.name), ()) if isinstance(value, Ref) and value.alias == "t" else ()
    if not isinstance(value, Ref) or word.value not in words:
        return test(operator, value, word)
    place = context.frame.ref(places.columns[context.table, value.name])
    return test(operator, place, Int(words.index(word.value), SqlType.SMALL))


def link_join(lowered: Lowered, table: str, path: Path) -> tuple[str, str, Path]:
    """The join that brings columns of the table that a path leads to."""
    identity = ("link", table, path)
    if identity not in lowered.joins:
        reached = lowered.frames[target(lowered, table, path)]
        (key,) = reached.key
        part = lowered.places.column(reached.table, key)
        (link,) = key_values(lowered, table, path)
        on = ((link, Ref("j", part, reached.types[part])),)
        lowered.joins[identity] = Join(table, FrameSource(reached.table), on)
    return identity


def company_join(lowered: Lowered, table: str) -> tuple[str, str, Path]:
    """The join that brings columns of the company to every row."""
    identity = ("company", table, ())
    lowered.joins.setdefault(identity, Join(table, FrameSource(COMPANY), ()))
    return identity


def column(context: Context, node: Column) -> State:
    """A column of the context's own row, of a row reached by links, or of the company."""
    lowered, facts = context.lowered, lowered_facts(context.lowered, node.table)
    if not node.path and node.table == context.table:
        if node.name not in facts:
            return context.column(node.table, node.name)
        codes = frozenset() if node.reason is None else frozenset({context.code(node.reason)})
        return State(context.frame.ref(node.name), ONE, codes)
    if not node.path:
        assert node.table == COMPANY, f"{context.table} does not reach {node.table} without a link"
        return _fetched(context, company_join(lowered, context.table), context.column(COMPANY, node.name), node)
    reached = lowered.frames[node.table]
    codes = frozenset() if node.reason is None else frozenset({context.code(node.reason)})
    if (node.name,) == reached.key:
        return State(key_texts(lowered, context.table, node.path)[0], ONE, codes)
    links = key_values(lowered, context.table, node.path)
    join = link_join(lowered, context.table, node.path)
    hint = ".".join((*node.path, node.name))
    if node.name in facts:
        return State(fetch(lowered, join, node.name, reached.types[node.name], hint), ONE, codes)
    state = _fetched(context, join, context.column(node.table, node.name), node)
    if node.reason is None:
        return state
    code = context.code(node.reason)
    missing = Absent(links[0])
    value = state.value
    if not isinstance(value, Ref):
        value = case([(no(missing), value)], None, value.type)
    rest = case([(missing, small(code))], state.code or _only(state), SqlType.SMALL)
    return made(value, state.codes | {code}, rest, state.denominator)


def _only(state: State) -> Sql:
    if not state.codes:
        return case((), None, SqlType.SMALL)
    (code,) = state.codes
    return case([(Absent(state.value), small(code))], None, SqlType.SMALL)


def _fetched(context: Context, join: tuple[str, str, Path], state: State, node: Column) -> State:
    """The state of a computed column in the table that the join is made for."""
    hint = ".".join((*node.path, node.name)) if node.path else f"{COMPANY}.{node.name}"

    def brought(part: Sql, what: str) -> Sql:
        if isinstance(part, Ref):
            return fetch(context.lowered, join, part.name, part.type, hint + what)
        assert isinstance(part, (Int, Text)), "a computed column stands in its frame"
        return part

    code = None if state.code is None else brought(state.code, " state")
    return State(brought(state.value, ""), brought(state.denominator, " per"), state.codes, code)


def lowered_facts(lowered: Lowered, table: str) -> frozenset[str]:
    """The names of the columns that a table has from the facts."""
    return frozenset(lowered.frames[table].facts)
