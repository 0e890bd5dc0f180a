"""Calls that are not over rows: rounding, spans of time, a measure in another window, tables and tiers."""

from typing import Literal as Word

from quotarules.semantics.at import read_at
from quotarules.semantics.checked import (
    DateType,
    Days,
    InstantType,
    Minutes,
    Origin,
    Quantity,
    Read,
    RoundTo,
    TimeBetween,
    Type,
)
from quotarules.semantics.dates import extreme_of, part_of_date
from quotarules.semantics.desk import Desk
from quotarules.semantics.handling import quantity, without_when, wrong
from quotarules.semantics.kinds import NUMBER, joint, said
from quotarules.semantics.literals import written_out
from quotarules.semantics.lookups import table_call, tiers_call
from quotarules.semantics.names import OTHER_FUNCTIONS, ROW_FUNCTIONS
from quotarules.semantics.over_rows import over_rows
from quotarules.semantics.paths import Wanted, names_on, read_path
from quotarules.semantics.problems.names import UnknownFunction
from quotarules.semantics.problems.rows import ClauseOutOfPlace, WindowOfWhat
from quotarules.semantics.problems.types import ArgumentCount, BadPlace
from quotarules.semantics.scope import Scope
from quotarules.semantics.settings import rounding_mode
from quotarules.semantics.suggest import near
from quotarules.semantics.value import UNKNOWN, Value, computed
from quotarules.semantics.windows import window
from quotarules.semantics.working_time import calendar_of
from quotarules.syntax import ast
from quotarules.values.rounding import RoundingMode
from quotarules.values.schema import COMPANY


def call(desk: Desk, node: ast.Call, scope: Scope) -> Value:
    """Any call, by the name that is called."""
    name = ".".join(part.text for part in node.function.names)
    if isinstance(node.argument, ast.During):
        return _in_window(desk, node, node.argument, scope)
    if isinstance(node.argument, ast.At):
        return read_at(desk, node, node.argument, scope)
    match name:
        case "min" | "max" if isinstance(node.argument, ast.Arguments):
            return extreme_of(desk, node, name, node.argument.items, scope)
        case "month" | "quarter" | "year":
            return part_of_date(desk, node, name, scope)
        case "count" | "sum" | "min" | "max" | "mean" | "median" | "nps" | "rank" | "share" | "distinct" | "the":
            return over_rows(desk, node, name, scope)
        case "round" | "round_up" | "round_down":
            return _rounded(desk, node, name, scope)
        case "days" | "months" | "working hours" | "working days":
            return _between(desk, node, name, scope)
        case _:
            return _declared(desk, node, name, scope)


# What other languages call a function that this one has.
_SAID_OTHERWISE = {
    "average": "mean",
    "avg": "mean",
    "total": "sum",
    "sumif": "sum",
    "sumifs": "sum",
    "countif": "count",
    "countifs": "count",
    "maximum": "max",
    "minimum": "min",
    "unique": "distinct",
    "ceil": "round_up",
    "ceiling": "round_up",
    "roundup": "round_up",
    "floor": "round_down",
    "rounddown": "round_down",
    "datediff": "days",
    "networkdays": "working days",
}


def _declared(desk: Desk, node: ast.Call, name: str, scope: Scope) -> Value:
    table, tiers = desk.names.tables.get(name), desk.names.tiers.get(name)
    if table is None and tiers is None and name in desk.lost:
        return UNKNOWN
    if table is None and tiers is None:
        known = (*desk.names.tables, *desk.names.tiers, *ROW_FUNCTIONS, *OTHER_FUNCTIONS)
        is_column = name in names_on(desk, scope.table) or name in names_on(desk, COMPANY)
        said = _SAID_OTHERWISE.get(name.lower())
        hint = f"`{name}` is read without parentheses" if is_column else f"write `{said}`" if said else None
        desk.found.add(UnknownFunction(node.function.span, name, near(name, known), hint))
        return UNKNOWN
    keys: tuple[ast.Expression, ...] = ()
    amounts: tuple[ast.Expression, ast.Expression | None] | None = None
    match node.argument:
        case ast.Arguments(arguments):
            keys, amounts = arguments[:-1], (arguments[-1], None)
        case ast.OnlyRows(ast.Rows(None, word, None, None, None, None, span)):
            # A lone name in parentheses reads like the rows of a table until it is known what is called.
            arguments = (ast.Path((word,), span),)
            amounts = (arguments[0], None)
        case ast.After(amount, before, keys):
            arguments, amounts = (), (amount, before)
        case _:
            arguments = ()
    if tiers is not None:
        return _tiers(desk, node, name, keys, amounts, scope)
    if not arguments:
        desk.found.add(ArgumentCount(node.span, name, "its keys: `rate(product, region)`"))
        return UNKNOWN
    checked = desk.tables.get(name)
    if checked is None:
        for argument in arguments:
            if not isinstance(argument, ast.Path):
                desk.walk(desk, argument, scope)
        return UNKNOWN
    return table_call(desk, node, checked, arguments, scope)


def _tiers(
    desk: Desk,
    node: ast.Call,
    name: str,
    keys: tuple[ast.Expression, ...],
    amounts: tuple[ast.Expression, ast.Expression | None] | None,
    scope: Scope,
) -> Value:
    named = desk.names.tiers[name].keys
    if amounts is None or len(keys) != len(named):
        before = "".join(f"{key.text}, " for key in named)
        wanted = f"{'its keys and ' if named else ''}one amount"
        desk.found.add(ArgumentCount(node.span, name, f"{wanted}: `{name}({before}x)` or `{name}({before}x after y)`"))
        return UNKNOWN
    checked = desk.tiers.get(name)
    if checked is None:
        for amount in amounts:
            if amount is not None:
                desk.walk(desk, amount, scope)
        return UNKNOWN
    return tiers_call(desk, node, checked, (keys, *amounts), scope)


def _in_window(desk: Desk, node: ast.Call, argument: ast.During, scope: Scope) -> Value:
    chosen = window(desk, argument.window)
    name = node.function.names[-1].text
    if name in desk.names.tables or name in desk.names.tiers or name in ROW_FUNCTIONS:
        desk.found.add(WindowOfWhat(node.function.span, name, "called with a value"))
        return UNKNOWN
    value = read_path(desk, node.function, scope, Wanted(chosen))
    if value.typed is None or chosen is None:
        return UNKNOWN
    if not (isinstance(value.typed, Read) and value.typed.origin is Origin.MEASURE):
        desk.found.add(WindowOfWhat(node.function.span, desk.words(node.function.span), said(value.typed.type)))
        return UNKNOWN
    if (value.typed.table, value.typed.name) not in desk.windowed:
        what = "a measure that counts nothing by the period"
        desk.found.add(WindowOfWhat(node.function.span, desk.words(node.function.span), what))
        return UNKNOWN
    return value


# --- rounding ----------------------------------------------------------------------------------

_MODES = {"round_up": RoundingMode.UP, "round_down": RoundingMode.DOWN}


def _rounded(desk: Desk, node: ast.Call, name: str, scope: Scope) -> Value:
    most = 3 if name == "round" else 2
    if not isinstance(node.argument, ast.Arguments) or not 2 <= len(node.argument.items) <= most:
        example = "`round(x, 0.01)` or `round(x, 0.01, half_even)`" if most == 3 else f"`{name}(x, 1)`"
        desk.found.add(ArgumentCount(node.span, name, f"a value and a place: {example}"))
        return UNKNOWN
    operand, step, *named = node.argument.items
    value = desk.walk(desk, operand, scope)
    gaps = computed(without_when(desk, value))
    typed = quantity(desk, value, f"what `{name}` rounds")
    place = _place(desk, step, typed.type if typed is not None else None)
    mode = _MODES.get(name) or desk.settings.mode
    if named:
        mode = _mode(desk, named[0])
    if typed is None or place is None or mode is None:
        return UNKNOWN
    assert isinstance(typed.type, Quantity), "only amounts are rounded"
    kind = Quantity(typed.type.unit)
    return Value(RoundTo(typed, place[0], place[1], mode, kind, node.span), gaps)


def _place(desk: Desk, node: ast.Expression, kind: Type | None) -> tuple[int, int] | None:
    step = written_out(desk, node, "the place to round to")
    if step is None:
        return None
    if not isinstance(step.value, int) or isinstance(step.value, bool) or not isinstance(step.type, Quantity):
        desk.found.add(BadPlace(node.span, f"it is {said(step.type)}"))
        return None
    if step.value <= 0:
        desk.found.add(BadPlace(node.span, "it is not larger than zero"))
        return None
    if kind is not None and step.type != NUMBER and joint(kind, step.type) is None:
        desk.found.add(BadPlace(node.span, f"{said(kind)} is not rounded to {said(step.type)}"))
        return None
    return step.value, step.scale


def _mode(desk: Desk, node: ast.Expression) -> RoundingMode | None:
    match node:
        case ast.Path((name,)):
            mode, wrong_mode = rounding_mode(name)
            for problem in wrong_mode:
                desk.found.add(problem)
            return mode
        case _:
            desk.found.add(BadPlace(node.span, "the way to round is a word such as `half_even`"))
            return None


# --- spans of time -----------------------------------------------------------------------------

Span = Word["days", "months", "working hours", "working days"]


def _between(desk: Desk, node: ast.Call, name: Span, scope: Scope) -> Value:
    if not isinstance(node.argument, ast.Between):
        example = f"`{name}(from a to under b)` or `{name}(from a through b)`"
        desk.found.add(ArgumentCount(node.span, name, f"two ends: {example}"))
        return UNKNOWN
    start, end = (desk.walk(desk, side_node, scope) for side_node in (node.argument.start, node.argument.end))
    gaps = computed((*without_when(desk, start), *without_when(desk, end)))
    wanted: type[DateType | InstantType] = InstantType if name == "working hours" else DateType
    if start.typed is None or end.typed is None:
        return UNKNOWN
    for value in (start, end):
        if not isinstance(value.type, wanted):
            words = "an instant" if wanted is InstantType else "a date"
            wrong(desk, value, f"an end of `{name}`", words, None)
            return UNKNOWN
    calendar = None
    if name in ("working hours", "working days"):
        calendar, fine = calendar_of(desk, node.argument.calendar, scope, node.function.span)
        if not fine:
            return UNKNOWN
        if node.argument.through and name == "working hours":
            desk.found.add(ArgumentCount(node.span, name, "a half-open range", way_out="write `to under`"))
            return UNKNOWN
    elif node.argument.calendar is not None:
        why = "only working time is counted over a calendar"
        desk.found.add(ClauseOutOfPlace(node.argument.calendar.span, "on calendar", f"`{name}`", why))
    kind: Type
    match name:
        case "days" | "working days":
            kind = Quantity(Days())
        case "months":
            kind = NUMBER
        case _:
            kind = Quantity(Minutes())
    through = node.argument.through
    return Value(TimeBetween(name, start.typed, end.typed, through, kind, node.span, calendar), gaps)
