"""Money whose currency another column of its row names: that column is there and holds words."""

from collections.abc import Iterator
from typing import ClassVar

from quotarules.diagnostics.characters import shown
from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass
from quotarules.semantics.fact_columns import nearest
from quotarules.values.schema import ColumnKind, FactSchema

WORDS = (ColumnKind.TEXT, ColumnKind.CHOICE)


@dataclass(frozen=True, slots=True)
class NoCurrencyColumn(Problem):
    """`money in COLUMN` names no column of its table that could hold currencies."""

    code: ClassVar[str] = "QR0660"
    slug: ClassVar[str] = "facts-no-currency-column"
    span: Span
    table: str
    column: str
    declared: Span | None
    near: str | None

    def report(self) -> Report:
        """See `Problem`."""
        if self.declared is not None:
            message = f"`{shown(self.column)}` names the currency of money, but is neither a text nor a choice"
            labels = (Label(self.declared, "declared here"),)
            return Report(
                message, Label(self.span, "this money"), labels, help="make it a choice, such as `[EUR, USD]`"
            )
        message = f"table `{self.table}` has no column `{shown(self.column)}` that could name the currency"
        way_out = f"write `money in {self.near}`" if self.near else "declare the column, such as `[EUR, USD]`"
        return Report(message, Label(self.span, "this money"), help=way_out)


def currency_problems(schema: FactSchema) -> Iterator[Problem]:
    """What is wrong with columns of money in the currency of their row."""
    for table in schema.tables:
        for column in table.columns:
            if column.currency_in is None:
                continue
            named = table.column(column.currency_in)
            if named is None:
                near = nearest(column.currency_in, (other.name for other in table.columns if other.kind in WORDS))
                yield NoCurrencyColumn(column.span, table.name, column.currency_in, None, near)
            elif named.kind not in WORDS:
                yield NoCurrencyColumn(column.span, table.name, column.currency_in, named.span, None)
