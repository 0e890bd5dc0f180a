"""Facts in tables of Spark's catalog: the same root as from files, and the same contracts."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quotarules.cli.main import run
from servers.starter import STARTER, in_tables

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# The starter's files as somebody's lake has them: other names and types, rows in another order, instants in UTC.
VIEWS = {
    "people": "SELECT person, name, role, CAST(salary AS DECIMAL(20, 4)) AS salary FROM people ORDER BY name DESC",
    "clients": "SELECT client, name, account_manager AS `Account Manager`, array(1) AS tags FROM clients",
    "deals": "SELECT deal, client, seller, CAST(amount AS DECIMAL(12, 2)) AS amount,"
    " CAST(CAST(cost AS DOUBLE) AS BIGINT) AS cost, CAST(won_on AS DATE) AS won_on FROM deals ORDER BY deal DESC",
    "leads": "SELECT lead, assigned_to, to_utc_timestamp(handed_at, 'Europe/Moscow') AS handed_at,"
    " CAST(touched_at AS TIMESTAMP_NTZ) AS touched_at FROM leads",
}
PLACES = {
    **{f"data/{name}.csv": f"{{table: global_temp.{name}}}" for name in VIEWS},
    "account_manager: people": "account_manager: {column: Account Manager, to: people}",
}


@pytest.fixture
def lake(spark_session: "SparkSession") -> Iterator["SparkSession"]:
    """Views over the starter's CSV files that all sessions see."""
    for name, query in VIEWS.items():
        rows = spark_session.read.csv((STARTER / "data" / f"{name}.csv").as_uri(), header=True)
        rows.createOrReplaceTempView(name)
        spark_session.sql(query).createOrReplaceGlobalTempView(name)
    yield spark_session
    for name in VIEWS:
        spark_session.catalog.dropGlobalTempView(name)


def project(folder: Path) -> Path:
    """The starter with its facts in the catalog."""
    return in_tables(folder, PLACES)


def settle(folder: Path, capsys: pytest.CaptureFixture[str], code: int, *engine: str) -> str:
    capsys.readouterr()
    assert run(["settle", "--project", str(folder), "--period", "2026-01", *engine]) == code
    said = capsys.readouterr()
    return said.out + said.err


SPARK = ("--engine", "spark", "--engine-url", "local[2]")


@pytest.fixture(params=["10000000", "0"], ids=["here", "in-place"], autouse=True)
def large(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables that come here, and tables that stay where they are."""
    monkeypatch.setenv("QUOTARULES_SPARK_IN_PLACE", request.param)


def test_the_root_is_that_of_the_same_facts_in_files(
    lake: "SparkSession", tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lake.version
    assert run(["init", str(tmp_path / "files")]) == 0
    said = settle(tmp_path / "files", capsys, 0), settle(project(tmp_path / "stored"), capsys, 0, *SPARK)
    roots = [[line for line in text.splitlines() if line.startswith("settlement  ")] for text in said]
    assert len(roots[0]) == 1
    assert roots[0] == roots[1]


def test_broken_contracts_are_told_by_table_key_and_column(
    lake: "SparkSession", tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lake.sql(
        "SELECT 'D1' AS deal, 'C9' AS client, 'S1' AS seller, 1.005 AS amount, CAST(1 AS DOUBLE) AS cost,"
        " DATE '2026-01-15' AS won_on"
    ).createOrReplaceGlobalTempView("deals")
    lake.catalog.dropGlobalTempView("leads")
    said = settle(project(tmp_path / "stored"), capsys, 1, *SPARK)
    assert "no table or view `global_temp.leads`" in said
    assert "floating-point numbers (double)" in said
    assert "key `D1`, column `amount`" in said
    assert "key `D1`, column `client`" in said
