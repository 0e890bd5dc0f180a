"""What can be wrong with single words, numbers and signs of a rule text, whatever stands around them."""

from typing import ClassVar

from quotarules.diagnostics.characters import shown
from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class TabIndent(Problem):
    """Tabs in front of lines, where the depth of a line decides what it belongs to; told once a text."""

    code: ClassVar[str] = "QR1020"
    slug: ClassVar[str] = "tab-indent"
    span: Span
    lines: int

    def report(self) -> Report:
        """See `Problem`."""
        notes = (f"{self.lines} lines of this text begin with a tab",) if self.lines > 1 else ()
        return Report(
            "a line begins with a tab, whose width nobody can see",
            Label(self.span, "this tab"),
            notes=notes,
            help="indent with spaces",
        )


@dataclass(frozen=True, slots=True)
class QuoteForm(Problem):
    """A text in quotes that are not the straight double ones."""

    code: ClassVar[str] = "QR1021"
    slug: ClassVar[str] = "quote-form"
    span: Span
    inner: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            "texts stand in straight double quotes",
            Label(self.span, "other quotes"),
            help=f'write `"{shown(self.inner)}"`',
        )


@dataclass(frozen=True, slots=True)
class TextNeverCloses(Problem):
    """A quoted text without its second quote on the same line."""

    code: ClassVar[str] = "QR1022"
    slug: ClassVar[str] = "text-never-closes"
    span: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            "a quoted text does not end on its line",
            Label(self.span, "it begins here"),
            help='close it with `"`',
        )


@dataclass(frozen=True, slots=True)
class CurrencySign(Problem):
    """`$100`: a sign that several currencies share."""

    code: ClassVar[str] = "QR1023"
    slug: ClassVar[str] = "currency-sign"
    span: Span
    sign: str
    mended: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.sign}` does not say which currency is meant",
            Label(self.span, "a currency sign"),
            help=f"write `{self.mended}`",
        )


@dataclass(frozen=True, slots=True)
class UnknownSign(Problem):
    """A sign that the language does not have; `mended` is what is written instead, where that is known."""

    code: ClassVar[str] = "QR1024"
    slug: ClassVar[str] = "unknown-sign"
    span: Span
    sign: str
    mended: str | None

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{shown(self.sign)}` has no meaning in rules",
            Label(self.span, "this sign"),
            help=self.mended or "delete it, or put the text that it belongs to in quotes",
        )


@dataclass(frozen=True, slots=True)
class CommaInNumber(Problem):
    """`3,5%` or `1,000`: a comma separates things, so a number has none."""

    code: ClassVar[str] = "QR1025"
    slug: ClassVar[str] = "comma-in-number"
    span: Span
    mended: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            "a comma stands inside a number",
            Label(self.span, "between digits, without a space"),
            notes=("a point begins the decimals, `_` groups thousands, a comma and a space separate two things",),
            help=f"write `{self.mended}`",
        )


@dataclass(frozen=True, slots=True)
class SpaceInNumber(Problem):
    """`100 000`: two numbers in a row."""

    code: ClassVar[str] = "QR1026"
    slug: ClassVar[str] = "space-in-number"
    span: Span
    mended: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            "a space stands inside a number",
            Label(self.span, "read as several numbers"),
            help=f"write `{self.mended}`",
        )


@dataclass(frozen=True, slots=True)
class DateForm(Problem):
    """A date that is not written year-month-day with all its digits; `mended` where only one day can be meant."""

    code: ClassVar[str] = "QR1027"
    slug: ClassVar[str] = "date-form"
    span: Span
    mended: str | None

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            "this looks like a date, but is not written as one",
            Label(self.span, "not YYYY-MM-DD"),
            help=f"write `{self.mended or '2026-01-31'}`, or put spaces around the signs of a calculation",
        )


@dataclass(frozen=True, slots=True)
class NoSuchDay(Problem):
    """`2026-02-30`."""

    code: ClassVar[str] = "QR1028"
    slug: ClassVar[str] = "no-such-day"
    span: Span
    text: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"there is no day {self.text}",
            Label(self.span, "not in the calendar"),
            help="write a day that exists",
        )


@dataclass(frozen=True, slots=True)
class NumberForm(Problem):
    """`1e5`, `5RUB`, `1__0`, `.5`, `1.`: something that begins like a number."""

    code: ClassVar[str] = "QR1029"
    slug: ClassVar[str] = "number-form"
    span: Span
    text: str
    mended: str | None

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{shown(self.text)}` is not a number",
            Label(self.span, "begins like one"),
            notes=("a number is digits, with `_` between them to group, and a point with digits behind it",),
            help=f"write `{self.mended}`" if self.mended else "write the number out, as in `100_000` or `0.25`",
        )


@dataclass(frozen=True, slots=True)
class NumberTooLong(Problem):
    """A number of more digits than any amount has."""

    code: ClassVar[str] = "QR1030"
    slug: ClassVar[str] = "number-too-long"
    span: Span
    digits: int
    limit: int

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"a number has {self.digits} digits; {self.limit} are the most",
            Label(self.span, "this number"),
            help="write a shorter number",
        )


@dataclass(frozen=True, slots=True)
class ForeignDigits(Problem):
    """Digits other than 0 to 9, in a number or a name."""

    code: ClassVar[str] = "QR1031"
    slug: ClassVar[str] = "foreign-digits"
    span: Span
    mended: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            "digits are written 0 to 9",
            Label(self.span, "other digits"),
            help=f"write `{shown(self.mended)}`",
        )


@dataclass(frozen=True, slots=True)
class MixedScripts(Problem):
    """Letters of two scripts in one part of a name: two names that look alike would be two things."""

    code: ClassVar[str] = "QR1032"
    slug: ClassVar[str] = "mixed-scripts"
    span: Span
    text: str
    odd: str
    scripts: tuple[str, ...]
    mended: str | None

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{shown(self.text)}` mixes letters of {' and '.join(self.scripts)}",
            Label(self.span, f"`{shown(self.odd)}` is of another script than the letters around it"),
            help=f"type `{self.mended}` with Latin letters"
            if self.mended
            else "use one script, or put `_` between the parts",
        )


@dataclass(frozen=True, slots=True)
class Lookalike(Problem):
    """A word that looks like a keyword but is typed in letters of another script."""

    code: ClassVar[str] = "QR1033"
    slug: ClassVar[str] = "lookalike-word"
    span: Span
    script: str
    mended: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"this word looks like `{self.mended}` but is typed in {self.script} letters",
            Label(self.span, f"{self.script} letters"),
            help=f"type `{self.mended}` with Latin letters",
        )


@dataclass(frozen=True, slots=True)
class NameCharacters(Problem):
    """A name with something that is no letter, digit or `_`."""

    code: ClassVar[str] = "QR1034"
    slug: ClassVar[str] = "name-characters"
    span: Span
    character: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{shown(self.character)}` (U+{ord(self.character):04X}) cannot stand in a name",
            Label(self.span, "this name"),
            help="use letters, digits and `_`; other texts stand in quotes",
        )
