"""The one layout: the same tree, the same comments, and nothing left to change, on every text of the repository."""

import os
import re
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drawing import drawn
from generated.plan_texts import plan_texts
from quotarules.diagnostics.source import SourceFile
from quotarules.syntax.from_text import parse
from quotarules.syntax.markdown import rule_fences, rule_text
from quotarules.syntax.printer.text import formatted
from quotarules.syntax.printer.whole import format_file, same
from quotarules.syntax.tokens_from_text import scan

CASES = int(os.environ.get("QUOTARULES_CASES", "12"))
ROOT = Path(__file__).parents[2]
FOLDERS = ("rules", "fixtures", "docs", "src/quotarules/starter")
FILES = sorted(path for folder in FOLDERS for kind in ("qr", "md") for path in (ROOT / folder).rglob(f"*.{kind}"))
TEXTS = [path for path in FILES if not {"bad", "hostile"} & set(path.parts)]


def source_of(path: Path) -> SourceFile | None:
    """A text without mistakes, or None."""
    try:
        source = SourceFile(path.name, path.read_bytes().decode("utf-8"))
    except UnicodeDecodeError:
        return None
    if path.suffix == ".md" and not rule_fences(source):
        return None
    module, problems = parse(rule_text(source) if path.suffix == ".md" else source)
    return None if module is None or problems else source


SOUND = [path for path in TEXTS if source_of(path) is not None]


def comments(source: SourceFile) -> list[str]:
    text = rule_text(source) if source.name.endswith(".md") else source
    return [text.text[span.start : span.end].rstrip() for span in scan(text).comments]


def keeps(source: SourceFile) -> str:
    made, problems = format_file(source)
    assert made is not None, problems
    new = SourceFile(source.name, made)
    assert comments(new) == comments(source)
    assert format_file(new)[0] == made
    return made


def test_there_are_texts() -> None:
    assert len(SOUND) > 150


@pytest.mark.parametrize("path", SOUND, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_sound_text_keeps_its_tree_and_its_comments(path: Path) -> None:
    source = source_of(path)
    assert source is not None
    keeps(source)


@settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn(partial(plan_texts, period="month")))
def test_every_drawn_text_keeps_its_tree(text: str) -> None:
    keeps(SourceFile("plan.qr", text))


def spoiled(text: str, cuts: list[tuple[int, str]]) -> str:
    """The text with line ends, blanks and comments put where it has a blank."""
    blanks = [found.start() for found in re.finditer(r"(?<=\S) (?=\S)", text)]
    for place, what in sorted(((blanks[at % len(blanks)], what) for at, what in cuts), reverse=True):
        text = text[:place] + what + text[place + 1 :]
    return text


@settings(max_examples=CASES * 4, deadline=None)
@given(
    st.sampled_from([path for path in SOUND if path.suffix == ".qr"]),
    st.lists(st.tuples(st.integers(0, 100_000), st.sampled_from(["   ", "\n            ", "  # why\n            "]))),
)
def test_comments_and_line_ends_in_any_place(path: Path, cuts: list[tuple[int, str]]) -> None:
    source = SourceFile(path.name, spoiled(path.read_text(encoding="utf-8"), cuts))
    module, problems = parse(source)
    if module is not None and not problems:
        keeps(source)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("# first\nquotarules 1 # edition\n# last", "# first\nquotarules 1  # edition\n# last\n"),
        (
            "quotarules 1\npay s for each person { # paid\n base 5 RUB # always\n\n\n # no more\n}# end\n",
            "quotarules 1\npay s for each person {  # paid\n  base 5 RUB  # always\n\n  # no more\n}  # end\n",
        ),
        (
            "quotarules 1\nmeasure a =\n  1 # one\n  + 2 # two\n",
            "quotarules 1\n# one\nmeasure a = 1 + 2  # two\n",
        ),
        (
            "quotarules 1\ntiers t whole { from 0 RUB: 4%, from 1_0 RUB: 6% }\n",
            "quotarules 1\ntiers t whole { from 0 RUB: 4%, from 1_0 RUB: 6% }\n",
        ),
        (
            "quotarules 1\ntiers t whole { from 0 RUB: 4%, # low\n from 10 RUB: 6%, }\n",
            "quotarules 1\ntiers t whole {\n  from 0 RUB:  4%  # low\n  from 10 RUB: 6%\n}\n",
        ),
        (
            "quotarules 1\r\nmeasure a=5\r\nmeasure long =  -  5\r\n",
            "quotarules 1\r\nmeasure a    = 5\r\nmeasure long = -5\r\n",
        ),
    ],
)
def test_layout(text: str, wanted: str) -> None:
    source = SourceFile("plan.qr", text)
    assert parse(source)[1] == ()
    assert formatted(source) == wanted


def test_rules_in_markdown_stay_in_their_fences() -> None:
    text = "# Plan\n\n```quotarules\nquotarules 1\n\npay s for each person {\n base 5 RUB\n```\n\nand more:\n"
    rest = '\n```quotarules\n\n kpi   k "K" 6 RUB\n}\n```\n'
    made, problems = format_file(SourceFile("plan.md", text + rest))
    assert problems == ()
    assert made == text.replace(" base", "  base") + '\n```quotarules\n  kpi k "K" 6 RUB\n}\n```\n'


def test_a_text_with_a_mistake_is_left_alone() -> None:
    made, problems = format_file(SourceFile("plan.qr", "quotarules 1\nmesure a = 5\n"))
    assert made is None
    assert [problem.code for problem in problems] == ["QR1003"]


def test_other_words_are_another_tree() -> None:
    one, _ = parse(SourceFile("a.qr", "quotarules 1\nmeasure a = 5"))
    other, _ = parse(SourceFile("b.qr", "quotarules 1\nmeasure a = 6"))
    assert one is not None
    assert other is not None
    assert same(one.declarations, one.declarations)
    assert not same(one.declarations, other.declarations)
