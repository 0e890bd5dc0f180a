"""What can be wrong with working time: calendars that are not there, pauses that stop nothing."""

from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass
from quotarules.semantics.problems.names import nearest


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


@dataclass(frozen=True, slots=True)
class UnknownCalendar(Problem):
    """`on calendar` a name that is neither a calendar of the project nor a column of the row."""

    code: ClassVar[str] = "QR2750"
    slug: ClassVar[str] = "unknown-calendar"
    span: Span
    name: str
    known: tuple[str, ...]

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.name}` is not a calendar of this project, and not a column here",
            Label(self.span, "unknown"),
            help=nearest(self.known) or "name it in quotarules.yaml under `calendars`",
        )


@dataclass(frozen=True, slots=True)
class CalendarOrColumn(Problem):
    """`on calendar` a name that is a calendar of the project and a column of the row as well."""

    code: ClassVar[str] = "QR2751"
    slug: ClassVar[str] = "calendar-or-column"
    span: Span
    name: str
    each: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.name}` is a calendar of this project and also a column of the {self.each}",
            Label(self.span, "which of them?"),
            help=f"write `this {self.each}.{self.name}` for the column, or give the calendar another name",
        )


@dataclass(frozen=True, slots=True)
class CalendarWords(Problem):
    """A choice that names calendars, with words that are none."""

    code: ClassVar[str] = "QR3750"
    slug: ClassVar[str] = "calendar-words"
    span: Span
    strangers: tuple[str, ...]
    known: tuple[str, ...]
    declared: Label | None

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"no calendar of this project is called {_listed(self.strangers)}",
            Label(self.span, "may have that word"),
            (self.declared,) if self.declared is not None else (),
            help=f"let each word be a calendar; there {'are' if len(self.known) != 1 else 'is'} {_listed(self.known)}"
            if self.known
            else "name them in quotarules.yaml under `calendars`",
        )


@dataclass(frozen=True, slots=True)
class PausesElsewhere(Problem):
    """Pauses whose rows do not lead to the row that would pause."""

    code: ClassVar[str] = "QR3751"
    slug: ClassVar[str] = "pauses-elsewhere"
    span: Span
    table: str
    each: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"these rows of `{self.table}` are not pauses of the {self.each} in hand",
            Label(self.span, f"no link leads from here to the {self.each} itself"),
            help=f"write `{self.table} by LINK` with a link that leads to the {self.each}",
        )


@dataclass(frozen=True, slots=True)
class PausesOfRunningTime(Problem):
    """Pauses of a term whose time is not counted in opening minutes."""

    code: ClassVar[str] = "QR4750"
    slug: ClassVar[str] = "pauses-of-running-time"
    span: Span
    unit: str
    within: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"pauses stop a clock of working hours, but this term counts {self.unit}",
            Label(self.span, "what does this leave out?"),
            (Label(self.within, f"counted in {self.unit}"),),
            help="count in working hours; over a calendar that is always open they are plain hours",
        )
