"""The plan letter: rules in Markdown are tested by their own worked example, and settle ledgers beside them."""

import json
import shutil
from pathlib import Path

import pytest

from quotarules.cli.main import run
from quotarules.engines.choice import ENGINES

LETTER = Path(__file__).parents[2] / "rules" / "letter"


def test_the_worked_example_in_the_letter_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["test", str(LETTER / "plan.md")]) == 0
    assert capsys.readouterr().out.endswith("1 of 1 pass\n")


@pytest.mark.parametrize("engine", ENGINES)
def test_the_letter_settles_its_ledgers(engine: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = tmp_path / "letter"
    shutil.copytree(LETTER, project, ignore=shutil.ignore_patterns(".quotarules"))
    assert run(["settle", "-C", str(project), "--through", "2026-02", "--engine", engine]) == 0
    paid = {}
    for person in ("P1", "P2"):
        for period in ("2026-01", "2026-02"):
            capsys.readouterr()
            assert run(["statement", person, "-C", str(project), "--period", period, "--format", "json"]) == 0
            paid[person, period] = json.loads(capsys.readouterr().out)["paid"]["amount"]
    # P2's order of February: 20,000 at 2% and 11,000 at 3% are 730, and a strong month brings 150.
    assert paid == {
        ("P1", "2026-01"): "3212.02",
        ("P1", "2026-02"): "2500.00",
        ("P2", "2026-01"): "2784.00",
        ("P2", "2026-02"): "3580.00",
    }


def test_an_explanation_points_into_the_letter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = tmp_path / "letter"
    shutil.copytree(LETTER, project, ignore=shutil.ignore_patterns(".quotarules"))
    assert run(["settle", "-C", str(project), "--period", "2026-01"]) == 0
    capsys.readouterr()
    assert run(["explain", "P1", "-C", str(project), "--period", "2026-01", "--line", "strong"]) == 0
    letter = (LETTER / "plan.md").read_text(encoding="utf-8").split("\n")
    line = next(number for number, text in enumerate(letter, 1) if "kpi strong" in text)
    assert f"plan.md:{line}\n" in capsys.readouterr().out
