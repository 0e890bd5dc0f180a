"""What can be wrong with rows that are counted for several levels of links."""

from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class LevelsOutOfRange(Problem):
    """A number of levels that is none."""

    code: ClassVar[str] = "QR4840"
    slug: ClassVar[str] = "levels-out-of-range"
    span: Span
    said: str
    most: int

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`up to {self.said} levels` says no number of levels from 2 to {self.most}",
            Label(self.span, "how many levels"),
            help=f"write a whole number from 2 to {self.most}; one level is the link alone",
        )


@dataclass(frozen=True, slots=True)
class LevelsElsewhere(Problem):
    """A link over several levels that does not lead to rows which have it themselves."""

    code: ClassVar[str] = "QR4841"
    slug: ClassVar[str] = "levels-elsewhere"
    span: Span
    link: str
    table: str
    target: str
    ways: tuple[str, ...]

    def report(self) -> Report:
        """See `Problem`."""
        ways = " or ".join(f"`{way}`" for way in self.ways)
        return Report(
            f"`{self.link}` leads from a row of `{self.table}` to one of `{self.target}`, so it has one level",
            Label(self.span, "followed level by level"),
            help=f"end the path with a link from `{self.target}` to `{self.target}`: {ways}"
            if ways
            else "drop the `up to … levels`",
        )


@dataclass(frozen=True, slots=True)
class LevelsNotAdded(Problem):
    """A function over the rows of several levels that cannot be added up from those of each."""

    code: ClassVar[str] = "QR4842"
    slug: ClassVar[str] = "levels-not-added"
    span: Span
    function: str
    levels: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"the `{self.function}` of several levels is not what the levels have together",
            Label(self.span, "cannot be added up"),
            (Label(self.levels, "several levels"),),
            help="count them or add them up: `sum(…)` and `count(…)` can have several levels",
        )
