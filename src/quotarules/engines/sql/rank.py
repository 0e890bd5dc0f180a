"""A row's place among rows of its own table: numbered from the largest value down, and equal values share the best."""

from quotarules.engines.sql.build import FALSE, TRUE, ascending, both, case, no
from quotarules.engines.sql.context import Context
from quotarules.engines.sql.frames import calculate
from quotarules.engines.sql.paths import key_values
from quotarules.engines.sql.rows import first_waiting, row_test
from quotarules.engines.sql.state import State, made, small, waiting_codes
from quotarules.engines.sql.tree import Absent, Coalesce, Order, Over, Present, Sql, SqlType, Total
from quotarules.plan.nodes import Aggregate


def rank(context: Context, node: Aggregate) -> State:
    """The place of the context row among the rows that the function takes."""
    lowered, frame, rows = context.lowered, context.frame, node.rows
    assert node.value is not None, "a place is by a value"
    tested = row_test(context, rows)
    state = context.lower(node.value)
    value = context.atom(state.value, "value")
    links = () if rows.match is None else key_values(lowered, context.table, rows.link)
    reached = both(*(Present(link) for link in links)) if lowered.may_miss(context.table, rows.link) else TRUE
    held = both(tested.taken, reached, Present(value) if state.codes else TRUE)
    if tested.where.codes:
        held = Coalesce((held, FALSE), SqlType.BOOL)
    member = context.atom(held, "member")
    group = (*([] if member == TRUE else [member]), *links)
    down = (Order(value, descending=True), *ascending(key_values(lowered, context.table, ())))
    number = calculate(frame, f"{context.hint} number", Over(None, group, down, SqlType.INT))
    best = Over(Total("min", number, SqlType.INT), (*group, value), (), SqlType.INT)
    place: Sql = calculate(frame, f"{context.hint} place", best)
    place = case([(member, place)], None, SqlType.INT)
    none = context.code(node.reason)
    waiting = first_waiting(context, tested, state)
    if waiting is None:
        return State(place) if member == TRUE else State(place, codes=frozenset({none}))
    wait = calculate(frame, f"{context.hint} waiting", Over(waiting, links, (), SqlType.SMALL))
    asked = both(reached, Present(wait))
    place = case([(both(reached, Absent(wait)), place)], None, SqlType.INT)
    codes = {none} | waiting_codes(tested.where) | waiting_codes(state)
    return made(place, codes, case([(asked, wait), (no(member), small(none))], None, SqlType.SMALL))
