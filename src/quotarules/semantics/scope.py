"""Where an expression is read: the row in hand, the rows further out, and what is known to hold there."""

from dataclasses import replace
from typing import Literal as Word

from quotarules.diagnostics.source import Span
from quotarules.records import dataclass
from quotarules.semantics.checked import Typed
from quotarules.values.period import Window
from quotarules.values.schema import COMPANY

Fact = tuple[Word["present", "nonzero"], tuple[str, ...]]
"""What a condition has shown of the value that these names lead to; `("this", "person", …)` for a row further out."""

PathNames = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outer:
    """A row further out. `path` leads to it from the row in hand, None if no link does; `rows` hides it then."""

    each: str
    table: str
    path: PathNames | None
    rows: Span


@dataclass(frozen=True, slots=True)
class Scope:
    """The row in hand is one of `table` (COMPANY: none), called `each`; `outers` with the nearest first.

    `accounts` names the karmas in which the row in hand is known to have an account; `newcomer` tells that it has none
    yet, and that balances are those at the period's opening. `dated` is the date by which the rows in hand are counted,
    `within` the window that it lies in, and `passed` a condition that the row in hand meets.
    """

    table: str
    each: str
    outers: tuple[Outer, ...] = ()
    known: frozenset[Fact] = frozenset()
    accounts: frozenset[str] = frozenset()
    newcomer: bool = False
    dated: Typed | None = None
    within: Window | None = None
    passed: Typed | None = None

    def knowing(self, facts: frozenset[Fact]) -> "Scope":
        """The same place with more known."""
        return replace(self, known=self.known | facts) if facts else self

    def is_present(self, names: PathNames) -> bool:
        """Whether the value or link that the names lead to is known to be there."""
        return any(fact == "present" and seen[: len(names)] == names for fact, seen in self.known)

    def is_nonzero(self, names: PathNames) -> bool:
        """Whether the value is known not to be zero."""
        return ("nonzero", names) in self.known

    @property
    def this_each(self) -> str:
        """The name after `this` that means the row in hand; empty where it means a like row further out."""
        return "" if any(outer.each == self.each for outer in self.outers) else self.each

    def said(self) -> str:
        """The row in hand in a reader's words."""
        return "the plan" if self.table == COMPANY else f"a row of `{self.table}`"


NOWHERE = Scope(COMPANY, "")


def present(names: PathNames) -> frozenset[Fact]:
    """The fact that a value is there; nothing for the row in hand itself."""
    return frozenset((("present", names),)) if names else frozenset()


def inside(scope: Scope, table: str, each: str, ways: tuple[PathNames | None, PathNames | None], rows: Span) -> Scope:
    """The place inside rows: `ways` are their link and the path of the row in hand that must meet it (or None).

    A row further out can be reached from the rows if the way to it goes on from where the link leads.
    """
    link, match = ways
    hand = () if scope.table == COMPANY else (Outer(scope.each, scope.table, (), rows),)
    outers = []
    for outer in (*hand, *scope.outers):
        path = None
        if link is not None and match is not None and outer.path is not None:
            path = (*link, *outer.path[len(match) :]) if outer.path[: len(match)] == match else None
        outers.append(Outer(outer.each, outer.table, path, rows if outer.path is not None else outer.rows))
    known = set()
    for fact, names in scope.known:
        known.add((fact, names if names[0] == "this" else ("this", scope.each, *names)))
        if match == () and link is not None and names[0] != "this":
            known.add((fact, (*link, *names)))
    if link:
        known.add(("present", link))
    return Scope(table, each, tuple(outers), frozenset(known))
