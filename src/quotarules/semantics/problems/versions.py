"""What can be wrong with rules that exist in versions: holes, overlaps, other types, and no date to choose by."""

from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass
from quotarules.values.period import calendar_date


@dataclass(frozen=True, slots=True)
class VersionsOverlap(Problem):
    """Two versions of one name that are in force on the same day; `day` since 1970-01-01 is the first such day."""

    code: ClassVar[str] = "QR4685"
    slug: ClassVar[str] = "versions-overlap"
    span: Span
    name: str
    day: int
    first: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"two versions of `{self.name}` are in force on {calendar_date(self.day)}",
            Label(self.span, "this one"),
            (Label(self.first, "and this one"),),
            help="let one end on the day before the other begins",
        )


@dataclass(frozen=True, slots=True)
class VersionsMissing(Problem):
    """Days of the plan on which no version of a name is in force."""

    code: ClassVar[str] = "QR4684"
    slug: ClassVar[str] = "versions-missing"
    span: Span
    name: str
    start: int
    end: int
    beside: Span

    def report(self) -> Report:
        """See `Problem`."""
        days = f"from {calendar_date(self.start)} through {calendar_date(self.end)}"
        return Report(
            f"no version of `{self.name}` is in force {days}",
            Label(self.span, "the version next to the hole"),
            (Label(self.beside, "needed because of this"),),
            help="move the ends so that the versions follow each other day by day",
        )


@dataclass(frozen=True, slots=True)
class VersionsDiffer(Problem):
    """A version that is read with, or gives, another type than the first one."""

    code: ClassVar[str] = "QR4686"
    slug: ClassVar[str] = "versions-differ"
    span: Span
    name: str
    first: str
    other: str
    declared: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"the versions of `{self.name}` are not alike: {self.first}, and {self.other}",
            Label(self.span, self.other),
            (Label(self.declared, self.first),),
            help="give one of them another name",
        )


@dataclass(frozen=True, slots=True)
class NoDayToChoose(Problem):
    """A name with versions read on rows that could be dated in several ways; `dates` are their columns with days."""

    code: ClassVar[str] = "QR4687"
    slug: ClassVar[str] = "version-by-which-day"
    span: Span
    name: str
    each: str
    dates: tuple[str, ...]
    declared: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"which day of the {self.each} chooses the version of `{self.name}`?",
            Label(self.span, "read here on rows without `on`"),
            (Label(self.declared, "it has versions"),),
            help="add to the plan " + " or ".join(f"`chosen by {name}`" for name in self.dates),
        )


@dataclass(frozen=True, slots=True)
class NotChosenBy(Problem):
    """`chosen by` a column that no table has, or that holds no day."""

    code: ClassVar[str] = "QR4688"
    slug: ClassVar[str] = "chosen-by-what"
    span: Span
    name: str
    dates: tuple[str, ...]

    def report(self) -> Report:
        """See `Problem`."""
        known = "write one of " + ", ".join(f"`{name}`" for name in self.dates) if self.dates else "delete the clause"
        return Report(
            f"no table has a date `{self.name}` by which a version could be chosen",
            Label(self.span, "not a date"),
            help=known,
        )


@dataclass(frozen=True, slots=True)
class BlockInsidePeriod(Problem):
    """A pay block that begins or ends inside a period."""

    code: ClassVar[str] = "QR4689"
    slug: ClassVar[str] = "block-inside-a-period"
    span: Span
    what: str
    day: int
    unit: str

    def report(self) -> Report:
        """See `Problem`."""
        ends = "ends" if self.what == "end" else "begins"
        return Report(
            f"the block {ends} on {calendar_date(self.day)}, inside a {self.unit}",
            Label(self.span, "here"),
            help=f"let it {self.what} with a {self.unit}",
        )
