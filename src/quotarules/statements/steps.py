"""How a line's amount came about, step by step: conditions, tiers and tables taken, limits, roundings."""

from collections.abc import Iterator
from dataclasses import replace
from typing import assert_never

from quotarules.engines.reference.scalar import evaluate
from quotarules.engines.reference.state import Missing, Number, State, Waiting, number
from quotarules.plan.lines import DUE
from quotarules.plan.nodes import (
    Aggregate,
    Allot,
    Column,
    Curve,
    Expr,
    Greatest,
    Kind,
    Least,
    Opening,
    Otherwise,
    Round,
    Switch,
    Tiers,
    ValueType,
    When,
)
from quotarules.plan.walk import parts
from quotarules.records import dataclass
from quotarules.statements.numbers import value
from quotarules.statements.recall import NotRecordedError, Recalled
from quotarules.statements.sentences import curve, rounding, switch, taken, tiers
from quotarules.values.rounding import truncated


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
        case Aggregate():
            return ()
        case Allot():
            return _allotted(expr, recalled)
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


def _allotted(expr: Allot, recalled: Recalled) -> tuple[Step, ...]:
    """How a part of a pool came about: what it is exactly, and whether it got one of the units left over."""
    weight = replace(expr, gives="weight", type=_basis(expr, recalled, "weight"))
    divisor = replace(expr, gives="divisor", type=_basis(expr, recalled, "divisor"))
    try:
        pool, share, whole = (evaluate(part, recalled) for part in (expr.pool, weight, divisor))
    except NotRecordedError:
        return ()
    if not (isinstance(pool, int) and isinstance(share, int) and isinstance(whole, int)) or whole == 0:
        return ()
    exact = value((pool * share, whole), ValueType(Kind.RATIO, expr.type.scale, expr.type.unit))
    words = f"{value(pool, expr.pool.type)} * {value(share, weight.type)} / {value(whole, divisor.type)} = {exact}"
    cut = f"cut to {value(truncated(pool * share, whole)[0], expr.type)}"
    return (Step(f"{words}, {cut}; what is left over goes to the largest remainders, one unit each"),)


def _basis(expr: Allot, recalled: Recalled, gives: str) -> ValueType:
    """How the line keeps the weight or the divisor of its part."""
    kept = (item.value for item in recalled.rule.inputs if isinstance(item.value, Allot))
    return next((item.type for item in kept if item.gives == gives), expr.type)


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
            return switch(expr, states, came_to)
        case Round(operand):
            return rounding(expr, _number(states[0]), _number(result), operand.type)
        case Tiers():
            return tiers(expr, _number(states[0]), came_to)
        case Curve():
            return curve(expr, _number(states[0]), came_to)
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


def _taken_value(expr: Switch, recalled: Recalled) -> tuple[Step, ...]:
    """The steps inside the value of the row that was taken."""
    try:
        states = [evaluate(key, recalled) for key in expr.keys]
    except NotRecordedError:
        return ()
    if any(isinstance(state, Missing | Waiting) for state in states):
        return ()
    row = taken(expr, states)
    return () if row is None else steps(expr.rows[row].value, recalled)


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
    if _unwritten(recalled, reason):
        return below
    words = condition_text(reason, recalled)
    if words is not None:
        return (Step(f"condition `{words}`: {said}", below),)
    return below if said == "yes" else (*below, Step(recalled.plan.reasons[reason].text))


def _unwritten(recalled: Recalled, reason: int) -> bool:
    """Whether a reason belongs to a test that no words of the text say, such as that money needs no rate."""
    span = recalled.plan.reasons[reason].span
    return span.start == span.end and span != recalled.rule.span


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
        why = recalled.plan.reasons[state.reason]
        # A reason that points at the whole rule belongs to how its verdict is held, not to an `else` that was written.
        if place + 1 < len(expr.parts) and why.span != recalled.rule.span and not _unwritten(recalled, state.reason):
            yield Step(f"no value ({why.text}), so what stands after `else` counts")
