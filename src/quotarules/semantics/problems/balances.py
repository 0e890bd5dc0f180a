"""What can be wrong with a cap or a draw."""

from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class CapShorterThanPeriod(Problem):
    """A cap over a time that does not consist of whole periods of the plan."""

    code: ClassVar[str] = "QR4600"
    slug: ClassVar[str] = "cap-shorter-than-period"
    span: Span
    unit: str
    period: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"a {self.unit} does not consist of whole periods of the plan, which settles each {self.period}",
            Label(self.span, "not whole periods"),
            help=f"write the limit for a {self.period}",
        )


@dataclass(frozen=True, slots=True)
class NothingOwed(Problem):
    """A guaranteed draw that says what becomes of a debt; `words` begin the option."""

    code: ClassVar[str] = "QR4601"
    slug: ClassVar[str] = "nothing-owed"
    span: Span
    words: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.words}` speaks of a debt, but a guaranteed draw is never owed",
            Label(self.span, "nothing is owed"),
            help=f"leave `{self.words}` out, or write `recoverable`",
        )


@dataclass(frozen=True, slots=True)
class RestUnsaid(Problem):
    """A draw that ends, without a word on what is still owed then."""

    code: ClassVar[str] = "QR4602"
    slug: ClassVar[str] = "rest-unsaid"
    span: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            "the draw ends, but what is still owed then is not said",
            Label(self.span, "ends here"),
            help="add `then forgiven` or `then owed`",
        )


@dataclass(frozen=True, slots=True)
class LoanInAdvance(Problem):
    """A loan that is to be set off against what is due in the same period."""

    code: ClassVar[str] = "QR4603"
    slug: ClassVar[str] = "loan-in-advance"
    span: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            "a loan is paid on top of what is due, and `in advance` takes it off what is due",
            Label(self.span, "says both"),
            help="write `recoverable, in advance`, or leave `in advance` out",
        )


@dataclass(frozen=True, slots=True)
class DrawEndsBeforePlan(Problem):
    """A draw whose last day is before the plan's first."""

    code: ClassVar[str] = "QR4604"
    slug: ClassVar[str] = "draw-ends-before-plan"
    span: Span
    effective: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            "the draw ends before the plan begins, so nothing is ever drawn",
            Label(self.span, "the draw ends here"),
            (Label(self.effective, "the plan begins here"),),
            help="write a later day, or `draw up to 0` if only an old debt is to be recovered",
        )
