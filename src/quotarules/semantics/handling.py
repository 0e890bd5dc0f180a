"""Places that need a value: what may be missing there must have been handled."""

from typing import assert_never

from quotarules.semantics.checked import Quantity, Typed, YesNo
from quotarules.semantics.desk import Desk
from quotarules.semantics.origins import value_side
from quotarules.semantics.problems.missing import (
    BalanceOfOthers,
    MayBeMissing,
    MayDivideByZero,
    NoOpeningYet,
    NoRowsUnsaid,
    NothingDue,
    WhenWithoutElse,
)
from quotarules.semantics.problems.rank import PlaceUnsaid
from quotarules.semantics.problems.types import WrongType
from quotarules.semantics.value import Gap, Value


def say_gap(desk: Desk, gap: Gap) -> None:
    """Note that nobody handled this gap."""
    found = desk.found
    match gap.kind:
        case "column" | "link":
            found.add(MayBeMissing(gap.span, gap.name, gap.kind == "link", gap.declared))
        case "zero":
            found.add(MayDivideByZero(gap.span, gap.name, gap.origin))
        case "rows":
            found.add(NoRowsUnsaid(gap.span, gap.name))
        case "when":
            found.add(WhenWithoutElse(gap.span, gap.name or None))
        case "balance":
            assert gap.declared is not None, "a condition says who has an account"
            found.add(BalanceOfOthers(gap.span, gap.name, gap.declared))
        case "opening":
            found.add(NoOpeningYet(gap.span, gap.name))
        case "due":
            found.add(NothingDue(gap.span, gap.name))
        case "unranked":
            found.add(PlaceUnsaid(gap.span))
        case _:
            assert_never(gap.kind)


def needed(desk: Desk, value: Value) -> Typed | None:
    """The expression at a place that needs a value; every unhandled gap is a problem."""
    for gap in value.gaps:
        say_gap(desk, gap)
    return value.typed


def without_when(desk: Desk, value: Value) -> tuple[Gap, ...]:
    """The gaps that arithmetic hands on; a false `when` inside a sum or product is a problem."""
    for gap in value.gaps:
        if gap.kind == "when":
            say_gap(desk, gap)
    return tuple(gap for gap in value.gaps if gap.kind != "when")


def excluded_or_value(desk: Desk, value: Value) -> Typed | None:
    """The amount of a line: a false `when` leaves the line out, any other gap is a problem."""
    for gap in value.gaps:
        if gap.kind != "when":
            say_gap(desk, gap)
    return value.typed


def condition(desk: Desk, value: Value, place: str) -> Typed | None:
    """A condition that is yes or no for sure, or None with a problem."""
    typed = needed(desk, value)
    if typed is None or isinstance(typed.type, YesNo):
        return typed
    way_out = "compare it with something, such as `> 0`" if isinstance(typed.type, Quantity) else None
    wrong(desk, value, place, "yes or no", way_out)
    return None


def quantity(desk: Desk, value: Value, place: str) -> Typed | None:
    """A value that can be calculated with, or None with a problem."""
    if value.typed is None or isinstance(value.typed.type, Quantity):
        return value.typed
    wrong(desk, value, place, "an amount or a number", None)
    return None


def wrong(desk: Desk, value: Value, place: str, wanted: str, way_out: str | None) -> None:
    """Note that a value has another type than its place asks for."""
    desk.found.add(WrongType(value_side(desk, value), place, wanted, way_out))


def handed_on(gap: Gap) -> bool:
    """Whether a measure may hand the gap on to its readers: nothing was made of the value yet."""
    return gap.kind in ("column", "link", "when", "balance", "unranked") and not gap.computed
