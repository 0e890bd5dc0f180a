"""`rank(x of rows)`: the row in hand has a place among rows like it, and may not be one of them."""

from quotarules.semantics.checked import CheckedRows
from quotarules.semantics.desk import Desk
from quotarules.semantics.disjoint import implies
from quotarules.semantics.problems.rank import RankElsewhere
from quotarules.semantics.scope import Scope
from quotarules.semantics.tree import shape
from quotarules.semantics.value import Gap
from quotarules.syntax import ast
from quotarules.values.schema import COMPANY


def places_unsaid(desk: Desk, node: ast.Call, rows: CheckedRows, scope: Scope) -> tuple[Gap, ...] | None:
    """Why the row in hand may have no place among the rows; a problem and None where it cannot be one of them."""
    why = _why_not(rows, scope)
    if why:
        desk.found.add(RankElsewhere(node.span, why, "" if scope.table == COMPANY else scope.each))
        return None
    passes = implies(scope.passed, rows.where) if rows.where is not None else True
    inside = rows.date is None or (scope.within == rows.window and shape(scope.dated) == shape(rows.date))
    linked = not _may_miss(desk, rows, scope)
    return () if passes and inside and linked else (Gap("unranked", node.span),)


def _why_not(rows: CheckedRows, scope: Scope) -> str:
    if scope.table == COMPANY:
        return "no row is in hand here"
    if scope.table != rows.table:
        return f"these are rows of `{rows.table}`, and a row of `{scope.table}` is in hand"
    if rows.earlier:
        return f"these rows come before the {scope.each} in hand"
    if rows.once is not None:
        return "of these rows only one counts for each " + f"`{'.'.join(rows.once)}`"
    if rows.match not in (None, rows.link):
        return f"these rows lead to the {scope.each} in hand, which is none of them"
    return ""


def _may_miss(desk: Desk, rows: CheckedRows, scope: Scope) -> bool:
    """Whether the link that the rows share may be missing on the row in hand."""
    table, path = rows.table, rows.link if rows.match is not None else ()
    for place, name in enumerate(path):
        column = desk.table(table).column(name)
        assert column is not None, "a link is a column"
        if column.optional and not scope.is_present(path[: place + 1]):
            return True
        table = column.target or ""
    return False
