"""The tables of a settlement while it is computed, and the environment of a row in them."""

from dataclasses import field

from quotarules.engines.reference.history import History, history, in_force
from quotarules.engines.reference.scalar import strict_values
from quotarules.engines.reference.state import Missing, State, Waiting
from quotarules.engines.reference.table import Table, key_part
from quotarules.plan.nodes import Aggregate, Allot, Column, InForce, Opening, Reason
from quotarules.records import dataclass
from quotarules.values.calendar import Calendar
from quotarules.values.period import Period


@dataclass(frozen=True, slots=True)
class World:
    """All tables by name, and what has been found out about them so far.

    `opened` holds the opening balances by account, subject and source. `reached` remembers where link paths lead.
    `answers` holds the states of aggregates and allotments for all rows of their context, by context table and the
    identity of the node (its content is costly to hash; the plan keeps it alive); `shared` has the same by content.
    `histories` holds the rows of tables by their keys and days.
    """

    period: Period
    reasons: tuple[Reason, ...]
    tables: dict[str, Table]
    calendars: dict[str, Calendar]
    opened: dict[tuple[str, str, str], int]
    reached: dict[tuple[str, tuple[str, ...]], list[int | None]] = field(default_factory=dict)
    answers: dict[tuple[str, int], list[State]] = field(default_factory=dict)
    shared: dict[tuple[str, Aggregate | Allot], list[State]] = field(default_factory=dict)
    histories: dict[tuple[str, tuple[str, ...], str], History] = field(default_factory=dict)


def target_of(world: World, table: str, path: tuple[str, ...]) -> str:
    """The table that a path of links leads to."""
    for link in path:
        table = world.tables[table].links[link]
    return table


def reach(world: World, table: str, path: tuple[str, ...]) -> list[int | None]:
    """For each row of a table, the row that a path of links leads to; None where a link is missing."""
    found = world.reached.get((table, path))
    if found is None:
        found = _followed(world, table, path)
        world.reached[table, path] = found
    return found


def _followed(world: World, table: str, path: tuple[str, ...]) -> list[int | None]:
    if not path:
        return list(range(len(world.tables[table].keys)))
    before = reach(world, table, path[:-1])
    last = world.tables[target_of(world, table, path[:-1])]
    places = world.tables[last.links[path[-1]]].places
    step = [None if key is None else places[key_part(key)] for key in last.columns[path[-1]]]
    return [None if row is None else step[row] for row in before]


@dataclass(frozen=True, slots=True)
class RowEnvironment:
    """The environment of one row of a table."""

    world: World
    table: str
    row: int

    def column(self, node: Column) -> State:
        """The state of a column of the row, or of a row that it links to."""
        row: int | None = self.row
        if node.path:
            row = reach(self.world, self.table, node.path)[self.row]
        elif node.table != self.table:
            row = 0
        cell = None if row is None else self.world.tables[node.table].columns[node.name][row]
        if cell is not None:
            return cell
        assert node.reason is not None, f"{node.table}.{node.name} is missing where it never can be"
        return Missing(node.reason)

    def opening(self, node: Opening) -> State:
        """The opening balance of the row's account, or of its own item."""
        subject, source = self.world.tables[self.table].texts[self.row], ""
        if node.link is not None:
            owner, source = reach(self.world, self.table, node.link)[self.row], subject
            if owner is None:
                return Missing(node.reason)
            subject = self.world.tables[target_of(self.world, self.table, node.link)].texts[owner]
        balance = self.world.opened.get((node.account, subject, source))
        return Missing(node.reason) if balance is None else balance

    def aggregate(self, node: Aggregate) -> State:
        """What a function makes of the rows that belong to the row."""
        return self.world.answers[self.table, id(node)][self.row]

    def allot(self, node: Allot) -> State:
        """The row's part of a whole."""
        return self.world.answers[self.table, id(node)][self.row]

    def in_force(self, node: InForce) -> State:
        """What a table says on a day."""
        values = strict_values((*node.values, node.day), self)
        if isinstance(values, Missing | Waiting):
            return values
        table, known = self.world.tables[node.table], self.world.histories
        identity = (node.table, node.keys, node.since)
        if identity not in known:
            known[identity] = history(table, node.keys, node.since)
        row = in_force(known[identity], values)
        cell = None if row is None else table.columns[node.name][row]
        if cell is not None:
            return cell
        return Waiting(node.reason) if self.world.reasons[node.reason].waiting else Missing(node.reason)

    def period(self) -> Period:
        """The period that is settled."""
        return self.world.period

    def calendar(self, name: str) -> Calendar:
        """The calendar of that name."""
        return self.world.calendars[name]
