"""README shows what is true: its rule stands in the sample, its statement is what the commands print."""

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from quotarules.cli.main import quotarules_command

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)\n```", README, re.DOTALL)
    assert found is not None
    return found.group(1)


def test_the_rule_is_a_block_of_the_sample() -> None:
    rule = block("quotarules")
    assert rule in (ROOT / "rules/agency/pay.qr").read_text(encoding="utf-8")
    assert len(rule.splitlines()) < 20


def test_the_statement_is_what_the_commands_print(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    project = tmp_path / "agency"
    shutil.copytree(ROOT / "rules/agency", project, ignore=shutil.ignore_patterns(".quotarules"))
    runner = CliRunner()
    ways = ["--project", str(project)]
    settled = runner.invoke(
        quotarules_command, ["settle", *ways, "--data", str(ROOT / "fixtures/agency"), "--through", "2026-03"]
    )
    assert settled.exit_code == 0, settled.output + capfd.readouterr().err
    shown = runner.invoke(quotarules_command, ["statement", "S1", *ways, "--period", "2026-03"])
    assert shown.exit_code == 0, shown.output
    printed = shown.output + capfd.readouterr().out
    assert block("text") in printed
