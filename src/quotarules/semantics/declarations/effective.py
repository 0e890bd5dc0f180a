"""Pay blocks that are in force for some periods only: their days become a part of who passes the block."""

from quotarules.semantics.checked import AllOf, Comparison, Constant, DateType, NotThe, PeriodEdge, Typed, YesNo
from quotarules.semantics.desk import Desk
from quotarules.semantics.problems.plan import RangeBackwards
from quotarules.semantics.problems.rows import ClauseOutOfPlace
from quotarules.semantics.problems.versions import BlockInsidePeriod
from quotarules.syntax import ast
from quotarules.values.period import period_holding, unit_text


def in_force(desk: Desk, node: ast.PayDeclaration, where: Typed | None) -> tuple[Typed | None, bool]:
    """The block's `where` with its days in force, and whether they are sound: whole periods, first before last."""
    validity = node.validity
    if validity is None:
        return where, True
    first, last, fine = validity.first, validity.last, True
    if validity.retroactive:
        why = "a block is in force for whole periods"
        desk.found.add(ClauseOutOfPlace(validity.span, "retroactive", "the head of a pay block", why))
        fine = False
    if last is not None and last.day < first.day:
        desk.found.add(RangeBackwards(last.span, first.span, f"`{node.name.text}` ends before it begins"))
        return where, False
    unit = desk.settings.period
    if unit is not None and period_holding(unit, first.day).start != first.day:
        desk.found.add(BlockInsidePeriod(first.span, "begin", first.day, unit_text(unit)))
        fine = False
    if unit is not None and last is not None and period_holding(unit, last.day).as_of != last.day:
        desk.found.add(BlockInsidePeriod(last.span, "end", last.day, unit_text(unit)))
        fine = False
    parts = [] if where is None else [*where.operands] if isinstance(where, AllOf) else [where]
    parts.append(_begun(validity, first.day))
    if last is not None:
        # Said as "not yet the day after", so that a block which begins on that day is seen to exclude this one.
        parts.append(NotThe(_begun(validity, last.day + 1), YesNo(), validity.span))
    return (parts[0] if len(parts) == 1 else AllOf(tuple(parts), YesNo(), validity.span)), fine


def _begun(validity: ast.Validity, day: int) -> Comparison:
    """Whether the period begins on the day or later."""
    start = PeriodEdge("start", "period", DateType(), validity.span)
    return Comparison(">=", start, Constant(day, 0, DateType(), validity.span), YesNo(), validity.span)
