"""What can be wrong with reading a value as it stood on a day."""

from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class AtDayOfWhat(Problem):
    """`x(at DAY)` of something whose value on a day nobody can tell."""

    code: ClassVar[str] = "QR3753"
    slug: ClassVar[str] = "at-day-of-what"
    span: Span
    name: str
    why: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.name}` cannot be read at a day: {self.why}",
            Label(self.span, "as it stood on which day?"),
            help="read at a day a karma, or a measure that counts its row's own rows `on` a date `during ever`, "
            "`… to date` or `last …`",
        )
