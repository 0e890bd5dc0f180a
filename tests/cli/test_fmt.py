"""`quotarules fmt` on files: what is written, what is only told, and what is left alone."""

from pathlib import Path

import pytest

from quotarules.cli.main import run

UGLY = 'quotarules 1\nmeasure a   "A" =5 # five\nmeasure long "B" = 6\n'
NEAT = 'quotarules 1\nmeasure a    "A" = 5  # five\nmeasure long "B" = 6\n'


def test_a_file_is_written_and_then_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "plan.qr"
    file.write_text(UGLY, encoding="utf-8")
    file.chmod(0o640)
    assert run(["fmt", str(file)]) == 0
    assert file.read_text(encoding="utf-8") == NEAT
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["plan.qr"]
    assert run(["fmt", str(file)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "0 of 1 file changed"


@pytest.mark.parametrize(("option", "code"), [("--check", 1), ("--diff", 0)])
def test_nothing_is_written_where_it_is_only_told(
    option: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "plan.qr"
    file.write_text(UGLY, encoding="utf-8")
    assert run(["fmt", option, str(tmp_path)]) == code
    assert file.read_text(encoding="utf-8") == UGLY
    told = capsys.readouterr().out
    assert "plan.qr" in told
    assert ('+measure a    "A" = 5  # five' in told) == (option == "--diff")


def test_a_file_with_a_mistake_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad, good = tmp_path / "bad.qr", tmp_path / "good.qr"
    bad.write_text("quotarules 1\nmesure a =5\n", encoding="utf-8")
    good.write_text(UGLY, encoding="utf-8")
    assert run(["fmt", str(tmp_path)]) == 1
    assert bad.read_text(encoding="utf-8") == "quotarules 1\nmesure a =5\n"
    assert good.read_text(encoding="utf-8") == NEAT
    assert "QR1003" in capsys.readouterr().err


def test_the_rules_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "quotarules.yaml").write_text("rules: plan.qr\nfacts: facts.yaml\n", encoding="utf-8")
    (tmp_path / "plan.qr").write_text(UGLY, encoding="utf-8")
    (tmp_path / "other.qr").write_text(UGLY, encoding="utf-8")
    assert run(["fmt", "-C", str(tmp_path)]) == 0
    assert (tmp_path / "plan.qr").read_text(encoding="utf-8") == NEAT
    assert (tmp_path / "other.qr").read_text(encoding="utf-8") == UGLY


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    assert run(["fmt", str(tmp_path / "none.qr")]) == 2


IN_YAML = """quotarules: 1

rules:
  - {measure: a, label: A, value: '5'}  # five
"""


def test_one_form_into_the_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, in_yaml = tmp_path / "plan.qr", tmp_path / "plan.yaml"
    text.write_text('quotarules 1\n\nmeasure a "A" = 5  # five\n', encoding="utf-8")
    assert run(["fmt", "--to", "yaml", str(text)]) == 0
    made = capsys.readouterr().out
    assert made == IN_YAML.replace("'5'", "5")
    in_yaml.write_text(made, encoding="utf-8")
    assert run(["fmt", "--to", "qr", str(in_yaml)]) == 0
    assert capsys.readouterr().out == text.read_text(encoding="utf-8")


def test_a_yaml_file_has_a_layout_too(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(IN_YAML, encoding="utf-8")
    assert run(["fmt", "--check", str(file)]) == 1
    assert run(["fmt", str(file)]) == 0
    assert file.read_text(encoding="utf-8") == IN_YAML.replace("'5'", "5")


def test_two_files_are_not_converted_at_once(tmp_path: Path) -> None:
    (tmp_path / "plan.qr").write_text(UGLY, encoding="utf-8")
    assert run(["fmt", "--to", "yaml", str(tmp_path)]) == 2
