"""Windows of time and the edges of periods."""

from typing import assert_never

from quotarules.semantics.checked import DateType, PeriodEdge
from quotarules.semantics.desk import Desk
from quotarules.semantics.problems.plan import NotBuilt, RangeBackwards, UnknownSetting
from quotarules.semantics.settings import UNITS
from quotarules.semantics.value import UNKNOWN, Value
from quotarules.syntax import ast
from quotarules.values.period import Ever, FromTo, InPeriod, LastMonths, PeriodUnit, ToDate, Window

_LONGEST_MONTHS = 12_000


def window(desk: Desk, node: ast.Window) -> Window | None:
    """The window that the text says, or None with a problem."""
    match node:
        case ast.PeriodWindow():
            return InPeriod()
        case ast.EverWindow():
            return Ever()
        case ast.ToDateWindow(unit):
            known = _unit(desk, unit)
            return ToDate(known) if known is not None else None
        case ast.LastWindow():
            return _last(desk, node)
        case ast.RangeWindow():
            return _range(desk, node)
        case _:
            assert_never(node)


def _unit(desk: Desk, unit: ast.Name) -> PeriodUnit | None:
    singular = unit.text.removesuffix("s")
    if singular in UNITS:
        return UNITS[singular]
    if singular in ("day", "week", "half_month", "half_year"):
        desk.found.add(NotBuilt(unit.span, f"`{unit.text}` as a window", "month, quarter and year are"))
    else:
        desk.found.add(UnknownSetting(unit.span, "a span of a window", unit.text, tuple(UNITS), None))
    return None


def _last(desk: Desk, node: ast.LastWindow) -> Window | None:
    unit = _unit(desk, node.unit)
    if unit is None:
        return None
    if unit == "quarter":
        desk.found.add(NotBuilt(node.span, "`last … quarters`", "`last 3 months` is built"))
        return None
    months = node.count * (12 if unit == "year" else 1)
    if not 0 < months <= _LONGEST_MONTHS:
        desk.found.add(UnknownSetting(node.span, "a number of months", str(node.count), (), "write 1 to 12000"))
        return None
    return LastMonths(months)


def _range(desk: Desk, node: ast.RangeWindow) -> Window | None:
    match node.start, node.end:
        case ast.DateLiteral(start), ast.DateLiteral(end):
            last = end + 1 if node.through else end
            if last <= start:
                desk.found.add(RangeBackwards(node.end.span, node.start.span, "this window holds no day"))
                return None
            return FromTo(start, last)
        case _:
            desk.found.add(NotBuilt(node.span, "a window between computed days", "days written out are"))
            return None


def edge(desk: Desk, node: ast.Edge) -> Value:
    """`start of quarter`, `end of period`."""
    if node.unit.text == "period":
        return Value(PeriodEdge(node.side, "period", DateType(), node.span))
    unit = _unit(desk, node.unit)
    return Value(PeriodEdge(node.side, unit, DateType(), node.span)) if unit is not None else UNKNOWN


def as_of(node: ast.AsOf) -> Value:
    """The last day seen."""
    return Value(PeriodEdge("end", "period", DateType(), node.span))
