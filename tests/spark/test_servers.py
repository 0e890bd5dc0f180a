"""Spark on servers: a standalone master with two workers, and Spark Connect; and what is said where none answers."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from spark.spark_here import cluster, connect_server, environment

PROGRAM = "from quotarules.cli.main import main; main()"
IMPATIENT = f"from quotarules.engines.sql import spark_session; spark_session.PATIENCE_FOR_WORK = 5; {PROGRAM}"
MURDEROUS = """
import os, signal, sys, threading
from quotarules.engines.sql import spark
lines_query, group = spark.lines_query, int(sys.argv.pop())
def dying(plan, script):
    threading.Timer(0.5, os.killpg, (group, signal.SIGKILL)).start()
    return lines_query(plan, script)
spark.lines_query = dying
"""
"""A worker and its executor end in the middle of the run; the last word is their group of processes."""


def run(folder: Path, *words: str, code: int | None = 0, program: str = PROGRAM) -> str:
    """What the command line says; a `code` of None lets it end as it likes."""
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        env=os.environ | environment(folder),
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )
    assert code is None or done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def settlement(folder: Path, name: str, *engine: str) -> str:
    """The root of a month of the starter project, settled into a journal of its own."""
    project = str(folder / name)
    run(folder, "init", project)
    said = run(folder, "settle", "--project", project, "--period", "2026-01", *engine)
    found = re.search(r"^settlement +([0-9a-f]{64})$", said, re.MULTILINE)
    assert found is not None, said
    return found[1]


def test_a_master_with_two_workers_settles_the_same(tmp_path: Path) -> None:
    here = settlement(tmp_path, "here")
    with cluster(tmp_path) as (url, _):
        assert settlement(tmp_path, "there", "--engine", "spark", "--engine-url", url) == here
    # Each worker has kept what its executor said.
    assert all(list((tmp_path / f"worker-{place}").glob("app-*/*/stderr")) for place in range(2))


def test_a_worker_that_dies_costs_at_most_the_run(tmp_path: Path) -> None:
    here = settlement(tmp_path, "here")
    project = str(tmp_path / "there")
    run(tmp_path, "init", project)
    with cluster(tmp_path) as (url, workers):
        asked = ("settle", "--project", project, "--period", "2026-01", "--engine", "spark", "--engine-url", url)
        said = run(tmp_path, *asked, str(workers[0]), code=None, program=MURDEROUS + PROGRAM)
        # Spark may do the lost work again; where it gives up, nothing is there, and the other worker is left to do it.
        assert here in said or "error[QR5304]" in said, said
        assert "Traceback" not in said
        assert here in run(tmp_path, *asked)
    assert len(list(Path(project, "journal", "lines").iterdir())) == 1


def test_a_master_without_workers_is_told(tmp_path: Path) -> None:
    run(tmp_path, "init", str(tmp_path / "project"))
    asked = ("settle", "--project", str(tmp_path / "project"), "--period", "2026-01", "--engine", "spark")
    with cluster(tmp_path, workers=0) as (url, _):
        said = run(tmp_path, *asked, "--engine-url", url, code=1, program=IMPATIENT)
    assert "error[QR5303]" in said
    assert "no worker took any work in 5 seconds" in said
    assert "Traceback" not in said


def test_a_connect_server_settles_the_same(tmp_path: Path) -> None:
    here = settlement(tmp_path, "here")
    with connect_server(tmp_path) as url:
        assert settlement(tmp_path, "there", "--engine", "spark", "--engine-url", url) == here


@pytest.mark.parametrize("kind", ["spark", "sc"])
def test_a_server_that_does_not_answer_is_told(kind: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"{kind}://127.0.0.1:{port}"
    run(tmp_path, "init", str(tmp_path / "project"))
    asked = ("settle", "--project", str(tmp_path / "project"), "--period", "2026-01", "--engine", "spark")
    said = run(tmp_path, *asked, "--engine-url", url, code=1)
    assert "error[QR5303]" in said
    assert url in said
    assert "Traceback" not in said


def test_no_piece_of_a_token_is_told(tmp_path: Path) -> None:
    run(tmp_path, "init", str(tmp_path / "project"))
    asked = ("settle", "--project", str(tmp_path / "project"), "--period", "2026-01", "--engine", "spark")
    with socket.create_server(("127.0.0.1", 0)) as there:
        url = f"sc://127.0.0.1:{there.getsockname()[1]}/;secret"
        said = run(tmp_path, *asked, "--engine-url", url, code=1)
    assert "error[QR5303]" in said
    assert "secret" not in said


def test_a_machine_without_java_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path, "init", str(tmp_path / "project"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    asked = ("settle", "--project", str(tmp_path / "project"), "--period", "2026-01", "--engine", "spark")
    said = run(tmp_path, *asked, "--engine-url", "local[2]", code=1)
    assert "error[QR5340]" in said
    assert "Traceback" not in said
