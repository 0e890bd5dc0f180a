"""Working time over the plan's calendar, a named one, or the one that a row names."""

from collections.abc import Callable

from quotarules.plan.nodes import TEXT, Equals, Expr, Literal, Switch, SwitchRow
from quotarules.semantics.checked import CheckedPlan


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
