"""From the YAML tree of a calendar to its opening minutes, day by day."""

from dataclasses import replace
from datetime import date

from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass
from quotarules.semantics.calendar_problems import BadDay, BadHours, BadRange, DaySaidTwice, OutsideCalendar
from quotarules.semantics.public_holidays import public_holidays
from quotarules.syntax.yaml_schema import check_shape
from quotarules.syntax.yaml_tree import Mapping, Node, Scalar, Sequence
from quotarules.values.calendar import Calendar, OpenInterval
from quotarules.values.period import calendar_date, day_number

MOST_DAYS = 36_600
DAY_MINUTES = 1_440
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Hours = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Version:
    """The opening hours by weekday and the public holidays that hold from a day on."""

    first: int
    week: tuple[Hours, ...]
    holidays: frozenset[int]


def read_calendar(name: str, tree: Node) -> tuple[Calendar | None, tuple[Problem, ...]]:
    """The calendar of that name, or all problems of its file.

    Hours are local time in the plan's zone; a weekday that is not named is closed, and so is a public holiday;
    `changed` replaces a day's hours. What stands under `since` holds from its date on; what it leaves out stays.
    """
    shapes = check_shape(tree, "calendar")
    if shapes or not isinstance(tree, Mapping):
        return None, shapes
    problems: list[Problem] = []
    first, last = _day(tree.get("from"), problems), _day(tree.get("through"), problems)
    special = _special_days(tree, problems)
    days = (first, last) if first is not None and last is not None else None
    if days is not None:
        problems.extend(_range_problems(tree, *days, special))
    # The library is not asked for the holidays of a range that is no range.
    versions = _versions(tree, days if not problems else None, problems)
    if problems or days is None:
        return None, tuple(sorted(problems, key=lambda problem: problem.report().primary.span))
    hours = {day: times for day, (times, _) in special.items()}
    calendar = _calendar(name, days, versions, hours, tree.span)
    if any(version.holidays for version in versions):
        calendar = replace(calendar, library=True)
    if not calendar.intervals:
        return None, (BadRange((tree.key("hours") or tree).span, "is never open"),)
    return calendar, ()


def _day(node: Node | None, problems: list[Problem]) -> int | None:
    assert isinstance(node, Scalar)
    try:
        return day_number(date.fromisoformat(node.text))
    except ValueError:
        problems.append(BadDay(node.span, node.text))
        return None


def _hours(node: Node, problems: list[Problem]) -> Hours:
    """Opening times of a day in minutes since midnight, in order."""
    assert isinstance(node, Scalar)
    if node.text == "closed":
        return ()
    found: list[tuple[int, int]] = []
    for part in node.text.split(","):
        start, end = (_minute(time.strip()) for time in part.strip().split("-"))
        if start is None or end is None:
            problems.append(BadHours(node.span, part.strip(), "no clock shows this time"))
        elif start >= end:
            problems.append(BadHours(node.span, part.strip(), "it closes before it opens"))
        elif found and start < found[-1][1]:
            problems.append(BadHours(node.span, part.strip(), "it begins before the hours in front of it end"))
        else:
            found.append((start, end))
    return tuple(found)


def _minute(text: str) -> int | None:
    hour, minute = int(text[:2]), int(text[3:])
    whole = hour * 60 + minute
    return whole if minute < 60 and whole <= DAY_MINUTES else None


def _week(node: Node | None, problems: list[Problem]) -> tuple[Hours, ...]:
    assert isinstance(node, Mapping)
    return tuple(() if (hours := node.get(day)) is None else _hours(hours, problems) for day in _WEEK)


def _special_days(tree: Mapping, problems: list[Problem]) -> dict[int, tuple[Hours, Scalar]]:
    """The days with hours of their own, and the place that says so; a closed day has none."""
    found: dict[int, tuple[Hours, Scalar]] = {}
    closed, changed = tree.get("closed"), tree.get("changed")
    named = [(item, None) for item in closed.items] if isinstance(closed, Sequence) else []
    for node, hours in [*named, *(changed.entries if isinstance(changed, Mapping) else ())]:
        assert isinstance(node, Scalar)
        times = () if hours is None else _hours(hours, problems)
        day = _day(node, problems)
        if day is None:
            continue
        if day in found:
            problems.append(DaySaidTwice(node.span, node.text, found[day][1].span))
        found.setdefault(day, (times, node))
    return found


def _range_problems(tree: Mapping, first: int, last: int, special: dict[int, tuple[Hours, Scalar]]) -> list[Problem]:
    through = tree.get("through") or tree
    if first > last:
        return [BadRange(through.span, "ends before it begins")]
    if last - first >= MOST_DAYS:
        return [BadRange(through.span, f"covers more than {MOST_DAYS:,} days")]
    begin: Span = (tree.get("from") or tree).span
    strangers = [node for day, (_, node) in special.items() if not first <= day <= last]
    return [OutsideCalendar(node.span, node.text, begin) for node in strangers]


def _versions(tree: Mapping, days: tuple[int, int] | None, problems: list[Problem]) -> tuple[_Version, ...]:
    """What holds first, and what holds from later days on, in order; `days` are the first and the last of the file."""
    start = days[0] if days is not None else 0
    week = _week(tree.get("hours"), problems)
    versions = [_Version(start, week, _holidays(tree, days, problems))]
    named: list[tuple[int, Mapping]] = []
    since = tree.get("since")
    for key, node in since.entries if isinstance(since, Mapping) else ():
        day = _day(key, problems)
        begin = tree.get("from") or tree
        if days is not None and day is not None and not days[0] <= day <= days[1]:
            problems.append(OutsideCalendar(key.span, key.text, begin.span))
        elif days is not None and day == days[0]:
            problems.append(DaySaidTwice(key.span, key.text, begin.span))
        elif day is not None and isinstance(node, Mapping):
            named.append((day, node))
    for day, node in sorted(named, key=lambda item: item[0]):
        before = versions[-1]
        hours = before.week if node.get("hours") is None else _week(node.get("hours"), problems)
        holidays = before.holidays if node.get("holidays") is None else _holidays(node, days, problems)
        versions.append(_Version(day, hours, holidays))
    return tuple(versions)


def _holidays(node: Mapping, days: tuple[int, int] | None, problems: list[Problem]) -> frozenset[int]:
    """The public holidays that a calendar or a version of it names, within the days of the file."""
    named = node.get("holidays")
    if not isinstance(named, Mapping) or days is None:
        return frozenset()
    found, wrong = public_holidays(named, *days)
    problems.extend(wrong)
    return found


def _calendar(
    name: str, days: tuple[int, int], versions: tuple[_Version, ...], special: dict[int, Hours], span: Span
) -> Calendar:
    intervals: list[OpenInterval] = []
    closings: list[tuple[int, int]] = []
    before = place = 0
    for day in range(days[0], days[1] + 1):
        while place + 1 < len(versions) and versions[place + 1].first <= day:
            place += 1
        version = versions[place]
        usual = () if day in version.holidays else version.week[calendar_date(day).weekday()]
        hours = special.get(day, usual)
        for start, end in hours:
            intervals.append(OpenInterval(day * DAY_MINUTES + start, day * DAY_MINUTES + end, before))
            before += end - start
        if hours:
            closings.append((day, day * DAY_MINUTES + hours[-1][1]))
    return Calendar(name, *days, tuple(intervals), tuple(closings), span)
