"""What is sound and yet can hardly be meant: conditions that never hold, names nobody uses, shares above the whole."""

from dataclasses import dataclass
from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report, Severity
from quotarules.diagnostics.source import Span

_MANY = 8
"""The most further places that a message shows."""


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


@dataclass(frozen=True, slots=True)
class NeverHolds(Problem):
    """A condition that nothing can meet; `owner` says what hangs on it, `others` what it may contradict."""

    code: ClassVar[str] = "QR4780"
    slug: ClassVar[str] = "never-holds"
    severity: ClassVar[Severity] = Severity.WARNING
    span: Span
    owner: str
    others: tuple[Span, ...]

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"this condition can never hold, so {self.owner}",
            Label(self.span, "never true"),
            tuple(Label(span, "where this holds") for span in self.others[:_MANY]),
            notes=("known are the words of choices, the limits of columns and the days of the plan",),
            help="mend the condition, or leave out what hangs on it",
        )
