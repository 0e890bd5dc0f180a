"""Every worked example of the fixtures and the guide, and every planted mistake: compiled, and run on every engine."""

from pathlib import Path

import pytest

from quotarules.cases import run_case
from quotarules.diagnostics.render import line
from quotarules.diagnostics.source import SourceFile
from quotarules.engines.choice import ENGINES, Settle
from quotarules.engines.sql.postgres import bound
from servers import postgres

ROOT = Path(__file__).parents[1]
CASES = sorted(path for way in ("good", "bad") for path in (ROOT / "fixtures").rglob(f"{way}/*.md"))
GUIDE = sorted((ROOT / "docs" / "guide").glob("*.md"))


def test_there_are_cases() -> None:
    assert CASES
    assert GUIDE


@pytest.fixture(scope="session")
def engines(request: pytest.FixtureRequest) -> dict[str, Settle]:
    """The embedded engines, and those whose servers can be had."""
    found = dict(ENGINES)
    if postgres.is_to_be_had():
        found["postgres"] = bound(request.getfixturevalue("postgres_url"))
    return found


def test_the_cases_run_on_postgres(postgres_url: str, engines: dict[str, Settle]) -> None:
    """Says in the list of skipped tests why they do not, where they do not."""
    assert postgres_url
    assert "postgres" in engines


@pytest.mark.parametrize("path", [*CASES, *GUIDE], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_case(path: Path, engines: dict[str, Settle]) -> None:
    source = SourceFile(path.name, path.read_text(encoding="utf-8"))
    result = run_case(source, engines)
    told = [
        *(line.render(problem, {source.name: source}) for problem in result.problems),
        *(f"not found: {absent}" for absent in result.absent),
        *(f"{d.engine} {d.period} {d.line}: expected {d.expected}, got {d.computed}" for d in result.differences),
    ]
    assert result.passed, "\n".join(told)
    assert result.compared or path.parent.name == "bad"
