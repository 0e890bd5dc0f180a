"""A long run: `python -m proof --cases 20000 --seed 1 --engine duckdb` draws plans and settles them on every engine.

Every case has a seed of its own, which is printed with whatever fails, and draws it again on any machine.
"""

import argparse
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import cache, partial
from pathlib import Path
from typing import Any

import duckdb

from drawing import seeded
from generated.agreement import Engine, limits
from proof.kinds import NODES, TEXTS, Kind
from proof.smaller import Choices, recording, replayed, smaller
from quotarules.diagnostics.problem import Problem
from quotarules.engines.choice import Settle, engine
from quotarules.engines.sql.duckdb import settle as settle_by_duckdb
from quotarules.engines.sql.duckdb_session import connected
from servers import postgres

SECONDS_TO_MAKE_SMALLER = 120


def main() -> int:
    options = arguments()
    # What a run has seen so far is told also where it is ended from outside.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with ExitStack() as servers:
        engines = {name: engine_named(name, options.engine_url, servers) for name in options.engine}
        return ran(options, engines)


def ran(options: argparse.Namespace, engines: Mapping[str, Engine]) -> int:
    kinds = turns(options.texts)
    counts: Counter[str] = Counter()
    failed: list[str] = []
    began = time.monotonic()
    try:
        for place in range(options.first, options.first + options.cases):
            if options.minutes and time.monotonic() - began > options.minutes * 60:
                break
            name, kind = kinds(place)
            seed = f"{options.seed} {name} {place}"
            if problem := run(kind, seed, engines, counts, name):
                failed.append(seed)
                saved(options.out, seed, problem)
            if (place + 1 - options.first) % 500 == 0:
                report(options, counts, failed, time.monotonic() - began)
    except KeyboardInterrupt:
        print("ended early", flush=True)
    report(options, counts, failed, time.monotonic() - began)
    return 1 if failed else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m proof", description=__doc__)
    parser.add_argument("--cases", type=int, default=1000, help="how many cases are drawn")
    parser.add_argument("--first", type=int, default=0, help="the number of the first one, to draw it again")
    parser.add_argument("--seed", default="1", help="what the cases are drawn from")
    parser.add_argument("--engine", action="append", default=[], help="an engine beside the reference; repeatable")
    parser.add_argument("--engine-url", action="append", default=[], help="where engines of servers are; repeatable")
    parser.add_argument("--texts", type=int, default=20, help="how many of a hundred cases are texts, not nodes")
    parser.add_argument("--minutes", type=float, help="after which it stops")
    parser.add_argument("--out", type=Path, default=Path("build/proof"), help="where failing cases are written")
    options = parser.parse_args()
    options.engine = options.engine or ["duckdb"]
    return options


def engine_named(name: str, urls: list[str], servers: ExitStack) -> Engine:
    """An engine; without a URL one on this machine, which `servers` ends."""
    if name == "duckdb":
        return duckdb_at
    if not urls and name == "postgres":
        folder = postgres.binaries()
        assert folder is not None, "no PostgreSQL here: give --engine-url"
        urls = [servers.enter_context(postgres.server(folder))]
    found = engine(name, urls or ["local[2]"])
    if isinstance(found, Problem):
        sys.exit(found.report().message)
    settle = found
    return lambda _: settle


def duckdb_at(threads: int) -> Settle:
    """DuckDB with little memory; all cases share a database, because to open one takes longer than many a case."""
    return partial(settle_by_duckdb, limits=limits(threads), database=database(threads))


@cache
def database(threads: int) -> duckdb.DuckDBPyConnection:
    return connected(limits(threads))


def turns(texts: int) -> Callable[[int], tuple[str, Kind[Any]]]:
    """Which kind a case is: `texts` of a hundred are about companies, one kind after the other."""
    named = list(TEXTS.items())

    def kind(place: int) -> tuple[str, Kind[Any]]:
        hundred, rest = divmod(place, 100)
        earlier, is_text = rest * texts // 100, (rest + 1) * texts // 100 > rest * texts // 100
        return named[(hundred * texts + earlier) % len(named)] if is_text else ("nodes", NODES)

    return kind


def run(kind: Kind[Any], seed: str, engines: Mapping[str, Engine], counts: Counter[str], name: str) -> str | None:
    """Counts a case that holds; else it is made smaller, and told."""
    choices: Choices = []
    try:
        settled = kind.check(kind.make(recording(seeded(seed), choices)), engines)
    except Exception as error:  # Whatever goes wrong is a finding, and the run goes on.
        return told(kind, choices, engines, type(error))
    counts.update({name: 1, "settled": settled} if settled else {"refused": 1})
    return None


def told(kind: Kind[Any], choices: Choices, engines: Mapping[str, Engine], error: type[Exception]) -> str:
    def fails(tried: Choices) -> bool:
        try:
            kind.check(kind.make(replayed(tried)), engines)
        except error:
            return True
        except Exception:
            return False
        return False

    case = kind.make(replayed(smaller(choices, fails, SECONDS_TO_MAKE_SMALLER)))
    try:
        kind.check(case, engines)
    except error:
        return f"{traceback.format_exc()}\n{case!r}\n"
    return "It holds when it is run again."


def saved(folder: Path, seed: str, problem: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{seed.replace(' ', '-')}.txt"
    path.write_text(problem, encoding="utf-8")
    print(f"FAILED {seed}: {path}", flush=True)


def report(options: argparse.Namespace, counts: Counter[str], failed: list[str], seconds: float) -> None:
    cases = sum(count for name, count in counts.items() if name not in ("refused", "settled"))
    kinds = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
    engines = ", ".join(["reference", *options.engine])
    rate = f"{cases / max(seconds, 1):.1f} cases a second"
    print(f"seed {options.seed}, {engines}: {cases} cases ({kinds}), {len(failed)} failed, {rate}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
