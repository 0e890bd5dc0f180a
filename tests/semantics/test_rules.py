"""Each bad rule text has exactly the problems that its second line names, at those places."""

import re
from pathlib import Path

import pytest

from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import SourceFile
from quotarules.semantics.check import check
from quotarules.semantics.facts import read_facts
from quotarules.semantics.problems.lints import Unused
from quotarules.syntax.from_text import parse
from quotarules.syntax.yaml_tree import parse_yaml

FIXTURES = Path(__file__).parents[2] / "fixtures" / "semantics"
BAD = sorted((FIXTURES / "bad").glob("*.qr"))
GOOD = sorted((FIXTURES / "good").glob("*.qr"))
EXPECTED = re.compile(r"(QR\d{4}) (\d+):(\d+)")


def problems_of(path: Path) -> tuple[tuple[Problem, ...], SourceFile]:
    tree, broken = parse_yaml(SourceFile("facts.yaml", (FIXTURES / "facts.yaml").read_text(encoding="utf-8")))
    assert tree is not None, broken
    schema, broken = read_facts(tree)
    assert schema is not None, broken
    texts = [FIXTURES / "plan.qr", path]
    sources = tuple(SourceFile(text.name, text.read_text(encoding="utf-8")) for text in texts)
    modules = []
    for source in sources:
        module, broken = parse(source)
        assert module is not None, broken
        assert broken == (), source.name
        modules.append(module)
    plan, problems = check(tuple(modules), schema, (), sources)
    assert (plan is None) == any(problem.severity == "error" for problem in problems)
    return problems, sources[1]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_bad_rules_have_their_problems(path: Path) -> None:
    problems, source = problems_of(path)
    found = []
    for problem in problems:
        primary = problem.report().primary
        assert primary.span.file == source.name, problem
        assert problem.report().help, f"{problem.code} names no way out"
        found.append((problem.code, *source.place(primary.span.start)))
    expected = [(code, int(line), int(column)) for code, line, column in EXPECTED.findall(source.line(2))]
    assert expected
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good_rules_have_no_problems(path: Path) -> None:
    # These texts only say forms: measures that nobody reads stand in them on purpose.
    problems, _ = problems_of(path)
    assert tuple(problem for problem in problems if not isinstance(problem, Unused)) == ()
