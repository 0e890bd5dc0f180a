"""What can be wrong with a file before anything in it is read."""

from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass

_WAY_OUT = "put the file there, or mend the path that names it"


@dataclass(frozen=True, slots=True)
class FileUnreadable(Problem):
    """A file that a project names cannot be used; `reason` ends a sentence about it."""

    code: ClassVar[str] = "QR0001"
    slug: ClassVar[str] = "file-unreadable"
    path: str
    reason: str
    asked_at: Span | None

    def report(self) -> Report:
        """See `Problem`."""
        span = self.asked_at or Span(self.path, 0, 0)
        text = "this file is asked for here" if self.asked_at else "the project asks for this file"
        return Report(f"file `{self.path}` {self.reason}", Label(span, text), help=_WAY_OUT)


@dataclass(frozen=True, slots=True)
class FileNotText(Problem):
    """A byte that is not UTF-8."""

    code: ClassVar[str] = "QR0002"
    slug: ClassVar[str] = "file-not-text"
    path: str
    line: int
    byte: int

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.path}` is not UTF-8 text: line {self.line} holds the byte {self.byte:#04x}",
            Label(Span(self.path, 0, 0), f"in line {self.line}"),
            help="save the file as UTF-8",
        )


@dataclass(frozen=True, slots=True)
class ForbiddenCharacter(Problem):
    """A character that cannot be seen or that turns text around."""

    code: ClassVar[str] = "QR0003"
    slug: ClassVar[str] = "forbidden-character"
    span: Span
    character: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"the text holds the invisible character U+{ord(self.character):04X}",
            Label(self.span, "it stands here"),
            help="delete the character",
        )
