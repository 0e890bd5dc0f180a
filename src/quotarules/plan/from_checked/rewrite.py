"""Rewriting checked expressions: the same words read on another row."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from quotarules.semantics.checked import Typed


def rewritten(typed: Typed, change: Callable[[Typed], Typed | None]) -> Typed:
    """The expression with every part replaced for which `change` gives another; its own parts are left alone then."""
    other = change(typed)
    if other is not None:
        return other
    changes: dict[str, Any] = {}
    for field in fields(typed):
        held = getattr(typed, field.name)
        if isinstance(held, Typed):
            changes[field.name] = rewritten(held, change)
        elif isinstance(held, tuple) and held and all(isinstance(part, Typed) for part in held):
            changes[field.name] = tuple(rewritten(part, change) for part in held)
    return replace(typed, **changes) if changes else typed
