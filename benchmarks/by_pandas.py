"""The same amounts as an analyst would work them out with pandas: exact integers, no trace, sorted, written to Parquet.

As the query by hand it knows that each deal has one participant in each role.

`python -m benchmarks.by_pandas DATA OUT` prints seconds, seconds of processor time and peak memory as JSON.
"""

import datetime as dt
import sys
from pathlib import Path

import pandas as pd

from benchmarks.measured import measured

YEAR = [("won_on", ">=", dt.date(2026, 1, 1)), ("won_on", "<", dt.date(2027, 1, 1))]
WEIGHTS = {"seller": 40, "account_manager": 25, "project_manager": 25, "presales": 10}


def run(data: Path, out: Path) -> None:
    """Works out the lines and writes them to `out`."""
    deals = _deals(data)
    shared = _shared(data, deals)
    people = pd.read_parquet(data / "people.parquet", columns=["person"])
    lines = pd.concat([_sales(deals), _lines(shared, "bonus", "bonus.share"), _teams(people, shared)])
    lines = lines.sort_values(["person", "account", "rule", "source"], ignore_index=True)
    lines.to_parquet(out, index=False)


def _deals(data: Path) -> pd.DataFrame:
    """The deals won in the year, money in minor units."""
    # With Arrow behind it a decimal stays a column of numbers; otherwise it becomes a Python object for each cell.
    deals = pd.read_parquet(data / "deals.parquet", filters=YEAR, dtype_backend="pyarrow")
    for name in ("amount", "cost"):
        deals[name] = (deals[name] * 100).astype("int64[pyarrow]").astype("int64")
    deals["month"] = pd.to_datetime(deals["won_on"]).dt.month.astype("int64")
    deals["won_on"] = pd.to_datetime(deals["won_on"])
    return deals


def _tiered(amount: "pd.Series[int]") -> "pd.Series[int]":
    """Commission in hundredths of minor units: 4% to a million, 6% to three, 8% beyond."""
    first = amount.clip(upper=100_000_000)
    second = (amount - 100_000_000).clip(0, 200_000_000)
    third = (amount - 300_000_000).clip(lower=0)
    return first * 4 + second * 6 + third * 8


def _sales(deals: pd.DataFrame) -> pd.DataFrame:
    deals = deals.sort_values(["seller", "month", "won_on", "deal"])
    after = deals.groupby(["seller", "month"], sort=False)["amount"].cumsum()
    before = after - deals["amount"]
    amount = (_tiered(after) + 50) // 100 - (_tiered(before) + 50) // 100
    sales = pd.DataFrame({"person": deals["seller"], "source": deals["deal"], "amount": amount})
    return _lines(sales, "pay", "member.sale")


def _shared(data: Path, deals: pd.DataFrame) -> pd.DataFrame:
    """Each participant's part of the pool of a deal, by largest remainder."""
    pool = ((deals["amount"] - deals["cost"]).clip(lower=0) * 3 + 50) // 100
    pools = pd.DataFrame({"deal": deals["deal"], "pool": pool})
    seats = pd.read_parquet(data / "participants.parquet", dtype_backend="pyarrow").merge(pools, on="deal")
    weight = seats["role"].map(WEIGHTS).astype("int64")
    total = weight.groupby(seats["deal"]).transform("sum")
    shared = seats["pool"] * weight
    seats["part"], seats["rest"] = shared // total, shared % total
    seats = seats.sort_values(["deal", "rest", "person", "role"], ascending=[True, False, True, True])
    by_deal = seats.groupby("deal", sort=False)
    left = seats["pool"] - by_deal["part"].transform("sum")
    seats["amount"] = seats["part"] + (by_deal.cumcount() < left).astype("int64")
    seats["source"] = seats["deal"] + "/" + seats["person"] + "/" + seats["role"]
    return seats


def _teams(people: pd.DataFrame, shared: pd.DataFrame) -> pd.DataFrame:
    """What each person has from all teams; nothing is 0."""
    sums = shared.groupby("person")["amount"].sum()
    amount = people["person"].map(sums).fillna(0).astype("int64")
    return _lines(pd.DataFrame({"person": people["person"], "source": "", "amount": amount}), "pay", "member.team")


def _lines(rows: pd.DataFrame, account: str, rule: str) -> pd.DataFrame:
    lines = rows[["person", "source", "amount"]].assign(account=account, rule=rule)
    return lines[["person", "account", "rule", "source", "amount"]].astype({"person": "str", "source": "str"})


if __name__ == "__main__":
    measured(lambda: run(Path(sys.argv[1]), Path(sys.argv[2])))
