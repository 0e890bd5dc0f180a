"""The benchmark's ledger: deals (35% won), four participants each, people; the same bytes for the same size.

Files are written a million deals at a time, so that a ledger of any size can be made on a small machine.

`python -m benchmarks.generate DIR [DEALS] [csv]`
"""

import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

PEOPLE = 2_000
CHUNK = 1_000_000
ROLES = ("seller", "account_manager", "project_manager", "presales")
FIRST_DAY = (np.datetime64("2026-01-01") - np.datetime64("1970-01-01")).astype(int)


def people() -> pa.Table:
    """Everyone, with a role."""
    return pa.table({"person": _people(), "role": [ROLES[number % 4] for number in range(PEOPLE)]})


def _people() -> np.ndarray:
    return np.array([f"P{number:04d}" for number in range(PEOPLE)])


def parts(deals: int) -> Iterator[dict[str, pa.Table]]:
    """The deals and their participants, in parts. Keys are texts; money is decimal with two places."""
    names = _people()
    for first in range(0, deals, CHUNK):
        count = min(CHUNK, deals - first)
        chance = np.random.default_rng([20260101, first])
        keys = np.array([f"D{number:08d}" for number in range(first, first + count)])
        amount = chance.integers(1, 30_000_000, count)
        cost = amount * chance.integers(40, 115, count) // 100
        won = chance.random(count) < 0.35
        day = (FIRST_DAY + chance.integers(0, 365, count)).astype("int32")
        team = chance.integers(0, PEOPLE, (count, 4))
        yield {
            "deals": pa.table(
                {
                    "deal": keys,
                    "seller": names[team[:, 0]],
                    "amount": _money(amount),
                    "cost": _money(cost),
                    "won_on": pa.array(day, mask=~won).cast(pa.date32()),
                }
            ),
            "participants": pa.table(
                {
                    "deal": np.repeat(keys, 4),
                    "person": names[team.reshape(-1)],
                    "role": np.tile(np.array(ROLES), count),
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
    writers: dict[str, pa.csv.CSVWriter | pa.parquet.ParquetWriter] = {}
    for part in chain([{"people": people()}], parts(deals)):
        for name, table in part.items():
            if name not in writers:
                writers[name] = _writer(folder / f"{name}.{form}", table.schema, form)
            writers[name].write_table(table)
    for writer in writers.values():
        writer.close()
    done.touch()


def _writer(path: Path, schema: pa.Schema, form: str) -> pa.csv.CSVWriter | pa.parquet.ParquetWriter:
    if form == "csv":
        return pa.csv.CSVWriter(path, schema, write_options=pa.csv.WriteOptions(quoting_style="none"))
    return pa.parquet.ParquetWriter(path, schema)


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000, *sys.argv[3:])
