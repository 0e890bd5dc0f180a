"""The sample agency: a year on both engines, line by line against the same plan worked out a second way."""

import subprocess
import sys
from functools import cache
from pathlib import Path
from shutil import copyfile

import pytest

from quotarules.engines.choice import ENGINES
from samples import agency_by_hand, agency_company
from samples.settling import Line, Settled, project_plan, settle_through

MONTHS = tuple(f"2026-{month:02d}" for month in range(1, 13))
LAST_DAYS = dict(zip(MONTHS, (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), strict=True))


@cache
def settled(engine: str) -> dict[str, Settled]:
    return settle_through(*project_plan("agency", agency_by_hand.folder()), MONTHS[0], MONTHS[-1], engine)


def amount_or_reason(line: Line) -> object:
    return line.reason if line.status == "waiting" else line.amount


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_every_pay_line_and_balance(engine: str) -> None:
    balances = agency_by_hand.Balances()
    for month in MONTHS:
        expected = agency_by_hand.pay(balances, month, f"{month}-{LAST_DAYS[month]}")
        period = settled(engine)[month]
        found = {(k[1], k[3], k[4]): amount_or_reason(x) for k, x in period.lines.items() if k[2] == "pay"}
        assert found == expected
        held = {(b.account, b.subject): b.closing for b in period.settlement.balances}
        assert {s: x for (a, s), x in held.items() if a == "sunk" and x} == {
            s: x * 100 for s, x in balances.sunk.items() if x
        }
        assert {s: x for (a, s), x in held.items() if a == "seller.draw" and x} == {
            s: x * 100 for s, x in balances.parts.owed.items() if x
        }
        assert {s: x for (a, s), x in held.items() if a == "points"} == balances.points
        assert {s: x for (a, s), x in held.items() if a == "rating"} == {s: x * 100 for s, x in balances.rating.items()}


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_every_share_and_term(engine: str) -> None:
    for month in MONTHS:
        lines = settled(engine)[month].lines
        assert {(k[1], k[4]): x.amount for k, x in lines.items() if k[2] == "deal_bonus"} == agency_by_hand.shares(
            month
        )
        for term in ("response", "return"):
            found = {(k[1], k[4]): x.amount == 1 for k, x in lines.items() if k[3] == f"handover.{term}"}
            assert found == agency_by_hand.terms(month, term)


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_every_term_of_sales_and_marketing(engine: str) -> None:
    standings = agency_company.Standings()
    for month in MONTHS:
        seen = agency_company.Seen(month, f"{month}-{LAST_DAYS[month]}")
        agency_company.move_on(standings, month, seen.as_of)
        period = settled(engine)[month]
        for party, expected in (
            ("Sales", agency_company.sales(seen)),
            ("Marketing", agency_company.marketing(seen, standings)),
        ):
            found = {k[3]: line.amount == 1 for k, line in period.lines.items() if k[:2] == ("party", party)}
            assert found == expected
        held = {(b.account, b.subject): b.closing for b in period.settlement.balances}
        assert {s: x for (a, s), x in held.items() if a == "interest"} == standings.interest
        assert {s: x for (a, s), x in held.items() if a == "worth"} == {s: x * 100 for s, x in standings.worth.items()}


def test_engines_give_the_same_roots() -> None:
    assert len({tuple(settled(engine)[month].settlement.root for month in MONTHS) for engine in ENGINES}) == 1


def test_the_year_shows_what_a_sample_should() -> None:
    """Lines of every status, a shut gate, a missing target, a newcomer within the year."""
    lines = [(month, key, line) for month in MONTHS for key, line in settled("duckdb")[month].lines.items()]
    assert {line.status for _, _, line in lines} == {"due", "waiting", "excluded"}
    assert [(m, k[1]) for m, k, line in lines if line.status == "waiting"] == [("2026-07", "S3"), ("2026-09", "S5")]
    joined = {k[1]: line.amount for m, k, line in lines if k[3] == "rating.newcomer" and m != MONTHS[0]}
    assert sorted(joined) == ["C38", "C39", "C40"]
    assert all(joined.values())
    assert any(line.status == "excluded" for _, k, line in lines if k[3] == "deal_bonus.share")
    for rule in ("seller.back", "seller.cap", "seller.draw", "seller.recovery"):
        assert any(line.amount for _, k, line in lines if k[3] == rule), rule


def test_the_ledgers_are_what_the_generator_writes(tmp_path: Path) -> None:
    for script in ("generate.py", "generate_behaviour.py"):
        copyfile(agency_by_hand.folder() / script, tmp_path / script)
        subprocess.run([sys.executable, script], cwd=tmp_path, check=True)
    kept = sorted(agency_by_hand.folder().glob("*.csv"))
    assert [path.name for path in kept] == sorted(path.name for path in tmp_path.glob("*.csv"))
    for written in sorted(tmp_path.glob("*.csv")):
        assert written.read_bytes() == (agency_by_hand.folder() / written.name).read_bytes()
