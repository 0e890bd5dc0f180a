"""What only the finished plan shows: values that no engine could hold."""

from quotarules.diagnostics.problem import Label, Problem, Report, Severity
from quotarules.diagnostics.source import Span
from quotarules.plan.bounds import Bounds
from quotarules.plan.nodes import ComputedColumn, ExceptionRule, LineRule, Plan
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class TooManyDigits(Problem):
    """A value, or a step on the way to it, may need more than 37 digits."""

    code = "QR4080"
    slug = "too-many-digits"

    span: Span
    name: str
    digits: int

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.name}` may need {self.digits} digits, and exact arithmetic has 37",
            Label(self.span, "computed here"),
            notes=("the size follows from the limits of the columns and of the rows that are read",),
            help="limit its columns (`max 1_000_000`) or tables (`at_most_rows: 10_000`), "
            "or `round(x, 0.01)` a part of it",
        )


def too_wide(plan: Plan, bounds: Bounds) -> tuple[Problem, ...]:
    """A problem for each column or line of the plan that may leave 128 bits."""
    whole = Span(plan.sources[0].name, 0, 0)
    found: dict[Span, TooManyDigits] = {}
    for item in bounds.too_wide:
        match item.owner:
            case ComputedColumn(name=name, span=span) | ExceptionRule(slug=name, span=span):
                place = span
            case LineRule(rule=name, span=span):
                place = span
            case _:
                name, place = plan.name, whole
        found.setdefault(place, TooManyDigits(place, name, len(str(item.extent.work))))
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class CliffTooHigh(Problem):
    """An edge at which pay falls, or jumps by more than `check` was told to accept; the amounts are as printed."""

    code = "QR4710"
    slug = "cliff-too-high"

    span: Span
    cliff: str
    limit: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"{self.cliff}; at most {self.limit} is allowed, and no fall",
            Label(self.span, "read here"),
            help="let the step be smaller, use `marginal` tiers, or allow a larger `--max-cliff`",
        )


@dataclass(frozen=True, slots=True)
class NeverReached(Problem):
    """A row of a table or a band of tiers outside the bounds of everything that they are read with."""

    code = "QR4781"
    slug = "never-reached"
    severity = Severity.WARNING

    span: Span
    what: str
    name: str

    def report(self) -> Report:
        """See `Problem`."""
        part = "row" if self.what == "table" else "band"
        return Report(
            f"nothing that reads {self.what} `{self.name}` can reach this {part}",
            Label(self.span, "never reached"),
            notes=("what is read with follows from the limits of the columns",),
            help=f"leave the {part} out, or mend its range",
        )
