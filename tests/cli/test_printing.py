"""What reaches the terminal."""

import io
import sys

import pytest

from quotarules.cli import output
from quotarules.diagnostics.file_problems import FileUnreadable
from quotarules.diagnostics.source import SourceFile, Span


def test_nothing_that_comes_from_data_steers_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    output.say("client \x1b[31mred\x1b[0m\r\x07\u202e\nsecond line")
    assert capsys.readouterr().out == "client \\x1b[31mred\\x1b[0m\\r\\x07\\u202e\nsecond line\n"


def test_problems_for_people_go_to_standard_error_with_their_count(capsys: pytest.CaptureFixture[str]) -> None:
    problems = (FileUnreadable("a.qr", "does not exist", None), FileUnreadable("b.qr", "does not exist", None))
    assert output.say_problems(problems, {}) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("error[QR0001]") == 2
    assert said.err.endswith("2 errors; `quotarules explain QR0001` tells more\n")


@pytest.mark.parametrize("form", ["line", "json"])
def test_problems_for_programs_go_to_standard_output(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    source = SourceFile("a.yaml", "rules: b.qr\n")
    problem = FileUnreadable("b.qr", "does not exist", Span("a.yaml", 7, 11))
    assert output.say_problems((problem,), {"a.yaml": source}, form) == 1
    said = capsys.readouterr()
    assert said.err == ""
    assert "QR0001" in said.out


def test_no_problems_are_no_words_and_an_empty_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert output.say_problems((), {}) == 0
    assert output.say_problems((), {}, "line") == 0
    assert capsys.readouterr() == ("", "")
    assert output.say_problems((), {}, "json") == 0
    assert '"problems": []' in capsys.readouterr().out


def test_progress_is_mute_where_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    unwatched = io.StringIO()
    monkeypatch.setattr(sys, "stderr", unwatched)
    output.progress()("loading facts")
    assert unwatched.getvalue() == ""


class Watched(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_rewrites_one_line_and_clears_it(monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched()
    monkeypatch.setattr(sys, "stderr", watched)
    show = output.progress()
    show("loading facts")
    show("")
    assert watched.getvalue() == "\r\x1b[Kloading facts…\r\x1b[K"
