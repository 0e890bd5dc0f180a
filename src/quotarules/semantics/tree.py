"""Walking over checked expressions without recursion: what they read."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from quotarules.diagnostics.source import Span
from quotarules.semantics.checked import CheckedRows, Read, Typed


def reads(*roots: Typed | CheckedRows | None) -> Iterator[Read]:
    """Every column that the expressions read, also in their rows, in the order of the text."""
    stack: list[object] = list(reversed(roots))
    while stack:
        item = stack.pop()
        if isinstance(item, Read):
            yield item
        elif isinstance(item, tuple):
            stack.extend(reversed(item))
        elif is_dataclass(item) and not isinstance(item, Span):
            stack.extend(getattr(item, field.name) for field in reversed(fields(item)))
