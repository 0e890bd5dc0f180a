"""At which level each column stands: above everything that it is computed from.

All columns of a join come together, and all aggregates of a group, unless one of them is needed to compute another.
"""

from collections.abc import Hashable, Iterable, Iterator

from quotarules.engines.sql.build import refs
from quotarules.engines.sql.frames import Calculated, Fetched, FrameSource, Group, GroupSource, Join, Lowered
from quotarules.engines.sql.tree import Ref, Sql
from quotarules.records import dataclass

Place = tuple[str, str]
"""A column of a frame: table and name."""
Step = tuple[str, Hashable]
"""What gets a level: ("column", place), ("join", identity or (identity, name)), ("group", …)."""


@dataclass(frozen=True, slots=True)
class Needed:
    """What is read at all: columns, and of joins and groups the names of the columns read."""

    columns: frozenset[Place]
    joined: dict[Hashable, tuple[str, ...]]
    grouped: dict[Hashable, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Levels:
    """Levels of columns, of joined columns by (join, name), and of groups by (group, name)."""

    columns: dict[Place, int]
    joined: dict[tuple[Hashable, str], int]
    grouped: dict[tuple[Hashable, str], int]


class _CircleError(Exception):
    """Joins or groups whose columns cannot all come at once."""

    def __init__(self, together: frozenset[Hashable]) -> None:
        super().__init__("columns of one join depend on each other")
        self.together = together


def needed(lowered: Lowered, roots: Iterable[Place]) -> Needed:
    """Everything that the roots are computed from."""
    seen: set[Place] = set()
    joined: dict[Hashable, dict[str, None]] = {}
    grouped: dict[Hashable, dict[str, None]] = {}
    waiting = list(roots)
    while waiting:
        place = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        added = lowered.frames[place[0]].added.get(place[1])
        match added:
            case None:
                continue
            case Calculated(value=value):
                waiting += places(place[0], (value,))
            case Fetched(join=identity, name=name):
                joined.setdefault(identity, {})[name] = None
                join = lowered.joins[identity]
                waiting += places(place[0], join_side(join))
                if isinstance(join.source, FrameSource):
                    waiting.append((join.source.table, name))
                elif isinstance(join.source, GroupSource):
                    grouped.setdefault(join.source.group, {})[name] = None
                    group = lowered.groups[join.source.group]
                    waiting += group_places(group, (name,))
    for join in (lowered.joins[identity] for identity in joined):
        if isinstance(join.source, FrameSource):
            seen.update(_keys(join))
    return Needed(
        frozenset(seen),
        {identity: tuple(names) for identity, names in joined.items()},
        {identity: tuple(names) for identity, names in grouped.items()},
    )


def _keys(join: Join) -> Iterator[Place]:
    assert isinstance(join.source, FrameSource)
    for _, key in join.on:
        if isinstance(key, Ref):
            yield join.source.table, key.name


def places(table: str, values: Iterable[Sql]) -> list[Place]:
    """The columns of a table that expressions over its rows read."""
    return [(table, ref.name) for value in values for ref in refs(value) if ref.alias != "j"]


def join_side(join: Join) -> tuple[Sql, ...]:
    """The expressions of a join over the table that it is made for."""
    latest = () if join.latest is None else join.latest[:1]
    return (*(left for left, _ in join.on), *join.inside, *latest)


def group_side(group: Group, names: Iterable[str]) -> tuple[Sql, ...]:
    """The expressions of a group over its table, with those of some of its aggregates."""
    keys = tuple(key.value for key in group.keys)
    return (*keys, *group.where, *group.earlier, *group.after, *(group.totals[name] for name in names))


def group_places(group: Group, names: Iterable[str]) -> list[Place]:
    """The columns that a group reads: of its table, and of the context rows that it is joined to."""
    return [
        (group.context if ref.alias == "c" and group.context else group.table, ref.name)
        for value in group_side(group, names)
        for ref in refs(value)
    ]


def levels(lowered: Lowered, need: Needed) -> Levels:
    """The level of everything that is needed; columns of the facts stand at 0."""
    apart: frozenset[Hashable] = frozenset()
    while True:
        try:
            return _Levelling(lowered, need, apart).all()
        except _CircleError as found:
            circle = found
        assert not circle.together <= apart, "a column depends on itself"
        apart |= circle.together


class _Levelling:
    """One attempt, with some joins and groups taken apart."""

    def __init__(self, lowered: Lowered, need: Needed, apart: frozenset[Hashable]) -> None:
        self.lowered = lowered
        self.need = need
        self.apart = apart
        self.found: dict[Step, int] = {}
        self.open: dict[Step, None] = {}

    def all(self) -> Levels:
        columns = {place: self.column(place) for place in sorted(self.need.columns)}
        joined = {(i, name): self.joined(i, name) for i, names in self.need.joined.items() for name in names}
        grouped = {(i, name): self.grouped(i, name) for i, names in self.need.grouped.items() for name in names}
        return Levels(columns, joined, grouped)

    def column(self, place: Place) -> int:
        added = self.lowered.frames[place[0]].added.get(place[1])
        match added:
            case None:
                return 0
            case Calculated(value=value):
                return self.step(("column", place), 1, places(place[0], (value,)))
            case Fetched(join=identity, name=name):
                return self.joined(identity, name)

    def joined(self, identity: Hashable, name: str) -> int:
        join = self.lowered.joins[identity]
        names = (name,) if identity in self.apart else self.need.joined[identity]
        step: Step = ("join", (identity, name) if identity in self.apart else identity)
        waiting = places(join.table, join_side(join))
        groups: list[tuple[Hashable, str]] = []
        match join.source:
            case FrameSource(table):
                waiting += [(table, other) for other in names]
            case GroupSource(group):
                groups = [(group, other) for other in names]
        return self.step(step, 1, waiting, groups)

    def grouped(self, identity: Hashable, name: str) -> int:
        group = self.lowered.groups[identity]
        names = (name,) if identity in self.apart else self.need.grouped[identity]
        step: Step = ("group", (identity, name) if identity in self.apart else identity)
        return self.step(step, 0, group_places(group, names))

    def step(self, step: Step, more: int, waiting: list[Place], groups: Iterable[tuple[Hashable, str]] = ()) -> int:
        if step in self.found:
            return self.found[step]
        if step in self.open:
            circle = list(self.open)[list(self.open).index(step) :]
            together = frozenset(identity for kind, identity in circle if kind != "column")
            raise _CircleError(together | self._whole(circle))
        self.open[step] = None
        below = [self.column(place) for place in waiting] + [self.grouped(group, name) for group, name in groups]
        del self.open[step]
        self.found[step] = more + max(below, default=0)
        return self.found[step]

    def _whole(self, circle: list[Step]) -> frozenset[Hashable]:
        """The groups behind the joins of a circle: they come apart with them."""
        found: set[Hashable] = set()
        for kind, identity in circle:
            if kind == "join" and identity in self.lowered.joins:
                source = self.lowered.joins[identity].source
                if isinstance(source, GroupSource):
                    found.add(source.group)
        return frozenset(found)
