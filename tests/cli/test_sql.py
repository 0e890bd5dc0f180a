"""`quotarules sql` prints what really settles a plan: run as printed it writes the lines of a settlement."""

import re
import shutil
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from quotarules.cli.main import run
from quotarules.diagnostics.files import RootFiles
from quotarules.engines.sql import duckdb as engine
from quotarules.engines.sql.prepare import prepared
from quotarules.ledger.history import as_of
from quotarules.ledger.load import load
from quotarules.values.period import parse_period
from quotarules.workspace import Workspace, compiled

ROOT = Path(__file__).resolve().parents[2]
STARTER = ROOT / "src" / "quotarules" / "starter"
PROJECTS = {
    "starter": (STARTER, STARTER, "2026-01"),
    "agency": (ROOT / "rules" / "agency", ROOT / "fixtures" / "agency", "2026-02"),
    "saas": (ROOT / "rules" / "saas", ROOT / "fixtures" / "saas", "2026-03"),
}


def printed(capsys: pytest.CaptureFixture[str], project: Path, *options: str) -> str:
    capsys.readouterr()
    assert run(["sql", "--project", str(project), *options]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("name", PROJECTS)
def test_run_as_printed_it_writes_the_lines_of_a_settlement(
    name: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, data, month = PROJECTS[name]
    text = printed(capsys, project, "--period", month)
    opened = compiled(Workspace(project, data)).value
    assert opened is not None
    plan = opened.compiled.plan
    assert plan is not None
    period = parse_period(month, plan.period)
    assert period is not None
    ledger, problems = load(plan.schema, RootFiles(data), plan.zone)
    assert ledger is not None, problems
    ledger = as_of(ledger, period.as_of)
    engine.settle(plan, ledger, period, (), tmp_path / "settled.parquet")
    monkeypatch.chdir(tmp_path)
    with duckdb.connect() as connection:
        engine.provide(connection, prepared(plan, ledger, period, ()).provided)
        connection.execute(text)
    one, two = (pq.read_table(tmp_path / f"{file}.parquet") for file in ("settled", "lines"))
    assert one.num_rows > 0
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
