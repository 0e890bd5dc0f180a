"""Walking over trees without recursion: what expressions read, and the names in a text."""

from collections.abc import Container, Iterator

from quotarules.diagnostics.source import Span
from quotarules.records import is_record, values_of
from quotarules.semantics.checked import CheckedRows, Origin, Read, ReadAt, RowsFunction, Typed
from quotarules.syntax import ast
from quotarules.values.period import InPeriod


def reads(*roots: Typed | CheckedRows | None) -> Iterator[Read]:
    """Every column that the expressions read, also in their rows, in the order of the text."""
    stack: list[object] = list(reversed(roots))
    while stack:
        item = stack.pop()
        if isinstance(item, Read):
            yield item
            stack.append(item.at or ())
        elif isinstance(item, tuple):
            stack.extend(reversed(item))
        elif not isinstance(item, Span):
            stack.extend(reversed(values_of(item)))


def reads_straight(root: Typed) -> Iterator[Read]:
    """What an expression reads of the row in hand and along its links, not over rows."""
    stack: list[object] = [root]
    while stack:
        item = stack.pop()
        if isinstance(item, Read):
            yield item
            stack.append(item.at or ())
        elif isinstance(item, tuple):
            stack.extend(reversed(item))
        elif not isinstance(item, Span | RowsFunction):
            stack.extend(reversed(values_of(item)))


def functions(root: Typed) -> Iterator[RowsFunction]:
    """The functions over rows in an expression, those inside others left out."""
    stack: list[object] = [root]
    while stack:
        item = stack.pop()
        if isinstance(item, RowsFunction):
            yield item
        elif isinstance(item, tuple):
            stack.extend(reversed(item))
        elif not isinstance(item, Span):
            stack.extend(reversed(values_of(item)))


def undated(node: ReadAt) -> Read:
    """What is read on a day, as if it were read at the period's end."""
    return Read(node.path, node.table, node.name, Origin.FACT, None, node.missing, node.type, node.span)


def shape(item: object) -> object:
    """What a part of the tree says, without the places where it says it; equal for equal words."""
    if isinstance(item, Span):
        return None
    if isinstance(item, tuple):
        return tuple(map(shape, item))
    held = values_of(item)
    return (type(item).__name__, *map(shape, held)) if held or is_record(type(item)) else item


def words_of(node: object) -> tuple[str, ...]:
    """Every name in a part of the text."""
    found: list[str] = []
    stack: list[object] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, ast.Name):
            found.append(item.text)
        elif isinstance(item, tuple):
            stack.extend(item)
        elif not isinstance(item, Span):
            stack.extend(values_of(item))
    return tuple(found)


def counts_in_period(root: Typed, windowed: Container[tuple[str, str]]) -> bool:
    """Whether an expression reads rows of the period, or a measure that does: what another window would change."""
    stack: list[object] = [root]
    while stack:
        item = stack.pop()
        if isinstance(item, CheckedRows) and item.window == InPeriod():
            return True
        if isinstance(item, Read):
            if (
                item.origin is Origin.MEASURE
                and item.window is None
                and item.at is None
                and (item.table, item.name) in windowed
            ):
                return True
        elif isinstance(item, tuple):
            stack.extend(item)
        elif not isinstance(item, Span):
            stack.extend(values_of(item))
    return False
