"""`quotarules sql` prints what really settles a plan: run as printed it writes the lines of a settlement."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cli.printed_sql import PROJECTS, ROOT, printed, settled
from quotarules.cli.main import run
from quotarules.engines.sql import duckdb as engine


@pytest.mark.parametrize("name", PROJECTS)
def test_run_as_printed_it_writes_the_lines_of_a_settlement(
    name: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, _, month = PROJECTS[name]
    text = printed(capsys, project, "--period", month)
    held = settled(name, tmp_path)
    monkeypatch.chdir(tmp_path)
    with duckdb.connect() as connection:
        engine.provide(connection, held.provided)
        connection.execute(text)
    one, two = (pq.read_table(tmp_path / f"{file}.parquet") for file in ("settled", "lines"))
    assert one.column_names == two.column_names
    for column in one.column_names:
        assert one[column].cast(pa.string()).equals(two[column].cast(pa.string())), column


def test_the_lines_of_the_rules_stand_beside_the_queries(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, ROOT / "benchmarks" / "plan")
    assert '-- Profit (plan.qr:11): measure profit "Profit" for each deal = amount - cost\nCREATE TEMP VIEW' in text
    sale = 'lines of member.sale in pay (plan.qr:29): sale "Commission" commission(amount after before)'
    assert f"-- {sale} for each deal by seller on won_on\nSELECT" in text
    assert re.search(r"\bDOUBLE\b|\bFLOAT\b|\d\.\d", re.sub(r"--.*|'[^']*'", "", text)) is None


def test_one_rule_is_shown_with_what_it_needs_and_no_more(capsys: pytest.CaptureFixture[str]) -> None:
    project = ROOT / "benchmarks" / "plan"
    short, long = printed(capsys, project, "--rule", "sale"), printed(capsys, project, "--rule", "member.sale")
    assert short == long
    assert '"facts deals"' in short
    assert "participants" not in short
    assert "participants" in printed(capsys, project, "--rule", "team")


def test_the_dates_of_the_period_stand_in_the_queries(capsys: pytest.CaptureFixture[str]) -> None:
    project = ROOT / "rules" / "saas"
    first = printed(capsys, project)
    assert first == printed(capsys, project, "--period", "2026-01")
    assert first != printed(capsys, project, "--period", "2026-02")


def test_no_facts_are_looked_for(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    copied = tmp_path / "project"
    shutil.copytree(ROOT / "rules" / "agency", copied, ignore=shutil.ignore_patterns(".quotarules"))
    assert list(copied.rglob("*.csv")) == list(copied.rglob("*.parquet")) == []
    assert "COPY (" in printed(capsys, copied)
    assert not (copied / "journal").exists()


def test_a_rule_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sql", "--project", str(ROOT / "benchmarks" / "plan"), "--rule", "member.sales"]) == 1
    said = capsys.readouterr().err
    assert "error[QR5380]" in said
    assert "no rule `member.sales` writes lines" in said
    assert "--rule member.sale`" in said


def test_a_period_of_another_unit_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sql", "--project", str(ROOT / "benchmarks" / "plan"), "--period", "2026-03"]) == 1
    assert "error[QR7001]" in capsys.readouterr().err


def test_an_engine_without_sql_has_none_to_print(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sql", "--project", str(ROOT / "benchmarks" / "plan"), "--engine", "reference"]) == 2
    assert "'reference' is not one of 'duckdb', 'postgres', 'spark'" in capsys.readouterr().err


def test_no_library_of_a_server_is_needed(tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules.update(dict.fromkeys(('psycopg', 'pyspark', 'py4j')));"
        "from quotarules.cli.main import run;"
        "sys.exit(max(run(['sql', '-C', sys.argv[1], '--engine', name]) for name in ('postgres', 'spark')))"
    )
    command = [sys.executable, "-c", program, str(ROOT / "benchmarks" / "plan")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("lines of member.sale in pay (plan.qr:29)") == 2
