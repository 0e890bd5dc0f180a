"""Measures and balances read as they stood on a day: their rows are those up to that day, by a further condition."""

from collections.abc import Callable

from quotarules.diagnostics.source import Span
from quotarules.plan.from_checked.builder import Builder, Scope
from quotarules.plan.nodes import DAY, And, Column, Compare, Expr, IsMissing, Not, Rows, ShiftDay, When
from quotarules.semantics.checked import CheckedRows, Read, Typed
from quotarules.values.period import Ever, InPeriod, LastDays, LastMonths, ToDate, Window, unit_text
from quotarules.values.windows import window_text


def day_column(builder: Builder, scope: Scope, read: Read, make: Callable[[Scope, Typed], Expr]) -> str:
    """The column with the day on which the windows of a measure end, or at whose end a balance is read.

    Empty where that is the last day seen.
    `make` gives the day of what the text says, read in a scope.
    """
    if read.at is None:
        return scope.at if not read.path and read.table == scope.table else ""
    day, name = read.at, f"at {builder.words(read.at.span)}"
    plain = Scope(scope.table, opening=scope.opening, every=scope.every)
    name += "" if scope.every is None else f" every {unit_text(scope.every)}"
    builder.column(scope.table, name, name, day.span, lambda: make(plain, day))
    return name


def suffix(scope: Scope) -> str:
    """What tells the columns of one measure apart, read in different ways."""
    window = "" if scope.window == InPeriod() else f" during {window_text(scope.window)}"
    every = "" if scope.every is None else f" every {unit_text(scope.every)}"
    return window + every + (" opening" if scope.opening else "") + (f" {scope.at}" if scope.at else "")


def known_day(builder: Builder, scope: Scope, value: Expr, span: Span) -> Expr:
    """The value of a measure where the day on which its windows end is known."""
    if not scope.at:
        return value
    day = Column((), scope.table, scope.at, DAY, None)
    missing = builder.reason(f"`{scope.at.removeprefix('at ')}` is missing", span)
    return When(value, ((Not(IsMissing(day)), missing),), value.type)


def balance_column(builder: Builder, read: Read, at: str, *, opening: bool) -> str:
    """The column of a balance: as it closes, or where `at` names the column of a day as it stood at its end.

    Only what a newcomer starts at reads `opening` balances, on whatever day.
    """
    closing = f"{read.name} opening" if opening else read.name
    builder.read(read.table, closing)
    if not at or opening:
        return closing
    name = f"{read.name} {at}"
    builder.column(read.table, name, name, read.span, lambda: builder.balances[read.name](read.table, (), at))
    return name


def up_to_day(builder: Builder, scope: Scope, rows: CheckedRows, said: tuple[Expr, Expr | None]) -> Rows:
    """Rows whose window ends on the day of the row in hand; `said` is their date and condition.

    Where the rows' link leads to the row in hand, each of them can see that day; else the row in hand says it.
    """
    date, where = said
    if scope.beyond:
        day = Column((), scope.table, scope.at, DAY, None)
        until, since = day, _first_day(rows.window, day)
        return Rows(rows.table, rows.link, rows.match, False, date, Ever(), where, until=until, since=since)
    last = builder.reached(rows.table, rows.link, scope.at, DAY, rows.span)
    first = _first_day(rows.window, last)
    tests = [Compare("<=", date, last)] + ([] if first is None else [Compare(">=", date, first)])
    seen = And((*tests, *(() if where is None else (where,))))
    return Rows(rows.table, rows.link, rows.match, False, date, Ever(), seen, rows.once)


def _first_day(window: Window | None, last: Expr) -> Expr | None:
    """The first day of a window that ends on a day."""
    match window:
        case ToDate(unit):
            return ShiftDay(last, 0, 0, unit=unit)
        case LastMonths(count):
            return ShiftDay(last, 1 - count, 0, unit="month")
        case LastDays(count):
            return ShiftDay(last, 0, 1 - count)
        case _:
            return None
