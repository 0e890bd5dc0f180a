"""`make bench`: our settlement beside a query by hand and a pandas script, in turn, on the same files.

`python -m benchmarks.run [DEALS] [ROUNDS]`; every run is a process of its own. All three must come to the same lines.
From `HUGE` deals on, pandas and CSV are left out.
"""

import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.generate import write

CACHE = Path(__file__).resolve().parent.parent / "build" / "benchmark"
HUGE = 5_000_000
SAME = {"person": "subject", "account": "account", "rule": "rule", "source": "source", "amount": "amount"}
Figures = dict[str, float]


def ran(script: str, *arguments: str) -> Figures:
    """What one run of a script says of itself."""
    command = [sys.executable, "-m", f"benchmarks.{script}", *arguments]
    found: Figures = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return found


def one_round(data: Path, scripts: tuple[str, ...]) -> dict[str, Figures]:
    """Each script once, and ours into a fresh journal; the lines of all compared."""
    with TemporaryDirectory() as folder:
        ours = ran("ours", str(data), folder)
        (lines,) = Path(folder, "lines").glob("*.parquet")
        found = {"ours": ours}
        for script in scripts:
            other = Path(folder, f"{script}.parquet")
            found[script] = ran(script, str(data), str(other))
            assert same(lines, other), f"{script} comes to other lines"
    return found


def same(lines: Path, other: Path) -> bool:
    """Whether two files hold the same lines in the same order, column by column."""
    one, two = pq.ParquetFile(lines), pq.ParquetFile(other)
    if one.metadata.num_rows != two.metadata.num_rows:
        return False
    texts = pa.large_string()
    for name, ours in SAME.items():
        left, right = one.read([ours])[ours], two.read([name])[name]
        if not (left.equals(right) if name == "amount" else left.cast(texts).equals(right.cast(texts))):
            return False
    return True


def main(deals: int = 1_000_000, rounds: int = 5) -> None:
    """Generates, measures and prints."""
    data = CACHE / str(deals)
    write(data, deals)
    scripts = ("by_hand",) if deals >= HUGE else ("by_hand", "by_pandas")
    began = perf_counter()
    runs = [one_round(data, scripts) for _ in range(rounds)]
    print(f"{deals:,} deals, medians of {rounds} rounds ({perf_counter() - began:.0f} s in all)")
    print("                        seconds   processor   peak memory")
    for script in scripts:
        _row({"by_hand": "query by hand", "by_pandas": "pandas script"}[script], [run[script] for run in runs])
    _row("settlement", [run["ours"] for run in runs])
    for part in ("load", "engine", "journal"):
        seconds, used = (median(run["ours"][name] for run in runs) for name in (part, f"{part}_cpu"))
        print(f"    {part:<18}  {seconds:8.2f}    {used:8.2f}")
    for script, aim in (("by_hand", 1.5), ("by_pandas", 0.5)):
        if script in scripts:
            _ratio(f"settlement / {script}", [run["ours"]["whole"] / run[script]["whole"] for run in runs], aim)
            _ratio("  of processor time", [run["ours"]["cpu"] / run[script]["cpu"] for run in runs], aim)
    print(f"  seconds for a million deals: {median(run['ours']['whole'] for run in runs) / deals * 1_000_000:.2f}")
    if deals < HUGE:
        write(data, deals, "csv")
        with TemporaryDirectory() as folder:
            from_csv = ran("ours", str(data), folder, "csv")
        print(f"  the same from CSV: {from_csv['whole']:.2f} s, of which reading {from_csv['load']:.2f} s")


def _row(name: str, runs: list[Figures]) -> None:
    whole, used = (median(run[part] for run in runs) for part in ("whole", "cpu"))
    print(f"  {name:<20}  {whole:8.2f}    {used:8.2f}    {max(run['peak_mb'] for run in runs):8,.0f} MB")


def _ratio(name: str, ratios: list[float], aim: float) -> None:
    print(f"  {name:<23} {median(ratios):5.2f}   ({min(ratios):.2f} to {max(ratios):.2f}; aim: at most {aim})")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
