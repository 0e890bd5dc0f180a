"""Cliffs: edges at which one more unit pays suddenly more, or less, with what is paid on both sides."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Literal as Word

from quotarules.diagnostics.source import Span
from quotarules.plan.nodes import Curve, Expr, InRange, Kind, Literal, Plan, Switch, Tiers, ValueType
from quotarules.plan.walk import walk
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class Cliff:
    """An edge of tiers, of a curve or of a table: what it gives just before the edge, and from it on.

    `edge` is in `edge_unit`, the two amounts in `unit` (a percentage is a part of one). `span` is where it is read.
    """

    kind: Word["tiers", "curve", "table"]
    name: str
    edge: Fraction
    edge_unit: str
    before: Fraction
    after: Fraction
    unit: str
    span: Span

    @property
    def jump(self) -> Fraction:
        """What one more unit adds; less than zero where it takes away."""
        return self.after - self.before


def cliffs(plan: Plan) -> tuple[Cliff, ...]:
    """Every edge at which tiers, curves or tables of ranges jump, in the order in which the plan reads them."""
    roots: list[tuple[str, Expr, Span]] = [(column.table, column.value, column.span) for column in plan.columns]
    roots += [(line.rows.table, line.amount, line.span) for line in plan.lines]
    found: dict[tuple[object, ...], Cliff] = {}
    for table, root, span in roots:
        for _, expr in walk(table, root):
            for cliff in _of_node(expr, span):
                if cliff.jump:
                    found.setdefault((cliff.name, cliff.edge, cliff.before, cliff.after), cliff)
    return tuple(found.values())


def exceeds(cliff: Cliff, limit: Fraction, currency: str | None) -> bool:
    """Whether a cliff is larger than a limit: an amount of the currency, or a part of what is paid before it.

    Tiers and curves that fall exceed every limit; a table may fall on purpose.
    """
    if cliff.kind != "table" and cliff.jump < 0:
        return True
    if currency is None:
        return abs(cliff.jump) > limit * abs(cliff.before)
    return cliff.unit == currency and abs(cliff.jump) > limit


def _of_node(expr: Expr, span: Span) -> Iterator[Cliff]:
    match expr:
        case Tiers(name, "whole" | "excess"):
            for low, high in pairwise(expr.bands):
                assert low.upper is not None, "bands touch"
                edge = int(low.upper.value)
                start = int(low.lower.value) if expr.way == "excess" and low.lower is not None else 0
                before = (edge - start) * int(low.rate.value)
                after = 0 if expr.way == "excess" else edge * int(high.rate.value)
                yield _cliff("tiers", name, (low.upper, expr.amount.type), (before, after), expr.type, span)
        case Curve(name, amount, points):
            for (_, left), (at, right) in pairwise(points):
                if int(right.value) < int(left.value):
                    values = int(left.value), int(right.value)
                    yield _cliff("curve", name, (at, amount.type), values, expr.type, span)
        case Switch():
            yield from _of_table(expr, span)
        case _:
            pass


def _of_table(expr: Switch, span: Span) -> Iterator[Cliff]:
    """Neighbouring rows that differ in one range and agree in all other keys."""
    for place, key in enumerate(expr.keys):
        rows: dict[object, list[tuple[InRange, Literal]]] = {}
        for row in expr.rows:
            range_, value = row.matchers[place], row.value
            if isinstance(range_, InRange) and isinstance(value, Literal) and value.type.kind is Kind.INTEGER:
                others = tuple(matcher for at, matcher in enumerate(row.matchers) if at != place)
                rows.setdefault(others, []).append((range_, value))
        for group in rows.values():
            for (_, low), (range_, high) in pairwise(group):
                if range_.lower is not None and range_.lower.type.kind is Kind.INTEGER:
                    edge = range_.lower, key.type
                    yield _cliff("table", expr.table, edge, (int(low.value), int(high.value)), expr.type, span)


def _cliff(
    kind: Word["tiers", "curve", "table"],
    name: str,
    edge: tuple[Literal, ValueType],
    amounts: tuple[int, int],
    held: ValueType,
    span: Span,
) -> Cliff:
    literal, read = edge
    before, after = (Fraction(amount, 10**held.scale) for amount in amounts)
    at = Fraction(int(literal.value), 10**read.scale)
    return Cliff(kind, name, at, literal.type.unit or read.unit, before, after, held.unit, span)
