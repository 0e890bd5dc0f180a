"""What can be wrong with windows, units of time and blocks that pay once in several periods."""

from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class NotInRetailYears(Problem):
    """A week or a month where the plan counts in retail years, whose parts are other days."""

    code: ClassVar[str] = "QR4640"
    slug: ClassVar[str] = "not-in-retail-years"
    span: Span
    unit: str
    pattern: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"a {self.pattern} year has periods, quarters and halves, but no {self.unit.replace('_', ' ')}",
            Label(self.span, "not a part of the plan's year"),
            help="write `period`, `quarter`, `half_year` or `year`, or a number of days: `last 28 days`",
        )


@dataclass(frozen=True, slots=True)
class EarlierInAnotherPeriod(Problem):
    """`earlier deals … during the period before`: earlier rows run back from the row in hand."""

    code: ClassVar[str] = "QR4641"
    slug: ClassVar[str] = "earlier-in-another-period"
    span: Span
    rows: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            "earlier rows are counted back from the row in hand, and this window lies elsewhere",
            Label(self.span, "a whole period of the past"),
            (Label(self.rows, "these rows end before the row in hand"),),
            help="leave out `earlier`",
        )


@dataclass(frozen=True, slots=True)
class WindowEndUnknown(Problem):
    """An end of a window that is not the same day for everybody."""

    code: ClassVar[str] = "QR4642"
    slug: ClassVar[str] = "window-end-unknown"
    span: Span
    words: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.words}` is not a day that a window can begin or end with",
            Label(self.span, "an end of a window is one day for all rows"),
            help="write a date, `start of quarter`, `end of period` or `as_of`, or test the date in `where`",
        )


@dataclass(frozen=True, slots=True)
class EveryNotWhole(Problem):
    """`every month` in a plan of quarters, or of weeks."""

    code: ClassVar[str] = "QR4643"
    slug: ClassVar[str] = "every-not-whole"
    span: Span
    unit: str
    period: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"a {self.unit} does not consist of whole periods of the plan, which settles each {self.period}",
            Label(self.span, "not whole periods"),
            help="leave out `every`, or name a longer unit",
        )


@dataclass(frozen=True, slots=True)
class NotOfTheUnit(Problem):
    """Something of a single period in a block that is paid once in several."""

    code: ClassVar[str] = "QR4644"
    slug: ClassVar[str] = "not-of-the-unit"
    span: Span
    what: str
    unit: str
    every: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"{self.what} belongs to one period, and this block is paid every {self.unit}",
            Label(self.span, "of a single period"),
            (Label(self.every, "the block is for several"),),
            help="move it to a block that is paid each period",
        )
