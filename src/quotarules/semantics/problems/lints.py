"""What is sound and yet can hardly be meant: conditions that never hold, names nobody uses, shares above the whole."""

from dataclasses import dataclass
from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report, Severity
from quotarules.diagnostics.source import Span


@dataclass(frozen=True, slots=True)
class Unused(Problem):
    """A measure, table or tiers that nothing which is paid, counted or owed reads."""

    code: ClassVar[str] = "QR2780"
    slug: ClassVar[str] = "unused"
    severity: ClassVar[Severity] = Severity.WARNING
    span: Span
    what: str
    name: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"{self.what} `{self.name}` is read by no pay, karma, team or sla",
            Label(self.span, "declared here"),
            help=f"read `{self.name}` in a line, or leave it out",
        )
