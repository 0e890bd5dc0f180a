"""Tree of the grammar to the AST, for when a line of pay falls due and how it is taken back."""

from quotarules.syntax import ast
from quotarules.syntax.driver import Part
from quotarules.syntax.expressions_from_tree import expression, for_each
from quotarules.syntax.literals_from_tree import Making, has, inner, leaves, names, number, only, percent, text, whole
from quotarules.syntax.words import TIME_UNITS


def paid(making: Making, part: Part) -> ast.Paid:
    """What stands after the rows of a line: `paid …`."""
    (way,) = inner(part)
    span = making.span(part)
    match way.name:
        case "paid_parts":
            return ast.PaidParts(tuple(_part(making, each) for each in inner(way)), span)
        case "paid_equally":
            (count,) = leaves(way, "NUMBER")
            whole(making, count, "a count of parts")
            start = expression(making, inner(way)[0])
            return ast.PaidEqually(number(making, count), names(making, way)[0], start, span)
        case "paid_in_proportion":
            return ast.PaidInProportion(expression(making, inner(way)[0]), span)
        case _:
            return ast.PaidOn(expression(making, inner(way)[0]), span)


def _part(making: Making, part: Part) -> ast.PaidPart:
    (share,) = leaves(part, "PERCENT")
    return ast.PaidPart(percent(making, share), expression(making, inner(part)[0]), making.span(part))


def clawback(making: Making, part: Part) -> ast.Clawback:
    """`clawback NAME "Label" [PART of] LINE for each … WAY`."""
    name, line = names(making, part)
    *share, each, way = inner(part)
    (label,) = leaves(part, "STRING")
    return ast.Clawback(
        name,
        text(making, label),
        expression(making, share[0]) if share else None,
        line,
        for_each(making, each),
        _way(making, way),
        making.span(part),
    )


def _way(making: Making, part: Part) -> ast.ClawbackWay:
    if has(part, "AS"):
        return "as paid"
    if has(part, "RATE"):
        return "at rate"
    if has(part, "UNPAID"):
        return "unpaid first"
    (count,), (unit,) = leaves(part, "NUMBER"), leaves(part, "TIME_UNIT")
    whole(making, count, "a count of months or days")
    start = expression(making, inner(part)[0])
    return ast.Prorata(number(making, count), TIME_UNITS[unit.token.text], start, making.span(part))


def paid_of(making: Making, line: Part) -> ast.Paid | None:
    """The `paid` of a line, if it says one."""
    found = only(line, "paid")
    return None if found is None else paid(making, found)
