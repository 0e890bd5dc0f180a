"""What can be wrong with a clause that the grammar can read: two readings, or words that cannot mean anything."""

from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class ElseBesideSum(Problem):
    """`a + b else c`: two readings that pay different amounts."""

    code: ClassVar[str] = "QR1016"
    slug: ClassVar[str] = "else-beside-sum"
    span: Span
    joint: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            "`else` stands beside a sum, and can be read two ways",
            Label(self.joint, "for the whole sum, or for its last part?"),
            (Label(self.span, "the sum"),),
            help="put parentheses around the part that `else` belongs to",
        )


@dataclass(frozen=True, slots=True)
class AndBesideOr(Problem):
    """`a and b or c`."""

    code: ClassVar[str] = "QR1017"
    slug: ClassVar[str] = "and-beside-or"
    span: Span
    joint: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            "`and` stands beside `or`, and can be read two ways",
            Label(self.joint, "this `or`"),
            (Label(self.span, "these are joined by `and`"),),
            help="put parentheses around what belongs together",
        )


@dataclass(frozen=True, slots=True)
class SaidTwice(Problem):
    """A clause that may stand once stands twice."""

    code: ClassVar[str] = "QR1018"
    slug: ClassVar[str] = "said-twice"
    span: Span
    text: str
    first: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.text}` is said twice",
            Label(self.span, "here again"),
            (Label(self.first, "first here"),),
            help="keep one of the two" if self.text != "where" else "join the conditions with `and`",
        )


@dataclass(frozen=True, slots=True)
class WholeNumberExpected(Problem):
    """A version or a count with decimals."""

    code: ClassVar[str] = "QR1019"
    slug: ClassVar[str] = "whole-number"
    span: Span
    text: str
    what: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"{self.what} counts whole numbers, not `{self.text}`",
            Label(self.span, "this number"),
            help="write a number without decimals",
        )


@dataclass(frozen=True, slots=True)
class MetNeedsName(Problem):
    """`met` behind something that is no name of an SLA line."""

    code: ClassVar[str] = "QR1040"
    slug: ClassVar[str] = "met-needs-name"
    span: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            "`met` asks for the verdict of an SLA line",
            Label(self.span, "this is not the name of one"),
            help="write the line's name before `met`, as in `handover.response met`",
        )


@dataclass(frozen=True, slots=True)
class WaitingNotLast(Problem):
    """`else waiting "…" else 0`: what follows could never be reached."""

    code: ClassVar[str] = "QR1041"
    slug: ClassVar[str] = "waiting-not-last"
    span: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            "an `else` follows `waiting`, and could never be reached",
            Label(self.span, "here the value is already settled: it waits"),
            help="put `waiting` last, or leave it out",
        )


@dataclass(frozen=True, slots=True)
class CommaMissing(Problem):
    """Two shares on one line without a comma."""

    code: ClassVar[str] = "QR1042"
    slug: ClassVar[str] = "comma-missing"
    span: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            "two shares stand on one line without a comma between them",
            Label(self.span, "the second begins here"),
            help="put a comma in front, or begin a new line",
        )
