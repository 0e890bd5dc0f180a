"""What the checker knows about one expression: its checked form, and why it might have no value."""

from dataclasses import replace
from typing import Literal as Word

from quotarules.diagnostics.problem import Label
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass
from quotarules.semantics.checked import Type, Typed

GapKind = Word["column", "link", "zero", "rows", "when", "balance", "opening", "due", "unranked"]


@dataclass(frozen=True, slots=True)
class Gap:
    """A reason why an expression may have no value.

    `name` says what may be missing, `declared` where that is said. `computed` tells that something was made of the
    value already, so that it cannot simply be handed on.
    """

    kind: GapKind
    span: Span
    name: str = ""
    declared: Span | None = None
    origin: Label | None = None
    computed: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """An expression that was looked at. `typed` is None if something in it is wrong; no more is said of it then."""

    typed: Typed | None
    gaps: tuple[Gap, ...] = ()

    @property
    def type(self) -> Type | None:
        """The type, or None if something is wrong."""
        return self.typed.type if self.typed is not None else None


UNKNOWN = Value(None)


def computed(gaps: tuple[Gap, ...]) -> tuple[Gap, ...]:
    """The gaps of operands, as gaps of what is computed from them."""
    return tuple(replace(gap, computed=True) for gap in gaps)
