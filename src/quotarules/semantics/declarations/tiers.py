"""Tiers: bands or points that rise, with rates whose units fit."""

from dataclasses import replace
from itertools import pairwise

from quotarules.semantics.arithmetic import common
from quotarules.semantics.checked import (
    CheckedBand,
    CheckedTiers,
    KeyRange,
    Number,
    Quantity,
    Type,
)
from quotarules.semantics.declarations.tables import check_table
from quotarules.semantics.desk import Desk
from quotarules.semantics.handling import wrong
from quotarules.semantics.literals import written_out
from quotarules.semantics.origins import side
from quotarules.semantics.problems.tiers import BandsFall, KeyCount, KeyFormsMixed, Owner, TooFewBands
from quotarules.semantics.problems.types import UnitsMultiplied
from quotarules.semantics.ranges import Placed, amount_of, key_range, prove
from quotarules.semantics.tree import shape
from quotarules.semantics.value import Value
from quotarules.syntax import ast


def check_tiers(desk: Desk, node: ast.TiersDeclaration) -> CheckedTiers | None:
    """The checked tiers, or None with problems."""
    if node.keys:
        return check_family(desk, node)
    return check_bands(desk, node)


def check_bands(desk: Desk, node: ast.TiersDeclaration) -> CheckedTiers | None:
    """Tiers of one kind, whatever the keys of their family."""
    owner = Owner(node.name.text, many=True)
    for band in node.bands:
        if band.family and not node.keys:
            desk.found.add(KeyCount(band.span, owner, 0, len(band.family), node.name.span))
            return None
    if len(node.bands) < (2 if node.way == "curve" else 1):
        desk.found.add(TooFewBands(node.name.span, owner, "two points" if node.way == "curve" else "a band"))
        return None
    bands = [_band(desk, node, band, owner) for band in node.bands]
    whole = [band for band in bands if band is not None]
    if len(whole) != len(bands):
        return None
    ends = [end for band in whole for end in (band.lower, band.upper) if end is not None]
    amount = common(desk, ends, "edges of the same tiers")
    rate = common(desk, [band.rate for band in whole], "rates of the same tiers")
    if amount is None or rate is None:
        return None
    if not _rise(desk, node, whole, owner):
        return None
    kind = _type(desk, node, amount, (rate, whole[0]))
    return CheckedTiers(node.name.text, node.way, tuple(whole), amount, kind, node.span) if kind is not None else None


def _band(desk: Desk, node: ast.TiersDeclaration, band: ast.Band, owner: Owner) -> CheckedBand | None:
    rate = written_out(desk, band.rate, "the rate of a band")
    if rate is not None and not isinstance(rate.type, Quantity):
        wrong(desk, Value(rate), "the rate of a band", "a percentage, a number or an amount", None)
        rate = None
    match band.key:
        case ast.PointKey(at) if node.way == "curve":
            point = written_out(desk, at, "the point of a curve")
            if point is not None and not isinstance(point.type, Quantity):
                wrong(desk, Value(point), "the point of a curve", "an amount or a number", None)
                return None
            return CheckedBand(point, None, False, rate, band.span) if point is not None and rate is not None else None
        case ast.RangeKey() as key if node.way != "curve":
            found = key_range(desk, key)
            if found is None or rate is None:
                return None
            end = found.lower or found.upper
            if end is not None and not isinstance(end.type, Quantity):
                wrong(desk, Value(end), "the edge of tiers", "an amount or a number", None)
                return None
            return CheckedBand(found.lower, found.upper, found.included, rate, band.span, found.over)
        case _:
            wanted = "points such as `at 80%: 50%`" if node.way == "curve" else "ranges such as `from 0 RUB: 4%`"
            desk.found.add(KeyFormsMixed(band.key.span, owner, wanted))
            return None


def _rise(desk: Desk, node: ast.TiersDeclaration, bands: list[CheckedBand], owner: Owner) -> bool:
    if node.way != "curve":
        keys = [KeyRange(band.lower, band.upper, band.included, band.over) for band in bands]
        from_key = [
            Placed(key, line.key.span, desk.words(band.rate.span))
            for key, band, line in zip(keys, bands, node.bands, strict=True)
        ]
        return prove(desk, from_key, owner)
    fine = True
    for before, after in pairwise(bands):
        assert before.lower is not None, "a point stands somewhere"
        assert after.lower is not None, "a point stands somewhere"
        if amount_of(after.lower) <= amount_of(before.lower):
            desk.found.add(BandsFall(after.lower.span, before.lower.span, owner))
            fine = False
    return fine


def _type(desk: Desk, node: ast.TiersDeclaration, amount: Type, rates: tuple[Type, CheckedBand]) -> Type | None:
    rate, first = rates
    assert isinstance(amount, Quantity), "tiers are read with amounts"
    assert isinstance(rate, Quantity), "rates are amounts"
    if node.way == "curve":
        return Quantity(rate.unit, ratio=True)
    match amount.unit, rate.unit:
        case Number(), Number(percent):
            return Quantity(Number(percent and amount.unit == rate.unit))
        case unit, Number():
            return Quantity(unit)
        case Number(), unit:
            return Quantity(unit)
        case _:
            edge = first.lower or first.upper
            assert edge is not None, "a band has an edge"
            desk.found.add(UnitsMultiplied(side(desk, edge), side(desk, first.rate), divided=False))
            return None


# --- families ----------------------------------------------------------------------------------


def check_family(desk: Desk, node: ast.TiersDeclaration) -> CheckedTiers | None:
    """Tiers by keys: for each combination of keys bands that rise and touch, all of one type."""
    owner = Owner(node.name.text, many=True)
    if not node.bands:
        desk.found.add(TooFewBands(node.name.span, owner, "a band"))
        return None
    for band in node.bands:
        if len(band.family) != len(node.keys):
            declared = node.keys[0].span.to(node.keys[-1].span)
            desk.found.add(KeyCount(band.span, owner, len(node.keys), len(band.family), declared))
            return None
    groups: dict[tuple[object, ...], list[ast.Band]] = {}
    for band in node.bands:
        groups.setdefault(tuple(map(shape, band.family)), []).append(band)
    found = [check_bands(desk, replace(node, bands=tuple(bands))) for bands in groups.values()]
    rows = tuple(
        ast.TableRow(bands[0].family, ast.NumberLiteral(place, 0, bands[0].span), bands[0].span)
        for place, bands in enumerate(groups.values())
    )
    keys = check_table(desk, ast.TableDeclaration(node.name, None, node.keys, rows, node.span))
    whole = [tiers for tiers in found if tiers is not None]
    if keys is None or len(whole) != len(found):
        return None
    every = tuple(band for tiers in whole for band in tiers.bands)
    ends = [end for band in every for end in (band.lower, band.upper) if end is not None]
    amount = common(desk, ends, "edges of the same tiers")
    rate = common(desk, [band.rate for band in every], "rates of the same tiers")
    kind = _type(desk, node, amount, (rate, every[0])) if amount is not None and rate is not None else None
    if kind is None or amount is None:
        return None
    families = tuple(tiers.bands for tiers in whole)
    return CheckedTiers(node.name.text, node.way, every, amount, kind, node.span, keys, families)
