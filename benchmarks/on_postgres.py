"""Our settlement on a PostgreSQL server beside the query by hand for it, in turn; both come to the same lines.

`python -m benchmarks.on_postgres URL [DEALS] [ROUNDS]`; every run is a process of its own. It tells seconds, and the
processor time of client and server together, which other work on the machine hardly changes. The server must be on
this machine.
"""

import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.generate import write
from benchmarks.measured_server import on_server
from benchmarks.ours import compiled
from benchmarks.run import CACHE, Figures, ran, same
from quotarules.diagnostics.files import RootFiles
from quotarules.engines.sql.postgres import settle_in
from quotarules.engines.sql.postgres_session import transaction
from quotarules.journal.encode import encode_file
from quotarules.ledger.load import load
from quotarules.values.period import parse_period


def ours(url: str, data: Path, out: Path) -> Figures:
    """The parts of a settlement: checks of the facts, the engine with its loading, the digests."""
    plan = compiled("parquet")
    year = parse_period("2026", plan.period)
    assert year is not None
    with transaction(url) as connection:
        measured = on_server(connection)
        ledger, problems = load(plan.schema, RootFiles(data), plan.zone)
        assert ledger is not None, [problem.report().message for problem in problems[:5]]
        measured.lap("ledger")
        settle_in(connection, plan, ledger, year, (), out)
        measured.lap("engine")
        assert sum(group.count for group in encode_file(out, plan))
        measured.lap("digests")
        return measured.figures


def main(url: str, deals: int = 1_000_000, rounds: int = 3) -> None:
    """Generates, measures and prints."""
    data = CACHE / str(deals)
    write(data, deals)
    runs: list[tuple[Figures, Figures]] = []
    for _ in range(rounds):
        with TemporaryDirectory() as folder:
            mine, other = Path(folder, "ours.parquet"), Path(folder, "by_hand.parquet")
            command = [sys.executable, "-m", "benchmarks.on_postgres", "once", url, str(data), str(mine)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            runs.append((json.loads(done.stdout), ran("by_hand_postgres", url, str(data), str(other))))
            assert same(mine, other), "the query by hand comes to other lines"
    print(f"{deals:,} deals on PostgreSQL, medians of {rounds} rounds: seconds, processor time")
    for place, title in enumerate(("ours", "by hand")):
        for part in (name for name in runs[0][place] if not name.endswith("_cpu")):
            clock, cpu = (median(run[place][key] for run in runs) for key in (part, f"{part}_cpu"))
            print(f"  {title:<8} {part:<8} {clock:7.2f} s {cpu:7.2f} s")
    for kind in ("", "_cpu"):
        engine = median(a[f"engine{kind}"] / (b[f"load{kind}"] + b[f"query{kind}"]) for a, b in runs)
        whole = median(
            sum(a[f"{part}{kind}"] for part in ("ledger", "engine", "digests")) / (b[f"load{kind}"] + b[f"query{kind}"])
            for a, b in runs
        )
        print(
            f"  ratio by {'processor time' if kind else 'the clock'}: engine {engine:.2f}, whole {whole:.2f} (aim: 1.5)"
        )


if __name__ == "__main__":
    if sys.argv[1] == "once":
        print(json.dumps(ours(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))))
    else:
        main(sys.argv[1], *(int(word) for word in sys.argv[2:]))
