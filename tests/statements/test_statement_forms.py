"""A statement as text, JSON and CSV."""

import csv
import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from quotarules.statements.model import Section
from quotarules.statements.render import csv as as_csv
from quotarules.statements.render import json as as_json
from quotarules.statements.render import text as as_text
from statements.hand_plan import FULL, line, statement

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas/statement.schema.json").read_text(encoding="utf-8"))


def test_the_text_holds_each_line_the_total_and_what_proves_it() -> None:
    assert as_text.render(FULL) == (
        "Sample plan, 2026-03\n"
        "====================\n"
        "person P1\n"
        "\n"
        "Pay (RUB)\n"
        "line         for       amount  why not due\n"
        "-----------  -----  ---------  -----------------------------\n"
        "Seller.Base         60,000.00\n"
        "Seller.Conv                    excluded: not `share >= 3.5%`\n"
        "Seller.Won   D1     20,000.00\n"
        "Total               80,000.00\n"
        "\n"
        "Paid for 2026-03: 80,000.00 RUB\n"
        "\n"
        f"plan          sample version 3\n"
        f"settled       2026-04-01T00:00:00Z by sample, reference 0.1.0\n"
        f"statement     {'d' * 64}\n"
        f"settlement    {'a' * 64}\n"
        f"journal head  {'b' * 64}\n"
    )


def test_a_statement_without_lines_says_so() -> None:
    assert "No lines in this period." in as_text.render(statement())
    assert "Paid for 2026-03: 0.00 RUB" in as_text.render(statement())


def test_balances_and_verdicts() -> None:
    karma = Section("points", "Karma", "karma", "points", 2, 1000, 1250, ())
    kept = replace(line("seller.base", "L1", 1, (1,)), label="First touch")
    broken = replace(kept, source="L2", amount=0)
    sla = Section("handover", "Leads", "sla", "", 0, None, None, (kept, broken))
    rows = [row.split() for row in as_text.render(replace(FULL, sections=(karma, sla))).split("\n")]
    assert ["Opening", "balance", "10.00"] in rows
    assert ["Closing", "balance", "12.50"] in rows
    assert ["First", "touch", "L1", "kept"] in rows
    assert ["First", "touch", "L2", "broken"] in rows
    assert ["Kept", "1", "of", "2"] in rows
    assert not any(row[:1] == ["Paid"] for row in rows)


def test_json_follows_its_schema_and_keeps_exact_decimals() -> None:
    document = json.loads(as_json.render(FULL))
    Draft202012Validator(SCHEMA).validate(document)
    pay = document["accounts"][0]
    assert [item["amount"] for item in pay["lines"]] == ["60000.00", None, "20000.00"]
    assert pay["lines"][1]["inputs"][1]["value"] == {"numerator": "2", "denominator": "100"}
    assert document["paid"] == {"amount": "80000.00", "unit": "RUB"}


def test_csv_writes_numbers_as_numbers() -> None:
    rows = list(csv.DictReader(StringIO(as_csv.render(FULL))))
    assert [(row["rule"], row["status"], row["amount"]) for row in rows] == [
        ("seller.base", "due", "60000.00"),
        ("seller.conv", "excluded", ""),
        ("seller.won", "due", "20000.00"),
        ("total", "", "80000.00"),
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM", "\t=1", "\r=1", "  =1", "\u3000＝1", "＠a", "\n=1"])
def test_no_text_runs_in_a_spreadsheet(text: str) -> None:
    row = replace(line("seller.base", "", None, (1,), text), label=text, source=text)
    written = next(csv.DictReader(StringIO(as_csv.render(replace(statement(row), subject=text)))))
    for column in ("subject", "label", "source", "reason"):
        assert written[column] == "'" + text.replace("\r", " ")


@pytest.mark.parametrize("text", ["D1", "a=b", "1-2", "Seller"])
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert as_csv.inert(text) == text


def test_a_negative_number_stays_a_number() -> None:
    rows = list(csv.DictReader(StringIO(as_csv.render(statement(line("seller.base", "", -5, (1,)))))))
    assert rows[0]["amount"] == "-0.05"
