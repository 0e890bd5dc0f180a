"""What can be wrong with Spark itself: nothing to run it, and workers that cannot check facts."""

from typing import ClassVar

from quotarules.diagnostics import characters
from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.engines.server_problems import shown
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class JavaMissing(Problem):
    """A driver of Spark that is to run here, on a machine without Java."""

    code: ClassVar[str] = "QR5340"
    slug: ClassVar[str] = "java-missing"
    url: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.url}` needs Java on this machine, and there is none",
            Label(Span("--engine spark", 0, 0), "this engine is asked for"),
            help="install Java 17, or set JAVA_HOME",
        )


@dataclass(frozen=True, slots=True)
class WorkerUnfit(Problem):
    """A worker of Spark that cannot check facts where they lie; `why` ends a sentence about it."""

    code: ClassVar[str] = "QR5341"
    slug: ClassVar[str] = "worker-unfit"
    url: str
    why: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"a worker of `{shown(self.url)}` cannot check facts: {self.why}",
            Label(Span("--engine spark", 0, 0), "this engine is asked for"),
            notes=("nothing was settled",),
            help="set QUOTARULES_SPARK_IN_PLACE to more rows than any table has: facts are then checked here",
        )


@dataclass(frozen=True, slots=True)
class RowsUnreadable(Problem):
    """An environment variable that should say a number of rows, and says something else."""

    code: ClassVar[str] = "QR5342"
    slug: ClassVar[str] = "rows-unreadable"
    variable: str
    said: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{characters.shown(self.said)}` in {self.variable} is not a number of rows",
            Label(Span("--engine spark", 0, 0), "this engine is asked for"),
            notes=("nothing was settled",),
            help=f"write a whole number such as `{self.variable}=1000000`, or unset it",
        )
