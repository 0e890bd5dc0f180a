"""What `settle` lists by name: lines of an sla that were not kept."""

from pathlib import Path

import pytest

from quotarules.cli.main import run

ROOT = Path(__file__).resolve().parents[2]


def test_what_was_not_kept_is_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """L01122 came at 09:44; with an hour of lunch the fourth working hour ends at 14:44, and nobody touched it."""
    for path in (ROOT / "rules" / "agency").iterdir():
        if path.is_file():
            (tmp_path / path.name).write_bytes(path.read_bytes())
    data = str(ROOT / "fixtures" / "agency")
    assert run(["settle", "--project", str(tmp_path), "--data", data, "--period", "2026-01"]) == 0
    said = capsys.readouterr().out
    assert "not kept: handover.response (3 lines)" in said
    assert "person/S3  handover.response/L01122, due 2026-01-12 14:44" in said
