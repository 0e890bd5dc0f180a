"""Facts in place on servers: a master with two workers and Spark Connect; and workers that cannot check anything."""

import csv
import json
import re
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ledger.facts_in_memory import declared
from quotarules.engines.server_problems import EngineError
from quotarules.engines.sql.spark_lake import SparkLake
from quotarules.ledger.lake import Part
from quotarules.ledger.part import seen
from spark.conftest import LOCAL
from spark.spark_here import cluster, connect_server
from spark.test_servers import PROGRAM, run

PIECES = f"from quotarules.engines.sql import spark_lake; spark_lake.PART = 2; {PROGRAM}"
"""Parts of two rows, so that the rows of a file are spread over workers."""
SEVERAL = """
import json, sys
from quotarules.cli.main import run
from quotarules.engines.sql import spark_lake
from quotarules.engines.sql.spark_session import session
spark_lake.PART = 2
url, leads, *commands = sys.argv[1:]
with session(url) as spark:
    spark.read.parquet(leads).createOrReplaceGlobalTempView("leads")
    for words in commands:
        print("ended with", run(json.loads(words)), flush=True)
"""
"""Commands one after another on one driver, whose catalog has a table; the first words are the URL and its file."""


def project(folder: Path, *, deals: list[list[str]] | None = None, leads: str = "data/leads.parquet") -> Path:
    """The starter with deals and leads as Parquet in row groups of two rows, and clients and people as CSV."""
    run(folder.parent, "init", str(folder))
    facts = folder / "facts.yaml"
    text = facts.read_text(encoding="utf-8")
    for name in ("deals", "leads"):
        with (folder / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            header, *rows = csv.reader(stream)
        rows = deals if deals is not None and name == "deals" else rows
        held = [pa.array([row[place] for row in rows], pa.string()) for place in range(len(header))]
        pq.write_table(pa.table(held, names=header), folder / "data" / f"{name}.parquet", row_group_size=2)
    text = text.replace("data/deals.csv", "data/deals.parquet")
    facts.write_text(text.replace("data/leads.csv", leads), encoding="utf-8")
    return folder


def settled(folder: Path, *engine: str, program: str = PROGRAM, code: int = 0) -> str:
    return run(folder, "settle", "--project", str(folder), "--period", "2026-01", *engine, program=program, code=code)


def root(said: str) -> str:
    found = re.search(r"^settlement +([0-9a-f]{64})$", said, re.MULTILINE)
    assert found is not None, said
    return found[1]


def test_a_master_with_two_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTARULES_SPARK_IN_PLACE", "0")
    here = root(settled(project(tmp_path / "here")))
    with (tmp_path / "here" / "data" / "deals.csv").open(encoding="utf-8", newline="") as stream:
        _, *rows = csv.reader(stream)
    # A key that comes again in the last part, and a client that is nowhere.
    bad = [*rows, ["D99", "nobody", *rows[0][2:]], rows[0]]
    told = settled(project(tmp_path / "bad here", deals=bad), code=1)
    assert "error[QR0208]" in told
    assert "error[QR0209]" in told
    folders = [
        project(tmp_path / "there"),
        project(tmp_path / "bad there", deals=bad),
        project(tmp_path / "stored", leads="{table: global_temp.leads}"),
    ]
    with cluster(tmp_path) as (url, _):
        engine = ("--period", "2026-01", "--engine", "spark", "--engine-url", url)
        commands = [json.dumps(["settle", "--project", str(folder), *engine]) for folder in folders]
        leads = str(folders[2] / "data" / "leads.parquet")
        said = run(tmp_path, url, leads, *commands, program=SEVERAL)
    assert re.findall("^ended with ([0-9])$", said, re.MULTILINE) == ["0", "1", "0"]
    assert re.findall("^settlement +([0-9a-f]{64})$", said, re.MULTILINE) == [here, here]
    assert told in said
    # Each worker has kept what its executor said, and nothing stays of what was checked.
    assert all(list((tmp_path / f"worker-{place}").glob("app-*/*/stderr")) for place in range(2))


def test_a_connect_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTARULES_SPARK_IN_PLACE", "0")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    here = root(settled(project(tmp_path / "here")))
    with connect_server(tmp_path) as url:
        engine = ("--engine", "spark", "--engine-url", url)
        assert root(settled(project(tmp_path / "there"), *engine, program=PIECES)) == here


@pytest.mark.parametrize(
    ("package", "why"),
    [
        ('__version__ = "0.0.1"', "it has quotarules 0.0.1, and this is "),
        ('raise ModuleNotFoundError("none", name="quotarules")', "it has no quotarules"),
    ],
)
def test_a_worker_that_has_it_not(package: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTARULES_SPARK_IN_PLACE", "0")
    (tmp_path / "packages" / "quotarules").mkdir(parents=True)
    (tmp_path / "packages" / "quotarules" / "__init__.py").write_text(package, encoding="utf-8")
    python = tmp_path / "python"
    paths = f'PYTHONPATH="{tmp_path / "packages"}:$PYTHONPATH"'
    python.write_text(f'#!/bin/sh\n{paths} exec {sys.executable} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    monkeypatch.setenv("PYSPARK_PYTHON", str(python))
    said = settled(project(tmp_path / "there"), "--engine", "spark", "--engine-url", "local[1]", code=1)
    assert "error[QR5341]" in said
    assert why in said
    assert "Traceback" not in said


def test_a_worker_that_has_no_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTARULES_SPARK_IN_PLACE", "0")
    monkeypatch.setenv("PYSPARK_PYTHON", str(tmp_path / "none"))
    said = settled(project(tmp_path / "there"), "--engine", "spark", "--engine-url", "local[1]", code=1)
    assert "error[QR53" in said
    assert "Traceback" not in said


def test_a_number_of_rows_that_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTARULES_SPARK_IN_PLACE", "1e6")
    said = settled(project(tmp_path / "there"), "--engine", "spark", "--engine-url", "local[1]", code=1)
    assert "error[QR5342]" in said
    assert "`1e6`" in said
    assert "Traceback" not in said


@pytest.mark.usefixtures("spark")
def test_a_worker_that_sees_another_file(tmp_path: Path) -> None:
    schema = declared("things: {key: a, from: t.parquet}")
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"a": ["x"]}), path)
    at = seen(path)
    assert at is not None
    part = Part("things", str(path), at, 1, 1, (0, 1), (("a", "a"),))
    with ExitStack() as stack:
        lake = SparkLake(LOCAL, stack, 0)
        assert lake.check(schema, "UTC", [part])[0].rows == 1
        for other in (replace(part, seen=(at[0], at[1] + 1)), replace(part, path=str(tmp_path / "none"))):
            with pytest.raises(EngineError) as stopped:
                lake.check(schema, "UTC", [other])
            assert stopped.value.problem.code == "QR5341"
