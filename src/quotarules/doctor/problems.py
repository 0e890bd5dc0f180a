"""What the doctor finds: engines whose figures, or whose order of lines, are other than they are defined."""

from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class AnswersOtherwise(Problem):
    """A question of the file `questions`, what it has to come to, and what the engine made of it."""

    code: ClassVar[str] = "QR5390"
    slug: ClassVar[str] = "answers-otherwise"
    engine: str
    questions: str
    asked: str
    expected: str
    computed: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"the engine {self.engine} answers otherwise: of {self.questions}, `{self.asked}` has to be"
            f" {self.expected}, and is {self.computed}",
            Label(Span(f"--engine {self.engine}", 0, 0), "this engine was asked"),
            help="settle with another engine, and set this one's server back to its defaults",
        )


@dataclass(frozen=True, slots=True)
class LinesOtherwise(Problem):
    """Lines that no journal takes, written for the file `questions`; `words` end the sentence "the lines file …"."""

    code: ClassVar[str] = "QR5391"
    slug: ClassVar[str] = "lines-otherwise"
    engine: str
    questions: str
    words: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"the engine {self.engine} writes lines that no journal takes: of {self.questions}, the file {self.words}",
            Label(Span(f"--engine {self.engine}", 0, 0), "this engine was asked"),
            help="settle with another engine, and set this one's server back to its defaults",
        )


@dataclass(frozen=True, slots=True)
class GoesBeyond(Problem):
    """Lines of a rule of the file `questions` with more digits than there are, for which only an error is right."""

    code: ClassVar[str] = "QR5392"
    slug: ClassVar[str] = "goes-beyond"
    engine: str
    questions: str
    rule: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"the engine {self.engine} goes on beyond 38 digits: of {self.questions}, `{self.rule}` has to be an error,"
            " and has lines",
            Label(Span(f"--engine {self.engine}", 0, 0), "this engine was asked"),
            help="settle with another engine, and set this one's server back to its defaults",
        )
