"""Rows with a history in the plan: who is there yet, and amounts that count each version for its days."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from quotarules.plan.from_checked.arithmetic import added, divided, integer, larger, multiplied, smaller
from quotarules.plan.from_checked.builder import Builder, Scope
from quotarules.plan.from_checked.expressions import expression
from quotarules.plan.from_checked.rank import as_measure
from quotarules.plan.from_checked.rewrite import rewritten
from quotarules.plan.nodes import (
    DAY,
    Aggregate,
    And,
    Column,
    Compare,
    DaysBetween,
    Expr,
    Kind,
    PeriodDay,
    Rows,
    ShiftDay,
    TraceInput,
    ValueType,
)
from quotarules.semantics import checked
from quotarules.semantics.checked import Origin, Typed
from quotarules.semantics.tree import reads_straight
from quotarules.values.period import Ever
from quotarules.values.schema import COMPANY, LAST_DAY_COLUMN, TableSpec, history_of

DAYS = "days in the period"
_SLICES = 3
"""How many versions a line by days keeps one by one, so that it can explain itself."""

_COUNT = ValueType(Kind.INTEGER, 0, "days")
_FIRST, _LAST = PeriodDay("start", "period"), PeriodDay("end", "period")


def versions_of(builder: Builder, table: str) -> TableSpec | None:
    """The table of all versions of a table's rows, if they have a history."""
    return builder.plan.schema.table(history_of(table))


# --- an expression on one version of a row ---------------------------------------------------------


def on_version(builder: Builder, versions: TableSpec, typed: Typed) -> Typed:
    """An expression about a row, read on one of its versions.

    The row's own columns and links are those of the version; everything else is reached over the version's key.
    """
    return rewritten(typed, partial(_moved, builder, versions))


def _moved(builder: Builder, versions: TableSpec, typed: Typed) -> Typed | None:
    key = versions.key[0]
    table = versions.column(key)
    assert table is not None, "the key of a version leads to its row"
    match typed:
        case checked.Read((), owner, name, origin) if owner == table.target:
            if origin is Origin.FACT and name:
                return replace(typed, table=versions.name)
            if origin is Origin.MEASURE and _is_plain(typed) and _changes(builder, owner, typed):
                return _measure_on(builder, typed, partial(on_version, builder, versions))
            day = None if typed.at is None else on_version(builder, versions, typed.at)
            return replace(typed, path=(key,), at=day)
        case checked.ReadAt(()):
            day = on_version(builder, versions, typed.day)
            return replace(typed, path=(key,), day=day)
        case checked.RowsFunction("rank"):
            return replace(as_measure(builder, typed), path=(key,))
        case checked.RowsFunction(rows=rows):
            return replace(typed, rows=replace(rows, match=(key,))) if rows.match == () else typed
        case _:
            return None


def _is_plain(read: checked.Read) -> bool:
    """Whether a measure is read neither in a window of its own nor on a day."""
    return read.window is None and read.at is None


def _measure_on(builder: Builder, read: checked.Read, moved: Callable[[Typed], Typed]) -> Typed:
    """What a measure of the row comes to where its words are read otherwise, with the place that it is rounded to."""
    measure = next(m for m in builder.plan.measures if (m.table, m.name) == (read.table, read.name))
    value = moved(measure.value)
    if measure.place is None:
        return value
    return checked.RoundTo(value, *measure.place, builder.plan.mode, read.type, read.span)


def _changes(builder: Builder, table: str, typed: Typed) -> bool:
    """Whether an expression about a row reads one of its own columns or links, straight or through its measures."""
    spec = builder.plan.schema.table(table)
    assert spec is not None, f"no table {table}"
    for read in reads_straight(typed):
        own = read.path[0] if read.path else read.name if read.origin is Origin.FACT else ""
        if own and own not in spec.key and (read.path or read.table == table):
            return True
        if read.origin is Origin.MEASURE and not read.path and read.table == table and read.window is None:
            measure = next(m for m in builder.plan.measures if (m.table, m.name) == (table, read.name))
            if _changes(builder, table, measure.value):
                return True
    return False


# --- an expression on the day of another row -------------------------------------------------------


def on_day(builder: Builder, table: str, link: tuple[str, ...], day: Typed, typed: Typed) -> Typed:
    """An expression about a row of `table`, read on a row whose `link` leads there, as things stood on a day.

    The row's own columns are those of the version in force on that day; everything else is reached over the link.
    """
    return rewritten(typed, partial(_dated, builder, table, link, day))


def _dated(builder: Builder, table: str, link: tuple[str, ...], day: Typed, typed: Typed) -> Typed | None:
    spec = builder.table(table)
    match typed:
        case checked.Read(path, owner, name, origin) if owner != COMPANY:
            if not path and origin is Origin.FACT and name and name not in spec.key:
                return checked.ReadAt(link, owner, name, day, typed.missing, typed.type, typed.span)
            if len(path) == 1 and origin is Origin.FACT and not name and path[0] not in spec.key:
                # Whom the row is linked to is a column of its own.
                return checked.ReadAt(link, table, path[0], day, typed.missing, typed.type, typed.span)
            if not path and origin is Origin.MEASURE and _is_plain(typed) and _changes(builder, owner, typed):
                return _measure_on(builder, typed, partial(on_day, builder, table, link, day))
            at = None if typed.at is None else on_day(builder, table, link, day, typed.at)
            return replace(typed, path=(*link, *path), at=at)
        case checked.ReadAt(path):
            return replace(typed, path=(*link, *path), day=on_day(builder, table, link, day, typed.day))
        case checked.RowsFunction("rank"):
            return replace(as_measure(builder, typed), path=link)
        case checked.RowsFunction(rows=rows):
            return typed if rows.match is None else replace(typed, rows=replace(rows, match=(*link, *rows.match)))
        case _:
            return None


def passes_on_day(builder: Builder, table: str, rows: checked.CheckedRows, where: Typed) -> Expr | None:
    """Whether the subject of a row passes a block on the row's own day; None where the period's end is asked."""
    if versions_of(builder, table) is None or rows.date is None:
        return None
    return expression(builder, Scope(rows.table), on_day(builder, table, rows.link, rows.date, where))


# --- days ------------------------------------------------------------------------------------------


def days_in_period(builder: Builder, versions: TableSpec) -> Expr:
    """On a version: how many days of the period it is in force."""

    def value() -> Expr:
        first = Column((), versions.name, versions.key[1], DAY, None)
        last = Column((), versions.name, LAST_DAY_COLUMN, DAY, None)
        # min(last, end) - max(first, start) + 1, written over differences, which are numbers.
        spans = [DaysBetween(start, end, _COUNT) for end in (last, _LAST) for start in (first, _FIRST)]
        least: Expr = spans[0]
        for span in spans[1:]:
            least = smaller(least, span)
        return larger(added((least, integer(1, unit="days")), "days"), integer(0, unit="days"))

    kind = builder.column(versions.name, DAYS, DAYS, versions.span, value)
    return Column((), versions.name, DAYS, kind, None)


def _days_of_period() -> Expr:
    return DaysBetween(_FIRST, ShiftDay(_LAST, 0, 1), _COUNT)


def in_block(builder: Builder, versions: TableSpec, where: Typed | None) -> Rows:
    """The versions of a row that are in force on a day of the period and pass a block."""
    inside: Expr = Compare(">=", days_in_period(builder, versions), integer(1, unit="days"))
    if where is not None:
        inside = And((inside, expression(builder, Scope(versions.name), on_version(builder, versions, where))))
    return Rows(versions.name, versions.key[:1], (), False, None, None, inside)


def any_version(builder: Builder, versions: TableSpec, where: Typed | None) -> Expr:
    """Whether a version of the row passes a block on a day of the period."""
    rows = in_block(builder, versions, where)
    none = builder.reason("no version is in force", versions.span)
    count = Aggregate("count", rows, None, none, ValueType(Kind.INTEGER))
    return Compare(">=", count, integer(1))


def by_days(
    builder: Builder, versions: TableSpec, line: checked.CheckedLine, where: Typed | None
) -> tuple[Expr, tuple[TraceInput, ...]]:
    """The exact amount of a line by days, and what it keeps.

    The amount of each version that passes the block, times its days, over the days of the period.
    """
    rows = in_block(builder, versions, where)
    value = expression(builder, Scope(versions.name), on_version(builder, versions, line.amount))
    days = days_in_period(builder, versions)
    none = builder.reason("no version is in force", line.span)
    times = multiplied(value, days, value.type.unit)
    total = Aggregate("sum", rows, times, none, times.type)
    counted = Aggregate("sum", rows, days, none, _COUNT)
    whole = _days_of_period()
    exact = divided(total, whole, none, value.type.unit)
    kept = [TraceInput("days counted", counted), TraceInput("days of the period", whole)]
    for place in range(_SLICES):
        turn = Rows(rows.table, rows.link, rows.match, False, None, None, _in_turn(builder, versions, rows, place))
        name = f"{builder.words(line.amount.span)}, version {place + 1}"
        kept.append(TraceInput(name, Aggregate("the", turn, value, none, value.type), place > 0))
        kept.append(TraceInput(f"days of version {place + 1}", Aggregate("the", turn, days, none, _COUNT), place > 0))
    return exact, (*kept, TraceInput("amount times days", total), TraceInput("unrounded", exact))


def _in_turn(builder: Builder, versions: TableSpec, rows: Rows, place: int) -> Expr:
    """Whether a version passes the block and `place` versions of the row that do so begin before it."""
    link = versions.key[:1]
    begins = Column((), versions.name, versions.key[1], DAY, None)
    none = builder.reason("no version is in force", versions.span)
    before = Rows(versions.name, link, link, True, begins, Ever(), rows.where)
    turn = Aggregate("count", before, None, none, ValueType(Kind.INTEGER))
    assert rows.where is not None, "versions that count are in force on a day of the period"
    return And((rows.where, Compare("=", turn, integer(place))))
