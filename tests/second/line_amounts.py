"""A line's amount, and the rows that a block writes a line for."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from fractions import Fraction

from quotarules.diagnostics.source import Span
from quotarules.semantics.checked import (
    CheckedRows,
    Clamp,
    Constant,
    PeriodEdge,
    ProductOf,
    Read,
    RowsFunction,
    TiersCall,
    Typed,
    WhenTrue,
)
from quotarules.values.schema import COMPANY
from second import lookups, over_rows
from second.facts import Row, follow
from second.rounding import rounded
from second.states import WAITS, State, held_up
from second.world import Result, View, World, amount_of


@dataclass(frozen=True, slots=True)
class Written:
    """A row for which a line is written, who it belongs to, and whether it is sure that it is written."""

    row: Row
    subject: Row
    sure: bool


def rows_of_line(world: World, rows: CheckedRows, view: View) -> Iterator[Written]:
    """The rows of a line in the order of their keys; a row that leads to nobody has none."""
    for row in over_rows.everybody(world, rows.table):
        subject = follow(world.facts, row, rows.link)
        if isinstance(subject, State):
            continue
        counted = over_rows.counts(world, rows, row, None, view)
        if counted is not False:
            yield Written(row, subject, counted is True)


def line_amount(world: World, amount: Typed, row: Row, view: View, place: Fraction, rows: CheckedRows | None) -> Result:
    """What a line comes to on its row, rounded once.

    A slice of a running total, f(x after y), or a part of one that is the same for all rows of the subject, is what
    f(x + y) rounds to less what f(y) rounds to.
    """
    mode = world.plan.mode
    parted = None if rows is None else _slice(amount, rows)
    if parted is None:
        value = world.read(amount, row, view)
        return value if isinstance(value, State) else rounded(amount_of(value), place, mode)
    call, factors = parted
    operands = [world.read(part, row, view) for part in _operands(call)]
    shares = [world.read(factor, row, view) for factor in factors]
    stopped = held_up((*operands, *shares))
    ends = [] if stopped is not None else lookups.slice_ends(world, call, operands, view)
    if stopped is not None or WAITS in ends:
        return stopped or WAITS
    for share in shares:
        ends = [amount_of(end) * amount_of(share) for end in ends]
    after, before = (rounded(amount_of(end), place, mode) for end in ends)
    return after - before


def _operands(call: TiersCall) -> tuple[Typed, ...]:
    assert call.before is not None, "a slice has something before it"
    return (*call.keys, call.amount, call.before, *(() if call.day is None else (call.day,)))


def _slice(amount: Typed, rows: CheckedRows) -> tuple[TiersCall, tuple[Typed, ...]] | None:
    match amount:
        case TiersCall() if amount.before is not None:
            return amount, ()
        case ProductOf(factors, operators) if set(operators) == {"*"}:
            calls = [part for part in factors if isinstance(part, TiersCall) and part.before is not None]
            others = tuple(part for part in factors if part not in calls)
            if len(calls) == 1 and all(_of_subject(part, rows.link) for part in others):
                return calls[0], others
    return None


def unlimited(amount: Typed) -> Typed:
    """The amount without its own `at least` and `at most`."""
    match amount:
        case Clamp(operand):
            return unlimited(operand)
        case WhenTrue(value):
            return replace(amount, value=unlimited(value))
        case _:
            return amount


def _of_subject(part: object, link: tuple[str, ...]) -> bool:
    """Whether a value is the same for all rows of one subject: written out, the plan's, or read over the link."""
    match part:
        case Constant() | PeriodEdge():
            return True
        case RowsFunction():
            return False
        case Read(path, table):
            return table == COMPANY or path[: len(link)] == link
        case tuple():
            return all(_of_subject(each, link) for each in part)
        case _ if is_dataclass(part) and not isinstance(part, Span | type):
            return all(_of_subject(getattr(part, field.name), link) for field in fields(part))
        case _:
            return True
