"""Windows of time and the edges of periods."""

from dataclasses import replace
from typing import Literal as Word
from typing import assert_never

from quotarules.semantics.checked import DateShift, DateType, PeriodEdge
from quotarules.semantics.desk import Desk
from quotarules.semantics.handling import wrong
from quotarules.semantics.problems.plan import RangeBackwards, UnknownSetting
from quotarules.semantics.problems.time import NotInRetailYears, WindowEndUnknown
from quotarules.semantics.scope import Scope
from quotarules.semantics.settings import UNITS
from quotarules.semantics.value import UNKNOWN, Value, computed
from quotarules.syntax import ast
from quotarules.values.period import (
    Before,
    EdgeDay,
    Ever,
    FromTo,
    InPeriod,
    LastDays,
    LastMonths,
    PeriodUnit,
    ToDate,
    Window,
    YearBefore,
    add_months,
)
from quotarules.values.retail import RETAIL_PERIODS, Retail

_LONGEST_MONTHS = 12_000
_LONGEST_DAYS = 365_000
_LAST_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_LAST_DAYS = {"day": 1, "week": 7}
_SHIFT_MONTHS = {"month": 1, "year": 12}


def window(desk: Desk, node: ast.Window) -> Window | None:
    """The window that the text says, or None with a problem."""
    match node:
        case ast.PeriodWindow():
            return InPeriod()
        case ast.EverWindow():
            return Ever()
        case ast.ToDateWindow(unit):
            known = unit_of_time(desk, unit)
            return ToDate(known) if known is not None else None
        case ast.LastWindow():
            return _last(desk, node)
        case ast.BeforeWindow(unit) | ast.YearBeforeWindow(unit):
            way = Before if isinstance(node, ast.BeforeWindow) else YearBefore
            if unit.text == "period":
                return way()
            known = unit_of_time(desk, unit)
            return way(known) if known is not None else None
        case ast.RangeWindow():
            return _range(desk, node)
        case _:
            assert_never(node)


def unit_of_time(desk: Desk, unit: ast.Name) -> PeriodUnit | None:
    """The unit of that name: of the calendar, or of the retail years of the plan; None with a problem."""
    period = desk.settings.period
    known: PeriodUnit | None = UNITS.get(unit.text)
    if known is None:
        desk.found.add(UnknownSetting(unit.span, "a unit of time", unit.text, tuple(UNITS), None))
        return None
    if not isinstance(period, Retail):
        return known
    part: Word["quarter", "half_year", "year"]
    match unit.text:
        case "quarter" | "half_year" | "year" as part:
            assert part in RETAIL_PERIODS, "retail years have these parts"
            return replace(period, part=part)
        case _:
            desk.found.add(NotInRetailYears(unit.span, unit.text, period.pattern))
            return None


def _last(desk: Desk, node: ast.LastWindow) -> Window | None:
    unit, span = node.unit.text, node.span
    if isinstance(desk.settings.period, Retail) and unit in _LAST_MONTHS:
        desk.found.add(NotInRetailYears(node.unit.span, unit, desk.settings.period.pattern))
        return None
    if unit in _LAST_DAYS:
        days = node.count * _LAST_DAYS[unit]
        if 0 < days <= _LONGEST_DAYS:
            return LastDays(days)
        desk.found.add(UnknownSetting(span, "a number of days", str(node.count), (), f"write 1 to {_LONGEST_DAYS}"))
        return None
    if unit not in _LAST_MONTHS:
        known = (*_LAST_DAYS, *_LAST_MONTHS)
        desk.found.add(UnknownSetting(node.unit.span, "a span of a window", unit, known, None))
        return None
    months = node.count * _LAST_MONTHS[unit]
    if not 0 < months <= _LONGEST_MONTHS:
        desk.found.add(UnknownSetting(span, "a number of months", str(node.count), (), "write 1 to 12000"))
        return None
    return LastMonths(months)


# --- from … to ---------------------------------------------------------------------------------


def _range(desk: Desk, node: ast.RangeWindow) -> Window | None:
    start, end = _end(desk, node.start), _end(desk, node.end)
    if start is None or end is None:
        return None
    if node.through:
        end = end + 1 if isinstance(end, int) else replace(end, days=end.days + 1)
    if isinstance(start, int) and isinstance(end, int) and end <= start:
        desk.found.add(RangeBackwards(node.end.span, node.start.span, "this window holds no day"))
        return None
    return FromTo(start, end)


def _end(desk: Desk, node: ast.Expression) -> int | EdgeDay | None:
    """An end of a window: a day, an edge of a unit, `as_of`, or one of these moved by whole days, months or years."""
    match node:
        case ast.DateLiteral(day):
            return day
        case ast.AsOf():
            return EdgeDay("end", None)
        case ast.Edge(side, ast.Name("period"), date=None):
            return EdgeDay(side, None)
        case ast.Edge(side, unit, date=None):
            known = unit_of_time(desk, unit)
            return EdgeDay(side, known) if known is not None else None
        case ast.Group(inner):
            return _end(desk, inner)
        case ast.Sum(signs, (first, *rest)):
            base = _end(desk, first)
            for sign, term in zip(signs[1:], rest, strict=True):
                base = None if base is None else _moved(desk, base, sign, term)
            return base
        case _:
            desk.found.add(WindowEndUnknown(node.span, desk.words(node.span)))
            return None


def _moved(desk: Desk, base: int | EdgeDay, sign: int, term: ast.Expression) -> int | EdgeDay | None:
    match term:
        case ast.DurationLiteral(digits, 0, "month" | "year" as unit):
            months, days = sign * digits * _SHIFT_MONTHS[unit], 0
        case ast.DurationLiteral(digits, 0, "day"):
            months, days = 0, sign * digits
        case _:
            desk.found.add(WindowEndUnknown(term.span, desk.words(term.span)))
            return None
    if abs(months) > _LONGEST_MONTHS or abs(days) > _LONGEST_DAYS:
        desk.found.add(WindowEndUnknown(term.span, desk.words(term.span)))
        return None
    if isinstance(base, EdgeDay):
        return replace(base, months=base.months + months, days=base.days + days)
    return add_months(base, months) + days


def edge(desk: Desk, node: ast.Edge) -> Value:
    """`start of quarter`, `end of period`."""
    if node.unit.text == "period":
        return Value(PeriodEdge(node.side, "period", DateType(), node.span))
    unit = unit_of_time(desk, node.unit)
    return Value(PeriodEdge(node.side, unit, DateType(), node.span)) if unit is not None else UNKNOWN


def as_of(node: ast.AsOf) -> Value:
    """The last day seen."""
    return Value(PeriodEdge("end", "period", DateType(), node.span))


_MONTHS: dict[str, tuple[Word["month", "quarter", "year"], int]] = {
    "month": ("month", 1),
    "quarter": ("quarter", 3),
    "year": ("year", 12),
}


def edge_of(desk: Desk, node: ast.Edge, date: ast.Expression, scope: Scope) -> Value:
    """`start of month(won_on)`: the first or last day of the unit that holds a date."""
    value = desk.walk(desk, date, scope)
    unit = _MONTHS.get(node.unit.text)
    if unit is None:
        words = "write " + " or ".join(f"`{name}`" for name in _MONTHS)
        desk.found.add(UnknownSetting(node.unit.span, "what holds a date", node.unit.text, (), words))
    if value.typed is None or unit is None:
        return UNKNOWN
    if not isinstance(value.type, DateType):
        wrong(desk, value, f"`{node.side} of {node.unit.text}`", "a date", None)
        return UNKNOWN
    name, months = unit
    first = DateShift(value.typed, 0, 0, DateType(), node.span, name)
    found = first if node.side == "start" else DateShift(first, months, -1, DateType(), node.span)
    return Value(found, computed(value.gaps))
