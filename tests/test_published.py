"""Published worked examples: each is run on every engine, and the table in docs says what the cases say."""

import importlib.util
import re
import sys
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from quotarules.cases import run_case
from quotarules.diagnostics.render import line
from quotarules.diagnostics.source import SourceFile
from quotarules.syntax.markdown import read_case

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "fixtures" / "published"
CASES = sorted(FOLDER.glob("*.md"))
LIST = ROOT.parent / "shared" / "conformance" / "published.yaml"


def _table() -> ModuleType:
    spec = importlib.util.spec_from_file_location("published_table", FOLDER / "table.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


TABLE = _table()


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_our_figure_is_what_the_case_expects(path: Path) -> None:
    source = SourceFile(path.name, path.read_text(encoding="utf-8"))
    case, problems = read_case(source)
    assert case is not None, problems
    result = run_case(source)
    assert result.passed, [
        *map(str, result.differences),
        *(line.render(found, {source.name: source}) for found in result.problems),
    ]
    assert result.compared > 0
    expected = {abs(Decimal(row.amount)) for held in case.expectations for row in held.lines if row.amount is not None}
    said = re.findall(r"-?[0-9][0-9,]*(?:\.[0-9]+)?", TABLE.entry_of(path).ours)
    figures = {abs(Decimal(figure.replace(",", ""))) for figure in said}
    assert figures, "no figure of ours"
    assert figures <= expected, f"{sorted(figures - expected)} are no amounts of the case"


def test_the_table_is_current() -> None:
    assert (ROOT / "docs" / "published.md").read_text(encoding="utf-8") == TABLE.page(), "run `make published`"


def test_no_example_is_there_twice() -> None:
    names = [held.entry for held in TABLE.entries()]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.skipif(not LIST.exists(), reason="the list of published examples is not beside the project")
def test_every_listed_example_has_a_case() -> None:
    listed = {entry["id"] for entry in yaml.safe_load(LIST.read_text(encoding="utf-8"))}
    assert listed - {held.entry for held in TABLE.entries()} == set()
