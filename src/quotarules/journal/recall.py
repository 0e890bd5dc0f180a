"""Reading a settlement back from the tables, as it was recorded."""

from collections import defaultdict

import sqlalchemy as sa

from quotarules.journal import tables
from quotarules.journal.encode import Balance
from quotarules.journal.entries import Entry, Settled
from quotarules.journal.settlement import Settlement, Statement, Total
from quotarules.journal.store import BrokenEntryError

_LIMIT = 2**126


def settlement_of(connection: sa.Connection, entry: Entry) -> Settlement:
    """What the tables say of an entry, in the order of a Settlement; BrokenEntryError if they say what is no value."""
    body = entry.body
    try:
        return _settlement(connection, entry, body)
    except ValueError as error:
        raise BrokenEntryError(entry.number, "holds a figure or a digest that is none") from error


def _settlement(connection: sa.Connection, entry: Entry, body: Settled) -> Settlement:
    return Settlement(
        body.plan,
        body.span,
        _statements(connection, entry.number),
        balances_of(connection, entry.number),
        _totals(connection, entry.number),
        body.opening,
        body.closing,
        body.root,
    )


def _statements(connection: sa.Connection, entry: int) -> tuple[Statement, ...]:
    accounts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in connection.execute(sa.select(tables.members).where(tables.members.c.entry == entry)):
        accounts[row.subject_kind, row.subject].append(row.account)
    rows = connection.execute(sa.select(tables.statements).where(tables.statements.c.entry == entry))
    found: list[Statement] = []
    for row in rows:
        subject = (row.subject_kind, row.subject)
        digest = bytes.fromhex(row.digest).hex()
        found.append(Statement(*subject, row.name, tuple(sorted(accounts.pop(subject, []))), row.lines, digest))
    if accounts:
        raise BrokenEntryError(entry, "names accounts of somebody who has no statement")
    return tuple(sorted(found, key=lambda held: (held.subject_kind, held.subject)))


def balances_of(connection: sa.Connection, entry: int) -> tuple[Balance, ...]:
    """The balances of an entry, in (kind, subject, account, source) order."""
    try:
        return _balances(connection, entry)
    except ValueError as error:
        raise BrokenEntryError(entry, "holds a balance that is none") from error


def _balances(connection: sa.Connection, entry: int) -> tuple[Balance, ...]:
    rows = connection.execute(sa.select(tables.balances).where(tables.balances.c.entry == entry))
    found = (
        Balance(
            row.account,
            row.subject_kind,
            row.subject,
            row.unit,
            row.scale,
            _figure(row.opening),
            _figure(row.closing),
            bool(row.opened),
            row.source,
        )
        for row in rows
    )
    return tuple(sorted(found, key=lambda held: (held.subject_kind, held.subject, held.account, held.source)))


def _totals(connection: sa.Connection, entry: int) -> tuple[Total, ...]:
    rows = connection.execute(sa.select(tables.totals).where(tables.totals.c.entry == entry))
    found = (
        Total(row.account, row.unit, row.scale, _figure(row.due), row.due_lines, row.waiting_lines, row.excluded_lines)
        for row in rows
    )
    return tuple(sorted(found, key=lambda held: (held.account, held.unit, held.scale)))


def _figure(text: str) -> int:
    value = int(text)
    if abs(value) >= _LIMIT:
        raise ValueError("more than the format holds")
    return value
