"""What can be wrong with a block as a whole: clauses missing or repeated, settings unknown, cycles, forms not built."""

from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass
from quotarules.semantics.problems.names import nearest

_SHOWN = 8
"""The most steps of a circle that a message shows."""


@dataclass(frozen=True, slots=True)
class ClauseMissing(Problem):
    """A block without a clause that it needs; `example` is one way to write it."""

    code: ClassVar[str] = "QR4001"
    slug: ClassVar[str] = "clause-missing"
    span: Span
    block: str
    clause: str
    example: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"{self.block} does not say `{self.clause}`",
            Label(self.span, "this clause is missing here"),
            help=f"add `{self.example}`",
        )


@dataclass(frozen=True, slots=True)
class UnknownSetting(Problem):
    """A setting of the plan with a value that means nothing."""

    code: ClassVar[str] = "QR4002"
    slug: ClassVar[str] = "unknown-setting"
    span: Span
    what: str
    value: str
    known: tuple[str, ...]
    way_out: str | None

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.value}` is not {self.what}",
            Label(self.span, "unknown"),
            help=nearest(self.known) or self.way_out or "write one that is known",
        )


@dataclass(frozen=True, slots=True)
class RangeBackwards(Problem):
    """A range whose end stands before its beginning."""

    code: ClassVar[str] = "QR4003"
    slug: ClassVar[str] = "range-backwards"
    span: Span
    start: Span
    what: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            self.what,
            Label(self.span, "the end"),
            (Label(self.start, "the beginning"),),
            help="let the end be larger than the beginning",
        )


@dataclass(frozen=True, slots=True)
class CalendarNeeded(Problem):
    """Working time in a plan without a calendar."""

    code: ClassVar[str] = "QR4004"
    slug: ClassVar[str] = "calendar-needed"
    span: Span
    plan: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            "working time is counted over a calendar, but the plan names none",
            Label(self.span, "needs opening hours"),
            (Label(self.plan, "this plan has no `calendar`"),),
            help="add `calendar NAME` to the plan, with a calendar named in quotarules.yaml",
        )


@dataclass(frozen=True, slots=True)
class ClauseTwice(Problem):
    """A clause that a block may have once."""

    code: ClassVar[str] = "QR4005"
    slug: ClassVar[str] = "clause-twice"
    span: Span
    clause: str
    block: str
    first: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"{self.block} says `{self.clause}` twice",
            Label(self.span, "again here"),
            (Label(self.first, "first here"),),
            help="keep one of them",
        )


@dataclass(frozen=True, slots=True)
class Circle(Problem):
    """A value that needs itself; `steps` are (what, where the next one is read)."""

    code: ClassVar[str] = "QR4006"
    slug: ClassVar[str] = "circle"
    steps: tuple[tuple[str, Span], ...]

    def report(self) -> Report:
        """See `Problem`."""
        names = [name for name, _ in self.steps]
        following = [*names[1:], names[0]]
        labels = [
            Label(span, f"{name} needs {needed} here")
            for (name, span), needed in zip(self.steps, following, strict=True)
        ]
        said = names if len(names) <= _SHOWN else [*names[: _SHOWN - 1], "…", names[-1]]
        return Report(
            "this value needs itself: " + " → ".join([*said, names[0]]),
            labels[0],
            tuple(labels[1:_SHOWN]),
            help="leave one of these readings out; what a newcomer starts at may read the balances of others",
        )


@dataclass(frozen=True, slots=True)
class NotBuilt(Problem):
    """A form of the language that this version does not have yet; `instead` says what there is."""

    code: ClassVar[str] = "QR4090"
    slug: ClassVar[str] = "not-built"
    span: Span
    form: str
    instead: str | None = None

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"{self.form} is part of the language, but not built yet",
            Label(self.span, "this form"),
            help=self.instead or "leave it out",
        )
