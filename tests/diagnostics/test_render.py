"""The three printed forms of a problem."""

import json
from dataclasses import dataclass
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotarules.diagnostics.problem import Label, Problem, Report, Severity
from quotarules.diagnostics.render import human, line
from quotarules.diagnostics.render import json as as_json
from quotarules.diagnostics.render.place import in_order, shown_width
from quotarules.diagnostics.source import SourceFile, Span

RULES = SourceFile(
    "rules/agency.qr",
    "table accelerator by attained {\n"
    "  from   0% to under  80%:   0%\n"
    "  from 100% to under 120%: 100%\n"
    "}\n\n\n"
    "pay seller {}\n",
)
FACTS = SourceFile("facts.yaml", "deals:\n  from: deals.csv\n")


@dataclass(frozen=True, slots=True)
class Sample(Problem):
    """A problem that says what it is given."""

    code: ClassVar[str] = "QR4103"
    slug: ClassVar[str] = "sample"
    told: Report

    def report(self) -> Report:
        return self.told


@dataclass(frozen=True, slots=True)
class Mild(Sample):
    severity: ClassVar[Severity] = Severity.WARNING


def at(source: SourceFile, words: str, text: str, occurrence: int = 0) -> Label:
    start = -1
    for _ in range(occurrence + 1):
        start = source.text.index(words, start + 1)
    return Label(Span(source.name, start, start + len(words)), text)


SOURCES = {source.name: source for source in (RULES, FACTS)}


def test_the_example_of_the_style_page() -> None:
    told = Report(
        "tiers of `accelerator` leave a gap: nothing is said from 80% to under 100%",
        at(RULES, "100%", "the next one starts here"),
        (at(RULES, "80%", "this tier ends here"),),
        help="write `from 80%`, or add `from 80% to under 100%: 0%` to pay nothing on purpose",
    )
    assert human.render(Sample(told), SOURCES) == (
        "error[QR4103]: tiers of `accelerator` leave a gap: nothing is said from 80% to under 100%\n"
        " --> rules/agency.qr:3:8\n"
        "  |\n"
        "2 |   from   0% to under  80%:   0%\n"
        "  |                       --- this tier ends here\n"
        "3 |   from 100% to under 120%: 100%\n"
        "  |        ^^^^ the next one starts here\n"
        "  |\n"
        "  = help: write `from 80%`, or add `from 80% to under 100%: 0%` to pay nothing on purpose"
    )


def test_several_labels_on_a_line_several_files_and_a_gap_between_lines() -> None:
    told = Report(
        "the words do not fit",
        at(RULES, "0%", "first"),
        (at(RULES, "80%", "second"), at(RULES, "pay", "far below"), at(FACTS, "deals.csv", "declared here")),
        notes=("a fact\nof two lines",),
    )
    assert human.render(Mild(told), SOURCES) == (
        "warning[QR4103]: the words do not fit\n"
        " --> rules/agency.qr:2:10\n"
        "  |\n"
        "2 |   from   0% to under  80%:   0%\n"
        "  |          ^^ first\n"
        "  |                       --- second\n"
        "...\n"
        "7 | pay seller {}\n"
        "  | --- far below\n"
        " ::: facts.yaml:2:9\n"
        "  |\n"
        "2 |   from: deals.csv\n"
        "  |         --------- declared here\n"
        "  |\n"
        "  = note: a fact\n"
        "          of two lines"
    )


def test_a_row_of_a_data_file() -> None:
    span = Span("data/deals.csv", 0, 0)
    told = Report("`12,5x` is not a number", Label(span, "read here", 14, "amount"), help="write 12.5")
    assert human.render(Sample(told), SOURCES) == (
        "error[QR4103]: `12,5x` is not a number\n"
        " --> data/deals.csv, row 14, column `amount`\n"
        "  |\n"
        "  | ^ read here\n"
        "  |\n"
        "  = help: write 12.5"
    )
    assert line.render(Sample(told), SOURCES) == (
        "data/deals.csv:14: error QR4103 column `amount`: `12,5x` is not a number; help: write 12.5"
    )


@pytest.mark.parametrize(
    ("text", "words", "marks"),
    [
        ("合計 = x", "x", "       ^"),
        ("e\u0301t = x", "x", "     ^"),
        ("\tx", "x", "    ^"),
        ("合計", "合計", "^^^^"),
        ("a\u202eb x", "x", "         ^"),
        ("Продажи", "даж", "   ^^^"),
    ],
)
def test_marks_stand_under_wide_and_combining_characters(text: str, words: str, marks: str) -> None:
    source = SourceFile("a.qr", text)
    rendered = human.render(Sample(Report("m", at(source, words, ""))), {"a.qr": source})
    assert rendered.splitlines()[-1] == "  | " + marks


def test_a_mark_over_several_lines_ends_with_its_first_line() -> None:
    source = SourceFile("a.qr", "ab cd\nef\n")
    rendered = human.render(Sample(Report("m", Label(Span("a.qr", 3, 8), "all this"))), {"a.qr": source})
    assert rendered.splitlines()[-2:] == ["1 | ab cd", "  |    ^^ all this"]


def test_a_very_long_line_is_shown_in_part() -> None:
    source = SourceFile("a.qr", "y" * 100_000 + "x" + "z" * 100_000)
    rendered = human.render(Sample(Report("m", at(source, "x", "here"))), {"a.qr": source})
    shown, marks = rendered.splitlines()[-2:]
    assert len(shown) < 200
    assert shown[marks.index("^")] == "x"


@given(st.text(), st.integers(0, 30), st.integers(0, 30))
def test_no_text_steers_the_terminal(text: str, start: int, length: int) -> None:
    source = SourceFile("a.qr", text)
    label = Label(Span("a.qr", start, start + length), text)
    told = Report(text, label, (Label(Span(text, 0, 0), text, 3, text),), (text,), text)
    for rendered in (human.render(Sample(told), {"a.qr": source}), line.render(Sample(told), {"a.qr": source})):
        for char in rendered:
            assert char == "\n" or not (char < " " or "\x7f" <= char <= "\x9f" or "\u202a" <= char <= "\u202e")
    assert "\n" not in line.render(Sample(told), {"a.qr": source})


def test_a_character_takes_no_one_or_two_columns() -> None:
    assert [shown_width(char) for char in ("a", "\u0301", "計", "\u200d", "ж")] == [1, 0, 2, 0, 1]


def test_the_line_form_says_the_place_of_a_text() -> None:
    told = Report("wrong", at(RULES, "80%", ""), help="right")
    assert line.render(Sample(told), SOURCES) == "rules/agency.qr:2:23: error QR4103 wrong; help: right"


def test_json_keeps_every_fact() -> None:
    told = Report("wrong", at(RULES, "80%", "a"), (Label(Span("d.csv", 0, 0), "b", 2, "amount"),), ("note",), "right")
    document = json.loads(as_json.render([Sample(told)], SOURCES))
    assert document["format"] == "quotarules/problems/1"
    assert document["problems"] == [
        {
            "code": "QR4103",
            "slug": "sample",
            "severity": "error",
            "message": "wrong",
            "primary": {
                "file": "rules/agency.qr",
                "text": "a",
                "start": {"line": 2, "column": 23},
                "end": {"line": 2, "column": 26},
            },
            "labels": [{"file": "d.csv", "text": "b", "row": 2, "column_name": "amount"}],
            "notes": ["note"],
            "help": "right",
        }
    ]


def test_problems_come_by_file_and_place_each_once() -> None:
    early = Sample(Report("b", at(RULES, "table", "")))
    late = Sample(Report("a", at(RULES, "pay", "")))
    other = Sample(Report("a", at(FACTS, "deals", "")))
    assert in_order([late, early, other, early]) == (other, early, late)
