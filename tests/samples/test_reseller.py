"""The reseller sales, settled month by month, against figures worked out here with exact fractions."""

import csv
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from samples.settling import Settled, roots, rounded, settled_project, shared

FIRST, LAST = "2017-07", "2020-05"
PROJECT = ("reseller", "adventureworks_sales", FIRST)
ON_BOTH = "2017-09"  # the reference takes seconds a month on 57,851 lines
CARSON, MITCHELL, BLYTHE, ABBAS = "283", "282", "281", "294"


def rows(data: Path, name: str) -> list[dict[str, str]]:
    with (data / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="|"))


@pytest.fixture(scope="module")
def settled() -> dict[str, Settled]:
    return settled_project(*PROJECT, LAST, "duckdb")


def test_engines_give_the_same_roots() -> None:
    assert len(roots(*PROJECT, ON_BOTH)) == 1


def test_sales_of_each_person(settled: dict[str, Settled]) -> None:
    held = {b.subject: Fraction(b.closing, 100) for b in settled[LAST].settlement.balances if b.account == "volume"}
    assert sum(held.values()) == Fraction("77548570.20")
    known = {CARSON: "9755992.01", MITCHELL: "10158634.52", BLYTHE: "8952751.48", ABBAS: "174108.33"}
    assert {person: held[person] for person in known} == {person: Fraction(x) for person, x in known.items()}
    assert len(held) == 18


def test_target_reached_in_108_of_521_months(settled: dict[str, Settled]) -> None:
    counts: dict[str, int] = defaultdict(int)
    for period in settled.values():
        for status, lines in period.by_status("salesperson.reached").items():
            counts[status] += lines
    assert counts["due"] == 108
    assert counts["due"] + counts["excluded"] == 521
    assert counts["waiting"] == 18 * len(settled) - 521


def test_sales_without_a_target_wait(settled: dict[str, Settled]) -> None:
    line = settled[FIRST].lines["person", CARSON, "pay", "salesperson.reached", ""]
    assert (line.status, line.amount, line.reason) == ("waiting", None, "no target")
    assert settled[FIRST].total("person", CARSON, "volume") > 0


def test_margin_of_each_line(settled: dict[str, Settled]) -> None:
    below = 0
    expected: dict[str, dict[tuple[str, str], Fraction]] = defaultdict(dict)
    for row in rows(shared("adventureworks_sales"), "Sales.csv"):
        margin = Fraction(Decimal(row["Sales"])) - Fraction(Decimal(row["Cost"]))
        below += margin < 0
        source = f"{row['SalesOrderNumber']}/{row['ProductKey']}"
        expected[row["OrderDate"][:7].replace("/", "-")][row["EmployeeKey"], source] = rounded(margin / 20)
    assert below == 20_586
    for month, period in settled.items():
        found = {(k[1], k[4]): x.amount for k, x in period.lines.items() if k[3] == "salesperson.margin_part"}
        assert found == expected[month]
