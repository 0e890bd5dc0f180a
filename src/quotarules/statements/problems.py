"""What can be wrong with the wish for a statement, an explanation or a settlement."""

from datetime import date
from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report, Severity
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass
from quotarules.values.period import PeriodUnit, day_number, period_holding, unit_text
from quotarules.values.retail import Retail
from quotarules.values.weeks import Weeks

_EXAMPLE = day_number(date(2026, 3, 1))
_NAMED = 20


@dataclass(frozen=True, slots=True)
class PeriodOfOtherUnit(Problem):
    """A month was asked for where the plan settles quarters, or the like."""

    code: ClassVar[str] = "QR7001"
    slug: ClassVar[str] = "period-of-other-unit"
    plan: Span
    asked: str
    unit: PeriodUnit

    def report(self) -> Report:
        """See `Problem`."""
        words = unit_text(self.unit).replace("_", " ")
        each = f"period of {words}" if isinstance(self.unit, Retail | Weeks) else words
        form = period_holding(self.unit, _EXAMPLE).name
        return Report(
            f"`{self.asked}` is not a {each}",
            Label(self.plan, f"this plan settles each {each}"),
            help=f"write the period like `{form}`",
        )


@dataclass(frozen=True, slots=True)
class PeriodOutsidePlan(Problem):
    """A period of which some day lies before the plan takes effect or after it ends."""

    code: ClassVar[str] = "QR7002"
    slug: ClassVar[str] = "period-outside-plan"
    plan: Span
    asked: str
    first: str
    last: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"not every day of {self.asked} is covered by the plan",
            Label(self.plan, f"it is effective from {self.first} through {self.last}"),
            help="name a period inside those days, or move `effective`",
        )


@dataclass(frozen=True, slots=True)
class SubjectUnknown(Problem):
    """Nobody of that key has a statement in the settled period."""

    code: ClassVar[str] = "QR7003"
    slug: ClassVar[str] = "subject-unknown"
    journal: str
    asked: str
    period: str
    kinds: tuple[str, ...]

    def report(self) -> Report:
        """See `Problem`."""
        kinds = ", ".join(f"`{kind}`" for kind in self.kinds)
        return Report(
            f"`{self.asked}` has no statement for {self.period}",
            Label(Span(self.journal, 0, 0), f"statements of this period are of the kinds {kinds}"),
            help="write a key as in the facts, or KIND/KEY for another kind",
        )


@dataclass(frozen=True, slots=True)
class LineUnknown(Problem):
    """The subject's statement has no line like that, and its accounts no rule of that name."""

    code: ClassVar[str] = "QR7004"
    slug: ClassVar[str] = "line-unknown"
    journal: str
    asked: str
    subject: str
    period: str
    rules: tuple[str, ...]

    def report(self) -> Report:
        """See `Problem`."""
        known = ", ".join(f"`{rule}`" for rule in self.rules) or "none"
        return Report(
            f"the statement of `{self.subject}` for {self.period} has no line `{self.asked}`",
            Label(Span(self.journal, 0, 0), f"the rules with lines are {known}"),
            help="name the line as RULE or RULE/SOURCE",
        )


@dataclass(frozen=True, slots=True)
class LinesWait(Problem):
    """Lines of one rule that wait in a period for one reason; `subjects` in the order of their keys."""

    code: ClassVar[str] = "QR7780"
    slug: ClassVar[str] = "lines-wait"
    severity: ClassVar[Severity] = Severity.WARNING
    span: Span
    period: str
    account: str
    rule: str
    reason: str
    subjects: tuple[str, ...]

    def report(self) -> Report:
        """See `Problem`."""
        named = ", ".join(self.subjects[:_NAMED])
        more = len(self.subjects) - _NAMED
        who = f"{named} and {more:,} more" if more > 0 else named
        return Report(
            f"{self.reason}: {who} would wait for `{self.rule}` ({self.account}) in {self.period}",
            Label(self.span, "waits"),
            help="add what is missing to the facts of these subjects",
        )
