"""`x(at DATE)`: what stood in a row with a history on a day, and measures and balances of that day."""

from quotarules.semantics.at_day import known_at
from quotarules.semantics.checked import DateType, InstantType, Origin, Read, ReadAt
from quotarules.semantics.desk import Desk
from quotarules.semantics.handling import without_when, wrong
from quotarules.semantics.kinds import said
from quotarules.semantics.paths import read_path, read_this
from quotarules.semantics.problems.history import AtOfWhat
from quotarules.semantics.scope import Scope
from quotarules.semantics.value import UNKNOWN, Value, computed
from quotarules.syntax import ast


def read_at(desk: Desk, node: ast.Call, argument: ast.At, scope: Scope) -> Value:
    """The value of a column on a day; it waits where no version of the row is in force."""
    named = node.function
    if argument.each is None:
        value = read_path(desk, named, scope)
    else:
        value = read_this(desk, ast.ThisPath(argument.each, named.names, named.span), scope)
    day = desk.walk(desk, argument.day, scope)
    gaps = computed(without_when(desk, day))
    if day.typed is not None and not isinstance(day.type, DateType | InstantType):
        wrong(desk, day, "`at`", "a date", None)
        return UNKNOWN
    if value.typed is None or day.typed is None:
        return UNKNOWN
    match value.typed:
        case Read(path, table, name, Origin.FACT) as read if name and _has_history(desk, table, name):
            dated = ReadAt(path, table, name, day.typed, read.missing, read.type, node.span)
            return Value(dated, (*value.gaps, *gaps))
        case Read(_, table, name, Origin.FACT) if name:
            why = (
                f"`{table}` has no history" if desk.table(table).since is None else "it is the key, which never changes"
            )
            desk.found.add(AtOfWhat(node.function.span, desk.words(node.function.span), why))
        case Read(origin=Origin.MEASURE | Origin.KARMA) as read:
            return known_at(desk, node, Value(read, value.gaps), Value(day.typed, gaps), scope)
        case found:
            why = f"it is {said(found.type)} that no file holds"
            desk.found.add(AtOfWhat(node.function.span, desk.words(node.function.span), why))
    return UNKNOWN


def _has_history(desk: Desk, table: str, name: str) -> bool:
    spec = desk.table(table)
    return spec.since is not None and name not in spec.key
