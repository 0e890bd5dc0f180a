"""What an engine hands over: lines in order, their statuses and inputs, members and listed rows."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from engines.sample import NOWHERE, Sample, Settle, month, no, num, on, ratio, text, whole
from quotarules.plan.lines import COLUMNS, ListedRow, Member, OpeningBalance
from quotarules.plan.nodes import (
    FLAG,
    Account,
    Add,
    Compare,
    Divide,
    ExceptionRule,
    Expr,
    IsMissing,
    LineRule,
    MemberRule,
    Multiply,
    Opening,
    Otherwise,
    Rows,
    TraceInput,
    Wait,
    When,
)
from quotarules.values.period import InPeriod
from quotarules.values.schema import COMPANY


def sales() -> Sample:
    sample = Sample(accounts=[Account("pay", "pay", "Pay", "RUB", 2)])
    sample.table("people", "person", {"person": "integer", "name": "text"}, [(9, "ann"), (10, "bob"), (1, "cyd")])
    columns = {"deal": "text", "person": "-> people?", "won_on": "day?", "amount": "integer 2?", "kind": "text"}
    rows = [
        ("b", 10, "2026-03-01", 100, "new"),
        ("a", 10, "2026-03-31", None, "new"),
        ("é", 10, "2026-03-02", 300, "new"),
        ("z", 10, "2026-03-02", -400, "new"),
        ("c", None, "2026-03-03", 500, "new"),
        ("d", 9, "2026-04-01", 600, "new"),
        ("e", 9, None, 700, "new"),
        ("f", 9, "2026-03-05", 800, "old"),
        ("g", 9, "2026-03-06", 900, "late"),
    ]
    sample.table("deals", "deal", columns, rows)
    return sample


def rule(sample: Sample, name: str, amount: Expr, where: Expr | None, *inputs: tuple[str, Expr]) -> LineRule:
    rows = Rows("deals", ("person",), None, False, sample.col("deals", "won_on"), InPeriod(), where)
    traced = tuple(TraceInput(name, value) for name, value in inputs)
    return LineRule("pay", name, name, "person", None, rows, amount, traced, NOWHERE)


def subject_rule(table: str, name: str, amount: Expr, party: str | None = None) -> LineRule:
    rows = Rows(table, (), None, False, None, None, None)
    kind = "person" if party is None else "party"
    return LineRule("pay", name, name, kind, party, rows, amount, (), NOWHERE)


def test_lines_of_rows(engine: Settle) -> None:
    sample = sales()
    amount, kind = sample.col("deals", "amount"), sample.col("deals", "kind")
    waits = When(Wait(sample.waits("unsure"), FLAG), ((Compare("=", kind, text("late")), sample.gone("x")),), FLAG)
    where = Otherwise((waits, Compare("!=", kind, text("old"))), FLAG)
    share = Divide(amount, num(3), sample.gone("zero"), ratio(2))
    inputs = (
        ("kind", kind),
        ("share", share),
        ("small", Compare("<", amount, num(0, 2))),
        ("on", sample.col("deals", "won_on")),
    )
    sample.lines.append(rule(sample, "deal", amount, where, *inputs))
    _, lines = sample.settle(engine)
    days = {deal: on(f"2026-03-{n:02d}").value for deal, n in {"b": 1, "a": 31, "é": 2, "z": 2}.items()}
    assert [(line["subject"], line["source"], line["status"], line["amount"], line["reason"]) for line in lines] == [
        ("10", "a", "excluded", None, "no amount"),
        ("10", "b", "due", 100, ""),
        ("10", "z", "due", -400, ""),
        ("10", "é", "due", 300, ""),
        ("9", "g", "waiting", None, "unsure"),
    ]
    assert [tuple(line[slot] for slot in ("x0", "n0", "n1", "n2", "n3")) for line in lines] == [
        ("new", None, None, None, days["a"]),
        ("new", 100, 3, 0, days["b"]),
        ("new", -400, 3, 1, days["z"]),
        ("new", 300, 3, 0, days["é"]),
        (None, None, None, None, None),
    ]


def test_lines_are_sorted_by_their_whole_key(engine: Settle) -> None:
    sample = sales()
    sample.accounts.append(Account("bonus", "team", "Bonus", "RUB", 0))
    due, waits = num(5, 2), Wait(sample.waits("no word"), whole(2))
    sample.lines += [
        subject_rule("people", "z", due),
        subject_rule("people", "a", waits),
        subject_rule(COMPANY, "owed", When(due, ((no(), sample.gone("not owed")),), whole(2)), "Ярославль"),
        subject_rule(COMPANY, "owed2", due, "Marketing"),
    ]
    _, lines = sample.settle(engine)
    assert [tuple(line[name] for name in COLUMNS) for line in lines] == [
        ("party", "Marketing", "pay", "owed2", "", "due", 5, ""),
        ("party", "Ярославль", "pay", "owed", "", "excluded", None, "not owed"),
        ("person", "1", "pay", "a", "", "waiting", None, "no word"),
        ("person", "1", "pay", "z", "", "due", 5, ""),
        ("person", "10", "pay", "a", "", "waiting", None, "no word"),
        ("person", "10", "pay", "z", "", "due", 5, ""),
        ("person", "9", "pay", "a", "", "waiting", None, "no word"),
        ("person", "9", "pay", "z", "", "due", 5, ""),
    ]


def test_no_lines_is_a_file_with_columns(engine: Settle, tmp_path: Path) -> None:
    sample = sales()
    sample.lines.append(rule(sample, "none", num(1, 2), no(), ("kind", sample.col("deals", "kind"))))
    path = tmp_path / "lines.parquet"
    outcome = engine(sample.plan(), sample.ledger(), month("2026-03"), (), path)
    assert outcome.lines == path
    assert pq.read_table(path).column_names == [*COLUMNS, "x0"]
    assert pq.read_table(path).num_rows == 0


def test_amounts_beyond_64_bits(engine: Settle) -> None:
    sample = sales()
    sample.lines.append(subject_rule("people", "huge", Multiply(num(10**18), num(-(10**18), 2), whole(2))))
    _, lines = sample.settle(engine)
    assert {line["amount"] for line in lines} == {-(10**36)}


def test_members_and_listed_rows(engine: Settle) -> None:
    sample = sales()
    ann = Compare("=", sample.col("people", "name"), text("ann"))
    bob = Compare("=", sample.col("people", "person"), num(10))
    unsure = When(Wait(sample.waits("unsure"), FLAG), ((ann, sample.gone("not ann")),), FLAG)
    sample.members += [
        MemberRule("pay", "person", "people", Otherwise((unsure, bob), FLAG)),
        MemberRule("pay", "person", "people", bob),
        MemberRule("score", "person", "people", None),
        MemberRule("sla", "company", COMPANY, None),
    ]
    missing = IsMissing(sample.col("deals", "person"))
    late = Wait(sample.waits("unsure"), FLAG)
    date = sample.col("deals", "won_on")
    sample.exceptions += [
        ExceptionRule("all", "All", Rows("deals", (), None, False, date, InPeriod(), None), NOWHERE),
        ExceptionRule("nobody", "Nobody's", Rows("deals", ("person",), None, False, None, None, missing), NOWHERE),
        ExceptionRule("late", "Late", Rows("deals", (), None, False, None, None, late), NOWHERE),
    ]
    outcome, lines = sample.settle(engine)
    assert lines == []
    assert outcome.members == (
        Member("pay", "person", "10"),
        Member("pay", "person", "9"),
        Member("score", "person", "1"),
        Member("score", "person", "10"),
        Member("score", "person", "9"),
        Member("sla", "company", ""),
    )
    assert outcome.listed == (*(ListedRow(0, key) for key in ("a", "b", "c", "f", "g", "z", "é")), ListedRow(1, "c"))


def test_openings(engine: Settle) -> None:
    sample = sales()
    sample.accounts += [
        Account("points", "karma", "Points", "points", 1),
        Account("other", "karma", "Other", "points", 1),
    ]
    sample.openings += [
        OpeningBalance("points", "10", 155),
        OpeningBalance("points", "1", -5),
        OpeningBalance("other", "9", 7),
        OpeningBalance("points", "gone", 99),
    ]
    opening = Opening("points", whole(1), sample.gone("newcomer"))
    found = sample.see(engine, "people", Otherwise((opening, num(1000, 1)), whole(1)))
    assert found == {"1": -5, "10": 155, "9": 1000}
    twice = sample.computed("people", "twice", Add((opening, opening), whole(1)))
    assert sample.see(engine, "people", Otherwise((twice, num(0, 1)), whole(1))) == {"1": -10, "10": 310, "9": 0}


@pytest.mark.parametrize("period", ["2026-03", "2026-Q1", "2026"])
def test_the_period_bounds_lines(engine: Settle, period: str) -> None:
    sample = sales()
    sample.period = period
    sample.lines.append(rule(sample, "deal", num(1, 2), None))
    _, lines = sample.settle(engine)
    assert len(lines) == {"2026-03": 6, "2026-Q1": 6, "2026": 7}[period]
