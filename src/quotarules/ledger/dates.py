"""Dates and instants from texts and timestamps: calendar days, and local minutes in the plan's zone."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from quotarules.ledger.columns import Flags, Vector, apply, array_of, equal_to, missing, without
from quotarules.ledger.findings import Rows
from quotarules.values.zones import offsets

DAY_SECONDS = 86_400
TICKS = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_MINUTE = 60
_PARTS = {"Y": 4, "M": 2, "D": 2}
_MONTH_DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_FEBRUARY = 2
# The seconds between which instants are converted, with a day to spare on both sides: 1900 through 2199.
_FIRST_SECOND, _END_SECOND = -2_208_988_800, 7_258_118_400


def days(texts: Vector, form: str) -> tuple[Vector, Flags]:
    """The days since 1970-01-01 of dates written in a form such as `DD.MM.YYYY`, and flags of what is no date."""
    width = len(form)
    fits = equal_to(apply("binary_length", texts), width)
    # Of as many characters as bytes: the rest is no date, and a filtered array begins at its buffer's beginning.
    letters = texts.filter(array_of(fits))
    found, valid = _civil(_matrix(letters, width), form)
    values = np.zeros(len(texts), dtype=np.int32)
    values[fits] = found
    good = fits.copy()
    good[fits] = valid
    return array_of(values, ~good).cast(pa.date32()), ~good & ~missing(texts)


def _matrix(letters: Vector, width: int) -> NDArray[np.uint8]:
    data = letters.buffers()[2]
    if len(letters) == 0 or data is None:
        return np.zeros((0, width), dtype=np.uint8)
    return np.frombuffer(data, dtype=np.uint8, count=len(letters) * width).reshape(-1, width)


def _civil(matrix: NDArray[np.uint8], form: str) -> tuple[Rows, Flags]:
    """Day numbers and whether each is a day of the calendar."""
    valid = np.ones(len(matrix), dtype=bool)
    parts = {}
    for letter, size in _PARTS.items():
        at = form.index(letter)
        digits = matrix[:, at : at + size].astype(np.int64) - ord("0")
        valid &= ((digits >= 0) & (digits <= 9)).all(axis=1)
        parts[letter] = digits @ (10 ** np.arange(size - 1, -1, -1))
    for at, sign in enumerate(form):
        if sign not in _PARTS:
            valid &= matrix[:, at] == ord(sign)
    year, month, day = parts["Y"], parts["M"], parts["D"]
    valid &= (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1)
    month = np.where(valid, month, 1)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    valid &= day <= _MONTH_DAYS[month] - ((month == _FEBRUARY) & ~leap)
    # Days by H. Hinnant, "chrono-compatible low-level date algorithms", days_from_civil; years begin in March.
    year = year - (month <= _FEBRUARY)
    era = year // 400
    of_era = year - era * 400
    of_year = (153 * (month + np.where(month > _FEBRUARY, -3, 9)) + 2) // 5 + day - 1
    of_cycle = of_era * 365 + of_era // 4 - of_era // 100 + of_year
    return era * 146_097 + of_cycle - 719_468, valid


def instants(texts: Vector, form: str, own_zone: str | None, zone: str) -> tuple[Vector, Flags]:
    """Local minutes since 1970-01-01 in `zone` of texts such as `2026-03-01T09:30:15+03:00`; seconds are cut.

    A text without an offset is local time in `own_zone`, or in `zone` where that is None. Flags what is no instant,
    and local times that a change of the clock skips or repeats.
    """
    if len(texts) == 0:
        return pa.array([], type=pa.int64()), np.zeros(0, dtype=bool)
    date = "".join("[0-9]" if letter in _PARTS else f"[{letter}]" for letter in form)
    pattern = (
        f"^(?P<date>{date})[T ](?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9])"
        r"(?::(?P<second>[0-5][0-9])(?:[.][0-9]{1,9})?)?(?P<offset>Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?$"
    )
    found = pc.extract_regex(texts, pattern)
    absent = missing(texts)
    part = {name: pc.struct_field(found, name) for name in ("date", "hour", "minute", "second", "offset")}
    day, _ = days(without(part["date"], missing(found)), form)
    wrong = missing(day) & ~absent
    seconds = np.zeros(len(texts), dtype=np.int64)
    for name, size in (("hour", 3_600), ("minute", _MINUTE), ("second", 1)):
        seconds += size * _integers(part[name])
    local = day.cast(pa.int32()).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64) * DAY_SECONDS + seconds
    wrong |= ~absent & ((local < _FIRST_SECOND) | (local >= _END_SECOND))
    local = np.where(wrong | absent, 0, local)
    stated, shift = _shifts(part["offset"])
    shown, unclear = to_zone(local, stated, shift, own_zone or zone, zone)
    wrong |= unclear & ~absent
    return array_of(shown // _MINUTE, wrong | absent), wrong


def _integers(texts: Vector) -> Rows:
    filled = pc.if_else(array_of(missing(texts) | equal_to(texts, "")), "0", texts)
    numbers: Rows = filled.cast(pa.int64()).to_numpy(zero_copy_only=False)
    return numbers


def _shifts(texts: Vector) -> tuple[Flags, Rows]:
    """Whether each text states an offset from UTC, and its seconds."""
    coded = texts.fill_null("").dictionary_encode()
    values = [_shift(str(text)) for text in coded.dictionary.to_pylist()]
    places = coded.indices.to_numpy(zero_copy_only=False)
    stated = np.array([value is not None for value in values], dtype=bool)
    return stated[places], np.array([value or 0 for value in values], dtype=np.int64)[places]


def _shift(text: str) -> int | None:
    if text in ("", "Z"):
        return 0 if text else None
    seconds = int(text[1:3]) * 3_600 + int(text[4:6]) * _MINUTE
    return -seconds if text.startswith("-") else seconds


def to_zone(local: Rows, stated: Flags, shift: Rows, own_zone: str, zone: str) -> tuple[Rows, Flags]:
    """Local seconds in `zone`, of local seconds with a stated shift from UTC or else in `own_zone`.

    Flags the local times that `own_zone` skips or has twice, where that matters because the zones differ.
    """
    unclear = np.zeros(len(local), dtype=bool)
    if own_zone == zone and not stated.any():
        return local, unclear
    first, last = int(local.min()) // DAY_SECONDS - 2, int(local.max()) // DAY_SECONDS + 2
    utc = local - shift
    if own_zone != zone and not stated.all():
        own, unclear = _to_utc(local, offsets(own_zone, first, last))
        unclear &= ~stated
        utc = np.where(stated, utc, own)
    starts, shifts = _changes(offsets(zone, first, last))
    shown = utc + shifts[np.maximum(np.searchsorted(starts, utc, side="right") - 1, 0)]
    return (np.where(stated, shown, local) if own_zone == zone else shown), unclear


def _changes(table: tuple[tuple[int, int], ...]) -> tuple[Rows, Rows]:
    return np.array([start for start, _ in table]), np.array([shift for _, shift in table])


def _to_utc(local: Rows, table: tuple[tuple[int, int], ...]) -> tuple[Rows, Flags]:
    """The UTC second of local seconds, and flags of those that the zone has never or twice."""
    starts, shifts = _changes(table)
    ends = np.append(starts[1:], np.iinfo(np.int64).max)
    near = np.searchsorted(starts, local)
    utc = np.zeros(len(local), dtype=np.int64)
    times = np.zeros(len(local), dtype=np.int64)
    # A local time lies in the stretch that begins before it read as UTC, or in one next to that.
    for step in (-2, -1, 0):
        place = near + step
        inside = (place >= 0) & (place < len(starts))
        place = np.where(inside, place, 0)
        guess = local - shifts[place]
        holds = inside & (guess >= starts[place]) & (guess < ends[place])
        utc = np.where(holds & (times == 0), guess, utc)
        times += holds
    return utc, times != 1


def timestamps(values: Vector, own_zone: str | None, zone: str) -> tuple[Vector, Flags]:
    """Local minutes in `zone` of Parquet timestamps; those without a zone are local time in `own_zone`."""
    kind = values.type
    absent = missing(values)
    if len(values) == 0:
        return pa.array([], type=pa.int64()), absent
    seconds = values.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False) // TICKS[kind.unit]
    stated = np.full(len(values), kind.tz is not None)
    wrong = ~absent & ((seconds < _FIRST_SECOND) | (seconds >= _END_SECOND))
    seconds = np.where(wrong | absent, 0, seconds)
    shown, unclear = to_zone(seconds, stated, np.zeros(len(values), dtype=np.int64), own_zone or zone, zone)
    wrong |= unclear & ~absent
    return array_of(shown // _MINUTE, wrong | absent), wrong
