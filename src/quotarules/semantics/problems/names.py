"""What can be wrong with the names of a plan: unknown, twice, or on another row than the one in hand."""

from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass


def nearest(suggestions: tuple[str, ...]) -> str | None:
    """The help that offers the nearest names, or None where nothing is near."""
    if not suggestions:
        return None
    return "did you mean " + " or ".join(f"`{name}`" for name in suggestions) + "?"


@dataclass(frozen=True, slots=True)
class UnknownName(Problem):
    """A name that neither the row in hand nor the plan has; `owner` says whose names were searched."""

    code: ClassVar[str] = "QR2001"
    slug: ClassVar[str] = "unknown-name"
    span: Span
    name: str
    owner: str
    suggestions: tuple[str, ...]
    hint: str | None

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"{self.owner} has no `{self.name}`",
            Label(self.span, "not a column, a measure or a balance there"),
            help=nearest(self.suggestions) or self.hint,
        )


@dataclass(frozen=True, slots=True)
class DeclaredTwice(Problem):
    """Two declarations with one name; `what` says what each of them is."""

    code: ClassVar[str] = "QR2002"
    slug: ClassVar[str] = "declared-twice"
    span: Span
    name: str
    what: str
    first: Span
    first_what: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.name}` is declared twice",
            Label(self.span, f"{self.what} here"),
            (Label(self.first, f"{self.first_what} here"),),
            help="give one of them another name",
        )


@dataclass(frozen=True, slots=True)
class UnknownEach(Problem):
    """`for each X` where no table has rows called X."""

    code: ClassVar[str] = "QR2003"
    slug: ClassVar[str] = "unknown-each"
    span: Span
    name: str
    plural_of: str | None
    suggestions: tuple[str, ...]

    def report(self) -> Report:
        """See `Problem`."""
        if self.plural_of is not None:
            return Report(
                f"`for each` takes the name of one row, but `{self.name}` is the whole table",
                Label(self.span, "this names all rows"),
                help=f"write `for each {self.plural_of}`",
            )
        return Report(
            f"no table has rows called `{self.name}`",
            Label(self.span, "not the name of a row"),
            help=nearest(self.suggestions) or "declare the table in the facts",
        )


@dataclass(frozen=True, slots=True)
class UnknownTable(Problem):
    """Rows of a table that the facts do not declare."""

    code: ClassVar[str] = "QR2004"
    slug: ClassVar[str] = "unknown-table"
    span: Span
    name: str
    singular_of: str | None
    suggestions: tuple[str, ...]

    def report(self) -> Report:
        """See `Problem`."""
        if self.singular_of is not None:
            return Report(
                f"`{self.name}` is the name of one row, but all rows of the table are meant here",
                Label(self.span, "this names one row"),
                help=f"write `{self.singular_of}`",
            )
        way_out = nearest(self.suggestions) or "declare the table in the facts"
        return Report(f"the facts have no table `{self.name}`", Label(self.span, "not a table"), help=way_out)


@dataclass(frozen=True, slots=True)
class UnknownChoice(Problem):
    """A word that is not on the list of a choice."""

    code: ClassVar[str] = "QR2005"
    slug: ClassVar[str] = "unknown-choice"
    span: Span
    word: str
    options: tuple[str, ...]
    suggestions: tuple[str, ...]
    declared: Label | None
    column: str | None = None

    def report(self) -> Report:
        """See `Problem`."""
        way_out = f"to compare with the column write `{self.column}`" if self.column else nearest(self.suggestions)
        return Report(
            f"`{self.word}` is not on the list",
            Label(self.span, "not one of the words that can stand here"),
            (self.declared,) if self.declared else (),
            notes=("the list is: " + ", ".join(self.options),),
            help=way_out or "write one of the list",
        )


@dataclass(frozen=True, slots=True)
class LineTwice(Problem):
    """Two lines of one block with one name."""

    code: ClassVar[str] = "QR2006"
    slug: ClassVar[str] = "line-twice"
    span: Span
    name: str
    block: str
    first: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.block}` has two lines called `{self.name}`",
            Label(self.span, "again here"),
            (Label(self.first, "first here"),),
            help="give one of them another name",
        )


@dataclass(frozen=True, slots=True)
class NamedLikeColumn(Problem):
    """A declaration that would stand beside a column of the facts with the same name."""

    code: ClassVar[str] = "QR2007"
    slug: ClassVar[str] = "named-like-column"
    span: Span
    name: str
    what: str
    table: str
    column: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"{self.what} `{self.name}` has the name of a column of `{self.table}`",
            Label(self.span, "nobody could tell the two apart"),
            (Label(self.column, "the column is declared here"),),
            help=f"rename one of the two; a column is renamed in the facts: `NEW_NAME: {{column: {self.name}}}`",
        )


@dataclass(frozen=True, slots=True)
class NoPlan(Problem):
    """A project without `plan`."""

    code: ClassVar[str] = "QR2008"
    slug: ClassVar[str] = "no-plan"
    span: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            "the rules have no `plan`",
            Label(self.span, "nothing here says the currency, the period or the rounding"),
            help='add `plan NAME "Label" version 1 { … }`',
        )


@dataclass(frozen=True, slots=True)
class TwoPlans(Problem):
    """A second `plan`."""

    code: ClassVar[str] = "QR2009"
    slug: ClassVar[str] = "two-plans"
    span: Span
    first: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            "the rules have two plans",
            Label(self.span, "the second one"),
            (Label(self.first, "the first one"),),
            help="keep one plan in a project",
        )


@dataclass(frozen=True, slots=True)
class OuterName(Problem):
    """A bare name that the nearest row does not have, but a row further out."""

    code: ClassVar[str] = "QR2010"
    slug: ClassVar[str] = "outer-name"
    span: Span
    name: str
    owner: str
    outer: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"{self.owner} has no `{self.name}`; the {self.outer} further out has one",
            Label(self.span, "a bare name belongs to the nearest row"),
            help=f"write `this {self.outer}.{self.name}`",
        )


@dataclass(frozen=True, slots=True)
class NotALink(Problem):
    """A dot after something that leads nowhere."""

    code: ClassVar[str] = "QR2011"
    slug: ClassVar[str] = "not-a-link"
    span: Span
    name: str
    kind: str
    declared: Label | None

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.name}` is {self.kind}; it leads to no other row",
            Label(self.span, "only a column that links to a table can be followed"),
            (self.declared,) if self.declared else (),
            help="name a column that links to a table",
        )


@dataclass(frozen=True, slots=True)
class UnknownFunction(Problem):
    """A call of something that is neither a function nor a table nor tiers."""

    code: ClassVar[str] = "QR2012"
    slug: ClassVar[str] = "unknown-function"
    span: Span
    name: str
    suggestions: tuple[str, ...]
    hint: str | None

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.name}` is not a function, a table or tiers",
            Label(self.span, "unknown here"),
            help=self.hint or nearest(self.suggestions) or "write a function of the language, such as `sum` or `mean`",
        )


@dataclass(frozen=True, slots=True)
class UnknownThis(Problem):
    """`this X` where no such row is in hand."""

    code: ClassVar[str] = "QR2013"
    slug: ClassVar[str] = "unknown-this"
    span: Span
    name: str
    in_hand: tuple[str, ...]

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"there is no {self.name} in hand here",
            Label(self.span, "not one of the rows that this rule stands on"),
            help=" or ".join(f"`this {name}`" for name in self.in_hand) if self.in_hand else "name a column of the row",
        )


@dataclass(frozen=True, slots=True)
class ThisOutOfReach(Problem):
    """`this X` inside rows that do not lead back to that row."""

    code: ClassVar[str] = "QR2014"
    slug: ClassVar[str] = "this-out-of-reach"
    span: Span
    name: str
    table: str
    rows: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"no link leads from these rows of `{self.table}` back to this {self.name}",
            Label(self.span, f"a row of `{self.table}` cannot reach it"),
            (Label(self.rows, "these rows"),),
            help=f"use it outside of the rows, or choose rows `by` a link to the {self.name};"
            f" `rank(x of rows)` is its place among rows of its own table",
        )


@dataclass(frozen=True, slots=True)
class UnknownTerm(Problem):
    """`handover.x` where the sla has no line x, or nothing follows the sla's name."""

    code: ClassVar[str] = "QR2015"
    slug: ClassVar[str] = "unknown-term"
    span: Span
    sla: str
    name: str | None
    terms: tuple[str, ...]
    suggestions: tuple[str, ...]

    def report(self) -> Report:
        """See `Problem`."""
        if self.name is None:
            return Report(
                f"`{self.sla}` is a whole sla; one of its lines must be named",
                Label(self.span, "which line?"),
                help="write " + " or ".join(f"`{self.sla}.{term}`" for term in self.terms),
            )
        return Report(
            f"sla `{self.sla}` has no line `{self.name}`",
            Label(self.span, "not one of its lines"),
            notes=("its lines are: " + ", ".join(self.terms),),
            help=nearest(self.suggestions) or "write one of its lines",
        )


@dataclass(frozen=True, slots=True)
class TermOfOthers(Problem):
    """An sla line read on a row that does not owe it."""

    code: ClassVar[str] = "QR2016"
    slug: ClassVar[str] = "term-of-others"
    span: Span
    term: str
    owner: str
    here: str
    declared: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.term}` is owed by rows of `{self.owner}`, not by {self.here}",
            Label(self.span, "read on another row"),
            (Label(self.declared, "owed by"),),
            help=f"reach it through a link to `{self.owner}`",
        )


@dataclass(frozen=True, slots=True)
class TakenName(Problem):
    """A declaration with a name that the language itself uses at that place."""

    code: ClassVar[str] = "QR2017"
    slug: ClassVar[str] = "taken-name"
    span: Span
    name: str
    what: str
    meaning: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"{self.what} cannot be called `{self.name}`: that is {self.meaning}",
            Label(self.span, "this name is taken"),
            help="give it another name",
        )
