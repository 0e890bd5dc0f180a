"""Karma: lines in points, what a newcomer starts at, and what fades."""

from quotarules.diagnostics.source import Span
from quotarules.semantics.checked import CheckedKarma, Typed
from quotarules.semantics.declarations.lines import check_line, karma_amount, unique_lines
from quotarules.semantics.desk import Desk
from quotarules.semantics.handling import condition, needed
from quotarules.semantics.narrowing import learned
from quotarules.semantics.paths import table_of_each
from quotarules.semantics.problems.people import PercentTooLarge
from quotarules.semantics.problems.plan import ClauseTwice, NotBuilt, UnknownSetting
from quotarules.semantics.problems.types import BadPlace
from quotarules.semantics.scope import Scope
from quotarules.syntax import ast

_WHOLE_PERCENT = 100


def check_karma(desk: Desk, node: ast.KarmaDeclaration) -> CheckedKarma | None:
    """The checked karma, or None with problems."""
    name = node.name.text
    table = table_of_each(desk, node.each)
    unique_lines(desk, f"karma {name}", tuple(line.name for line in node.lines), ("newcomer", "fades"))
    _once(desk, name, "newcomer", tuple(item.span for item in node.newcomers))
    _once(desk, name, "fades", tuple(item.span for item in node.fades))
    place = _place(desk, node.place)
    fade = _fade(desk, node.fades[0]) if node.fades else None
    if table is None:
        return None
    subject = Scope(table, node.each.text, accounts=frozenset((name,)))
    where = None
    if node.where is not None:
        where = condition(desk, desk.walk(desk, node.where, Scope(table, node.each.text)), "`where`")
        subject = subject.knowing(learned(node.where, node.each.text, holds=True))
    lines = [check_line(desk, line, subject, name) for line in node.lines]
    newcomer = _newcomer(desk, node.newcomers[0], subject, name) if node.newcomers else None
    broken = (
        place is None
        or (node.where is not None and where is None)
        or (bool(node.newcomers) and newcomer is None)
        or (bool(node.fades) and fade is None)
        or any(line is None for line in lines)
    )
    if broken or place is None:
        return None
    return CheckedKarma(
        name,
        node.label.text if node.label is not None else name,
        table,
        place,
        where,
        tuple(line for line in lines if line is not None),
        newcomer,
        node.newcomers[0].span if node.newcomers else None,
        fade,
        node.fades[0].span if node.fades else None,
        node.span,
    )


def _once(desk: Desk, name: str, clause: str, spans: tuple[Span, ...]) -> None:
    for span in spans[1:]:
        desk.found.add(ClauseTwice(span, clause, f"karma `{name}`", spans[0]))


def _place(desk: Desk, node: ast.NumberLiteral | None) -> tuple[int, int] | None:
    if node is None:
        return 1, 0
    if node.digits <= 0:
        desk.found.add(BadPlace(node.span, "it is not larger than zero"))
        return None
    return node.digits, node.scale


def _fade(desk: Desk, node: ast.Fades) -> tuple[int, int] | None:
    if node.unit.text != "month":
        if node.unit.text in ("week", "quarter", "year", "period"):
            desk.found.add(NotBuilt(node.unit.span, f"fading by the {node.unit.text}", "fading `a month` is built"))
        else:
            desk.found.add(UnknownSetting(node.unit.span, "a step of fading", node.unit.text, ("month",), None))
        return None
    if node.percent.digits > _WHOLE_PERCENT * 10**node.percent.scale:
        desk.found.add(PercentTooLarge(node.percent.span, "what fades"))
        return None
    return node.percent.digits, node.percent.scale + 2


def _newcomer(desk: Desk, node: ast.Newcomer, subject: Scope, karma: str) -> Typed | None:
    start = Scope(subject.table, subject.each, known=subject.known, newcomer=True)
    return karma_amount(desk, needed(desk, desk.walk(desk, node.start, start)), karma)
