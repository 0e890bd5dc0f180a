"""What a process takes to start, to check a plan and to settle a small period: `python -m benchmarks.start [RUNS]`.

Each figure is the least and the median processor time, and the least time on the clock, of processes that take turns.
"""

import resource
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent
COMMAND = ("-c", "from quotarules.cli.main import main; main()")
RUNS = 5


def main() -> None:
    """Run every command in turn and print a line for each."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    with TemporaryDirectory() as folder:
        commands = _commands(Path(folder))
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        # The first turn writes the bytecode and is not counted.
        for turn in range(runs + 1):
            for name, arguments in commands.items():
                _forget(Path(folder))
                found = _taken(arguments)
                taken[name] += [found] if turn else []
    print(f"{'':<26}{'processor':>10}{'median':>10}{'clock':>10}")
    for name, held in taken.items():
        processor, clock = zip(*held, strict=True)
        print(f"{name:<26}{min(processor):>10.3f}{median(processor):>10.3f}{min(clock):>10.3f}")


def _commands(folder: Path) -> dict[str, tuple[str, ...]]:
    agency = shutil.copytree(ROOT / "rules" / "agency", folder / "agency", ignore=shutil.ignore_patterns(".quotarules"))
    starter = shutil.copytree(ROOT / "src" / "quotarules" / "starter", folder / "starter")
    held = (*COMMAND, "settle", "--period", "2026-01", "--project")
    return {
        "bare Python": ("-c", "pass"),
        "--version": (*COMMAND, "--version"),
        "check, starter": (*COMMAND, "check", "--project", str(starter)),
        "check, agency": (*COMMAND, "check", "--project", str(agency)),
        "settle a month, starter": (*held, str(starter)),
        "settle a month, agency": (*held, str(agency), "--data", str(ROOT / "fixtures" / "agency")),
    }


def _forget(folder: Path) -> None:
    """Takes the journals away: each settlement is a project's first."""
    for journal in (folder / "agency" / ".quotarules", folder / "starter" / "journal"):
        shutil.rmtree(journal, ignore_errors=True)


def _taken(arguments: tuple[str, ...]) -> tuple[float, float]:
    """Seconds of processor time and on the clock of a process that must end well."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
    subprocess.run((sys.executable, *arguments), check=True, capture_output=True)
    after, clock = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter() - begun
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, clock


if __name__ == "__main__":
    main()
