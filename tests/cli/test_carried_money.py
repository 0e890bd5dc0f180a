"""A project whose block caps and lends: what the statement shows, what explain tells, and what a plan may drop."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from quotarules.cli.main import run

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas/statement.schema.json").read_text(encoding="utf-8"))
FILES = {
    "quotarules.yaml": "rules: [plan.qr]\nfacts: facts.yaml\njournal: journal\n",
    "facts.yaml": """\
people: {key: person, from: people.csv, columns: {salary: money EUR}}
deals: {key: deal, from: deals.csv, columns: {seller: people, amount: money EUR, won_on: date}}
""",
    "people.csv": "person,salary\nS1,300.00\n",
    "deals.csv": "deal,seller,amount,won_on\nD1,S1,400.00,2026-01-10\nD2,S1,5150.00,2026-02-10\n",
    "plan.qr": """\
quotarules 1
plan sample version 1 {
  currency EUR
  period month
  timezone "UTC"
  rounding half_up to 0.01 per line
  effective from 2026-01-01 through 2026-12-31
}
pay seller "Seller" for each person {
  won "Won" 10% of amount for each deal by seller on won_on
  cap at 150% of salary, lose the rest
  draw up to 50% of salary, recoverable, until 2026-06-30 then forgiven
}
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], folder: Path, command: str, *rest: str, code: int = 0) -> str:
    capsys.readouterr()
    assert run([command, "-C", str(folder), *rest]) == code
    printed = capsys.readouterr()
    return printed.err if code else printed.out


def edit(folder: Path, name: str, before: str, after: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert before in text
    (folder / name).write_text(text.replace(before, after), encoding="utf-8")


def test_the_statement_shows_what_is_owed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # January: 10% of 400.00 = 40.00, so 110.00 is drawn. February: 515.00, at most 450.00, 110.00 comes back.
    said(capsys, folder, "settle", "--through", "2026-02")
    words = [
        " ".join(row.split()) for row in said(capsys, folder, "statement", "S1", "--period", "2026-02").split("\n")
    ]
    at = words.index("Draw owed (EUR)")
    assert words[at + 3 : at + 6] == ["Opening balance 110.00", "Draw recovered -110.00", "Closing balance 0.00"]
    assert "Paid for 2026-02: 340.00 EUR" in words
    shown = json.loads(said(capsys, folder, "statement", "S1", "--period", "2026-02", "--format", "json"))
    Draft202012Validator(SCHEMA).validate(shown)
    assert [section["kind"] for section in shown["accounts"]] == ["pay", "carry"]
    assert "everything is as it was written" in said(capsys, folder, "verify")


def test_lines_of_nothing_and_entries_explain_themselves(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, folder, "settle", "--through", "2026-02")
    text = said(capsys, folder, "explain", "S1", "--period", "2026-02")
    assert "the smaller of 515.00 EUR and 450.00 EUR: 450.00 EUR" in text
    assert "the smaller of 110.00 EUR and 300.00 EUR: 110.00 EUR" in text
    assert "owed   = 110.00 EUR" in text
    assert "Draw forgiven (seller.draw seller.forgiven): no line" in text
    assert "it moved nothing in this period" in text


def test_a_draw_leaves_the_plan_when_nobody_owes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, folder, "settle", "--period", "2026-01")
    clause = "  draw up to 50% of salary, recoverable, until 2026-06-30 then forgiven\n"
    edit(folder, "plan.qr", clause, "")
    problem = said(capsys, folder, "settle", "--period", "2026-02", code=1)
    assert "QR6007" in problem
    assert "keep `draw` of `pay seller` in the plan as it was" in problem
    edit(folder, "plan.qr", "lose the rest\n", f"lose the rest\n{clause}")
    said(capsys, folder, "settle", "--period", "2026-02")
    edit(folder, "plan.qr", clause, "")
    assert "Draw owed" not in said(capsys, folder, "settle", "--period", "2026-03")


def test_a_replaced_draft_that_owes_less_makes_the_next_one_stale(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, folder, "settle", "--through", "2026-02")
    edit(folder, "deals.csv", "400.00", "500.00")
    assert "2026-02" in said(capsys, folder, "settle", "--period", "2026-01")
    said(capsys, folder, "settle", "--through", "2026-02")
    # 150.00 - 50.00 = 100.00 is owed now.
    text = said(capsys, folder, "statement", "S1", "--period", "2026-02")
    assert "-100.00" in text
    assert "everything is as it was written" in said(capsys, folder, "verify")
