"""Measures and balances of another row as they stood on a day of the row in hand, each of whose days may be another.

The rows that they count do not lead to the row that has the day, so it is the reader that says up to which day it sees
them: the measure is said again on the reading row, with everything that it reads reached over the link.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from quotarules.plan.from_checked.arithmetic import rounded
from quotarules.plan.from_checked.at_day import known_day, suffix
from quotarules.plan.from_checked.builder import Builder, Scope
from quotarules.plan.from_checked.rewrite import rewritten
from quotarules.plan.nodes import Column, Expr, IsMissing, Not, When
from quotarules.semantics import checked
from quotarules.semantics.checked import Origin, Typed
from quotarules.semantics.tree import functions, reads_straight
from quotarules.values.schema import COMPANY

Making = Callable[[Builder, Scope, Typed], Expr]


def is_beyond(table: str, read: checked.Read) -> bool:
    """Whether a read is of another row than the one in hand, a row of `table`."""
    return bool(read.path) or read.table != table or table == COMPANY


def known_beyond(builder: Builder, scope: Scope, read: checked.Read, at: str, make: Making) -> Expr:
    """A measure or a balance at the end of a path, as it stood on the day in the column `at` of the row in hand."""
    if scope.opening and read.origin is Origin.KARMA:
        # What a newcomer starts at reads opening balances, on whatever day.
        kind = builder.read(read.table, f"{read.name} opening")
        return builder.reached(scope.table, read.path, f"{read.name} opening", kind, read.span)
    inner = Scope(scope.table, scope.window, scope.opening, read.every or scope.every, at, beyond=True)
    name = ".".join((*read.path, read.name)) + suffix(inner)

    def value() -> Expr:
        if read.origin is Origin.KARMA:
            stood = builder.balances[read.name](scope.table, read.path, at)
        else:
            stood = known_day(builder, inner, _measure(builder, inner, read, make), read.span)
        if not builder.may_miss(scope.table, read.path):
            return stood
        key = builder.link_key(scope.table, read.path, read.span)
        missing = builder.reason(f"`{'.'.join(read.path)}` is missing", read.span)
        return When(stood, ((Not(IsMissing(key)), missing),), stood.type)

    kind = builder.column(scope.table, name, name, read.span, value)
    return Column((), scope.table, name, kind, None)


def _measure(builder: Builder, scope: Scope, read: checked.Read, make: Making) -> Expr:
    measure = _declared(builder, read)
    assert read.at is not None, "the measure is read on a day"
    result = make(builder, scope, rewritten(measure.value, partial(_over, builder, read)))
    return rounded(result, measure.place, builder.plan.mode) if measure.place is not None else result


def _declared(builder: Builder, read: checked.Read) -> checked.CheckedMeasure:
    return next(m for m in builder.plan.measures if (m.table, m.name) == (read.table, read.name))


def _over(builder: Builder, whole: checked.Read, typed: Typed) -> Typed | None:
    """A part of a measure, said on a row from which `whole` reads that measure."""
    path, day = whole.path, whole.at
    match typed:
        case checked.Read(own, table, _, origin):
            on_day = not own and table == whole.table and (origin is Origin.KARMA or _counts(builder, typed))
            if table == COMPANY:
                return replace(typed, at=day) if on_day else typed
            return replace(typed, path=(*path, *own), at=day if on_day else None)
        case checked.ReadAt(own, day=asked):
            return replace(typed, path=(*path, *own), day=rewritten(asked, partial(_over, builder, whole)))
        case checked.RowsFunction(rows=rows):
            match = None if rows.match is None else (*path, *rows.match)
            return replace(typed, rows=replace(rows, match=match))
        case _:
            return None


def _counts(builder: Builder, read: checked.Read) -> bool:
    """Whether a measure counts rows by their date, or reads a balance or a measure of its row that does."""
    if read.origin is not Origin.MEASURE:
        return False
    value = _declared(builder, read).value
    if any(function.rows.window is not None for function in functions(value)):
        return True
    own = (inner for inner in reads_straight(value) if not inner.path and inner.table == read.table)
    return any(inner.origin is Origin.KARMA or _counts(builder, inner) for inner in own)
