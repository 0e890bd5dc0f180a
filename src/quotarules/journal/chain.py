"""Reading the chain of entries: each checked against the one before, and what is in force for each period."""

import sqlalchemy as sa

from quotarules.journal import tables
from quotarules.journal.entries import GENESIS, Entry, EntryError, chain_digest, from_json
from quotarules.journal.store import BrokenEntryError
from quotarules.records import dataclass
from quotarules.values.period import Period


@dataclass(frozen=True, slots=True)
class SettledPeriod:
    """A period of a plan with the entry in force; `stale` says that it opened with balances that changed since.

    `drafts` counts the entries for the period, the one in force included.
    """

    entry: Entry
    stale: bool
    drafts: int

    @property
    def period(self) -> Period:
        """The period as days."""
        return self.entry.body.span


def entries(connection: sa.Connection) -> tuple[Entry, ...]:
    """All entries in order; BrokenEntryError at the first that is not as it was written."""
    found: list[Entry] = []
    previous = GENESIS
    for row in connection.execute(sa.select(tables.entries).order_by(tables.entries.c.number)).mappings():
        found.append(_entry(len(found) + 1, previous, row))
        previous = found[-1].digest
    return tuple(found)


def _entry(number: int, previous: str, row: sa.RowMapping) -> Entry:
    if row["number"] != number:
        raise BrokenEntryError(number, "is missing")
    if row["previous"] != previous:
        raise BrokenEntryError(number, "does not follow the entry before it")
    kind, plan, period, body = (str(row[name]) for name in ("kind", "plan", "period", "body"))
    if chain_digest(number, previous, kind, plan, period, body) != row["digest"]:
        raise BrokenEntryError(number, "has changed since it was written")
    try:
        content = from_json(body)
    except EntryError as error:
        raise BrokenEntryError(number, str(error)) from error
    if (content.plan, content.period) != (plan, period):
        raise BrokenEntryError(number, "stands under another plan or period than it says")
    return Entry(number, previous, str(row["digest"]), content)


def head(chain: tuple[Entry, ...]) -> str:
    """The digest of the last entry; of an empty journal, what its first entry will name."""
    return chain[-1].digest if chain else GENESIS


def settled_periods(chain: tuple[Entry, ...], plan: str) -> tuple[SettledPeriod, ...]:
    """The settled periods of a plan in the order of days.

    A period is stale if the one before it is, or closes with other balances than this one opened with.
    """
    latest: dict[Period, Entry] = {}
    drafts: dict[Period, int] = {}
    for entry in chain:
        if entry.body.plan == plan:
            latest[entry.body.span] = entry
            drafts[entry.body.span] = drafts.get(entry.body.span, 0) + 1
    found: dict[Period, SettledPeriod] = {}
    for period in sorted(latest):
        entry, before = latest[period], found.get(period.previous())
        first = entry.body.opened_by is None and not found
        follows = before is not None and not before.stale and before.entry.body.closing == entry.body.opening
        found[period] = SettledPeriod(entry, not (first or follows), drafts[period])
    return tuple(found.values())


def in_force(chain: tuple[Entry, ...], plan: str, period: Period) -> SettledPeriod | None:
    """The settlement of a period that counts, if there is one."""
    return next((held for held in settled_periods(chain, plan) if held.period == period), None)
