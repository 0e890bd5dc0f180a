"""Working time over the plan's calendar, a named one, or the one that a row names."""

from collections.abc import Callable

from quotarules.plan.from_checked.builder import Builder
from quotarules.plan.nodes import (
    TEXT,
    Equals,
    Expr,
    Literal,
    Switch,
    SwitchRow,
    ValueType,
    WorkingDays,
    WorkingMinutes,
)
from quotarules.semantics.checked import CheckedPlan, TimeBetween


def counted(
    builder: Builder, typed: TimeBetween, ends: tuple[Expr, Expr], kind: ValueType, chosen: Callable[[], Expr | None]
) -> Expr:
    """Working time in [start, end): the days between two days, or the opening minutes between two minutes."""
    words = f"`{builder.words(typed.span)}`"
    outside = builder.reason(f"{words} is outside the calendar", typed.span, waiting=True)
    unknown = builder.reason(f"{words} has no calendar", typed.span, waiting=True)

    def between(calendar: str) -> Expr:
        node = WorkingDays if typed.what == "working days" else WorkingMinutes
        return node(*ends, calendar, outside, kind)

    return over_calendar(builder.plan, chosen(), between, unknown)


def over_calendar(plan: CheckedPlan, chosen: Expr | None, make: Callable[[str], Expr], unknown: int) -> Expr:
    """What `make` gives for the calendar: that of the plan, the one written out, or for each that may be chosen.

    `unknown` is the reason to wait where the chosen word is none; the checker has seen that every word is one.
    """
    match chosen:
        case None:
            assert plan.company_calendar is not None, "working time needs a calendar"
            return make(plan.company_calendar)
        case Literal(str(name)):
            return make(name)
        case _:
            names = tuple(calendar.name for calendar in plan.calendars)
            rows = tuple(SwitchRow((Equals(Literal(name, TEXT)),), make(name)) for name in names)
            return Switch("calendar", (chosen,), rows, unknown, rows[0].value.type)
