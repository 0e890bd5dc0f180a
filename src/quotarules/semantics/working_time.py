"""Working time: over which calendar it is counted, and which pauses it leaves out."""

from quotarules.diagnostics.source import Span
from quotarules.semantics.checked import CheckedPauses, Choice, Constant, DateType, InstantType, Typed
from quotarules.semantics.desk import Desk
from quotarules.semantics.handling import needed, wrong
from quotarules.semantics.narrowing import names_of
from quotarules.semantics.origins import origin
from quotarules.semantics.paths import names_on
from quotarules.semantics.problems.plan import CalendarNeeded
from quotarules.semantics.problems.rows import ClauseOutOfPlace
from quotarules.semantics.problems.working_time import (
    CalendarOrColumn,
    CalendarWords,
    PausesElsewhere,
    UnknownCalendar,
)
from quotarules.semantics.rows import rows_of
from quotarules.semantics.scope import Scope, present
from quotarules.semantics.suggest import near
from quotarules.semantics.value import Value
from quotarules.syntax import ast


def calendar_of(desk: Desk, node: ast.Expression | None, scope: Scope, counted: Span) -> tuple[Typed | None, bool]:
    """The calendar that `on calendar` names (None: the plan's), and whether there is one; `counted` needs it."""
    if node is None:
        return None, _plan_has_one(desk, counted)
    if isinstance(node, ast.Path) and len(node.names) == 1:
        return _named(desk, node.names[0], node, scope)
    return _chosen(desk, node, scope)


def _plan_has_one(desk: Desk, span: Span) -> bool:
    plan = desk.names.plan
    if plan is None or plan.calendar is not None:
        return True
    desk.found.add(CalendarNeeded(span, plan.name.span))
    return False


def _named(desk: Desk, name: ast.Name, node: ast.Path, scope: Scope) -> tuple[Typed | None, bool]:
    """A single name: a calendar of the project, or a column of the row in hand."""
    known = desk.settings.calendars
    if name.text not in names_on(desk, scope.table):
        if name.text in known:
            return Constant(name.text, 0, Choice(known), name.span), True
        desk.found.add(UnknownCalendar(name.span, name.text, near(name.text, known) or known[:6]))
        return None, False
    if name.text in known:
        desk.found.add(CalendarOrColumn(name.span, name.text, scope.each))
        return None, False
    return _chosen(desk, node, scope)


def _chosen(desk: Desk, node: ast.Expression, scope: Scope) -> tuple[Typed | None, bool]:
    """A value of the row in hand: a choice, each word of which is a calendar of the project."""
    value = desk.walk(desk, node, scope)
    typed = needed(desk, value)
    if typed is None:
        return None, False
    if not isinstance(typed.type, Choice):
        wrong(desk, value, "a calendar", "a name, or a choice whose words are calendars", None)
        return None, False
    strangers = tuple(word for word in typed.type.options if word not in desk.settings.calendars)
    if strangers:
        desk.found.add(CalendarWords(node.span, strangers, desk.settings.calendars, origin(desk, typed)))
        return None, False
    return typed, True


def pauses_of(desk: Desk, node: ast.Pauses, scope: Scope) -> CheckedPauses | None:
    """The rows in whose time the row in hand does not count, or None with problems.

    A pause without a beginning has not happened yet, one without an end still lasts: neither needs handling.
    """
    place = "pauses"
    for clause, name in ((node.rows.on, "on"), (node.rows.during, "during")):
        if clause is not None:
            desk.found.add(ClauseOutOfPlace(clause.span, name, place, "they count wherever they lie"))
    bare = ast.Rows(node.rows.modifier, node.rows.table, node.rows.by, None, node.rows.where, None, node.rows.span)
    found = rows_of(desk, bare, scope)
    if found is None:
        return None
    begun = names_of(node.start, found.scope.this_each)
    inside = found.scope.knowing(present(begun or ()))
    start = needed(desk, desk.walk(desk, node.start, inside))
    end = desk.walk(desk, node.end, inside).typed
    if found.rows is None or start is None or end is None:
        return None
    if found.rows.match != () or found.rows.earlier:
        desk.found.add(PausesElsewhere(node.rows.span, node.rows.table.text, scope.each))
        return None
    fine = True
    for typed, what in ((start, "the beginning of a pause"), (end, "the end of a pause")):
        if not isinstance(typed.type, DateType | InstantType):
            wrong(desk, Value(typed), what, "a date or an instant", None)
            fine = False
    return CheckedPauses(found.rows, start, end, node.span) if fine else None
