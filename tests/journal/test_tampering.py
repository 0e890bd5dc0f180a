"""Whoever changes a journal behind its back is found, and the first bad entry is named.

The changes are made by somebody who owns the file: the triggers are taken out first and put back after.
"""

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from journal.journal_samples import MEMBERS, PLAN, ROWS, Row, due, outcome, period, write
from quotarules.journal import tables
from quotarules.journal.entries import GENESIS, Evidence, chain_digest
from quotarules.journal.openings import openings_for
from quotarules.journal.read import latest, statement
from quotarules.journal.record import record
from quotarules.journal.store import DATABASE, Journal, new_lines_path, open_journal
from quotarules.journal.verify import verify

EVIDENCE = Evidence("f" * 64, "sample", (("sample", "1.0"),), "ann", "2026-11-21T10:00:00+00:00")
MORE = [*ROWS, due("P2", "points", "done", "D9", 5)]


def settled(journal: Journal, name: str, rows: list[Row]) -> str:
    openings, problems = openings_for(journal, PLAN, period(name))
    assert openings is not None, problems
    lines = write(new_lines_path(journal), rows)
    done, problems = record(journal, PLAN, openings, outcome(lines, MEMBERS), EVIDENCE)
    assert done is not None, problems
    return done.entry.body.root


def opened(folder: Path) -> Journal:
    journal, problems = open_journal(folder, "journal")
    assert journal is not None, problems
    return journal


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four entries: March, April, March again, April again."""
    folder = tmp_path_factory.mktemp("tampering") / "journal"
    journal = opened(folder)
    settled(journal, "2026-03", ROWS)
    settled(journal, "2026-04", ROWS)
    settled(journal, "2026-03", MORE)
    settled(journal, "2026-04", ROWS[:4])
    assert verify(journal)[1] == ()
    return folder


@pytest.fixture
def journal(original: Path, tmp_path: Path) -> Journal:
    shutil.copytree(original, tmp_path / "journal")
    return opened(tmp_path / "journal")


def tamper(journal: Journal, *statements: str) -> None:
    """Change the database as its owner can: foreign keys off, triggers out and in again."""
    with owned(journal) as connection:
        for name in tables.triggers():
            connection.execute(f"DROP TRIGGER {name}")
        changed = sum(connection.execute(text).rowcount for text in statements)
        assert changed > 0, "the tampering did nothing"
        for text in tables.triggers().values():
            connection.execute(text)


@contextmanager
def owned(journal: Journal) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(journal.folder / DATABASE, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")  # a test need not outlive a power loss
        connection.execute("BEGIN")
        yield connection
        connection.execute("COMMIT")


def found(journal: Journal, head: str | None = None) -> tuple[str, int | None]:
    """The code of the first problem, and the entry that it names."""
    checked, problems = verify(journal, head)
    assert checked is None
    for problem in problems:
        report = problem.report()
        assert report.message
        assert report.primary.span.file == "journal"
    return problems[0].code, getattr(problems[0], "number", None)


# --- every cell of every table ------------------------------------------------------------------

EDITS = {
    "entries": {
        "previous": "'0' || substr(previous, 2) || ''",
        "digest": "substr(digest, 2) || 'a'",
        "plan": "plan || 'x'",
        "period": "'2026-01'",
        "body": "replace(body, 'ann', 'bob')",
    },
    "statements": {
        "subject_kind": "subject_kind || 'x'",
        "subject": "subject || 'x'",
        "name": "'somebody'",
        "lines": "lines + 1",
        "digest": "substr(digest, 2) || 'a'",
    },
    "members": {"subject_kind": "'x'", "subject": "subject || 'x'", "account": "'sla'"},
    "balances": {
        "subject_kind": "subject_kind || 'x'",
        "subject": "subject || 'x'",
        "account": "account || 'x'",
        "source": "source || 'x'",
        "unit": "'RUB'",
        "scale": "scale + 1",
        "opening": "'123'",
        "closing": "'123'",
        "opened": "1 - opened",
    },
    "totals": {
        "account": "account || 'x'",
        "unit": "unit || 'x'",
        "scale": "scale + 1",
        "due": "'123'",
        "due_lines": "due_lines + 1",
        "waiting_lines": "waiting_lines + 1",
        "excluded_lines": "excluded_lines + 1",
    },
}
CELLS = [(table, column, change) for table, columns in EDITS.items() for column, change in columns.items()]


@pytest.mark.parametrize("entry", [1, 4])
@pytest.mark.parametrize(("table", "column", "change"), CELLS)
def test_an_edit_of_any_cell_is_found(journal: Journal, table: str, column: str, change: str, entry: int) -> None:
    key = "number" if table == "entries" else "entry"
    if column == "previous" and entry == 1:
        change = "substr(previous, 2) || '1'"
    some = f"rowid = (SELECT max(rowid) FROM {table} WHERE {key} = {entry})"
    tamper(journal, f"UPDATE {table} SET {column} = {change} WHERE {some}")
    assert found(journal)[1] == entry


@pytest.mark.parametrize("entry", [2, 3])
@pytest.mark.parametrize("table", ["statements", "members", "balances", "totals"])
def test_a_row_taken_out_is_found(journal: Journal, table: str, entry: int) -> None:
    with owned(journal) as connection:
        rows = [row[0] for row in connection.execute(f"SELECT rowid FROM {table} WHERE entry = {entry}")]
    keep = journal.folder.parent / "keep.sqlite"
    shutil.copy(journal.folder / DATABASE, keep)
    for row in rows:
        shutil.copy(keep, journal.folder / DATABASE)
        tamper(journal, f"DELETE FROM {table} WHERE rowid = {row}")
        assert found(journal)[1] == entry, row


@pytest.mark.parametrize(
    "added",
    [
        "INSERT INTO statements VALUES ({}, 'person', 'P9', '', 0, '" + "a" * 64 + "')",
        "INSERT INTO members VALUES ({}, 'person', 'P9', 'pay')",
        "INSERT INTO members VALUES ({}, 'person', 'P1', 'sla')",
        "INSERT INTO balances VALUES ({}, 'person', 'P9', 'points', '', 'points', 1, '5', '5', 0)",
        "INSERT INTO balances VALUES ({}, 'client', 'P1', 'points', '', 'points', 1, '5', '5', 0)",
        "INSERT INTO balances VALUES ({}, 'person', 'P1', 'pay', '', 'RUB', 2, '5', '5', 0)",
        "INSERT INTO balances VALUES ({}, 'person', 'P9', 'points', '', 'points', 1, '1" + "0" * 60 + "', '5', 0)",
        "INSERT INTO totals VALUES ({}, 'pay', 'EUR', 2, '5', 1, 0, 0)",
    ],
)
@pytest.mark.parametrize("entry", [2, 4])
def test_a_row_put_in_is_found(journal: Journal, added: str, entry: int) -> None:
    tamper(journal, added.format(entry))
    assert found(journal)[1] == entry


def test_rows_of_an_entry_that_is_not_there_are_found(journal: Journal) -> None:
    tamper(journal, "INSERT INTO members VALUES (9, 'person', 'P9', 'pay')")
    assert found(journal) == ("QR6021", 9)
    tamper(journal, "DELETE FROM members WHERE entry = 9", "INSERT INTO blobs VALUES ('d', x'00')")
    assert found(journal) == ("QR6021", 5)


def test_two_rows_swapped_are_found(journal: Journal) -> None:
    tamper(
        journal,
        "UPDATE statements SET subject = 'tmp' WHERE entry = 3 AND subject = 'P1'",
        "UPDATE statements SET subject = 'P1' WHERE entry = 3 AND subject = 'P2'",
        "UPDATE statements SET subject = 'P2' WHERE entry = 3 AND subject = 'tmp'",
    )
    assert found(journal) == ("QR6024", 3)


# --- the chain ----------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", [1, 2, 3])
def test_an_entry_taken_out_is_found(journal: Journal, entry: int) -> None:
    tamper(journal, f"DELETE FROM entries WHERE number = {entry}")
    assert found(journal) == ("QR6021", entry)


def test_two_entries_swapped_are_found(journal: Journal) -> None:
    tamper(
        journal,
        "UPDATE entries SET number = 99 WHERE number = 2",
        "UPDATE entries SET number = 2 WHERE number = 3",
        "UPDATE entries SET number = 3 WHERE number = 99",
    )
    assert found(journal) == ("QR6021", 2)


def cut(journal: Journal, last: int) -> None:
    parts = [f"DELETE FROM {table.name} WHERE entry > {last}" for table in tables.PARTS]
    tamper(journal, *parts, f"DELETE FROM entries WHERE number > {last}")


def heads(journal: Journal) -> list[str]:
    with journal.engine.connect() as connection:
        return list(connection.execute(sa.select(tables.entries.c.digest).order_by(tables.entries.c.number)).scalars())


def test_a_tail_cut_off_is_found_by_the_head(journal: Journal) -> None:
    noted = heads(journal)
    cut(journal, 2)
    checked, problems = verify(journal)
    assert checked is not None, problems
    assert checked.head == noted[1]
    assert found(journal, noted[3])[0] == "QR6022"
    assert verify(journal, noted[1])[0] is not None
    assert verify(journal, GENESIS)[0] is not None


def test_a_fork_is_found_by_the_head(journal: Journal, original: Path) -> None:
    noted = heads(journal)
    cut(journal, 3)
    settled(journal, "2026-04", MORE)  # another fourth entry, in perfect order
    assert verify(journal)[0] is not None
    assert found(journal, noted[3])[0] == "QR6022"
    assert all(verify(opened(original), head)[0] is not None for head in noted)


def rewritten(journal: Journal, number: int, change: Callable[[dict[str, object]], None]) -> None:
    """Change an entry's body and mend every digest of the chain after it, as a careful forger would."""
    with journal.engine.connect() as connection:
        rows = [dict(row) for row in connection.execute(sa.select(tables.entries)).mappings()]
    previous, statements = GENESIS, []
    for row in sorted(rows, key=lambda row: row["number"]):
        body = json.loads(row["body"])
        if row["number"] == number:
            change(body)
        text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        digest = chain_digest(row["number"], previous, row["kind"], row["plan"], row["period"], text)
        quoted = text.replace("'", "''")
        statements.append(
            f"UPDATE entries SET body = '{quoted}', previous = '{previous}', digest = '{digest}' "
            f"WHERE number = {row['number']}"
        )
        previous = digest
    tamper(journal, *statements)


FORGERIES: list[tuple[str, object]] = [
    ("root", "a" * 64),
    ("root", "../../etc/passwd"),
    ("lines", 8),
    ("lines", True),
    ("lines_file", "a" * 64),
    ("opening", "a" * 64),
    ("closing", "a" * 64),
    ("opened_by", 2),
    ("opened_by", None),
    ("replaces", None),
    ("replaces", 1),
    ("plan_digest", "a" * 64),
    ("plan_blob", "a" * 64),
    ("period", "2026-07"),
    ("unit", "quarter"),
    ("plan", "other"),
    ("format", 2),
    ("who", 7),
]


@pytest.mark.parametrize(("field", "value"), FORGERIES)
def test_a_forged_body_with_a_mended_chain_is_found(journal: Journal, field: str, value: object) -> None:
    rewritten(journal, 4, lambda body: body.update({field: value}))
    assert found(journal)[1] == 4


def test_a_forged_name_is_found_by_the_head_alone(journal: Journal) -> None:
    noted = heads(journal)
    rewritten(journal, 2, lambda body: body.update(who="bob"))
    assert verify(journal)[0] is not None
    assert found(journal, noted[3])[0] == "QR6022"


# --- plans and lines ----------------------------------------------------------------------------


def test_a_changed_plan_is_found(journal: Journal) -> None:
    tamper(journal, "UPDATE blobs SET content = x'00'")
    assert found(journal) == ("QR6025", 1)
    assert latest(journal, "sample", period("2026-03"))[1][0].code == "QR6025"
    tamper(journal, "DELETE FROM blobs")
    assert found(journal) == ("QR6025", 1)


def lines_path(journal: Journal, name: str) -> Path:
    kept, _ = latest(journal, "sample", period(name))
    assert kept is not None
    return journal.lines_folder / f"{kept.entry.body.root}.parquet"


def test_every_byte_of_a_lines_file_counts(journal: Journal) -> None:
    path = lines_path(journal, "2026-03")
    content = path.read_bytes()
    for place in range(0, len(content), max(1, len(content) // 15)):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        assert found(journal) == ("QR6023", 3), place
    path.write_bytes(content[:-1])
    assert found(journal) == ("QR6023", 3)
    path.unlink()
    assert found(journal) == ("QR6023", 3)
    path.mkdir()
    assert found(journal) == ("QR6023", 3)


def test_a_changed_line_is_found_even_where_its_bytes_are_vouched_for(journal: Journal) -> None:
    # The forger writes another amount, and names the new file's digest in a mended chain.
    path = lines_path(journal, "2026-03")
    held = pq.read_table(path)
    amounts = held.column("amount").to_pylist()
    amounts[0] = 16
    place = held.column_names.index("amount")
    pq.write_table(held.set_column(place, held.schema.field(place), [amounts]), path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    rewritten(journal, 3, lambda body: body.update(lines_file=digest))
    assert found(journal) == ("QR6024", 3)


def test_a_statement_is_never_read_from_changed_lines(journal: Journal) -> None:
    path = lines_path(journal, "2026-03")
    held = pq.read_table(path)
    place = held.column_names.index("reason")
    words = [word and word + "!" for word in held.column("reason").to_pylist()]
    pq.write_table(held.set_column(place, held.schema.field(place), [words]), path)
    _, problems = statement(journal, "sample", period("2026-03"), "person", "P1")
    assert problems[0].code == "QR6023"
    assert statement(journal, "sample", period("2026-03"), "person", "P2")[0] is not None
    path.write_bytes(b"PAR1")
    assert statement(journal, "sample", period("2026-03"), "person", "P1")[1][0].code == "QR6023"
    path.unlink()
    message = statement(journal, "sample", period("2026-03"), "person", "P1")[1][0].report().message
    assert message == f"the lines file `lines/{path.name}` of 2026-03 is missing"


# --- the database file --------------------------------------------------------------------------


def test_what_changed_is_named_beside_a_missing_trigger(journal: Journal) -> None:
    with owned(journal) as connection:
        connection.execute("DROP TRIGGER totals_no_update")
        connection.execute("UPDATE totals SET due = '123' WHERE entry = 2 AND account = 'pay'")
    _, problems = verify(journal)
    assert [problem.code for problem in problems] == ["QR6026", "QR6024"]


def test_missing_triggers_are_found(journal: Journal) -> None:
    with owned(journal) as connection:
        connection.execute("DROP TRIGGER entries_no_update")
    assert found(journal)[0] == "QR6026"
    with owned(journal) as connection:
        connection.execute("CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries BEGIN SELECT 1; END")
    assert found(journal)[0] == "QR6026"


def test_no_damage_of_the_database_file_ends_in_a_traceback(journal: Journal) -> None:
    path = journal.folder / DATABASE
    content = path.read_bytes()
    kept = 0
    for place in range(0, len(content), 3989):
        path.write_bytes(content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :])
        reopened, _ = open_journal(journal.folder, "journal")
        if reopened is not None:
            checked, problems = verify(reopened)
            kept += checked is not None
            assert (checked is None) == bool(problems)
            statement(reopened, "sample", period("2026-03"), "person", "P1")
            openings_for(reopened, PLAN, period("2026-05"))
    # Only bytes that hold nothing may change unnoticed.
    assert kept < len(content) / 3989
    path.write_bytes(content[: len(content) // 2])
    assert found(journal)[0] in {"QR6020", "QR6021"}
