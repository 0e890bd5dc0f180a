"""The growing tables of a lowering: each table of facts gets computed, joined and aggregated columns, level by level.

Expressions name columns only; at which level a column stands, and so in which query it is computed, is decided at the
end (`schedule.py`), when all that is needed is known.
"""

from collections.abc import Callable, Hashable
from dataclasses import field

from quotarules.engines.sql.build import size, to
from quotarules.engines.sql.key_places import KeyPlaces
from quotarules.engines.sql.reach import Share
from quotarules.engines.sql.state import ONE, State, code_sql
from quotarules.engines.sql.tree import Int, Named, Null, Ref, Sql, SqlType, Text
from quotarules.plan.bounds import Bounds
from quotarules.plan.nodes import Plan
from quotarules.records import dataclass
from quotarules.values.period import Period

SMALL_ENOUGH = 6
"""Expressions of up to so many parts are repeated rather than given a column of their own."""


@dataclass(frozen=True, slots=True)
class Calculated:
    """A column computed from columns of the same table."""

    value: Sql
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A column that a join brings: `name` is its name in the joined relation."""

    join: Hashable
    name: str


@dataclass(frozen=True, slots=True)
class FrameSource:
    """The rows of a table of facts with its columns."""

    table: str


@dataclass(frozen=True, slots=True)
class GroupSource:
    """The relation of a group (see `Group`)."""

    group: Hashable


@dataclass(frozen=True, slots=True)
class StaticSource:
    """A relation that the engine provides: opening balances, calendars."""

    relation: str


@dataclass(slots=True)
class Join:
    """A relation joined to a table: `on` pairs an expression over the table with a column of the relation.

    `inside` are tests over the relation (alias `j`) and the table (alias `t`) beyond equality. `latest` as in `Joined`.
    """

    table: str
    source: FrameSource | GroupSource | StaticSource
    on: tuple[tuple[Sql, Sql], ...]
    inside: tuple[Sql, ...] = ()
    latest: tuple[Sql, Sql] | None = None


@dataclass(slots=True)
class Group:
    """Rows of a table grouped by keys: one row for each combination (for none: one row), with aggregates.

    With `earlier` the rows (alias `t`) are joined to those rows (alias `c`), of the same table or of the table
    `context`, that it relates them to, and `keys` are columns of `c`. `after`: columns that must be there before,
    as in `Over`.
    """

    table: str
    keys: tuple[Named, ...]
    where: tuple[Sql, ...]
    earlier: tuple[Sql, ...] = ()
    totals: dict[str, Sql] = field(default_factory=dict)
    comment: str = ""
    after: tuple[Sql, ...] = ()
    context: str = ""


@dataclass(slots=True)
class Frame:
    """One table: its facts' columns with their types, and what has been added."""

    table: str
    facts: dict[str, SqlType]
    key: tuple[str, ...]
    added: dict[str, Calculated | Fetched] = field(default_factory=dict)
    types: dict[str, SqlType] = field(default_factory=dict)
    folded: set[str] = field(default_factory=set)
    values: dict[Sql, str] = field(default_factory=dict)

    def fresh(self, hint: str) -> str:
        """A name that no column has yet, whatever the case of its letters."""
        name, count = hint, 1
        while name.casefold() in self.folded:
            count += 1
            name = f"{hint} {count}"
        self.folded.add(name.casefold())
        return name

    def ref(self, name: str) -> Ref:
        """The column of that name."""
        return Ref("t", name, self.types[name])


@dataclass(slots=True)
class Lowered:
    """What lowering has gathered: frames, joins and groups, by their identity.

    `plain` tells whether no text of a column of the facts holds `%` or `/`.
    """

    plan: Plan
    period: Period
    bounds: Bounds
    frames: dict[str, Frame]
    shares: dict[str, Share]
    plain: Callable[[str, str], bool]
    places: KeyPlaces = field(default_factory=KeyPlaces)
    joins: dict[Hashable, Join] = field(default_factory=dict)
    groups: dict[Hashable, Group] = field(default_factory=dict)

    def may_miss(self, table: str, path: tuple[str, ...]) -> bool:
        """Whether a link of the path is optional."""
        for link in path:
            spec = self.plan.schema.table(table)
            column = None if spec is None else spec.column(link)
            assert column is not None, f"{table} has no link {link}"
            assert column.target is not None, f"{table}.{link} is no link"
            if column.optional:
                return True
            table = column.target
        return False


def calculate(frame: Frame, hint: str, value: Sql, comment: str = "") -> Ref:
    """A column of the frame with that value; what is a column already stays it, also under another name."""
    if isinstance(value, Ref):
        return value
    known = frame.values.get(value)
    if known is not None and not comment:
        return frame.ref(known)
    name = frame.fresh(hint)
    frame.values.setdefault(value, name)
    frame.added[name] = Calculated(value, comment)
    frame.types[name] = value.type
    return frame.ref(name)


def fetch(lowered: Lowered, join: Hashable, column: str, kind: SqlType, hint: str) -> Ref:
    """The column of the joined table that brings `column`; the same one whenever it is asked for."""
    frame = lowered.frames[lowered.joins[join].table]
    for name, added in frame.added.items():
        if isinstance(added, Fetched) and added.join == join and added.name == column:
            return frame.ref(name)
    name = frame.fresh(hint)
    frame.added[name] = Fetched(join, column)
    frame.types[name] = kind
    return frame.ref(name)


def atom(frame: Frame, value: Sql, hint: str) -> Sql:
    """The same value, short enough to be written more than once."""
    if isinstance(value, (Ref, Int, Text, Null)) or size(value, SMALL_ENOUGH + 1) <= SMALL_ENOUGH:
        return value
    return calculate(frame, hint, value)


def bound(frame: Frame, state: State, hint: str, comment: str = "") -> State:
    """The same state held in columns of the frame."""
    value = _kept(frame, state.value, hint, comment)
    denominator = state.denominator if state.denominator == ONE else _kept(frame, state.denominator, f"{hint} per")
    code = None
    if len(state.codes) > 1:
        code = _kept(frame, to(code_sql(state), SqlType.SMALL), f"{hint} state")
    return State(value, denominator, state.codes, code)


def _kept(frame: Frame, value: Sql, hint: str, comment: str = "") -> Sql:
    return value if isinstance(value, (Ref, Int, Text)) else calculate(frame, hint, value, comment)
