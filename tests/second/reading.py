"""Names and dots: columns of the facts, measures, balances, terms and bonuses, of the row in hand or over links."""

from fractions import Fraction

from quotarules.semantics.checked import CheckedMeasure, Origin, Read, ReadAt
from quotarules.values.period import period_holding
from quotarules.values.schema import COMPANY
from second import karma, shares, sla
from second.facts import Row, follow, version_at
from second.rounding import rounded
from second.states import NOTHING, WAITS, State
from second.world import Result, View, World, day_read


def read_column(world: World, read: Read, row: Row | None, view: View) -> Result:
    """A column of the row that a path leads to."""
    found = _along(world, read, row)
    if isinstance(found, State):
        return found
    match read.origin:
        case Origin.FACT:
            assert found is not None, "the company has no facts"
            return found.cells[read.name] if read.name else found
        case Origin.MEASURE:
            return _measure_read(world, read, found, row, view)
        case Origin.KARMA:
            assert found is not None, "the company has no karma"
            day = view.day if read.at is None else day_read(world, read.at, row, view)
            if isinstance(day, State):
                return day
            if day is not None and not view.opening:
                return karma.balance_at(world, read.name, found, day)
            return karma.balance(world, read.name, found, opening=view.opening)
        case Origin.SLA_SHARE:
            return sla.share_kept(world, read.name, found)
        case Origin.SLA_MET:
            return sla.met(world, read.name, found)
        case Origin.TEAM:
            assert found is not None, "the company shares in nothing"
            return shares.bonus(world, read.name, found)


def _along(world: World, read: Read, row: Row | None) -> Row | State | None:
    if read.table == COMPANY:
        return None
    assert row is not None, "a row is in hand"
    return follow(world.facts, row, read.path)


# --- measures ------------------------------------------------------------------------------------------


def _measure_read(world: World, read: Read, found: Row | None, row: Row | None, view: View) -> Result:
    period = view.period if read.every is None else period_holding(read.every, view.period.end - 1)
    window = view.window if read.window is None else read.window
    inner = View(period, window, view.day, view.opening)
    if read.at is not None:
        day = day_read(world, read.at, row, view)
        if isinstance(day, State):
            return day
        inner = View(period, window, day, view.opening)
    return measure(world, (read.table, read.name), found, inner)


def measure(world: World, name: tuple[str, str], row: Row | None, view: View) -> Result:
    """A measure on a row, rounded to its place if it says one."""
    key = ("measure", name, row, view)
    found: Result = world.once(key, lambda: _measure(world, _named(world, name), row, view))
    return found


def _named(world: World, name: tuple[str, str]) -> CheckedMeasure:
    return next(found for found in world.plan.measures if (found.table, found.name) == name)


def _measure(world: World, held: CheckedMeasure, row: Row | None, view: View) -> Result:
    value = world.read(held.value, row, view)
    if held.place is None or not isinstance(value, Fraction):
        return value
    digits, scale = held.place
    return rounded(value, Fraction(digits, 10**scale), world.plan.mode)


# --- as it stood on a day ------------------------------------------------------------------------------


def read_at(world: World, read: ReadAt, row: Row | None, view: View) -> Result:
    """A column of the version of a row that was in force on a day; it waits where none was."""
    assert row is not None, "the company has no history"
    day = day_read(world, read.day, row, view)
    found = follow(world.facts, row, read.path)
    if isinstance(day, State) or isinstance(found, State):
        return WAITS if WAITS in (day, found) else NOTHING
    version = version_at(world.facts[read.table].versions[found.key], day)
    return WAITS if version is None else version.row.cells[read.name]
