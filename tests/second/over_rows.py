"""Functions over rows: which rows count, and what `count`, `sum`, `mean` and the others make of them."""

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction

from quotarules.semantics.checked import CheckedRows, RowsFunction
from quotarules.values.period import InPeriod
from second import days
from second.facts import Key, Plain, Row, follow
from second.states import NOTHING, WAITS, State
from second.world import Result, View, World, amount_of, day_of, local_day, plain

_PROMOTER, _DETRACTOR, _HIGHEST = 9, 7, 10


# --- which rows ----------------------------------------------------------------------------------------


def taken(world: World, rows: CheckedRows, row: Row | None, view: View) -> list[Row] | State:
    """The rows that count for the row in hand, by key; WAITS where one of them cannot be decided."""
    found: list[Row] = []
    waits = False
    for candidate in _candidates(world, rows, row):
        counted = counts(world, rows, candidate, row, view)
        waits = waits or counted is WAITS
        if counted is True:
            found.append(candidate)
    if waits:
        return WAITS
    return found if rows.once is None else _once_each(world, rows.once, found)


def _candidates(world: World, rows: CheckedRows, row: Row | None) -> Iterable[Row]:
    """The rows that lead to the same row as the row in hand does, or all; those that are not there yet never count."""
    if rows.match is None:
        return everybody(world, rows.table)
    assert row is not None, "a row is in hand"
    target = follow(world.facts, row, rows.match)
    return [] if isinstance(target, State) else leading_to(world, rows.table, rows.link, target.key)


def everybody(world: World, table: str) -> list[Row]:
    """The rows of a table by key, without those that begin only after the period."""
    held = world.facts[table]
    found: list[Row] = world.once(
        ("all", table), lambda: sorted((r for r in held.rows if r.key not in held.coming), key=lambda r: r.key)
    )
    return found


def leading_to(world: World, table: str, link: tuple[str, ...], key: Key) -> list[Row]:
    """The rows whose link leads to the row with this key."""

    def index() -> dict[Key, list[Row]]:
        by_target: dict[Key, list[Row]] = defaultdict(list)
        for row in everybody(world, table):
            target = follow(world.facts, row, link)
            if isinstance(target, Row):
                by_target[target.key].append(row)
        return by_target

    found: list[Row] = world.once(("by", table, link), index).get(key, [])
    return found


def counts(world: World, rows: CheckedRows, candidate: Row, row: Row | None, view: View) -> bool | State:
    """Whether a row has a date in the window and passes `where`; WAITS where that cannot be said."""
    if rows.date is not None:
        dated = world.read(rows.date, candidate, view)
        if isinstance(dated, State):
            # What has no date has not happened yet.
            return WAITS if dated is WAITS else False
        if not _dated_inside(world, rows, (candidate, dated), row, view):
            return False
    if rows.where is None:
        return True
    passed = world.read(rows.where, candidate, view)
    return WAITS if passed is WAITS else passed is True


def _dated_inside(world: World, rows: CheckedRows, dated: tuple[Row, Result], row: Row | None, view: View) -> bool:
    assert rows.date is not None, "the rows have a date"
    assert rows.window is not None, "rows with a date have a window"
    candidate, at = dated
    day = local_day(at, rows.date.type)
    window = view.window if view.window is not None and isinstance(rows.window, InPeriod) else rows.window
    if rows.earlier:
        assert row is not None, "a row is in hand"
        own = world.read(rows.date, row, view)
        if isinstance(own, State):
            return False
        before = (day_of(at), candidate.key) < (day_of(own), row.key)
        return before and day >= days.back_from(window, local_day(own, rows.date.type), view.period)
    first, after = days.window_days(window, view.period)
    if view.day is not None:
        first, after = days.ends_on(window, view.day, view.period)
    return first <= day < after


def _once_each(world: World, path: tuple[str, ...], rows: list[Row]) -> list[Row]:
    """The first row by key of those that lead to one parent."""
    first: dict[Key, Row] = {}
    for row in rows:
        parent = follow(world.facts, row, path)
        if isinstance(parent, Row):
            first.setdefault(parent.key, row)
    return list(first.values())


# --- what is made of them ------------------------------------------------------------------------------


def function(world: World, call: RowsFunction, row: Row | None, view: View) -> Result:
    """A function over rows; a row without a value is passed over, one that waits makes it wait."""
    found = taken(world, call.rows, row, view)
    if isinstance(found, State):
        return WAITS
    if call.value is None:
        return Fraction(len(found))
    results = [world.read(call.value, each, view) for each in found]
    if call.function == "nps":
        results = [_nps(result) for result in results]
    if WAITS in results:
        return WAITS
    if call.function == "rank":
        return _place(row, {each.key: amount_of(result) for each, result in zip(found, results, strict=True)})
    return _made_of(call.function, [plain(result) for result in results if result is not NOTHING])


def _place(row: Row | None, amounts: dict[Key, Fraction]) -> Result:
    """One more than those who have more, if the row in hand is one of them."""
    assert row is not None, "a row is in hand"
    own = amounts.get(row.key)
    return NOTHING if own is None else Fraction(1 + sum(amount > own for amount in amounts.values()))


def _nps(score: Result) -> Result:
    """Promoters are +100, detractors -100; what is no score from 0 through 10 waits."""
    if isinstance(score, State):
        return score
    number = amount_of(score)
    if not 0 <= number <= _HIGHEST:
        return WAITS
    return Fraction(100 if number >= _PROMOTER else -100 if number < _DETRACTOR else 0)


def _made_of(function: str, values: list[Plain]) -> Result:
    match function:
        case "distinct":
            return Fraction(len(set(values)))
        case "sum":
            return sum(map(amount_of, values), Fraction())
        case "the":
            return values[0] if len(values) == 1 else NOTHING
        case _ if not values:
            return NOTHING
        case "min":
            return min(values, key=_order)
        case "max":
            return max(values, key=_order)
        case "mean" | "nps":
            return sum(map(amount_of, values), Fraction()) / len(values)
        case "share":
            return Fraction(sum(value is True for value in values), len(values))
        case "median":
            ordered = sorted(map(amount_of, values))
            middle = len(ordered) // 2
            return (ordered[middle] + ordered[-1 - middle]) / 2
        case _:
            raise AssertionError(f"no function is called {function}")


def _order(value: Plain) -> Fraction:
    assert not isinstance(value, str), "texts have no order"
    return Fraction(value)
