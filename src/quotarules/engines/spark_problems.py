"""What can be wrong with Spark before it is asked anything."""

from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
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
