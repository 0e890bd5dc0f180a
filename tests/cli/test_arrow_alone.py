"""A process that settles loads no pandas, whoever installed it; others in the process can still import it."""

import subprocess
import sys

import pytest

ASKED = """
import sys
from quotarules.cli.arrow_alone import arrow_alone
arrow_alone()
import pyarrow as pa
assert pa.array(["a"]).to_numpy(zero_copy_only=False).tolist() == ["a"]
print("pandas" in sys.modules)
import pandas
print("pandas" in sys.modules)
"""


def test_arrow_does_without_pandas() -> None:
    pytest.importorskip("pandas")
    ran = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "True"]
