"""The sample software company: a year on both engines, line by line against the same plan worked out a second way."""

import subprocess
import sys
from collections import defaultdict
from fractions import Fraction
from functools import cache
from pathlib import Path
from shutil import copyfile

import pytest

from quotarules.engines.choice import ENGINES
from quotarules.workspace import Workspace, compiled
from samples import saas_by_hand
from samples.settling import ROOT, Settled, project_plan, settle_through

MONTHS = tuple(f"2026-{month:02d}" for month in range(1, 13))


@cache
def settled(engine: str) -> dict[str, Settled]:
    return settle_through(*project_plan("saas", saas_by_hand.folder()), MONTHS[0], MONTHS[-1], engine)


def closings(period: Settled) -> dict[str, dict[str, Fraction]]:
    """What each account carries on, by the deal of an item or by the person."""
    found: dict[str, dict[str, Fraction]] = defaultdict(dict)
    for held in period.settlement.balances:
        if held.closing:
            found[held.account][held.source or held.subject] = Fraction(held.closing, 10**held.scale)
    return found


def carried(balances: saas_by_hand.Balances) -> dict[str, dict[str, Fraction]]:
    """The same worked out by hand."""
    found: dict[str, dict[str, Fraction]] = defaultdict(dict)
    for (block, deal), item in balances.items.items():
        found[f"{block}.won earned"][deal] = item.earned
        found[f"{block}.won unpaid"][deal] = item.unpaid
    for (block, person), amount in balances.over_cap.items():
        found[f"{block}.cap"][person] = amount
    found["rep.draw"] = dict(balances.owed)
    left = {account: {key: x for key, x in held.items() if x} for account, held in found.items()}
    return {account: held for account, held in left.items() if held}


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_every_pay_line_and_balance(engine: str) -> None:
    balances = saas_by_hand.Balances()
    for month in MONTHS:
        expected = saas_by_hand.pay(balances, saas_by_hand.day(f"{month}-01"))
        period = settled(engine)[month]
        found = {(k[2], k[1], k[3], k[4]): x.amount for k, x in period.lines.items() if k[2].startswith("pay")}
        assert found == expected
        assert closings(period) == carried(balances)


def test_engines_give_the_same_roots() -> None:
    assert len({tuple(settled(engine)[month].settlement.root for month in MONTHS) for engine in ENGINES}) == 1


def test_the_project_is_sound() -> None:
    assert not compiled(Workspace(ROOT / "rules" / "saas")).problems


def test_the_year_shows_what_a_sample_should() -> None:
    """A draw owed and paid back, a cap that carries, cancelled deals, a bonus, a spent budget; nothing waits."""
    lines = [(month, key, line) for month in MONTHS for key, line in settled("duckdb")[month].lines.items()]
    assert {line.status for _, _, line in lines} == {"due", "excluded"}
    moved: dict[str, list[Fraction]] = defaultdict(list)
    for _, key, line in lines:
        if key[2].startswith("pay") and line.amount is not None:
            moved[key[3]].append(line.amount)
    for rule in ("rep.cap", "british.cap"):
        assert min(moved[rule]) < 0 < max(moved[rule])
    for rule in ("rep.draw", "rep.spiff", "quarterly.full"):
        assert max(moved[rule]) > 0
    for rule in ("rep.recovery", "rep.back", "british.back"):
        assert min(moved[rule]) < 0
    assert sum(moved["rep.draw"]) == -sum(moved["rep.recovery"])
    assert {*moved["rep.spiff"]} == {Fraction(500), Fraction(250)}


def test_a_leaver_is_paid_for_the_deals_of_the_last_month() -> None:
    october = settled("duckdb")["2026-10"].lines
    assert october["person", "U3", "pay", "rep.won", "D172"].amount == Fraction("1230.06")
    assert october["person", "U3", "pay", "rep.base", ""].amount == Fraction("2516.13")


def test_the_ledgers_are_what_the_generator_writes(tmp_path: Path) -> None:
    copyfile(saas_by_hand.folder() / "generate.py", tmp_path / "generate.py")
    subprocess.run([sys.executable, "generate.py"], cwd=tmp_path, check=True)
    for written in sorted(tmp_path.glob("*.csv")):
        assert written.read_bytes() == (saas_by_hand.folder() / written.name).read_bytes()
