"""A settlement that was acknowledged survives kill -9 at every step; a half one is never seen."""

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from journal import crashing_run
from journal.journal_samples import PLAN, ROWS, due, outcome, write
from quotarules.journal.openings import openings_for
from quotarules.journal.read import periods
from quotarules.journal.record import record
from quotarules.journal.store import DATABASE, Journal, new_lines_path, open_journal
from quotarules.journal.verify import verify

TESTS = Path(__file__).resolve().parent.parent
MARCH = crashing_run.MARCH


Job = tuple[Path, str, int]


def run(*jobs: Job) -> list[tuple[int, list[str]]]:
    """For each job the exit code of its process (negative: the signal that killed it) and what it said."""
    paths = os.pathsep.join([str(TESTS), *(path for path in sys.path if path)])
    done = subprocess.run(
        [sys.executable, crashing_run.__file__],
        input=json.dumps([(str(folder), variant, last) for folder, variant, last in jobs]),
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    assert not done.stderr, done.stderr
    heard = [json.loads(line) for line in done.stdout.splitlines()]
    return [(int(code), str(said).split()) for code, said in heard]


def opened(folder: Path) -> Journal:
    journal, problems = open_journal(folder)
    assert journal is not None, problems
    return journal


def in_force(journal: Journal) -> list[str]:
    return [held.entry.digest for held in periods(journal, "sample")[0]]


@pytest.mark.parametrize("variant", ["first", "second"])
def test_a_run_killed_at_any_step_leaves_the_old_state_or_the_new(tmp_path: Path, variant: str) -> None:
    base, full = tmp_path / "base", tmp_path / "full"
    if variant == "second":  # the draft of an earlier run is replaced
        assert run((base, "first", 0))[0][0] == 0
        shutil.copytree(base, full)
    ((code, said),) = run((full, variant, 0))
    assert code == 0
    before = in_force(opened(base)) if base.exists() else []
    after = in_force(opened(full))
    assert said[0] == after[-1]
    steps = range(1, int(said[1]) + 1)
    assert len(steps) > 40
    folders = [tmp_path / f"at-{last}" for last in steps]
    for folder in folders:
        if base.exists():
            shutil.copytree(base, folder)
    killed = run(*((folder, variant, last) for folder, last in zip(folders, steps, strict=True)))
    for folder, (code, said) in zip(folders, killed, strict=True):
        assert code == -9
        journal = opened(folder)
        checked, problems = verify(journal)
        assert checked is not None, (folder, problems)
        assert in_force(journal) in (before, after), folder
        if said:
            assert in_force(journal) == after == [said[0]], folder
    assert [said for _, said in killed].count([]) < len(steps)
    # Whatever was left behind, the next run goes through and comes to the same.
    for folder, (code, _) in zip(folders, run(*((folder, variant, 0) for folder in folders)), strict=True):
        assert code == 0
        assert in_force(opened(folder)) == after, folder
        assert verify(opened(folder))[0] is not None, folder


def test_a_transaction_that_had_begun_to_write_is_rolled_back(tmp_path: Path) -> None:
    # With a cache of one page SQLite writes to the database file before the commit; the copy is what a kill leaves.
    assert run((tmp_path / "base", "first", 0))[0][0] == 0
    journal = opened(tmp_path / "base")
    before = in_force(journal)
    openings, _ = openings_for(journal, PLAN, MARCH)
    assert openings is not None
    copied: list[Path] = []

    def spill(connection: sa.Connection, *_: object) -> None:
        connection.connection.cursor().execute("PRAGMA cache_size = 1")

    def keep(*_: object) -> None:
        target = tmp_path / f"copy-{len(copied)}"
        shutil.copytree(tmp_path / "base", target)
        copied.append(target)

    sa.event.listen(journal.engine, "begin", spill)
    sa.event.listen(journal.engine, "after_cursor_execute", keep)
    many = [due(f"Q{i}", "points", "done", "D1", i) for i in range(300)]
    done, problems = record(
        journal, PLAN, openings, outcome(write(new_lines_path(journal), many)), crashing_run.EVIDENCE
    )
    assert done is not None, problems
    hot = 0
    for folder in copied:
        hot += (folder / f"{DATABASE}-journal").exists()
        copy = opened(folder)
        assert verify(copy)[0] is not None
        assert in_force(copy) == before
    assert hot > 2


def test_bytes_are_on_the_disk_before_the_row_that_names_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = opened(tmp_path / "journal")
    openings, _ = openings_for(journal, PLAN, MARCH)
    assert openings is not None
    lines = write(new_lines_path(journal), ROWS)
    seen: list[str] = []
    real_fsync, real_replace = os.fsync, os.replace

    def fsync(descriptor: int) -> None:
        seen.append(f"fsync {Path(f'/proc/self/fd/{descriptor}').readlink().name}")
        real_fsync(descriptor)

    def replaced(source: str, target: str) -> None:
        seen.append("rename")
        real_replace(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replaced)
    sa.event.listen(journal.engine, "commit", lambda _: seen.append("commit"))
    assert record(journal, PLAN, openings, outcome(lines), crashing_run.EVIDENCE)[0] is not None
    assert seen == ["fsync lines.parquet", "rename", "fsync lines", "commit"]


def test_many_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    opened(folder)
    results: list[str] = []
    start = threading.Barrier(4)

    def settle(number: int) -> None:
        journal = opened(folder)
        rows = [due(f"P{number}", "points", "done", f"D{number}", number)]
        openings, problems = openings_for(journal, PLAN, MARCH)
        lines = write(new_lines_path(journal), rows)
        start.wait()
        if openings is not None:
            done, problems = record(journal, PLAN, openings, outcome(lines), crashing_run.EVIDENCE)
            results.append(problems[0].code if done is None else done.result)

    threads = [threading.Thread(target=settle, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["QR6004", "QR6004", "QR6004", "recorded"]
    assert verify(opened(folder))[0] is not None


def test_a_journal_that_somebody_holds_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quotarules.journal.store._WAIT_SECONDS", 0.1)
    journal = opened(tmp_path / "journal")
    openings, _ = openings_for(journal, PLAN, MARCH)
    assert openings is not None
    lines = write(new_lines_path(journal), ROWS)
    other = sa.create_engine(f"sqlite:///{tmp_path}/journal/{DATABASE}")
    with other.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        _, problems = record(journal, PLAN, openings, outcome(lines), crashing_run.EVIDENCE)
        assert [problem.code for problem in problems] == ["QR6003"]
        connection.exec_driver_sql("ROLLBACK")
    other.dispose()
    lines = write(new_lines_path(journal), ROWS)
    assert record(journal, PLAN, openings, outcome(lines), crashing_run.EVIDENCE)[0] is not None


def test_a_disk_that_refuses_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = opened(tmp_path / "journal")
    openings, _ = openings_for(journal, PLAN, MARCH)
    assert openings is not None
    lines = write(new_lines_path(journal), ROWS)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        _, problems = record(journal, PLAN, openings, outcome(lines), crashing_run.EVIDENCE)
    assert [problem.code for problem in problems] == ["QR6011"]
    assert in_force(journal) == []
    assert list(journal.lines_folder.iterdir()) == []
    assert verify(journal)[0] is not None
