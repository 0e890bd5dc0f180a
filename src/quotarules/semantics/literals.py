"""Values that are written out in the text."""

from dataclasses import replace

from quotarules.diagnostics.source import Span
from quotarules.semantics.checked import (
    Choice,
    Constant,
    DateType,
    Days,
    Minutes,
    Money,
    Quantity,
    TextType,
    YesNo,
)
from quotarules.semantics.constants import computed_constant
from quotarules.semantics.desk import Desk
from quotarules.semantics.kinds import ANY_POINTS, NUMBER, PERCENT
from quotarules.semantics.problems.names import UnknownChoice
from quotarules.semantics.problems.types import Side, WrongType
from quotarules.semantics.suggest import near
from quotarules.syntax import ast

Written = (
    ast.NumberLiteral
    | ast.PercentLiteral
    | ast.MoneyLiteral
    | ast.PointsLiteral
    | ast.DurationLiteral
    | ast.DateLiteral
    | ast.TextLiteral
    | ast.YesNoLiteral
)


def constant(desk: Desk, node: Written) -> Constant | None:
    """The value of a literal; None with a problem for a length of time that has no fixed length."""
    span = node.span
    match node:
        case ast.NumberLiteral(digits, scale):
            return Constant(digits, scale, NUMBER, span)
        case ast.PercentLiteral(digits, scale):
            return Constant(digits, scale + 2, PERCENT, span)
        case ast.MoneyLiteral(digits, scale, currency):
            return Constant(digits, scale, Quantity(Money(currency.text)), span)
        case ast.PointsLiteral(digits, scale):
            return Constant(digits, scale, Quantity(ANY_POINTS), span)
        case ast.DurationLiteral():
            return _duration(desk, node)
        case ast.DateLiteral(day):
            return Constant(day, 0, DateType(), span)
        case ast.TextLiteral(text):
            return Constant(text, 0, TextType(), span)
        case ast.YesNoLiteral(value):
            return Constant(value, 0, YesNo(), span)


_MINUTES = {"minute": 1, "hour": 60, "working hour": 60}


def _duration(desk: Desk, node: ast.DurationLiteral) -> Constant | None:
    match node.unit:
        case "day" | "working day":
            return Constant(node.digits, node.scale, Quantity(Days()), node.span)
        case "minute" | "hour" | "working hour":
            return Constant(node.digits * _MINUTES[node.unit], node.scale, Quantity(Minutes()), node.span)
        case "month" | "year":
            value = Side(node.span, f"a number of {node.unit}s")
            help_text = f"compare `months(from … to under …)` with a number, or add the {node.unit}s to a date"
            desk.found.add(WrongType(value, "a length of time", "of a fixed length", help_text))
            return None


def signed(value: Constant, sign: int, span: Span) -> Constant:
    """A literal with a sign before it."""
    assert isinstance(value.value, int), "only amounts have a sign"
    return replace(value, value=value.value * sign, span=span)


def word(node: ast.Expression) -> tuple[str, Span] | None:
    """A bare word or a quoted text, as a choice is written; None for anything else."""
    match node:
        case ast.Path((name,)):
            return name.text, name.span
        case ast.TextLiteral(text, span):
            return text, span
        case ast.Group(inner):
            return word(inner)
        case _:
            return None


def choice(desk: Desk, found: tuple[str, Span], kind: Choice, side: Side, column: str | None = None) -> Constant | None:
    """A word of a choice's list, or None with a problem; `side` is the value that it meets.

    `column` is how a column of that name would be written, if there is one.
    """
    text, span = found
    if text in kind.options:
        return Constant(text, 0, kind, span)
    desk.found.add(UnknownChoice(span, text, kind.options, near(text, kind.options), side.origin, column))
    return None


def written_out(desk: Desk, node: ast.Expression, place: str) -> Constant | None:
    """A literal with or without a sign, or what literals and named amounts come to; a problem for anything else."""
    match node:
        case ast.Group(inner):
            return written_out(desk, inner, place)
        case ast.Signed(sign, operand):
            inner_value = written_out(desk, operand, place)
            if inner_value is None or not isinstance(inner_value.type, Quantity):
                return inner_value
            return signed(inner_value, sign, node.span)
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
            return constant(desk, node)
        case _:
            return computed_constant(desk, node, place)
