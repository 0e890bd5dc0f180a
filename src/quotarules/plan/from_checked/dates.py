"""The month, quarter and year of a date, counted in whole months since the year 1; the minute in which it begins."""

from typing import Literal as Word
from typing import assert_never

from quotarules.plan.from_checked.arithmetic import added, divided, integer, multiplied, negated, rounded
from quotarules.plan.from_checked.builder import Builder
from quotarules.plan.nodes import DAY, Expr, Kind, Literal, MidnightOf, MonthsBetween, ValueType
from quotarules.semantics.checked import DatePart
from quotarules.values.period import FIRST_DAY
from quotarules.values.rounding import RoundingMode


def date_part(builder: Builder, typed: DatePart, day: Expr) -> Expr:
    """The part as an INTEGER of scale 0; the day 0001-01-01 begins month 1 of year 1."""
    months = MonthsBetween(Literal(FIRST_DAY, DAY), day, ValueType(Kind.INTEGER))
    never = builder.reason(f"`{builder.words(typed.span)}` divides by zero", typed.span)
    years = _whole(months, 12, never)
    month = added((months, negated(multiplied(years, integer(12), "")), integer(1)), "")
    part: Word["month", "quarter", "year"] = typed.part
    match part:
        case "year":
            return added((years, integer(1)), "")
        case "month":
            return month
        case "quarter":
            return _whole(added((month, integer(2)), ""), 3, never)
        case _:
            assert_never(part)


def _whole(dividend: Expr, divisor: int, never: int) -> Expr:
    return rounded(divided(dividend, integer(divisor), never, ""), (1, 0), RoundingMode.DOWN)


def minute_of(expr: Expr) -> Expr:
    """An instant as it is, a date as the minute in which it begins."""
    return MidnightOf(expr) if expr.type.kind is Kind.DAY else expr
