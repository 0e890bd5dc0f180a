"""The way of a project from `init` to `verify`, through the same functions that the command runs."""

import csv
import json
import shutil
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from quotarules.cli.main import run

SCHEMAS = Path(__file__).parents[2] / "schemas"


@dataclass(frozen=True, slots=True)
class Said:
    code: int
    out: str
    err: str


class Project:
    """A project folder and what its commands say."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capture = folder, capture

    def run(self, *arguments: str) -> Said:
        self.capture.readouterr()
        own = [] if arguments[0] in ("init", "test") else ["-C", str(self.folder)]
        code = run([arguments[0], *own, *arguments[1:]])
        said = self.capture.readouterr()
        return Said(code, said.out, said.err)

    def edit(self, name: str, before: str, after: str) -> None:
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after), encoding="utf-8")


@pytest.fixture(scope="module")
def settled_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("starter") / "project"
    assert run(["init", str(folder)]) == 0
    assert run(["settle", "-C", str(folder), "--period", "2026-01"]) == 0
    return folder


@pytest.fixture
def project(settled_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Project:
    """A copy of the starter with January settled."""
    shutil.copytree(settled_folder, tmp_path / "project")
    return Project(tmp_path / "project", capsys)


def root_of(said: Said) -> str:
    return next(line.split()[-1] for line in said.out.splitlines() if line.startswith("settlement "))


def head_of(said: Said) -> str:
    return next(line.split()[-1] for line in said.out.splitlines() if line.startswith("journal head "))


def test_the_starter_checks_and_its_examples_pass(project: Project) -> None:
    assert project.run("check") == Said(
        0, "starter version 1 is sound: 9 rules for lines of 3 accounts, over 4 tables\n", ""
    )
    said = project.run("test", str(project.folder / "examples.md"))
    assert (said.code, said.err) == (0, "")
    assert said.out.endswith("1 of 1 pass\n")


def test_settling_again_writes_nothing_and_gives_the_same_root_on_the_other_engine(project: Project) -> None:
    first, second = (
        project.run("settle", "--period", "2026-01"),
        project.run("settle", "--period", "2026-01", "--engine", "reference"),
    )
    assert first.code == second.code == 0
    assert "the same inputs and the same bytes as before: nothing was written" in first.out
    assert "the same inputs and the same bytes as before: nothing was written" in second.out
    assert root_of(first) == root_of(second)
    assert head_of(first) == head_of(second)


def test_other_facts_replace_the_draft_and_the_change_is_told(project: Project) -> None:
    project.edit("data/deals.csv", "150000.00", "160000.00")
    said = project.run("settle", "--period", "2026-01")
    assert said.code == 0
    assert "recorded; it replaces the draft before" in said.out
    assert "changed: inputs: facts\n" in said.out
    assert "changed: Pay: 258,000.00 RUB to 258,400.00 RUB\n" in said.out
    assert "person/S2" in said.out


def test_through_settles_what_is_missing_in_order(project: Project) -> None:
    assert project.run("settle", "--period", "2026-03").code == 1
    said = project.run("settle", "--through", "2026-03")
    assert said.code == 0
    assert [line.split(",")[1].split(":")[0].strip() for line in said.out.splitlines() if " statements" in line] == [
        "2026-02",
        "2026-03",
    ]


def test_a_first_settlement_through_begins_with_the_plan(project: Project) -> None:
    shutil.rmtree(project.folder / "journal")
    said = project.run("settle", "--through", "2026-02")
    assert said.out.count("recorded as a draft") == 2


def test_later_drafts_that_rest_on_a_replaced_one_are_named_and_settled_again(project: Project) -> None:
    assert project.run("settle", "--period", "2026-02").code == 0
    project.edit("data/deals.csv", "400000.00", "900000.00")
    said = project.run("settle", "--period", "2026-01")
    assert "settle again, because they rest on the replaced draft: 2026-02" in said.out
    assert project.run("settle", "--period", "2026-03").code == 1
    again = project.run("settle", "--through", "2026-03")
    assert again.code == 0
    assert again.out.count("recorded") == 2


def test_bad_rows_are_all_told_and_nothing_is_written(project: Project) -> None:
    before = project.run("verify").out
    project.edit("data/deals.csv", "250000.00", "25O000.00")
    project.edit("data/deals.csv", "D3,C1", "D3,C9")
    project.edit("data/people.csv", "account_manager", "manager")
    said = project.run("settle", "--period", "2026-01")
    assert said.code == 1
    assert said.out == ""
    assert "data/deals.csv, row 2, column `cost`" in said.err
    assert "data/deals.csv, row 4, column `client`" in said.err
    assert "data/people.csv, row 4, column `role`" in said.err
    assert project.run("verify").out == before


def test_a_mistake_in_the_rules_stops_before_the_facts_are_read(project: Project) -> None:
    project.edit("plan.qr", "base salary", "base salry")
    project.edit("data/deals.csv", "250000.00", "x")
    said = project.run("settle", "--period", "2026-01")
    assert said.code == 1
    assert "salry" in said.err
    assert "deals.csv" not in said.err
    for form in ("line", "json"):
        shown = project.run("check", "--format", form)
        assert (shown.code, shown.err) == (1, "")
        assert "salry" in shown.out
    Draft202012Validator(schema("problems")).validate(json.loads(shown.out))


def schema(name: str) -> dict[str, object]:
    return dict(json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8")))


def test_a_statement_in_three_forms(project: Project) -> None:
    text = project.run("statement", "S1", "--period", "2026-01")
    assert "Deals won         D2      30,000.00\n" in text.out
    assert "Paid for 2026-01: 116,000.00 RUB\n" in text.out
    document = json.loads(project.run("statement", "S1", "--period", "2026-01", "--format", "json").out)
    Draft202012Validator(schema("statement")).validate(document)
    assert document["paid"] == {"amount": "116000.00", "unit": "RUB"}
    rows = list(csv.DictReader(StringIO(project.run("statement", "S1", "--period", "2026-01", "--format", "csv").out)))
    assert sum(float(row["amount"]) for row in rows if row["account"] == "pay" and row["status"] == "due") == 116_000
    assert document["evidence"]["settlement_root"] in text.out
    assert document["evidence"]["journal_head"] in text.out


def test_a_statement_of_another_kind_is_asked_for_with_its_kind(project: Project) -> None:
    shown = project.run("statement", "client/C1", "--period", "2026-01").out
    assert ["Closing", "balance", "9.50"] in [row.split() for row in shown.splitlines()]
    said = project.run("statement", "C1", "--period", "2026-01")
    assert said.code == 1
    assert "QR7003" in said.err


def test_statements_and_explanations_read_nothing_but_the_journal(project: Project) -> None:
    before = project.run("statement", "S1", "--period", "2026-01"), project.run("explain", "S1", "--period", "2026-01")
    for name in ("plan.qr", "facts.yaml", "calendar.yaml", "data/deals.csv"):
        (project.folder / name).unlink()
    after = project.run("statement", "S1", "--period", "2026-01"), project.run("explain", "S1", "--period", "2026-01")
    assert before == after
    assert before[0].code == before[1].code == 0


def test_an_explanation_in_two_forms(project: Project) -> None:
    text = project.run("explain", "S1", "--period", "2026-01", "--line", "won/D2")
    assert "plan.qr:38" in text.out
    assert "100,000.00 RUB (from 1,000,000.00 RUB) at 6%" in text.out
    assert "= 30,000.00 RUB" in text.out
    assert "D1" not in text.out
    shown = json.loads(project.run("explain", "S2", "--period", "2026-01", "--format", "json").out)
    Draft202012Validator(schema("explanation")).validate(shown)
    fast = next(line for line in shown["lines"] if line["rule"] == "seller.fast")
    assert (fast["status"], fast["amount"]) == ("excluded", "")
    assert "handover.response" in fast["steps"][0]["text"]
    assert fast["steps"][0]["text"].endswith(": no")


def test_a_fade_without_a_balance_says_so(project: Project) -> None:
    said = project.run("explain", "client/C1", "--period", "2026-01", "--line", "fades")
    assert "no balance was carried over from a period before" in said.out


def test_a_column_that_says_nothing_is_left_out(project: Project) -> None:
    said = project.run("statement", "A1", "--period", "2026-01")
    assert ["line", "amount"] in [row.split() for row in said.out.splitlines()]
    assert all(row == row.rstrip() for row in said.out.splitlines())


def test_a_line_that_is_not_there(project: Project) -> None:
    said = project.run("explain", "S1", "--period", "2026-01", "--line", "wonn")
    assert said.code == 1
    assert "QR7004" in said.err


@pytest.mark.parametrize("key", ["S1", "S2", "A1"])
def test_one_persons_papers_hold_nobody_else(project: Project, key: str) -> None:
    others = {"S1", "S2", "A1"} - {key}
    names = {"Sample Seller One", "Sample Seller Two", "Sample Account Manager"}
    papers = [
        project.run(command, key, "--period", "2026-01", "--format", form).out
        for command, forms in (("statement", ("text", "json", "csv")), ("explain", ("text", "json")))
        for form in forms
    ]
    for paper in papers:
        assert paper
        words = set(paper.replace('"', " ").replace(",", " ").replace("/", " ").split())
        assert others.isdisjoint(words)
        assert not any(name in paper for name in names)


def test_periods_that_the_plan_does_not_have(project: Project) -> None:
    assert "QR7001" in project.run("settle", "--period", "2026-Q1").err
    assert "QR7002" in project.run("settle", "--period", "2027-01").err
    said = project.run("statement", "S1", "--period", "2026-04")
    assert said.code == 1
    assert "2026-04 is not settled" in said.err


def test_verify_finds_a_changed_lines_file_and_an_unknown_head(project: Project) -> None:
    head = head_of(project.run("settle", "--period", "2026-01"))
    assert project.run("verify", "--head", head).code == 0
    assert project.run("verify", "--head", "f" * 64).code == 1
    file = next((project.folder / "journal/lines").glob("*.parquet"))
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    said = project.run("verify")
    assert said.code == 1
    assert "2026-01" in said.err


def test_no_journal_yet(project: Project) -> None:
    shutil.rmtree(project.folder / "journal")
    for arguments in (("statement", "S1", "--period", "2026-01"), ("verify",)):
        said = project.run(*arguments)
        assert said.code == 1
        assert "does not exist yet" in said.err
    assert not (project.folder / "journal").exists()


def test_data_may_lie_elsewhere(project: Project, tmp_path: Path) -> None:
    (project.folder / "data").rename(tmp_path / "data")
    assert project.run("settle", "--period", "2026-01").code == 1
    said = project.run("settle", "--period", "2026-01", "--data", str(tmp_path))
    assert said.code == 0
    assert "nothing was written" in said.out


def test_the_project_is_found_from_a_folder_inside_it(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.folder / "data")
    assert run(["check"]) == 0


def test_waiting_and_set_aside_rows_are_listed(project: Project) -> None:
    project.edit("calendar.yaml", "through: 2026-12-31", "through: 2026-01-25")
    project.edit(
        "calendar.yaml", 'closed: [2026-01-01, 2026-01-02, 2026-05-01]\nchanged:\n  2026-12-31: "09:00-13:00"\n', ""
    )
    project.edit("data/leads.csv", "L4,S2,2026-01-22 12:00,", "L4,S2,2026-01-29 12:00,")
    (project.folder / "quotarules.yaml").write_text(
        (project.folder / "quotarules.yaml").read_text(encoding="utf-8")
        + "set aside:\n  - {table: deals, key: D5, why: entered twice}\n",
        encoding="utf-8",
    )
    said = project.run("settle", "--period", "2026-01")
    assert said.code == 0
    assert "waiting: `response` falls outside the calendar" in said.out
    assert "person/S2  handover handover.response/L4" in said.out
    assert "set aside by name: 1 row\n  deals D5: entered twice" in said.out


def test_names_from_data_cannot_steer_the_terminal(project: Project) -> None:
    project.edit("plan.qr", 'pay seller "Seller"', 'pay seller "S\x1b[2Jeller"')
    said = project.run("check")
    assert said.code == 1
    assert "\x1b" not in said.out + said.err
