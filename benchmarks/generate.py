"""The benchmark's ledger: deals (35% won), four participants each, people; the same bytes for the same size.

`python -m benchmarks.generate DIR [DEALS] [csv]`
"""

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

PEOPLE = 2_000
ROLES = ("seller", "account_manager", "project_manager", "presales")
FIRST_DAY = (np.datetime64("2026-01-01") - np.datetime64("1970-01-01")).astype(int)


def tables(deals: int) -> dict[str, pa.Table]:
    """The tables by name. Keys are texts; money is decimal with two places."""
    chance = np.random.default_rng(20260101)
    people = np.array([f"P{number:04d}" for number in range(PEOPLE)])
    keys = np.array([f"D{number:08d}" for number in range(deals)])
    amount = chance.integers(1, 30_000_000, deals)
    cost = amount * chance.integers(40, 115, deals) // 100
    won = chance.random(deals) < 0.35
    day = (FIRST_DAY + chance.integers(0, 365, deals)).astype("int32")
    team = chance.integers(0, PEOPLE, (deals, 4))
    return {
        "people": pa.table({"person": people, "role": [ROLES[number % 4] for number in range(PEOPLE)]}),
        "deals": pa.table(
            {
                "deal": keys,
                "seller": people[team[:, 0]],
                "amount": _money(amount),
                "cost": _money(cost),
                "won_on": pa.array(day, mask=~won).cast(pa.date32()),
            }
        ),
        "participants": pa.table(
            {
                "deal": np.repeat(keys, 4),
                "person": people[team.reshape(-1)],
                "role": np.tile(np.array(ROLES), deals),
            }
        ),
    }


def _money(minor: np.ndarray) -> "pa.Array[pa.Scalar[pa.Decimal128Type[int, int]]]":
    """Minor units as decimals of two places."""
    words = np.zeros((len(minor), 2), dtype="int64")
    words[:, 0] = minor
    return pa.Array.from_buffers(pa.decimal128(14, 2), len(minor), [None, pa.py_buffer(words.tobytes())])


def write(folder: Path, deals: int, form: str = "parquet") -> None:
    """Writes the ledger, unless a ledger of this size already lies there."""
    folder.mkdir(parents=True, exist_ok=True)
    done = folder / f"{deals}.{form}"
    if done.exists():
        return
    for name, table in tables(deals).items():
        if form == "csv":
            pyarrow.csv.write_csv(table, folder / f"{name}.csv", pyarrow.csv.WriteOptions(quoting_style="none"))
        else:
            pyarrow.parquet.write_table(table, folder / f"{name}.parquet")
    done.touch()


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000, *sys.argv[3:])
