"""A person's statement, export and explanation hold no other person's key, name or single value."""

import pytest

from quotarules import workflow
from quotarules.statements.render import csv as as_csv
from quotarules.statements.render import explanation
from quotarules.statements.render import json as as_json
from quotarules.statements.render import text as as_text
from quotarules.workspace import Workspace

FACTS = """
people:
  key: person
  from: people.csv
  columns: {name: text, head: people or missing, salary: money EUR, hired_on: date}
clients:
  key: client
  from: clients.csv
  columns: {name: text, manager: people}
deals:
  key: deal
  from: deals.csv
  columns: {client: clients, seller: people, amount: money EUR, won_on: date}
participants:
  each: participant
  key: [deal, person]
  from: participants.csv
  columns: {deal: deals, person: people, hours: count max 100}
"""
ROWS = {
    "people": "person,name,head,salary,hired_on\n"
    "key/a,name-a,key-h,1111.00,2025-01-01\nkey-b,name-b,key-h,2222.00,2026-01-10\nkey-h,name-h,,3333.00,2024-01-01\n",
    "clients": "client,name,manager\nK1,name-k,key/a\n",
    "deals": "deal,client,seller,amount,won_on\nD1,K1,key/a,500.00,2026-01-05\nD2,K1,key-b,300.00,2026-01-15\n",
    "participants": "deal,person,hours\nD1,key/a,3\nD1,key-b,4\nD2,key-b,1\nD2,key-h,2\n",
}
RULES = """quotarules 1

plan sample version 1 {
  currency  EUR
  period    month
  timezone  "UTC"
  rounding  half_up to 0.01 per line
  effective from 2026-01-01 through 2026-12-31
}

measure sales for each person = sum(amount of deals by seller on won_on)
measure team_points for each person = mean(points of people by head) else 0

karma rating "Client" for each client {
  who     "Who took part" hours               for each participant by deal.client on deal.won_on
  big     "Big"           +1                  for each deal by client on won_on where seller.sales >= 100 EUR
  manager "Manager"       +1 when manager.salary > 1_000 EUR
}
karma points "People" for each person {
  recruit "Hired"  +1 when salary > 1_000 EUR for each person by head on hired_on
  helped  "Helped" +2 for each participant by deal.seller on deal.won_on where person != deal.seller
}
team kitty "Kitty" for each deal on won_on {
  pool   10% of amount
  among  participants by deal
  shares by hours
}
pay member "Member" for each person {
  base salary
  kpi  bonus "Kitty" kitty
  kpi  led   "Team"  1 EUR per point of team_points
  part "Part"        1% of person.sales for each participant by deal.seller on deal.won_on
  top  "Head"        5% of (head.salary else 0 EUR)
}
"""
SECRETS = {
    "person/key/a": ("key/a", "key%2Fa", "name-a", "1,111.00", "1111"),
    "person/key-b": ("key-b", "name-b", "2,222.00", "2222"),
    "person/key-h": ("key-h", "name-h", "3,333.00", "3333"),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("project")
    texts = {"quotarules.yaml": "rules: [plan.qr]\nfacts: facts.yaml\njournal: .quotarules\n"}
    texts |= {"facts.yaml": FACTS, "plan.qr": RULES, **{f"{name}.csv": rows for name, rows in ROWS.items()}}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    order = workflow.Order("2026-01", False, "duckdb", "sample", "2026-02-01T00:00:00Z", lambda _: None)
    settled = workflow.settle(Workspace(folder), order)
    assert settled.value, settled.problems
    return Workspace(folder)


def everything(project: Workspace, subject: str) -> str:
    """All forms in which somebody reads a statement, without the words of the rules."""
    statement = workflow.statement(project, "2026-01", subject).value
    told = workflow.explain(project, "2026-01", subject, None).value
    assert statement is not None
    assert told is not None
    assert any(section.lines for section in statement.sections)
    forms = (as_text.render(statement), as_json.render(statement), as_csv.render(statement))
    return "\n".join((*forms, explanation.as_text(told), explanation.as_json(told)))


@pytest.mark.parametrize("subject", ["client/K1", *SECRETS])
def test_nothing_of_others(project: Workspace, subject: str) -> None:
    shown = everything(project, subject)
    others = [secret for owner, secrets in SECRETS.items() if owner != subject for secret in secrets]
    assert [secret for secret in others if secret in shown] == []


def test_rows_are_named_by_what_the_subject_may_know(project: Workspace) -> None:
    statement = workflow.statement(project, "2026-01", "key/a").value
    assert statement is not None
    sources = {(line.rule, line.source) for section in statement.sections for line in section.lines if line.source}
    assert sources == {
        ("member.part", "D1/key%2Fa"),
        ("member.part", "D1/*"),
        ("points.helped", "D1/*"),
        ("kitty.share", "D1/key%2Fa"),
    }
    lead = workflow.statement(project, "2026-01", "key-h").value
    assert lead is not None
    recruits = [line.source for section in lead.sections for line in section.lines if line.rule == "points.recruit"]
    assert recruits == ["*"]
