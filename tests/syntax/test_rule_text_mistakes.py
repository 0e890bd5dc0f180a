"""Mistakes stay where they are: any text is read, each planted mistake gives one message, long texts take no time."""

import random
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotarules.diagnostics.source import SourceFile
from quotarules.syntax.from_text import PROBLEM_LIMIT, parse, parse_expression
from quotarules.syntax.tables import tables
from quotarules.syntax.tokens import Token
from quotarules.syntax.tokens_from_text import scan

FOLDER = Path(__file__).parents[2] / "fixtures" / "syntax"
TEXTS = tuple((FOLDER / "good" / f"{name}.qr").read_text(encoding="utf-8") for name in ("agency", "layout", "forms"))
WORDS = sorted(
    {token.text for text in TEXTS for token in scan(SourceFile("text", text)).tokens}
    | set(tables().keywords)
    | {"\n", "\n  ", "\n    ", "\t", '"', "“", "$", "==", "3,5%", "10.02.2026", "100 000", "\u202e", "оf", "٣", "#"}
)


def _check(text: str) -> None:
    source = SourceFile("text", text)
    module, problems = parse(source)
    assert module is not None
    for problem in problems:
        report = problem.report()
        assert report.message
        assert 0 <= report.primary.span.start <= report.primary.span.end <= len(text)
    if not problems:
        assert len(module.declarations) >= 0


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_any_text_is_read(text: str) -> None:
    _check(text)
    parse_expression(SourceFile("formula", text))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join))
def test_any_words_are_read(text: str) -> None:
    _check(text)
    _check("quotarules 1\npay seller for each person {\n  " + text + "\n}\n")
    parse_expression(SourceFile("formula", text))


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(TEXTS),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 20), st.text(max_size=5) | st.sampled_from(WORDS)), max_size=4),
)
def test_damaged_texts_are_read(text: str, cuts: list[tuple[float, int, str]]) -> None:
    for where, length, put in cuts:
        at = int(where * len(text))
        text = text[:at] + put + text[at + length :]
    _check(text)


PLANTED = (
    ("declaration", "mesure sales for each person = wins"),
    ("declaration", "measure a = 100 000 RUB"),
    ("declaration", "measure b = sum(amount of deals by seller on won_on"),
    ("declaration", "measure c = if wins > 2 then 5% else 0%"),
    ("declaration", "measure d for each deal = amount when paid_on is not missing"),
    ("declaration", "measure e for each deal = amount when won_on > 10.02.2026"),
    ("declaration", "measure f for each deal = amount when won_on > 2026-1-31"),
    ("declaration", "measure g for each deal = $100"),
    ("declaration", "measure h for each deal = sum(amount оf deals)"),
    ("declaration", "measure i for each deal = amount + cost else 0 RUB"),
    ("declaration", "measure j for each deal = a and b or c"),
    ("declaration", "measure k for each deal = amount == 5 RUB"),
    ("declaration", "measure l for each deal = 1 < amount < 5"),
    ("declaration", "measure m for each deal = amount *"),
    ("line", "bsae salary"),
    ("line", "kpi “Quoted” 5%"),
    ("line", 'kpi a "A" 5% of salary when conversion >= 3,5%'),
    ("line", 'kpi b "B" (5% of salary'),
    ("line", 'kpi c "C" 5% of salary gate handover.response met'),
    ("line", "kpi d 5% of salary"),
    ("line", "- 5% of salary"),
    ("line", "cap at 300% of salary, loose the rest"),
    ("line", 'e "E" 5% of amount for each deal paid 90% by won_on, 10% on won_on + 6 months'),
    ("line", 'f "F" 5% of amount fro each deal'),
)


def _planted(mistakes: tuple[tuple[str, str], ...]) -> tuple[str, list[int]]:
    """A text with a sound declaration or clause around each mistake, and the lines of the mistakes."""
    lines, places = ["quotarules 1"], []
    for kind, mistake in mistakes:
        lines.append("measure sound for each deal = amount - cost")
        if kind == "line":
            lines.extend(("pay seller for each person {", "  base salary", "  " + mistake, '  kpi g "G" 5 RUB', "}"))
            places.append(len(lines) - 2)
        else:
            lines.append(mistake)
            places.append(len(lines))
    return "\n".join(lines), places


@pytest.mark.parametrize("mistake", PLANTED, ids=lambda mistake: mistake[1])
def test_a_planted_mistake_gives_one_message_with_help(mistake: tuple[str, str]) -> None:
    text, places = _planted((mistake,))
    source = SourceFile("text", text)
    _, problems = parse(source)
    assert [source.place(problem.report().primary.span.start)[0] for problem in problems] == places
    assert problems[0].report().help


@settings(max_examples=30, deadline=None)
@given(st.permutations(PLANTED))
def test_all_planted_mistakes_are_told_in_one_run(mistakes: list[tuple[str, str]]) -> None:
    text, places = _planted(tuple(mistakes))
    source = SourceFile("text", text)
    module, problems = parse(source)
    assert [source.place(problem.report().primary.span.start)[0] for problem in problems] == places
    assert module is not None
    assert sum(declaration.name.text == "sound" for declaration in module.declarations) == len(mistakes)


def test_mistakes_in_one_block_are_each_told() -> None:
    mistakes = [mistake for kind, mistake in PLANTED if kind == "line"]
    text = "quotarules 1\npay seller for each person {\n  base salary\n  " + "\n  ".join(mistakes) + "\n}\n"
    source = SourceFile("text", text)
    _, problems = parse(source)
    found = [source.place(problem.report().primary.span.start)[0] for problem in problems]
    assert found == list(range(4, 4 + len(mistakes)))


def test_a_second_reading_is_told_beside_another_mistake() -> None:
    text = """quotarules 1
    pay seller for each person where a and b or c {
      base salary
      kpi a "A" 5 RUB when x and y or z
      kpi b "B" 5 RUB whenn x
    }
    """
    source = SourceFile("text", text)
    _, problems = parse(source)
    placed = [(problem.code, source.place(problem.report().primary.span.start)[0]) for problem in problems]
    assert placed == [("QR1017", 2), ("QR1017", 4), ("QR1003", 5)]


def test_a_keyword_that_is_a_name_opens_no_declaration() -> None:
    module, problems = parse(SourceFile("text", "quotarules 1\nmeasure x = sum(\nplan of deals by team\n)\n"))
    assert problems == ()
    assert module is not None
    assert len(module.declarations) == 1


def _damaged(text: str, tokens: Sequence[Token], chance: random.Random) -> tuple[str, int]:
    """The text with one word left out, doubled, replaced or added, and where."""
    token, other = chance.choice(tokens[2:]), chance.choice(tokens)
    word, put = text[token.start : token.end], text[other.start : other.end]
    new = chance.choice(("", f"{word} {word}", put, f"{put} {word}"))
    return text[: token.start] + new + text[token.end :], token.start


def test_a_damaged_word_mostly_gives_one_message_on_its_line() -> None:
    chance = random.Random(7)
    text = TEXTS[0]
    tokens = scan(SourceFile("text", text)).tokens
    told = one = on_line = 0
    for _ in range(400):
        damaged, at = _damaged(text, tokens, chance)
        source = SourceFile("text", damaged)
        _, problems = parse(source)
        if not problems:
            continue  # another sound text
        told += 1
        one += len(problems) == 1
        lines = {source.place(problem.report().primary.span.start)[0] for problem in problems}
        on_line += source.place(at)[0] in lines
    assert told > 300
    assert one >= 0.98 * told
    assert on_line >= 0.989 * told


GARBAGE = {
    "letters": "a" * 160_000,
    "words": "ab " * 53_000,
    "digits": "1" * 160_000,
    "points": "1.1." * 40_000,
    "commas": "1,1," * 40_000,
    "dates": "1-1-" * 40_000,
    "opening": "(" * 160_000,
    "closing": ")" * 160_000,
    "braces": "{" * 160_000,
    "blocks": "pay x for each y {\n" * 8_000,
    "quotes": '"' * 160_001,
    "curly quotes": "“" * 160_000,
    "signs": "+-*/=<>" * 23_000,
    "odd signs": "¤§" * 80_000,
    "line ends": "\n" * 160_000,
    "lines": "x\n" * 80_000,
    "indented lines": "measure x =\n" + "  a\n" * 40_000,
    "nots": "measure x = " + "not " * 40_000,
    "limits": "measure x = a" + " at least b" * 14_000,
    "percents": "measure x = " + "1% of " * 26_000,
    "sums": "measure x = a" + " + b" * 40_000,
    "marks": "e" + "\u0301" * 160_000,
    "foreign": "ж" * 160_000,
    "mixed": "жa" * 80_000,
    "hidden": "\u200b" * 160_000,
    "hidden in turn": "a\u200b" * 80_000,
    "shares": "team t { shares exact by r {" + "a 5% " * 32_000,
    "rows": "table t by a {" + "a, " * 53_000,
    "tails": "table t by a {" + "a: b c, " * 20_000,
    "thousands": "1 000" + " 000" * 40_000,
    "dots": "a" + ".b" * 80_000,
}


@pytest.mark.parametrize("name", GARBAGE)
def test_long_garbage_takes_no_time(name: str) -> None:
    tables()
    text = "quotarules 1\n" + GARBAGE[name]
    start = time.process_time()
    _, problems = parse(SourceFile("text", text))
    assert time.process_time() - start < 2
    assert len(problems) <= PROBLEM_LIMIT + 1


def test_a_text_of_many_problems_says_that_there_are_more() -> None:
    _, problems = parse(SourceFile("text", "quotarules 1\n" + "measure a = = 1\n" * 300))
    assert len(problems) == PROBLEM_LIMIT + 1
    assert problems[-1].code == "QR1054"


def test_a_text_beyond_the_limit_is_not_read() -> None:
    module, problems = parse(SourceFile("text", "#" * 1_000_001))
    assert module is None
    assert [problem.code for problem in problems] == ["QR1052"]


def test_depth_has_a_limit_that_no_visitor_meets() -> None:
    deep = "(" * 59 + "1" + ")" * 59
    value, problems = parse_expression(SourceFile("formula", deep))
    assert problems == ()
    assert value is not None
    for text in ("(" * 61 + "1" + ")" * 61, "f(" * 5000 + "1" + ")" * 5000, "not " * 5000 + "a", "1% of " * 5000 + "a"):
        value, problems = parse_expression(SourceFile("formula", text))
        assert value is None
        assert [problem.code for problem in problems] == ["QR1053"]
