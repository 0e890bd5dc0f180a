"""What is sound and yet can hardly be meant: conditions that never hold, names nobody uses, shares above the whole."""

from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report, Severity
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass

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


@dataclass(frozen=True, slots=True)
class PaidOverWhole(Problem):
    """Parts of one value of a row, each paid by the rule named beside it, that add to more than all of it."""

    code: ClassVar[str] = "QR4782"
    slug: ClassVar[str] = "paid-over-whole"
    severity: ClassVar[Severity] = Severity.WARNING
    spans: tuple[Span, ...]
    names: tuple[str, ...]
    parts: tuple[str, ...]
    total: str
    value: str

    def report(self) -> Report:
        """See `Problem`."""
        named = [f"{part} by `{name}`" for part, name in zip(self.parts, self.names, strict=True)]
        labels = tuple(Label(span, part) for span, part in zip(self.spans, self.parts, strict=True))
        shown = ", ".join(named if len(named) <= _MANY else [*named[:_MANY], "…"])
        return Report(
            f"up to {self.total} of `{self.value}` of one row is paid out: {shown}",
            labels[-1],
            labels[:-1][:_MANY],
            help="let the parts add to 100% or less, or write conditions that exclude each other",
        )


@dataclass(frozen=True, slots=True)
class WeightsOverWhole(Problem):
    """KPIs of one person that weigh more than 100% of one value together."""

    code: ClassVar[str] = "QR4783"
    slug: ClassVar[str] = "weights-over-whole"
    severity: ClassVar[Severity] = Severity.WARNING
    spans: tuple[Span, ...]
    parts: tuple[str, ...]
    total: str
    value: str

    def report(self) -> Report:
        """See `Problem`."""
        labels = tuple(Label(span, part) for span, part in zip(self.spans, self.parts, strict=True))
        return Report(
            f"these KPIs weigh {self.total} of `{self.value}` together",
            labels[-1],
            labels[:-1][:_MANY],
            help="let the weights add to 100%",
        )
