"""Cap and draw of a pay block: what they may say, and what they say when they leave it out."""

from quotarules.semantics.checked import CheckedCap, CheckedDraw, Typed
from quotarules.semantics.declarations.lines import pay_amount
from quotarules.semantics.desk import Desk
from quotarules.semantics.handling import needed
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
from quotarules.semantics.windows import unit_of_time
from quotarules.syntax import ast
from quotarules.values.period import PeriodUnit, holds_whole, unit_text

_WHOLE = (1, 0)
_WHOLE_PERCENT = 100


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
    share = node.recover.percent if node.recover is not None else None
    if share is not None and share.digits > _WHOLE_PERCENT * 10**share.scale:
        desk.found.add(PercentTooLarge(share.span, "what is recovered"))
        whole = False
    if limit is None or not whole:
        return None
    start = node.recover.start if node.recover is not None else None
    return CheckedDraw(
        limit,
        node.way,
        node.advance,
        _WHOLE if share is None else (share.digits, share.scale + 2),
        None if start is None else start.day,
        None if node.until is None else node.until.day.day,
        node.until is not None and node.until.then == "forgiven",
        node.span,
    )


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


def _ends_in_time(desk: Desk, until: ast.Until, recovered: ast.DateLiteral | None) -> None:
    first = desk.names.plan.effective_from if desk.names.plan is not None else None
    if first is not None and until.day.day < first.day:
        desk.found.add(DrawEndsBeforePlan(until.day.span, first.span))
    if recovered is not None and until.then == "forgiven" and until.day.day < recovered.day:
        never = "the debt is forgiven before its recovery begins"
        desk.found.add(RangeBackwards(until.day.span, recovered.span, never))
