"""What can be wrong with currencies: money that was not converted, and rates that are not there or do not fit."""

from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass
from quotarules.semantics.problems.names import nearest


@dataclass(frozen=True, slots=True)
class UnconvertedMoney(Problem):
    """Money of which only the row knows the currency, read without being converted."""

    code: ClassVar[str] = "QR3660"
    slug: ClassVar[str] = "money-not-converted"
    span: Span
    words: str
    column: str
    declared: Span
    plan: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.words}` is money in whatever currency `{self.column}` names, so it has no single currency",
            Label(self.span, "read as it is"),
            (Label(self.declared, "declared here"),),
            help=f"convert it: `{self.words} in {self.plan} at DATE`",
        )


@dataclass(frozen=True, slots=True)
class NoRates(Problem):
    """A conversion in a plan that names no table of rates."""

    code: ClassVar[str] = "QR2660"
    slug: ClassVar[str] = "no-rates"
    span: Span
    plan: Span | None
    fitting: tuple[str, ...]

    def report(self) -> Report:
        """See `Problem`."""
        table = self.fitting[0] if len(self.fitting) == 1 else "TABLE"
        return Report(
            "this converts money, but the plan names no table of rates",
            Label(self.span, "converted here"),
            (Label(self.plan, "the plan"),) if self.plan else (),
            help=f"add `rates {table}` to the plan",
        )


@dataclass(frozen=True, slots=True)
class UnknownRates(Problem):
    """A name of rates that is no table of the facts, or that the plan does not name."""

    code: ClassVar[str] = "QR2661"
    slug: ClassVar[str] = "unknown-rates"
    span: Span
    name: str
    suggestions: tuple[str, ...]

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"there are no rates `{self.name}`",
            Label(self.span, "named here"),
            help=nearest(self.suggestions) or "name a table of the facts, keyed by currency and day",
        )


@dataclass(frozen=True, slots=True)
class RatesUnfit(Problem):
    """A table that is named as one of rates, but in which no rates can be found."""

    code: ClassVar[str] = "QR4660"
    slug: ClassVar[str] = "rates-unfit"
    span: Span
    table: str
    why: str
    declared: Span
    way_out: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.table}` cannot be a table of rates: {self.why}",
            Label(self.span, "named here"),
            (Label(self.declared, "declared here"),),
            help=self.way_out,
        )
