"""What a condition shows when it holds, or when it does not: which values are there, and which are not zero.

Only the words are looked at, so that both sides of an `and` can tell each other before either has a type.
"""

from quotarules.semantics.scope import Fact, PathNames
from quotarules.syntax import ast

NOTHING: frozenset[Fact] = frozenset()


def names_of(node: ast.Expression, each: str) -> PathNames | None:
    """The names of a path as facts know them, or None for anything else."""
    match node:
        case ast.Group(inner):
            return names_of(inner, each)
        case ast.Path(names):
            return tuple(name.text for name in names)
        case ast.ThisPath(this, names):
            own = tuple(name.text for name in names)
            return own if this.text == each else ("this", this.text, *own)
        case _:
            return None


def learned(node: ast.Expression, each: str, *, holds: bool) -> frozenset[Fact]:
    """The facts that follow if the condition holds, or if it is false."""
    match node:
        case ast.Group(inner):
            return learned(inner, each, holds=holds)
        case ast.Not(operand):
            return learned(operand, each, holds=not holds)
        case ast.And(operands):
            parts = [learned(operand, each, holds=holds) for operand in operands]
            return frozenset.union(*parts) if holds else frozenset.intersection(*parts)
        case ast.Or(operands):
            parts = [learned(operand, each, holds=holds) for operand in operands]
            return frozenset.intersection(*parts) if holds else frozenset.union(*parts)
        case ast.Presence(operand, is_present):
            names = names_of(operand, each)
            return frozenset((("present", names),)) if names and is_present == holds else NOTHING
        case ast.Compare():
            return _not_zero(node, each, holds=holds)
        case _:
            return NOTHING


_MIRROR: dict[ast.CompareOperator, ast.CompareOperator] = {
    "<": ">",
    "<=": ">=",
    ">": "<",
    ">=": "<=",
    "=": "=",
    "!=": "!=",
}
_OPPOSITE: dict[ast.CompareOperator, ast.CompareOperator] = {
    "<": ">=",
    "<=": ">",
    ">": "<=",
    ">=": "<",
    "=": "!=",
    "!=": "=",
}


def _not_zero(node: ast.Compare, each: str, *, holds: bool) -> frozenset[Fact]:
    operator = node.operator if holds else _OPPOSITE[node.operator]
    names, digits = names_of(node.left, each), _literal(node.right)
    if names is None:
        names, digits = names_of(node.right, each), _literal(node.left)
        operator = _MIRROR[operator]
    if names is None or digits is None:
        return NOTHING
    excluded = {
        "=": digits != 0,
        "!=": digits == 0,
        ">": digits >= 0,
        ">=": digits > 0,
        "<": digits <= 0,
        "<=": digits < 0,
    }
    return frozenset((("nonzero", names),)) if excluded[operator] else NOTHING


def _literal(node: ast.Expression) -> int | None:
    match node:
        case ast.Group(inner):
            return _literal(inner)
        case ast.Signed(sign, operand):
            digits = _literal(operand)
            return None if digits is None else sign * digits
        case (
            ast.NumberLiteral(digits)
            | ast.PercentLiteral(digits)
            | ast.MoneyLiteral(digits)
            | ast.PointsLiteral(digits)
            | ast.DurationLiteral(digits)
        ):
            return digits
        case _:
            return None
