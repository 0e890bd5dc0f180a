"""What can be wrong with a file of facts: each problem names the file, and where it can the row, column and value."""

from typing import ClassVar

from quotarules.diagnostics.characters import shown
from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass

_MEND = "mend the value, or set the row aside by name"
_MEND_FIRST = "mend those that are shown and settle again"
_TELL_APART = "give the rows different keys in the file"
_ADD_COLUMN = "add the column to the file, or say under which name it stands there: `column: …`"


def _cell(file: str, text: str, row: int | str | None = None, column: str | None = None) -> Label:
    return Label(Span(file, 0, 0), text, row, column)


@dataclass(frozen=True, slots=True)
class BadEncoding(Problem):
    """A byte that is no text in the encoding of the file; `row` counts lines."""

    code: ClassVar[str] = "QR0201"
    slug: ClassVar[str] = "data-encoding"
    file: str
    row: int
    byte: int
    encoding: str

    def report(self) -> Report:
        """See `Problem`."""
        message = f"the byte {self.byte:#04x} is not text in {self.encoding}"
        return Report(message, _cell(self.file, "in this line", self.row), help="state the file's `encoding`")


@dataclass(frozen=True, slots=True)
class BadStructure(Problem):
    """A row of a CSV file that cannot be cut into columns; `why` says what stands there, nothing in an empty file."""

    code: ClassVar[str] = "QR0202"
    slug: ClassVar[str] = "data-structure"
    file: str
    row: int | str
    why: str | None

    def report(self) -> Report:
        """See `Problem`."""
        if self.why is None:
            here = _cell(self.file, "the names of the columns stand here", self.row)
            return Report("the file is empty: it lacks its header line", here, help="write the header line")
        return Report(
            f"the row cannot be read: {self.why}",
            _cell(self.file, "this row", self.row),
            help="mend the row, or state the file's `delimiter` if it is another one",
        )


@dataclass(frozen=True, slots=True)
class MissingColumn(Problem):
    """A declared column that the file does not have."""

    code: ClassVar[str] = "QR0203"
    slug: ClassVar[str] = "data-missing-column"
    file: str
    column: str
    near: str | None
    declared: Span

    def report(self) -> Report:
        """See `Problem`."""
        name = shown(self.column)
        way_out = f"write `column: {shown(self.near)}` in the declaration" if self.near else _ADD_COLUMN
        return Report(
            f"the file has no column `{name}`",
            _cell(self.file, "in the header", 1, self.column),
            (Label(self.declared, "declared here"),),
            help=way_out,
        )


@dataclass(frozen=True, slots=True)
class DuplicateColumn(Problem):
    """Two columns of one name in a file."""

    code: ClassVar[str] = "QR0204"
    slug: ClassVar[str] = "data-duplicate-column"
    file: str
    column: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"two columns of the file are called `{shown(self.column)}`",
            _cell(self.file, "in the header", 1, self.column),
            help="rename one of them in the file",
        )


@dataclass(frozen=True, slots=True)
class WrongValue(Problem):
    """A value that is not what its column declares; `expected` completes "... is not"."""

    code: ClassVar[str] = "QR0205"
    slug: ClassVar[str] = "data-wrong-value"
    file: str
    row: int | str
    column: str
    value: str
    expected: str

    def report(self) -> Report:
        """See `Problem`."""
        message = f"`{shown(self.value)}` is not {self.expected}"
        return Report(message, _cell(self.file, "this value", self.row, self.column), help=_MEND)


@dataclass(frozen=True, slots=True)
class OutOfBounds(Problem):
    """A value below the least or above the most that its column allows."""

    code: ClassVar[str] = "QR0206"
    slug: ClassVar[str] = "data-out-of-bounds"
    file: str
    row: int | str
    column: str
    value: str
    bounds: str
    declared: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{shown(self.value)}` is not {self.bounds}",
            _cell(self.file, "this value", self.row, self.column),
            (Label(self.declared, "the column is declared here"),),
            help="mend the value, or widen `min` and `max` in the declaration",
        )


@dataclass(frozen=True, slots=True)
class MissingValue(Problem):
    """An empty field in a column that is not `or missing`."""

    code: ClassVar[str] = "QR0207"
    slug: ClassVar[str] = "data-missing-value"
    file: str
    row: int | str
    column: str
    declared: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{shown(self.column)}` has no value",
            _cell(self.file, "this field is empty", self.row, self.column),
            (Label(self.declared, "the column is declared here"),),
            help="fill the field, or declare the column `or missing`",
        )


@dataclass(frozen=True, slots=True)
class DuplicateKey(Problem):
    """A row whose key an earlier row has."""

    code: ClassVar[str] = "QR0208"
    slug: ClassVar[str] = "data-duplicate-key"
    file: str
    row: int | str
    column: str
    key: str
    first_row: int | str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"two rows have the key `{shown(self.key, 80)}`",
            _cell(self.file, "this row", self.row, self.column),
            (_cell(self.file, "the first row with this key", self.first_row, self.column),),
            help="delete one of the two, or give it a key of its own",
        )


@dataclass(frozen=True, slots=True)
class BrokenLink(Problem):
    """A value that no row of the linked table has."""

    code: ClassVar[str] = "QR0209"
    slug: ClassVar[str] = "data-broken-link"
    file: str
    row: int | str
    column: str
    value: str
    target: str
    target_column: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"no row of `{self.target}` has `{shown(self.value)}` as `{self.target_column}`",
            _cell(self.file, "this value", self.row, self.column),
            help=f"mend the value, add the row to `{self.target}`, or set this row aside by name",
        )


@dataclass(frozen=True, slots=True)
class ControlTotal(Problem):
    """The count of rows is not the one that was declared."""

    code: ClassVar[str] = "QR0210"
    slug: ClassVar[str] = "data-control-total"
    file: str
    declared_rows: int
    found_rows: int
    declared: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"the file has {self.found_rows:,} rows, and {self.declared_rows:,} are declared",
            _cell(self.file, "this file"),
            (Label(self.declared, "declared here"),),
            help="bring the whole file, or mend `rows`",
        )


@dataclass(frozen=True, slots=True)
class TooManyRows(Problem):
    """More rows than the table may have."""

    code: ClassVar[str] = "QR0211"
    slug: ClassVar[str] = "data-too-many-rows"
    file: str
    limit: int
    found_rows: int
    declared: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"the table has {self.found_rows:,} rows, and it may have {self.limit:,}",
            _cell(self.file, "read from here"),
            (Label(self.declared, "the table is declared here"),),
            help="raise `at_most_rows`",
        )


@dataclass(frozen=True, slots=True)
class WrongColumnType(Problem):
    """A Parquet column whose type cannot hold what is declared without a guess."""

    code: ClassVar[str] = "QR0212"
    slug: ClassVar[str] = "data-column-type"
    file: str
    column: str
    found: str
    wanted: str
    declared: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"the column holds {self.found}, and {self.wanted} is declared",
            _cell(self.file, "this column", None, self.column),
            (Label(self.declared, "declared here"),),
            help="write the column with another type, or as text",
        )


@dataclass(frozen=True, slots=True)
class NotParquet(Problem):
    """A file that cannot be read as Parquet."""

    code: ClassVar[str] = "QR0213"
    slug: ClassVar[str] = "data-not-parquet"
    file: str

    def report(self) -> Report:
        """See `Problem`."""
        message = "this is not a Parquet file, or it is damaged"
        return Report(message, _cell(self.file, "this file"), help="write the file again, or name it as `csv`")


@dataclass(frozen=True, slots=True)
class MoreProblems(Problem):
    """Closes a list of problems of one file that was cut."""

    code: ClassVar[str] = "QR0214"
    slug: ClassVar[str] = "data-more-problems"
    file: str
    count: int

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"and {self.count:,} more problems in `{self.file}`", _cell(self.file, "read from here"), help=_MEND_FIRST
        )


@dataclass(frozen=True, slots=True)
class SetAsideUnmatched(Problem):
    """A row that is to be set aside and cannot be told: there is none with that key, or several."""

    code: ClassVar[str] = "QR0215"
    slug: ClassVar[str] = "data-set-aside"
    span: Span
    table: str
    key: str
    found: int

    def report(self) -> Report:
        """See `Problem`."""
        many = "no row" if self.found == 0 else f"{self.found:,} rows"
        return Report(
            f"{many} of `{self.table}` has the key `{shown(self.key)}`"
            if self.found == 0
            else f"{many} of `{self.table}` have the key `{shown(self.key)}`",
            Label(self.span, "set aside here"),
            help="write the key of one row as it stands in the file" if self.found == 0 else _TELL_APART,
        )


@dataclass(frozen=True, slots=True)
class SetAsideTable(Problem):
    """A row is to be set aside in a table that has no rows of its own, or does not exist."""

    code: ClassVar[str] = "QR0216"
    slug: ClassVar[str] = "data-set-aside-table"
    span: Span
    table: str

    def report(self) -> Report:
        """See `Problem`."""
        message = f"no table `{shown(self.table)}` is read from a file"
        return Report(message, Label(self.span, "set aside here"), help="name a table with `from` in the facts")


@dataclass(frozen=True, slots=True)
class NotUnique(Problem):
    """A column that links lead to by its value, and two rows have the same value there."""

    code: ClassVar[str] = "QR0217"
    slug: ClassVar[str] = "data-not-unique"
    file: str
    row: int | str
    column: str
    value: str
    first_row: int | str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"two rows have `{shown(self.value)}` as `{shown(self.column)}`, by which others link to them",
            _cell(self.file, "this row", self.row, self.column),
            (_cell(self.file, "the first row with this value", self.first_row, self.column),),
            help="mend one of the two, or link by the key",
        )
