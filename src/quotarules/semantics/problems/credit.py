"""What can be wrong with credit: overlay shares, rows counted once per parent, tables and tiers from files."""

from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class RestOfOverlay(Problem):
    """A `rest` among shares that need not make a whole."""

    code: ClassVar[str] = "QR4700"
    slug: ClassVar[str] = "rest-of-overlay"
    span: Span
    team: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"overlay shares of `{self.team}` need not make 100%, so there is no rest of them",
            Label(self.span, "the rest of what?"),
            help="write a percentage, or share with `exact`",
        )


@dataclass(frozen=True, slots=True)
class OnceOfChild(Problem):
    """A value of the child, read where only one child of each parent counts."""

    code: ClassVar[str] = "QR3700"
    slug: ClassVar[str] = "once-of-child"
    span: Span
    words: str
    parent: str
    table: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.words}` may differ between rows of `{self.table}` with one `{self.parent}`,"
            " of which only one counts",
            Label(self.span, f"not a value of `{self.parent}`"),
            help=f"read a value of `{self.parent}`, such as `{self.parent}.amount`, or drop the `once per`",
        )
