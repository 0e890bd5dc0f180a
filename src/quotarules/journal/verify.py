"""Recomputing a journal from its first entry on: the chain, the kept plans, the lines files, and every figure."""

from pathlib import Path

import sqlalchemy as sa

from quotarules.diagnostics.problem import Problem
from quotarules.journal import chain, tables
from quotarules.journal.damage import (
    EntryBroken,
    FiguresDiffer,
    HeadNotFound,
    JournalUnprotected,
    LinesDamaged,
    PlanDamaged,
)
from quotarules.journal.encode import encode_file
from quotarules.journal.entries import Entry
from quotarules.journal.read import lines_file, plan_of, unread
from quotarules.journal.recall import settlement_of
from quotarules.journal.record import file_digest
from quotarules.journal.settlement import Settlement, assembled, balances_digest, carrying
from quotarules.journal.slices import LinesError
from quotarules.journal.store import FAILURES, LINES, Journal, problem_of, reading
from quotarules.plan.lines import Member, OpeningBalance
from quotarules.plan.nodes import Plan
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found in order: how many entries, how many lines in how many files, and the head."""

    entries: int
    files: int
    lines: int
    head: str


def verify(journal: Journal, head: str | None = None) -> tuple[Verified | None, tuple[Problem, ...]]:
    """Recompute everything; the problems are those of the first entry that does not fit.

    With `head` (a digest as a statement prints it) the journal must also still hold that entry.
    """
    try:
        with reading(journal) as connection:
            return _verify(journal, connection, head)
    except FAILURES as error:
        return None, (problem_of(journal, error),)


def _verify(
    journal: Journal, connection: sa.Connection, head: str | None
) -> tuple[Verified | None, tuple[Problem, ...]]:
    changed = _unprotected(connection)
    open_to: tuple[Problem, ...] = (JournalUnprotected(journal.name, changed),) if changed else ()
    entries = chain.entries(connection)
    for place, entry in enumerate(entries):
        problems = _entry(journal, connection, entries[:place], entry)
        if problems:
            return None, (*open_to, *problems)
    problems = (*open_to, *_strangers(journal, connection, entries))
    if head is not None and head != chain.head(()) and all(head != entry.digest for entry in entries):
        problems = (*problems, HeadNotFound(journal.name, head, len(entries)))
    files = {entry.body.root: entry.body.lines for entry in entries}
    found = Verified(len(entries), len(files), sum(files.values()), chain.head(entries))
    return (None, problems) if problems else (found, ())


def _unprotected(connection: sa.Connection) -> tuple[str, ...]:
    """The names of triggers that are missing, changed or not ours, and of tables without their strict types."""
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    held = {str(name): str(sql) for name, sql in rows}
    known = tables.triggers()
    wrong = {name for name in {*held, *known} if held.get(name) != known.get(name)}
    strict = {str(row.name) for row in connection.exec_driver_sql("PRAGMA table_list") if row.strict}
    return tuple(sorted(wrong | (set(tables.metadata.tables) - strict)))


def _entry(
    journal: Journal, connection: sa.Connection, earlier: tuple[Entry, ...], entry: Entry
) -> tuple[Problem, ...]:
    problem = _order(journal, earlier, entry)
    if problem is not None:
        return (problem,)
    number, period = entry.number, entry.body.period
    plan = plan_of(connection, entry)
    if isinstance(plan, str):
        return (PlanDamaged(journal.name, number, period, plan),)
    path = lines_file(journal, entry)
    reason = _file_reason(path, entry)
    if reason is None:
        stated = settlement_of(connection, entry)
        try:
            found = _recomputed(plan, entry, stated, path)
        except LinesError as error:
            reason = str(error)
        else:
            return tuple(
                FiguresDiffer(journal.name, number, period, what) for what in _differences(stated, found, entry)
            )
    return (LinesDamaged(journal.name, number, period, f"{LINES}/{entry.body.root}.parquet", reason),)


def _order(journal: Journal, earlier: tuple[Entry, ...], entry: Entry) -> Problem | None:
    """Whether the entry could be written where it stands: on the draft and the balances that it names."""
    body = entry.body
    settled = chain.settled_periods(earlier, body.plan)
    draft = next((held.entry.number for held in settled if held.period == body.span), None)
    if body.replaces != draft:
        return EntryBroken(journal.name, entry.number, "replaces another draft than the last of its period")
    first = not settled or settled[0].period == body.span
    before = next((held for held in settled if held.period == body.span.previous()), None)
    if first:
        fits = body.opened_by is None and body.opening == balances_digest(())
    else:
        fits = before is not None and not before.stale and before.entry.number == body.opened_by
        fits = fits and before is not None and before.entry.body.closing == body.opening
    return None if fits else EntryBroken(journal.name, entry.number, "opens with other balances than its period must")


def _file_reason(path: Path, entry: Entry) -> str | None:
    try:
        return None if file_digest(path) == entry.body.lines_file else "has changed since it was written"
    except OSError as error:
        return unread(error)


def _recomputed(plan: Plan, entry: Entry, stated: Settlement, lines: Path) -> Settlement:
    """What the lines come to, with the openings and the members that the tables state."""
    carried = carrying(plan)
    # By account, subject and source, as they are unique when nobody has touched them.
    openings = {
        (held.account, held.subject, held.source): OpeningBalance(held.account, held.subject, held.opening, held.source)
        for held in stated.balances
        if not held.opened and held.account in carried
    }
    members = tuple(
        Member(account, held.subject_kind, held.subject) for held in stated.statements for account in held.accounts
    )
    return assembled(plan, entry.body.span, tuple(openings.values()), members, encode_file(lines, plan))


def _differences(stated: Settlement, found: Settlement, entry: Entry) -> tuple[str, ...]:
    """What differs, as the beginning of a sentence; digests and figures, most telling first."""
    body = entry.body
    by_name = {(held.subject_kind, held.subject): held for held in found.statements}
    own = {(held.subject_kind, held.subject): held for held in stated.statements}
    wrong = [
        f"the statement of {key[0]} `{key[1]}`" for key in sorted({*own, *by_name}) if own.get(key) != by_name.get(key)
    ]
    if set(stated.balances) != set(found.balances):
        mine, theirs = set(stated.balances), set(found.balances)
        first = min(mine ^ theirs, key=lambda held: (held.subject_kind, held.subject, held.account, held.source))
        wrong.append(f"the balance `{first.account}` of {first.subject_kind} `{first.subject}`")
    if set(stated.totals) != set(found.totals):
        first_total = min(
            set(stated.totals) ^ set(found.totals), key=lambda held: (held.account, held.unit, held.scale)
        )
        wrong.append(f"the total of `{first_total.account}`")
    pairs = (
        ("the settlement root", body.root, found.root),
        ("the digest of the opening balances", body.opening, found.opening),
        ("the digest of the closing balances", body.closing, found.closing),
        ("the count of lines", body.lines, found.lines),
    )
    wrong += [name for name, one, other in pairs if one != other]
    return tuple(wrong)


def _strangers(journal: Journal, connection: sa.Connection, entries: tuple[Entry, ...]) -> tuple[Problem, ...]:
    """Rows of entries that do not exist, and kept plans that no entry names."""
    numbers = sa.select(tables.entries.c.number)
    for table in tables.PARTS:
        row = connection.execute(sa.select(table.c.entry).where(table.c.entry.not_in(numbers)).limit(1)).scalar()
        if row is not None:
            return (EntryBroken(journal.name, int(row), "is missing, though figures of it are there"),)
    named = [entry.body.plan_blob for entry in entries]
    stranger = connection.execute(sa.select(tables.blobs.c.digest).where(tables.blobs.c.digest.not_in(named))).scalar()
    if stranger is not None:
        return (EntryBroken(journal.name, len(entries) + 1, f"is missing, though its plan {stranger} is there"),)
    return ()
