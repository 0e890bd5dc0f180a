"""Functions over the rows that lie between two days of the context row: rows joined to all contexts that see them."""

from collections.abc import Hashable

from quotarules.engines.sql.build import TRUE, either, moved, test
from quotarules.engines.sql.context import Context
from quotarules.engines.sql.frames import Group, GroupSource, Join, calculate
from quotarules.engines.sql.paths import key_values
from quotarules.engines.sql.rows import Grouped, finished, function_parts, row_test
from quotarules.engines.sql.state import State
from quotarules.engines.sql.tree import Named, Ref, Sql
from quotarules.plan.nodes import Aggregate, Expr


def between(context: Context, node: Aggregate) -> State:
    """A function over rows whose date lies at or before the context's `until`, and at or after its `since`."""
    rows, lowered = node.rows, context.lowered
    assert rows.date is not None, "rows between days have a date"
    assert rows.until is not None, "rows between days end on one"
    own = context.over(rows.table)
    tested = row_test(context, rows)
    date = _column(own, rows.date)
    pairs = [test("<=", date, moved(_column(context, rows.until), "c"))]
    if rows.since is not None:
        pairs.append(test(">=", date, moved(_column(context, rows.since), "c")))
    if rows.match is not None:
        links = key_values(lowered, rows.table, rows.link)
        asked = key_values(lowered, context.table, rows.match)
        pairs += [test("=", link, moved(ask, "c")) for link, ask in zip(links, asked, strict=True)]
    key = key_values(lowered, context.table, ())
    keys = tuple(Named(f"key {place}" if place else "key", moved(part, "c")) for place, part in enumerate(key))
    group_id: Hashable = ("between", context.table, rows)
    if group_id not in lowered.groups:
        counted = either(tested.taken, tested.waiting)
        where = () if counted == TRUE else (counted,)
        lowered.groups[group_id] = Group(
            rows.table, keys, where, tuple(pairs), comment=context.hint, context=context.table
        )
    on = tuple((part, Ref("j", name.name, part.type)) for part, name in zip(key, keys, strict=True))
    lowered.joins.setdefault(group_id, Join(context.table, GroupSource(group_id), on))
    parts = function_parts(own, node, tested)
    return finished(context, node, parts, Grouped(lowered, group_id, group_id, context.hint))


def _column(context: Context, day: Expr) -> Sql:
    """A day in a column of its own row, so that the rows of both sides can be compared."""
    found = context.lower(day).value
    return found if isinstance(found, Ref) else calculate(context.frame, f"{context.hint} day", found)
