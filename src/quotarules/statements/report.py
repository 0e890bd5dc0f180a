"""What a settlement has to tell finance: totals, what waits and why, what was found odd, and whether it was written."""

from typing import Literal as Word

from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class AccountTotal:
    """An account's due total as an integer at its scale, and its lines by status."""

    label: str
    kind: str
    unit: str
    scale: int
    total: int
    due: int
    waiting: int
    excluded: int


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A line that waits; who it belongs to and why."""

    subject_kind: str
    subject: str
    account: str
    rule: str
    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A line of an sla that was not kept: who owed it, the row (empty for a total), and by when, as text."""

    subject_kind: str
    subject: str
    rule: str
    source: str
    deadline: str


@dataclass(frozen=True, slots=True)
class ListedException:
    """Rows that a person should know of: what they have in common, and their keys."""

    slug: str
    text: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SettleReport:
    """One settled period.

    `result` says whether the journal took an entry, already had the same one, or had its draft replaced; `changes`
    says in words what is different from that draft, `stale` names later drafts that rest on the replaced one.
    `replaced_values` are (table, column, value, count), `set_aside` (table, key, why), `unlinked`
    (table, column, count) rows that belong to nobody because a link is missing.
    """

    plan: str
    plan_version: str
    period: str
    statements: int
    totals: tuple[AccountTotal, ...]
    waiting: tuple[WaitingLine, ...]
    exceptions: tuple[ListedException, ...]
    replaced_values: tuple[tuple[str, str, str, int], ...]
    set_aside: tuple[tuple[str, str, str], ...]
    unlinked: tuple[tuple[str, str, int], ...]
    root: str
    head: str
    result: Word["recorded", "same", "replaced"]
    changes: tuple[str, ...]
    stale: tuple[str, ...]
    broken: tuple[BrokenLine, ...] = ()
