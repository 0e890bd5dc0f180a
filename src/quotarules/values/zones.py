"""Time zones from the pinned tzdata package, so that a conversion does not depend on the machine it runs on."""

from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

_DAY = 86_400
# Clocks change at most once within this many seconds, in every zone and year that tzdata knows.
_STEP = _DAY


@cache
def zone_named(name: str) -> ZoneInfo | None:
    """The zone of an IANA name such as `Europe/Moscow`, or None."""
    parts = name.split("/")
    if not all(part.replace("_", "").replace("-", "").replace("+", "").isalnum() for part in parts):
        return None
    place = files("tzdata").joinpath("zoneinfo", *parts)
    if not place.is_file():
        return None
    with place.open("rb") as stream:
        try:
            return ZoneInfo.from_file(stream, key=name)
        except ValueError:
            return None


@cache
def offsets(name: str, first: int, last: int) -> tuple[tuple[int, int], ...]:
    """The seconds to add to UTC in a zone, as (valid from this second since 1970-01-01 UTC, offset), in order.

    Covers the days [first, last] counted since 1970-01-01; the zone must exist.
    """
    zone = zone_named(name)
    assert zone is not None
    at = first * _DAY
    found = [(at, _offset(zone, at))]
    while at < (last + 1) * _DAY:
        following = at + _STEP
        offset = _offset(zone, following)
        if offset != found[-1][1]:
            found.append((_change(zone, at, following), offset))
        at = following
    return tuple(found)


def _change(zone: ZoneInfo, before: int, after: int) -> int:
    """The first second in (before, after] with the offset that holds at `after`."""
    new = _offset(zone, after)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, middle) == new:
            after = middle
        else:
            before = middle
    return after


def _offset(zone: ZoneInfo, second: int) -> int:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    shift = moment.astimezone(zone).utcoffset()
    assert shift is not None
    return shift // timedelta(seconds=1)
