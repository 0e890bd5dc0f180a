"""What can be wrong before an engine runs: items that the facts no longer account for."""

from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass

_FEW = 5
"""The most rows that a message names."""


@dataclass(frozen=True, slots=True)
class ItemWithoutRow(Problem):
    """Something earned and not yet due whose row the facts no longer have; `items` are (source, subject)."""

    code: ClassVar[str] = "QR5620"
    slug: ClassVar[str] = "item-without-row"
    span: Span
    account: str
    table: str
    items: tuple[tuple[str, str], ...]

    def report(self) -> Report:
        """See `Problem`."""
        named = _named(self.items)
        return Report(
            f"`{self.account}` holds something for rows that `{self.table}` no longer has: {named}",
            Label(self.span, "earned by this line, and not yet due"),
            help="put the rows back into the facts",
        )


@dataclass(frozen=True, slots=True)
class ItemOfAnother(Problem):
    """Something earned whose row now belongs to another subject, or to nobody; `items` are (source, subject)."""

    code: ClassVar[str] = "QR5621"
    slug: ClassVar[str] = "item-of-another"
    span: Span
    account: str
    table: str
    items: tuple[tuple[str, str], ...]

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.account}` holds something for rows of `{self.table}` that changed hands: {_named(self.items)}",
            Label(self.span, "earned by this line by somebody else"),
            help="let these rows lead to those who earned them",
        )


def _named(items: tuple[tuple[str, str], ...]) -> str:
    words = [f"`{source}` of `{subject}`" for source, subject in items[:_FEW]]
    more = len(items) - len(words)
    return ", ".join(words) + (f" and {more} more" if more else "")
