"""The settings of a plan: currency, period, zone, rounding, days in force and calendar."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from quotarules.diagnostics.problem import Problem
from quotarules.records import dataclass
from quotarules.semantics.problems.plan import (
    ClauseMissing,
    RangeBackwards,
    UnknownSetting,
)
from quotarules.semantics.problems.types import BadPlace, UnknownMode
from quotarules.semantics.suggest import near
from quotarules.syntax import ast
from quotarules.values.calendar import Calendar
from quotarules.values.period import CALENDAR_UNITS, PeriodUnit
from quotarules.values.retail import RETAIL_PATTERNS, Retail
from quotarules.values.rounding import RoundingMode
from quotarules.values.weeks import LONGEST, Weeks

UNITS: dict[str, PeriodUnit] = {unit: unit for unit in CALENDAR_UNITS}
_NAME_LIMIT = 60


@dataclass(frozen=True, slots=True)
class Settings:
    """What the plan says about itself; None where it does not, or wrongly (a problem was noted then)."""

    currency: str | None
    period: PeriodUnit | None
    zone: str | None
    mode: RoundingMode | None
    place: tuple[int, int] | None
    effective: tuple[int, int] | None
    calendar: str | None
    calendars: tuple[str, ...] = ()


NONE = Settings(None, None, None, None, None, None, None)


def read_settings(
    plan: ast.PlanDeclaration | None, calendars: tuple[Calendar, ...]
) -> tuple[Settings, tuple[Problem, ...]]:
    """The settings of the plan, and what is wrong with them."""
    if plan is None:
        return NONE, ()
    problems: list[Problem] = []

    for absent, clause, example in (
        (plan.currency, "currency", "currency RUB"),
        (plan.period, "period", "period month"),
        (plan.timezone, "timezone", 'timezone "Europe/Moscow"'),
        (plan.rounding, "rounding", "rounding half_up to 0.01 per line"),
        (plan.effective_from, "effective", "effective from 2026-01-01 through 2026-12-31"),
    ):
        if absent is None:
            problems.append(ClauseMissing(plan.name.span, f"plan `{plan.name.text}`", clause, example))
    mode, place = _rounding(plan.rounding, problems) if plan.rounding is not None else (None, None)
    return Settings(
        _currency(plan.currency, problems),
        _period(plan, problems),
        _zone(plan.timezone, problems),
        mode,
        place,
        _effective(plan, problems),
        _calendar(plan.calendar, calendars, problems),
        tuple(calendar.name for calendar in calendars),
    ), tuple(problems)


def _currency(name: ast.Name | None, problems: list[Problem]) -> str | None:
    if name is None:
        return None
    text = name.text
    if len(text) != 3 or not (text.isascii() and text.isalpha() and text.isupper()):
        problems.append(UnknownSetting(name.span, "a currency", text, (), "write its three letters, such as `RUB`"))
        return None
    return text


def _period(plan: ast.PlanDeclaration, problems: list[Problem]) -> PeriodUnit | None:
    name, first, count = plan.period, plan.period_from, plan.period_count
    if name is None:
        return None
    if first is not None and count is not None:
        if name.text in ("week", "weeks") and count.scale == 0 and 1 <= count.digits <= LONGEST:
            return Weeks(count.digits, first.day)
        way_out = f"write 1 to {LONGEST} weeks: `period 2 weeks from 2026-01-05`"
        written = f"{count.digits} {name.text}" if count.scale == 0 else name.text
        problems.append(UnknownSetting(count.span.to(name.span), "a period", written, (), way_out))
        return None
    if first is not None:
        pattern = next(known for known in RETAIL_PATTERNS if known == name.text)
        return Retail(pattern, first.day)
    if name.text not in UNITS:
        problems.append(UnknownSetting(name.span, "a period", name.text, tuple(UNITS), None))
    return UNITS.get(name.text)


def _zone(name: ast.Text | None, problems: list[Problem]) -> str | None:
    if name is None:
        return None
    if not _is_zone(name.text):
        help_text = 'write a place of the time zone database, such as "Europe/Moscow"'
        problems.append(UnknownSetting(name.span, "a time zone", name.text, (), help_text))
        return None
    return name.text


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name[:_NAME_LIMIT])
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return len(name) <= _NAME_LIMIT


def rounding_mode(name: ast.Name) -> tuple[RoundingMode | None, tuple[Problem, ...]]:
    """The way to round of that name, or the problem that there is none."""
    modes = tuple(mode.value for mode in RoundingMode)
    if name.text in modes:
        return RoundingMode(name.text), ()
    return None, (UnknownMode(name.span, name.text, modes, near(name.text, modes)),)


def _rounding(node: ast.Rounding, problems: list[Problem]) -> tuple[RoundingMode | None, tuple[int, int] | None]:
    mode, wrong = rounding_mode(node.mode)
    problems.extend(wrong)
    digits = node.place.digits
    while digits and digits % 10 == 0:
        digits //= 10
    if digits not in (1, 2, 5):
        problems.append(BadPlace(node.place.span, "lines are rounded to 1, 2 or 5 of some decimal place"))
        return mode, None
    return mode, (node.place.digits, node.place.scale)


def _effective(plan: ast.PlanDeclaration, problems: list[Problem]) -> tuple[int, int] | None:
    first, last = plan.effective_from, plan.effective_through
    if first is None:
        return None
    if last is None:
        problems.append(
            ClauseMissing(plan.name.span, f"plan `{plan.name.text}`", "effective … through", "through 2026-12-31")
        )
        return None
    if last.day < first.day:
        problems.append(RangeBackwards(last.span, first.span, "the plan ends before it begins"))
        return None
    return first.day, last.day


def _calendar(name: ast.Name | None, calendars: tuple[Calendar, ...], problems: list[Problem]) -> str | None:
    if name is None:
        return None
    known = [calendar.name for calendar in calendars]
    if name.text not in known:
        problems.append(
            UnknownSetting(
                name.span,
                "a calendar of this project",
                name.text,
                near(name.text, known) or tuple(known[:6]),
                "name it in quotarules.yaml under `calendars`",
            )
        )
        return None
    return name.text
