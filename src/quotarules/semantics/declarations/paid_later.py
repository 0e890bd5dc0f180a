"""`paid` on a line without rows: what a period earns for somebody falls due so many periods later."""

from collections.abc import Iterator

from quotarules.diagnostics.source import Span
from quotarules.semantics.checked import DueLater, LaterPart
from quotarules.semantics.declarations.paid import STEPS, check_paid
from quotarules.semantics.desk import Desk
from quotarules.semantics.problems.paid import ScheduleUnclear
from quotarules.semantics.scope import Scope
from quotarules.syntax import ast
from quotarules.values.period import months_in, unit_text

_MOST_PERIODS = 60
_HELP = "write `on end of period`, or `on end of period + 3 months`"


def check_paid_later(desk: Desk, node: ast.Paid, line: str, scope: Scope) -> DueLater | None:
    """The parts of what a period earns, by the number of periods after which each is due; None with problems."""
    period = desk.settings.period
    months = months_in(period) if isinstance(period, str) else None
    if months is None:
        _not_in_months(desk, node.span)
        return None
    match node:
        case ast.PaidInProportion():
            wanted = "what a period earns for somebody falls due on days"
            _unclear(desk, node.span, wanted, _HELP)
            return None
        case ast.PaidOn(date):
            dates: tuple[ast.Expression, ...] = (date,)
        case ast.PaidParts(parts):
            dates = tuple(part.date for part in parts)
        case ast.PaidEqually(start=start):
            dates = (start,)
    after = [_months_after(desk, date) for date in dates]
    known = [count for count in after if count is not None]
    if len(known) < len(after):
        return None
    # The shares, counts and steps are checked as those of rows are.
    sound = check_paid(desk, _of_rows(node), line, scope)
    return None if sound is None else _later(desk, node, tuple(known), months)


def _not_in_months(desk: Desk, span: Span) -> None:
    period, plan = desk.settings.period, desk.names.plan
    # A plan without a sound period has a problem of its own.
    if period is not None and plan is not None and plan.period is not None:
        wanted = "what a period earns is paid later in periods of whole months"
        desk.found.add(ScheduleUnclear(span, unit_text(period), wanted, "drop `paid`", plan.period.span))


def _later(desk: Desk, node: ast.Paid, after: tuple[int, ...], months: int) -> DueLater | None:
    found: dict[int, int] = {}
    whole = 1
    for share, count in _shares(node, after):
        whole, digits = share[1], share[0]
        periods = -(-count // months)
        found[periods] = found.get(periods, 0) + digits
    if max(found) > _MOST_PERIODS:
        wanted = f"what a period earns is paid within {_MOST_PERIODS} periods"
        _unclear(desk, node.span, wanted, "let the last part be due earlier")
        return None
    parts = tuple(LaterPart(digits, whole, periods) for periods, digits in sorted(found.items()))
    return DueLater(parts, node.span)


def _shares(node: ast.Paid, after: tuple[int, ...]) -> Iterator[tuple[tuple[int, int], int]]:
    """Each part as digits of a whole that all have, and the months after which it is due."""
    match node:
        case ast.PaidParts(parts):
            scale = max(part.percent.scale for part in parts)
            for part, count in zip(parts, after, strict=True):
                digits = part.percent.digits * 10 ** (scale - part.percent.scale)
                yield (digits, 10 ** (scale + 2)), count
        case ast.PaidEqually(count, every):
            for place in range(count.digits):
                yield (1, count.digits), after[0] + place * STEPS[every.text]
        case _:
            yield (1, 1), after[0]


def _months_after(desk: Desk, node: ast.Expression) -> int | None:
    """How many months a day lies after the end of the period that earns; None with a problem."""
    months = _months(node)
    if months is None:
        _unclear(desk, node.span, "what a period earns falls due some months after its end", _HELP)
    return months


def _months(node: ast.Expression) -> int | None:
    match node:
        case ast.Group(inner):
            return _months(inner)
        case ast.Edge("end", ast.Name("period"), date=None) | ast.AsOf():
            return 0
        case ast.Sum((1, *signs), (first, *rest)) if all(sign == 1 for sign in signs):
            more = [_span(part) for part in rest]
            known = [part for part in (_months(first), *more) if part is not None]
            return sum(known) if len(known) == len(more) + 1 else None
        case _:
            return None


def _span(node: ast.Expression) -> int | None:
    """A span of time in months."""
    match node:
        case ast.DurationLiteral(digits, 0, "month" | "year" as unit):
            return digits * (12 if unit == "year" else 1)
        case _:
            return None


def _of_rows(node: ast.Paid) -> ast.Paid:
    """The same schedule on a day that rows may have, so that all but its days is checked."""
    day = ast.DateLiteral(0, node.span)
    match node:
        case ast.PaidParts(parts, span):
            return ast.PaidParts(tuple(ast.PaidPart(part.percent, day, part.span) for part in parts), span)
        case ast.PaidEqually(count, every, _, span):
            return ast.PaidEqually(count, every, day, span)
        case _:
            return ast.PaidOn(day, node.span)


def _unclear(desk: Desk, span: Span, wanted: str, help_line: str) -> None:
    desk.found.add(ScheduleUnclear(span, desk.words(span), wanted, help_line))
