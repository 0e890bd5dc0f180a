"""Our settlement on Spark beside the query by hand for Spark, in turn, on the same files; ratios of medians.

`python -m benchmarks.spark [DEALS] [ROUNDS] [URL]`; each run is a process, and its clock starts when Spark is there.
`python -m benchmarks.spark settle DATA JOURNAL URL` is one settlement, as JSON; facts are checked in place as
QUOTARULES_SPARK_IN_PLACE says.
"""

import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.generate import write
from benchmarks.ours import run
from benchmarks.run import CACHE
from quotarules.engines.choice import lake
from quotarules.engines.sql.spark import bound
from quotarules.engines.sql.spark_session import session


def settled(data: Path, url: str) -> dict[str, float]:
    """One settlement into a fresh journal: seconds of its parts."""
    with TemporaryDirectory() as folder:
        found: dict[str, float] = json.loads(_said("benchmarks.spark", "settle", str(data), folder, url))
    return found


def by_hand(data: Path, url: str) -> float:
    """Seconds of one run of the query by hand."""
    with TemporaryDirectory() as folder:
        return float(_said("benchmarks.by_hand_spark", str(data), str(Path(folder) / "lines"), url))


def _said(*words: str) -> str:
    return subprocess.run([sys.executable, "-m", *words], stdout=subprocess.PIPE, text=True, check=True).stdout


def main(deals: int, rounds: int, url: str) -> None:
    """Generates, measures and prints."""
    data = CACHE / str(deals)
    write(data, deals)
    hand: list[float] = []
    ours: list[dict[str, float]] = []
    for _ in range(rounds):
        hand.append(by_hand(data, url))
        ours.append(settled(data, url))
    print(f"{deals:,} deals on {url}, medians of {rounds} rounds")
    print(f"  query by hand           {median(hand):6.2f} s")
    for part in ("load", "engine", "journal", "whole"):
        print(f"  settlement: {part:<10}  {median(one[part] for one in ours):6.2f} s")
    for part in ("engine", "whole"):
        ratios = [one[part] / base for one, base in zip(ours, hand, strict=True)]
        print(f"  ratio of the {part:<9}  {median(ratios):6.2f}   ({min(ratios):.2f} to {max(ratios):.2f})")


def settle_once(data: Path, folder: Path, url: str) -> None:
    """Prints one settlement's seconds."""
    with session(url) as started:
        started.sql("SELECT 1").collect()
    with lake("spark", [url]) as workers:
        print(json.dumps(run(data, folder, engine=bound(url), workers=workers)))


if __name__ == "__main__":
    if sys.argv[1:2] == ["settle"]:
        settle_once(Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])
    else:
        deals, rounds, url = (*sys.argv[1:], *("1000000", "3", "local[2]")[len(sys.argv) - 1 :])
        main(int(deals), int(rounds), url)
