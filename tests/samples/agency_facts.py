"""The sample agency's ledgers as rows of texts: what the second working of its plan starts from."""

import csv
from fractions import Fraction
from functools import cache

from samples.settling import ROOT

Row = dict[str, str]


@cache
def ledger(name: str) -> list[Row]:
    """The rows of a ledger of the agency."""
    with (ROOT / "fixtures" / "agency" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@cache
def deals() -> dict[str, Row]:
    return {row["deal"]: row for row in ledger("deals")}


@cache
def clients() -> dict[str, Row]:
    return {row["client"]: row for row in ledger("clients")}


def profit(deal: Row) -> Fraction:
    return Fraction(deal["amount"]) - Fraction(deal["cost"])


def in_month(rows: list[Row], column: str, month: str, **fixed: str) -> list[Row]:
    """Rows whose date in a column lies in a month, with given values in other columns."""
    return [r for r in rows if r[column][:7] == month and all(r[name] == value for name, value in fixed.items())]


def total(rows: list[Row], column: str = "amount") -> Fraction:
    return sum((Fraction(row[column]) for row in rows), Fraction(0))


def last_months(month: str, count: int) -> set[str]:
    """A month and those before it, so many together."""
    year, number = int(month[:4]), int(month[5:])
    places = (year * 12 + number - 1 - back for back in range(count))
    return {f"{place // 12}-{place % 12 + 1:02d}" for place in places}
