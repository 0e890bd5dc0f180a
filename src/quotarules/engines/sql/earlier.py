"""Functions over the rows before the context row, in (date, key) order: windows that run over each partition once.

What no window can say (months back from each row's own day, rows that wait, another link than the own one) is a join
of the table with itself.
"""

from collections.abc import Hashable

from quotarules.engines.sql.build import TRUE, ascending, both, case, either, moved, plus, test, to
from quotarules.engines.sql.context import Context
from quotarules.engines.sql.frames import Group, GroupSource, Join, calculate
from quotarules.engines.sql.paths import key_values
from quotarules.engines.sql.rows import Grouped, RowTest, finished, function_parts, function_state, row_test
from quotarules.engines.sql.state import ONE, State
from quotarules.engines.sql.tree import (
    Absent,
    Int,
    MonthsLater,
    Named,
    Over,
    Present,
    Ref,
    Sql,
    SqlType,
    Total,
)
from quotarules.engines.sql.unit_start import unit_start
from quotarules.plan.nodes import Aggregate, Rows
from quotarules.values.period import Ever, LastDays, LastMonths, ToDate, unit_text, window_days


def earlier(context: Context, node: Aggregate) -> State:
    """A function over earlier rows of the context's own table."""
    rows = node.rows
    assert rows.table == context.table, "earlier rows are rows of the same table"
    tested = row_test(context, rows)
    same = rows.match is None or rows.match == rows.link
    parts = function_parts(context, node, tested)
    if same and parts.wait is None and not isinstance(rows.window, LastMonths | LastDays) and node.function != "the":
        return _windowed(context, node, tested)
    return _self_joined(context, node, tested)


def _day(context: Context, rows: Rows) -> Sql:
    assert rows.date is not None, "earlier rows have a date"
    day = context.lower(rows.date)
    return day.value if isinstance(day.value, Ref) else calculate(context.frame, f"{context.hint} date", day.value)


def _windowed(context: Context, node: Aggregate, tested: RowTest) -> State:
    rows, frame, lowered = node.rows, context.frame, context.lowered
    day = _day(context, rows)
    links = () if rows.match is None else key_values(lowered, context.table, rows.link)
    since, bucket = _since(context, rows, day)
    partition: tuple[Sql, ...] = (*links, *bucket)
    order = ascending((day, *key_values(lowered, context.table, ())))
    counts = both(tested.taken, since)
    state = State(TRUE) if node.value is None else context.lower(node.value)
    value = context.atom(state.value, "value")
    held = both(counts, Present(value)) if state.codes else counts
    kind, per = context.kind(node), context.divisor_kind(node)

    def over(function: str, operand: Sql, result: SqlType, what: str) -> Ref:
        assert function in ("sum", "min", "max")
        total = Total("sum" if function == "sum" else "min" if function == "min" else "max", operand, result)
        return calculate(frame, f"{context.hint} {what}", Over(total, partition, order, result))

    one = case([(held, Int(1))], Int(0), SqlType.INT)
    denominator: Sql = ONE
    match node.function:
        case "count":
            result: Sql = over("sum", one, SqlType.INT, "rows before")
        case "sum":
            result = over("sum", case([(held, value)], Int(0, value.type), value.type), kind, "before")
        case "distinct":
            first = Over(None, (*partition, held, value), order, SqlType.INT)
            fresh = calculate(frame, f"{context.hint} occurrence", first)
            newest = case([(both(held, test("=", fresh, Int(1))), Int(1))], Int(0), SqlType.INT)
            result = over("sum", newest, SqlType.INT, "distinct before")
        case "mean" | "share":
            yes = value if node.function == "mean" else case([(value, Int(1))], Int(0), SqlType.INT)
            result = over("sum", case([(held, yes)], None, yes.type), kind, "before")
            denominator = to(over("sum", one, SqlType.INT, "rows before"), per)
        case function:
            result = over(function, case([(held, value)], None, value.type), value.type, f"{function} before")
    asked = [part for part in (day, *links) if _optional(context, rows, part)]
    if asked:
        result = case([(either(*(Absent(part) for part in asked)), case((), None, result.type))], result, result.type)
    return function_state(context, node, result, denominator, None, frozenset())


def _optional(context: Context, rows: Rows, part: Sql) -> bool:
    """Whether a date or a link can be missing, as far as it is known without looking."""
    if rows.date is not None and part == context.lower(rows.date).value:
        return bool(context.lower(rows.date).codes)
    spec, places = context.lowered.plan.schema.table(context.table), context.lowered.places
    column = spec.column(places.held(context.table, part.name)) if spec is not None and isinstance(part, Ref) else None
    return column is None or column.optional


def _since(context: Context, rows: Rows, day: Sql) -> tuple[Sql, tuple[Sql, ...]]:
    """A test that a row is not too early for any context row, and what splits rows that cannot see each other."""
    match rows.window:
        case None | Ever():
            return TRUE, ()
        case ToDate(unit):
            return TRUE, (calculate(context.frame, f"{unit_text(unit)} of {context.hint}", unit_start(unit, day)),)
        case LastMonths() | LastDays():
            raise AssertionError("days and months back from each row are joined")
        case window:
            first, _ = window_days(window, context.lowered.period)
            return test(">=", day, Int(first, SqlType.SMALL)), ()


def _self_joined(context: Context, node: Aggregate, tested: RowTest) -> State:
    rows, lowered = node.rows, context.lowered
    day = _day(context, rows)
    own = key_values(lowered, context.table, ())
    pairs: list[Sql] = []
    if rows.match is not None:
        links = key_values(lowered, rows.table, rows.link)
        asked = key_values(lowered, context.table, rows.match)
        pairs += [test("=", link, moved(ask, "c")) for link, ask in zip(links, asked, strict=True)]
    pairs.append(_before((day, *own)))
    since, start = _start(context, rows, day)
    if since != TRUE:
        pairs.append(since)
    if start is not None:
        pairs.append(test(">=", day, start))
    counted = either(tested.taken, tested.waiting)
    keys = tuple(Named(f"key {place}" if place else "key", moved(part, "c")) for place, part in enumerate(own))
    group_id: Hashable = ("earlier", context.table, rows)
    if group_id not in lowered.groups:
        where = () if counted == TRUE else (counted,)
        lowered.groups[group_id] = Group(context.table, keys, where, tuple(pairs), comment=context.hint)
    join_id = ("earlier", context.table, rows)
    on = tuple((part, Ref("j", key.name, key.value.type)) for part, key in zip(own, keys, strict=True))
    lowered.joins.setdefault(join_id, Join(context.table, GroupSource(group_id), on))
    parts = function_parts(context, node, tested)
    return finished(context, node, parts, Grouped(lowered, group_id, join_id, context.hint))


def _start(context: Context, rows: Rows, day: Sql) -> tuple[Sql, Sql | None]:
    """As `_since`, for rows `t` seen from a context row `c`."""
    match rows.window:
        case LastMonths(count):
            back = plus(MonthsLater(moved(day, "c"), Int(-count, SqlType.SMALL)), Int(1, SqlType.SMALL), SqlType.SMALL)
            return TRUE, back
        case LastDays(count):
            return TRUE, plus(moved(day, "c"), Int(1 - count, SqlType.SMALL), SqlType.SMALL)
        case ToDate(unit):
            return TRUE, unit_start(unit, moved(day, "c"))
        case _:
            return _since(context, rows, day)[0], None


def _before(parts: tuple[Sql, ...]) -> Sql:
    """Whether row `t` stands before row `c` in the order of the parts."""
    first, *rest = parts
    smaller = test("<", first, moved(first, "c"))
    if not rest:
        return smaller
    return either(smaller, both(test("=", first, moved(first, "c")), _before(tuple(rest))))
