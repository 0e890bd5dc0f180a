"""What can be wrong with a place among rows."""

from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class PlaceUnsaid(Problem):
    """A place among rows where the row in hand may not be one of them."""

    code: ClassVar[str] = "QR3800"
    slug: ClassVar[str] = "place-unsaid"
    span: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            "`rank` has no value for a row that is not among these rows, and nothing is said for that",
            Label(self.span, "not one of them, no place"),
            help="let the block's `where` say what these rows say, or write `… else waiting`",
        )


@dataclass(frozen=True, slots=True)
class RankElsewhere(Problem):
    """A place among rows that the row in hand can be none of."""

    code: ClassVar[str] = "QR4802"
    slug: ClassVar[str] = "rank-elsewhere"
    span: Span
    why: str
    each: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`rank` is the place of the row in hand among rows like it, but {self.why}",
            Label(self.span, "whose place?"),
            help=f"rank rows of the {self.each} itself: all of them, or those `by` a link that they share"
            if self.each
            else "write it in a measure `for each` row that has a place",
        )
