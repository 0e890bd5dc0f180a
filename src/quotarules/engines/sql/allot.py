"""Parts of a whole by largest remainder, as windows over integers."""

from dataclasses import dataclass

from quotarules.engines.sql.build import FALSE, TRUE, ascending, both, case, either, minus, no, plus, quotient, remainder, test, times, to, width
from quotarules.engines.sql.conditions import plain
from quotarules.engines.sql.context import Context
from quotarules.engines.sql.frames import calculate
from quotarules.engines.sql.paths import key_values
from quotarules.engines.sql.rows import first_waiting, row_test
from quotarules.engines.sql.state import ONE, State, code_sql, made, small, waiting_codes
from quotarules.engines.sql.tree import Absent, Coalesce, Int, Magnitude, Null, Order, Over, Present, Ref, Sql, SqlType, Total
from quotarules.plan.bounds import FRACTION_STEP
from quotarules.plan.nodes import Allot


@dataclass(frozen=True, slots=True)
class _Weights:
    """Per row: its weight, its divisor beside T, and per group T and the weights of those who are there."""

    weight: Sql
    heads: Sql
    total: Sql
    present: Sql


def allot(context: Context, node: Allot) -> State:
    """The context row's part of its group's pool."""
    lowered = context.lowered
    tested = row_test(context, node.rows)
    links = key_values(lowered, context.table, node.rows.link) if node.rows.link else ()
    person = key_values(lowered, context.table, node.person)
    pool = context.lower(node.pool)
    asked = None if node.role is None else context.lower(node.role)
    weighed = None if node.weight is None else context.lower(node.weight)
    none, unlisted = context.code(node.reason_none), context.code(node.reason_role)
    known = context.atom(pool.value, "pool")
    taken = _surely(tested.taken, bool(tested.where.codes))
    reached = both(*(_there(context, path) for path in (node.person, node.rows.link)))
    has_pool = Present(known) if pool.codes else TRUE
    listed: Sql = TRUE
    if asked is not None:
        role = context.atom(asked.value, "role")
        listed = either(*(test("=", role, plain(entry.role, role.type)) for entry in node.roles))
        listed = _surely(listed, bool(asked.codes))
    has_weight = TRUE if weighed is None or not weighed.codes else Present(weighed.value)
    member = context.atom(both(taken, reached, listed, has_pool, has_weight), "member")
    group: tuple[Sql, ...] = (*links, known)
    group = group if member == TRUE else (member, *group)
    weights = _by_role(context, node, group) if node.role is not None else _by_weight(context, node, weighed, group)
    value = _part(context, node, known, weights, group)
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
        over = Over(waiting, (eligible, *links, known), (), SqlType.SMALL)
        wait = calculate(context.frame, f"{context.hint} waiting", over)
        out.append((Present(wait), wait))
        value = case([(Absent(wait), value)], None, value.type)
    if basis.codes:
        out.append((Absent(basis.value), code_sql(basis)))
        codes |= basis.codes
    if asked is not None:
        out.append((no(listed), small(unlisted)))
        codes.add(unlisted)
    value = context.atom(value, "part")
    code = case([(Present(value), Null(SqlType.SMALL)), *out], small(none), SqlType.SMALL)
    return made(value, codes, code)


def _there(context: Context, path: tuple[str, ...]) -> Sql:
    """Whether a path leads to a row."""
    if not path or not context.lowered.may_miss(context.table, path):
        return TRUE
    return both(*(Present(part) for part in key_values(context.lowered, context.table, path)))


def _surely(test_: Sql, unknown: bool) -> Sql:
    """A test that is never unknown."""
    return Coalesce((test_, FALSE), SqlType.BOOL) if unknown else test_


def _sum(context: Context, operand: Sql, group: tuple[Sql, ...], kind: SqlType, what: str) -> Ref:
    over = Over(Total("sum", operand, kind), group, (), kind)
    return calculate(context.frame, f"{context.hint} {what}", over)


def _by_role(context: Context, node: Allot, group: tuple[Sql, ...]) -> _Weights:
    assert node.role is not None
    role = context.atom(context.lower(node.role).value, "role")
    heads: list[tuple[Sql, Sql]] = []
    weights: list[tuple[Sql, Sql]] = []
    present: Sql = Int(0)
    for entry in node.roles:
        here = test("=", role, plain(entry.role, role.type))
        count = _sum(context, case([(here, Int(1))], Int(0), SqlType.INT), group, SqlType.INT, f"{entry.role.value} heads")
        heads.append((here, count))
        weights.append((here, Int(entry.weight)))
        present = plus(present, case([(test(">", count, Int(0)), Int(entry.weight))], Int(0), SqlType.INT), SqlType.INT)
    present = calculate(context.frame, f"{context.hint} weights", present)
    total = Int(sum(entry.weight for entry in node.roles)) if node.kept else present
    return _Weights(case(weights, None, SqlType.INT), case(heads, None, SqlType.INT), total, present)


def _by_weight(context: Context, node: Allot, weighed: State | None, group: tuple[Sql, ...]) -> _Weights:
    size = 1 if node.weight is None else context.extent(node.weight).number.size
    rows = context.lowered.bounds.rows.get(node.rows.table, 1)
    kind = width(size * max(1, rows))
    weight: Sql = Int(1) if weighed is None else context.atom(weighed.value, "weight")
    total = _sum(context, to(weight, kind), group, kind, "weights")
    return _Weights(weight, ONE, total, total)


def _part(context: Context, node: Allot, pool: Sql, weights: _Weights, group: tuple[Sql, ...]) -> Sql:
    frame, hint = context.frame, context.hint
    work, kind = width(context.extent(node).work), context.kind(node)
    extent = context.extent(node.pool).number
    whole = pool if extent.lo >= 0 else calculate(frame, f"{hint} whole", Magnitude(to(pool, kind), kind))
    zero = Int(0)
    divisor = calculate(frame, f"{hint} divisor", times(weights.heads, weights.total, work))
    shared = calculate(frame, f"{hint} share", times(whole, weights.weight, work))
    some = test(">", divisor, zero)
    part = calculate(frame, f"{hint} cut", case([(some, to(quotient(shared, divisor, work), kind))], None, kind))
    rest = calculate(frame, f"{hint} rest", case([(some, remainder(shared, divisor, work))], None, work))
    fraction = _fraction(context, rest, divisor, work)
    given = _sum(context, part, group, kind, "given")
    filled = test(">", weights.total, zero)
    pool_there = quotient(times(whole, weights.present, work), weights.total, work) if node.kept else whole
    left = case([(filled, minus(to(pool_there, kind), given, kind))], None, kind)
    person = key_values(context.lowered, context.table, node.person)
    own = key_values(context.lowered, context.table, ())
    order = (Order(fraction, descending=True), *ascending((*person, *own)))
    place = calculate(frame, f"{hint} place", Over(None, group, order, SqlType.INT))
    value = plus(part, case([(test("<=", place, left), Int(1, kind))], Int(0, kind), kind), kind)
    if extent.lo >= 0:
        return value
    return case([(test("<", pool, zero), times(value, Int(-1), kind))], value, kind)


def _fraction(context: Context, rest: Sql, divisor: Sql, work: SqlType) -> Sql:
    """Twelve digits of rest / divisor: six, and six more of what they leave, so that 64 bits hold them."""
    frame, hint = context.frame, context.hint
    step = Int(FRACTION_STEP)
    some = test(">", divisor, Int(0))
    scaled = calculate(frame, f"{hint} scaled", times(rest, step, work))
    high = case([(some, quotient(scaled, divisor, work))], None, work)
    low = case([(some, quotient(times(remainder(scaled, divisor, work), step, work), divisor, work))], None, work)
    return calculate(frame, f"{hint} remainder", to(plus(times(high, step, work), low, work), SqlType.INT))
