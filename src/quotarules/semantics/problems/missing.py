"""Values that may be missing and that nobody handles."""

from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class MayBeMissing(Problem):
    """A column, a link or a measure that may have no value, at a place that needs one."""

    code: ClassVar[str] = "QR3020"
    slug: ClassVar[str] = "may-be-missing"
    span: Span
    name: str
    link: bool
    declared: Span | None

    def report(self) -> Report:
        """See `Problem`."""
        what = "leads nowhere for some rows" if self.link else "may be missing"
        return Report(
            f"`{self.name}` {what}, and nothing is said for that",
            Label(self.span, "a value is needed here"),
            (Label(self.declared, "declared as one that may be missing"),) if self.declared else (),
            help=f"say what holds then: `else …`, or a condition `{self.name} is present`",
        )


@dataclass(frozen=True, slots=True)
class MayDivideByZero(Problem):
    """A quotient whose divisor may be zero."""

    code: ClassVar[str] = "QR3021"
    slug: ClassVar[str] = "may-divide-by-zero"
    span: Span
    divisor: str
    origin: Label | None

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.divisor}` may be zero, and nothing is said for that",
            Label(self.span, "divides here"),
            (self.origin,) if self.origin else (),
            help='say what holds then: `… else 0`, or `… else waiting "why"`',
        )


@dataclass(frozen=True, slots=True)
class NoRowsUnsaid(Problem):
    """A function over rows that has no value without rows."""

    code: ClassVar[str] = "QR3022"
    slug: ClassVar[str] = "no-rows-unsaid"
    span: Span
    function: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.function}` has no value where there are no rows, and nothing is said for that",
            Label(self.span, "no rows, no value"),
            help='say what holds then: `… else 0`, or `… else waiting "why"`',
        )


@dataclass(frozen=True, slots=True)
class WhenWithoutElse(Problem):
    """`X when C` at a place that needs a value."""

    code: ClassVar[str] = "QR3023"
    slug: ClassVar[str] = "when-without-else"
    span: Span
    name: str | None

    def report(self) -> Report:
        """See `Problem`."""
        subject = f"`{self.name}`" if self.name else "this"
        return Report(
            f"{subject} has no value where its `when` is false, but a value is needed here",
            Label(self.span, "used as a value"),
            help="say what holds then: `(… when … else 0)`",
        )


@dataclass(frozen=True, slots=True)
class ElseOfTwo(Problem):
    """One `else` that both a false condition and a missing value would reach."""

    code: ClassVar[str] = "QR3024"
    slug: ClassVar[str] = "else-of-two"
    span: Span
    condition: Span
    missing: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            "this `else` would stand for two things: a false condition and a missing value",
            Label(self.span, "for which of the two?"),
            (Label(self.condition, "the condition may be false"), Label(self.missing, "the value may be missing")),
            help="put parentheses: `(X else Y) when C`, or `(X when C) else Y` for both",
        )


@dataclass(frozen=True, slots=True)
class BalanceOfOthers(Problem):
    """A balance read on rows that may have no account in that karma."""

    code: ClassVar[str] = "QR3025"
    slug: ClassVar[str] = "balance-of-others"
    span: Span
    karma: str
    declared: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"not every row here has an account in `{self.karma}`, and nothing is said for those",
            Label(self.span, "a value is needed here"),
            (Label(self.declared, f"only rows that pass this have an account in `{self.karma}`"),),
            help="say what holds then: `… else 0`, or take only rows that have one: `where … is present`",
        )


@dataclass(frozen=True, slots=True)
class NoOpeningYet(Problem):
    """A balance that what a newcomer starts at reads straight, of a row that may have none when the period opens."""

    code: ClassVar[str] = "QR3027"
    slug: ClassVar[str] = "no-opening-yet"
    span: Span
    name: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.name}` may have no balance when the period opens, and nothing is said for that",
            Label(self.span, "the balance with which the period opens"),
            help="say what holds then: `… else 0`, or read the balances of others: `mean(… of … ) else 0`",
        )


@dataclass(frozen=True, slots=True)
class NothingDue(Problem):
    """The share kept of an sla line, which has no value where nothing was due."""

    code: ClassVar[str] = "QR3026"
    slug: ClassVar[str] = "nothing-due"
    span: Span
    term: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.term}` has no value where nothing was due, and nothing is said for that",
            Label(self.span, "a share of nothing"),
            help=f"write `{self.term} met`, which is yes then, or add `else …`",
        )
