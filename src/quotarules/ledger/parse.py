"""One column of a file by its declared type: from texts, or from a typed Parquet column that holds the type exactly."""

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quotarules.ledger import dates, from_text
from quotarules.ledger.columns import (
    INT64,
    Column,
    Flags,
    Parsed,
    Vector,
    apply,
    array_of,
    emptied,
    flags,
    is_wide,
    missing,
    without,
)
from quotarules.ledger.findings import Rows
from quotarules.values.schema import ColumnKind, ColumnSpec, FileSource

_LARGEST_KEPT = 10**from_text.DIGITS
_WIDEST_DIGITS = 38


def parse(column: Column, spec: ColumnSpec, source: FileSource, zone: str, *, is_key: bool) -> Parsed | str:
    """The typed values, or the name of what a Parquet column holds where that cannot be `spec`'s type.

    `spec` is the column by which values are written (see `columns.written`); `zone` is the plan's.
    """
    column = emptied(column)
    kind = column.values.type
    if pa.types.is_null(kind):
        column = Column(column.values.cast(pa.string()))
        kind = pa.string()
    if pa.types.is_string(kind):
        return _from_text(column, spec, source, zone, is_key=is_key)
    return _from_typed(column, spec, zone)


def _from_text(column: Column, spec: ColumnSpec, source: FileSource, zone: str, *, is_key: bool) -> Parsed:
    texts = column.values
    none = np.zeros(len(texts), dtype=bool)
    longest = from_text.LONGEST_KEY if is_key else from_text.LONGEST_TEXT
    match spec.kind:
        case ColumnKind.TEXT | ColumnKind.LINK:
            values, wrong = from_text.clean_texts(texts, longest)
            return Parsed(
                Column(values, column.indices), wrong, none, lambda value: from_text.why_not_text(value, longest)
            )
        case ColumnKind.CHOICE:
            values, wrong = from_text.choices(texts, spec.choices)
            words = "one of " + ", ".join(f"`{choice}`" for choice in spec.choices)
            return Parsed(Column(values, column.indices), wrong, none, lambda _: words)
        case ColumnKind.YES_NO:
            values, wrong = from_text.truth_values(texts, spec.yes, spec.no)
            words = " or ".join(f"`{word}`" for word in (*spec.yes, *spec.no))
            return Parsed(Column(values, column.indices), wrong, none, lambda _: words)
        case ColumnKind.DATE:
            values, wrong = dates.days(texts, source.dates)
            beyond = _days_beyond(values, spec)
            return Parsed(
                Column(without(values, beyond), column.indices),
                wrong,
                beyond,
                lambda _: f"a date written {source.dates}",
            )
        case ColumnKind.INSTANT:
            values, wrong = dates.instants(texts, source.dates, spec.zone, zone)
            words = f"a moment from 1900 through 2199 written {source.dates}T14:30 that the clock shows once"
            return Parsed(Column(values, column.indices), wrong, none, lambda _: words)
        case ColumnKind.COUNT | ColumnKind.NUMBER | ColumnKind.PERCENT | ColumnKind.MONEY:
            whole, wrong = from_text.numbers(texts, spec, source.decimal)
            values, beyond = from_text.bounded(whole, spec)
            return Parsed(
                Column(values, column.indices),
                wrong,
                beyond,
                lambda value: from_text.why_not_number(value, spec, source.decimal),
            )


def _days_beyond(values: Vector, spec: ColumnSpec) -> Flags:
    numbers = values.cast(pa.int32())
    low = flags(apply("less", numbers, spec.lowest).fill_null(False)) if spec.lowest is not None else False
    high = flags(apply("greater", numbers, spec.highest).fill_null(False)) if spec.highest is not None else False
    return np.zeros(len(values), dtype=bool) | low | high


# --- typed Parquet columns ---------------------------------------------------------------------


def _from_typed(column: Column, spec: ColumnSpec, zone: str) -> Parsed | str:
    values = column.values
    kind = values.type
    none = np.zeros(len(values), dtype=bool)
    match spec.kind:
        case ColumnKind.YES_NO if pa.types.is_boolean(kind):
            return Parsed(column, none, none, str)
        case ColumnKind.DATE if pa.types.is_date(kind) or (pa.types.is_timestamp(kind) and kind.tz is None):
            return _typed_days(values, spec)
        case ColumnKind.INSTANT if pa.types.is_timestamp(kind):
            minutes, wrong = dates.timestamps(values, spec.zone, zone)
            words = "a moment from 1900 through 2199 that the clock shows once"
            return Parsed(Column(minutes), wrong, none, lambda _: words)
        case ColumnKind.COUNT | ColumnKind.NUMBER | ColumnKind.PERCENT | ColumnKind.MONEY:
            if pa.types.is_integer(kind) or pa.types.is_decimal(kind):
                return _typed_numbers(values, spec)
        case _:
            pass
    return _named(kind)


def _named(kind: pa.DataType) -> str:
    """A Parquet type in a reader's words."""
    if pa.types.is_floating(kind):
        return f"floating-point numbers ({kind}), which are not exact"
    return f"values of type {kind}"


def _typed_days(values: Vector, spec: ColumnSpec) -> Parsed:
    """Dates; a timestamp is one where it stands at midnight."""
    kind = values.type
    wrong = np.zeros(len(values), dtype=bool)
    if pa.types.is_timestamp(kind) or pa.types.is_date64(kind):
        unit = kind.unit if pa.types.is_timestamp(kind) else "ms"
        day = dates.DAY_SECONDS * dates.TICKS[unit]
        ticks = values.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
        absent = missing(values)
        wrong = (ticks % day != 0) & ~absent
        whole = np.clip(ticks // day, -(2**31), 2**31 - 1).astype(np.int32)
        values = array_of(whole, absent | wrong).cast(pa.date32())
    beyond = _days_beyond(values, spec)
    return Parsed(Column(without(values, beyond)), wrong, beyond, lambda _: "a date without a time of day")


def _typed_numbers(values: Vector, spec: ColumnSpec) -> Parsed:
    """Whole numbers and decimals at the column's scale; a decimal may have more places if they are zeros."""
    places = spec.scale - 2 if spec.kind is ColumnKind.PERCENT else spec.scale
    absent = missing(values)
    if pa.types.is_integer(values.type):
        factor = 10**places
        most = INT64 // factor
        numbers = _as_int64(values)
        if numbers is not None and not is_wide(spec):
            filled = np.where(absent, 0, numbers)
            fits = (filled <= most) & (filled >= -most)
            scaled = np.where(fits, filled, 0) * factor
            typed, beyond = from_text.bounded_narrow(scaled, absent, fits, spec)
            return Parsed(Column(typed), np.zeros(len(values), dtype=bool), beyond, str)
        values = values.cast(pa.decimal128(20, 0))
    exact, wrong, huge = _rescaled(values, places)
    typed, beyond = from_text.bounded(exact, spec)
    words = f"a number of at most {places} decimal{'s' * (places != 1)}"
    return Parsed(Column(typed), wrong, beyond | huge, lambda _: words)


def _as_int64(values: Vector) -> Rows | None:
    """Integers of any width, or None where an unsigned one does not fit."""
    filled = values.fill_null(0)
    if pa.types.is_uint64(filled.type) and len(filled) and pc.max(filled).as_py() > INT64:
        return None
    numbers: Rows = filled.cast(pa.int64()).to_numpy(zero_copy_only=False)
    return numbers


def _rescaled(values: Vector, places: int) -> tuple[Vector, Flags, Flags]:
    """Decimals as whole numbers of the last of `places`; flags of those that are finer, and of those too large."""
    kind = values.type
    huge = np.zeros(len(values), dtype=bool)
    if not pa.types.is_decimal128(kind) or kind.precision - kind.scale > _WIDEST_DIGITS - max(places, kind.scale):
        wide = values.cast(pa.decimal256(76, kind.scale))
        least, most = (pa.scalar(Decimal(limit), pa.decimal256(76, 0)) for limit in (-_LARGEST_KEPT, _LARGEST_KEPT))
        huge = flags(pc.or_(pc.greater(wide, most), pc.less(wide, least)).fill_null(False))
        values = without(wide, huge)
    finer = np.zeros(len(values), dtype=bool)
    if kind.scale > places:
        cut = pc.round(values, ndigits=places, round_mode="towards_zero")
        finer = flags(pc.not_equal(cut, values).fill_null(False))
        values = without(cut.cast(values.type), finer)
    return from_text.unscaled(values.cast(pa.decimal128(_WIDEST_DIGITS, places))), finer, huge
