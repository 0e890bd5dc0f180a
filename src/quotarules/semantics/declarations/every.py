"""`pay … every quarter`: a block that pays in the last period of each unit, and reads the whole unit."""

from dataclasses import fields, is_dataclass, replace

from quotarules.diagnostics.source import Span
from quotarules.semantics.checked import (
    AllOf,
    CheckedMeasure,
    CheckedPay,
    CheckedRows,
    Comparison,
    DateType,
    Origin,
    PeriodEdge,
    Read,
    Typed,
    YesNo,
)
from quotarules.semantics.desk import Desk
from quotarules.semantics.problems.time import EveryNotWhole, NotOfTheUnit
from quotarules.semantics.tree import reads
from quotarules.semantics.windows import unit_of_time
from quotarules.syntax import ast
from quotarules.values.period import PeriodUnit, ToDate, holds_whole, unit_text
from quotarules.values.windows import in_unit

MeasureKey = tuple[str, str]
Checked = dict[MeasureKey, CheckedMeasure]

_OF_ONE_PERIOD = {Origin.TEAM: "the bonus", Origin.SLA_MET: "the term", Origin.SLA_SHARE: "the term"}


def pay_every(desk: Desk, pay: CheckedPay | None, name: ast.Name | None, measures: Checked) -> CheckedPay | None:
    """The block as it reads with `every UNIT`: its members only at the unit's end, `period` standing for the unit."""
    if name is None:
        return pay
    unit, period = unit_of_time(desk, name), desk.settings.period
    if pay is None or unit is None or period is None or unit == period:
        return pay if unit is not None else None
    if not holds_whole(unit, period):
        desk.found.add(EveryNotWhole(name.span, name.text, unit_text(period)))
        return None
    if not _of_the_unit(desk, pay, name, measures):
        return None
    moved = _moved(measures, unit)
    result = _seen(pay, unit, moved)
    assert isinstance(result, CheckedPay), "a block stays a block"
    where = result.where
    last = _last_period(period, unit, name.span)
    tests = (last,) if where is None else (last, *(where.operands if isinstance(where, AllOf) else (where,)))
    return replace(result, where=last if where is None else AllOf(tests, YesNo(), name.span), every=unit)


def _last_period(period: PeriodUnit, unit: PeriodUnit, span: Span) -> Typed:
    """Whether the settled period ends with the unit."""
    own, whole = (PeriodEdge("end", part, DateType(), span) for part in (period, unit))
    return Comparison("=", own, whole, YesNo(), span)


def _of_the_unit(desk: Desk, pay: CheckedPay, name: ast.Name, measures: Checked) -> bool:
    """Whether the block reads and says nothing that belongs to a single period."""
    found = [(read.span, _OF_ONE_PERIOD[read.origin], read.name) for read in _all_reads(pay, measures)]
    found.extend((line.span, "`paid`", "") for line in pay.lines if line.paid is not None)
    found.extend((clawback.span, "`clawback`", "") for clawback in pay.clawbacks)
    lines = (*pay.lines, *((pay.base,) if pay.base is not None else ()))
    found.extend((line.span, "`by days`", "") for line in lines if line.by_days)
    for span, what, inner in found:
        desk.found.add(NotOfTheUnit(span, f"{what} `{inner}`" if inner else what, name.text, name.span))
    return not found


def _all_reads(pay: CheckedPay, measures: Checked) -> list[Read]:
    """What of a single period the block reads, straight or in measures; placed where the block reads it."""
    found: list[Read] = []
    stack = [(read, read) for read in reads(*_parts(pay))]
    seen: set[tuple[MeasureKey, Span]] = set()
    while stack:
        own, read = stack.pop()
        key = (read.table, read.name)
        if read.origin in _OF_ONE_PERIOD:
            found.append(replace(read, span=own.span))
        elif read.origin is Origin.MEASURE and key in measures and (key, own.span) not in seen:
            seen.add((key, own.span))
            stack.extend((own, inner) for inner in reads(measures[key].value))
    return found


def _parts(pay: CheckedPay) -> tuple[Typed | CheckedRows | None, ...]:
    lines = (*pay.lines, *((pay.base,) if pay.base is not None else ()))
    limits = tuple(exchange.limit for exchange in pay.exchanges)
    cap, draw = pay.cap, pay.draw
    balances: tuple[Typed | None, ...] = () if cap is None else (cap.limit,)
    balances += () if draw is None else (draw.limit, draw.recover, draw.recover_from, draw.until)
    return (pay.where, pay.gate, *(part for line in lines for part in (line.amount, line.rows)), *limits, *balances)


# --- the unit in the place of the period -------------------------------------------------------


def _moved(measures: Checked, unit: PeriodUnit) -> frozenset[MeasureKey]:
    """The measures that the unit in the place of the period changes."""
    moved: frozenset[MeasureKey] = frozenset()
    while True:
        more = {key for key, measure in measures.items() if _seen(measure.value, unit, moved) != measure.value}
        if more <= moved:
            return moved
        moved |= more


def _seen(item: object, unit: PeriodUnit, moved: frozenset[MeasureKey]) -> object:
    """A part of the tree where `period` is read as the unit."""
    if isinstance(item, tuple):
        return tuple(_seen(part, unit, moved) for part in item)
    if not is_dataclass(item) or isinstance(item, type | Span):
        return item
    if isinstance(item, PeriodEdge):
        return replace(item, unit=unit) if item.unit == "period" else item
    if isinstance(item, Read):
        if item.origin is not Origin.MEASURE or (item.table, item.name) not in moved:
            return item
        return replace(item, window=ToDate(unit) if item.window is None else in_unit(item.window, unit), every=unit)
    held = {field.name: getattr(item, field.name) for field in fields(item)}
    changed = {name: _seen(value, unit, moved) for name, value in held.items()}
    if isinstance(item, CheckedRows) and item.window is not None:
        changed["window"] = in_unit(item.window, unit)
    return item if changed == held else replace(item, **changed)
