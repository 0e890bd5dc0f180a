"""What can be wrong with rows of tables and tiers that stand in a file."""

from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass

_MARKS = {"\t": "a tab"}


@dataclass(frozen=True, slots=True)
class BadRowOfFile(Problem):
    """A row of a file that has too few or too many cells, or quotes that do not close."""

    code: ClassVar[str] = "QR0700"
    slug: ClassVar[str] = "bad-row-of-file"
    span: Span
    why: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"the file is no CSV as declared: {self.why}",
            Label(self.span, "here"),
            help='mend the row, or name the mark between cells, as in `delimiter ";"`',
        )


@dataclass(frozen=True, slots=True)
class BadNumberInFile(Problem):
    """A cell that is read as a number and is none."""

    code: ClassVar[str] = "QR0701"
    slug: ClassVar[str] = "bad-number-in-file"
    span: Span
    text: str
    decimal: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.text}` is no number" if self.text else "a number is missing",
            Label(self.span, "read as a number"),
            help=f"write digits, such as 1250{self.decimal}50 or 5%, without a currency and without groups",
        )


@dataclass(frozen=True, slots=True)
class FileColumnUnknown(Problem):
    """A column that the file's header does not have."""

    code: ClassVar[str] = "QR2700"
    slug: ClassVar[str] = "file-column-unknown"
    span: Span
    name: str
    near: tuple[str, ...]
    known: tuple[str, ...]

    def report(self) -> Report:
        """See `Problem`."""
        names = self.near or self.known[:8]
        return Report(
            f"the file has no column `{self.name}`",
            Label(self.span, "not a title of its first row"),
            help="its columns: " + ", ".join(f"`{name}`" for name in names),
        )


@dataclass(frozen=True, slots=True)
class OneRowForm(Problem):
    """A table from a file whose block does not say exactly once how a row is read."""

    code: ClassVar[str] = "QR4701"
    slug: ClassVar[str] = "one-row-form"
    span: Span
    name: str
    count: int

    def report(self) -> Report:
        """See `Problem`."""
        said = "twice" if self.count > 1 else "nowhere"
        return Report(
            f"`{self.name}` says {said} how a row of its file is read",
            Label(self.span, "one row is enough" if self.count > 1 else "read how?"),
            help="write one row with the file's columns, such as `{ product, from low to under high: rate * 1% }`",
        )


@dataclass(frozen=True, slots=True)
class NotWorkedOut(Problem):
    """A form over columns of a file that is no number with at most one unit."""

    code: ClassVar[str] = "QR4702"
    slug: ClassVar[str] = "not-worked-out"
    span: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            "this is not worked out for the rows of a file",
            Label(self.span, "not a column with a unit"),
            help="add, subtract or multiply columns and numbers, such as `rate * 1%`, `bonus * 1 EUR` or `low - 1`",
        )


@dataclass(frozen=True, slots=True)
class FormatUnclear(Problem):
    """A delimiter or a decimal mark that a file cannot have."""

    code: ClassVar[str] = "QR4703"
    slug: ClassVar[str] = "format-unclear"
    span: Span
    mark: str
    known: str

    def report(self) -> Report:
        """See `Problem`."""
        known = ", ".join(_MARKS.get(mark, f"`{mark}`") for mark in self.known)
        return Report(
            f"`{self.mark}` cannot be the mark of this file",
            Label(self.span, "not a mark, or the same as the other one"),
            help=f"one of {known}; the delimiter and the decimal mark differ",
        )
