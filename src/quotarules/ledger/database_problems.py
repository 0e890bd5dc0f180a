"""What can be wrong with facts that stand in a database, before any row of them is looked at."""

from typing import ClassVar

from quotarules.diagnostics.characters import shown
from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class DatabaseNeeded(Problem):
    """A table that stands in a database, and an engine that has none."""

    code: ClassVar[str] = "QR0310"
    slug: ClassVar[str] = "database-needed"
    span: Span
    table: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{shown(self.table)}` stands in a database, and this engine reads none",
            Label(self.span, "read from here"),
            help="settle with `--engine postgres --engine-url postgresql://HOST/DATABASE`",
        )


@dataclass(frozen=True, slots=True)
class StoredTableMissing(Problem):
    """A table that the database does not have, or that its user may not see."""

    code: ClassVar[str] = "QR0311"
    slug: ClassVar[str] = "database-table-missing"
    span: Span
    table: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"the database has no table or view `{shown(self.table)}`",
            Label(self.span, "read from here"),
            help="mend the name: `SCHEMA.TABLE`, with capitals as the database has them",
        )


@dataclass(frozen=True, slots=True)
class StoredColumnMissing(Problem):
    """A declared column that the database's table does not have."""

    code: ClassVar[str] = "QR0312"
    slug: ClassVar[str] = "database-column-missing"
    span: Span
    table: str
    column: str
    near: str | None

    def report(self) -> Report:
        """See `Problem`."""
        way_out = f"`column: {shown(self.near)}`" if self.near else "`column: …`"
        return Report(
            f"the table `{shown(self.table)}` of the database has no column `{shown(self.column)}`",
            Label(self.span, "declared here"),
            help=f"say under which name it stands there: {way_out}",
        )
