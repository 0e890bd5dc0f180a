"""What is due to a subject out of several lines: the one sum on which karma closes and on which cap and draw work."""

from quotarules.plan.from_checked.arithmetic import added, integer, rescaled
from quotarules.plan.nodes import Aggregate, DueOnly, Expr, Otherwise, Rows, ValueType, When
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class DuePart:
    """The rows that write lines, and the amount of each; `rows.link` leads to the subject, whose own row they may be.

    `amount` is read on such a row; its condition is that of `rows`.
    """

    rows: Rows
    amount: Expr


def due_of(parts: tuple[DuePart, ...], kind: ValueType, none: int) -> Expr:
    """The sum of what is due to a subject, read on the subject's row; lines that wait or have no value do not count.

    `kind` is that of every amount and of the sum, which always has a value; `none` is any reason of no value.
    """
    terms = due_terms(parts, kind, none)
    return added(terms, kind.unit) if terms else _nothing(kind)


def due_terms(parts: tuple[DuePart, ...], kind: ValueType, none: int) -> tuple[Expr, ...]:
    """The terms of `due_of`, one for each part."""
    return tuple(_term(part, kind, none) for part in parts)


def _nothing(kind: ValueType) -> Expr:
    return rescaled(integer(0, unit=kind.unit), kind.scale)


def _term(part: DuePart, kind: ValueType, none: int) -> Expr:
    rows, due = part.rows, part.amount
    if rows.where is not None:
        due = When(due, ((rows.where, none),), kind)
    due = DueOnly(due, none, kind)
    if not rows.link and rows.date is None:
        return Otherwise((due, _nothing(kind)), kind)
    # Only due lines count: what waits touches no balance, so the condition is part of the value, not of the rows.
    of_subject = Rows(rows.table, rows.link, (), False, rows.date, rows.window, None)
    return Aggregate("sum", of_subject, due, none, kind)
