"""What is known while a period is worked out: the rules, the facts, the period, and what was carried into it.

`World.read` reads an expression on a row. Each file of this folder says what one form of the language means, and reads
its parts through that, so that none of them needs to know the others.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from quotarules.semantics.checked import CheckedPlan, InstantType, Type, Typed
from quotarules.values.period import Period, Window
from second import days
from second.facts import Facts, Plain, Row
from second.states import State

Result = Plain | Row | State
"""A value, a row that a link leads to, no value, or waiting."""

Amount = Fraction | State
"""A number, no value, or waiting."""

DUE, WAITING, EXCLUDED = "due", "waiting", "excluded"


@dataclass(frozen=True, slots=True)
class View:
    """How things are looked at.

    `period` is what the words of a rule call the period. `window` takes the place of the period in the rows that a
    measure counts, `day` is the day on which it is read as it stood then, `opening` tells that balances are read as the
    period opened with them.
    """

    period: Period
    window: Window | None = None
    day: int | None = None
    opening: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a statement; `amount` is None unless the line is due."""

    kind: str
    subject: str
    account: str
    rule: str
    source: str
    status: str
    amount: Fraction | None


Reader = Callable[["World", Typed, Row | None, View], Result]


@dataclass(frozen=True, slots=True)
class World:
    """All that a reading may look at. `openings` are by account, subject and source; `memo` keeps what was worked out.

    The row of measures and rules of nobody in particular is None.
    """

    plan: CheckedPlan
    facts: Facts
    period: Period
    openings: Mapping[tuple[str, str, str], Fraction]
    reader: Reader
    memo: dict[Any, Any] = field(default_factory=dict)

    @property
    def view(self) -> View:
        """How lines are looked at."""
        return View(self.period)

    @property
    def place(self) -> Fraction:
        """The place to which lines of pay are rounded."""
        digits, scale = self.plan.place
        return Fraction(digits, 10**scale)

    def read(self, value: Typed, row: Row | None, view: View) -> Result:
        """What an expression comes to on a row."""
        return self.reader(self, value, row, view)

    def once(self, key: object, work: Callable[[], Any]) -> Any:
        """What was worked out before under a key, or is now."""
        if key not in self.memo:
            self.memo[key] = work()
        return self.memo[key]


def each(world: World, table: str) -> str:
    """What one row of a table is called, which is the kind of its statements."""
    return world.facts[table].spec.each


def subject_of(row: Row) -> str:
    """The name of a row's statement: its key."""
    return row.source


def status_of(result: Result) -> str:
    """The status of a line that comes to this."""
    if result is State.WAITS:
        return WAITING
    return EXCLUDED if result is State.NOTHING else DUE


def amount_of(result: Result) -> Fraction:
    """A number, where the checker has made sure that it is one."""
    assert isinstance(result, Fraction), f"an amount, not {result!r}"
    return result


def number(result: Result) -> Amount:
    """A number or what stands in its place, where the checker has made sure of that."""
    return result if isinstance(result, State) else amount_of(result)


def day_of(result: Result) -> int:
    """A day or an instant, as a whole number."""
    assert isinstance(result, int), f"a time, not {result!r}"
    assert not isinstance(result, bool), "a time is no truth value"
    return result


def local_day(result: Result, kind: Type) -> int:
    """The day of a date, or of an instant."""
    return day_of(result) // days.MINUTES_A_DAY if isinstance(kind, InstantType) else day_of(result)


def day_read(world: World, day: Typed, row: Row | None, view: View) -> int | State:
    """A day of a row, that of an instant being its local day."""
    found = world.read(day, row, view)
    return found if isinstance(found, State) else local_day(found, day.type)


def plain(result: Result) -> Plain:
    """A value to compare or to look up; of a row its key."""
    if isinstance(result, Row):
        assert len(result.key) == 1, "rows that are compared have one key"
        part = result.key[0]
        return part if isinstance(part, str) else Fraction(part)
    assert not isinstance(result, State), "states are handled before"
    return result
