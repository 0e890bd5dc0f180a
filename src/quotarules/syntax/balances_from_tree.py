"""Tree of the grammar to the AST, for the clauses that weigh pay, hold it back or lend it: weights, cap and draw."""

from typing import Literal

from quotarules.syntax import ast
from quotarules.syntax.driver import Leaf, Part
from quotarules.syntax.expressions_from_tree import expression
from quotarules.syntax.literals_from_tree import Making, has, inner, leaves, names, only, percent


def weights(making: Making, part: Part) -> ast.Weights:
    """`weights PERCENT`."""
    return ast.Weights(percent(making, leaves(part, "PERCENT")[0]), making.span(part))


def cap(making: Making, part: Part) -> ast.Cap:
    """`cap at LIMIT [a UNIT], lose|carry the rest`."""
    unit = names(making, part)
    limit = expression(making, inner(part)[0])
    return ast.Cap(limit, unit[0] if unit else None, has(part, "CARRY"), making.span(part))


def draw(making: Making, part: Part) -> ast.Draw:
    """`draw up to LIMIT, WAY` and its options."""
    limit, way, *_ = inner(part)
    recover, until = only(part, "recover"), only(part, "until")
    return ast.Draw(
        expression(making, limit),
        _way(way),
        has(part, "ADVANCE"),
        None if recover is None else _recover(making, recover),
        None if until is None else _until(making, until),
        making.span(part),
    )


def _way(part: Part) -> ast.DrawWay:
    leaf = part.parts[0]
    assert isinstance(leaf, Leaf)
    match leaf.token.text:
        case "recoverable" | "guaranteed" | "loan" as found:
            return found
        case other:
            raise AssertionError(other)


def _recover(making: Making, part: Part) -> ast.Recover:
    said = [expression(making, each) for each in inner(part)]
    start = said.pop() if has(part, "FROM") else None
    return ast.Recover(said[0] if said else None, start, making.span(part))


def _until(making: Making, part: Part) -> ast.Until:
    (day,) = inner(part)
    return ast.Until(expression(making, day), _then(part), making.span(part))


def _then(part: Part) -> Literal["forgiven", "owed"] | None:
    if has(part, "FORGIVEN"):
        return "forgiven"
    return "owed" if has(part, "OWED") else None
