"""How a line explains itself from what the journal keeps."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from quotarules.statements.explain import asked_for, explain
from quotarules.statements.render import explanation as rendered
from statements.hand_plan import FULL, MARCH, PLAN, line, statement

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas/explanation.schema.json").read_text(encoding="utf-8"))


def told(only: str | None = None) -> str:
    return rendered.as_text(explain(PLAN, FULL, MARCH, only))


def test_a_slice_of_a_running_total_shows_both_ends_and_the_slices() -> None:
    assert told("won/D1") == (
        "person P1, 2026-03\n"
        "plan sample version 3\n"
        "\n"
        "Seller.Won (pay seller.won for D1): 20,000.00 RUB\n"
        "  plan.qr:6\n"
        "  | won  commission(amount after before)\n"
        "  amount = 400,000.00 RUB\n"
        "  before = 800,000.00 RUB\n"
        "  - tiers `commission` (marginal) of 1,200,000.00 RUB: "
        "1,000,000.00 RUB (from 0.00 RUB to under 1,000,000.00 RUB) at 4%; "
        "200,000.00 RUB (from 1,000,000.00 RUB) at 6%: 52,000.0000 RUB\n"
        "  - 52,000.0000 RUB rounded half_up to 0.01: 52,000.00 RUB\n"
        "  - tiers `commission` (marginal) of 800,000.00 RUB: "
        "800,000.00 RUB (from 0.00 RUB to under 1,000,000.00 RUB) at 4%: 32,000.0000 RUB\n"
        "  - 32,000.0000 RUB rounded half_up to 0.01: 32,000.00 RUB\n"
        "  unrounded 20,000.0000 RUB; nothing rounded away (half_up)\n"
        "  = 20,000.00 RUB\n"
        "\n"
        f"settlement    {'a' * 64}\n"
        f"journal head  {'b' * 64}"
    )


def test_an_excluded_line_names_the_first_condition_that_was_not_met() -> None:
    text = told("conv")
    assert "Seller.Conv (pay seller.conv): excluded: not `share >= 3.5%`" in text
    assert "  share  = 2%" in text
    assert "- condition `share >= 3.5%`: no" in text


def test_a_shut_gate_that_the_line_did_not_keep_is_told_from_its_reason() -> None:
    shut = line("seller.conv", "", None, (6_000_000, (4, 100), 1_200_000_000), "the gate is shut")
    text = rendered.as_text(explain(PLAN, statement(shut), MARCH, "conv"))
    assert "- the gate is shut" in text
    assert "rounded" not in text


def test_a_line_that_is_due_shows_table_row_rounding_and_met_conditions() -> None:
    due = line("seller.conv", "", 1_200_000, (6_000_000, (4, 100), 120_000_000))
    text = rendered.as_text(explain(PLAN, statement(due), MARCH, "conv"))
    assert "- condition `share >= 3.5%`: yes" in text
    assert "- table `rate` for 4%: row 1 (under 5%): 100%" in text
    assert "- 12,000.0000 RUB rounded half_up to 0.01: 12,000.00 RUB" in text


def test_a_rounding_difference_is_exact() -> None:
    due = line("seller.conv", "", 1_20_01, (60_003, (6, 100), 120_006_0 + 3))
    shown = explain(PLAN, statement(due), MARCH, "conv").lines[0]
    assert shown.unrounded == "120.0063 RUB"
    assert shown.rounding == "rounding added +0.0037 RUB (half_up)"


def test_rules_without_a_line_are_named_with_what_was_looked_for() -> None:
    absent = explain(PLAN, FULL, MARCH).absent
    assert [(item.rule, item.reason) for item in absent] == [
        ("seller.bonus", "no row of `deals` by `seller` dated from 2026-03-01 through 2026-03-31")
    ]


@pytest.mark.parametrize(
    ("only", "found"),
    [
        ("won", ["seller.won"]),
        ("seller.won", ["seller.won"]),
        ("won/D1", ["seller.won"]),
        ("seller.won/D1", ["seller.won"]),
        ("won/D2", []),
        ("wo", []),
        ("base", ["seller.base"]),
    ],
)
def test_a_line_is_asked_for_by_rule_and_source(only: str, found: list[str]) -> None:
    assert [item.rule for item in explain(PLAN, FULL, MARCH, only).lines] == found


def test_a_rule_without_source_is_asked_for_by_its_name_alone() -> None:
    assert asked_for("seller.won", None, "won/D9")
    assert not asked_for("seller.won", "D1", "won/D9")


def test_a_waiting_line_says_why() -> None:
    waits = replace(line("seller.won", "D1", None, (None, None, None), "outside all tiers"), status="waiting")
    text = rendered.as_text(explain(PLAN, statement(waits), MARCH, "won"))
    assert "Seller.Won (pay seller.won for D1): waiting: outside all tiers" in text


def test_json_follows_its_schema() -> None:
    document = json.loads(rendered.as_json(explain(PLAN, FULL, MARCH)))
    Draft202012Validator(SCHEMA).validate(document)
    assert [item["rule"] for item in document["lines"]] == ["seller.base", "seller.conv", "seller.won"]
