"""What can be wrong with how the words of a rule text stand together."""

from typing import ClassVar

from quotarules.diagnostics.characters import shown
from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class UnexpectedWord(Problem):
    """A word that cannot stand at its place; `expected` says what can."""

    code: ClassVar[str] = "QR1001"
    slug: ClassVar[str] = "unexpected-word"
    span: Span
    text: str
    expected: tuple[str, ...]

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{shown(self.text)}` cannot stand here",
            Label(self.span, "not understood from here on"),
            help=expectation(self.expected),
        )


@dataclass(frozen=True, slots=True)
class Unfinished(Problem):
    """A clause that ends too early."""

    code: ClassVar[str] = "QR1002"
    slug: ClassVar[str] = "unfinished"
    span: Span
    text: str
    expected: tuple[str, ...]
    line_follows: bool

    def report(self) -> Report:
        """See `Problem`."""
        notes = ("a clause goes on in the next line only where that is indented deeper",) if self.line_follows else ()
        return Report(
            f"the clause ends after `{shown(self.text)}`, but something must follow",
            Label(self.span, "it ends here"),
            notes=notes,
            help=expectation(self.expected),
        )


def expectation(expected: tuple[str, ...]) -> str | None:
    """The help line for what can stand at a place."""
    if not expected:
        return None
    *some, last = expected
    return f"what can stand here: {', '.join(some)} or {last}" if some else f"what can stand here: {last}"


@dataclass(frozen=True, slots=True)
class UnknownWord(Problem):
    """A word where only certain words can stand, nearly one of them or none; `known` are those words."""

    code: ClassVar[str] = "QR1003"
    slug: ClassVar[str] = "unknown-word"
    span: Span
    text: str
    what: str
    nearest: str | None
    known: tuple[str, ...]

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{shown(self.text)}` is not {self.what}",
            Label(self.span, "this word"),
            help=f"write `{self.nearest}`" if self.nearest else expectation(tuple(f"`{word}`" for word in self.known)),
        )


@dataclass(frozen=True, slots=True)
class TwoOnOneLine(Problem):
    """Two clauses or declarations in a row on what counts as one line."""

    code: ClassVar[str] = "QR1004"
    slug: ClassVar[str] = "two-on-one-line"
    span: Span
    text: str
    own_line: bool
    declaration: bool

    def report(self) -> Report:
        """See `Problem`."""
        what = "a declaration" if self.declaration else "a clause"
        if self.own_line:
            return Report(
                f"{what} begins with `{shown(self.text)}`, but its line is indented deeper than the one above",
                Label(self.span, "read as going on with the line above"),
                help="indent the line like the one that it follows",
            )
        return Report(
            f"{what} begins with `{shown(self.text)}` where the one before has not ended",
            Label(self.span, "a second one on the same line"),
            help="begin a new line here" if self.declaration else "begin a new line here, or put a comma in front",
        )


@dataclass(frozen=True, slots=True)
class BracketNeverCloses(Problem):
    """A `(` without its `)`, before the clause or the block ends."""

    code: ClassVar[str] = "QR1005"
    slug: ClassVar[str] = "bracket-never-closes"
    span: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report("a bracket never closes", Label(self.span, "it opens here"), help="add `)` where it ends")


@dataclass(frozen=True, slots=True)
class BracketClosesNothing(Problem):
    """A `)` or `}` that nothing opened."""

    code: ClassVar[str] = "QR1006"
    slug: ClassVar[str] = "bracket-closes-nothing"
    span: Span
    text: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(f"`{self.text}` closes nothing", Label(self.span, "no bracket is open here"), help="delete it")


@dataclass(frozen=True, slots=True)
class BraceMissing(Problem):
    """A block without its `{` or its `}`; `span` is the head's end or the brace that stays open."""

    code: ClassVar[str] = "QR1007"
    slug: ClassVar[str] = "brace-missing"
    span: Span
    brace: str

    def report(self) -> Report:
        """See `Problem`."""
        if self.brace == "{":
            return Report("a block does not open", Label(self.span, "its head ends here"), help="add `{` here")
        return Report("a block never closes", Label(self.span, "it opens here"), help="add `}` after its last clause")


@dataclass(frozen=True, slots=True)
class SignOpensClause(Problem):
    """A line at clause depth that begins with a sign: it neither adds nor subtracts in silence."""

    code: ClassVar[str] = "QR1008"
    slug: ClassVar[str] = "sign-opens-clause"
    span: Span
    sign: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"a clause begins with `{self.sign}`",
            Label(self.span, "not indented deeper than the clause above, so it does not go on with it"),
            help="indent the line deeper to go on with the clause above, or delete the sign",
        )


@dataclass(frozen=True, slots=True)
class IfThen(Problem):
    """`if C then X else Y`."""

    code: ClassVar[str] = "QR1009"
    slug: ClassVar[str] = "if-then"
    span: Span
    text: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"there is no `{self.text}` in rules",
            Label(self.span, "this word"),
            help="write the value first: `VALUE when CONDITION else OTHER`",
        )


@dataclass(frozen=True, slots=True)
class IsForm(Problem):
    """`is not missing`, `is tender`: `is` has three endings only."""

    code: ClassVar[str] = "QR1010"
    slug: ClassVar[str] = "is-form"
    span: Span
    text: str
    mended: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`is {shown(self.text)}` has no meaning",
            Label(self.span, "only `missing`, `present` and `one of (…)` follow `is`"),
            help=f"write `{self.mended}`",
        )


@dataclass(frozen=True, slots=True)
class RangeEnd(Problem):
    """`from 0% to 70%`: it does not say whether the end belongs to the range."""

    code: ClassVar[str] = "QR1011"
    slug: ClassVar[str] = "range-end"
    span: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            "a range does not say whether its end belongs to it",
            Label(self.span, "`to` alone"),
            help="write `to under` to leave the end out, `through` to count it in",
        )


@dataclass(frozen=True, slots=True)
class ReservedWord(Problem):
    """A connective where a name must stand."""

    code: ClassVar[str] = "QR1012"
    slug: ClassVar[str] = "reserved-word"
    span: Span
    text: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.text}` is a word of the language, not a name",
            Label(self.span, "a name must stand here"),
            help="choose another name",
        )


@dataclass(frozen=True, slots=True)
class LabelMissing(Problem):
    """A line without the text that statements print."""

    code: ClassVar[str] = "QR1013"
    slug: ClassVar[str] = "label-missing"
    span: Span
    text: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"the line `{shown(self.text)}` has no label for statements",
            Label(self.span, "a text in quotes must follow this name"),
            help=f'write `{shown(self.text)} "Label"` and then the amount',
        )


@dataclass(frozen=True, slots=True)
class ChainedComparison(Problem):
    """`a < b < c`."""

    code: ClassVar[str] = "QR1014"
    slug: ClassVar[str] = "chained-comparison"
    span: Span
    text: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"a comparison is compared again with `{self.text}`",
            Label(self.span, "the second comparison"),
            help="join two comparisons with `and`: `a <= b and b <= c`",
        )


@dataclass(frozen=True, slots=True)
class ConditionOfRows(Problem):
    """`share(score >= 9 of surveys …)`: it can be read as nine of the surveys."""

    code: ClassVar[str] = "QR1015"
    slug: ClassVar[str] = "condition-of-rows"
    span: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            "a condition stands before `of` without parentheses",
            Label(self.span, "this `of` seems to belong to the last word only"),
            help="put the condition in parentheses: `share((score >= 9) of surveys …)`",
        )


@dataclass(frozen=True, slots=True)
class FunctionBrackets(Problem):
    """`count deals`: a function without its brackets."""

    code: ClassVar[str] = "QR1043"
    slug: ClassVar[str] = "function-brackets"
    span: Span
    text: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.text}` is a function, and what it works on stands in brackets",
            Label(self.span, "no bracket follows"),
            help=f"write `{self.text}(…)`",
        )


@dataclass(frozen=True, slots=True)
class HalfComparison(Problem):
    """`a >= 5 and <= 10`: a comparison without its left side."""

    code: ClassVar[str] = "QR1044"
    slug: ClassVar[str] = "half-comparison"
    span: Span
    text: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.text}` compares nothing",
            Label(self.span, "a value must stand before it"),
            help=f"repeat the value: `a >= 5 and a {self.text} 10`",
        )


@dataclass(frozen=True, slots=True)
class AmountForm(Problem):
    """`100 percent`, `100 rub`, `RUB 100`."""

    code: ClassVar[str] = "QR1045"
    slug: ClassVar[str] = "amount-form"
    span: Span
    text: str
    mended: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{shown(self.text)}` is not how an amount is written",
            Label(self.span, "this amount"),
            help=f"write `{shown(self.mended)}`",
        )
