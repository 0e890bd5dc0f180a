"""`make mutants`: do the tests of rounding, tiers and allotment see every small wrong change to what computes them?

Tests are collected once, and each is run once to learn which lines of a module it runs and how long it takes. Each
change is then made in a process of its own, which asks the tests that run the changed line, quick ones first, and stops
at the first that fails. A change that no test sees must stand in equivalent.txt, with the reason why it changes no
figure. What a test has seen is kept in build/mutants/, so that a run that was ended goes on where it was.
"""

import argparse
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from time import monotonic
from types import FunctionType, ModuleType

import pytest
from _pytest.runner import runtestprotocol

from mutation.mutants import Mutant, mutants
from mutation.reach import Question, Reach, reached
from quotarules.cases import run_case
from quotarules.diagnostics.source import SourceFile
from quotarules.engines.choice import ENGINES

ROOT = Path(__file__).resolve().parents[2]
EQUIVALENT = Path(__file__).with_name("equivalent.txt")

PATIENCE = 5
"""A change is taken to loop, which a test would see, when its tests take so many times as long as without it."""

NODES = ("arithmetic", "lookups", "allot", "allot_groups", "states", "time")
FOLDERS = ("rounding/good", "tiers/good", "tables/good", "team/good")
EXPLAINED = "test_shares_explained.py"
EVERYWHERE = tuple(sorted(str(path.relative_to(ROOT / "fixtures")) for path in (ROOT / "fixtures").glob("*/good")))


@dataclass(frozen=True, slots=True)
class Target:
    """A module to change; the engine that runs it; the tests (`test_nodes_…`) and worked examples that know it.

    `files` are further tests. The functions in `lists` tell of rows that are paid nothing; they make no figure.
    """

    module: str
    engine: str
    nodes: tuple[str, ...]
    folders: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()


TARGETS = (
    Target("quotarules.values.rounding", "reference", ("arithmetic",)),
    Target("quotarules.engines.reference.arithmetic", "reference", ("arithmetic", "states", "lookups"), FOLDERS),
    Target("quotarules.engines.reference.lookups", "reference", ("lookups",), ("tiers/good", "tables/good")),
    Target("quotarules.engines.reference.allot", "reference", ("allot_groups", "allot"), ("team/good",)),
    Target("quotarules.engines.reference.scalar", "reference", ("states", "arithmetic", "lookups", "time"), FOLDERS),
    Target("quotarules.engines.sql.arithmetic", "duckdb", ("arithmetic", "lookups", "states"), FOLDERS),
    Target("quotarules.engines.sql.allot", "duckdb", ("allot_groups", "allot"), ("team/good",)),
    Target("quotarules.plan.pieces", "duckdb", ("lookups",), ("tiers/good",)),
    Target("quotarules.plan.from_checked.lookups", "duckdb", (), ("tiers/good", "tables/good")),
    Target("quotarules.plan.from_checked.arithmetic", "reference", (), EVERYWHERE),
    Target("quotarules.plan.from_checked.shares", "reference", (), EVERYWHERE, (EXPLAINED,)),
    Target("quotarules.plan.from_checked.overlay", "reference", (), EVERYWHERE, (EXPLAINED,)),
    Target(
        "quotarules.plan.from_checked.team",
        "reference",
        (),
        EVERYWHERE,
        (EXPLAINED,),
        lists=("_list_exceptions", "_uncollected", "_is_member", "_list_empty"),
    ),
)


class Asked:
    """A plugin that runs the collected tests for each change instead of once."""

    def __init__(self, wanted: str, words: str, jobs: int, *, again: bool) -> None:
        self.wanted, self.words, self.jobs, self.again = wanted, words, jobs, again
        self.survivors: list[str] = []
        self.counts = {"seen": 0, "equivalent": 0, "survived": 0}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """All changes of all modules."""
        for target in TARGETS:
            if self.wanted in target.module:
                asked = questions(session.items, target)
                assert asked, f"no test for {target.module}"
                self._ask_all(target, asked)
        return True

    def _ask_all(self, target: Target, asked: list[Question]) -> None:
        """All changes of a module that no test has seen yet."""
        path = Path(str(import_module(target.module).__file__))
        source = path.read_text(encoding="utf-8")
        record = ROOT / "build" / "mutants" / f"{target.module} {sha256(source.encode()).hexdigest()[:16]}.txt"
        record.parent.mkdir(parents=True, exist_ok=True)
        before = set(record.read_text(encoding="utf-8").split("\n")) if record.exists() else set()
        found = [mutant for mutant in mutants(source) if mutant.function not in target.lists]
        wanted = [mutant for mutant in found if self.words in mutant.key]
        known = {name for name in equivalents() if name.startswith(f"{target.module} ")}
        for name in known - {f"{target.module} {mutant.key}" for mutant in found}:
            self.survivors.append(f"no such change: {name}")
        waiting = [mutant for mutant in wanted if f"line {mutant.line}: {mutant.key}" not in before]
        self.counts["seen"] += len(wanted) - len(waiting)
        if not self.again:
            asked_for = [mutant for mutant in waiting if f"{target.module} {mutant.key}" not in known]
            self.counts["equivalent"] += len(waiting) - len(asked_for)
            waiting = asked_for
        running, began = dict[int, Mutant](), monotonic()
        reach = reached(path, asked) if waiting else []
        print(f"\n{target.module}: {len(waiting)} of {len(wanted)} changes, {len(reach)} tests", flush=True)
        while waiting or running:
            while waiting and len(running) < self.jobs:
                mutant = waiting.pop(0)
                running[ask(target.module, mutant, fitting(mutant, reach))] = mutant
            child, status = os.wait()
            mutant = running.pop(child)
            place, ended = f"line {mutant.line}: {mutant.key}", os.waitstatus_to_exitcode(status)
            listed = f"{target.module} {mutant.key}" in known
            verdict = "seen" if ended else "equivalent" if listed else "survived"
            if ended:
                with record.open("a", encoding="utf-8") as lines:
                    lines.write(f"{place}\n")
            if listed is (ended != 0):
                self.survivors.append(f"{'seen after all' if listed else 'survived'}: {target.module} {place}")
            self.counts[verdict] += 1
            loops = " (loops)" if ended == -signal.SIGALRM else ""
            print(f"{monotonic() - began:5.0f} s {verdict:<10} {place}{loops}", flush=True)


def fitting(mutant: Mutant, reach: list[Reach]) -> list[Reach]:
    """The tests that run a changed line, quick ones first; all of them where none does, as at an import."""
    lines = set(mutant.lines)
    return [one for one in reach if lines & one.lines] or reach


def ask(module: str, mutant: Mutant, asked: list[Reach]) -> int:
    """A process in which the change is made and the questions are asked; it ends with 1 as soon as one fails."""
    child = os.fork()
    if child:
        return child
    signal.alarm(10 + int(PATIENCE * sum(one.seconds for one in asked)))
    seen = True
    try:
        with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
            make(import_module(module), mutant)
            seen = not all(one.question() for one in asked)
    finally:
        os._exit(1 if seen else 0)


def questions(items: list[pytest.Item], target: Target) -> list[Question]:
    """What is asked of a changed module."""
    found: list[Question] = []
    for name in target.nodes:
        file, engine = f"test_nodes_{name}.py", f"[{target.engine}"
        found.extend(partial(passes, item) for item in items if file in item.nodeid and engine in item.nodeid)
    found.extend(partial(passes, item) for item in items if item.path.name in target.files)
    files = [path for folder in target.folders for path in sorted((ROOT / "fixtures" / folder).glob("*.md"))]
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
    """0 if no change survived but those of equivalent.txt, and that names no others."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("module", nargs="?", default="", help="a part of a module's name; all modules without it")
    parser.add_argument("--of", default="", help="only changes whose line in equivalent.txt holds this text")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument(
        "--again",
        action="store_true",
        help="also ask about the changes in equivalent.txt: one that is seen is none of them",
    )
    given = parser.parse_args(arguments)
    asked = Asked(given.module, given.of, given.jobs, again=given.again)
    files = [str(ROOT / "tests" / "engines" / f"test_nodes_{name}.py") for name in NODES]
    files.append(str(ROOT / "tests" / EXPLAINED))
    pytest.main([*files, "-q", "-p", "no:cacheprovider"], plugins=[asked])
    print("\n" + ", ".join(f"{count} {what}" for what, count in asked.counts.items()))
    for survivor in asked.survivors:
        print(survivor)
    return 1 if asked.survivors or not asked.counts["seen"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
