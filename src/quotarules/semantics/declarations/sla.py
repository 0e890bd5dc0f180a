"""What some owe others: totals owed by a named party, and terms owed for each row."""

from typing import Literal as Word

from quotarules.semantics.checked import (
    CheckedPauses,
    CheckedRows,
    CheckedSla,
    CheckedTerm,
    CheckedTotal,
    DateType,
    InstantType,
    Typed,
)
from quotarules.semantics.declarations.lines import unique_lines
from quotarules.semantics.desk import Desk, TermHead
from quotarules.semantics.handling import condition, needed, wrong
from quotarules.semantics.origins import side
from quotarules.semantics.paths import link_path, table_of_each
from quotarules.semantics.problems.people import PercentTooLarge, WholeUnits
from quotarules.semantics.problems.rows import ClauseOutOfPlace
from quotarules.semantics.problems.types import KindsDiffer
from quotarules.semantics.problems.working_time import PausesOfRunningTime
from quotarules.semantics.rows import clauses
from quotarules.semantics.scope import NOWHERE, Scope, present
from quotarules.semantics.value import Value
from quotarules.semantics.working_time import calendar_of, pauses_of
from quotarules.syntax import ast
from quotarules.values.schema import COMPANY


def term_heads(desk: Desk) -> None:
    """What others need of each sla line: who owes it."""
    for sla in desk.names.slas.values():
        for term in sla.terms:
            desk.terms.setdefault((sla.name.text, term.name.text), _head(desk, sla, term))


def _head(desk: Desk, sla: ast.SlaDeclaration, term: ast.SlaTotal | ast.SlaTerm) -> TermHead | None:
    name = term.name.text
    if isinstance(term, ast.SlaTotal):
        return TermHead(sla.name.text, name, COMPANY, total=True, span=term.name.span)
    table = table_of_each(desk, term.rows.each)
    found = link_path(desk, term.owner, table) if table is not None else None
    return TermHead(sla.name.text, name, found[1], total=False, span=term.owner.span) if found is not None else None


def check_sla(desk: Desk, node: ast.SlaDeclaration) -> CheckedSla | None:
    """The checked sla, or None with problems."""
    unique_lines(desk, f"sla {node.name.text}", tuple(term.name for term in node.terms))
    terms = [_total(desk, term) if isinstance(term, ast.SlaTotal) else _term(desk, node, term) for term in node.terms]
    if any(term is None for term in terms):
        return None
    label = node.label.text if node.label is not None else node.name.text
    return CheckedSla(node.name.text, label, tuple(term for term in terms if term is not None), node.span)


def _total(desk: Desk, node: ast.SlaTotal) -> CheckedTotal | None:
    test = condition(desk, desk.walk(desk, node.condition, NOWHERE), "what is owed")
    label = node.label.text if node.label is not None else node.name.text
    return CheckedTotal(node.name.text, label, node.party.text, test, node.span) if test is not None else None


def _term(desk: Desk, sla: ast.SlaDeclaration, node: ast.SlaTerm) -> CheckedTerm | None:
    head = desk.terms[sla.name.text, node.name.text]
    table = table_of_each(desk, node.rows.each)
    length = _length(desk, node.within)
    share = _share(desk, node.share)
    rows_node = _plain_rows(desk, node.rows)
    if table is None:
        return None
    owner = link_path(desk, node.owner, table)
    inner = Scope(table, node.rows.each.text, known=present(owner[0]) if owner is not None else frozenset())
    found = clauses(desk, rows_node, inner, (owner[0] if owner is not None else (), None), sound=owner is not None)
    event = desk.walk(desk, node.event, found.scope).typed
    start = needed(desk, desk.walk(desk, node.start, found.scope))
    ends = _ends(desk, node, event, start)
    calendar, counted = _calendar(desk, node, found.scope)
    pauses, paused = _pauses(desk, node, found.scope)
    if found.rows is None or ends is None or length is None or share is None or head is None:
        return None
    if not (counted and paused):
        return None
    rows = CheckedRows(table, found.rows.link, None, False, None, None, found.rows.where, node.rows.span)
    amount, unit = length
    label = node.label.text if node.label is not None else node.name.text
    return CheckedTerm(node.name.text, label, rows, head.table, *ends, amount, unit, share, node.span, calendar, pauses)


def _plain_rows(desk: Desk, node: ast.ForEach) -> ast.ForEach:
    """The rows of a term say only `where`: the link stands after `owed by`, the period is that of the deadline."""
    where = "a line of an sla"
    if node.by is not None:
        desk.found.add(ClauseOutOfPlace(node.by.span, "by", where, "the link stands after `owed by`"))
    if node.on is not None:
        desk.found.add(ClauseOutOfPlace(node.on.span, "on", where, "it counts in the period of its deadline"))
    if node.during is not None:
        desk.found.add(ClauseOutOfPlace(node.during.span, "during", where, "it counts in the period of its deadline"))
    return ast.ForEach(node.each, None, None, node.where, None, node.span)


Unit = Word["working minutes", "working days", "minutes", "days", "months"]
_UNITS: dict[str, tuple[Unit, int]] = {
    "working hour": ("working minutes", 60),
    "working day": ("working days", 1),
    "minute": ("minutes", 1),
    "hour": ("minutes", 60),
    "day": ("days", 1),
    "month": ("months", 1),
    "year": ("months", 12),
}


def _length(desk: Desk, node: ast.DurationLiteral) -> tuple[int, Unit] | None:
    unit, factor = _UNITS[node.unit]
    whole, rest = divmod(node.digits * factor, 10**node.scale)
    if rest or whole <= 0:
        desk.found.add(WholeUnits(node.span, unit))
        return None
    return whole, unit


def _calendar(desk: Desk, node: ast.SlaTerm, scope: Scope) -> tuple[Typed | None, bool]:
    """The calendar of a term in working time, and whether all is well with it."""
    if node.within.unit in ("working hour", "working day"):
        return calendar_of(desk, node.calendar, scope, node.within.span)
    if node.calendar is None:
        return None, True
    why = "only working time is counted over a calendar"
    desk.found.add(ClauseOutOfPlace(node.calendar.span, "on calendar", "this line of an sla", why))
    return None, False


def _pauses(desk: Desk, node: ast.SlaTerm, scope: Scope) -> tuple[CheckedPauses | None, bool]:
    """The pauses of a term in working hours, and whether all is well with them."""
    if node.pauses is None:
        return None, True
    pauses = pauses_of(desk, node.pauses, scope)
    if node.within.unit != "working hour":
        desk.found.add(PausesOfRunningTime(node.pauses.span, f"{node.within.unit}s", node.within.span))
        return None, False
    return pauses, pauses is not None


def _share(desk: Desk, node: ast.PercentLiteral | None) -> tuple[int, int] | None:
    if node is None:
        return 1, 0
    if node.digits > 100 * 10**node.scale:
        desk.found.add(PercentTooLarge(node.span, "the share that must be kept"))
        return None
    return node.digits, node.scale + 2


def _ends(desk: Desk, node: ast.SlaTerm, event: Typed | None, start: Typed | None) -> tuple[Typed, Typed] | None:
    """The event and the start, if both are times of fitting kinds."""
    if event is None or start is None:
        return None
    fine = True
    for typed, place in ((event, "what must happen in time"), (start, "what time is counted from")):
        if not isinstance(typed.type, DateType | InstantType):
            wrong(desk, Value(typed), place, "a date or an instant", None)
            fine = False
    if not fine:
        return None
    if node.within.unit in ("hour", "minute", "working hour") and isinstance(start.type, DateType):
        wrong(desk, Value(start), "what hours are counted from", "an instant", "count in days or working days")
        return None
    if isinstance(event.type, InstantType) and isinstance(start.type, DateType):
        desk.found.add(KindsDiffer(side(desk, event), side(desk, start), "set against each other"))
        return None
    return event, start
