"""Worked examples on Spark: their figures by hand, and the digests of DuckDB."""

import os
from pathlib import Path

import pytest

from quotarules.cases import run_case
from quotarules.diagnostics.render import line
from quotarules.diagnostics.source import SourceFile
from quotarules.engines.choice import ENGINES, Settle

ROOT = Path(__file__).parents[2]
GOOD = sorted((ROOT / "fixtures").rglob("good/*.md"))
GUIDE = sorted((ROOT / "docs" / "guide").glob("*.md"))
DEEP = ROOT / "fixtures" / "measures" / "good" / "sums-of-sums.md"
"""Relations that read each other twice, twelve deep: copies of such plans once filled the memory of Spark's driver."""
SHORT = 40
"""How many cases run unless all are asked for: each takes Spark a second or two for every period."""


def chosen() -> list[Path]:
    """All cases if QUOTARULES_SPARK_CASES says so; otherwise the first of every feature, then of every page evenly."""
    if os.environ.get("QUOTARULES_SPARK_CASES") == "all":
        return [*GOOD, *GUIDE]
    first = {path.parents[1]: path for path in reversed(GOOD)}
    more = [path for path in GUIDE if path.stem not in {feature.name for feature in first}]
    return [*first.values(), DEEP, *more[:: max(1, len(more) // max(1, SHORT - len(first)))]]


@pytest.mark.parametrize("path", chosen(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_case(path: Path, spark: Settle) -> None:
    source = SourceFile(path.name, path.read_text(encoding="utf-8"))
    result = run_case(source, {"duckdb": ENGINES["duckdb"], "spark": spark})
    told = [
        *(line.render(problem, {source.name: source}) for problem in result.problems),
        *(f"{d.engine} {d.period} {d.line}: expected {d.expected}, got {d.computed}" for d in result.differences),
    ]
    assert result.passed, "\n".join(told)
    assert result.compared
