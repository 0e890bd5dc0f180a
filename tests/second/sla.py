"""SLA: what some owe others, as totals and row by row, and the share of it that was kept."""

from collections.abc import Iterator
from fractions import Fraction

from quotarules.semantics.checked import CheckedTerm, CheckedTotal, DateType, InstantType, Typed
from quotarules.values.calendar import Calendar
from quotarules.values.schema import COMPANY
from second import days, over_rows
from second.facts import Row
from second.line_amounts import rows_of_line
from second.states import NOTHING, WAITS, State
from second.working_time import (
    Span,
    after_minutes,
    after_working_days,
    calendar_read,
    midnight,
    named,
    speaks_of,
)
from second.world import Line, Result, World, day_of, day_read, each, local_day, plain, status_of

_ENDLESS = 10**12


def lines(world: World) -> Iterator[Line]:
    """Every entry of every sla: 1 kept, 0 not."""
    for sla in world.plan.slas:
        for term in sla.terms:
            rule = f"{sla.name}.{term.name}"
            if isinstance(term, CheckedTotal):
                kept = _one_or_nought(world.read(term.condition, None, world.view))
                yield Line("party", term.party, sla.name, rule, "", status_of(kept), _number(kept))
            else:
                yield from (line for line, _ in _entries(world, sla.name, term))


def _one_or_nought(kept: Result) -> Result:
    return kept if isinstance(kept, State) else Fraction(1 if kept is True else 0)


def _number(kept: Result) -> Fraction | None:
    return kept if isinstance(kept, Fraction) else None


# --- terms for each row --------------------------------------------------------------------------------


def _entries(world: World, sla: str, term: CheckedTerm) -> list[tuple[Line, Row]]:
    found: list[tuple[Line, Row]] = world.once(("sla", sla, term.name), lambda: list(_work(world, sla, term)))
    return found


def _work(world: World, sla: str, term: CheckedTerm) -> Iterator[tuple[Line, Row]]:
    """An entry for each row whose time ends in the period."""
    for written in rows_of_line(world, term.rows, world.view):
        deadline = _deadline(world, term, written.row)
        if deadline is NOTHING:
            continue
        kept: Result = WAITS
        day = _counting_day(world, term, written.row, deadline)
        if isinstance(day, int) and not world.period.start <= day < world.period.end:
            continue
        if isinstance(deadline, int) and written.sure:
            kept = _one_or_nought(_kept(world, term, written.row, deadline))
        source = written.row.source if term.rows.link else ""
        rule = f"{sla}.{term.name}"
        kind, subject = each(world, term.owner_table), written.subject.source
        yield Line(kind, subject, sla, rule, source, status_of(kept), _number(kept)), written.subject


def _counting_day(world: World, term: CheckedTerm, row: Row, deadline: int | State) -> int | State:
    """The day of the deadline; while that is not known, the day on which it began."""
    if isinstance(deadline, int):
        return deadline if isinstance(_deadline_type(term), DateType) else deadline // days.MINUTES_A_DAY
    return day_read(world, term.start, row, world.view)


def _deadline_type(term: CheckedTerm) -> DateType | InstantType:
    if term.unit == "months" or (term.unit == "days" and isinstance(term.start.type, DateType)):
        return DateType()
    return InstantType()


def _deadline(world: World, term: CheckedTerm, row: Row) -> int | State:
    """The day or the moment by which something must have happened; NOTHING while nothing has begun or it is paused."""
    start = world.read(term.start, row, world.view)
    if isinstance(start, State):
        return start
    at, a_day = day_of(start), days.MINUTES_A_DAY
    dated = isinstance(term.start.type, DateType)
    match term.unit:
        case "minutes":
            return at + term.amount
        case "days":
            return at + term.amount * (1 if dated else a_day)
        case "months":
            return days.months_later(at if dated else at // a_day, term.amount)
        case _:
            name = calendar_read(world, term.calendar, row, world.view)
            if isinstance(name, State):
                return name
            calendar = named(world, str(plain(name)))
            if term.unit == "working days":
                return after_working_days(calendar, at if dated else at // a_day, term.amount)
            pauses = _pauses(world, term, calendar, row, at)
            if isinstance(pauses, State):
                return WAITS
            found = after_minutes(calendar, at, term.amount, pauses)
            lasting = any(pause.end == _ENDLESS for pause in pauses)
            return NOTHING if lasting and found is WAITS else found


def _pauses(world: World, term: CheckedTerm, calendar: Calendar, row: Row, start: int) -> tuple[Span, ...] | State:
    """When the clock stands still: from the start on, and until the event at the latest.

    How long a pause lasted that ends outside the calendar cannot be known.
    """
    pauses = term.pauses
    if pauses is None:
        return ()
    held = over_rows.taken(world, pauses.rows, row, world.view)
    event = world.read(term.event, row, world.view)
    if isinstance(held, State) or event is WAITS:
        return WAITS
    latest = _ENDLESS if isinstance(event, State) else _over(day_of(event), term.event)
    found: list[Span] = []
    for each_ in held:
        begin = world.read(pauses.start, each_, world.view)
        end = world.read(pauses.end, each_, world.view)
        if WAITS in (begin, end):
            return WAITS
        if not isinstance(begin, State):
            until = _ENDLESS if end is NOTHING else midnight(day_of(end), pauses.end)
            begun = midnight(day_of(begin), pauses.start)
            if begun >= latest:
                continue
            span = Span(max(start, begun), min(until, latest))
            if not all(speaks_of(calendar, at) for at in (span.start, span.end) if at != _ENDLESS):
                return WAITS
            found.append(span)
    return tuple(found)


def _over(event: int, value: Typed) -> int:
    """The first moment after an event, of which only the day may be known."""
    return midnight(event + 1, value) if isinstance(value.type, DateType) else event


def _kept(world: World, term: CheckedTerm, row: Row, deadline: int) -> Result:
    """Kept is what happened by the deadline, that day or minute counted."""
    event = world.read(term.event, row, world.view)
    if isinstance(event, State):
        return WAITS if event is WAITS else False
    if isinstance(term.event.type, InstantType) and isinstance(_deadline_type(term), InstantType):
        return day_of(event) <= deadline
    last = deadline if isinstance(_deadline_type(term), DateType) else deadline // days.MINUTES_A_DAY
    return local_day(event, term.event.type) <= last


# --- what others read of it ----------------------------------------------------------------------------


def _found(world: World, full: str) -> CheckedTotal | CheckedTerm:
    sla, name = full.split(".")
    held = next(each_ for each_ in world.plan.slas if each_.name == sla)
    return next(term for term in held.terms if term.name == name)


def share_kept(world: World, full: str, owner: Row | None) -> Result:
    """The part of what was due from somebody that was kept, or whether a total was."""
    term = _found(world, full)
    if isinstance(term, CheckedTotal):
        return world.read(term.condition, None, world.view)
    assert owner is not None, f"somebody owes it, not {COMPANY}"
    own = [line for line, row in _entries(world, full.split(".", maxsplit=1)[0], term) if row.key == owner.key]
    if any(line.status == "waiting" for line in own):
        return WAITS
    kept = [line.amount for line in own if line.amount is not None]
    return Fraction(sum(kept), len(kept)) if kept else NOTHING


def met(world: World, full: str, owner: Row | None) -> Result:
    """Whether enough was kept; it is where nothing was due."""
    term = _found(world, full)
    share = share_kept(world, full, owner)
    if isinstance(term, CheckedTotal) or share is WAITS:
        return share
    digits, scale = term.share
    return share is NOTHING or (isinstance(share, Fraction) and share >= Fraction(digits, 10**scale))
