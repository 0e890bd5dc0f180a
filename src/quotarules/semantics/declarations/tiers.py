"""Tiers: bands or points that rise, with rates whose units fit."""

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
from quotarules.semantics.desk import Desk
from quotarules.semantics.handling import wrong
from quotarules.semantics.literals import written_out
from quotarules.semantics.origins import side
from quotarules.semantics.problems.tiers import BandsFall, KeyFormsMixed, Owner, TooFewBands
from quotarules.semantics.problems.types import UnitsMultiplied
from quotarules.semantics.ranges import Placed, amount_of, key_range, prove
from quotarules.semantics.value import Value
from quotarules.syntax import ast


def check_tiers(desk: Desk, node: ast.TiersDeclaration) -> CheckedTiers | None:
    """The checked tiers, or None with problems."""
    owner = Owner(node.name.text, many=True)
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
            return CheckedBand(found.lower, found.upper, found.included, rate, band.span)
        case _:
            wanted = "points such as `at 80%: 50%`" if node.way == "curve" else "ranges such as `from 0 RUB: 4%`"
            desk.found.add(KeyFormsMixed(band.key.span, owner, wanted))
            return None


def _rise(desk: Desk, node: ast.TiersDeclaration, bands: list[CheckedBand], owner: Owner) -> bool:
    if node.way != "curve":
        from_key = [
            Placed(KeyRange(band.lower, band.upper, band.included), line.key.span, desk.words(band.rate.span))
            for band, line in zip(bands, node.bands, strict=True)
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
