"""What is earned and due later, through the journal: carried, replaced, tampered with, and never lost in silence."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from quotarules import workflow
from quotarules.diagnostics.problem import Problem
from quotarules.journal.tables import triggers
from quotarules.statements.render import explanation
from quotarules.statements.render import text as as_text
from quotarules.workspace import Workspace

FACTS = """
people:
  key: person
  from: people.csv
  columns: {name: text}
deals:
  key: deal
  from: deals.csv
  columns: {seller: people or missing, amount: money EUR, won_on: date}
cancellations:
  key: cancellation
  from: cancellations.csv
  columns: {deal: deals, cancelled_on: date}
"""
RULES = """quotarules 1

plan sample version 1 {
  currency  EUR
  period    month
  timezone  "UTC"
  rounding  half_up to 0.01 per line
  effective from 2026-01-01 through 2026-12-31
}

pay seller "Seller" for each person {
  won "Won" 10% of amount for each deal by seller on won_on
      paid 60% on won_on, 40% on won_on + 2 months
  clawback back "Cancelled" won for each cancellation by deal on cancelled_on as paid
}
"""
DEALS = "deal,seller,amount,won_on\nD1,S1,1000.00,2026-01-10\nD2,S2,500.00,2026-01-20\n"
CANCELLED = "cancellation,deal,cancelled_on\nC1,D2,2026-02-05\n"


@pytest.fixture
def project(tmp_path: Path) -> Workspace:
    texts = {
        "quotarules.yaml": "rules: [plan.qr]\nfacts: facts.yaml\njournal: .quotarules\n",
        "facts.yaml": FACTS,
        "plan.qr": RULES,
        "people.csv": "person,name\nS1,One\nS2,Two\n",
        "deals.csv": DEALS,
        "cancellations.csv": CANCELLED,
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return Workspace(tmp_path)


def settle(project: Workspace, period: str, engine: str = "duckdb") -> tuple[Problem, ...]:
    order = workflow.Order(period, False, engine, "sample", "2026-11-22T00:00:00Z", lambda _: None)
    return workflow.settle(project, order).problems


def change(project: Workspace, name: str, old: str, new: str) -> None:
    path = project.folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def balances(project: Workspace, entry: int) -> list[tuple[str, str, str, str, str]]:
    with closing(sqlite3.connect(project.folder / ".quotarules" / "journal.sqlite")) as connection:
        rows = connection.execute(
            "SELECT account, subject, source, opening, closing FROM balances WHERE entry = ? ORDER BY 1, 2, 3", (entry,)
        )
        return list(rows)


def test_items_are_carried_until_they_come_to_nothing(project: Workspace) -> None:
    assert settle(project, "2026-01") == ()
    # 100.00 and 50.00 earned; 60% is due at once.
    assert balances(project, 1) == [
        ("seller.won earned", "S1", "D1", "0", "10000"),
        ("seller.won earned", "S2", "D2", "0", "5000"),
        ("seller.won unpaid", "S1", "D1", "0", "4000"),
        ("seller.won unpaid", "S2", "D2", "0", "2000"),
    ]
    assert settle(project, "2026-02") == ()
    # D2 is cancelled: 30.00 come back, 20.00 are never due.
    assert balances(project, 2) == [
        ("seller.won earned", "S1", "D1", "10000", "10000"),
        ("seller.won earned", "S2", "D2", "5000", "0"),
        ("seller.won unpaid", "S1", "D1", "4000", "4000"),
        ("seller.won unpaid", "S2", "D2", "2000", "0"),
    ]
    assert settle(project, "2026-03") == ()
    assert balances(project, 3) == [
        ("seller.won earned", "S1", "D1", "10000", "10000"),
        ("seller.won unpaid", "S1", "D1", "4000", "0"),
    ]
    assert settle(project, "2026-04") == ()
    assert balances(project, 4) == [("seller.won earned", "S1", "D1", "10000", "10000")]
    assert workflow.verify(project, None).problems == ()


def test_a_replaced_draft_moves_the_items_of_later_periods(project: Workspace) -> None:
    for period in ("2026-01", "2026-02"):
        assert settle(project, period) == ()
    change(project, "deals.csv", "D1,S1,1000.00", "D1,S1,2000.00")
    assert settle(project, "2026-01") == ()
    # February rests on balances that changed; March cannot be settled on it.
    assert [problem.code for problem in settle(project, "2026-03")] == ["QR6006"]
    assert settle(project, "2026-02") == ()
    assert settle(project, "2026-03") == ()
    assert balances(project, 5)[1] == ("seller.won unpaid", "S1", "D1", "8000", "0")
    assert workflow.verify(project, None).problems == ()


def test_what_was_earned_stays_as_it_was(project: Workspace) -> None:
    assert settle(project, "2026-01") == ()
    # The amount and the day of a deal that is settled change; only when its rest is due follows the facts.
    change(project, "deals.csv", "D1,S1,1000.00,2026-01-10", "D1,S1,9000.00,2026-02-10")
    assert settle(project, "2026-02") == ()
    assert settle(project, "2026-03") == ()
    assert balances(project, 3)[1] == ("seller.won unpaid", "S1", "D1", "4000", "4000")
    assert settle(project, "2026-04") == ()
    assert balances(project, 4)[1] == ("seller.won unpaid", "S1", "D1", "4000", "0")


@pytest.mark.parametrize("engine", ["duckdb", "reference"])
def test_an_open_item_without_its_row_stops_the_settlement(project: Workspace, engine: str) -> None:
    assert settle(project, "2026-01", engine) == ()
    change(project, "deals.csv", "D1,S1,1000.00,2026-01-10\n", "")
    (problem,) = settle(project, "2026-02", engine)
    assert problem.code == "QR5620"
    assert (
        problem.report().message
        == "`seller.won unpaid` holds something for rows that `deals` no longer has: `D1` of `S1`"
    )
    assert balances(project, 2) == []


def test_a_paid_item_may_lose_its_row(project: Workspace) -> None:
    for period in ("2026-01", "2026-02", "2026-03"):
        assert settle(project, period) == ()
    change(project, "deals.csv", "D1,S1,1000.00,2026-01-10\n", "")
    assert settle(project, "2026-04") == ()
    assert balances(project, 4) == [("seller.won earned", "S1", "D1", "10000", "10000")]


@pytest.mark.parametrize("seller", ["S2", ""])
def test_an_item_whose_row_changed_hands_stops_the_settlement(project: Workspace, seller: str) -> None:
    assert settle(project, "2026-01") == ()
    change(project, "deals.csv", "D1,S1,", f"D1,{seller},")
    assert {problem.code for problem in settle(project, "2026-02")} == {"QR5621"}
    assert balances(project, 2) == []


def test_a_plan_that_forgets_open_items_is_refused(project: Workspace) -> None:
    assert settle(project, "2026-01") == ()
    change(project, "plan.qr", "\n      paid 60% on won_on, 40% on won_on + 2 months", "")
    assert [problem.code for problem in settle(project, "2026-02")] == ["QR6007"]


@pytest.mark.parametrize(
    "change_made",
    [
        "UPDATE balances SET closing = '3999' WHERE entry = 1 AND source = 'D1' AND account = 'seller.won unpaid'",
        "UPDATE balances SET source = 'D9' WHERE entry = 1 AND source = 'D1' AND account = 'seller.won unpaid'",
        "UPDATE balances SET source = 'D2' WHERE entry = 1 AND source = 'D1' AND account = 'seller.won unpaid'",
        "UPDATE balances SET subject = 'S2' WHERE entry = 1 AND source = 'D1' AND account = 'seller.won unpaid'",
        "UPDATE balances SET opened = 0 WHERE entry = 1 AND source = 'D1' AND account = 'seller.won unpaid'",
        "DELETE FROM balances WHERE entry = 1 AND source = 'D1' AND account = 'seller.won unpaid'",
        "INSERT INTO balances VALUES (1, 'person', 'S1', 'seller.won unpaid', 'D2', 'EUR', 2, '0', '5', 1)",
    ],
)
def test_a_touched_item_is_found(project: Workspace, change_made: str) -> None:
    assert settle(project, "2026-01") == ()
    assert settle(project, "2026-02") == ()
    with closing(sqlite3.connect(project.folder / ".quotarules" / "journal.sqlite")) as connection:
        for name in triggers():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(change_made)
        for text in triggers().values():
            connection.execute(text)
        connection.commit()
    problems = workflow.verify(project, None).problems
    assert {problem.code for problem in problems} == {"QR6024"}


def test_the_statement_shows_what_is_still_to_come(project: Workspace) -> None:
    assert settle(project, "2026-01") == ()
    shown = workflow.statement(project, "2026-01", "S1").value
    assert shown is not None
    text = as_text.render(shown)
    assert "Won: not yet due (EUR)" in text
    assert "Paid for 2026-01: 60.00 EUR" in text
    told = workflow.explain(project, "2026-01", "S1", "seller.won").value
    assert told is not None
    words = explanation.as_text(told)
    assert "earned" in words
    assert "60%" in words
