"""The hardware seller's CRM, settled by month and by quarter, against figures worked out here with exact fractions."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from quotarules.engines.choice import ENGINES
from samples.settling import Settled, roots, rounded, settled_project, shared

MONTHS = tuple(f"2017-{month:02d}" for month in range(3, 13))
WON_BY_MONTH = (1134672, 721932, 1025713, 1338466, 696932, 1050059, 1235264, 731980, 938943, 1131573)
REGIONS = {"West": 3_568_647, "Central": 3_346_293, "East": 3_090_594}
IDLE = ("Carl Lin", "Carol Thompson", "Elizabeth Anderson", "Mei-Mei Johns", "Natalya Ivanova")
BY_MONTH = ("hardware_crm", "maven_crm", MONTHS[0], MONTHS[-1])
BY_QUARTER = ("hardware_crm_quarter", "maven_crm", "2017-Q1", "2017-Q4")


@dataclass(frozen=True, slots=True)
class Deal:
    """A row of the pipeline that was closed."""

    key: str
    agent: str
    product: str
    account: str
    won: bool
    closed: str
    value: int


def rows(data: Path, name: str) -> list[dict[str, str]]:
    with (data / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def closed_deals(data: Path) -> list[Deal]:
    return [
        Deal(
            row["opportunity_id"], row["sales_agent"], {"GTXPro": "GTX Pro"}.get(row["product"], row["product"]),
            row["account"], row["deal_stage"] == "Won", row["close_date"], int(row["close_value"]),
        )
        for row in rows(data, "sales_pipeline.csv") if row["close_date"]
    ]  # fmt: skip


def commission(total: int, months: int) -> Fraction:
    edges = [0, 20_000 * months, 60_000 * months, 10**12]
    rates = (Fraction(3, 100), Fraction(45, 1000), Fraction(6, 100))
    bands = zip(pairwise(edges), rates, strict=True)
    return sum((max(0, min(total, high) - low) * rate for (low, high), rate in bands), Fraction(0))


def slices(deals: list[Deal], months: int) -> dict[tuple[str, str], Fraction]:
    """The commission of each deal that was won, by agent and key."""
    paid = {}
    before: dict[str, int] = defaultdict(int)
    for deal in sorted((d for d in deals if d.won), key=lambda d: (d.closed, d.key)):
        y, x = before[deal.agent], deal.value
        paid[deal.agent, deal.key] = rounded(commission(x + y, months)) - rounded(commission(y, months))
        before[deal.agent] += x
    return paid


def quarter(day: str) -> str:
    return f"2017-Q{(int(day[5:7]) + 2) // 3}"


@pytest.fixture(scope="module", params=sorted(ENGINES))
def by_month(request: pytest.FixtureRequest) -> dict[str, Settled]:
    return settled_project(*BY_MONTH, request.param)


@pytest.fixture(scope="module", params=sorted(ENGINES))
def by_quarter(request: pytest.FixtureRequest) -> dict[str, Settled]:
    return settled_project(*BY_QUARTER, request.param)


def test_engines_give_the_same_roots() -> None:
    assert len(roots(*BY_MONTH)) == 1
    assert len(roots(*BY_QUARTER)) == 1


def test_won_value_of_each_month_and_region(by_month: dict[str, Settled]) -> None:
    volumes = [by_month[month].totals("volume") for month in MONTHS]
    assert tuple(sum(volume.values()) for volume in volumes) == WON_BY_MONTH
    assert {region: sum(volume[region] for volume in volumes) for region in REGIONS} == REGIONS
    assert sum(REGIONS.values()) == 10_005_534
    held = {b.subject: b.closing for b in by_month[MONTHS[-1]].settlement.balances if b.account == "volume"}
    assert held == REGIONS


def test_regions_by_quarter(by_quarter: dict[str, Settled]) -> None:
    held = {b.subject: b.closing for b in by_quarter["2017-Q4"].settlement.balances if b.account == "volume"}
    assert held == REGIONS


def test_commission_of_each_deal(by_month: dict[str, Settled]) -> None:
    deals = closed_deals(shared("maven_crm"))
    for month in MONTHS:
        expected = slices([deal for deal in deals if deal.closed.startswith(month)], 1)
        found = {(k[1], k[4]): x.amount for k, x in by_month[month].lines.items() if k[3] == "agent.part"}
        assert found == expected
    assert sum(len([k for k in by_month[month].lines if k[3] == "agent.part"]) for month in MONTHS) == 4_238


def test_commission_by_quarter(by_quarter: dict[str, Settled]) -> None:
    deals = closed_deals(shared("maven_crm"))
    for name, settled in by_quarter.items():
        expected = slices([deal for deal in deals if quarter(deal.closed) == name], 3)
        assert {(k[1], k[4]): x.amount for k, x in settled.lines.items() if k[3] == "agent.part"} == expected


def test_key_figures_of_each_agent(by_month: dict[str, Settled]) -> None:
    data = shared("maven_crm")
    prices = {row["product"]: int(row["sales_price"]) for row in rows(data, "products.csv")}
    deals = closed_deals(data)
    for month in MONTHS:
        of: dict[str, list[Deal]] = defaultdict(list)
        for deal in deals:
            if deal.closed.startswith(month):
                of[deal.agent].append(deal)
        for row in rows(data, "sales_teams.csv"):
            agent = row["sales_agent"]
            won = [deal for deal in of[agent] if deal.won]
            fair = [deal for deal in won if deal.value >= prices[deal.product]]
            rate = bool(of[agent]) and Fraction(len(won), len(of[agent])) >= Fraction(65, 100)
            price = bool(won) and Fraction(len(fair), len(won)) >= Fraction(1, 2)
            assert paid(by_month[month], agent, "rate") == (400 if rate else None)
            assert paid(by_month[month], agent, "price") == (300 if price else None)


def paid(settled: Settled, agent: str, line: str) -> Fraction | None:
    return settled.lines["agent", agent, "pay", f"agent.{line}", ""].amount


def test_open_deals_without_account(by_month: dict[str, Settled]) -> None:
    """Accounts named: the part of deals engaged in the last three months that say their account."""
    pipeline = rows(shared("maven_crm"), "sales_pipeline.csv")
    assert sum(not row["account"] for row in pipeline) == 1_425
    for index, month in enumerate(MONTHS):
        if index < 2:
            continue  # the window would reach before the first month of the list
        window = MONTHS[index - 2 : index + 1]
        of: dict[str, list[bool]] = defaultdict(list)
        for row in pipeline:
            if row["engage_date"][:7] in window:
                of[row["sales_agent"]].append(bool(row["account"]))
        for agent, named in of.items():
            order = Fraction(sum(named), len(named)) >= Fraction(85, 100)
            assert paid(by_month[month], agent, "order") == (200 if order else None)


@pytest.mark.parametrize("agent", IDLE)
def test_an_agent_without_deals_has_a_statement_of_zero(by_month: dict[str, Settled], agent: str) -> None:
    for month in MONTHS:
        assert by_month[month].totals("pay")[agent] == 0


def test_karma_of_accounts(by_month: dict[str, Settled]) -> None:
    """Newcomers at the mean of their sector's opening balances, 5% fading a month, wins and losses."""
    data = shared("maven_crm")
    sectors = {row["account"]: row["sector"] for row in rows(data, "accounts.csv")}
    pipeline = rows(data, "sales_pipeline.csv")
    deals = closed_deals(data)
    balance: dict[str, Fraction] = {}
    for month in MONTHS:
        known = {row["account"] for row in pipeline if row["account"] and "" < row["engage_date"][:7] <= month}
        opening = dict(balance)
        for account in known:
            if account in opening:
                balance[account] = rounded(opening[account] * Fraction(95, 100))
            else:
                peers = [value for other, value in opening.items() if sectors[other] == sectors[account]]
                balance[account] = rounded(sum(peers, Fraction(0)) / len(peers)) if peers else Fraction(0)
        for deal in deals:
            if deal.closed.startswith(month):
                balance[deal.account] += rounded(Fraction(deal.value, 1_000)) if deal.won else Fraction(-1, 2)
        held = {
            b.subject: Fraction(b.closing, 100) for b in by_month[month].settlement.balances if b.account == "rating"
        }
        assert held == balance
