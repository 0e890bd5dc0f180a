"""One expression, whatever it is: each form goes to the file that knows it."""

from typing import assert_never

from quotarules.semantics.arithmetic import (
    limited,
    per_of,
    percent_of,
    product_of,
    signed_value,
    sum_of,
)
from quotarules.semantics.conditions import compared, else_first, joined, met, not_the, one_of, presence, when_true
from quotarules.semantics.currencies import convert, of_one_currency
from quotarules.semantics.desk import Desk
from quotarules.semantics.functions import call
from quotarules.semantics.literals import constant
from quotarules.semantics.paths import Wanted, read_path, read_this
from quotarules.semantics.scope import Scope
from quotarules.semantics.value import Value
from quotarules.semantics.windows import as_of, edge, edge_of
from quotarules.syntax import ast


def walk(desk: Desk, node: ast.Expression, scope: Scope) -> Value:
    """The checked form of an expression at a place, and why it might have no value; problems go to the desk."""
    match node:
        case (
            ast.NumberLiteral()
            | ast.PercentLiteral()
            | ast.MoneyLiteral()
            | ast.PointsLiteral()
            | ast.DurationLiteral()
            | ast.DateLiteral()
            | ast.TextLiteral()
            | ast.YesNoLiteral()
        ):
            return Value(constant(desk, node))
        case ast.Path():
            return of_one_currency(desk, read_path(desk, node, scope))
        case ast.ThisPath():
            return of_one_currency(desk, read_this(desk, node, scope))
        case ast.Convert():
            return convert(desk, node, scope)
        case ast.AsOf():
            return as_of(node)
        case ast.Edge():
            return edge(desk, node) if node.date is None else edge_of(desk, node, node.date, scope)
        case ast.Sum() | ast.Product() | ast.Signed() | ast.PercentOf() | ast.Per() | ast.Limit():
            return _arithmetic(desk, node, scope)
        case ast.Compare() | ast.Presence() | ast.OneOf() | ast.Met() | ast.Not() | ast.And() | ast.Or():
            return _condition(desk, node, scope)
        case ast.When():
            return when_true(desk, node, scope)
        case ast.Else():
            return else_first(desk, node, scope)
        case ast.Group(inner):
            return walk(desk, inner, scope)
        case ast.Call():
            return call(desk, node, scope)
        case _:
            assert_never(node)


def _arithmetic(
    desk: Desk,
    node: ast.Sum | ast.Product | ast.Signed | ast.PercentOf | ast.Per | ast.Limit,
    scope: Scope,
) -> Value:
    match node:
        case ast.Sum():
            return sum_of(desk, node, scope)
        case ast.Product():
            return product_of(desk, node, scope)
        case ast.Signed():
            return signed_value(desk, node, scope)
        case ast.PercentOf():
            return percent_of(desk, node, scope)
        case ast.Per():
            return per_of(desk, node, scope)
        case ast.Limit():
            return limited(desk, node, scope)
        case _:
            assert_never(node)


def _condition(
    desk: Desk,
    node: ast.Compare | ast.Presence | ast.OneOf | ast.Met | ast.Not | ast.And | ast.Or,
    scope: Scope,
) -> Value:
    match node:
        case ast.Compare():
            return compared(desk, node, scope)
        case ast.Presence():
            return presence(desk, node, scope)
        case ast.OneOf():
            return one_of(desk, node, scope)
        case ast.Met(path):
            wanted = Wanted(met=True)
            if isinstance(path, ast.Path):
                return met(desk, node, read_path(desk, path, scope, wanted))
            return met(desk, node, read_this(desk, path, scope, wanted))
        case ast.Not():
            return not_the(desk, node, scope)
        case ast.And() | ast.Or():
            return joined(desk, node, scope)
        case _:
            assert_never(node)
