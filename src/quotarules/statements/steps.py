"""How a line's amount came about, step by step: conditions, tiers and tables taken, limits, roundings."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import assert_never

from quotarules.engines.reference.arithmetic import pair
from quotarules.engines.reference.lookups import edge, inside, matches
from quotarules.engines.reference.scalar import evaluate
from quotarules.engines.reference.state import Missing, Number, Ratio, State, Waiting, number
from quotarules.plan.lines import DUE
from quotarules.plan.nodes import (
    Aggregate,
    Allot,
    Anything,
    Band,
    Column,
    Curve,
    Equals,
    Expr,
    Greatest,
    InRange,
    Kind,
    Least,
    Literal,
    Matcher,
    Opening,
    Otherwise,
    Round,
    Switch,
    Tiers,
    ValueType,
    When,
)
from quotarules.plan.walk import parts
from quotarules.statements.numbers import value
from quotarules.statements.recall import NotRecordedError, Recalled


@dataclass(frozen=True, slots=True)
class Step:
    """A sentence about one step, with the smaller steps that it rests on."""

    text: str
    rests_on: tuple["Step", ...] = ()


def line_steps(recalled: Recalled) -> tuple[Step, ...]:
    """The steps of a line's amount.

    Conditions around the whole amount are told from the line's own status where what they read was not kept.
    """
    found: list[Step] = []
    expr = recalled.rule.amount
    while isinstance(expr, When | Column):
        if isinstance(expr, Column):
            definition = recalled.definition(expr)
            if definition is None:
                break
            expr = definition
            continue
        tested, held = _outer_conditions(expr, recalled)
        found.extend(tested)
        if not held:
            return tuple(dict.fromkeys(found))
        expr = expr.value
    return tuple(dict.fromkeys((*found, *steps(expr, recalled))))


def steps(expr: Expr, recalled: Recalled) -> tuple[Step, ...]:
    """The steps of an expression from left to right; sums and products without steps inside speak for themselves.

    A step that rests on a value which the line did not keep is left out.
    """
    match expr:
        case When():
            return tuple(_when(expr, recalled))
        case Otherwise():
            return tuple(_otherwise(expr, recalled))
        case Column():
            definition = recalled.definition(expr)
            return () if definition is None else steps(definition, recalled)
        case Aggregate() | Allot():
            return ()
        case Opening():
            return _opening(expr, recalled)
        case Switch():
            return (*_telling(expr, recalled, expr.keys), *_taken_value(expr, recalled))
        case Round() | Tiers() | Curve() | Least() | Greatest():
            return _telling(expr, recalled, tuple(part for _, part in parts("", expr)))
        case _:
            return tuple(step for _, part in parts("", expr) for step in steps(part, recalled))


def shown(state: State, held: ValueType, recalled: Recalled) -> str:
    """A state in words: the value, or why there is none."""
    match state:
        case Missing(reason):
            return f"no value ({recalled.plan.reasons[reason].text})"
        case Waiting(reason):
            return f"waiting ({recalled.plan.reasons[reason].text})"
        case _:
            return value(state, held)


def _opening(expr: Opening, recalled: Recalled) -> tuple[Step, ...]:
    try:
        state = evaluate(expr, recalled)
    except NotRecordedError:
        return ()
    return (Step(f"opening balance: {shown(state, expr.type, recalled)}"),)


def _telling(
    expr: Round | Tiers | Curve | Least | Greatest | Switch, recalled: Recalled, inner: tuple[Expr, ...]
) -> tuple[Step, ...]:
    below = tuple(step for part in inner for step in steps(part, recalled))
    try:
        states = [evaluate(part, recalled) for part in inner]
        result = evaluate(expr, recalled)
    except NotRecordedError:
        return below
    if any(isinstance(state, Missing | Waiting) for state in states):
        return below
    text = _sentence(expr, states, result, recalled)
    return (Step(text, below),) if text else below


def _sentence(
    expr: Round | Tiers | Curve | Least | Greatest | Switch, states: list[State], result: State, recalled: Recalled
) -> str:
    came_to = shown(result, expr.type, recalled)
    match expr:
        case Switch():
            return _switch(expr, states, came_to, recalled)
        case Round(operand):
            return _rounding(expr, _number(states[0]), _number(result), operand.type)
        case Tiers():
            return _tiers(expr, _number(states[0]), came_to)
        case Curve():
            return _curve(expr, _number(states[0]), came_to)
        case Least() | Greatest():
            word = "smaller" if isinstance(expr, Least) else "larger"
            left, right = (
                value(_held(state), part.type) for state, part in zip(states, (expr.left, expr.right), strict=True)
            )
            return f"the {word} of {left} and {right}: {came_to}"
        case _:
            assert_never(expr)


def _number(state: State) -> Number:
    assert not isinstance(state, Missing | Waiting | str | bool), "a step of numbers has numbers"
    return number(state)


def _held(state: State) -> int | bool | str | tuple[int, int]:
    assert not isinstance(state, Missing | Waiting), "the step has a value"
    return state


# --- roundings ---------------------------------------------------------------------------------


def _rounding(expr: Round, exact: Number, result: Number, of: ValueType) -> str:
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


def _tiers(expr: Tiers, amount: Number, came_to: str) -> str:
    given = expr.amount.type
    head = f"tiers `{expr.tiers}` ({expr.way}) of {value(amount, given)}"
    band = next((b for b in expr.bands if inside(b.lower, b.upper, amount, included=b.included)), None)
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
    lower = "" if band.lower is None else f"from {_literal(band.lower, held)}"
    if band.upper is None:
        return lower or "all amounts"
    upper = f"{'through' if band.included else 'to under'} {_literal(band.upper, held)}"
    return f"{lower} {upper}".strip() if lower else upper.removeprefix("to ")


def _literal(literal: Literal, held: ValueType) -> str:
    # A bound may lack the unit that its key has.
    unit = literal.type.unit or held.unit
    return value(literal.value, ValueType(literal.type.kind, literal.type.scale, unit))


def _curve(expr: Curve, amount: Number, came_to: str) -> str:
    given = expr.amount.type
    head = f"curve `{expr.tiers}` at {value(amount, given)}"
    numerator, denominator = pair(amount)
    for (low, start), (high, end) in pairwise(expr.points):
        if edge(low) * denominator <= numerator <= edge(high) * denominator:
            ends = (_literal(low, given), _literal(start, expr.type), _literal(high, given), _literal(end, expr.type))
            return f"{head}: between {ends[0]} ({ends[1]}) and {ends[2]} ({ends[3]}): {came_to}"
    return f"{head}: outside the curve, so it waits"


def _switch(expr: Switch, states: list[State], came_to: str, recalled: Recalled) -> str:
    keys = ", ".join(shown(state, key.type, recalled) for state, key in zip(states, expr.keys, strict=True))
    row = _taken(expr, states)
    if row is None:
        return f"table `{expr.table}` for {keys}: no row says anything, so it waits"
    matched = expr.rows[row].matchers
    words = ", ".join(_matcher(matcher, key.type) for matcher, key in zip(matched, expr.keys, strict=True))
    return f"table `{expr.table}` for {keys}: row {row + 1} ({words}): {came_to}"


def _taken(expr: Switch, states: list[State]) -> int | None:
    for place, row in enumerate(expr.rows):
        if all(matches(matcher, _value(state)) for matcher, state in zip(row.matchers, states, strict=True)):
            return place
    return None


def _value(state: State) -> int | bool | str | Ratio:
    assert not isinstance(state, Missing | Waiting), "a key has a value"
    return state


def _taken_value(expr: Switch, recalled: Recalled) -> tuple[Step, ...]:
    """The steps inside the value of the row that was taken."""
    try:
        states = [evaluate(key, recalled) for key in expr.keys]
    except NotRecordedError:
        return ()
    if any(isinstance(state, Missing | Waiting) for state in states):
        return ()
    row = _taken(expr, states)
    return () if row is None else steps(expr.rows[row].value, recalled)


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


# --- conditions ----------------------------------------------------------------------------------


def _outer_conditions(expr: When, recalled: Recalled) -> tuple[tuple[Step, ...], bool]:
    """The conditions of a whole amount as far as they were looked at, and whether the amount was reached."""
    line = recalled.line
    found: list[Step] = []
    for condition, reason in expr.conditions:
        below = steps(condition, recalled)
        try:
            state = evaluate(condition, recalled)
            held = state is True
            said = shown(state, condition.type, recalled)
        except NotRecordedError:
            held = line.reason != recalled.plan.reasons[reason].text
            if held and line.status != DUE:
                found.extend(below)
                continue
            said = "yes" if held else "no"
        found.extend(_condition(reason, said, below, recalled))
        if not held:
            return tuple(found), False
    return tuple(found), True


def _when(expr: When, recalled: Recalled) -> Iterator[Step]:
    """One step a condition, up to and with the first that is not met; then the steps of the value."""
    for condition, reason in expr.conditions:
        below = steps(condition, recalled)
        try:
            state = evaluate(condition, recalled)
        except NotRecordedError:
            yield from below
            continue
        yield from _condition(reason, shown(state, condition.type, recalled), below, recalled)
        if state is False or isinstance(state, Missing):
            return
    yield from steps(expr.value, recalled)


def _condition(reason: int, said: str, below: tuple[Step, ...], recalled: Recalled) -> tuple[Step, ...]:
    """What a condition came to; one that is only known by its failing is not told where it did not fail."""
    words = condition_text(reason, recalled)
    if words is not None:
        return (Step(f"condition `{words}`: {said}", below),)
    return below if said == "yes" else (*below, Step(recalled.plan.reasons[reason].text))


def condition_text(reason: int, recalled: Recalled) -> str | None:
    """The words of the condition whose failing a reason tells; None if the reason is told in words of its own."""
    text = recalled.plan.reasons[reason].text
    return text.removeprefix("not `").removesuffix("`") if text.startswith("not `") and text.endswith("`") else None


def _otherwise(expr: Otherwise, recalled: Recalled) -> Iterator[Step]:
    """The steps of each part that was looked at; a part without a value is named before the next one."""
    for place, part in enumerate(expr.parts):
        yield from steps(part, recalled)
        try:
            state = evaluate(part, recalled)
        except NotRecordedError:
            return
        if not isinstance(state, Missing):
            return
        whole_rule = condition_text(state.reason, recalled) is None
        if place + 1 < len(expr.parts) and not whole_rule:
            why = recalled.plan.reasons[state.reason].text
            yield Step(f"no value ({why}), so what stands after `else` counts")
