"""What can be wrong with the weights of KPIs that a block says the sum of."""

from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass

_MANY = 8
"""The most further places that a message shows."""


@dataclass(frozen=True, slots=True)
class WeightsDoNotAdd(Problem):
    """KPIs of a block that do not weigh what it says, with the part of each; `value` is what they are parts of."""

    code: ClassVar[str] = "QR4800"
    slug: ClassVar[str] = "weights-do-not-add"
    span: Span
    block: str
    spans: tuple[Span, ...]
    parts: tuple[str, ...]
    total: str
    wanted: str
    value: str

    def report(self) -> Report:
        """See `Problem`."""
        if not self.spans:
            return Report(
                f"`{self.block}` has no `kpi` that weighs anything, not {self.wanted}",
                Label(self.span, "the sum that is wanted"),
                help="drop this clause, or write `kpi` before the lines that it counts",
            )
        return Report(
            f"the KPIs of `{self.block}` weigh {self.total} of `{self.value}`, not {self.wanted}",
            Label(self.span, "the sum that is wanted"),
            tuple(Label(span, part) for span, part in zip(self.spans, self.parts, strict=True))[:_MANY],
            help=f"let the percentages make {self.wanted}",
        )


@dataclass(frozen=True, slots=True)
class WeightUnknown(Problem):
    """A KPI whose weight nobody can know before there are facts, in a block that says what the weights make."""

    code: ClassVar[str] = "QR4801"
    slug: ClassVar[str] = "weight-unknown"
    span: Span
    clause: Span
    name: str
    of_rows: bool

    def report(self) -> Report:
        """See `Problem`."""
        why = "it pays for each row" if self.of_rows else "it does not begin with a percentage of something"
        return Report(
            f"the weight of the KPI `{self.name}` cannot be added: {why}",
            Label(self.span, "no weight of its own"),
            (Label(self.clause, "weights are added here"),),
            notes=("a weight is a percentage in the text, or a measure that is one",),
            help="write the line without `kpi`" if self.of_rows else "begin it like `40% of salary * …`",
        )
