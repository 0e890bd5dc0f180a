"""The queries of a lowering: for each table a chain of relations, one for each level, and the groups between them."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace

from quotarules.engines.sql.build import has_window, refs, test, with_values
from quotarules.engines.sql.frames import (
    Calculated,
    Fetched,
    FrameSource,
    GroupSource,
    Join,
    Lowered,
    StaticSource,
)
from quotarules.engines.sql.levels import Levels, Needed, Place, group_places, join_side, levels, needed, places
from quotarules.engines.sql.tree import Int, Joined, Named, Ref, Relation, Select, Sql, SqlType, Test
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class Root:
    """A final query over the rows of a table: the expressions that it reads; `again`: it runs several times."""

    table: str
    reads: tuple[Sql, ...]
    again: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """The relations in the order in which they are made, and the relation that each root reads."""

    relations: tuple[Relation, ...]
    sources: tuple[str, ...]


def facts_relation(table: str) -> str:
    """The name of the relation of a table's facts."""
    return f"facts {table}"


def schedule(lowered: Lowered, roots: Sequence[Root], filters: dict[str, tuple[Sql, ...]]) -> Script:
    """The script that makes everything that the roots read; `filters` restrict the rows of tables where possible."""
    start = [place for root in roots for place in places(root.table, root.reads)]
    tables = {root.table for root in roots}
    held: set[str] = set()
    need = needed(lowered, start)
    while True:
        # What restricts a table is read too, and may bring in further tables.
        tables |= {table for table, _ in need.columns}
        if tables <= held:
            break
        start += [place for table in sorted(tables - held) for place in places(table, filters.get(table, ()))]
        held |= tables
        need = needed(lowered, start)
    return _Scheduling(lowered, roots, filters, need, levels(lowered, need)).script()


class _Scheduling:
    """Names the relations, finds out who reads which, and writes them in order."""

    def __init__(
        self,
        lowered: Lowered,
        roots: Sequence[Root],
        filters: dict[str, tuple[Sql, ...]],
        need: Needed,
        found: Levels,
    ) -> None:
        self.lowered = lowered
        self.roots = roots
        self.need = need
        self.levels = found
        self.stages: dict[str, list[int]] = {}
        for (table, name), level in found.columns.items():
            known = self.stages.setdefault(table, [0])
            if level not in known and name in lowered.frames[table].added:
                known.append(level)
        for root in roots:
            self.stages.setdefault(root.table, [0])
        for known in self.stages.values():
            known.sort()
        self.filters: dict[tuple[str, int], tuple[Sql, ...]] = {}
        for table, tests in filters.items():
            self._place_filter(table, tests)
        self.last_read: dict[Place, int] = {}
        self.readers: dict[str, int] = {}
        self.names: dict[Hashable, str] = {}
        self.taken: set[str] = set()

    def _place_filter(self, table: str, tests: tuple[Sql, ...]) -> None:
        if table not in self.stages:
            return
        at = max(1, self.level(table, tests))
        stage = next((stage for stage in self.stages[table] if stage >= at), None)
        if stage is not None:
            self.filters[table, stage] = tests

    def level(self, table: str, values: Iterable[Sql]) -> int:
        return max((self.levels.columns[place] for place in places(table, values)), default=0)

    def stage(self, table: str, level: int) -> int:
        """The stage that stands for a level: the last one that is not above it."""
        return max(known for known in self.stages.get(table, [0]) if known <= level)

    def script(self) -> Script:
        made = sorted((level, table) for table in self.stages for level in self.stages[table] if level)
        groups = sorted({(level, identity) for (identity, _), level in self.levels.grouped.items()}, key=repr)
        self._read_all(groups)
        relations: list[Relation] = []
        highest = max([0, *(level for level, _ in made), *(level for level, _ in groups)])
        for level in range(highest + 1):
            relations += [self._stage(table, level) for at, table in made if at == level]
            relations += [self._group(identity, level) for at, identity in groups if at == level]
        sources = tuple(self._source(root) for root in self.roots)
        return Script(tuple(self._kept(relations)), sources)

    def _source(self, root: Root) -> str:
        name = self.relation(root.table, self.level(root.table, root.reads))
        self.readers[name] += root.again
        return name

    # --- who reads what ---------------------------------------------------------------------------

    def _read(self, table: str, level: int, names: Iterable[str]) -> None:
        stage = self.stage(table, level)
        for name in names:
            self.last_read[table, name] = max(stage, self.last_read.get((table, name), 0))

    def _read_all(self, groups: Sequence[tuple[int, Hashable]]) -> None:
        for table, name in self.need.columns:
            added = self.lowered.frames[table].added.get(name)
            if isinstance(added, Calculated):
                below = self.levels.columns[table, name] - 1
                self._read(table, below, (ref.name for ref in refs(added.value)))
        for (table, stage), tests in self.filters.items():
            brought = {ref.name for part in tests for ref in refs(part) if self.levels.columns[table, ref.name] < stage}
            self._read(table, stage - 1, brought)
        for identity, level, names in self._joins():
            join = self.lowered.joins[identity]
            self._read(join.table, level - 1, (name for _, name in places(join.table, join_side(join))))
            if isinstance(join.source, FrameSource):
                table = join.source.table
                at = max(self.levels.columns[table, name] for name in names)
                self._read(table, at, (*names, *(key.name for _, key in join.on if isinstance(key, Ref))))
        for level, identity in groups:
            group = self.lowered.groups[identity]
            for table, name in group_places(group, self._totals(identity, level)):
                self._read(table, level, (name,))
        for root in self.roots:
            reads = places(root.table, root.reads)
            self._read(root.table, self.level(root.table, root.reads), (name for _, name in reads))

    def _joins(self) -> list[tuple[Hashable, int, tuple[str, ...]]]:
        """Each join with the level at which it is made and the columns that it brings there."""
        found: dict[tuple[Hashable, int], list[str]] = {}
        for (identity, name), level in self.levels.joined.items():
            found.setdefault((identity, level), []).append(name)
        return [(identity, level, tuple(names)) for (identity, level), names in found.items()]

    def _totals(self, identity: Hashable, level: int) -> tuple[str, ...]:
        return tuple(name for (known, name), at in self.levels.grouped.items() if known == identity and at == level)

    # --- relations --------------------------------------------------------------------------------

    def name(self, identity: Hashable, wanted: str) -> str:
        if identity not in self.names:
            name, count = wanted, 1
            while name.casefold() in self.taken:
                count += 1
                name = f"{wanted} {count}"
            self.taken.add(name.casefold())
            self.names[identity] = name
        return self.names[identity]

    def relation(self, table: str, level: int) -> str:
        """The relation of a table that has the columns of a level; asking counts as reading."""
        stage = self.stage(table, level)
        name = facts_relation(table)
        if stage:
            name = self.name(("stage", table, stage), f"{table} {self.stages[table].index(stage)}")
        self.readers[name] = self.readers.get(name, 0) + 1
        return name

    def _stage(self, table: str, level: int) -> Relation:
        frame = self.lowered.frames[table]
        source = self.relation(table, level - 1)
        name = self.name(("stage", table, level), f"{table} {self.stages[table].index(level)}")
        columns: list[Named] = []
        comments: list[str] = []
        for known in (*frame.facts, *frame.added):
            place = (table, known)
            if place in self.need.columns and self.levels.columns[place] < level <= self.last_read.get(place, 0):
                columns.append(Named(known, frame.ref(known)))
        for known, added in frame.added.items():
            if isinstance(added, Calculated) and self.levels.columns.get((table, known)) == level:
                columns.append(Named(known, added.value))
                comments += [added.comment] if added.comment else []
        joins: list[Joined] = []
        for identity, at, names in self._joins():
            join = self.lowered.joins[identity]
            if at == level and join.table == table:
                alias = f"j{len(joins) + 1}"
                joins.append(self._join(join, level, names, alias))
                columns += [self._brought(table, identity, brought, alias) for brought in names]
        fresh = {column.name: column.value for column in columns}
        where = tuple(with_values(part, fresh) for part in self.filters.get((table, level), ()))
        if not columns:
            columns.append(Named("one", Int(1, SqlType.SMALL)))
        return Relation(
            name, Select(tuple(columns), source, "t", tuple(joins), where), kept=False, comment=tuple(comments)
        )

    def _brought(self, table: str, identity: Hashable, name: str, alias: str) -> Named:
        frame = self.lowered.frames[table]
        for known, added in frame.added.items():
            if isinstance(added, Fetched) and added.join == identity and added.name == name:
                return Named(known, Ref(alias, name, frame.types[known]))
        raise AssertionError("a join brings only what was asked for")

    def _join(self, join: Join, level: int, names: tuple[str, ...], alias: str) -> Joined:
        match join.source:
            case FrameSource(table):
                at = max(self.levels.columns[table, name] for name in names)
                relation = self.relation(table, at)
            case GroupSource(group):
                at = max(self.levels.grouped[group, name] for name in names)
                assert at < level, "a group is made before it is joined"
                relation = self.name(("group", group, at), "")
                self.readers[relation] = self.readers.get(relation, 0) + 1
            case StaticSource(name):
                relation = name
        on = [test("=", left, _to_alias(right, alias)) for left, right in join.on]
        on += [_to_alias(part, alias) for part in join.inside]
        latest = None if join.latest is None else (join.latest[0], _to_alias(join.latest[1], alias))
        return Joined(relation, alias, tuple(on), latest=latest)

    def _group(self, identity: Hashable, level: int) -> Relation:
        group = self.lowered.groups[identity]
        name = self.name(("group", identity, level), f"{group.comment} over {group.table}")
        totals = tuple(Named(total, group.totals[total]) for total in self._totals(identity, level))
        source = self.relation(group.table, level)
        keys = tuple(key.value for key in group.keys)
        pairs: tuple[Joined, ...] = ()
        if group.earlier:
            related = self.relation(group.context, level) if group.context else source
            pairs = (Joined(related, "c", group.earlier, inner=True),)
        select = Select((*group.keys, *totals), source, "t", pairs, group.where, keys or None)
        return Relation(name, select, kept=False)

    def _kept(self, relations: Sequence[Relation]) -> Iterable[Relation]:
        """Relations that several read and that cost something are stored."""
        heavy: set[str] = set()
        for relation in relations:
            select = relation.select
            costs = bool(select.joins) or select.group is not None or select.source in heavy
            costs = costs or any(has_window(column.value) for column in select.columns)
            kept = costs and self.readers.get(relation.name, 0) > 1
            if costs and not kept:
                heavy.add(relation.name)
            yield replace(relation, kept=kept)


def _to_alias(value: Sql, alias: str) -> Sql:
    """The expression with what it reads from the joined relation under its alias."""
    if isinstance(value, Ref):
        return replace(value, alias=alias) if value.alias == "j" else value
    if not any(ref.alias == "j" for ref in refs(value)):
        return value
    assert isinstance(value, Test), "a join compares columns"
    return replace(value, left=_to_alias(value.left, alias), right=_to_alias(value.right, alias))
