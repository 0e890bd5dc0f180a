"""Money that a block carries from period to period: opening and closing, gone at nothing, never lost, stale drafts."""

import csv
import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

from jsonschema import Draft202012Validator

from journal.journal_runs import carried, codes, opened, recorded
from journal.journal_samples import MEMBERS, PLAN, RUB, Row, due, period, rule
from quotarules.journal.openings import openings_for
from quotarules.journal.read import periods, statement
from quotarules.journal.store import Journal
from quotarules.journal.verify import verify
from quotarules.plan.lines import Member, OpeningBalance
from quotarules.plan.nodes import Account, Plan
from quotarules.statements.assemble import assemble
from quotarules.statements.render import csv as as_csv
from quotarules.statements.render import json as as_json
from quotarules.statements.render.text import render as text

STATEMENT = json.loads((Path(__file__).parents[2] / "schemas/statement.schema.json").read_text(encoding="utf-8"))

CARRYING = replace(
    PLAN,
    accounts=(*PLAN.accounts, Account("seller.draw", "carry", "Draw owed", "RUB", 2)),
    lines=(*PLAN.lines, rule("seller.draw", "seller.draw", RUB)),
)
"""The sample plan, whose block `seller` lends money."""


def lent(subject: str, amount: int) -> Row:
    return due(subject, "seller.draw", "seller.draw", "", amount)


def settled(journal: Journal, name: str, *rows: Row, plan: Plan = CARRYING) -> list[tuple[str, str, int, int, bool]]:
    members = tuple(member for member in MEMBERS if member.account == "pay")
    done = recorded(journal, name, list(rows), plan, members=members)
    return [held for held in carried(done) if held[0] == "seller.draw"]


def test_a_debt_is_carried_until_it_comes_to_nothing(journal: Journal) -> None:
    assert settled(journal, "2026-03", lent("P1", 500_00), lent("P2", 1)) == [
        ("seller.draw", "P1", 0, 500_00, True),
        ("seller.draw", "P2", 0, 1, True),
    ]
    assert opened(journal, "2026-04", CARRYING).balances == (
        OpeningBalance("seller.draw", "P1", 500_00),
        OpeningBalance("seller.draw", "P2", 1),
    )
    assert settled(journal, "2026-04", lent("P1", -500_00)) == [
        ("seller.draw", "P1", 500_00, 0, False),
        ("seller.draw", "P2", 1, 1, False),
    ]
    # What came to nothing is no account any more; what is lent later opens a new one.
    assert opened(journal, "2026-05", CARRYING).balances == (OpeningBalance("seller.draw", "P2", 1),)
    assert settled(journal, "2026-05", lent("P1", 7)) == [
        ("seller.draw", "P1", 0, 7, True),
        ("seller.draw", "P2", 1, 1, False),
    ]
    assert verify(journal)[1] == ()


def test_who_has_left_still_has_a_statement_of_the_debt(journal: Journal) -> None:
    settled(journal, "2026-03", lent("P2", 300_00))
    recorded(journal, "2026-04", [], CARRYING, members=(Member("pay", "person", "P1"),))
    found, problems = statement(journal, "sample", period("2026-04"), "person", "P2")
    assert problems == ()
    assert found is not None
    assert found.lines == ()
    assert [(held.account, held.opening, held.closing) for held in found.balances] == [("seller.draw", 300_00, 300_00)]


def test_an_open_debt_keeps_its_clause_in_the_plan(journal: Journal) -> None:
    settled(journal, "2026-03", lent("P1", 500_00), lent("P2", 1))
    _, problems = openings_for(journal, PLAN, period("2026-04"))
    assert codes(problems) == ["QR6007"]
    report = problems[0].report()
    assert "2 balances of `seller.draw` would be lost" in report.message
    assert report.help == "keep `draw` of `pay seller` in the plan as it was"


def test_a_debt_of_nothing_may_lose_its_clause(journal: Journal) -> None:
    settled(journal, "2026-03", lent("P1", 500_00))
    settled(journal, "2026-04", lent("P1", -500_00))
    assert opened(journal, "2026-05", PLAN).balances == ()
    assert settled(journal, "2026-05", plan=PLAN) == []
    assert verify(journal)[1] == ()


def test_a_debt_in_other_money_is_not_read_as_this_one(journal: Journal) -> None:
    settled(journal, "2026-03", lent("P1", 500_00))
    other = replace(CARRYING, accounts=(*PLAN.accounts, Account("seller.draw", "carry", "Draw owed", "EUR", 2)))
    assert codes(openings_for(journal, other, period("2026-04"))[1]) == ["QR6007"]


def warned(journal: Journal, name: str) -> bool:
    """Whether the statement of P1 says that it is stale, in every form, and in words what to do."""
    found, problems = statement(journal, "sample", period(name), "person", "P1")
    assert found is not None, problems
    made = assemble(found)
    said: bool = f"STALE: an earlier period was settled again after this one. Settle {name} again." in text(made)
    document = json.loads(as_json.render(made))
    Draft202012Validator(STATEMENT).validate(document)
    assert document.get("stale") is (True if said else None)
    rows = list(csv.DictReader(StringIO(as_csv.render(made))))
    stale = [(row["account"], row["status"], row["amount"]) for row in rows if row["rule"] == "stale"]
    assert stale == ([("", "stale", "")] if said else [])
    return said


def test_a_replaced_draft_that_moves_the_debt_makes_later_ones_stale(journal: Journal) -> None:
    for name in ("2026-03", "2026-04", "2026-05"):
        settled(journal, name, lent("P1", 100_00))
    members = tuple(member for member in MEMBERS if member.account == "pay")
    done = recorded(journal, "2026-03", [lent("P1", 90_00)], CARRYING, members=members)
    assert (done.result, done.stale) == ("replaced", ("2026-04", "2026-05"))
    assert codes(openings_for(journal, CARRYING, period("2026-05"))[1]) == ["QR6006"]
    assert [warned(journal, name) for name in ("2026-03", "2026-04", "2026-05")] == [False, True, True]
    assert settled(journal, "2026-04", lent("P1", 100_00)) == [("seller.draw", "P1", 90_00, 190_00, False)]
    assert settled(journal, "2026-05", lent("P1", 100_00)) == [("seller.draw", "P1", 190_00, 290_00, False)]
    assert [held.stale for held in periods(journal, "sample")[0]] == [False, False, False]
    assert not warned(journal, "2026-04")
    assert verify(journal)[1] == ()


def test_a_draft_that_ends_with_the_same_debt_leaves_later_ones_alone(journal: Journal) -> None:
    settled(journal, "2026-03", lent("P1", 100_00), lent("P2", 5))
    settled(journal, "2026-04", lent("P2", -5))
    members = tuple(member for member in MEMBERS if member.account == "pay")
    again = [lent("P1", 100_00), lent("P2", 5), due("P1", "pay", "base", "", 1, 1)]
    assert recorded(journal, "2026-03", again, CARRYING, members=members).stale == ()
