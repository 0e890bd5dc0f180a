"""A command loads no pandas, whoever installed it; others in the process can still import it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ASKED = """
import sys
from quotarules.cli.arrow_alone import arrow_alone
arrow_alone(sys.argv[1:])
import pyarrow as pa
assert pa.array(["a"]).to_numpy(zero_copy_only=False).tolist() == ["a"]
print("pandas" in sys.modules)
import pandas
print("pandas" in sys.modules)
"""


RUN = """
import sys
from quotarules.cli.main import run
assert run(sys.argv[1:]) == 0
print("pandas" in sys.modules)
"""


@pytest.fixture(autouse=True)
def installed() -> None:
    pytest.importorskip("pandas")


def printed(program: str, *arguments: str) -> list[str]:
    ran = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    return ran.stdout.split()


def test_arrow_does_without_pandas() -> None:
    assert printed(ASKED, "duckdb", "reference") == ["False", "True"]


def test_for_spark_arrow_stays_as_it_is() -> None:
    assert printed(ASKED, "duckdb", "spark") == ["True", "True"]


def test_no_command_loads_pandas(tmp_path: Path) -> None:
    project = ("-C", str(shutil.copytree(ROOT / "src" / "quotarules" / "starter", tmp_path / "project")))
    case = str(ROOT / "fixtures" / "tiers" / "good" / "by-one-key.md")
    assert printed(RUN, "settle", *project, "--period", "2026-01")[-1] == "False"
    assert printed(RUN, "check", *project, "--period", "2026-01")[-1] == "False"
    assert printed(RUN, "test", case)[-1] == "False"
    assert printed(RUN, "doctor")[-1] == "False"
    assert printed(RUN, "statement", *project, "--period", "2026-01", "S1")[-1] == "False"
    assert printed(RUN, "explain", *project, "--period", "2026-01", "S1")[-1] == "False"
    assert printed(RUN, "verify", *project)[-1] == "False"
