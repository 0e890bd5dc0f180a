"""docs/mistakes.md prints what is printed: each wrong rule has one problem with that text, each mended one none."""

import re
from pathlib import Path

import pytest

from quotarules.compiler import compile_texts
from quotarules.diagnostics.render.human import render
from quotarules.diagnostics.source import SourceFile
from quotarules.semantics.facts import read_facts
from quotarules.semantics.problems.lints import Unused
from quotarules.syntax.rule_texts import RuleText
from quotarules.syntax.yaml_tree import parse_yaml

PAGE = (Path(__file__).parents[2] / "docs" / "mistakes.md").read_text(encoding="utf-8")
SECTIONS = re.findall(
    r"^### (\d+)\. ([^\n]*)\n\n```wrong\n(.*?)```\n\n```text\n(.*?)```\n\n```mended\n(.*?)```",
    PAGE,
    re.MULTILINE | re.DOTALL,
)


def fence(name: str) -> str:
    found = re.search(rf"^```{name}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


FACTS = SourceFile("facts.yaml", fence("yaml facts"))
PLAN = SourceFile("plan.qr", fence("quotarules"))


def told(rules: str) -> str:
    source = SourceFile("rules.qr", "quotarules 1\n" + rules)
    tree, problems = parse_yaml(FACTS)
    assert tree is not None, problems
    schema, problems = read_facts(tree, inline=True)
    assert problems == ()
    texts = tuple(RuleText(each, is_yaml=False) for each in (PLAN, source))
    _, found = compile_texts(texts, schema, ())
    sources = {each.name: each for each in (source, PLAN, FACTS)}
    # That nothing reads what stands here alone is no mistake of the page.
    return "\n".join(render(problem, sources) for problem in found if not isinstance(problem, Unused))


def test_there_are_fifty() -> None:
    assert [int(number) for number, *_ in SECTIONS] == list(range(1, PAGE.count("\n### ") + 1))
    assert len(SECTIONS) >= 50


@pytest.mark.parametrize(
    ("wrong", "text", "mended"), [section[2:] for section in SECTIONS], ids=range(1, len(SECTIONS) + 1)
)
def test_the_message_is_what_is_printed(wrong: str, text: str, mended: str) -> None:
    assert told(wrong) + "\n" == text
    assert text.count("error[") == 1
    assert told(mended) == ""
