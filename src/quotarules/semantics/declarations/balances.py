"""Cap and draw of a pay block: what they may say, and what they say when they leave it out."""

from quotarules.semantics.checked import CheckedCap, CheckedDraw, Constant, DateType, Number, Quantity, Typed
from quotarules.semantics.declarations.lines import pay_amount
from quotarules.semantics.desk import Desk
from quotarules.semantics.handling import needed, wrong
from quotarules.semantics.problems.balances import (
    CapShorterThanPeriod,
    DrawEndsBeforePlan,
    LoanInAdvance,
    NothingOwed,
    RestUnsaid,
)
from quotarules.semantics.problems.people import PercentTooLarge
from quotarules.semantics.problems.plan import RangeBackwards
from quotarules.semantics.scope import Scope
from quotarules.semantics.value import Value
from quotarules.semantics.windows import unit_of_time
from quotarules.syntax import ast
from quotarules.values.period import PeriodUnit, holds_whole, unit_text


def own_lines(node: ast.PayDeclaration) -> tuple[str, ...]:
    """The names of the lines that the block's cap and draw write themselves."""
    found: list[str] = []
    for clause in node.clauses:
        match clause:
            case ast.Cap():
                found.append("cap")
            case ast.Draw():
                found.extend(("draw", "netted", "recovery"))
            case _:
                pass
    return tuple(found)


def check_cap(desk: Desk, node: ast.Cap, subject: Scope, currency: ast.Name | None) -> CheckedCap | None:
    """The checked cap, or None with problems."""
    limit = _limit(desk, node.limit, subject, "`cap`", currency)
    over = desk.settings.period if node.unit is None else _over(desk, node.unit)
    if limit is None or over is None:
        return None
    return CheckedCap(limit, None if over == desk.settings.period else over, node.carry, node.span)


def _limit(desk: Desk, node: ast.Expression, subject: Scope, place: str, currency: ast.Name | None) -> Typed | None:
    return pay_amount(desk, needed(desk, desk.walk(desk, node, subject)), place, currency)


def _over(desk: Desk, name: ast.Name) -> PeriodUnit | None:
    unit, period = unit_of_time(desk, name), desk.settings.period
    if unit is not None and period is not None and unit != period and not holds_whole(unit, period):
        desk.found.add(CapShorterThanPeriod(name.span, unit_text(unit), unit_text(period)))
        return None
    return unit


def check_draw(desk: Desk, node: ast.Draw, subject: Scope, currency: ast.Name | None) -> CheckedDraw | None:
    """The checked draw, or None with problems."""
    limit = _limit(desk, node.limit, subject, "`draw`", currency)
    whole = _options_fit(desk, node)
    said = node.recover or ast.Recover(None, None, node.span)
    recover = None if said.amount is None else _recover(desk, said.amount, subject, currency)
    start = None if said.start is None else _day(desk, said.start, subject, "`recover from`")
    until = None if node.until is None else _day(desk, node.until.day, subject, "`until`")
    options = ((said.amount, recover), (said.start, start), (node.until, until))
    if limit is None or not whole or any(asked is not None and found is None for asked, found in options):
        return None
    forgiven = node.until is not None and node.until.then == "forgiven"
    return CheckedDraw(limit, node.way, node.advance, recover, start, until, forgiven, node.span)


def _recover(desk: Desk, node: ast.Expression, subject: Scope, currency: ast.Name | None) -> Typed | None:
    """A part of what is above the draw, at most all of it, or money."""
    typed = needed(desk, desk.walk(desk, node, subject))
    match typed:
        case Constant(int(value), scale, Quantity(Number())) if value > 10**scale:
            desk.found.add(PercentTooLarge(typed.span, "what is recovered"))
            return None
        case None:
            return None
        case _ if isinstance(typed.type, Quantity) and isinstance(typed.type.unit, Number):
            return typed
        case _:
            return pay_amount(desk, typed, "what is recovered", currency)


def _day(desk: Desk, node: ast.Expression, subject: Scope, place: str) -> Typed | None:
    typed = needed(desk, desk.walk(desk, node, subject))
    if typed is None or isinstance(typed.type, DateType):
        return typed
    wrong(desk, Value(typed), place, "a date", None)
    return None


def _options_fit(desk: Desk, node: ast.Draw) -> bool:
    before = len(desk.found.all())
    if node.way == "guaranteed":
        if node.recover is not None:
            desk.found.add(NothingOwed(node.recover.span, "recover"))
        if node.until is not None and node.until.then is not None:
            desk.found.add(NothingOwed(node.until.span, f"then {node.until.then}"))
    elif node.until is not None and node.until.then is None:
        desk.found.add(RestUnsaid(node.until.span))
    if node.way == "loan" and node.advance:
        desk.found.add(LoanInAdvance(node.span))
    if node.until is not None:
        _ends_in_time(desk, node.until, None if node.recover is None else node.recover.start)
    return len(desk.found.all()) == before


def _ends_in_time(desk: Desk, until: ast.Until, recovered: ast.Expression | None) -> None:
    """What days that are written out say about each other."""
    first = desk.names.plan.effective_from if desk.names.plan is not None else None
    if not isinstance(until.day, ast.DateLiteral):
        return
    if first is not None and until.day.day < first.day:
        desk.found.add(DrawEndsBeforePlan(until.day.span, first.span))
    if isinstance(recovered, ast.DateLiteral) and until.then == "forgiven" and until.day.day < recovered.day:
        never = "the debt is forgiven before its recovery begins"
        desk.found.add(RangeBackwards(until.day.span, recovered.span, never))
