"""What `verify` and readers find where a journal is not as it was written; every class names the first bad entry."""

from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass

_MEND = "restore the journal's folder from a copy that passes `quotarules verify`"


@dataclass(frozen=True, slots=True)
class JournalDamaged(Problem):
    """The database file itself cannot be read; `reason` are the words of SQLite."""

    code: ClassVar[str] = "QR6020"
    slug: ClassVar[str] = "journal-damaged"
    journal: str
    reason: str

    def report(self) -> Report:
        """See `Problem`."""
        label = Label(Span(self.journal, 0, 0), "this journal")
        return Report(f"the journal's database cannot be read: {self.reason}", label, help=_MEND)


@dataclass(frozen=True, slots=True)
class EntryBroken(Problem):
    """An entry that is not the one that was written; `reason` ends a sentence about it."""

    code: ClassVar[str] = "QR6021"
    slug: ClassVar[str] = "entry-broken"
    journal: str
    number: int
    reason: str

    def report(self) -> Report:
        """See `Problem`."""
        label = Label(Span(self.journal, 0, 0), f"entry {self.number} of this journal")
        return Report(f"entry {self.number} of the journal {self.reason}", label, help=_MEND)


@dataclass(frozen=True, slots=True)
class HeadNotFound(Problem):
    """The head that somebody noted is in no entry: entries are missing from the end, or others stand in their place."""

    code: ClassVar[str] = "QR6022"
    slug: ClassVar[str] = "head-not-found"
    journal: str
    head: str
    entries: int

    def report(self) -> Report:
        """See `Problem`."""
        label = Label(Span(self.journal, 0, 0), f"none of its entries, {self.entries} in number, has this digest")
        return Report(f"the journal does not hold the head {self.head}", label, help=_MEND)


@dataclass(frozen=True, slots=True)
class LinesDamaged(Problem):
    """The lines file of an entry is gone, or is another; `reason` ends a sentence about it."""

    code: ClassVar[str] = "QR6023"
    slug: ClassVar[str] = "lines-damaged"
    journal: str
    number: int
    period: str
    file: str
    reason: str

    def report(self) -> Report:
        """See `Problem`."""
        label = Label(Span(self.journal, 0, 0), f"entry {self.number} of this journal")
        return Report(f"the lines file `{self.file}` of {self.period} {self.reason}", label, help=_MEND)


@dataclass(frozen=True, slots=True)
class FiguresDiffer(Problem):
    """What the tables say of an entry is not what its lines come to; `what` names the figure."""

    code: ClassVar[str] = "QR6024"
    slug: ClassVar[str] = "figures-differ"
    journal: str
    number: int
    period: str
    what: str

    def report(self) -> Report:
        """See `Problem`."""
        label = Label(Span(self.journal, 0, 0), f"entry {self.number} of this journal")
        return Report(f"{self.what} of {self.period} is not what its lines come to", label, help=_MEND)


@dataclass(frozen=True, slots=True)
class PlanDamaged(Problem):
    """The plan kept for an entry is gone, or is another; `reason` ends a sentence about it."""

    code: ClassVar[str] = "QR6025"
    slug: ClassVar[str] = "plan-damaged"
    journal: str
    number: int
    period: str
    reason: str

    def report(self) -> Report:
        """See `Problem`."""
        label = Label(Span(self.journal, 0, 0), f"entry {self.number} of this journal")
        return Report(f"the plan that {self.period} was settled with {self.reason}", label, help=_MEND)


@dataclass(frozen=True, slots=True)
class JournalUnprotected(Problem):
    """The rules by which the database refuses changes are not those that the journal was made with."""

    code: ClassVar[str] = "QR6026"
    slug: ClassVar[str] = "journal-unprotected"
    journal: str
    names: tuple[str, ...]

    def report(self) -> Report:
        """See `Problem`."""
        label = Label(Span(self.journal, 0, 0), "this journal")
        named = ", ".join(f"`{name}`" for name in self.names)
        return Report(f"the journal's tables are not as they were made: {named}", label, help=_MEND)
