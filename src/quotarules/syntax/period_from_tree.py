"""Tree of the grammar to the AST, for how often a plan settles and a block pays."""

from quotarules.syntax import ast
from quotarules.syntax.driver import Part
from quotarules.syntax.literals_from_tree import Making, date, leaves, names, number, only


def period(
    making: Making, clause: Part | None
) -> tuple[ast.Name | None, ast.DateLiteral | None, ast.NumberLiteral | None]:
    """The unit of the period, for a retail year and for weeks the day that it is counted from, and how many weeks."""
    if clause is None:
        return None, None, None
    pattern, counts, dates = leaves(clause, "RETAIL"), leaves(clause, "NUMBER"), leaves(clause, "ISO_DATE")
    first = date(making, dates[0]) if dates else None
    if pattern:
        return ast.Name(pattern[0].token.text, making.span(pattern[0])), first, None
    return names(making, clause)[0], first, number(making, counts[0]) if counts else None


def every(making: Making, head: Part) -> ast.Name | None:
    """The unit of `pay … every quarter`."""
    said = only(head, "every")
    return None if said is None else names(making, said)[0]
