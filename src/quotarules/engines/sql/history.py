"""Rows in force on a day: a join of only the latest row at or before it, one pass over both sides in order of days."""

from quotarules.engines.sql.build import both
from quotarules.engines.sql.context import Context
from quotarules.engines.sql.frames import FrameSource, Join, calculate, fetch
from quotarules.engines.sql.state import State, strict_then
from quotarules.engines.sql.tree import Absent, Present, Ref, SqlType
from quotarules.plan.nodes import InForce


def in_force(context: Context, node: InForce) -> State:
    """A column of the row of a table that is in force on a day."""
    lowered = context.lowered
    states = [context.lower(part) for part in (*node.values, node.day)]
    # What is compared is a column, also where it is the same on all rows: a join of the latest wants one of each side.
    values = [calculate(context.frame, f"{context.hint} key", state.value) for state in states]
    types = lowered.frames[node.table].types
    identity = ("in force", context.table, node.table, node.keys, tuple(values))
    if identity not in lowered.joins:
        on = tuple((ask, Ref("j", key, types[key])) for ask, key in zip(values, node.keys, strict=False))
        latest = (values[-1], Ref("j", node.since, SqlType.SMALL))
        lowered.joins[identity] = Join(context.table, FrameSource(node.table), on, latest=latest)
    found = fetch(lowered, identity, node.name, types[node.name], f"{context.hint} {node.name}")
    known = both(*(Present(value) for state, value in zip(states, values, strict=True) if state.codes))
    return strict_then(found, states, [(both(known, Absent(found)), context.code(node.reason))])
