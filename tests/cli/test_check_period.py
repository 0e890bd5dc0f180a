"""`check --period` names who would wait in a period and why, and keeps nothing."""

from pathlib import Path

import pytest

from quotarules.cli.main import run

RULES = """quotarules 1

plan sample version 1 {
  currency  EUR
  period    month
  timezone  "UTC"
  rounding  half_up to 0.01 per line
  effective from 2026-01-01 through 2026-12-31
}

measure quota for each person = the(goal of targets by person on month) else waiting "no target"

pay seller "Seller" for each person {
  part "Part" 5% of quota
}
"""

FACTS = """people:
  key: person
  from: people.csv
  columns: { name: text }
targets:
  each: target
  key: [person, month]
  from: targets.csv
  columns: { person: people, month: date, goal: money EUR }
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "quotarules.yaml").write_text("rules: plan.qr\nfacts: facts.yaml\njournal: .quotarules\n")
    (tmp_path / "plan.qr").write_text(RULES)
    (tmp_path / "facts.yaml").write_text(FACTS)
    (tmp_path / "data" / "people.csv").write_text("person,name\nS1,a\nS2,b\nS3,c\n")
    (tmp_path / "data" / "targets.csv").write_text("person,month,goal\nS1,2026-01-15,100.00\nS2,2026-02-15,100.00\n")
    return tmp_path


def test_those_without_a_target_are_named(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = str(project / "data")
    assert run(["check", "-C", str(project), "--data", data, "--period", "2026-01", "--format", "line"]) == 0
    said = capsys.readouterr().out
    assert said.startswith(
        "plan.qr:14:3: warning QR7780 no target: S2, S3 would wait for `seller.part` (pay) in 2026-01"
    )
    assert said.count("\n") == 1
    assert not (project / ".quotarules").exists()


def test_without_a_period_no_facts_are_read(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "data" / "targets.csv").unlink()
    assert run(["check", "-C", str(project), "--format", "line"]) == 0
    assert capsys.readouterr().out == ""


def test_facts_that_cannot_be_loaded_are_an_error(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "data" / "targets.csv").unlink()
    data = str(project / "data")
    assert run(["check", "-C", str(project), "--data", data, "--period", "2026-01", "--format", "line"]) == 1
    assert "error QR" in capsys.readouterr().out


def test_a_period_outside_the_plan_is_an_error(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = str(project / "data")
    assert run(["check", "-C", str(project), "--data", data, "--period", "2027-01", "--format", "line"]) == 1
    assert "QR7002" in capsys.readouterr().out


def test_data_without_a_period_is_not_understood(project: Path) -> None:
    assert run(["check", "-C", str(project), "--data", str(project / "data")]) == 2


def test_an_engine_goes_with_a_period(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "-C", str(project), "--engine", "reference"]) == 2
    assert "--period" in capsys.readouterr().err
    data = str(project / "data")
    assert run(["check", "-C", str(project), "--data", data, "--period", "2026-01", "--engine", "postgres"]) == 1
    assert "QR5300" in capsys.readouterr().err
    url = ["--engine-url", "postgresql://db/pay"]
    assert run(["check", "-C", str(project), *url]) == 2
    assert "--period" in capsys.readouterr().err
    assert run(["check", "-C", str(project), "--data", data, "--period", "2026-01", *url]) == 1
    assert "QR5306" in capsys.readouterr().err
