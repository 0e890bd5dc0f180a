"""Lines add up to statements, totals and balances; a change of one line changes one statement, and the root."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journal.journal_samples import PLAN, RULES, Row, period, table
from quotarules.journal.encode import encode_batches
from quotarules.journal.settlement import Settlement, assembled, balances_digest
from quotarules.plan.lines import Member, OpeningBalance

MARCH = period("2026-03")
KINDS = {"pay": "person", "points": "person", "sla": "person", "rating": "client"}
SUBJECTS = st.sampled_from(["A", "B", "C", "Ж"])


@st.composite
def lines(draw: st.DrawFn) -> list[Row]:
    found: dict[tuple[str, ...], Row] = {}
    for _ in range(draw(st.integers(0, 15))):
        rule = draw(st.sampled_from(RULES))
        status = draw(st.sampled_from(["due", "due", "waiting", "excluded"]))
        amount = draw(st.integers(-(10**20), 10**20)) if status == "due" else None
        source = draw(st.sampled_from(["", "D1", "D2", "D3"]))
        row = Row(KINDS[rule.account], draw(SUBJECTS), rule.account, rule.rule, source, status, amount)
        found[row.key] = row
    return list(found.values())


OPENINGS = st.dictionaries(
    st.tuples(st.sampled_from(["points", "rating"]), SUBJECTS), st.integers(-(10**20), 10**20)
).map(lambda held: tuple(OpeningBalance(account, subject, value) for (account, subject), value in held.items()))
MEMBERS = st.sets(st.tuples(st.sampled_from(sorted(KINDS)), SUBJECTS)).map(
    lambda held: tuple(sorted(Member(account, KINDS[account], subject) for account, subject in held))
)


def settled(
    rows: list[Row], openings: tuple[OpeningBalance, ...], members: tuple[Member, ...], size: int = 100
) -> Settlement:
    batches = table(rows, wide=True).to_batches(max_chunksize=size)
    return assembled(PLAN, MARCH, openings, members, encode_batches(batches, PLAN))


@settings(max_examples=80, deadline=None)
@given(lines(), OPENINGS, MEMBERS, st.integers(1, 5))
def test_lines_add_up(
    rows: list[Row], openings: tuple[OpeningBalance, ...], members: tuple[Member, ...], size: int
) -> None:
    found = settled(rows, openings, members, size)
    assert found == settled(rows[::-1], openings[::-1], members[::-1])
    # Lines to statements.
    owed = Counter((row.kind, row.subject) for row in rows)
    assert {(held.subject_kind, held.subject): held.lines for held in found.statements if held.lines} == owed
    everybody = {*owed, *((held.subject_kind, held.subject) for held in members)}
    everybody |= {(KINDS[held.account], held.subject) for held in openings}
    assert [(held.subject_kind, held.subject) for held in found.statements] == sorted(everybody)
    # Lines to totals.
    for total in found.totals:
        own = [row for row in rows if row.account == total.account]
        assert total.due == sum(row.amount or 0 for row in own)
        counts = Counter(row.status for row in own)
        assert (total.due_lines, total.waiting_lines, total.excluded_lines) == (
            counts["due"],
            counts["waiting"],
            counts["excluded"],
        )
    # Lines to balances.
    before = {(held.account, held.subject): held.amount for held in openings}
    for held in found.balances:
        key = (held.account, held.subject)
        moved = sum(row.amount or 0 for row in rows if (row.account, row.subject) == key)
        assert held.opening == before.get(key, 0)
        assert held.opened == (key not in before)
        assert held.closing == held.opening + moved
    assert found.opening == balances_digest(openings)
    closing = tuple(OpeningBalance(held.account, held.subject, held.closing) for held in found.balances)
    assert found.closing == balances_digest(closing)


@settings(max_examples=80, deadline=None)
@given(lines(), OPENINGS, MEMBERS, st.data())
def test_one_line_is_in_one_statement(
    rows: list[Row], openings: tuple[OpeningBalance, ...], members: tuple[Member, ...], data: st.DataObject
) -> None:
    if not rows:
        return
    place = data.draw(st.integers(0, len(rows) - 1))
    row = rows[place]
    other = replace(row, amount=row.amount + 1) if row.amount is not None else replace(row, reason=row.reason + "!")
    before = settled(rows, openings, members)
    after = settled([*rows[:place], other, *rows[place + 1 :]], openings, members)
    changed = [
        (one.subject_kind, one.subject)
        for one, two in zip(before.statements, after.statements, strict=True)
        if one.digest != two.digest
    ]
    assert changed == [(row.kind, row.subject)]
    assert before.root != after.root


@pytest.mark.parametrize(
    ("openings", "members"),
    [
        ((OpeningBalance("points", "A", 1),), ()),
        ((), (Member("points", "person", "A"),)),
        ((), (Member("pay", "person", "A"), Member("points", "person", "A"))),
    ],
)
def test_openings_and_members_are_part_of_a_statement(
    openings: tuple[OpeningBalance, ...], members: tuple[Member, ...]
) -> None:
    rows = [Row("person", "A", "points", "done", "", amount=5)]
    assert settled(rows, openings, members).root != settled(rows, (), ()).root


def test_the_period_is_part_of_a_statement() -> None:
    rows = [Row("person", "A", "pay", "base", "", amount=5)]
    batches = table(rows).to_batches()
    roots = {
        assembled(PLAN, period(name), (), (), encode_batches(batches, PLAN)).root for name in ("2026-03", "2026-04")
    }
    assert len(roots) == 2
