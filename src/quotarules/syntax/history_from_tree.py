"""Tree of the grammar to the AST, for what changes in time: versions of rules, and lines by days or as of the end."""

from quotarules.syntax import ast
from quotarules.syntax.driver import Part
from quotarules.syntax.literals_from_tree import Making, date, has, leaves, only


def validity(making: Making, head: Part) -> ast.Validity | None:
    """The days on which a version is in force, if the head says any."""
    part = only(head, "validity")
    if part is None:
        return None
    first, *last = (date(making, leaf) for leaf in leaves(part, "ISO_DATE"))
    return ast.Validity(first, last[0] if last else None, has(part, "RETROACTIVE"), making.span(part))


def stretch(making: Making, line: Part) -> ast.Stretch | None:
    """`by days` or `as of end` behind an amount."""
    part = only(line, "by_days") or only(line, "as_of_end")
    return None if part is None else ast.Stretch(part.name == "by_days", making.span(part))
