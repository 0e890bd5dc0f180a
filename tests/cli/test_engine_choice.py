"""An engine that cannot be had ends in a problem with its way out; one that is never asked for is never loaded."""

import subprocess
import sys
from pathlib import Path

import pytest

from quotarules.cli.main import run
from quotarules.diagnostics.problem import Problem
from quotarules.engines import choice
from quotarules.engines.names import EMBEDDED, NAMES
from quotarules.engines.server_problems import EngineBroken, EngineError, EngineOutOfRoom, EngineUnreachable, shown
from quotarules.plan.lines import Outcome

ROOT = Path(__file__).resolve().parents[2]
STARTER = ROOT / "src" / "quotarules" / "starter"


def settle(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    code = run(["settle", "--project", str(STARTER), "--period", "2026-01", *options])
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return code, said.err


def test_the_names_are_those_that_can_be_chosen() -> None:
    assert set(EMBEDDED) == set(choice.ENGINES)
    assert set(NAMES) == {*choice.ENGINES, *choice.SERVERS}


@pytest.mark.parametrize("name", choice.SERVERS)
def test_an_engine_elsewhere_needs_its_place(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = settle(capsys, "--engine", name)
    assert code == 1
    assert "error[QR5300]" in said
    assert "QUOTARULES_ENGINE_URL" in said


@pytest.mark.parametrize(
    ("name", "url"), [("postgres", "spark://lake:7077"), ("spark", "postgresql://db/pay"), ("postgres", "db.example")]
)
def test_a_place_of_another_engine_is_none(name: str, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = settle(capsys, "--engine", name, "--engine-url", url)
    assert code == 1
    assert "error[QR5301]" in said
    assert url in said


def test_places_may_stand_in_the_environment(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUOTARULES_ENGINE_URL", "sc://one spark://two")
    code, said = settle(capsys, "--engine", "postgres")
    assert code == 1
    assert "`sc://one` and `spark://two` are no places" in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("settle", "--engine", "duckdb"), "the engine duckdb runs in this process"),
        (("settle",), "the engine duckdb runs in this process"),
        (("settle", "--engine", "reference"), "the engine reference runs in this process"),
        (("test",), "the engines duckdb and reference run in this process"),
        (("doctor",), "the engines duckdb and reference run in this process"),
    ],
)
def test_a_place_where_nothing_is_reached_is_refused(
    options: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    command, *asked = options
    assert run(["init", str(tmp_path / "project")]) == 0
    capsys.readouterr()
    more = {"settle": ["--project", str(tmp_path / "project"), "--period", "2026-01"], "doctor": []}
    words = more.get(command, [str(STARTER / "examples.md")])
    assert run([command, *asked, *words, "--engine-url", "postgresql://me:secret@db/pay"]) == 1
    found = capsys.readouterr()
    assert f"error[QR5306]: `postgresql://db/pay` is given, and {said}" in found.err
    assert "write `--engine postgres`" in found.err
    assert found.out == ""
    assert not (tmp_path / "project" / "journal").exists()


def test_a_place_of_no_engine_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = settle(capsys, "--engine-url", "db.example")
    assert code == 1
    assert "error[QR5306]" in said
    assert "leave out `--engine-url`" in said


def test_a_place_in_the_environment_is_for_other_commands_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("QUOTARULES_ENGINE_URL", "postgresql://db/pay")
    assert run(["init", str(tmp_path / "project")]) == 0
    assert run(["settle", "--project", str(tmp_path / "project"), "--period", "2026-01"]) == 0
    assert "QR5306" not in capsys.readouterr().err


def test_an_engine_without_its_library_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = choice.Server("quotarules.engines.sql.absent", "psycopg", ("postgresql://",), "postgresql://HOST/DATABASE")
    monkeypatch.setitem(choice.SERVERS, "postgres", absent)
    code, said = settle(capsys, "--engine", "postgres", "--engine-url", "postgresql://db/pay")
    assert code == 1
    assert "error[QR5302]" in said
    assert "quotarules[postgres]" in said


def test_a_test_on_an_engine_that_is_not_there_runs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["test", "--engine", "all", str(STARTER / "examples.md")]) == 1
    said = capsys.readouterr()
    assert said.err.count("error[QR5300]") == 2
    assert said.out == ""


def test_a_test_runs_on_the_engines_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["test", "--engine", "reference", "--engine", "duckdb", str(STARTER / "examples.md")]) == 0
    assert "1 of 1 pass" in capsys.readouterr().out


def test_secrets_of_a_place_are_never_shown() -> None:
    assert shown("postgresql://me:secret@db:5432/pay?password=secret&x=1") == "postgresql://db:5432/pay"
    assert shown("local[2]") == "local[2]"
    assert shown("sc://lake:15002/;token=secret;use_ssl=true") == "sc://lake:15002/"
    assert shown("postgresql://me:a/secret@db/pay") == "postgresql://db/pay"
    assert shown("postgresql://me:a@secret@db/pay") == "postgresql://db/pay"
    assert shown("postgresql://me:a?secret@db/pay") == "postgresql://…"
    assert shown("postgresql://db/pay?password=a@secret") == "postgresql://…"


def test_choosing_loads_no_engine() -> None:
    program = (
        "import sys; from quotarules.engines import choice, server_problems;"
        "choice.engine('postgres', ()); choice.engine('duckdb');"
        "sys.exit(bool({'psycopg', 'pyspark', 'duckdb'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (EngineUnreachable("postgres", "postgresql://db/pay", "connection refused"), "QR5303"),
        (EngineBroken("postgres", "postgresql://db/pay", "no space left"), "QR5304"),
        (EngineOutOfRoom("duckdb", "no space left"), "QR5307"),
    ],
)
def test_an_engine_that_gives_up_is_a_problem_in_every_command(
    problem: Problem, code: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def gives_up(*_: object) -> Outcome:
        raise EngineError(problem)

    monkeypatch.setitem(choice.ENGINES, "reference", gives_up)
    assert run(["init", str(tmp_path / "project")]) == 0
    assert run(["settle", "--project", str(tmp_path / "project"), "--period", "2026-01", "--engine", "reference"]) == 1
    assert f"error[{code}]" in capsys.readouterr().err
    assert run(["test", "--engine", "reference", str(STARTER / "examples.md")]) == 1
    assert f"error[{code}]" in capsys.readouterr().err
