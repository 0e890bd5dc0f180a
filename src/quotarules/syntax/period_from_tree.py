"""Tree of the grammar to the AST, for how often a plan settles and a block pays."""

from quotarules.syntax import ast
from quotarules.syntax.driver import Part
from quotarules.syntax.literals_from_tree import Making, date, leaves, names, only


def period(making: Making, clause: Part | None) -> tuple[ast.Name | None, ast.DateLiteral | None]:
    """The unit of the period, and for a retail year the day that it is counted from."""
    if clause is None:
        return None, None
    pattern = leaves(clause, "RETAIL")
    if not pattern:
        return names(making, clause)[0], None
    return ast.Name(pattern[0].token.text, making.span(pattern[0])), date(making, leaves(clause, "ISO_DATE")[0])


def every(making: Making, head: Part) -> ast.Name | None:
    """The unit of `pay … every quarter`."""
    said = only(head, "every")
    return None if said is None else names(making, said)[0]
