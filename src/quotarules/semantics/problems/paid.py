"""What can be wrong with when a line of pay falls due, and with how it is taken back."""

from typing import ClassVar
from typing import Literal as Word

from quotarules.diagnostics.problem import Label, Problem, Report, Severity
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class PartsDoNotAdd(Problem):
    """Parts of a line of pay that do not make 100%."""

    code: ClassVar[str] = "QR4620"
    slug: ClassVar[str] = "parts-do-not-add"
    spans: tuple[Span, ...]
    line: str
    total: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"the parts of `{self.line}` make {self.total}, not 100%",
            Label(self.spans[-1], "counted"),
            tuple(Label(span, "counted") for span in self.spans[:-1]),
            help="let the parts make 100%",
        )


@dataclass(frozen=True, slots=True)
class NotKeptByRow(Problem):
    """`paid` or a clawback on a line that has no rows, or rows without a date: nothing says when what was earned."""

    code: ClassVar[str] = "QR4621"
    slug: ClassVar[str] = "not-kept-by-row"
    span: Span
    what: str
    line: str
    written: Span
    lacks: Word["rows", "date"]

    def report(self) -> Report:
        """See `Problem`."""
        if self.lacks == "rows":
            return Report(
                f"{self.what} follows each row of a line, and `{self.line}` is one amount for the whole period",
                Label(self.span, "which row was earned, and when?"),
                (Label(self.written, "this line has no rows"),) if self.written != self.span else (),
                help="give the line rows of its own: `for each … by … on …`",
            )
        return Report(
            f"{self.what} needs the day of each row, and the rows of `{self.line}` have no `on`",
            Label(self.span, "when was a row earned?"),
            (Label(self.written, "these rows have no date"),) if self.written != self.span else (),
            help="add `on` and the date that counts",
        )


@dataclass(frozen=True, slots=True)
class ScheduleUnclear(Problem):
    """A count or a span of time that pay cannot be cut by; `period` is the plan's clause where that says `found`."""

    code: ClassVar[str] = "QR4622"
    slug: ClassVar[str] = "schedule-unclear"
    span: Span
    found: str
    wanted: str
    help_line: str
    period: Span | None = None

    def report(self) -> Report:
        """See `Problem`."""
        says, here = ("this says", "not this") if self.period is None else ("the plan's period is", "paid later")
        labels = () if self.period is None else (Label(self.period, "the period of the plan"),)
        return Report(f"{self.wanted}, and {says} `{self.found}`", Label(self.span, here), labels, help=self.help_line)


@dataclass(frozen=True, slots=True)
class ClawbackTakesMore(Problem):
    """A clawback of nothing, or of more than was earned."""

    code: ClassVar[str] = "QR4623"
    slug: ClassVar[str] = "clawback-takes-more"
    span: Span
    found: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"a clawback takes a part of what was earned, and {self.found} is none",
            Label(self.span, "more than 0% and at most 100%"),
            help="name a part from above 0% to 100%, or leave it out to take back all",
        )


@dataclass(frozen=True, slots=True)
class MayNeverBeDue(Problem):
    """A part of a line whose day may be missing, so that it may never be paid."""

    code: ClassVar[str] = "QR4624"
    slug: ClassVar[str] = "may-never-be-due"
    severity: ClassVar[Severity] = Severity.WARNING
    span: Span
    line: str
    words: str
    declared: Span | None

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"a part of `{self.line}` is not due for as long as `{self.words}` is missing",
            Label(self.span, "may be missing"),
            (Label(self.declared, "because of this"),) if self.declared is not None else (),
            help="say what counts then: `(… else DATE)`",
        )


@dataclass(frozen=True, slots=True)
class NoSuchLine(Problem):
    """A clawback of a line that the block does not have."""

    code: ClassVar[str] = "QR2620"
    slug: ClassVar[str] = "no-such-line"
    span: Span
    name: str
    block: str
    lines: tuple[str, ...]

    def report(self) -> Report:
        """See `Problem`."""
        named = ", ".join(f"`{line}`" for line in self.lines)
        return Report(
            f"pay `{self.block}` has no line `{self.name}`",
            Label(self.span, "takes back this line"),
            notes=(f"its lines for rows are {named}",) if self.lines else ("it has no line for rows",),
            help=f"write `{self.lines[0]}`" if len(self.lines) == 1 else "name a line of this block",
        )


@dataclass(frozen=True, slots=True)
class ClawbackElsewhere(Problem):
    """Rows of a clawback that do not lead to the row of the line that is taken back."""

    code: ClassVar[str] = "QR3620"
    slug: ClassVar[str] = "clawback-elsewhere"
    span: Span
    line: str
    each: str
    written: Span
    ways: tuple[str, ...]

    def report(self) -> Report:
        """See `Problem`."""
        ways = " or ".join(f"`by {way}`" for way in self.ways)
        return Report(
            f"which {self.each} of `{self.line}` is taken back?",
            Label(self.span, f"does not lead to a {self.each}"),
            (Label(self.written, f"`{self.line}` has a line for each {self.each}"),),
            help=f"write {ways}" if ways else f"declare a link to the {self.each} in the facts",
        )
