"""The checker as a whole: it never raises, whatever stands in a text, and the order of texts does not matter."""

import random
import re
from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import SourceFile
from quotarules.semantics.check import check
from quotarules.semantics.checked import CheckedPlan
from quotarules.semantics.facts import read_facts
from quotarules.semantics.problems.lints import Unused
from quotarules.syntax.from_text import parse
from quotarules.syntax.yaml_tree import parse_yaml
from quotarules.values.schema import FactSchema

FIXTURES = Path(__file__).parents[2] / "fixtures" / "semantics"
EVERYTHING = (FIXTURES / "good" / "everything.qr").read_text(encoding="utf-8")
TOKEN = re.compile(r"\w[\w.]*%?|[^\w\s]")
WORDS = sorted({word for path in FIXTURES.glob("*/*.qr") for word in TOKEN.findall(path.read_text(encoding="utf-8"))})


@cache
def schema() -> FactSchema:
    tree, _ = parse_yaml(SourceFile("facts.yaml", (FIXTURES / "facts.yaml").read_text(encoding="utf-8")))
    assert tree is not None
    found, _ = read_facts(tree)
    assert found is not None
    return found


def checked(*texts: str) -> tuple[CheckedPlan | None, tuple[Problem, ...]]:
    plan = (FIXTURES / "plan.qr").read_text(encoding="utf-8")
    sources = tuple(SourceFile(f"{number}.qr", text) for number, text in enumerate((plan, *texts)))
    parsed = [parse(source) for source in sources]
    modules = tuple(module for module, _ in parsed if module is not None)
    unread = tuple(problem.report().primary.span for _, problems in parsed for problem in problems)
    return check(modules, schema(), (), sources, unread)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_rules_are_problems_and_never_exceptions(data: st.DataObject) -> None:
    text = EVERYTHING
    for _ in range(data.draw(st.integers(1, 3))):
        found = list(TOKEN.finditer(text))
        hit = found[data.draw(st.integers(0, len(found) - 1))]
        text = text[: hit.start()] + data.draw(st.sampled_from([*WORDS, ""])) + text[hit.end() :]
    _, problems = checked(text)
    for problem in problems:
        assert problem.report().message


def declarations() -> list[str]:
    return re.split(r"\n(?=(?:measure|karma|sla|team|table|tiers|pay) )", EVERYTHING)[1:]


def test_the_order_of_declarations_does_not_matter() -> None:
    parts = declarations()
    first, _ = checked("quotarules 1\n" + "\n".join(parts))
    assert first is not None
    for seed in range(5):
        shuffled = list(parts)
        random.Random(seed).shuffle(shuffled)
        second, problems = checked("quotarules 1\n" + "\n".join(shuffled))
        assert all(isinstance(problem, Unused) for problem in problems)
        assert second is not None
        assert {m.name for m in second.measures} == {m.name for m in first.measures}
        assert {pay.name: pay.collects for pay in second.pays} == {pay.name: pay.collects for pay in first.pays}


def test_a_plan_may_stand_in_several_texts() -> None:
    plan, problems = checked(*("quotarules 1\n" + part for part in declarations()))
    assert all(isinstance(problem, Unused) for problem in problems)
    assert plan is not None


def test_a_long_chain_of_measures_is_no_recursion() -> None:
    length = 1_500
    lines = [f"measure m{n} for each deal = m{n + 1} + 1 RUB" for n in range(length)]
    plan, _ = checked("quotarules 1\n" + "\n".join([*lines, f"measure m{length} for each deal = amount"]))
    assert plan is not None
    plan, problems = checked("quotarules 1\n" + "\n".join([*lines, f"measure m{length} for each deal = m0"]))
    assert plan is None
    assert [problem.code for problem in problems] == ["QR4006"]


def test_a_mistake_of_writing_is_not_followed_by_what_it_hid() -> None:
    plan, problems = checked("quotarules 1\nmesure x for each deal = amount\nmeasure y for each deal = x + 1 RUB")
    assert plan is None
    assert problems == ()
