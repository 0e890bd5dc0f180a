"""Every file of the hostile corpus ends in the problem that `expects.csv` names, at its row, and never raises."""

import csv
import os
from pathlib import Path

import pytest

from quotarules.diagnostics.files import Refused, RootFiles, read_text
from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import SourceFile
from quotarules.ledger.load import load
from quotarules.semantics.calendar import read_calendar
from quotarules.semantics.facts import read_facts
from quotarules.semantics.project import read_project
from quotarules.syntax.from_text import parse
from quotarules.syntax.yaml_tree import parse_yaml

CORPUS = Path(__file__).resolve().parents[2] / "fixtures" / "hostile"
EXPECTS = list(csv.DictReader((CORPUS / "expects.csv").read_text(encoding="utf-8").splitlines()))


def problems_of(file: str, read_as: str) -> tuple[Problem, ...]:
    files = RootFiles(CORPUS)
    if read_as == "data":
        text = (CORPUS / "facts.yaml").read_text(encoding="utf-8").replace("FILE", file)
        tree, problems = parse_yaml(SourceFile("facts.yaml", text))
        assert tree is not None, problems
        schema, problems = read_facts(tree)
        assert schema is not None, problems
        return load(schema, files, "Europe/Moscow")[1]
    source, problems = read_text(files, file)
    if source is None:
        return problems
    if read_as == "rules":
        return parse(source)[1]
    tree, problems = parse_yaml(source)
    if tree is None:
        return problems
    match read_as:
        case "facts":
            return read_facts(tree)[1]
        case "calendar":
            return read_calendar("office", tree)[1]
        case _:
            return read_project(tree)[1]


@pytest.mark.parametrize("expected", EXPECTS, ids=[expected["file"] for expected in EXPECTS])
def test_a_hostile_file_ends_in_a_located_problem(expected: dict[str, str]) -> None:
    problems = problems_of(expected["file"], expected["read_as"])
    assert expected["code"] in [problem.code for problem in problems], [p.report().message for p in problems]
    for problem in problems:
        label = problem.report().primary
        assert label.span.file in (expected["file"], "facts.yaml")
    if expected["row"]:
        rows = [problem.report().primary.row for problem in problems if problem.code == expected["code"]]
        assert rows[0] == int(expected["row"])


def test_every_file_is_expected() -> None:
    files = {str(path.relative_to(CORPUS)) for path in CORPUS.rglob("*") if path.is_file()}
    assert files - {"expects.csv", "facts.yaml", ".gitattributes"} == {expected["file"] for expected in EXPECTS}


def test_paths_stay_inside(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret.csv").write_text("a\n")
    (root / "here.csv").write_text("a\n")
    (root / "out.csv").symlink_to("../secret.csv")
    (root / "in.csv").symlink_to("here.csv")
    (root / "circle.csv").symlink_to("circle.csv")
    (root / "folder").mkdir()
    os.mkfifo(root / "pipe.csv")
    files = RootFiles(root)
    assert files.read_bytes("in.csv", 10) == b"a\n"
    for path in (
        "out.csv",
        "circle.csv",
        "folder",
        "pipe.csv",
        "none.csv",
        "../secret.csv",
        "/etc/hostname",
        "",
        "a\\b",
    ):
        assert isinstance(files.read_bytes(path, 10), Refused), path
    assert isinstance(files.read_bytes("here.csv", 1), Refused)
