"""The starter project is written whole, and never over anything."""

from pathlib import Path

import pytest
from click import UsageError

from quotarules.cli.main import run

STARTER = Path(__file__).parents[2] / "src/quotarules/starter"


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_file_of_the_starter_is_written(tmp_path: Path) -> None:
    assert run(["init", str(tmp_path / "new")]) == 0
    assert files(tmp_path / "new") == files(STARTER)
    assert {"quotarules.yaml", "plan.qr", "facts.yaml", "calendar.yaml", "examples.md"} <= set(files(STARTER))


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "plan.qr"
    mine.write_text("mine", encoding="utf-8")
    assert run(["init", str(tmp_path)]) == UsageError.exit_code
    assert "already holds plan.qr" in capsys.readouterr().err
    assert files(tmp_path) == {"plan.qr": b"mine"}


def test_other_files_do_not_hinder(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    assert run(["init", str(tmp_path)]) == 0


def test_names_in_the_starter_say_that_they_are_samples() -> None:
    for table in ("people", "clients"):
        rows = (STARTER / f"data/{table}.csv").read_text(encoding="utf-8").splitlines()[1:]
        assert rows
        assert all(row.split(",")[1].startswith("Sample ") for row in rows)
