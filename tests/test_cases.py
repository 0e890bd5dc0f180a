"""Every worked example of the fixtures and the guide, and every planted mistake: compiled, and run on every engine."""

from pathlib import Path

import pytest

from quotarules.cases import run_case
from quotarules.diagnostics.render import line
from quotarules.diagnostics.source import SourceFile

ROOT = Path(__file__).parents[1]
CASES = sorted(path for way in ("good", "bad") for path in (ROOT / "fixtures").rglob(f"{way}/*.md"))
GUIDE = sorted((ROOT / "docs" / "guide").glob("*.md"))


def test_there_are_cases() -> None:
    assert CASES
    assert GUIDE


@pytest.mark.parametrize("path", [*CASES, *GUIDE], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_case(path: Path) -> None:
    source = SourceFile(path.name, path.read_text(encoding="utf-8"))
    result = run_case(source)
    told = [
        *(line.render(problem, {source.name: source}) for problem in result.problems),
        *(f"not found: {absent}" for absent in result.absent),
        *(f"{d.engine} {d.period} {d.line}: expected {d.expected}, got {d.computed}" for d in result.differences),
    ]
    assert result.passed, "\n".join(told)
    assert result.compared or path.parent.name == "bad"
