"""`make bench`: our settlement beside the query by hand, in turn, on the same files; ratios of medians.

`python -m benchmarks.run [DEALS] [ROUNDS]`; every run is a process of its own.
"""

import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.generate import write

CACHE = Path(__file__).resolve().parent.parent / "build" / "benchmark"


def ours(data: Path, form: str) -> dict[str, float]:
    """One settlement into a fresh journal."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.ours", str(data), folder, form]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def by_hand(data: Path) -> float:
    """Seconds of one run of the query by hand, without the start of its process."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.by_hand", str(data), str(Path(folder) / "lines.parquet")]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout)


def main(deals: int = 1_000_000, rounds: int = 5) -> None:
    """Generates, measures and prints."""
    data = CACHE / str(deals)
    write(data, deals)
    write(data, deals, "csv")
    began = perf_counter()
    hand: list[float] = []
    settled: list[dict[str, float]] = []
    for _ in range(rounds):
        hand.append(by_hand(data))
        settled.append(ours(data, "parquet"))
    from_csv = ours(data, "csv")
    print(f"{deals:,} deals, medians of {rounds} rounds ({perf_counter() - began:.0f} s in all)")
    print(f"  query by hand           {median(hand):6.2f} s")
    for part in ("load", "engine", "journal", "whole"):
        print(f"  settlement: {part:<10}  {median(run[part] for run in settled):6.2f} s")
    ratios = [run["whole"] / base for run, base in zip(settled, hand, strict=True)]
    print(
        f"  ratio, round by round   {median(ratios):6.2f}   ({min(ratios):.2f} to {max(ratios):.2f}; aim: at most 3.0)"
    )
    print(f"  peak memory             {max(run['peak_mb'] for run in settled):6.0f} MB (aim: at most 1,500)")
    print(f"  the same from CSV       {from_csv['whole']:6.2f} s, of which reading {from_csv['load']:.2f} s")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
