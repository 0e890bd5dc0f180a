"""Parts of a whole by largest remainder, as windows over integers."""

from dataclasses import replace
from typing import assert_never

from quotarules.engines.sql.build import (
    FALSE,
    TRUE,
    ascending,
    both,
    case,
    either,
    minus,
    no,
    plus,
    quotient,
    refs,
    remainder,
    test,
    times,
    to,
    width,
)
from quotarules.engines.sql.conditions import equals
from quotarules.engines.sql.context import Context
from quotarules.engines.sql.frames import Group, GroupSource, Join, calculate, fetch
from quotarules.engines.sql.paths import key_values
from quotarules.engines.sql.rows import RowTest, all_dated, first_waiting, row_test
from quotarules.engines.sql.state import ONE, State, code_sql, made, small, waiting_codes
from quotarules.engines.sql.tree import (
    Absent,
    Coalesce,
    Int,
    Magnitude,
    Named,
    Null,
    Order,
    Over,
    Present,
    Ref,
    Sql,
    SqlType,
    Total,
)
from quotarules.plan.nodes import Allot, Column
from quotarules.plan.ranges import FRACTION_STEP
from quotarules.records import dataclass
from quotarules.values.schema import COMPANY


@dataclass(frozen=True, slots=True)
class _Weights:
    """Per row: its weight, its divisor beside T, and per group T and the weights of those who are there.

    `positive`: no weight is zero.
    """

    weight: Sql
    heads: Sql
    total: Sql
    present: Sql
    positive: bool


def allot(context: Context, node: Allot) -> State:
    """The context row's part of its group's pool."""
    lowered = context.lowered
    tested = row_test(context, node.rows)
    links = key_values(lowered, context.table, node.rows.link) if node.rows.link else ()
    pool = context.lower(node.pool)
    asked = None if node.role is None else context.lower(node.role)
    weighed = None if node.weight is None else context.lower(node.weight)
    none, unlisted = context.code(node.reason_none), context.code(node.reason_role)
    known = context.atom(pool.value, "pool")
    dated = all_dated(context, node.rows)
    inside = tested.dated if dated else TRUE
    after = tuple(refs(tested.dated)) if dated else ()
    if dated:
        tested = RowTest(TRUE, tested.where)
    taken = _surely(tested.taken, bool(tested.where.codes))
    reached = both(*(_there(context, path) for path in (node.person, node.rows.link)))
    has_pool = Present(known) if pool.codes else TRUE
    listed: Sql = TRUE
    if asked is not None:
        role = context.atom(asked.value, "role")
        listed = either(*(equals(context, role, entry.role) for entry in node.roles))
        listed = TRUE if _covers_choices(context, node) else _surely(listed, bool(asked.codes))
    has_weight = TRUE if weighed is None or not weighed.codes else Present(weighed.value)
    member = context.atom(both(taken, reached, listed, has_pool, has_weight), "member")
    group: tuple[Sql, ...] = links if _same_in_group(node) else (*links, known)
    seats = _Seats(context, node, member, group, inside, after)
    weights = _by_role(seats) if node.role is not None else _by_weight(seats, weighed)
    value = _given(seats, known, weights)
    surely = member == TRUE and weights.positive
    if not surely:
        value = case([(both(member, test(">", weights.total, Int(0))), value)], None, value.type)
    # Why a row gets nothing: not taken, then a wait of the group, then its pool, its role or its weight -----------
    basis = asked or weighed or State(TRUE)
    claims = both(either(taken, tested.waiting), reached)
    out: list[tuple[Sql, Sql]] = [(no(claims), small(none))] if claims != TRUE else []
    codes = {none}
    if tested.waiting != FALSE:
        out.append((both(tested.waiting, no(has_pool)), code_sql(tested.where)))
    if pool.codes:
        out.append((no(has_pool), code_sql(pool)))
        codes |= pool.codes
    waiting = first_waiting(context, tested, basis)
    if waiting is not None:
        eligible = context.atom(both(claims, has_pool), "eligible")
        codes |= waiting_codes(tested.where) | waiting_codes(basis)
        over = Over(waiting, (eligible, *links, known), (), SqlType.SMALL, after=after)
        wait = calculate(context.frame, f"{context.hint} waiting", over)
        out.append((Present(wait), wait))
        value = case([(Absent(wait), value)], None, value.type)
    if basis.codes:
        out.append((Absent(basis.value), code_sql(basis)))
        codes |= basis.codes
    if listed != TRUE:
        out.append((no(listed), small(unlisted)))
        codes.add(unlisted)
    if surely:
        assert waiting is None, "whoever waits is not sure of a part"
        return State(value)
    value = context.atom(value, "part")
    code = case([(Present(value), Null(SqlType.SMALL)), *out], small(none), SqlType.SMALL)
    return made(value, codes, code)


def _covers_choices(context: Context, node: Allot) -> bool:
    """Whether every role that the facts can hold is listed."""
    role = node.role
    if not isinstance(role, Column) or context.lower(role).codes:
        return False
    spec = context.lowered.plan.schema.table(role.table)
    column = None if spec is None else spec.column(role.name)
    listed = {entry.role.value for entry in node.roles}
    return column is not None and bool(column.choices) and listed.issuperset(column.choices)


def _there(context: Context, path: tuple[str, ...]) -> Sql:
    """Whether a path leads to a row."""
    if not context.lowered.may_miss(context.table, path):
        return TRUE
    (key,) = key_values(context.lowered, context.table, path)
    return Present(key)


def _surely(test_: Sql, unknown: bool) -> Sql:
    """A test that is never unknown."""
    return Coalesce((test_, FALSE), SqlType.BOOL) if unknown else test_


def _same_in_group(node: Allot) -> bool:
    """Whether the rows of a group cannot differ in their pool, because the group's own row holds it."""
    pool, link = node.pool, node.rows.link
    return isinstance(pool, Column) and (pool.path[: len(link)] == link if link else pool.table == COMPANY)


@dataclass(frozen=True, slots=True)
class _Seats:
    """The rows of an allotment: who takes part, what splits them into groups, what must stand there before.

    `inside` tests the date where that is not part of `member`: sums may be taken from rows that are not restricted yet.
    """

    context: Context
    node: Allot
    member: Sql
    group: tuple[Sql, ...]
    inside: Sql
    after: tuple[Sql, ...]

    def column(self, what: str, value: Sql) -> Ref:
        """A column of the allotment's table."""
        return calculate(self.context.frame, f"{self.context.hint} {what}", value)

    def over(self, function: Total | None, order: tuple[Order, ...], kind: SqlType) -> Over:
        """A window over the group in an order, or over all of it; those who take part stay among themselves."""
        partition = self.group if self.member == TRUE else (self.member, *self.group)
        return Over(function, partition, order, kind, whole=function is not None, after=self.after)

    def total(self, what: str, operand: Sql, kind: SqlType) -> Ref:
        """A sum over those of the group who take part."""
        lowered, table = self.context.lowered, self.context.table
        # What explains a part stands in the same groups as the part.
        identity = ("allot", table, replace(self.node, gives="part", type=self.node.pool.type))
        keys = tuple(Named(f"key {place}" if place else "key", part) for place, part in enumerate(self.group))
        where = tuple(condition for condition in (self.inside, self.member) if condition != TRUE)
        if identity not in lowered.groups:
            lowered.groups[identity] = Group(
                table, keys, where, comment=f"{self.context.hint} groups", after=self.after
            )
            on = tuple((key.value, Ref("j", key.name, key.value.type)) for key in keys)
            lowered.joins[identity] = Join(table, GroupSource(identity), on)
        lowered.groups[identity].totals[what] = Total("sum", operand, kind)
        return fetch(lowered, identity, what, kind, f"{self.context.hint} {what}")


def _by_role(seats: _Seats) -> _Weights:
    context, node = seats.context, seats.node
    assert node.role is not None
    role = context.atom(context.lower(node.role).value, "role")
    heads: list[tuple[Sql, Sql]] = []
    weights: list[tuple[Sql, Sql]] = []
    present: Sql = Int(0)
    for entry in node.roles:
        here = equals(context, role, entry.role)
        count = seats.total(f"{entry.role.value} heads", case([(here, Int(1))], Int(0), SqlType.INT), SqlType.INT)
        heads.append((here, count))
        weights.append((here, Int(entry.weight)))
        present = plus(present, case([(test(">", count, Int(0)), Int(entry.weight))], Int(0), SqlType.INT), SqlType.INT)
    present = seats.column("weights", present)
    total = Int(sum(entry.weight for entry in node.roles)) if node.kept else present
    positive = all(entry.weight > 0 for entry in node.roles)
    return _Weights(case(weights, None, SqlType.INT), case(heads, None, SqlType.INT), total, present, positive)


def _by_weight(seats: _Seats, weighed: State | None) -> _Weights:
    context, node = seats.context, seats.node
    size = 1 if node.weight is None else context.extent(node.weight).number.size
    kind = width(size * context.lowered.bounds.rows[node.rows.table])
    weight: Sql = Int(1) if weighed is None else context.atom(weighed.value, "weight")
    total = seats.total("weights", to(weight, kind), kind)
    return _Weights(weight, ONE, total, total, node.weight is None)


def _given(seats: _Seats, pool: Sql, weights: _Weights) -> Sql:
    """What a row of the group gets, where the group has weights."""
    kind = seats.context.kind(seats.node)
    match seats.node.gives:
        case "part":
            return _part(seats, pool, weights)
        case "weight":
            return to(weights.weight, kind)
        case "divisor":
            work = width(seats.context.extent(seats.node).work)
            return to(seats.column("divisor", times(weights.heads, weights.total, work)), kind)
        case _:
            assert_never(seats.node.gives)


def _part(seats: _Seats, pool: Sql, weights: _Weights) -> Sql:
    context, node = seats.context, seats.node
    work, kind = width(context.extent(node).work), context.kind(node)
    extent = context.extent(node.pool).number
    whole = pool if extent.lo >= 0 else seats.column("whole", Magnitude(to(pool, kind), kind))
    divisor = seats.column("divisor", times(weights.heads, weights.total, work))
    shared = seats.column("share", times(whole, weights.weight, work))

    def guarded(value: Sql) -> Sql:
        """No value where nothing divides; where all take part and all weights are positive, something does."""
        return (
            value
            if seats.member == TRUE and weights.positive
            else case([(test(">", divisor, Int(0)), value)], None, value.type)
        )

    part = seats.column("cut", guarded(to(quotient(shared, divisor, work), kind)))
    rest = guarded(remainder(shared, divisor, work))
    # Twelve digits of rest / divisor: six, and six more of what they leave, so that 64 bits hold them.
    step = Int(FRACTION_STEP)
    scaled = seats.column("scaled", times(rest, step, work))
    high, low = quotient(scaled, divisor, work), times(remainder(scaled, divisor, work), step, work)
    digits = plus(times(high, step, work), quotient(low, divisor, work), work)
    fraction = seats.column("remainder", to(guarded(digits), SqlType.INT))
    person = key_values(context.lowered, context.table, node.person)
    own = key_values(context.lowered, context.table, ())
    keys = (key for key in dict.fromkeys((*person, *own)) if key not in seats.group)
    order = (Order(fraction, descending=True), *ascending(keys))
    given = seats.column("given", seats.over(Total("sum", part, kind), order, kind))
    place = seats.column("place", seats.over(None, order, SqlType.INT))
    pool_there = quotient(times(whole, weights.present, work), weights.total, work) if node.kept else whole
    left = minus(to(pool_there, kind), given, kind)
    value = plus(part, case([(test("<=", place, left), Int(1, kind))], Int(0, kind), kind), kind)
    if extent.lo >= 0:
        return value
    return case([(test("<", pool, Int(0)), times(value, Int(-1), kind))], value, kind)
