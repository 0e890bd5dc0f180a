"""The door itself: what is loaded when, exit codes, interrupts, closed pipes, mistakes of ours."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from quotarules.cli import main as door
from quotarules.cli.main import COMMANDS

ROOT = Path(__file__).parents[2]
SOURCE = str(ROOT / "src")
ENVIRONMENT = {**os.environ, "PYTHONPATH": SOURCE, "PYTHONUTF8": "1"}

LOADED = """
import json, sys
from quotarules.cli.main import main
sys.argv = ["quotarules", *{arguments!r}]
try:
    main()
except SystemExit as left:
    code = left.code
print(json.dumps([code, sorted(sys.modules)]), file=sys.stderr)
"""

RAISING = """
import sys
from quotarules.cli import main as door
def broken(arguments):
    {statement}
door.run = broken
sys.argv = ["quotarules", "settle", "--period", "2026-01"]
door.main()
"""


def run(*arguments: str, code: str | None = None, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code] if code is not None else [sys.executable, "-m", "quotarules", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, cwd=cwd, timeout=60, check=False)


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["nonsense"]])
def test_the_frame_loads_no_engine_no_journal_and_no_parser(arguments: list[str]) -> None:
    done = run(code=LOADED.format(arguments=arguments))
    _, modules = json.loads(done.stderr.splitlines()[-1])
    heavy = {"duckdb", "sqlalchemy", "lark", "pyarrow", "numpy", "yaml", "jsonschema", "tabulate"}
    assert heavy.isdisjoint(modules)
    rooms = {f"quotarules.{room}" for room in ("engines", "journal", "ledger", "syntax", "semantics", "workflow")}
    assert rooms.isdisjoint(modules)


@pytest.mark.parametrize("command", ["check", "init"])
def test_these_commands_load_no_engine_and_no_journal(command: str) -> None:
    done = run(code=LOADED.format(arguments=[command, "--help"]))
    code, modules = json.loads(done.stderr.splitlines()[-1])
    assert code == 0
    assert {"duckdb", "sqlalchemy"}.isdisjoint(modules)
    assert {"quotarules.engines.sql", "quotarules.journal"}.isdisjoint(modules)


def test_a_sound_plan_is_checked_without_the_compiler_of_the_grammar_and_what_names_misfits() -> None:
    done = run(code=LOADED.format(arguments=["check", "--project", str(ROOT / "rules" / "agency")]))
    code, modules = json.loads(done.stderr.splitlines()[-1])
    assert code == 0
    assert {"lark", "jsonschema", "attr", "pyarrow", "numpy", "duckdb", "sqlalchemy"}.isdisjoint(modules)


def test_the_version() -> None:
    done = run("--version")
    assert (done.returncode, done.stdout) == (0, "quotarules 0.1.0\n")


def test_help_names_every_command_and_every_command_has_help() -> None:
    listed = run("--help").stdout
    for name in COMMANDS:
        assert f"\n  {name} " in listed


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_answers_to_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert door.run([name, "--help"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith(f"Usage: quotarules {name} ")
    assert "SUBJECT is a key" not in said.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["settle"],
        ["settle", "--period", "March"],
        ["settle", "--period", "2026-13"],
        ["settle", "--period", "2026-01", "--through", "2026-02"],
        ["settle", "--period", "2026-01", "--engine", "abacus"],
        ["statement", "S1"],
        ["check", "--format", "xml"],
        ["check", "--project", "no-such-folder"],
        ["explain", "QR9998"],
        ["explain", "S1"],
        ["test"],
    ],
)
def test_a_command_that_is_not_understood_ends_with_2(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert door.run(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "Error:" in said.err


def test_a_named_file_without_a_fence_of_rules_fails_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "plan.qr"
    plan.write_text("quotarules 1\n", encoding="utf-8")
    assert door.run(["test", str(plan)]) == 1
    said = capsys.readouterr()
    assert "no rules stand in a fence there" in said.out
    assert "0 of 1 pass" in said.out
    assert said.err == ""


def test_no_project_here_or_above_ends_with_2_and_says_how_to_begin(tmp_path: Path) -> None:
    done = run("check", cwd=tmp_path)
    assert done.returncode == 2
    assert "quotarules init DIR" in done.stderr


def test_a_mistake_of_ours_ends_with_70_and_a_short_text_to_report() -> None:
    done = run(code=RAISING.format(statement='raise ValueError("two\\x1b[31m words\\nand more")'))
    assert done.returncode == 70
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert "error[QR9001]: quotarules itself failed: ValueError: two\\x1b[31m words" in done.stderr
    assert "quotarules 0.1.0, Python 3." in done.stderr
    assert "report these lines and the command `settle`" in done.stderr
    assert len(done.stderr.splitlines()) == 7


def test_an_interrupt_ends_with_130_without_a_traceback() -> None:
    done = run(code=RAISING.format(statement="raise KeyboardInterrupt"))
    assert done.returncode == 130
    assert done.stderr == "interrupted\n"


def test_control_c_ends_a_running_command() -> None:
    # Whoever starts the tests in the background has them ignore Ctrl-C.
    heeded = "import signal, time; signal.signal(signal.SIGINT, signal.default_int_handler)"
    code = RAISING.format(statement=f'{heeded}; print("up", flush=True); time.sleep(30)')
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT, text=True
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "up\n"
        running.send_signal(signal.SIGINT)
        _, told = running.communicate(timeout=30)
    assert running.returncode == 130
    assert told == "interrupted\n"


def test_a_reader_that_leaves_is_no_mistake() -> None:
    code = RAISING.format(statement='import click\n    for _ in range(100_000): click.echo("line")\n    return 0')
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT, text=True
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "line\n"
        running.stdout.close()
        assert running.stderr is not None
        told = running.stderr.read()
        running.wait(timeout=30)
    assert told == ""
    assert running.returncode == 0


def test_a_stream_that_cannot_hold_a_name_gets_it_escaped() -> None:
    code = RAISING.format(statement='import click\n    click.echo("\\u0416")\n    return 0')
    environment = {**ENVIRONMENT, "PYTHONUTF8": "0", "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, check=False, timeout=60)
    assert done.stdout.replace(b"\r", b"") == b"\\u0416\n"


def test_a_page_of_a_code(tmp_path: Path) -> None:
    done = run("explain", "QR0001", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("# QR0001 file-unreadable\n")


@pytest.mark.parametrize("command", ["statement", "explain", "verify"])
def test_what_is_settled_is_read_without_a_database_engine(command: str) -> None:
    done = run(code=LOADED.format(arguments=[command, "--help"]))
    code, modules = json.loads(done.stderr.splitlines()[-1])
    assert code == 0
    assert "duckdb" not in modules
