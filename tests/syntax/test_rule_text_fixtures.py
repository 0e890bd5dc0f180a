"""Small rule texts: the good ones have no mistake, each bad one has one, of the code and at the place it names."""

import re
from pathlib import Path

import pytest

from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import SourceFile
from quotarules.syntax.from_text import parse

FOLDER = Path(__file__).parents[2] / "fixtures" / "syntax"
GOOD = sorted((FOLDER / "good").glob("*.qr"))
BAD = sorted((FOLDER / "bad").glob("*.qr"))
EXPECTS = re.compile(r"# expects (QR[0-9]{4}) at ([0-9]+:[0-9]+)")


def _source(path: Path) -> SourceFile:
    return SourceFile(path.name, path.read_bytes().decode("utf-8"))


def _placed(source: SourceFile, problem: Problem) -> str:
    line, column = source.place(problem.report().primary.span.start)
    return f"{problem.code} at {line}:{column}"


def test_there_are_fixtures() -> None:
    assert len(GOOD) >= 5
    assert len(BAD) >= 80


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good_text(path: Path) -> None:
    source = _source(path)
    module, problems = parse(source)
    assert [_placed(source, problem) for problem in problems] == []
    assert module is not None
    assert module.declarations


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_one_mistake_gives_one_message(path: Path) -> None:
    source = _source(path)
    stated = EXPECTS.match(source.text)
    assert stated is not None
    _, problems = parse(source)
    assert [_placed(source, problem) for problem in problems] == [f"{stated[1]} at {stated[2]}"]
    assert problems[0].report().help
