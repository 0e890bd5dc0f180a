"""The one problem that is found at the door: a mistake of ours."""

from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class OurMistake(Problem):
    """quotarules failed where it should have found a problem, or none; `versions` are those to report."""

    code: ClassVar[str] = "QR9001"
    slug: ClassVar[str] = "our-mistake"
    error: str
    said: str
    file: str
    line: int
    function: str
    command: str
    versions: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"quotarules itself failed: {self.error}: {self.said}",
            Label(Span(self.file, 0, 0), f"line {self.line}, in {self.function}"),
            notes=("the mistake is ours, not your files'; what the journal acknowledged before is not touched",),
            help=f"report these lines and the command `{self.command}` ({self.versions})",
        )
