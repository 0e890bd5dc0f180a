"""Which day chooses the version of a rule: the fact's own date, or the last day of the period."""

from quotarules.diagnostics.source import Span
from quotarules.semantics.checked import DateType, ElseFirst, InstantType, Origin, PeriodEdge, Read, Typed, WaitFor
from quotarules.semantics.desk import Desk
from quotarules.semantics.problems.versions import NoDayToChoose, NotChosenBy
from quotarules.semantics.scope import Scope
from quotarules.values.schema import COMPANY, ColumnKind

_DATES = (ColumnKind.DATE, ColumnKind.INSTANT)


def check_chosen_by(desk: Desk) -> None:
    """`chosen by` names a date that some table has."""
    name = None if desk.names.plan is None else desk.names.plan.chosen_by
    if name is None:
        return
    columns = [column for table in desk.schema.tables for column in table.columns if column.kind in _DATES]
    known = tuple(dict.fromkeys(column.name for column in columns if " " not in column.name))
    if name.text not in known:
        desk.found.add(NotChosenBy(name.span, name.text, known[:6]))


def chosen_day(desk: Desk, name: str, scope: Scope, span: Span) -> Typed | None:
    """The day that chooses the version of `name` where it is read; None where it has no versions, or with a problem."""
    if name not in desk.versions:
        return None
    end = PeriodEdge("end", "period", DateType(), span)
    if scope.table == COMPANY:
        return end
    if (column := _chosen(desk, scope, span)) is not None:
        return column
    if scope.dated is not None:
        return scope.dated
    dates = tuple(column.name for column in desk.table(scope.table).columns if column.kind in _DATES)
    if scope.table in _subjects(desk) or not dates:
        return end
    declared = desk.names.versions[name][0].name.span
    desk.found.add(NoDayToChoose(span, name, desk.table(scope.table).each, dates[:3], declared))
    return None


def _chosen(desk: Desk, scope: Scope, span: Span) -> Typed | None:
    """The column that the plan's `chosen by` names, where the row in hand has it."""
    plan = desk.names.plan
    if plan is None or plan.chosen_by is None:
        return None
    column = desk.table(scope.table).column(plan.chosen_by.text)
    if column is None or column.kind not in _DATES:
        return None
    kind = DateType() if column.kind is ColumnKind.DATE else InstantType()
    read = Read((), scope.table, column.name, Origin.FACT, None, column.optional, kind, plan.chosen_by.span)
    if not column.optional:
        return read
    wait = WaitFor(f"`{column.name}` is missing, which chooses the version", kind, span)
    return ElseFirst((read, wait), kind, span)


def _subjects(desk: Desk) -> frozenset[str]:
    """The tables of those who are paid, have a karma or share in a bonus: what they read holds for the period."""
    each = [node.each.text for node in desk.names.pays.values()]
    each += [node.each.text for node in desk.names.karmas.values()]
    tables = {table.name for word in each if (table := desk.schema.by_each(word)) is not None}
    return frozenset(tables | {team.person_table for team in desk.teams.values() if team is not None})
