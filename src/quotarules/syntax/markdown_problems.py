"""What can be wrong with the fences of a Markdown plan or case."""

from typing import ClassVar

from quotarules.diagnostics.characters import shown
from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass

_LINE = "write it like `S1, pay, won, D1, due, 40.00`"


@dataclass(frozen=True, slots=True)
class OpenFence(Problem):
    """A fence that the file ends in."""

    code: ClassVar[str] = "QR0401"
    slug: ClassVar[str] = "case-open-fence"
    span: Span

    def report(self) -> Report:
        """See `Problem`."""
        label = Label(self.span, "it opens here")
        return Report("the fence is never closed", label, help="close it with a line of ```")


@dataclass(frozen=True, slots=True)
class FenceNeedsName(Problem):
    """A fence whose first line lacks the table, calendar or period that it is about, or says too much."""

    code: ClassVar[str] = "QR0402"
    slug: ClassVar[str] = "case-fence-name"
    span: Span
    written: str
    wanted: str

    def report(self) -> Report:
        """See `Problem`."""
        message = f"`{shown(self.written)}` does not say which {self.wanted} the fence is about"
        way_out = f"write ```{self.written.split()[0]} NAME"
        return Report(message, Label(self.span, "the fence begins here"), help=way_out)


@dataclass(frozen=True, slots=True)
class FenceTwice(Problem):
    """Two fences about the same table, calendar or period."""

    code: ClassVar[str] = "QR0403"
    slug: ClassVar[str] = "case-fence-twice"
    span: Span
    what: str
    first: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"{self.what} has two fences",
            Label(self.span, "here again"),
            (Label(self.first, "first here"),),
            help="write all rows in one fence",
        )


@dataclass(frozen=True, slots=True)
class BadExpectation(Problem):
    """A row of an `expect` fence that is no line of a statement."""

    code: ClassVar[str] = "QR0404"
    slug: ClassVar[str] = "case-expectation"
    span: Span
    why: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(f"this is not a line of a statement: {self.why}", Label(self.span, "here"), help=_LINE)


@dataclass(frozen=True, slots=True)
class BadExpectedProblem(Problem):
    """A row of a `problems` fence that does not name a code and a place."""

    code: ClassVar[str] = "QR0405"
    slug: ClassVar[str] = "case-expected-problem"
    span: Span
    written: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{shown(self.written)}` does not name a problem and a place",
            Label(self.span, "here"),
            help="write `QR1001 12:3`: the code, the line and the column",
        )


@dataclass(frozen=True, slots=True)
class ShiftedFence(Problem):
    """A fence that stands indented, as inside a list: its text would not begin at the lines' beginning."""

    code: ClassVar[str] = "QR0406"
    slug: ClassVar[str] = "case-shifted-fence"
    span: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report("the fence is indented", Label(self.span, "here"), help="begin the fence at the left margin")
