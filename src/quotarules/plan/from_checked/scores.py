"""The net promoter score as a mean: what one score adds to it."""

from quotarules.diagnostics.source import Span
from quotarules.plan.from_checked.arithmetic import integer, rescaled
from quotarules.plan.from_checked.builder import Builder
from quotarules.plan.nodes import Aggregate, Expr, InRange, Kind, Literal, Rows, Switch, SwitchRow, ValueType


def promoters(builder: Builder, span: Span, rows: Rows, score: Expr | None, nothing: int) -> Expr:
    """The mean of 100 for a score from 9 through 10, -100 below 7, 0 between; other scores wait.

    `nothing` is the reason where there are no rows.
    """
    assert score is not None, "nps is of scores"
    stray = builder.reason(f"`{builder.words(span)}` meets a score outside 0 through 10", span, waiting=True)
    bands = ((0, 7, False, -100), (7, 9, False, 0), (9, 10, True, 100))
    worth = tuple(
        SwitchRow((InRange(_at(lower, score), _at(upper, score), included),), integer(points))
        for lower, upper, included, points in bands
    )
    adds = Switch("nps", (score,), worth, stray, ValueType(Kind.INTEGER))
    return Aggregate("mean", rows, adds, nothing, ValueType(Kind.RATIO))


def _at(edge: int, score: Expr) -> Literal:
    literal = rescaled(integer(edge), score.type.scale)
    assert isinstance(literal, Literal), "an integer of the text stays one"
    return literal
