"""`make mutants`: do the tests of rounding, tiers and allotment see every small wrong change to what computes them?

Tests are collected once. Each change is then made in a process of its own, which stops at the first test that fails. A
change that no test sees must stand in equivalent.txt, with the reason why it changes no figure.
"""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from time import monotonic
from types import FunctionType, ModuleType

import pytest
from _pytest.runner import runtestprotocol

from mutation.mutants import Mutant, mutants
from quotarules.cases import run_case
from quotarules.diagnostics.source import SourceFile
from quotarules.engines.choice import ENGINES

ROOT = Path(__file__).resolve().parents[2]
EQUIVALENT = Path(__file__).with_name("equivalent.txt")
Question = Callable[[], bool]

LONGEST = 300
"""Seconds after which a change is taken to loop, which a test would see."""

NODES = ("arithmetic", "lookups", "allot", "allot_groups", "states", "time")
FOLDERS = ("rounding", "tiers", "tables", "team")


@dataclass(frozen=True, slots=True)
class Target:
    """A module to change; the engine that runs it; the files of node tests (`test_nodes_…`) that know it, best first.

    Worked examples of `folders` are asked after those.
    """

    module: str
    engine: str
    nodes: tuple[str, ...]
    folders: tuple[str, ...] = ()


TARGETS = (
    Target("quotarules.values.rounding", "reference", ("arithmetic",)),
    Target("quotarules.engines.reference.arithmetic", "reference", ("arithmetic", "states", "lookups"), FOLDERS),
    Target("quotarules.engines.reference.lookups", "reference", ("lookups",), ("tiers", "tables")),
    Target("quotarules.engines.reference.allot", "reference", ("allot_groups", "allot"), ("team",)),
    Target("quotarules.engines.reference.scalar", "reference", ("states", "arithmetic", "lookups", "time"), FOLDERS),
    Target("quotarules.engines.sql.arithmetic", "duckdb", ("arithmetic", "lookups", "states"), FOLDERS),
    Target("quotarules.engines.sql.allot", "duckdb", ("allot_groups", "allot"), ("team",)),
    Target("quotarules.plan.pieces", "duckdb", ("lookups",), ("tiers",)),
    Target("quotarules.plan.from_checked.lookups", "duckdb", (), ("tiers", "tables")),
)


class Asked:
    """A plugin that runs the collected tests for each change instead of once."""

    def __init__(self, wanted: str, words: str, jobs: int) -> None:
        self.wanted, self.words, self.jobs = wanted, words, jobs
        self.survivors: list[str] = []
        self.counts = {"seen": 0, "equivalent": 0, "survived": 0}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """All changes of all modules."""
        known = set(equivalents())
        waiting = list(self._all(session))
        running: dict[int, tuple[str, Mutant]] = {}
        began = monotonic()
        while waiting or running:
            while waiting and len(running) < self.jobs:
                target, mutant, asked = waiting.pop(0)
                running[ask(target.module, mutant, asked)] = (target.module, mutant)
            child, status = os.wait()
            module, mutant = running.pop(child)
            name = f"{module} {mutant.key}"
            if os.waitstatus_to_exitcode(status) != 0:
                self.counts["seen"] += 1
            elif name in known:
                self.counts["equivalent"] += 1
            else:
                self.counts["survived"] += 1
                self.survivors.append(f"line {mutant.line}: {name}")
                print(f"\nSURVIVED line {mutant.line}: {name}", flush=True)
            done = sum(self.counts.values())
            if done % 50 == 0:
                print(f"{done} changes in {monotonic() - began:.0f} s", flush=True)
        return True

    def _all(self, session: pytest.Session) -> Iterator[tuple[Target, Mutant, list[Question]]]:
        for target in TARGETS:
            if self.wanted in target.module:
                asked = questions(session.items, target)
                assert asked, f"no test for {target.module}"
                path = import_module(target.module).__file__
                assert path is not None
                for mutant in mutants(Path(path).read_text(encoding="utf-8")):
                    if self.words in mutant.key:
                        yield target, mutant, asked


def ask(module: str, mutant: Mutant, asked: list[Question]) -> int:
    """A process in which the change is made and the questions are asked; it ends with 1 as soon as one fails."""
    child = os.fork()
    if child:
        return child
    signal.alarm(LONGEST)
    seen = True
    try:
        with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
            make(import_module(module), mutant)
            seen = not all(question() for question in asked)
    finally:
        os._exit(1 if seen else 0)


def questions(items: list[pytest.Item], target: Target) -> list[Question]:
    """What is asked of a changed module."""
    found: list[Question] = []
    for name in target.nodes:
        fitting = [
            item for item in items if f"test_nodes_{name}.py" in item.nodeid and f"[{target.engine}" in item.nodeid
        ]
        # The large ones are asked last: a small one mostly sees the change.
        fitting.sort(key=lambda item: "every_small_quotient" in item.nodeid)
        found.extend(partial(passes, item) for item in fitting)
    files = [path for folder in target.folders for path in sorted((ROOT / "fixtures" / folder / "good").glob("*.md"))]
    return [*found, *(partial(holds, path, target.engine) for path in files)]


def passes(item: pytest.Item) -> bool:
    """Whether a test passes."""
    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=None))


def holds(path: Path, engine: str) -> bool:
    """Whether a worked example comes out."""
    source = SourceFile(path.name, path.read_text(encoding="utf-8"))
    return run_case(source, {engine: ENGINES[engine]}).passed


def make(module: ModuleType, mutant: Mutant) -> None:
    """Give the module's functions the changed code, so that whoever holds them already runs it."""
    fresh: dict[str, object] = {"__name__": module.__name__, "__file__": module.__file__}
    exec(compile(mutant.tree, str(module.__file__), "exec"), fresh)
    for name, value in fresh.items():
        held = vars(module).get(name)
        if isinstance(value, FunctionType) and isinstance(held, FunctionType):
            _change(held, value)
        elif isinstance(value, type) and isinstance(held, type):
            for part, function in vars(value).items():
                old = vars(held).get(part)
                if isinstance(function, FunctionType) and isinstance(old, FunctionType):
                    _change(old, function)
        elif isinstance(value, int | str) and not isinstance(value, bool) and not name.startswith("__"):
            setattr(module, name, value)


def _change(held: FunctionType, value: FunctionType) -> None:
    if held.__code__.co_freevars == value.__code__.co_freevars:
        held.__code__, held.__defaults__ = value.__code__, value.__defaults__


def equivalents() -> Iterator[str]:
    """The changes that change no figure, each line `MODULE FUNCTION: TEXT [CHANGE]`, reasons in lines with #."""
    for line in EQUIVALENT.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip()


def main(arguments: list[str]) -> int:
    """0 if no change survived that is not known to change nothing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("module", nargs="?", default="", help="a part of a module's name; all modules without it")
    parser.add_argument("--of", default="", help="only changes whose line in equivalent.txt holds this text")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args(arguments)
    asked = Asked(given.module, given.of, given.jobs)
    files = [str(ROOT / "tests" / "engines" / f"test_nodes_{name}.py") for name in NODES]
    pytest.main([*files, "-q", "-p", "no:cacheprovider"], plugins=[asked])
    print("\n" + ", ".join(f"{count} {what}" for what, count in asked.counts.items()))
    for survivor in asked.survivors:
        print(f"SURVIVED {survivor}")
    return 1 if asked.survivors or not asked.counts["seen"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
