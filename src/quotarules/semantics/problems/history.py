"""What can be wrong with what changes in time: rows with a history."""

from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class StretchUnsaid(Problem):
    """A line for a subject that reads what may change inside the period, and does not say which version counts."""

    code: ClassVar[str] = "QR4680"
    slug: ClassVar[str] = "by-days-or-as-of-end"
    span: Span
    words: str
    table: str
    since: Span
    whole: bool

    def report(self) -> Report:
        """See `Problem`."""
        ways = "write `by days` or `as of end` after the amount" if self.whole else "write `as of end` after the amount"
        return Report(
            f"`{self.words}` may change inside the period, and the line does not say which days count",
            Label(self.span, f"read from `{self.table}`, whose rows have a history"),
            (Label(self.since, "its history is declared here"),),
            help=ways,
        )


@dataclass(frozen=True, slots=True)
class ByDaysOfOthers(Problem):
    """`by days` where the amount reads the history of another row than the subject's own."""

    code: ClassVar[str] = "QR4681"
    slug: ClassVar[str] = "by-days-of-others"
    span: Span
    words: str
    each: str
    stretch: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`by days` follows the history of the {self.each}'s own row, and `{self.words}` stands in another one",
            Label(self.span, "read from another row"),
            (Label(self.stretch, "counted by days here"),),
            help="write `as of end` in place of `by days`",
        )


@dataclass(frozen=True, slots=True)
class StretchOutOfPlace(Problem):
    """`by days` or `as of end` where nothing changes inside the period; `why` is a sentence without its full stop."""

    code: ClassVar[str] = "QR4682"
    slug: ClassVar[str] = "by-days-out-of-place"
    span: Span
    days: bool
    why: str
    way_out: str

    def report(self) -> Report:
        """See `Problem`."""
        words = "by days" if self.days else "as of end"
        return Report(f"`{words}` says nothing here: {self.why}", Label(self.span, "here"), help=self.way_out)


@dataclass(frozen=True, slots=True)
class AtOfWhat(Problem):
    """`x(at DATE)` of what has no versions; `why` is a clause without its full stop."""

    code: ClassVar[str] = "QR4683"
    slug: ClassVar[str] = "at-of-what"
    span: Span
    words: str
    why: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.words}` has no value of its own on a day: {self.why}",
            Label(self.span, "read on a day"),
            help=f"write `{self.words}` without `(at …)`",
        )
