"""How a journal is opened, and what its database refuses by itself."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from journal.journal_runs import codes, recorded
from quotarules.journal import tables
from quotarules.journal.store import DATABASE, Journal, open_journal, reading, writing
from quotarules.journal.verify import verify


def test_the_settings_are_those_that_lose_nothing(journal: Journal) -> None:
    with reading(journal) as connection:
        held = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
        ]
        strict = {row.name: row.strict for row in connection.exec_driver_sql("PRAGMA table_list")}
    assert held == ["delete", 2, 1, 1]
    assert all(strict[name] for name in tables.metadata.tables)


def test_a_writer_holds_the_lock_before_its_first_read(journal: Journal) -> None:
    seen: list[str] = []
    sa.event.listen(journal.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    with writing(journal):
        pass
    with reading(journal):
        pass
    assert seen == ["BEGIN IMMEDIATE", "BEGIN"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET body = ''",
        "DELETE FROM entries",
        "DELETE FROM totals",
        "UPDATE balances SET closing = '1'",
        "DELETE FROM blobs",
        "UPDATE members SET account = 'x'",
        "INSERT OR REPLACE INTO entries SELECT number, previous, digest, kind, plan, period, '{}' FROM entries",
        "INSERT OR REPLACE INTO totals SELECT entry, account, unit, scale, '1', 0, 0, 0 FROM totals",
        "INSERT INTO entries SELECT 9, previous || 'x', 'd', kind, plan, period, body FROM entries",
        "INSERT INTO entries SELECT 3, 'x', 'd', kind, plan, period, body FROM entries WHERE number = 1",
        "INSERT INTO members VALUES (1, 'person', 'P9', 'pay')",
        "INSERT INTO members VALUES (3, 'person', 'P9', 'pay')",
        "INSERT INTO balances VALUES (2, 'person', 'P9', 'points', '', 'points', 1, '01', '0', 1)",
        "INSERT INTO balances VALUES (2, 'person', 'P9', 'points', '', 'points', 1, '-', '0', 1)",
        "INSERT INTO balances VALUES (2, 'person', 'P9', 'points', '', 'points', 1, '1.5', '0', 1)",
        "INSERT INTO balances VALUES (2, 'person', 'P9', 'points', '', 'points', 'one', '1', '0', 1)",
    ],
)
def test_the_database_itself_refuses_changes(journal: Journal, statement: str) -> None:
    recorded(journal, "2026-03")
    recorded(journal, "2026-04")
    with pytest.raises(sa.exc.IntegrityError), writing(journal) as connection:
        connection.exec_driver_sql(statement)
    assert verify(journal)[1] == ()


def test_other_things_than_a_journal_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert codes(open_journal(tmp_path / "file")[1]) == ["QR6001"]
    assert codes(open_journal(tmp_path / "file" / "under")[1]) == ["QR6001"]
    assert codes(open_journal(tmp_path)[1]) == ["QR6001"]
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / DATABASE).write_text("not a database, though long enough to be looked at " * 100)
    assert codes(open_journal(tmp_path / "text")[1]) == ["QR6020"]
    (tmp_path / "other").mkdir()
    engine = sa.create_engine(f"sqlite:///{tmp_path}/other/{DATABASE}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE mine (x)")
    engine.dispose()
    assert codes(open_journal(tmp_path / "other")[1]) == ["QR6001"]
    assert codes(open_journal(tmp_path / "none", create=False)[1]) == ["QR6012"]
    (tmp_path / "empty").mkdir()
    assert codes(open_journal(tmp_path / "empty", create=False)[1]) == ["QR6001"]
    assert not (tmp_path / "none").exists()


def test_a_journal_of_another_version_is_refused(journal: Journal) -> None:
    with writing(journal) as connection:
        connection.exec_driver_sql("PRAGMA user_version = 9")
    assert codes(open_journal(journal.folder)[1]) == ["QR6002"]


def test_a_lost_database_is_not_replaced_by_an_empty_one(journal: Journal) -> None:
    recorded(journal, "2026-03")
    (journal.folder / DATABASE).unlink()
    assert codes(open_journal(journal.folder)[1]) == ["QR6001"]


def test_a_first_use_that_was_stopped_can_be_repeated(tmp_path: Path) -> None:
    (tmp_path / "journal" / "lines").mkdir(parents=True)
    assert open_journal(tmp_path / "journal")[0] is not None
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / DATABASE).touch()
    assert open_journal(tmp_path / "second")[0] is not None
