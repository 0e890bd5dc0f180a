"""Grain: a value of a parent, read on its children, must not be added up once for each child."""

from quotarules.diagnostics.source import Span
from quotarules.semantics.checked import (
    Clamp,
    ElseFirst,
    FullSteps,
    Origin,
    ProductOf,
    Quantity,
    Read,
    ReadAt,
    RoundTo,
    SumOf,
    TableCall,
    TiersCall,
    Typed,
    WhenTrue,
)
from quotarules.semantics.desk import Desk
from quotarules.semantics.tree import functions, reads_straight, undated
from quotarules.values.schema import COMPANY


def borrowed(desk: Desk, typed: Typed, own: tuple[str, ...] = ()) -> Read | None:
    """The amount of another row that a term of the value consists of; None if each term has something of its own row.

    A term such as `hours * deal.rate` is the row's own; `deal.amount`, or a measure that is nothing but it, is not.
    Where rows count once per parent, `own` is the path to it: then its amounts are the own ones.
    """
    for term in _terms(typed):
        reads = _amounts(term)
        if reads and all(_is_borrowed(desk, read, own) for read in reads):
            return reads[0]
    return None


def of_child(typed: Typed, once: tuple[str, ...]) -> Span | None:
    """The place where a value that counts once per parent reads something that may differ between its children."""
    for read in reads_straight(typed):
        if read.table != COMPANY and read.path[: len(once)] != once:
            return read.span
    return next((rows.span for rows in functions(typed) if (rows.rows.match or once)[: len(once)] != once), None)


def parent(desk: Desk, read: Read) -> str:
    """The table to which a borrowed amount belongs."""
    return read.table if read.path else desk.borrowed.get((read.table, read.name), read.table)


def _is_borrowed(desk: Desk, read: Read, own: tuple[str, ...]) -> bool:
    if read.at is not None and any(day.path[: len(read.path)] != read.path for day in reads_straight(read.at)):
        # On a day of the row itself the value is the row's own.
        return False
    if own:
        return read.path != own or (read.table, read.name) in desk.borrowed
    return bool(read.path) or (read.origin is Origin.MEASURE and (read.table, read.name) in desk.borrowed)


def _terms(typed: Typed) -> tuple[Typed, ...]:
    """The terms that are added up, one of which may be taken for a row."""
    match typed:
        case SumOf(_, terms):
            return tuple(part for term in terms for part in _terms(term))
        case ElseFirst(parts):
            return tuple(part for each in parts for part in _terms(each))
        case WhenTrue(value):
            return _terms(value)
        case Clamp(operand) | RoundTo(operand):
            return _terms(operand)
        case _:
            return (typed,)


def _amounts(typed: Typed) -> tuple[Read, ...]:
    """The amounts that a term is made of; conditions and lookups by words do not count."""
    match typed:
        case Read(_, table, _, _, _, _, Quantity()) if table != COMPANY:
            return (typed,)
        case ReadAt(type=Quantity()):
            return (undated(typed),)
        case SumOf(_, parts) | ProductOf(parts) | ElseFirst(parts):
            return tuple(read for part in parts for read in _amounts(part))
        case Clamp(operand) | RoundTo(operand):
            return _amounts(operand)
        case FullSteps(amount, _, operand):
            return (*_amounts(amount), *_amounts(operand))
        case WhenTrue(value):
            return _amounts(value)
        case TableCall(_, keys):
            return tuple(read for key in keys for read in _amounts(key))
        case TiersCall(_, amount):
            return _amounts(amount)
        case _:
            return ()
