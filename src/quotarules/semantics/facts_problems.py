"""What can be wrong with the declaration of facts."""

from typing import ClassVar

from quotarules.diagnostics.characters import shown
from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class UnknownType(Problem):
    """A column's type is neither a type nor a table."""

    code: ClassVar[str] = "QR0101"
    slug: ClassVar[str] = "facts-unknown-type"
    span: Span
    written: str
    way_out: str

    def report(self) -> Report:
        """See `Problem`."""
        message = f"`{shown(self.written)}` is neither a type nor a table"
        return Report(message, Label(self.span, "here"), help=self.way_out)


@dataclass(frozen=True, slots=True)
class UnknownTable(Problem):
    """A link or a `distinct` names a table that is not declared."""

    code: ClassVar[str] = "QR0102"
    slug: ClassVar[str] = "facts-unknown-table"
    span: Span
    table: str
    near: str | None

    def report(self) -> Report:
        """See `Problem`."""
        way_out = f"write `{self.near}`" if self.near else "declare the table"
        return Report(f"there is no table `{shown(self.table)}`", Label(self.span, "named here"), help=way_out)


@dataclass(frozen=True, slots=True)
class UnknownColumn(Problem):
    """A key, link or `distinct` names a column that its table does not declare."""

    code: ClassVar[str] = "QR0103"
    slug: ClassVar[str] = "facts-unknown-column"
    span: Span
    table: str
    column: str
    near: str | None

    def report(self) -> Report:
        """See `Problem`."""
        way_out = f"write `{self.near}`" if self.near else f"declare the column in `{self.table}`"
        message = f"table `{self.table}` has no column `{shown(self.column)}`"
        return Report(message, Label(self.span, "named here"), help=way_out)


@dataclass(frozen=True, slots=True)
class DuplicateName(Problem):
    """One name for two tables, rows, columns or choices."""

    code: ClassVar[str] = "QR0104"
    slug: ClassVar[str] = "facts-duplicate-name"
    span: Span
    what: str
    name: str
    first: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"{self.what} `{shown(self.name)}` stands twice",
            Label(self.span, "here again"),
            (Label(self.first, "first here"),),
            help="give one of them another name",
        )


@dataclass(frozen=True, slots=True)
class RowNeedsName(Problem):
    """`each` is needed: the key has several columns, or the table's name has no plain singular."""

    code: ClassVar[str] = "QR0105"
    slug: ClassVar[str] = "facts-row-needs-name"
    span: Span
    table: str
    why: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"one row of `{self.table}` has no name: {self.why}",
            Label(self.span, "declared here"),
            help="add `each: NAME`, the word for one row",
        )


@dataclass(frozen=True, slots=True)
class BadKey(Problem):
    """A key that cannot tell rows apart; `why` completes "the key of deals ..."."""

    code: ClassVar[str] = "QR0106"
    slug: ClassVar[str] = "facts-key"
    span: Span
    table: str
    why: str
    way_out: str | None

    def report(self) -> Report:
        """See `Problem`."""
        return Report(f"the key of `{self.table}` {self.why}", Label(self.span, "here"), help=self.way_out)


@dataclass(frozen=True, slots=True)
class ReservedName(Problem):
    """A table, row or column has a name that rules could not write."""

    code: ClassVar[str] = "QR0107"
    slug: ClassVar[str] = "facts-reserved-name"
    span: Span
    name: str
    is_column: bool

    def report(self) -> Report:
        """See `Problem`."""
        way_out = f"rename it: `{self.name}_: {{column: {self.name}, …}}`" if self.is_column else "choose another name"
        message = f"`{self.name}` is a word of the rule language and cannot be a name"
        return Report(message, Label(self.span, "declared here"), help=way_out)


@dataclass(frozen=True, slots=True)
class BadName(Problem):
    """A name that is not one word of letters, digits and underscores."""

    code: ClassVar[str] = "QR0108"
    slug: ClassVar[str] = "facts-bad-name"
    span: Span
    name: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{shown(self.name)}` is not a name: a name is a letter, then letters, digits and `_`",
            Label(self.span, "declared here"),
            help="choose another name; `column:` says what the file calls it",
        )


@dataclass(frozen=True, slots=True)
class BadLink(Problem):
    """A link to a table whose rows one value cannot name."""

    code: ClassVar[str] = "QR0109"
    slug: ClassVar[str] = "facts-link"
    span: Span
    target: str
    why: str
    target_span: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"nothing can link to `{self.target}`: {self.why}",
            Label(self.span, "this is a link"),
            (Label(self.target_span, "its table is declared here"),),
            help="link to another table, or by one of its columns: `to: TABLE.COLUMN`",
        )


@dataclass(frozen=True, slots=True)
class BadBound(Problem):
    """A `min` or `max` that its type cannot have; `why` completes "`max 0.005` ..."."""

    code: ClassVar[str] = "QR0110"
    slug: ClassVar[str] = "facts-bound"
    span: Span
    written: str
    why: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{shown(self.written)}` {self.why}", Label(self.span, "here"), help="write a value that the type has"
        )


@dataclass(frozen=True, slots=True)
class BadOption(Problem):
    """An option that says nothing at its place, or contradicts another."""

    code: ClassVar[str] = "QR0111"
    slug: ClassVar[str] = "facts-option"
    span: Span
    message: str
    way_out: str | None

    def report(self) -> Report:
        """See `Problem`."""
        return Report(self.message, Label(self.span, "here"), help=self.way_out)


@dataclass(frozen=True, slots=True)
class UnknownZone(Problem):
    """A time zone that tzdata does not know."""

    code: ClassVar[str] = "QR0112"
    slug: ClassVar[str] = "facts-unknown-zone"
    span: Span
    zone: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"there is no time zone `{shown(self.zone)}`",
            Label(self.span, "here"),
            help="write a name such as `Europe/Moscow`",
        )


@dataclass(frozen=True, slots=True)
class FactsNotBuilt(Problem):
    """A form of the declaration that is planned and not there yet."""

    code: ClassVar[str] = "QR0113"
    slug: ClassVar[str] = "facts-not-built"
    span: Span
    form: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(f"{self.form} is not built yet", Label(self.span, "asked for here"), help="leave it out")


@dataclass(frozen=True, slots=True)
class BadSource(Problem):
    """A table with no source, two sources, or a path that cannot be one."""

    code: ClassVar[str] = "QR0114"
    slug: ClassVar[str] = "facts-source"
    span: Span
    table: str
    why: str
    way_out: str | None

    def report(self) -> Report:
        """See `Problem`."""
        return Report(f"the source of `{self.table}` {self.why}", Label(self.span, "here"), help=self.way_out)


@dataclass(frozen=True, slots=True)
class BadHistory(Problem):
    """A table whose `since` cannot tell versions apart; `why` is a sentence without its full stop."""

    code: ClassVar[str] = "QR0680"
    slug: ClassVar[str] = "facts-history"
    span: Span
    table: str
    why: str
    way_out: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(f"`{self.table}` has no history: {self.why}", Label(self.span, "here"), help=self.way_out)
