"""Karma: balances of points, moved by lines, that fade month by month and that newcomers start with."""

from collections.abc import Iterator
from fractions import Fraction

from quotarules.semantics.checked import CheckedKarma, CheckedLine
from quotarules.values.retail import Retail
from second import days, over_rows
from second.facts import Row
from second.line_amounts import line_amount, rows_of_line
from second.rounding import rounded
from second.states import NOTHING, WAITS, State
from second.world import Amount, Line, Result, World, amount_of, each, local_day, number, status_of


def named(world: World, name: str) -> CheckedKarma:
    return next(karma for karma in world.plan.karmas if karma.name == name)


def place_of(karma: CheckedKarma) -> Fraction:
    digits, scale = karma.place
    return Fraction(digits, 10**scale)


# --- balances ------------------------------------------------------------------------------------------


def opened(world: World, name: str, subject: Row) -> Fraction | None:
    """What the account opened with, if there is one yet."""
    return world.openings.get((name, subject.source, ""))


def takes(world: World, karma: CheckedKarma, subject: Row) -> bool | State:
    """Whether somebody has an account of this karma."""
    if subject.key in world.facts[karma.table].coming:
        return False
    if karma.where is None:
        return True
    found = world.read(karma.where, subject, world.view)
    return WAITS if found is WAITS else found is True


def balance(world: World, name: str, subject: Row, *, opening: bool) -> Result:
    """The balance as it closes, before any exchange; with `opening`, as it opened."""
    if opening:
        found = opened(world, name, subject)
        return NOTHING if found is None else found
    karma = named(world, name)
    taken = takes(world, karma, subject)
    if taken is not True:
        return WAITS if taken is WAITS else NOTHING
    start = _start(world, karma, subject)
    return start if isinstance(start, State) else start + sum(due(world, karma).get(subject.source, []), Fraction())


def due(world: World, karma: CheckedKarma) -> dict[str, list[Fraction]]:
    """The points of the due lines of each subject."""

    def work() -> dict[str, list[Fraction]]:
        found: dict[str, list[Fraction]] = {}
        for line in karma.lines:
            for written in line_entries(world, karma, line):
                if written.amount is not None:
                    found.setdefault(written.subject, []).append(written.amount)
        return found

    result: dict[str, list[Fraction]] = world.once(("due", karma.name), work)
    return result


def _start(world: World, karma: CheckedKarma, subject: Row) -> Amount:
    """What the period starts with: the opening balance after it has faded, or what a newcomer starts at, if known."""
    opening = opened(world, karma.name, subject)
    if opening is not None:
        return faded(world, karma, opening)
    start = number(newcomer(world, karma, subject))
    return Fraction() if start is NOTHING else start


def faded(world: World, karma: CheckedKarma, opening: Fraction) -> Fraction:
    """A balance that has lost its part once for each month of the period, rounded each time."""
    if karma.fade is None:
        return opening
    digits, scale = karma.fade
    for _ in range(_months(world)):
        opening = rounded(opening * (1 - Fraction(digits, 10**scale)), place_of(karma), world.plan.mode)
    return opening


def _months(world: World) -> int:
    """The months of a period; one shorter than a month counts as one if a month ends in it."""
    match world.plan.period:
        case "month":
            return 1
        case "quarter":
            return 3
        case "half_year":
            return 6
        case "year":
            return 12
        case Retail():
            return 1
        case _:
            return sum(days.as_date(day + 1).day == 1 for day in range(world.period.start, world.period.end))


def newcomer(world: World, karma: CheckedKarma, subject: Row) -> Result:
    """What somebody without an account starts at; it reads the balances with which the period opened."""
    if karma.newcomer is None:
        return NOTHING
    view = type(world.view)(world.period, opening=True)
    value = world.read(karma.newcomer, subject, view)
    return value if isinstance(value, State) else rounded(amount_of(value), place_of(karma), world.plan.mode)


def balance_at(world: World, name: str, subject: Row, day: int) -> Result:
    """The balance at the end of a day: what the period started with and the points of rows dated up to then."""
    karma = named(world, name)
    taken = takes(world, karma, subject)
    if taken is not True:
        return WAITS if taken is WAITS else NOTHING
    if day < world.period.start:
        return WAITS
    if day >= world.period.end - 1:
        return balance(world, name, subject, opening=False)
    dated = (line for line in karma.lines if line.rows is not None and line.rows.date is not None)
    points = (found for line in dated for found in _up_to(world, karma, line, subject, day))
    start = _start(world, karma, subject)
    return start if isinstance(start, State) else start + sum(points, Fraction())


def _up_to(world: World, karma: CheckedKarma, line: CheckedLine, subject: Row, day: int) -> Iterator[Fraction]:
    rows = line.rows
    assert rows is not None, "the line has rows"
    assert rows.date is not None, "the rows have a date"
    dates = {row.source: row for row in over_rows.everybody(world, rows.table)}
    for written in line_entries(world, karma, line):
        if written.subject == subject.source and written.amount is not None:
            row = subject if not rows.link else dates[written.source]
            if local_day(world.read(rows.date, row, world.view), rows.date.type) <= day:
                yield written.amount


# --- lines ---------------------------------------------------------------------------------------------


def lines(world: World) -> Iterator[Line]:
    """Every entry of every karma, but what is exchanged."""
    for karma in world.plan.karmas:
        yield from _beginnings(world, karma)
        for line in karma.lines:
            yield from line_entries(world, karma, line)


def _beginnings(world: World, karma: CheckedKarma) -> Iterator[Line]:
    """An entry for who comes, or for what fades of those who are there."""
    kind = each(world, karma.table)
    for subject in over_rows.everybody(world, karma.table):
        taken = takes(world, karma, subject)
        opening = opened(world, karma.name, subject)
        if taken is False:
            continue
        if opening is None and karma.newcomer is not None:
            amount = newcomer(world, karma, subject) if taken is True else WAITS
            yield entry(karma, kind, subject, "newcomer", amount)
        if opening is not None and karma.fade is not None and _months(world):
            amount = faded(world, karma, opening) - opening if taken is True else WAITS
            yield entry(karma, kind, subject, "fades", amount)


def entry(karma: CheckedKarma, kind: str, subject: Row, name: str, amount: Result, source: str = "") -> Line:
    value = amount if isinstance(amount, Fraction) else None
    return Line(kind, subject.source, karma.name, f"{karma.name}.{name}", source, status_of(amount), value)


def line_entries(world: World, karma: CheckedKarma, line: CheckedLine) -> list[Line]:
    """The entries of one line: one for the subject, or one for each row."""
    found: list[Line] = world.once(("karma line", karma.name, line.name), lambda: list(_entries(world, karma, line)))
    return found


def _entries(world: World, karma: CheckedKarma, line: CheckedLine) -> Iterator[Line]:
    kind, place, view = each(world, karma.table), place_of(karma), world.view
    if line.rows is None:
        for subject in over_rows.everybody(world, karma.table):
            taken = takes(world, karma, subject)
            if taken is not False:
                amount = line_amount(world, line.amount, subject, view, place, None) if taken is True else WAITS
                yield entry(karma, kind, subject, line.name, amount)
        return
    for written in rows_of_line(world, line.rows, view):
        taken = takes(world, karma, written.subject)
        if taken is False:
            continue
        sure = written.sure and taken is True
        amount = line_amount(world, line.amount, written.row, view, place, line.rows) if sure else WAITS
        source = written.row.source if line.rows.link else ""
        yield entry(karma, kind, written.subject, line.name, amount, source)
