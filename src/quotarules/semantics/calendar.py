"""From the YAML tree of a calendar to its opening minutes, day by day."""

from datetime import date

from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import Span
from quotarules.semantics.calendar_problems import BadDay, BadHours, BadRange, DaySaidTwice, OutsideCalendar
from quotarules.syntax.yaml_schema import check_shape
from quotarules.syntax.yaml_tree import Mapping, Node, Scalar, Sequence
from quotarules.values.calendar import Calendar, OpenInterval
from quotarules.values.period import calendar_date, day_number

MOST_DAYS = 36_600
DAY_MINUTES = 1_440
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Hours = tuple[tuple[int, int], ...]


def read_calendar(name: str, tree: Node) -> tuple[Calendar | None, tuple[Problem, ...]]:
    """The calendar of that name, or all problems of its file.

    Hours are local time in the plan's zone; a weekday that is not named is closed; `changed` replaces a day's hours.
    """
    shapes = check_shape(tree, "calendar")
    if shapes or not isinstance(tree, Mapping):
        return None, shapes
    problems: list[Problem] = []
    first, last = _day(tree.get("from"), problems), _day(tree.get("through"), problems)
    week = _week(tree.get("hours"), problems)
    special = _special_days(tree, problems)
    if first is not None and last is not None:
        problems.extend(_range_problems(tree, first, last, special))
    if problems or first is None or last is None:
        return None, tuple(sorted(problems, key=lambda problem: problem.report().primary.span))
    hours = {day: times for day, (times, _) in special.items()}
    calendar = _calendar(name, first, last, week, hours, tree.span)
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


def _calendar(
    name: str, first: int, last: int, week: tuple[Hours, ...], special: dict[int, Hours], span: Span
) -> Calendar:
    intervals: list[OpenInterval] = []
    closings: list[tuple[int, int]] = []
    before = 0
    for day in range(first, last + 1):
        hours = special.get(day, week[calendar_date(day).weekday()])
        for start, end in hours:
            intervals.append(OpenInterval(day * DAY_MINUTES + start, day * DAY_MINUTES + end, before))
            before += end - start
        if hours:
            closings.append((day, day * DAY_MINUTES + hours[-1][1]))
    return Calendar(name, first, last, tuple(intervals), tuple(closings), span)
