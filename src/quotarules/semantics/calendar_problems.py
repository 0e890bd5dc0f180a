"""What can be wrong with a calendar of working time."""

from dataclasses import dataclass
from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span

_HOURS = "write hours in order, like `09:00-13:00, 14:00-18:00`"


@dataclass(frozen=True, slots=True)
class BadDay(Problem):
    """A date that the calendar of the months does not have, such as 2026-02-30."""

    code: ClassVar[str] = "QR0301"
    slug: ClassVar[str] = "calendar-date"
    span: Span
    written: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(f"{self.written} is not a day", Label(self.span, "here"), help="write a day like `2026-12-31`")


@dataclass(frozen=True, slots=True)
class BadHours(Problem):
    """Opening hours that end before they begin, overlap or name a time that no clock shows."""

    code: ClassVar[str] = "QR0302"
    slug: ClassVar[str] = "calendar-hours"
    span: Span
    written: str
    why: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(f"`{self.written}`: {self.why}", Label(self.span, "here"), help=_HOURS)


@dataclass(frozen=True, slots=True)
class OutsideCalendar(Problem):
    """A day that is named and lies outside the days of the file."""

    code: ClassVar[str] = "QR0303"
    slug: ClassVar[str] = "calendar-outside"
    span: Span
    written: str
    first: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"{self.written} is not a day of this calendar",
            Label(self.span, "named here"),
            (Label(self.first, "the calendar begins here"),),
            help="delete it, or move `from` or `through`",
        )


@dataclass(frozen=True, slots=True)
class BadRange(Problem):
    """A calendar that ends before it begins, is never open, or covers more years than any plan."""

    code: ClassVar[str] = "QR0304"
    slug: ClassVar[str] = "calendar-range"
    span: Span
    why: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"the calendar {self.why}", Label(self.span, "here"), help="mend the days or the hours that it names"
        )


@dataclass(frozen=True, slots=True)
class DaySaidTwice(Problem):
    """A day that is closed twice, or closed and changed."""

    code: ClassVar[str] = "QR0305"
    slug: ClassVar[str] = "calendar-day-twice"
    span: Span
    written: str
    first: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"{self.written} is named twice",
            Label(self.span, "here again"),
            (Label(self.first, "first here"),),
            help="delete one of them",
        )
