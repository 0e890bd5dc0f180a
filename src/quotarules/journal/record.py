"""Writing a settlement: lines file first, then one transaction, so that a half one is never seen."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Literal

import sqlalchemy as sa

from quotarules.diagnostics.problem import Problem
from quotarules.journal import chain, tables
from quotarules.journal.entries import SETTLED, Entry, Evidence, Settled, chain_digest, to_json
from quotarules.journal.openings import Openings
from quotarules.journal.problems import JournalMoved, LinesMalformed
from quotarules.journal.recall import settlement_of
from quotarules.journal.settlement import Settlement, Total, settle
from quotarules.journal.slices import LinesError
from quotarules.journal.store import FAILURES, BrokenEntryError, Journal, drop_lines, problem_of, writing
from quotarules.plan import canonical
from quotarules.plan.lines import Outcome
from quotarules.plan.nodes import Plan
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class TotalChange:
    """A total that is another than in the draft before; None where the account had, or has, none in that unit."""

    account: str
    unit: str
    scale: int
    before: Total | None
    after: Total | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs from the draft that was replaced.

    `inputs` names those of plan, facts, openings and engine that are others; `subjects` are (kind, subject) of the
    statements that came, went or changed.
    """

    inputs: tuple[str, ...]
    totals: tuple[TotalChange, ...]
    subjects: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """The entry in force after recording.

    `same`: the journal held this settlement already and took no entry. `stale` names later periods that now rest on
    balances that changed. `head` is the journal's head.
    """

    result: Literal["recorded", "same", "replaced"]
    entry: Entry
    settlement: Settlement
    head: str
    changes: Changes | None
    stale: tuple[str, ...]


def record(
    journal: Journal, plan: Plan, openings: Openings, outcome: Outcome, evidence: Evidence
) -> tuple[Recorded | None, tuple[Problem, ...]]:
    """Record what an engine made of `openings.period`; the lines file moves into the journal, or is deleted.

    Refused with JournalMoved if anything was written since the openings were read.
    """
    try:
        with ThreadPoolExecutor(1) as beside:
            digest = beside.submit(_kept_digest, outcome.lines)
            settlement = settle(plan, openings.period, openings.balances, outcome)
            kept_plan = canonical.encode(plan)
            body = _body(plan, kept_plan, settlement, openings, evidence, digest.result())
        with writing(journal) as connection:
            entries = chain.entries(connection)
            if chain.head(entries) != openings.head:
                return None, (_moved(journal, openings, entries),)
            before = chain.in_force(entries, plan.name, openings.period)
            if before is not None and not before.stale and _inputs(before.entry.body) == _inputs(body):
                return Recorded("same", before.entry, settlement, openings.head, None, ()), ()
            kept = _place(journal, entries, body, outcome.lines)
            changes = None
            if before is not None:
                kept = replace(kept, replaces=before.entry.number)
                changes = _changes(before.entry, kept, settlement_of(connection, before.entry), settlement)
            entry = _insert(connection, openings.head, len(entries) + 1, kept, kept_plan, settlement)
        stale = _made_stale(entries, entry)
        return Recorded(
            "recorded" if before is None else "replaced", entry, settlement, entry.digest, changes, stale
        ), ()
    except LinesError as error:
        return None, (LinesMalformed(journal.name, openings.period.name, str(error)),)
    except FAILURES as error:
        return None, (problem_of(journal, error),)
    finally:
        drop_lines(outcome.lines)


def _made_stale(entries: tuple[Entry, ...], entry: Entry) -> tuple[str, ...]:
    """The periods that a new entry makes stale."""
    plan = entry.body.plan
    before = {held.period for held in chain.settled_periods(entries, plan) if held.stale}
    after = chain.settled_periods((*entries, entry), plan)
    return tuple(held.period.name for held in after if held.stale and held.period not in before)


def file_digest(path: Path) -> str:
    """The SHA-256 (hex) of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _kept_digest(path: Path) -> str:
    """The SHA-256 (hex) of a file's bytes, which are on the disk when it is known."""
    digest = file_digest(path)
    _sync(path)
    return digest


def _body(
    plan: Plan, kept_plan: bytes, settlement: Settlement, openings: Openings, evidence: Evidence, lines_file: str
) -> Settled:
    return Settled(
        plan=plan.name,
        period=settlement.period.name,
        unit=settlement.period.unit,
        root=settlement.root,
        lines=settlement.lines,
        lines_file=lines_file,
        opening=settlement.opening,
        closing=settlement.closing,
        opened_by=openings.opened_by,
        replaces=None,
        plan_digest=canonical.digest(plan),
        plan_blob=hashlib.sha256(kept_plan).hexdigest(),
        evidence=evidence,
    )


def _inputs(body: Settled) -> tuple[str, ...]:
    return body.plan_digest, body.evidence.facts, body.opening, body.root


def _moved(journal: Journal, openings: Openings, entries: tuple[Entry, ...]) -> JournalMoved:
    if not entries:
        raise BrokenEntryError(1, "is missing")
    held = entries[-1].body
    return JournalMoved(journal.name, openings.period.name, held.period, held.evidence.who, held.evidence.at)


def _place(journal: Journal, entries: tuple[Entry, ...], body: Settled, lines: Path) -> Settled:
    """Give the lines file its name for good, and make sure that the name outlives a power loss."""
    target = journal.lines_folder / f"{body.root}.parquet"
    known = next((entry.body for entry in entries if entry.body.root == body.root), None)
    if known is not None:
        # The same lines stand there already, in bytes that an entry has named.
        return replace(body, lines_file=known.lines_file)
    lines.replace(target)
    _sync(journal.lines_folder)
    return body


def _sync(path: Path) -> None:
    """Wait until a file's bytes, or a folder's names, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _insert(
    connection: sa.Connection, head: str, number: int, body: Settled, plan: bytes, settlement: Settlement
) -> Entry:
    content = to_json(body)
    digest = chain_digest(number, head, SETTLED, body.plan, body.period, content)
    known = sa.select(tables.blobs.c.digest).where(tables.blobs.c.digest == body.plan_blob)
    if connection.execute(known).first() is None:
        connection.execute(tables.blobs.insert(), {"digest": body.plan_blob, "content": plan})
    row = {"number": number, "previous": head, "digest": digest, "kind": SETTLED}
    connection.execute(tables.entries.insert(), {**row, "plan": body.plan, "period": body.period, "body": content})
    for table, rows in _rows(settlement):
        if rows:
            connection.execute(table.insert(), [{"entry": number, **row} for row in rows])
    return Entry(number, head, digest, body)


def _rows(settlement: Settlement) -> tuple[tuple[sa.Table, list[dict[str, object]]], ...]:
    statements: list[dict[str, object]] = [
        {
            "subject_kind": held.subject_kind,
            "subject": held.subject,
            "name": held.name,
            "lines": held.lines,
            "digest": held.digest,
        }
        for held in settlement.statements
    ]
    members: list[dict[str, object]] = [
        {"subject_kind": held.subject_kind, "subject": held.subject, "account": account}
        for held in settlement.statements
        for account in held.accounts
    ]
    balances: list[dict[str, object]] = [
        {
            "subject_kind": held.subject_kind,
            "subject": held.subject,
            "account": held.account,
            "source": held.source,
            "unit": held.unit,
            "scale": held.scale,
            "opening": str(held.opening),
            "closing": str(held.closing),
            "opened": int(held.opened),
        }
        for held in settlement.balances
    ]
    totals: list[dict[str, object]] = [
        {
            "account": held.account,
            "unit": held.unit,
            "scale": held.scale,
            "due": str(held.due),
            "due_lines": held.due_lines,
            "waiting_lines": held.waiting_lines,
            "excluded_lines": held.excluded_lines,
        }
        for held in settlement.totals
    ]
    return (
        (tables.statements, statements),
        (tables.members, members),
        (tables.balances, balances),
        (tables.totals, totals),
    )


def _changes(old: Entry, new: Settled, before: Settlement, after: Settlement) -> Changes:
    pairs = (
        ("plan", old.body.plan_digest, new.plan_digest),
        ("facts", old.body.evidence.facts, new.evidence.facts),
        ("openings", old.body.opening, new.opening),
        ("engine", _engine(old.body), _engine(new)),
    )
    was = {(held.account, held.unit, held.scale): held for held in before.totals}
    now = {(held.account, held.unit, held.scale): held for held in after.totals}
    totals = tuple(
        TotalChange(*key, was.get(key), now.get(key)) for key in {**now, **was} if was.get(key) != now.get(key)
    )
    old_digests = {(held.subject_kind, held.subject): held.digest for held in before.statements}
    new_digests = {(held.subject_kind, held.subject): held.digest for held in after.statements}
    subjects = sorted({*old_digests, *new_digests})
    changed = tuple(key for key in subjects if old_digests.get(key) != new_digests.get(key))
    return Changes(tuple(name for name, one, other in pairs if one != other), totals, changed)


def _engine(body: Settled) -> tuple[object, ...]:
    return body.evidence.engine, body.evidence.versions
