"""Tree of the grammar to the AST, for the lines of an sla."""

from quotarules.syntax import ast
from quotarules.syntax.driver import Part
from quotarules.syntax.expressions_from_tree import expression, for_each, rows
from quotarules.syntax.literals_from_tree import Making, duration, inner, leaves, names, only, path, percent, text


def sla_total(making: Making, part: Part) -> ast.SlaTotal:
    """What a party owes as a whole."""
    label, party = (text(making, leaf) for leaf in leaves(part, "STRING"))
    return ast.SlaTotal(names(making, part)[0], label, party, expression(making, inner(part)[0]), making.span(part))


def sla_term(making: Making, part: Part) -> ast.SlaTerm:
    """What is owed for each row."""
    owner, each, event, within, start, *_, promise = inner(part)
    share = leaves(promise, "PERCENT")
    calendar, pauses = only(part, "on_calendar"), only(part, "pauses")
    return ast.SlaTerm(
        names(making, part)[0],
        text(making, leaves(part, "STRING")[0]),
        path(making, owner),
        for_each(making, each),
        expression(making, event),
        duration(making, within),
        expression(making, start),
        percent(making, share[0]) if share else None,
        making.span(part),
        None if calendar is None else expression(making, inner(calendar)[0]),
        None if pauses is None else _pauses(making, pauses),
    )


def _pauses(making: Making, part: Part) -> ast.Pauses:
    taken, start, end = inner(part)
    return ast.Pauses(rows(making, taken), expression(making, start), expression(making, end), making.span(part))
