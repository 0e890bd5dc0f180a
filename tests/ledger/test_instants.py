"""Instants become the local minutes that a clock on the wall of the plan's office shows."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.facts_in_memory import loaded
from quotarules.values.zones import offsets, zone_named

EPOCH = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)
ZONES = [
    "UTC",
    "Europe/Moscow",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
]
MOMENTS = st.integers(2_880, 35_761_000).map(lambda minute: EPOCH + timedelta(minutes=minute))


def pinned(name: str) -> ZoneInfo:
    """The zone by the package that is used, which may know more than the machine does."""
    zone = zone_named(name)
    assert zone is not None
    return zone


def wall_minutes(moment: datetime) -> int:
    return (moment.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(minutes=1)


def read(cells: list[str], own: str, zone: str) -> list[object] | None:
    yaml = f"things: {{key: line number, from: t, columns: {{at_moment: {{type: instant, zone: {own}}}}}}}"
    ledger, _ = loaded(yaml, {"t": "at_moment\n" + "".join(f"{cell}\n" for cell in cells)}, zone)
    return None if ledger is None else ledger.tables["things"].rows["at_moment"].to_pylist()


@settings(max_examples=60, deadline=None)
@given(st.lists(MOMENTS, min_size=1, max_size=5), st.sampled_from(ZONES), st.sampled_from(ZONES))
def test_moments_with_an_offset(moments: list[datetime], own: str, zone: str) -> None:
    expected = [wall_minutes(moment.replace(tzinfo=UTC).astimezone(pinned(zone))) for moment in moments]
    assert read([f"{moment:%Y-%m-%dT%H:%M}Z" for moment in moments], own, zone) == expected
    shifted = [f"{moment + timedelta(hours=5, minutes=30):%Y-%m-%dT%H:%M}+05:30" for moment in moments]
    assert read(shifted, own, zone) == expected


@settings(max_examples=100, deadline=None)
@given(MOMENTS, st.sampled_from(ZONES), st.sampled_from(ZONES))
def test_local_moments(moment: datetime, own: str, zone: str) -> None:
    """A local time is taken if exactly one moment shows it; where the zones are the same it is the clock itself."""
    found = read([f"{moment:%Y-%m-%d %H:%M}"], own, zone)
    if own == zone:
        assert found == [wall_minutes(moment)]
        return
    twice = [moment.replace(tzinfo=pinned(own), fold=fold) for fold in (0, 1)]
    real = {
        each.astimezone(UTC)
        for each in twice
        if each.astimezone(UTC).astimezone(pinned(own)).replace(tzinfo=None) == moment
    }
    if len(real) == 1:
        assert found == [wall_minutes(real.pop().astimezone(pinned(zone)))]
    else:
        assert found is None


@pytest.mark.parametrize(
    "name",
    ["", "Mars", "../etc/passwd", "Europe", "Europe/", "/etc/localtime", "tzdata.zi", "zone.tab", "Europe/Moscow\0"],
)
def test_what_is_no_zone(name: str) -> None:
    assert zone_named(name) is None


def test_changes_of_the_clock_are_found_to_the_second() -> None:
    table = offsets("Europe/Berlin", 20454, 20454 + 364)
    starts = [(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=start)).isoformat() for start, _ in table[1:]]
    assert starts == ["2026-03-29T01:00:00+00:00", "2026-10-25T01:00:00+00:00"]
    assert [shift for _, shift in table] == [3600, 7200, 3600]
