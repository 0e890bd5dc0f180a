"""What can be wrong with a journal, or with what somebody asks of it."""

from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass


def _at(journal: str, words: str) -> Label:
    return Label(Span(journal, 0, 0), words)


def _carried_by(account: str) -> str:
    """What in a plan carries a balance: a karma, or a clause of the pay block `seller` for `seller.draw`."""
    block, _, clause = account.partition(".")
    return f"`{clause.split()[0]}` of `pay {block}`" if clause else f"the karma `{account}`"


@dataclass(frozen=True, slots=True)
class NoJournalYet(Problem):
    """A journal is read before anything was settled into it."""

    code: ClassVar[str] = "QR6012"
    slug: ClassVar[str] = "no-journal-yet"
    journal: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"the journal `{self.journal}` does not exist yet",
            _at(self.journal, "the journal is looked for here"),
            help="settle a period first: `quotarules settle --period P`",
        )


@dataclass(frozen=True, slots=True)
class NotAJournal(Problem):
    """The path names something else; `reason` ends a sentence about it."""

    code: ClassVar[str] = "QR6001"
    slug: ClassVar[str] = "not-a-journal"
    journal: str
    reason: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.journal}` is not a journal: it {self.reason}",
            _at(self.journal, "the journal is looked for here"),
            help="name an empty or new folder as `journal` in quotarules.yaml",
        )


@dataclass(frozen=True, slots=True)
class JournalOfOtherVersion(Problem):
    """A journal that another version of the program wrote."""

    code: ClassVar[str] = "QR6002"
    slug: ClassVar[str] = "journal-of-other-version"
    journal: str
    found: int
    known: int

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"the journal has the form {self.found}; this version of quotarules knows the form {self.known}",
            _at(self.journal, "this journal"),
            help="use the version of quotarules that wrote it",
        )


@dataclass(frozen=True, slots=True)
class JournalBusy(Problem):
    """Somebody else holds the journal longer than we wait."""

    code: ClassVar[str] = "QR6003"
    slug: ClassVar[str] = "journal-busy"
    journal: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            "another run is writing to the journal and has not finished",
            _at(self.journal, "this journal"),
            help="wait for the other run to end, then run the command again",
        )


@dataclass(frozen=True, slots=True)
class JournalMoved(Problem):
    """Somebody else wrote while this settlement was computed; who, when and what are as the journal holds them."""

    code: ClassVar[str] = "QR6004"
    slug: ClassVar[str] = "journal-moved"
    journal: str
    period: str
    written: str
    who: str
    at: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"{self.period} was not recorded: while it was computed, {self.who} settled {self.written}",
            _at(self.journal, "this journal has a newer entry"),
            notes=(f"the newer entry is of {self.at}",),
            help="settle the period again",
        )


@dataclass(frozen=True, slots=True)
class PeriodMissingBefore(Problem):
    """Balances open with what the period before closed with, and that one is not settled."""

    code: ClassVar[str] = "QR6005"
    slug: ClassVar[str] = "period-missing-before"
    journal: str
    period: str
    missing: str
    first: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"{self.period} cannot be settled: {self.missing}, the period before it, is not settled",
            _at(self.journal, f"the first settled period is {self.first}"),
            help=f"run `quotarules settle --through {self.period}`",
        )


@dataclass(frozen=True, slots=True)
class PeriodStaleBefore(Problem):
    """The period before is a draft that rests on balances that have changed since."""

    code: ClassVar[str] = "QR6006"
    slug: ClassVar[str] = "period-stale-before"
    journal: str
    period: str
    stale: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"{self.period} cannot be settled: {self.stale}, the period before it, rests on balances that changed",
            _at(self.journal, "this journal"),
            help=f"run `quotarules settle --through {self.period}`",
        )


@dataclass(frozen=True, slots=True)
class BalanceWithoutAccount(Problem):
    """An open balance that the plan has no like account for; `reason` says what differs."""

    code: ClassVar[str] = "QR6007"
    slug: ClassVar[str] = "balance-without-account"
    journal: str
    account: str
    period: str
    count: int
    reason: str

    def report(self) -> Report:
        """See `Problem`."""
        held = "balance" if self.count == 1 else "balances"
        return Report(
            f"{self.count} {held} of `{self.account}` would be lost: {self.reason}",
            _at(self.journal, f"{self.period} closed with them"),
            help=f"keep {_carried_by(self.account)} in the plan as it was",
        )


@dataclass(frozen=True, slots=True)
class NotSettled(Problem):
    """A period is asked for that has no settlement."""

    code: ClassVar[str] = "QR6008"
    slug: ClassVar[str] = "not-settled"
    journal: str
    period: str
    settled: tuple[str, ...]

    def report(self) -> Report:
        """See `Problem`."""
        known = f"{self.settled[0]} to {self.settled[-1]}" if self.settled else "no period yet"
        return Report(
            f"{self.period} is not settled",
            _at(self.journal, f"this journal holds {known}"),
            help=f"run `quotarules settle --period {self.period}`",
        )


@dataclass(frozen=True, slots=True)
class NoStatement(Problem):
    """A settled period has no statement of that subject."""

    code: ClassVar[str] = "QR6009"
    slug: ClassVar[str] = "no-statement"
    journal: str
    period: str
    subject_kind: str
    subject: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"the settlement of {self.period} has no statement of {self.subject_kind} `{self.subject}`",
            _at(self.journal, "this journal"),
            help="name a subject of that settlement",
        )


@dataclass(frozen=True, slots=True)
class LinesMalformed(Problem):
    """An engine handed over lines that break their contract: our bug, found before anything was written."""

    code: ClassVar[str] = "QR6010"
    slug: ClassVar[str] = "lines-malformed"
    journal: str
    period: str
    reason: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"{self.period} was not recorded: the lines file {self.reason}",
            _at(self.journal, "nothing was written here"),
            help="report this: the mistake is in quotarules",
        )


@dataclass(frozen=True, slots=True)
class JournalUnwritable(Problem):
    """The system refuses to write; `reason` are its words."""

    code: ClassVar[str] = "QR6011"
    slug: ClassVar[str] = "journal-unwritable"
    journal: str
    reason: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"the journal cannot be written: {self.reason}",
            _at(self.journal, "nothing was recorded here"),
            help="make room and rights for the journal's folder, then run the command again",
        )
