"""Functions over rows: `count`, `sum`, `mean` and the others, and what must not be counted twice."""

from typing import Literal as Word

from quotarules.semantics.checked import (
    AllOf,
    CheckedRows,
    Comparison,
    Constant,
    DateType,
    InstantType,
    Number,
    Origin,
    Quantity,
    Read,
    RowsFunction,
    Type,
    Typed,
)
from quotarules.semantics.desk import Desk
from quotarules.semantics.grain import borrowed, of_child, parent
from quotarules.semantics.handling import condition, needed, wrong
from quotarules.semantics.kinds import NUMBER, unit_of
from quotarules.semantics.problems.credit import OnceOfChild
from quotarules.semantics.problems.rows import CountedTwice, NotOneRow
from quotarules.semantics.problems.scores import MedianOfEarlier
from quotarules.semantics.problems.types import ArgumentCount, RatioWithoutPlace
from quotarules.semantics.rank import places_unsaid
from quotarules.semantics.rows import rows_of
from quotarules.semantics.scope import Scope
from quotarules.semantics.value import UNKNOWN, Gap, Value
from quotarules.syntax import ast

RowFunction = Word["count", "sum", "min", "max", "mean", "median", "nps", "rank", "share", "distinct", "the"]
_EMPTY_HAS_VALUE = ("count", "sum", "distinct")
_ROUNDED_FIRST = ("sum", "min", "max", "mean", "median", "nps", "rank", "the", "distinct")
_ADDING = ("sum", "mean", "median", "nps")
_OF_AMOUNTS = (*_ADDING, "rank")


def over_rows(desk: Desk, node: ast.Call, name: RowFunction, scope: Scope) -> Value:
    """A call of one of the functions over rows."""
    match node.argument:
        case ast.OnlyRows(rows):
            inner = None
        case ast.Of(inner, rows):
            pass
        case ast.Arguments((ast.Path((table,), span),)) if name == "count":
            inner, rows = None, ast.Rows(None, table, None, None, None, None, span)
        case _:
            desk.found.add(_wrong_form(node, name))
            return UNKNOWN
    if (inner is None) != (name == "count"):
        desk.found.add(_wrong_form(node, name))
        return UNKNOWN
    found = rows_of(desk, rows, scope)
    if found is None:
        return UNKNOWN
    value = desk.walk(desk, inner, found.scope) if inner is not None else None
    if rows.once is not None and found.rows is None:
        return UNKNOWN
    once = found.rows.once if found.rows is not None else None
    typed = _value(desk, name, value, found.scope.table, once) if value is not None else None
    if found.rows is None or (value is not None and typed is None):
        return UNKNOWN
    if name == "rank":
        open_places = places_unsaid(desk, node, found.rows, scope)
        if open_places is None:
            return UNKNOWN
        return Value(RowsFunction(name, found.rows, typed, NUMBER, node.span), open_places)
    if name == "median" and found.rows.earlier:
        desk.found.add(MedianOfEarlier(node.span))
        return UNKNOWN
    gaps = () if name in _EMPTY_HAS_VALUE else (Gap("rows", node.span, name, None, None, computed=True),)
    if name == "the":
        gaps = (Gap("rows", node.span, name, None, None, computed=True),)
        if not _covers_key(desk, found.rows, node):
            return UNKNOWN
    kind = _kind(name, typed.type if typed is not None else None)
    return Value(RowsFunction(name, found.rows, typed, kind, node.span), gaps)


def _wrong_form(node: ast.Call, name: str) -> ArgumentCount:
    if name == "count":
        return ArgumentCount(node.span, name, "rows: `count(deals by seller on won_on)`")
    if name in ("min", "max") and isinstance(node.argument, ast.Arguments) and len(node.argument.items) > 1:
        word = "at most" if name == "min" else "at least"
        wanted = f"a value of rows: `{name}(amount of deals by seller)`"
        return ArgumentCount(node.span, name, wanted, way_out=f"to limit a value write `x {word} y`")
    return ArgumentCount(node.span, name, f"a value of rows: `{name}(… of deals by seller)`")


def _value(desk: Desk, name: str, value: Value, table: str, once: tuple[str, ...] | None) -> Typed | None:
    """The value that the function reads of each row, if it is of a type that the function takes."""
    typed = condition(desk, value, "what `share` counts") if name == "share" else needed(desk, value)
    if typed is not None and once and (other := of_child(typed, once)) is not None:
        desk.found.add(OnceOfChild(other, desk.words(other), ".".join(once), table))
        return None
    if typed is None or name == "share":
        return typed
    if name in _OF_AMOUNTS and not isinstance(typed.type, Quantity):
        what = f"what `{name}` adds" if name in ("sum", "mean") else f"what `{name}` is of"
        wrong(desk, value, what, "an amount or a number", None)
        return None
    if name == "nps" and typed.type != NUMBER:
        wrong(desk, value, "a score of `nps`", "a plain number from 0 through 10", None)
        return None
    if name in ("min", "max") and not isinstance(typed.type, Quantity | DateType | InstantType):
        wrong(desk, value, f"what `{name}` compares", "an amount, a number or a date", None)
        return None
    if name in _ROUNDED_FIRST and isinstance(typed.type, Quantity) and typed.type.ratio:
        measure = typed if isinstance(typed, Read) and typed.origin is Origin.MEASURE else None
        declared = desk.names.measures[measure.table, measure.name].name.span if measure else None
        percent = isinstance(typed.type.unit, Number) and typed.type.unit.percent
        desk.found.add(RatioWithoutPlace(typed.span, name, measure.name if measure else None, declared, percent))
        return None
    if name in _ADDING and (read := borrowed(desk, typed, once or ())) is not None:
        path = ".".join(read.path)
        desk.found.add(CountedTwice(read.span, desk.words(read.span), name, table, parent(desk, read), path))
        return None
    return typed


def _kind(name: str, kind: Type | None) -> Type:
    match name:
        case "count" | "distinct" | "rank":
            return NUMBER
        case "share":
            return Quantity(Number(percent=True), ratio=True)
        case "nps":
            return Quantity(Number(), ratio=True)
        case "mean" | "median":
            unit = unit_of(kind) if kind is not None else None
            assert unit is not None, "a mean is of quantities"
            return Quantity(unit, ratio=True)
        case _:
            assert kind is not None, "the function reads a value"
            return kind


# --- the one row -------------------------------------------------------------------------------


def _covers_key(desk: Desk, rows: CheckedRows, node: ast.Call) -> bool:
    table = desk.table(rows.table)
    said: set[str] = set()
    if rows.match is not None:
        said.update(rows.link[:1] if len(rows.link) == 1 else ())
        said.update(table.key if not rows.link else ())
    if isinstance(rows.date, Read) and not rows.date.path:
        said.add(rows.date.name)
    said.update(_fixed(rows.where, rows))
    left = tuple(name for name in table.key if name not in said)
    if left:
        desk.found.add(NotOneRow(node.span, rows.table, table.key, left, table.span))
    return not left


def _fixed(where: Typed | None, rows: CheckedRows) -> set[str]:
    """The columns that a condition sets to one value: a word, or a value of the row in hand."""
    match where:
        case AllOf(operands):
            return set().union(*(_fixed(operand, rows) for operand in operands))
        case Comparison("=", left, right):
            sides = ((left, right), (right, left))
            return {name for one, other in sides if (name := _own_column(one)) and _same_for_all(other, rows)}
        case _:
            return set()


def _own_column(typed: Typed) -> str | None:
    """The column of the row itself that is read, a link counting as the column that holds it."""
    match typed:
        case Read((), _, name, Origin.FACT) if name:
            return name
        case Read((link,), _, "", Origin.FACT):
            return link
        case _:
            return None


def _same_for_all(typed: Typed, rows: CheckedRows) -> bool:
    """Whether the value is the same for all rows: written out, or read over the link on which they were chosen."""
    match typed:
        case Constant():
            return True
        case Read(path):
            return bool(rows.link) and rows.match is not None and path[: len(rows.link)] == rows.link
        case _:
            return False
