"""The words of a single step: a rounding, a tier, a stretch of a curve, a row of a table."""

from collections.abc import Iterator
from itertools import pairwise
from typing import assert_never

from quotarules.engines.reference.arithmetic import pair
from quotarules.engines.reference.lookups import edge, inside, matches
from quotarules.engines.reference.state import Missing, Number, Ratio, State, Value, Waiting
from quotarules.plan.nodes import (
    Anything,
    Band,
    Curve,
    Equals,
    InRange,
    Kind,
    Literal,
    Matcher,
    Round,
    Switch,
    Tiers,
    ValueType,
)
from quotarules.statements.numbers import value

# --- roundings ---------------------------------------------------------------------------------


def rounding(expr: Round, exact: Number, result: Number, of: ValueType) -> str:
    """`1,234.5678 RUB rounded half_up to 0.01: 1,234.57 RUB (+0.0022)`."""
    mode = expr.mode.value
    place = value(expr.step, ValueType(Kind.INTEGER, expr.type.scale))
    if expr.type.unit == "%":
        place = value(expr.step, expr.type)
    difference = rounding_difference(pair(exact), of.scale, pair(result)[0], expr.type)
    added = "" if difference is None else f" ({difference})"
    return f"{value(exact, of)} rounded {mode} to {place}: {value(result, expr.type)}{added}"


def rounding_difference(exact: tuple[int, int], scale: int, result: int, of: ValueType) -> str | None:
    """What rounding added, result - exact, with its sign and unit; None if it added nothing.

    `exact` is numerator and denominator at `scale`, `result` an integer of the type `of`.
    """
    numerator, denominator = exact
    common = max(scale, of.scale)
    gained = result * denominator * 10 ** (common - of.scale) - numerator * 10 ** (common - scale)
    if gained == 0:
        return None
    text = value((gained, denominator), ValueType(Kind.RATIO, common, of.unit))
    return f"+{text}" if gained > 0 else text


# --- tiers, curves and tables --------------------------------------------------------------------


def tiers(expr: Tiers, amount: Number, came_to: str) -> str:
    """The tier that was reached, or each slice with its rate, and what they come to."""
    given = expr.amount.type
    head = f"tiers `{expr.tiers}` ({expr.way}) of {value(amount, given)}"
    band = next((band for band in expr.bands if inside(band, amount)), None)
    if band is None:
        return f"{head}: outside all tiers, so it waits"
    match expr.way:
        case "marginal":
            return f"{head}: {'; '.join(_slices(expr, amount))}: {came_to}"
        case "whole":
            return f"{head}: tier {_range(band, given)}, all of it at {_rate(band)}: {came_to}"
        case "excess":
            edge_text = "0" if band.lower is None else value(edge(band.lower), given)
            return f"{head}: tier {_range(band, given)}, what exceeds {edge_text} at {_rate(band)}: {came_to}"
        case _:
            assert_never(expr.way)


def _slices(expr: Tiers, amount: Number) -> Iterator[str]:
    """The part of the amount that lies in each tier, at that tier's rate; empty slices are left out."""
    numerator, denominator = pair(amount)
    for band in expr.bands:
        part = _clamped(band, numerator, denominator) - _clamped(band, 0, denominator)
        if part:
            held = Ratio(part, denominator) if isinstance(amount, Ratio) else part
            yield f"{value(held, expr.amount.type)} ({_range(band, expr.amount.type)}) at {_rate(band)}"
    if not numerator:
        yield "nothing to rate"


def _clamped(band: Band, numerator: int, denominator: int) -> int:
    if band.lower is not None:
        numerator = max(numerator, edge(band.lower) * denominator)
    if band.upper is not None:
        numerator = min(numerator, edge(band.upper) * denominator)
    return numerator


def _rate(band: Band) -> str:
    return value(edge(band.rate), band.rate.type)


def _range(band: Band | InRange, held: ValueType) -> str:
    start = "over" if band.over else "from"
    lower = "" if band.lower is None else f"{start} {_literal(band.lower, held)}"
    if band.upper is None:
        return lower or "all amounts"
    upper = f"{'through' if band.included else 'to under'} {_literal(band.upper, held)}"
    return f"{lower} {upper}".strip() if lower else upper.removeprefix("to ")


def _literal(literal: Literal, held: ValueType) -> str:
    # A bound may lack the unit that its key has.
    unit = literal.type.unit or held.unit
    return value(literal.value, ValueType(literal.type.kind, literal.type.scale, unit))


def curve(expr: Curve, amount: Number, came_to: str) -> str:
    """The two points between which the amount lies, and what the line between them comes to."""
    given = expr.amount.type
    head = f"curve `{expr.tiers}` at {value(amount, given)}"
    numerator, denominator = pair(amount)
    for (low, start), (high, end) in pairwise(expr.points):
        if edge(low) * denominator <= numerator <= edge(high) * denominator:
            ends = (_literal(low, given), _literal(start, expr.type), _literal(high, given), _literal(end, expr.type))
            return f"{head}: between {ends[0]} ({ends[1]}) and {ends[2]} ({ends[3]}): {came_to}"
    return f"{head}: outside the curve, so it waits"


def switch(expr: Switch, states: list[State], came_to: str) -> str:
    """`table `accelerator` for 96.5%: row 2 (from 70% to under 100%): 80%`."""
    keys = ", ".join(value(_value(state), key.type) for state, key in zip(states, expr.keys, strict=True))
    row = taken(expr, states)
    if row is None:
        return f"table `{expr.table}` for {keys}: no row says anything, so it waits"
    matched = expr.rows[row].matchers
    words = ", ".join(_matcher(matcher, key.type) for matcher, key in zip(matched, expr.keys, strict=True))
    return f"table `{expr.table}` for {keys}: row {row + 1} ({words}): {came_to}"


def taken(expr: Switch, states: list[State]) -> int | None:
    """The place of the row that the keys take, which all have a value; None if there is none."""
    for place, row in enumerate(expr.rows):
        if all(matches(matcher, _value(state)) for matcher, state in zip(row.matchers, states, strict=True)):
            return place
    return None


def _value(state: State) -> Value:
    assert not isinstance(state, Missing | Waiting), "a key has a value"
    return state


def _matcher(matcher: Matcher, held: ValueType) -> str:
    match matcher:
        case Anything():
            return "any"
        case Equals(literal):
            return _literal(literal, held)
        case InRange():
            return _range(matcher, held)
        case _:
            assert_never(matcher)
