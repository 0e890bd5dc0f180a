"""What can be wrong with shares, pay blocks and what some owe others."""

from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report, Severity
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass

_FEW, _MANY = 4, 8
"""The most blocks and the most further places that a message shows."""


@dataclass(frozen=True, slots=True)
class SharesDoNotAdd(Problem):
    """Percentages of a team that do not make 100%."""

    code: ClassVar[str] = "QR4201"
    slug: ClassVar[str] = "shares-do-not-add"
    spans: tuple[Span, ...]
    team: str
    total: str
    rest: Span | None

    def report(self) -> Report:
        """See `Problem`."""
        others = tuple(Label(span, "counted") for span in self.spans[:-1])
        if self.rest is not None:
            return Report(
                f"the shares of `{self.team}` leave nothing for `rest`: the others make {self.total}",
                Label(self.rest, "no rest is left"),
                tuple(Label(span, "counted") for span in self.spans),
                help="lower the others, or drop the `rest`",
            )
        return Report(
            f"the shares of `{self.team}` make {self.total}, not 100%",
            Label(self.spans[-1], "counted"),
            others,
            help="let them make 100%, or give the last role the `rest`",
        )


@dataclass(frozen=True, slots=True)
class RoleTwice(Problem):
    """A role, or `rest`, that stands twice in the shares of a team."""

    code: ClassVar[str] = "QR4202"
    slug: ClassVar[str] = "role-twice"
    span: Span
    first: Span
    word: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.word}` stands twice in these shares",
            Label(self.span, "again here"),
            (Label(self.first, "first here"),),
            help="keep one of them",
        )


@dataclass(frozen=True, slots=True)
class NobodyToShare(Problem):
    """Rows that share in a team bonus without one clear person each."""

    code: ClassVar[str] = "QR4203"
    slug: ClassVar[str] = "nobody-to-share"
    span: Span
    team: str
    table: str
    links: tuple[str, ...]
    paid: tuple[str, ...]

    def report(self) -> Report:
        """See `Problem`."""
        if self.links:
            return Report(
                f"who gets the parts of `{self.team}`? A row of `{self.table}` leads to several: "
                + ", ".join(f"`{link}`" for link in self.links),
                Label(self.span, "these rows share"),
                help="let only one link of these rows lead to those who are paid",
            )
        return Report(
            f"who gets the parts of `{self.team}`? No link leads from a row of `{self.table}` to someone who is paid",
            Label(self.span, "these rows share"),
            notes=(("paid are rows of " + ", ".join(f"`{table}`" for table in self.paid)),) if self.paid else (),
            help="share among rows that link to those for whom a `pay` block is written",
        )


@dataclass(frozen=True, slots=True)
class ManyKpis(Problem):
    """More than three KPIs for one person."""

    code: ClassVar[str] = "QR4301"
    slug: ClassVar[str] = "many-kpis"
    severity: ClassVar[Severity] = Severity.WARNING
    spans: tuple[Span, ...]
    blocks: tuple[str, ...]

    def report(self) -> Report:
        """See `Problem`."""
        named = [f"`{block}`" for block in self.blocks[:_FEW]]
        where = " and ".join(named if len(self.blocks) <= _FEW else [*named, "others"])
        verb = "gives" if len(self.blocks) == 1 else "together give"
        return Report(
            f"{where} {verb} one person {len(self.spans)} KPIs; more than three are hard to work for",
            Label(self.spans[-1], f"KPI {len(self.spans)}"),
            tuple(Label(span, f"KPI {number}") for number, span in enumerate(self.spans[:-1][:_MANY], 1)),
            help="keep the three that matter most",
        )


@dataclass(frozen=True, slots=True)
class ExchangedTwice(Problem):
    """One karma that a person could exchange twice."""

    code: ClassVar[str] = "QR4302"
    slug: ClassVar[str] = "exchanged-twice"
    span: Span
    first: Span
    karma: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"one person could exchange `{self.karma}` twice",
            Label(self.span, "exchanged here"),
            (Label(self.first, "and here, where the same person may fit"),),
            help="let one block exchange it, or write conditions on the blocks that exclude each other",
        )


@dataclass(frozen=True, slots=True)
class NotExchangeable(Problem):
    """An exchange of something that is not the subject's own karma."""

    code: ClassVar[str] = "QR4303"
    slug: ClassVar[str] = "not-exchangeable"
    span: Span
    name: str
    subject: str
    karmas: tuple[str, ...]

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.name}` is not a karma of the {self.subject} that this block pays",
            Label(self.span, "only an own karma can be exchanged"),
            help="karmas that can: " + ", ".join(f"`{karma}`" for karma in self.karmas)
            if self.karmas
            else f"declare a karma `for each {self.subject}`",
        )


@dataclass(frozen=True, slots=True)
class BonusUncollected(Problem):
    """A team bonus that no pay block reads."""

    code: ClassVar[str] = "QR4304"
    slug: ClassVar[str] = "bonus-uncollected"
    severity: ClassVar[Severity] = Severity.WARNING
    span: Span
    team: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"no pay block collects `{self.team}`: its shares are worked out, and nobody is paid",
            Label(self.span, "declared here"),
            help=f'add a line such as `kpi team "Team" {self.team}` to the block of those who share',
        )


@dataclass(frozen=True, slots=True)
class BonusTwice(Problem):
    """A team bonus that one person could be paid twice."""

    code: ClassVar[str] = "QR4305"
    slug: ClassVar[str] = "bonus-twice"
    severity: ClassVar[Severity] = Severity.WARNING
    span: Span
    first: Span
    team: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"one person could be paid `{self.team}` twice",
            Label(self.span, "collected here"),
            (Label(self.first, "and here, where the same person may fit"),),
            help="collect it once, or write conditions on the blocks that exclude each other",
        )


@dataclass(frozen=True, slots=True)
class PercentTooLarge(Problem):
    """A percentage of a whole that is more than the whole."""

    code: ClassVar[str] = "QR4306"
    slug: ClassVar[str] = "percent-too-large"
    span: Span
    what: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(f"{self.what} is more than 100%", Label(self.span, "too large"), help="write at most 100%")


@dataclass(frozen=True, slots=True)
class WholeUnits(Problem):
    """A length of time that is not a whole number of its units."""

    code: ClassVar[str] = "QR4307"
    slug: ClassVar[str] = "whole-units"
    span: Span
    unit: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"this is not a whole number of {self.unit}",
            Label(self.span, "a part of a unit"),
            help="write a whole number, larger than zero",
        )
