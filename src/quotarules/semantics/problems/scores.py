"""What can be wrong with functions over scores and ordered values."""

from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class MedianOfEarlier(Problem):
    """A median of the rows before each row, which would sort them anew for every row."""

    code: ClassVar[str] = "QR3752"
    slug: ClassVar[str] = "median-of-earlier"
    span: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            "`median` is not taken of `earlier` rows",
            Label(self.span, "of the rows before each row"),
            help="take the `mean` of earlier rows, or the median of the rows of a window",
        )
