"""What can be wrong with the choice of rows: whose they are, which date counts, and what is counted twice."""

from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class ByRequired(Problem):
    """Rows of a table, for a row in hand, without saying which belong to it."""

    code: ClassVar[str] = "QR3030"
    slug: ClassVar[str] = "by-required"
    span: Span
    table: str
    owner: str
    links: tuple[str, ...]
    earlier: bool

    def report(self) -> Report:
        """See `Problem`."""
        rows = f"earlier {self.table}" if self.earlier else self.table
        ways = [f"`{rows} by {link}`" for link in self.links]
        return Report(
            f"which rows of `{self.table}` belong to the {self.owner}?",
            Label(self.span, "neither `by` nor `all` is written"),
            help="write " + " or ".join([*ways, f"`all {rows}`"]),
        )


@dataclass(frozen=True, slots=True)
class ByElsewhere(Problem):
    """`by` a link that leads to other rows than the row in hand."""

    code: ClassVar[str] = "QR3031"
    slug: ClassVar[str] = "by-elsewhere"
    span: Span
    path: str
    leads_to: str
    owner: str
    declared: Label | None
    links: tuple[str, ...]

    def report(self) -> Report:
        """See `Problem`."""
        ways = " or ".join(f"`by {link}`" for link in self.links)
        return Report(
            f"`by {self.path}` leads to a row of `{self.leads_to}`, and nothing leads from the {self.owner} to one",
            Label(self.span, f"leads to `{self.leads_to}`"),
            (self.declared,) if self.declared else (),
            help=f"write {ways}" if ways else "declare a link there in the facts",
        )


@dataclass(frozen=True, slots=True)
class ByAmbiguous(Problem):
    """`by` a link to rows that the row in hand leads to in several ways."""

    code: ClassVar[str] = "QR3032"
    slug: ClassVar[str] = "by-ambiguous"
    span: Span
    path: str
    owner: str
    ways: tuple[str, ...]

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`by {self.path}` could mean several links of the {self.owner}: " + ", ".join(self.ways),
            Label(self.span, "which of them?"),
            help="count the rows in a measure of the row that is meant, and read it through the link",
        )


@dataclass(frozen=True, slots=True)
class ByNobody(Problem):
    """`by` where no row is in hand, or beside `all`."""

    code: ClassVar[str] = "QR3033"
    slug: ClassVar[str] = "by-nobody"
    span: Span
    beside_all: bool

    def report(self) -> Report:
        """See `Problem`."""
        if self.beside_all:
            return Report(
                "`all` takes everybody's rows, `by` only those of one row",
                Label(self.span, "contradicts `all`"),
                help="drop one of the two",
            )
        return Report(
            "`by` chooses the rows of the row in hand, but no row is in hand here",
            Label(self.span, "rows of whom?"),
            help="drop the `by`, or say `for each …`",
        )


@dataclass(frozen=True, slots=True)
class DuringWithoutOn(Problem):
    """A window without the date that it restricts."""

    code: ClassVar[str] = "QR3034"
    slug: ClassVar[str] = "during-without-on"
    span: Span
    dates: tuple[str, ...]

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            "`during` restricts a date, but no date is said",
            Label(self.span, "which date lies in this window?"),
            help="add " + " or ".join(f"`on {name}`" for name in self.dates) if self.dates else "add `on DATE`",
        )


@dataclass(frozen=True, slots=True)
class NotOneRow(Problem):
    """`the(…)` of rows that may be several."""

    code: ClassVar[str] = "QR3035"
    slug: ClassVar[str] = "not-one-row"
    span: Span
    table: str
    key: tuple[str, ...]
    open: tuple[str, ...]
    declared: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`the` takes one row of `{self.table}`, but several may fit: "
            + ", ".join(f"`{name}`" for name in self.open)
            + " of its key is not said",
            Label(self.span, "several rows may fit"),
            (Label(self.declared, "a row is told by " + ", ".join(self.key)),),
            help="cover the key with `by` and `on`, or use `sum`, `max` or another function over rows",
        )


@dataclass(frozen=True, slots=True)
class EarlierElsewhere(Problem):
    """`earlier` without an own row of that table in hand, or without a date."""

    code: ClassVar[str] = "QR3036"
    slug: ClassVar[str] = "earlier-elsewhere"
    span: Span
    table: str
    without_date: bool
    dates: tuple[str, ...]

    def report(self) -> Report:
        """See `Problem`."""
        if self.without_date:
            return Report(
                "`earlier` needs the date by which rows are earlier",
                Label(self.span, "earlier by which date?"),
                help="add " + (" or ".join(f"`on {name}`" for name in self.dates) or "`on DATE`"),
            )
        return Report(
            f"`earlier` compares with a row of `{self.table}` in hand, but none is in hand here",
            Label(self.span, "earlier than which row?"),
            help=f"use it in a line or a measure for each row of `{self.table}`, or choose a window with `during`",
        )


@dataclass(frozen=True, slots=True)
class CountedTwice(Problem):
    """A column of the parent that a function would add once for each child."""

    code: ClassVar[str] = "QR3037"
    slug: ClassVar[str] = "counted-twice"
    span: Span
    column: str
    function: str
    table: str
    parent: str
    path: str = ""

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.column}` belongs to a row of `{self.parent}`: over rows of `{self.table}` it would be counted"
            f" once for each of them",
            Label(self.span, f"one value of `{self.parent}`, many rows of `{self.table}`"),
            help=f"add `once per {self.path}`, or use `{self.function}` over rows of `{self.parent}`"
            if self.path
            else f"use `{self.function}` over rows of `{self.parent}`",
        )


@dataclass(frozen=True, slots=True)
class WindowOfWhat(Problem):
    """`x(during …)` where x is not a measure."""

    code: ClassVar[str] = "QR3038"
    slug: ClassVar[str] = "window-of-what"
    span: Span
    name: str
    what: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"only a measure that counts by the period can be read in another window, and `{self.name}` is {self.what}",
            Label(self.span, "no window changes this"),
            help="leave the window out",
        )


@dataclass(frozen=True, slots=True)
class SubjectUnsaid(Problem):
    """A row line that does not say to whom the row belongs, or whose rows lead to others."""

    code: ClassVar[str] = "QR3039"
    slug: ClassVar[str] = "subject-unsaid"
    span: Span
    each: str
    subject: str
    leads_to: str | None
    links: tuple[str, ...]

    def report(self) -> Report:
        """See `Problem`."""
        ways = " or ".join(f"`by {link}`" for link in self.links)
        if self.leads_to is not None:
            return Report(
                f"these lines are for each {self.subject}, but the link leads to a row of `{self.leads_to}`",
                Label(self.span, f"leads to `{self.leads_to}`"),
                help=f"write {ways}" if ways else "declare a link there in the facts",
            )
        return Report(
            f"to which {self.subject} does a {self.each} belong?",
            Label(self.span, "`by` is not written"),
            help=f"add {ways}" if ways else f"add `by` and a link that leads to a {self.subject}",
        )


@dataclass(frozen=True, slots=True)
class ClauseOutOfPlace(Problem):
    """A clause of rows that has no meaning where it stands."""

    code: ClassVar[str] = "QR3040"
    slug: ClassVar[str] = "clause-out-of-place"
    span: Span
    clause: str
    where: str
    why: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.clause}` has no place in {self.where}: {self.why}",
            Label(self.span, "this clause"),
            help=f"drop the `{self.clause}`",
        )
