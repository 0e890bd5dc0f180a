"""Where a type came from: the declaration that a message points to when two types do not fit."""

from quotarules.diagnostics.problem import Label
from quotarules.semantics.checked import (
    Clamp,
    ElseFirst,
    Origin,
    ProductOf,
    Quantity,
    Read,
    RoundTo,
    RowsFunction,
    SumOf,
    Type,
    Typed,
    WhenTrue,
)
from quotarules.semantics.desk import Desk
from quotarules.semantics.kinds import said, unit_of
from quotarules.semantics.problems.types import Side
from quotarules.semantics.value import Value
from quotarules.values.schema import COMPANY

_OF_A_VALUE = ("sum", "min", "max", "mean", "median", "the")


def side(desk: Desk, typed: Typed) -> Side:
    """A value with its type in words and the declaration that gave it that type."""
    return Side(typed.span, said(typed.type), origin(desk, typed))


def value_side(desk: Desk, value: Value) -> Side:
    """As `side`, for a value that is known to be whole."""
    assert value.typed is not None, "only whole values meet"
    return side(desk, value.typed)


def origin(desk: Desk, typed: Typed) -> Label | None:
    """The declaration of the first column or measure that has the type of the whole."""
    read = _source(typed, typed.type)
    return declared(desk, read) if read is not None else None


def _source(typed: Typed, kind: Type) -> Read | None:
    while True:
        match typed:
            case Read():
                return typed
            case SumOf(_, terms):
                typed = terms[0]
            case ProductOf(factors):
                same = [part for part in factors if unit_of(part.type) == unit_of(kind) and unit_of(kind)]
                if not same:
                    return None
                typed = same[0]
            case Clamp(operand) | RoundTo(operand):
                typed = operand
            case WhenTrue(value):
                typed = value
            case ElseFirst(parts):
                typed = parts[0]
            case RowsFunction(function, _, value) if function in _OF_A_VALUE and value:
                typed = value
            case _:
                return None


def declared(desk: Desk, read: Read) -> Label | None:
    """The place that declares a column, a measure or a balance, and what it says there."""
    kind = said(Quantity(read.type.unit)) if isinstance(read.type, Quantity) else said(read.type)
    match read.origin:
        case Origin.FACT:
            column = desk.table(read.table).column(read.name) if read.table != COMPANY and read.name else None
            return Label(column.span, f"`{read.name}` is declared as {kind} here") if column is not None else None
        case Origin.MEASURE:
            measure = desk.names.measures.get((read.table, read.name))
            return Label(measure.name.span, f"`{read.name}` is {kind}") if measure is not None else None
        case Origin.KARMA:
            return Label(desk.names.karmas[read.name].name.span, f"`{read.name}` is a karma")
        case Origin.TEAM:
            return Label(desk.names.teams[read.name].name.span, f"`{read.name}` is a team bonus, {kind}")
        case Origin.SLA_SHARE | Origin.SLA_MET:
            head = desk.terms.get(_term_key(read.name))
            return Label(head.span, f"`{read.name}` is {kind}") if head is not None else None


def _term_key(name: str) -> tuple[str, str]:
    sla, _, term = name.partition(".")
    return sla, term
