"""Functions over rows: a grouped query per set of rows, joined back to whoever asks."""

from quotarules.engines.sql.build import (
    FALSE,
    TRUE,
    ascending,
    both,
    case,
    coalesce,
    either,
    no,
    plus,
    quotient,
    test,
    times,
    to,
    width,
)
from quotarules.engines.sql.context import Context
from quotarules.engines.sql.frames import Group, GroupSource, Join, Lowered, calculate, fetch
from quotarules.engines.sql.paths import key_values
from quotarules.engines.sql.reach import Dated
from quotarules.engines.sql.state import ONE, State, code_sql, made, small, waiting_codes, waits
from quotarules.engines.sql.tree import Absent, Coalesce, FirstBy, Int, Named, Over, Present, Ref, Sql, SqlType, Total
from quotarules.plan.nodes import Aggregate, Column, Rows
from quotarules.records import dataclass
from quotarules.values.period import FIRST_DAY, LAST_DAY, window_days


@dataclass(frozen=True, slots=True)
class RowTest:
    """Which rows of a table are taken: the test of the date, and the state of `where`."""

    dated: Sql
    where: State

    @property
    def taken(self) -> Sql:
        """Rows inside the window for which `where` is yes (unknown counts as no)."""
        return both(self.dated, self.where.value)

    @property
    def waiting(self) -> Sql:
        """Rows inside the window for which `where` waits."""
        return both(self.dated, waits(self.where))


def all_dated(context: Context, rows: Rows) -> bool:
    """Whether the frame of the rows holds only rows inside the window, once the date stands in it."""
    share, date = context.lowered.shares.get(rows.table), rows.date
    if not isinstance(share, Dated) or not isinstance(date, Column) or rows.window is None:
        return False
    asked = (date.path, date.table, date.name, *window_days(rows.window, context.lowered.period))
    return asked == (share.path, share.table, share.name, share.lo, share.hi)


def row_test(context: Context, rows: Rows) -> RowTest:
    """The test of `rows`, for a row of its own table; without regard to `earlier`."""
    own = context.over(rows.table)
    where = State(TRUE) if rows.where is None else own.lower(rows.where)
    if rows.date is None:
        return RowTest(TRUE, where)
    day = own.lower(rows.date)
    if rows.earlier or rows.window is None:
        return RowTest(Present(day.value) if day.codes else TRUE, where)
    first, end = window_days(rows.window, context.lowered.period)
    value = own.atom(day.value, "date")
    after = test(">=", value, Int(first, SqlType.SMALL)) if first > FIRST_DAY else TRUE
    before = test("<", value, Int(end, SqlType.SMALL)) if end <= LAST_DAY else Present(value)
    there = Present(value) if day.codes else TRUE
    return RowTest(both(there, after, before) if before != there else both(after, before), where)


@dataclass(frozen=True, slots=True)
class Part:
    """One column of a group: its name, its type and how it is made."""

    name: str
    value: Total | FirstBy


@dataclass(frozen=True, slots=True)
class Parts:
    """What a function needs from a group: its columns by role; `codes` with which a row can make it wait.

    `sole` counts the rows where only a single one gives a value.
    """

    value: Total
    rows: Total | None
    wait: FirstBy | None
    codes: frozenset[int]
    sole: Total | None = None


def aggregate(context: Context, node: Aggregate) -> State:
    """A function over rows that are not related to the context row by their order."""
    lowered, rows = context.lowered, node.rows
    own = context.over(rows.table)
    tested = row_test(context, rows)
    links = () if rows.match is None else key_values(lowered, rows.table, rows.link)
    asked = () if rows.match is None else key_values(lowered, context.table, rows.match)
    if rows.once is not None:
        tested = _once_each(own, rows.once, tested, links)
    keys = tuple(Named(f"key {place}" if place else "key", link) for place, link in enumerate(links))
    group_id = ("group", rows)
    if group_id not in lowered.groups:
        counted = either(tested.taken, tested.waiting)
        missing = [Present(link) for link in links] if lowered.may_miss(rows.table, rows.link) else []
        where = (*([] if counted == TRUE else [counted]), *missing)
        lowered.groups[group_id] = Group(rows.table, keys, where, comment=context.hint)
    parts = function_parts(own, node, tested)
    join_id = ("group", context.table, rows)
    on = tuple((ask, Ref("j", key.name, key.value.type)) for ask, key in zip(asked, keys, strict=True))
    lowered.joins.setdefault(join_id, Join(context.table, GroupSource(group_id), on))
    return finished(context, node, parts, Grouped(lowered, group_id, join_id, context.hint))


def _once_each(own: Context, once: tuple[str, ...], tested: RowTest, links: tuple[Ref, ...]) -> RowTest:
    """The test that takes, of the rows that lead to one row, only the first by key; one that waits stays waiting."""
    parent = key_values(own.lowered, own.table, once)
    there = both(*(Present(part) for part in (*parent, *links)))
    member = own.atom(Coalesce((both(tested.taken, there), FALSE), SqlType.BOOL), "member")
    keys = ascending(key_values(own.lowered, own.table, ()))
    place = calculate(own.frame, f"{own.hint} place", Over(None, (member, *links, *parent), keys, SqlType.INT))
    first = both(member, test("=", place, Int(1)))
    where = tested.where
    value = case([(Present(where.value), first)], None, SqlType.BOOL) if where.codes else first
    return RowTest(tested.dated, State(value, where.denominator, where.codes, where.code))


@dataclass(frozen=True, slots=True)
class Grouped:
    """Where the columns of a group are asked for."""

    lowered: Lowered
    group: object
    join: object
    hint: str

    def column(self, value: Total | FirstBy, what: str) -> Ref:
        """The column of the context's table that brings an aggregate."""
        group = self.lowered.groups[self.group]
        name = next((known for known, other in group.totals.items() if other == value), None)
        if name is None:
            name = what if what not in group.totals else f"{what} {len(group.totals)}"
            group.totals[name] = value
        return fetch(self.lowered, self.join, name, value.type, f"{self.hint} {what}")


def function_parts(own: Context, node: Aggregate, tested: RowTest) -> Parts:
    """The aggregates that a function is made of, over rows of `own`."""
    state = State(TRUE) if node.value is None else own.lower(node.value)
    some_wait = tested.waiting != FALSE
    taken = tested.taken if some_wait else TRUE
    value = own.atom(state.value, "value")

    def only(inner: Sql) -> Sql:
        return case([(taken, inner)], None, inner.type)

    wait = first_waiting(own, tested, state)
    codes = waiting_codes(tested.where) | waiting_codes(state)
    present = only(case([(Present(value), Int(1))], None, SqlType.INT)) if state.codes else only(Int(1))
    counted = Total("count", None if present == Int(1) else present, SqlType.INT)
    extent = own.lowered.bounds.of(node)
    kind = own.kind(node)
    match node.function:
        case "count":
            return Parts(counted, None, wait, codes)
        case "sum":
            return Parts(Total("sum", only(value), kind), None, wait, codes)
        case "mean":
            return Parts(Total("sum", only(value), width(extent.number.size)), counted, wait, codes)
        case "share":
            yes = case([(value, Int(1)), (no(value), Int(0))], None, SqlType.INT)
            return Parts(Total("sum", only(yes), SqlType.INT), counted, wait, codes)
        case "median":
            # The group leaves out what is not taken only after its windows have run, so they say it themselves.
            held = both(tested.taken, Present(value)) if state.codes else tested.taken
            return Parts(Total("sum", _middle(own, node, held, value), kind), None, wait, codes)
        case "distinct":
            return Parts(Total("distinct", only(value), SqlType.INT), None, wait, codes)
        case "min" | "max" | "the":
            by = None if state.denominator == ONE else Total("min", only(state.denominator), state.denominator.type)
            assert by is None or node.function == "the", "ratios have no smallest or largest by rows"
            if value.type is SqlType.BOOL:
                value = case([(value, Int(1)), (no(value), Int(0))], None, SqlType.INT)
            sole = counted if node.function == "the" else None
            best = Total("max" if node.function == "max" else "min", only(value), value.type)
            return Parts(best, by, wait, codes, sole)
        case "rank":
            raise AssertionError("a place is no part of a group")


def _middle(own: Context, node: Aggregate, held: Sql, value: Sql) -> Sql:
    """What a row gives to the sum of the two middle values of its group: its value, twice, or nothing."""
    frame, kind = own.frame, own.kind(node)
    held = calculate(frame, f"{own.hint} counts", held) if held != TRUE else held
    links = () if node.rows.match is None else key_values(own.lowered, own.table, node.rows.link)
    group = (*links, *([] if held == TRUE else [held]))
    order = ascending((value, *key_values(own.lowered, own.table, ())))
    place = calculate(frame, f"{own.hint} place", Over(None, group, order, SqlType.INT))
    whole = Over(Total("count", None, SqlType.INT), group, order, SqlType.INT, whole=True)
    count = calculate(frame, f"{own.hint} count", whole)
    low = test("=", place, quotient(plus(count, Int(1), SqlType.INT), Int(2), SqlType.INT))
    high = test("=", place, quotient(plus(count, Int(2), SqlType.INT), Int(2), SqlType.INT))
    return case(
        [(both(held, low, high), times(value, Int(2), kind)), (both(held, either(low, high)), value)], None, kind
    )


def first_waiting(own: Context, tested: RowTest, state: State) -> FirstBy | None:
    """The code of the row with the smallest key that makes a function wait."""
    waiting = either(tested.waiting, both(tested.taken, waits(state)))
    if waiting == FALSE:
        return None
    parts: list[tuple[Sql, Sql]] = []
    if tested.waiting != FALSE:
        parts.append((tested.waiting, code_sql(tested.where)))
    code = case(parts, code_sql(state), SqlType.SMALL)
    return FirstBy(code, key_values(own.lowered, own.table, ()), waiting, SqlType.SMALL)


def finished(context: Context, node: Aggregate, parts: Parts, source: Grouped) -> State:
    """The function's state from the columns of a group, which are null where the group has no rows."""
    kind = context.kind(node)
    value: Sql = source.column(parts.value, node.function)
    if parts.sole is not None:
        value = case([(test("=", source.column(parts.sole, "rows"), Int(1)), value)], None, value.type)
    if kind is SqlType.BOOL:
        value = test("=", value, Int(1))
    denominator: Sql = ONE
    if node.function == "median":
        denominator = Int(2, context.divisor_kind(node))
    if parts.rows is not None:
        denominator = to(source.column(parts.rows, "rows"), context.divisor_kind(node))
    wait = None if parts.wait is None else source.column(parts.wait, "waiting")
    return function_state(context, node, value, denominator, wait, parts.codes)


def function_state(
    context: Context, node: Aggregate, value: Sql, denominator: Sql, wait: Sql | None, codes: frozenset[int]
) -> State:
    """A function's state from its aggregates; a null value means no rows."""
    kind = context.kind(node)
    none = context.code(node.reason)
    zero = node.function in ("count", "sum", "distinct")
    if zero:
        value = coalesce([value, Int(0, kind)], kind)
    if wait is None:
        return State(value, denominator, frozenset() if zero else frozenset({none}))
    rest = small(none) if not zero else None
    code = case(
        [(Present(wait), wait)], None if rest is None else case([(Absent(value), rest)], None, rest.type), wait.type
    )
    value = case([(Absent(wait), value)], None, kind)
    return made(value, codes | (frozenset() if zero else {none}), code, denominator)
