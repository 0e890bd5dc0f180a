"""What can be wrong with a calendar of working time."""

from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass

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


@dataclass(frozen=True, slots=True)
class UnknownHolidays(Problem):
    """A country, or a part of it (`country` then names the whole), whose public holidays nobody knows."""

    code: ClassVar[str] = "QR0750"
    slug: ClassVar[str] = "calendar-holidays-unknown"
    span: Span
    written: str
    country: str | None

    def report(self) -> Report:
        """See `Problem`."""
        if self.country is None:
            way = "write its two letters of ISO 3166, such as `DE`"
            return Report(f"no public holidays are known for `{self.written}`", Label(self.span, "here"), help=way)
        return Report(
            f"`{self.country}` has no part `{self.written}` with public holidays of its own",
            Label(self.span, "here"),
            help="write its code of ISO 3166-2 without the country, such as `BY`, or list its days under `closed`",
        )


@dataclass(frozen=True, slots=True)
class NoHolidaysThen(Problem):
    """A calendar that reaches into years for which the public holidays of its country are not known."""

    code: ClassVar[str] = "QR0751"
    slug: ClassVar[str] = "calendar-holidays-years"
    span: Span
    country: str
    first: int
    last: int

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"the public holidays of `{self.country}` are known from {self.first} through {self.last} only",
            Label(self.span, "asked for here"),
            help="move `from` or `through` of the calendar into these years",
        )
