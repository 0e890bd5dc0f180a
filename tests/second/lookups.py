"""Tables, tiers and rates of exchange: what is looked up, and that what is not found waits."""

from fractions import Fraction
from itertools import pairwise

from quotarules.semantics.checked import (
    CheckedBand,
    CheckedTable,
    CheckedTiers,
    Constant,
    Conversion,
    KeyAny,
    KeyRange,
    KeyValue,
    Quantity,
    TableCall,
    TiersCall,
    Typed,
)
from second.facts import Plain
from second.states import NOTHING, WAITS
from second.world import Result, View, World, amount_of, day_of, local_day, plain

Matcher = KeyRange | KeyValue | KeyAny


def _number(value: Constant) -> Fraction:
    return Fraction(int(value.value), 10**value.scale)


def _plain(value: Constant) -> Plain:
    return _number(value) if isinstance(value.type, Quantity) else value.value


# --- versions ------------------------------------------------------------------------------------------


def version(world: World, name: str, day: Result | None, kind: Typed | None, view: View) -> str:
    """The name of the version that counts on a day.

    A retroactive version takes the place of earlier ones in the period that holds its first day, and ever after.
    """
    held = dict(world.plan.versions).get(name)
    if held is None or day is None or kind is None:
        return name
    at = local_day(day, kind.type)
    seen = view.period.end - 1
    for each in reversed(held):
        if each.retroactive and each.first <= seen and at < each.first:
            return each.name
        if each.first <= at <= each.last:
            return each.name
    # Days outside the plan take the version that is next to them.
    return held[0].name if at < held[0].first else held[-1].name


# --- tables --------------------------------------------------------------------------------------------


def table(world: World, call: TableCall, operands: list[Result], view: View) -> Result:
    """The value of the row whose keys all match; where none does, it waits."""
    keys = [plain(key) for key in operands[: len(call.keys)]]
    day = operands[-1] if call.day is not None else None
    name = version(world, call.table, day, call.day, view)
    found = _row(next(item for item in world.plan.tables if item.name == name), keys)
    return WAITS if found is None else _plain(found)


def _row(held: CheckedTable, keys: list[Plain]) -> Constant | None:
    rows = (row for row in held.rows if all(map(_matches, row.keys, keys)))
    return next((row.value for row in rows), None)


def _matches(matcher: Matcher, key: Plain) -> bool:
    match matcher:
        case KeyAny():
            return True
        case KeyValue(value):
            return _plain(value) == key
        case KeyRange():
            assert not isinstance(key, str), "ranges are of numbers and days"
            return _inside(matcher, Fraction(key))


def _inside(matcher: KeyRange | CheckedBand, amount: Fraction) -> bool:
    """`from` and `through` hold their edge, `over` and `to under` do not."""
    if matcher.lower is not None:
        lower = _edge(matcher.lower)
        if amount < lower or (matcher.over and amount == lower):
            return False
    if matcher.upper is not None:
        upper = _edge(matcher.upper)
        return amount < upper or (matcher.included and amount == upper)
    return True


def _edge(value: Constant) -> Fraction:
    return Fraction(int(value.value), 10**value.scale)


# --- tiers ---------------------------------------------------------------------------------------------


def tiers(world: World, call: TiersCall, operands: list[Result], view: View) -> Result:
    """`f(x)`; `f(x after y)` is f(x + y) - f(y)."""
    ends = slice_ends(world, call, operands, view)
    if WAITS in ends:
        return WAITS
    return amount_of(ends[0]) - (amount_of(ends[1]) if len(ends) > 1 else 0)


def slice_ends(world: World, call: TiersCall, operands: list[Result], view: View) -> list[Result]:
    """f(x), or f(x + y) and f(y), from the operands of a call."""
    keys = [plain(key) for key in operands[: len(call.keys)]]
    amount = amount_of(operands[len(call.keys)])
    day = operands[-1] if call.day is not None else None
    name = version(world, call.tiers, day, call.day, view)
    held = next(item for item in world.plan.tiers if item.name == name)
    bands = held.bands
    if held.keys is not None:
        place = _row(held.keys, keys)
        if place is None:
            return [WAITS]
        bands = held.families[int(_number(place))]
    if call.before is None:
        return [_tiers_of(held, bands, amount)]
    before = amount_of(operands[len(call.keys) + 1])
    return [_tiers_of(held, bands, amount + before), _tiers_of(held, bands, before)]


def _tiers_of(held: CheckedTiers, bands: tuple[CheckedBand, ...], amount: Fraction) -> Result:
    if held.way == "curve":
        return _curve(bands, amount)
    reached = next((band for band in bands if _inside(band, amount)), None)
    if reached is None:
        return WAITS
    match held.way:
        case "whole":
            return amount * _number(reached.rate)
        case "excess":
            return (amount - (Fraction() if reached.lower is None else _edge(reached.lower))) * _number(reached.rate)
        case _:
            return sum((_slice(band, amount) * _number(band.rate) for band in bands), Fraction())


def _slice(band: CheckedBand, amount: Fraction) -> Fraction:
    """The part of the way from 0 to an amount that lies in a band."""
    return _kept_inside(band, amount) - _kept_inside(band, Fraction())


def _kept_inside(band: CheckedBand, amount: Fraction) -> Fraction:
    if band.lower is not None:
        amount = max(amount, _edge(band.lower))
    return amount if band.upper is None else min(amount, _edge(band.upper))


def _curve(points: tuple[CheckedBand, ...], amount: Fraction) -> Result:
    """On the straight line between the two points around it."""
    known = [(_edge(point.lower), _number(point.rate)) for point in points if point.lower is not None]
    for (left, low), (right, high) in pairwise(known):
        if left <= amount <= right:
            return low + (high - low) * (amount - left) / (right - left)
    return WAITS


# --- rates of exchange ---------------------------------------------------------------------------------


def conversion(world: World, value: Conversion, operands: list[Result]) -> Result:
    """Money in another currency, at the rates of a day."""
    amount, source = amount_of(operands[0]), str(plain(operands[1]))
    day = local_day(operands[2], value.day.type)
    target, own = value.target, world.plan.currency
    if source == target:
        return amount
    if value.rates.into is not None:
        rate = _rate(world, value, (source, target), day)
        return amount * rate if isinstance(rate, Fraction) else rate
    for currency, divided in ((source, False), (target, True)):
        if currency == own:
            continue
        rate = _rate(world, value, (currency,), day)
        if not isinstance(rate, Fraction):
            return rate
        amount = amount / rate if divided else amount * rate
    return amount


def _rate(world: World, value: Conversion, pair: tuple[str, ...], day: int) -> Result:
    """The latest rate that begins on the day or before it; where there is none, it waits."""
    rates = value.rates
    names = (rates.currency,) if rates.into is None else (rates.currency, rates.into)
    rows = [row for row in world.facts[rates.table].rows if tuple(row.cells[name] for name in names) == pair]
    begun = [row for row in rows if day_of(row.cells[rates.since]) <= day]
    if not begun:
        return WAITS
    found = max(begun, key=lambda row: day_of(row.cells[rates.since])).cells[rates.rate]
    return WAITS if found is NOTHING else amount_of(found)
