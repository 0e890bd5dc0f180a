"""Tables and tiers read with an amount: their literals brought to the scale of what they are compared with."""

from functools import partial
from typing import assert_never

from quotarules.plan.from_checked.arithmetic import alike, integer, rescaled
from quotarules.plan.from_checked.builder import Builder, unit_of
from quotarules.plan.from_checked.versions import by_version
from quotarules.plan.nodes import (
    DAY,
    FLAG,
    TEXT,
    Anything,
    Band,
    Curve,
    Equals,
    Expr,
    InRange,
    Kind,
    Literal,
    Matcher,
    Switch,
    SwitchRow,
    Tiers,
    ValueType,
)
from quotarules.semantics import checked


def literal(constant: checked.Constant) -> Literal:
    """A key or rate of the text."""
    match constant.type, constant.value:
        case checked.Quantity(), int(value):
            return integer(value, constant.scale, unit_of(constant.type))
        case checked.DateType(), value:
            return Literal(value, DAY)
        case checked.YesNo(), value:
            return Literal(value, FLAG)
        case _, str(value):
            return Literal(value, TEXT)
        case _, value:
            return Literal(value, ValueType(Kind.INTEGER))


def _at(value: Literal, scale: int) -> Literal:
    moved = rescaled(value, scale)
    assert isinstance(moved, Literal), "a literal stays one"
    return moved


def table_lookup(builder: Builder, call: checked.TableCall, keys: tuple[Expr, ...], day: Expr | None) -> Expr:
    """The value of the row that the keys reach, in the version that the day chooses if there are several."""
    made = partial(_table_version, builder, call, keys)
    return by_version(builder, call.table, day, call.span, made)


def _table_version(builder: Builder, call: checked.TableCall, keys: tuple[Expr, ...], name: str) -> Expr:
    table = next(t for t in builder.plan.tables if t.name == name)
    reason = builder.reason(f"`{name}` says nothing for `{builder.words(call.span)}`", call.span, waiting=True)
    values = alike(tuple(literal(row.value) for row in table.rows), reason)
    kind = values[0].type
    return _switch(table, keys, values, reason, ValueType(kind.kind, kind.scale, unit_of(call.type)))


def _switch(
    table: checked.CheckedTable, keys: tuple[Expr, ...], values: tuple[Expr, ...], reason: int, kind: ValueType
) -> Expr:
    """One value for each row of a table."""
    scales = [
        max([key.type.scale, *(edge.type.scale for row in table.rows for edge in _edges(row.keys[place]))])
        for place, key in enumerate(keys)
    ]
    wide = tuple(rescaled(key, scale) for key, scale in zip(keys, scales, strict=True))
    rows = tuple(
        SwitchRow(tuple(_matcher(key, scale) for key, scale in zip(row.keys, scales, strict=True)), value)
        for row, value in zip(table.rows, values, strict=True)
    )
    return Switch(table.name, wide, rows, reason, kind)


def _edges(key: checked.KeyRange | checked.KeyValue | checked.KeyAny) -> list[Literal]:
    match key:
        case checked.KeyRange(lower, upper):
            return [literal(edge) for edge in (lower, upper) if edge is not None]
        case checked.KeyValue(value):
            return [literal(value)]
        case checked.KeyAny():
            return []
        case _:
            assert_never(key)


def _matcher(key: checked.KeyRange | checked.KeyValue | checked.KeyAny, scale: int) -> Matcher:
    match key:
        case checked.KeyRange(lower, upper, included, over):
            low, high = (None if edge is None else _at(literal(edge), scale) for edge in (lower, upper))
            return InRange(low, high, included, over)
        case checked.KeyValue(value):
            return Equals(_at(literal(value), scale))
        case checked.KeyAny():
            return Anything()
        case _:
            assert_never(key)


def tiers_lookup(
    builder: Builder, call: checked.TiersCall, amount: Expr, keys: tuple[Expr, ...], day: Expr | None
) -> Expr:
    """An amount turned into an amount by tiers (of a family by those of the keys), in the version of the day."""
    made = partial(_tiers_version, builder, call, amount, keys)
    return by_version(builder, call.tiers, day, call.span, made)


def _tiers_version(builder: Builder, call: checked.TiersCall, amount: Expr, keys: tuple[Expr, ...], name: str) -> Expr:
    tiers = next(t for t in builder.plan.tiers if t.name == name)
    reason = builder.reason(f"`{tiers.name}` says nothing for `{builder.words(call.span)}`", call.span, waiting=True)
    edges = [literal(end) for band in tiers.bands for end in (band.lower, band.upper) if end is not None]
    scale = max([amount.type.scale, *(edge.type.scale for edge in edges)])
    wide = rescaled(amount, scale)
    rates = alike(tuple(literal(band.rate) for band in tiers.bands), reason)
    if tiers.keys is None:
        return _tiers(tiers, wide, tuple(zip(tiers.bands, rates, strict=True)), reason)
    rated = dict(zip(tiers.bands, rates, strict=True))
    families = [_tiers(tiers, wide, tuple((band, rated[band]) for band in bands), reason) for bands in tiers.families]
    values = tuple(families[int(row.value.value)] for row in tiers.keys.rows)
    return _switch(tiers.keys, keys, values, reason, values[0].type)


def _tiers(
    tiers: checked.CheckedTiers, amount: Expr, bands: tuple[tuple[checked.CheckedBand, Expr], ...], reason: int
) -> Expr:
    """Tiers with these bands and their rates; the amount has a scale that all edges fit."""
    unit, scale = unit_of(tiers.type), amount.type.scale
    rate_scale = bands[0][1].type.scale
    rated = [(band, rate) for band, rate in bands if isinstance(rate, Literal)]
    if tiers.way == "curve":
        points = tuple((_at(literal(band.lower), scale), rate) for band, rate in rated if band.lower is not None)
        return Curve(tiers.name, amount, points, reason, ValueType(Kind.RATIO, rate_scale, unit))
    held = tuple(
        Band(
            None if band.lower is None else _at(literal(band.lower), scale),
            None if band.upper is None else _at(literal(band.upper), scale),
            band.included,
            rate,
            band.over,
        )
        for band, rate in rated
    )
    return Tiers(tiers.name, tiers.way, amount, held, reason, ValueType(amount.type.kind, scale + rate_scale, unit))
