"""Runs that settle a period and are killed on the way: started by test_crashes.py as a process of its own.

It reads jobs as JSON from its input: [folder, variant of the lines, step]. Each runs in a fork, which kills itself at
that step (counted from 1; 0 lets it finish). Steps are each write to the disk and each statement to the database,
before and after. For each job a line of JSON is written: the exit code (negative: the signal), and what the run said,
which is the digest of the entry once it is acknowledged, and the count of steps.
"""

import json
import os
import signal
import sys
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from journal.journal_samples import PLAN, ROWS, due, outcome, period, write
from quotarules.journal.entries import Evidence
from quotarules.journal.openings import openings_for
from quotarules.journal.record import record
from quotarules.journal.store import new_lines_path, open_journal

MARCH = period("2026-03")
MORE = [*ROWS, due("P2", "points", "done", "D9", 5)]
EVIDENCE = Evidence("f" * 64, "sample", (), "ann", "2026-11-21T10:00:00+00:00")


class Steps:
    """Counts steps, and kills the process at the chosen one as `kill -9` does."""

    def __init__(self, last: int) -> None:
        self.last, self.done = last, 0

    def take(self) -> None:
        self.done += 1
        if self.done == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, inner: Callable[..., object]) -> Callable[..., object]:
        def stepped(*given: object, **named: object) -> object:
            self.take()
            result = inner(*given, **named)
            self.take()
            return result

        return stepped


def settle(folder: str, variant: str, last: int, say: int) -> None:
    steps = Steps(last)
    for function in ("fsync", "replace", "rename", "unlink", "mkdir", "rmdir"):
        setattr(os, function, steps.around(getattr(os, function)))
    sa.event.listen(sa.Engine, "before_cursor_execute", lambda *_: steps.take())
    sa.event.listen(sa.Engine, "after_cursor_execute", lambda *_: steps.take())
    sa.event.listen(sa.Engine, "commit", lambda _: steps.take())
    journal, problems = open_journal(Path(folder))
    assert journal is not None, problems
    openings, problems = openings_for(journal, PLAN, MARCH)
    assert openings is not None, problems
    lines = write(new_lines_path(journal), ROWS if variant == "first" else MORE)
    done, problems = record(journal, PLAN, openings, outcome(lines), EVIDENCE)
    assert done is not None, problems
    os.write(say, done.entry.digest.encode())
    steps.take()
    os.write(say, f" {steps.done}".encode())


def forked(folder: str, variant: str, last: int) -> tuple[int, str]:
    heard, say = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            settle(folder, variant, last, say)
            status = 0
        finally:
            if status:
                traceback.print_exc()
            os._exit(status)
    os.close(say)
    _, status = os.waitpid(child, 0)
    with os.fdopen(heard) as stream:
        return os.waitstatus_to_exitcode(status), stream.read()


if __name__ == "__main__":
    # Newer Pythons warn of threads at a fork. The only ones here are pyarrow's idle workers, which it starts anew.
    warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)
    for job in json.load(sys.stdin):
        print(json.dumps(forked(*job)), flush=True)
