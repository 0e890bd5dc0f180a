"""Which lines of a module a test runs, and how long it takes: what a change is asked first."""

import os
import pickle
import sys
import threading
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import TraceFunction

Question = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Reach:
    """A test with the lines of the module that it runs, and how long that takes."""

    question: Question
    lines: frozenset[int]
    seconds: float


def reached(path: Path, questions: list[Question]) -> list[Reach]:
    """The tests that run any line of a module, quick ones first; every one of them passes.

    They run in a process of their own: this one stays without threads, so that it can be forked for each change.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            with (
                Path(os.devnull).open("w") as nowhere,
                redirect_stdout(nowhere),
                redirect_stderr(nowhere),
                os.fdopen(writing, "wb") as out,
            ):
                pickle.dump([_watched(str(path), question) for question in questions], out)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        found: list[tuple[bool, float, frozenset[int]]] = pickle.loads(told.read())
    os.waitpid(child, 0)
    assert all(passed for passed, _, _ in found), "a test fails without a change"
    ranked = sorted(zip(found, questions, strict=True), key=lambda pair: pair[0][1])
    return [Reach(question, lines, seconds) for (_, seconds, lines), question in ranked if lines]


def _watched(path: str, question: Question) -> tuple[bool, float, frozenset[int]]:
    """Whether a test passes, its seconds, and the lines of the file that it ran."""
    lines: set[int] = set()

    def inside(frame: FrameType, event: str, argument: object) -> "TraceFunction":
        del argument
        if event == "line":
            lines.add(frame.f_lineno)
        return inside

    def entered(frame: FrameType, event: str, argument: object) -> "TraceFunction | None":
        del event, argument
        return inside if frame.f_code.co_filename == path else None

    began = monotonic()
    threading.settrace(entered)
    sys.settrace(entered)
    try:
        passed = question()
    finally:
        sys.settrace(None)
        threading.settrace(None)
    return passed, monotonic() - began, frozenset(lines)
