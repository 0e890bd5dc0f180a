"""What can be wrong with an engine that is told to run, and the exception that carries it out of a run."""

import re
from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass

_PARAMETERS = re.compile(r"[?;]")


class EngineError(Exception):
    """An engine ended a run, or never began it; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.report().message)
        self.problem = problem


def shown(url: str) -> str:
    """A URL without the name, the password and the parameters that it may hold; little is left of a doubtful one."""
    kind, joint, rest = url.partition("://")
    place, *parameters = _PARAMETERS.split(rest if joint else kind)
    if any("@" in part for part in parameters):
        # Where a password ends that holds such a sign is not to be told.
        return f"{kind}{joint}…"
    return f"{kind}{joint}{place.rpartition('@')[2]}" if joint else place


def _asked(engine: str, text: str) -> Label:
    return Label(Span(f"--engine {engine}", 0, 0), text)


@dataclass(frozen=True, slots=True)
class EngineUrlMissing(Problem):
    """An engine that runs on a server, and nothing says where; `form` is a URL of its kind."""

    code: ClassVar[str] = "QR5300"
    slug: ClassVar[str] = "engine-url-missing"
    engine: str
    form: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"the engine {self.engine} runs on a server, and nothing says where that is",
            _asked(self.engine, "this engine is asked for"),
            help=f"add `--engine-url {self.form}`, or set QUOTARULES_ENGINE_URL",
        )


@dataclass(frozen=True, slots=True)
class EngineUrlOfOtherKind(Problem):
    """URLs of engines, none of them for the one asked for."""

    code: ClassVar[str] = "QR5301"
    slug: ClassVar[str] = "engine-url-of-other-kind"
    engine: str
    form: str
    urls: tuple[str, ...]

    def report(self) -> Report:
        """See `Problem`."""
        given = " and ".join(f"`{shown(url)}`" for url in self.urls)
        return Report(
            f"{given} {'is no place' if len(self.urls) == 1 else 'are no places'} of the engine {self.engine}",
            _asked(self.engine, "this engine is asked for"),
            help=f"write `--engine-url {self.form}`",
        )


@dataclass(frozen=True, slots=True)
class EngineUrlIdle(Problem):
    """A URL that nothing is reached at, because all engines asked for run in this process; `fits` is one it is for."""

    code: ClassVar[str] = "QR5306"
    slug: ClassVar[str] = "engine-url-idle"
    url: str
    engines: tuple[str, ...]
    fits: str | None

    def report(self) -> Report:
        """See `Problem`."""
        named = " and ".join(self.engines)
        run = f"the engine {named} runs" if len(self.engines) == 1 else f"the engines {named} run"
        return Report(
            f"`{shown(self.url)}` is given, and {run} in this process",
            Label(Span("--engine-url", 0, 0), "nothing is reached here"),
            help=f"write `--engine {self.fits}`" if self.fits else "leave out `--engine-url`",
        )


@dataclass(frozen=True, slots=True)
class EngineNotInstalled(Problem):
    """An engine whose library is not installed."""

    code: ClassVar[str] = "QR5302"
    slug: ClassVar[str] = "engine-not-installed"
    engine: str
    library: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"the engine {self.engine} needs {self.library}, which is not installed",
            _asked(self.engine, "this engine is asked for"),
            help=f'run `pip install "quotarules[{self.engine}]"`',
        )


@dataclass(frozen=True, slots=True)
class EngineUnreachable(Problem):
    """An engine's server that does not answer, or lets us not in; `said` is the first line of its answer."""

    code: ClassVar[str] = "QR5303"
    slug: ClassVar[str] = "engine-unreachable"
    engine: str
    url: str
    said: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"no connection to `{shown(self.url)}`: {self.said}",
            _asked(self.engine, "this engine is asked for"),
            notes=("nothing was settled",),
            help="start the server, or mend the URL",
        )


@dataclass(frozen=True, slots=True)
class EngineBroken(Problem):
    """An engine's server that gave up in the middle of a run; `said` is the first line of its answer."""

    code: ClassVar[str] = "QR5304"
    slug: ClassVar[str] = "engine-broken"
    engine: str
    url: str
    said: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"the server `{shown(self.url)}` gave up: {self.said}",
            _asked(self.engine, "this engine is asked for"),
            notes=("nothing was recorded, and nothing stays on the server",),
            help="settle the period again",
        )


@dataclass(frozen=True, slots=True)
class EngineUnfit(Problem):
    """An engine's server that works otherwise than settlements need; `why` ends a sentence about it."""

    code: ClassVar[str] = "QR5305"
    slug: ClassVar[str] = "engine-unfit"
    engine: str
    url: str
    why: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{shown(self.url)}` cannot settle anything: {self.why}",
            _asked(self.engine, "this engine is asked for"),
            notes=("nothing was settled",),
            help="use another server, or another database of it",
        )


@dataclass(frozen=True, slots=True)
class EngineOutOfRoom(Problem):
    """An engine of this machine that found no room in memory or on the disk; `said` is the first line of its answer."""

    code: ClassVar[str] = "QR5307"
    slug: ClassVar[str] = "engine-out-of-room"
    engine: str
    said: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"the engine found no room: {self.said}",
            _asked(self.engine, "this engine settles here"),
            notes=("nothing was recorded",),
            help="make room on the disk of the journal, or settle on a machine with more memory",
        )
