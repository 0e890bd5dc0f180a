"""Worked examples whose facts stay where they lie: problems, digests and roots are those of facts that came here."""

import os
from pathlib import Path

import pytest

from quotarules.cases import run_case
from quotarules.diagnostics.render import line
from quotarules.diagnostics.source import SourceFile
from quotarules.engines.choice import ENGINES, Settle
from spark.conftest import LOCAL
from spark.lake_here import both_ways
from spark.test_cases_on_spark import GOOD, GUIDE, ROOT, chosen

BAD = sorted((ROOT / "fixtures").rglob("bad/*.md"))
FACTS_BAD = [path for path in BAD if path.parents[1].name == "facts"]
ALL = os.environ.get("QUOTARULES_SPARK_CASES") == "all"

GOOD_HERE = [*GOOD, *GUIDE] if ALL else chosen()[::20]


@pytest.mark.parametrize("parquet", [True, False], ids=["parquet", "csv"])
@pytest.mark.parametrize("path", GOOD_HERE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_case(path: Path, parquet: bool, spark: Settle, tmp_path: Path) -> None:
    source = SourceFile(path.name, path.read_text(encoding="utf-8"))
    with both_ways(tmp_path, spark, LOCAL, parquet=parquet) as both:
        result = run_case(source, {"duckdb": ENGINES["duckdb"], "spark": both.settle}, both.read)
    told = [
        *(line.render(problem, {source.name: source}) for problem in result.problems),
        *(f"{d.engine} {d.period} {d.line}: expected {d.expected}, got {d.computed}" for d in result.differences),
    ]
    assert result.passed, "\n".join(told)
    assert both.stayed or not both.without_history


@pytest.mark.parametrize("parquet", [True, False], ids=["parquet", "csv"])
@pytest.mark.parametrize("path", BAD if ALL else FACTS_BAD, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_problems(path: Path, parquet: bool, spark: Settle, tmp_path: Path) -> None:
    source = SourceFile(path.name, path.read_text(encoding="utf-8"))
    with both_ways(tmp_path, spark, LOCAL, parquet=parquet) as both:
        result = run_case(source, {}, both.read)
    # As Parquet the rows have other numbers than their lines; both ways say the same of them.
    assert result.passed or parquet
