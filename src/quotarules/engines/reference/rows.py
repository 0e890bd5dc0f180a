"""Functions over rows: which rows a context has, and what count, sum and the others make of them."""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import field
from typing import assert_never

from quotarules.engines.reference.arithmetic import order
from quotarules.engines.reference.calendar import MINUTES_A_DAY
from quotarules.engines.reference.scalar import evaluate
from quotarules.engines.reference.state import Missing, Number, Ratio, State, Value, Waiting, flag, integer, number
from quotarules.engines.reference.table import Key
from quotarules.engines.reference.world import RowEnvironment, World, reach
from quotarules.plan.nodes import Aggregate, Expr, Rows
from quotarules.records import dataclass
from quotarules.values.period import FIRST_DAY, Ever, window_days
from quotarules.values.windows import earlier_start

NO_DAY = FIRST_DAY * MINUTES_A_DAY
"""Before every day and every minute."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A row that rows take: its place, its day (0 if no date restricts), and its condition's wait, if that waits."""

    row: int
    day: int
    wait: Waiting | None


def day_of(world: World, table: str, row: int, date: Expr | None) -> int | None:
    """The day of a row; None where it has none, or where it waits."""
    if date is None:
        return 0
    state = evaluate(date, RowEnvironment(world, table, row))
    return None if isinstance(state, Missing | Waiting) else integer(state)


def taken(world: World, rows: Rows) -> Iterator[Taken]:
    """The rows of the table whose day is in the window and whose condition is yes or waits.

    For `earlier` rows the window depends on the context, so that every day passes.
    """
    bounded = rows.window is not None and not rows.earlier
    first, end = window_days(rows.window, world.period) if rows.window is not None and bounded else (0, 1)
    for row in range(len(world.tables[rows.table].keys)):
        day = day_of(world, rows.table, row, rows.date)
        if day is None or (bounded and not first <= day < end):
            continue
        verdict: State = True
        if rows.where is not None:
            verdict = evaluate(rows.where, RowEnvironment(world, rows.table, row))
        if isinstance(verdict, Waiting):
            yield Taken(row, day, verdict)
        elif not isinstance(verdict, Missing) and flag(verdict):
            yield Taken(row, day, None)


@dataclass(slots=True)
class Tally:
    """A function over rows, fed row by row."""

    node: Aggregate
    rows: int = 0
    total: int = 0
    best: Number | None = None
    last: Value | None = None
    seen: set[Value] = field(default_factory=set)
    every: list[int] = field(default_factory=list)
    wait: tuple[Key, Waiting] | None = None

    def add(self, key: Key, state: State) -> None:
        """Takes the value of one more row; the order does not matter."""
        if isinstance(state, Missing):
            return
        if isinstance(state, Waiting):
            if self.wait is None or key < self.wait[0]:
                self.wait = (key, state)
            return
        self.rows += 1
        match self.node.function:
            case "count":
                pass
            case "sum" | "mean":
                self.total += integer(state)
            case "median" | "rank":
                insort(self.every, integer(state))
            case "share":
                self.total += flag(state)
            case "min" | "max":
                value = number(state)
                sign = -1 if self.node.function == "min" else 1
                if self.best is None or order(value, self.best) * sign > 0:
                    self.best = value
            case "distinct":
                self.seen.add(state)
            case "the":
                self.last = state
            case _:
                assert_never(self.node.function)

    def result(self) -> State:
        """The state after the rows so far."""
        if self.wait is not None:
            return self.wait[1]
        nothing = Missing(self.node.reason)
        match self.node.function:
            case "count":
                return self.rows
            case "sum":
                return self.total
            case "mean" | "share":
                return Ratio(self.total, self.rows) if self.rows else nothing
            case "median":
                low, high = (self.rows - 1) // 2, self.rows // 2
                return Ratio(self.every[low] + self.every[high], 2) if self.rows else nothing
            case "min" | "max":
                return nothing if self.best is None else self.best
            case "rank":
                return nothing
            case "distinct":
                return len(self.seen)
            case "the":
                return self.last if self.rows == 1 and self.last is not None else nothing
            case _:
                assert_never(self.node.function)


@dataclass(frozen=True, slots=True)
class Fed:
    """A row that an aggregate reads: the row that it belongs to (0 if all rows do), its day, key and value."""

    owner: int
    day: int
    key: Key
    state: State


def _once_each(world: World, rows: Rows, owners: list[int | None]) -> Iterator[Taken]:
    """The rows taken; with `once` only the first by key of those that lead to one row, and those that wait."""
    if rows.once is None:
        yield from taken(world, rows)
        return
    keys, parents = world.tables[rows.table].keys, reach(world, rows.table, rows.once)
    first: dict[tuple[int | None, int], Taken] = {}
    for item in taken(world, rows):
        parent = parents[item.row]
        if item.wait is not None:
            yield item
        elif parent is not None:
            place = (None if rows.match is None else owners[item.row], parent)
            held = first.get(place)
            if held is None or keys[item.row] < keys[held.row]:
                first[place] = item
    yield from first.values()


def fed(world: World, node: Aggregate) -> Iterator[Fed]:
    """The rows that an aggregate reads, whatever the context."""
    rows = node.rows
    keys = world.tables[rows.table].keys
    owners = reach(world, rows.table, rows.link)
    for item in _once_each(world, rows, owners):
        owner = owners[item.row]
        if owner is None:
            continue
        state: State = True
        if item.wait is not None:
            state = item.wait
        elif node.value is not None:
            state = evaluate(node.value, RowEnvironment(world, rows.table, item.row))
        yield Fed(0 if rows.match is None else owner, item.day, keys[item.row], state)


def aggregate_states(world: World, table: str, node: Aggregate) -> list[State]:
    """What an aggregate comes to for every row of its context's table."""
    count = len(world.tables[table].keys)
    owners = [0] * count if node.rows.match is None else reach(world, table, node.rows.match)
    if node.rows.earlier:
        return earlier_states(world, table, node, owners)
    if node.rows.until is not None:
        return between_states(world, table, node, owners)
    tallies: defaultdict[int, Tally] = defaultdict(lambda: Tally(node))
    own: dict[Key, State] = {}
    for item in fed(world, node):
        tallies[item.owner].add(item.key, item.state)
        own[item.key] = item.state
    if node.function == "rank":
        keys = world.tables[table].keys
        groups = (None if owner is None else tallies.get(owner) for owner in owners)
        return [_place(node, group, own.get(key)) for group, key in zip(groups, keys, strict=True)]
    results = {owner: tally.result() for owner, tally in tallies.items()}
    nothing = Tally(node).result()
    return [nothing if owner is None else results.get(owner, nothing) for owner in owners]


def _place(node: Aggregate, group: Tally | None, own: State | None) -> State:
    """The place of a row with the value `own` (None if it is none of them) among the rows of a group."""
    if group is not None and group.wait is not None:
        return group.wait[1]
    if group is None or own is None or isinstance(own, Missing | Waiting):
        return Missing(node.reason)
    return 1 + len(group.every) - bisect_right(group.every, integer(own))


def earlier_states(world: World, table: str, node: Aggregate, owners: Iterable[int | None]) -> list[State]:
    """What an aggregate over earlier rows comes to for every row of its own table.

    The contexts of one owner whose windows begin on the same day share one sweep over the rows from there on. That is
    one pass for each owner and beginning; only `last N months` begins anew on every day.
    """
    rows, window = node.rows, node.rows.window
    assert rows.table == table, "earlier rows are of the context's own table"
    assert window is not None, "earlier rows have a window"
    keys = world.tables[table].keys
    histories: defaultdict[int, list[Fed]] = defaultdict(list)
    for item in fed(world, node):
        histories[item.owner].append(item)
    for history in histories.values():
        history.sort(key=lambda item: (item.day, item.key))

    results = [Tally(node).result()] * len(keys)
    sweeps: defaultdict[tuple[int, int], list[tuple[int, Key, int]]] = defaultdict(list)
    for row, owner in enumerate(owners):
        day = day_of(world, table, row, rows.date)
        if owner in histories and owner is not None and day is not None:
            start = NO_DAY if isinstance(window, Ever) else earlier_start(window, day, world.period)
            sweeps[owner, start].append((day, keys[row], row))
    for (owner, start), contexts in sweeps.items():
        history = histories[owner]
        place = bisect_left(history, start, key=lambda item: item.day)
        tally = Tally(node)
        for day, key, row in sorted(contexts):
            while place < len(history) and (history[place].day, history[place].key) < (day, key):
                tally.add(history[place].key, history[place].state)
                place += 1
            results[row] = tally.result()
    return results


def between_states(world: World, table: str, node: Aggregate, owners: Iterable[int | None]) -> list[State]:
    """What an aggregate comes to for every row of `table`, over rows that lie between two days of that row.

    As over earlier rows, the contexts of one owner that begin on the same day share one sweep.
    """
    histories: defaultdict[int, list[Fed]] = defaultdict(list)
    for item in fed(world, node):
        histories[item.owner].append(item)
    for history in histories.values():
        history.sort(key=lambda item: item.day)

    results = [Tally(node).result()] * len(world.tables[table].keys)
    sweeps: defaultdict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for row, owner in enumerate(owners):
        until, since = day_of(world, table, row, node.rows.until), NO_DAY
        if node.rows.since is not None:
            begins = day_of(world, table, row, node.rows.since)
            until, since = (None, NO_DAY) if begins is None else (until, begins)
        if owner in histories and owner is not None and until is not None:
            sweeps[owner, since].append((until, row))
    for (owner, since), contexts in sweeps.items():
        history = histories[owner]
        place = bisect_left(history, since, key=lambda item: item.day)
        tally = Tally(node)
        for until, row in sorted(contexts):
            while place < len(history) and history[place].day <= until:
                tally.add(history[place].key, history[place].state)
                place += 1
            results[row] = tally.result()
    return results
