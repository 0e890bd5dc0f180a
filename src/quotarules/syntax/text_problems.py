"""What can be wrong with a rule text as a whole: its first line, its size, forms that are still to come."""

from typing import ClassVar

from quotarules.diagnostics.characters import shown
from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class EditionMissing(Problem):
    """A rule text that does not begin with `quotarules 1`."""

    code: ClassVar[str] = "QR1050"
    slug: ClassVar[str] = "edition-missing"
    span: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            "a rule text says in its first line which edition of the language it is written in",
            Label(self.span, "the text begins here"),
            help="begin with the line `quotarules 1`",
        )


@dataclass(frozen=True, slots=True)
class EditionUnknown(Problem):
    """`quotarules 2`."""

    code: ClassVar[str] = "QR1051"
    slug: ClassVar[str] = "edition-unknown"
    span: Span
    text: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"there is no edition {shown(self.text)} of the language",
            Label(self.span, "this edition"),
            help="write `quotarules 1`",
        )


@dataclass(frozen=True, slots=True)
class TextTooLong(Problem):
    """A rule text beyond the size that is read."""

    code: ClassVar[str] = "QR1052"
    slug: ClassVar[str] = "text-too-long"
    span: Span
    limit: int
    unit: str = "characters"

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"a rule text has at most {self.limit:_} {self.unit}",
            Label(self.span, "this one is longer"),
            help="divide it into several files",
        )


@dataclass(frozen=True, slots=True)
class NestedTooDeep(Problem):
    """Brackets in brackets, or parts in parts, beyond what a person can follow."""

    code: ClassVar[str] = "QR1053"
    slug: ClassVar[str] = "nested-too-deep"
    span: Span
    limit: int

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"an expression is nested deeper than {self.limit} levels",
            Label(self.span, "too deep here"),
            help="give a part of it a name with `measure`",
        )


@dataclass(frozen=True, slots=True)
class TooManyProblems(Problem):
    """More problems in one text than anyone reads at once."""

    code: ClassVar[str] = "QR1054"
    slug: ClassVar[str] = "too-many-problems"
    span: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            "this text has more problems than are shown",
            Label(self.span, "the next one is here"),
            help="mend the ones above and check again",
        )
