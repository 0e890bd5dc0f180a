"""The larger and smaller of plain values, dates among them, and the month, quarter or year of a date."""

from typing import Literal as Word

from quotarules.semantics.arithmetic import common
from quotarules.semantics.checked import Clamp, DatePart, DateType, InstantType, Quantity, Type, Typed
from quotarules.semantics.desk import Desk
from quotarules.semantics.handling import quantity, without_when, wrong
from quotarules.semantics.kinds import NUMBER
from quotarules.semantics.problems.types import ArgumentCount
from quotarules.semantics.scope import Scope
from quotarules.semantics.value import UNKNOWN, Value, computed
from quotarules.syntax import ast


def extreme_of(
    desk: Desk, node: ast.Call, name: Word["min", "max"], items: tuple[ast.Expression, ...], scope: Scope
) -> Value:
    """`max(hired_on, start of period)`, `min(a, b, c)`: plain values of one unit, or dates."""
    if len(items) < 2:
        desk.found.add(ArgumentCount(node.span, name, f"rows, or two values: `{name}(a, b)`"))
        return UNKNOWN
    values = [desk.walk(desk, item, scope) for item in items]
    gaps = computed(tuple(gap for value in values for gap in without_when(desk, value)))
    parts = _comparable(desk, values, name)
    if parts is None:
        return UNKNOWN
    kind = common(desk, parts, f"compared by `{name}`")
    if kind is None:
        return UNKNOWN
    side: Word["least", "most"] = "least" if name == "max" else "most"
    result = parts[0]
    for part in parts[1:]:
        result = Clamp(result, side, part, _widest(kind, result, part), node.span)
    return Value(result, gaps)


def _comparable(desk: Desk, values: list[Value], name: str) -> list[Typed] | None:
    """The values as they are where the first is a date, else as quantities; None with a problem."""
    if isinstance(values[0].type, DateType):
        return (
            None if any(value.typed is None for value in values) else [v.typed for v in values if v.typed is not None]
        )
    found = [quantity(desk, value, f"what `{name}` compares") for value in values]
    return None if any(part is None for part in found) else [part for part in found if part is not None]


def _widest(kind: Type, left: Typed, right: Typed) -> Type:
    """The common type; a ratio if one of the two is."""
    if not isinstance(kind, Quantity):
        return kind
    return Quantity(kind.unit, any(isinstance(part.type, Quantity) and part.type.ratio for part in (left, right)))


def part_of_date(desk: Desk, node: ast.Call, name: Word["month", "quarter", "year"], scope: Scope) -> Value:
    """`month(won_on)`, a number from 1 to 12; `quarter(…)`, 1 to 4; `year(…)`; of an instant, of its local day."""
    match node.argument:
        case ast.Arguments((operand,)):
            pass
        case ast.OnlyRows(ast.Rows(None, word, None, None, None, None, span)):
            # A lone name in parentheses reads like rows until it is known what is called.
            operand = ast.Path((word,), span)
        case _:
            desk.found.add(ArgumentCount(node.span, name, f"one date: `{name}(won_on)`"))
            return UNKNOWN
    value = desk.walk(desk, operand, scope)
    gaps = computed(without_when(desk, value))
    if value.typed is None:
        return UNKNOWN
    if not isinstance(value.type, DateType | InstantType):
        wrong(desk, value, f"what `{name}` reads", "a date", None)
        return UNKNOWN
    return Value(DatePart(name, value.typed, NUMBER, node.span), gaps)
