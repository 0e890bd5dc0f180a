"""A journal takes settlements in order, says what changed, gives statements back, and refuses what it must."""

from dataclasses import replace
from pathlib import Path

import pytest

from journal.journal_runs import EVIDENCE, carried, codes, opened, recorded
from journal.journal_samples import PLAN, ROWS, due, outcome, period, write
from quotarules.journal import merkle
from quotarules.journal.entries import GENESIS
from quotarules.journal.openings import openings_for
from quotarules.journal.read import latest, periods, statement, waiting
from quotarules.journal.record import record
from quotarules.journal.store import Journal, lines_for, new_lines_path
from quotarules.journal.verify import verify
from quotarules.plan.lines import Member, OpeningBalance
from quotarules.plan.nodes import Account

MARCH, APRIL, MAY = period("2026-03"), period("2026-04"), period("2026-05")


# --- recording ----------------------------------------------------------------------------------


def test_the_first_settlement(journal: Journal) -> None:
    done = recorded(journal, "2026-03")
    assert (done.result, done.entry.number, done.entry.previous, done.head) == (
        "recorded",
        1,
        GENESIS,
        done.entry.digest,
    )
    settlement = done.settlement
    assert [(held.subject_kind, held.subject, held.lines) for held in settlement.statements] == [
        ("client", "C1", 1),
        ("client", "C2", 0),
        ("person", "P1", 7),
        ("person", "P2", 1),
        ("person", "P3", 0),
    ]
    assert carried(done) == [
        ("rating", "C1", 0, 15, True),
        ("rating", "C2", 0, 0, True),
        ("points", "P1", 0, 70, True),
        ("points", "P2", 0, 0, True),
    ]
    assert [
        (t.account, t.unit, t.scale, t.due, t.due_lines, t.waiting_lines, t.excluded_lines) for t in settlement.totals
    ] == [
        ("pay", "RUB", 2, 100_001_22, 3, 1, 1),
        ("points", "points", 1, 70, 2, 0, 0),
        ("sla", "%", 2, 95_00, 1, 0, 0),
        ("rating", "points", 1, 15, 1, 0, 0),
    ]
    assert (journal.lines_folder / f"{settlement.root}.parquet").exists()
    assert [path.name for path in journal.lines_folder.iterdir()] == [f"{settlement.root}.parquet"]
    checked, problems = verify(journal)
    assert checked is not None
    assert problems == ()
    assert (checked.entries, checked.files, checked.lines, checked.head) == (1, 1, 9, done.head)


def test_balances_carry_over(journal: Journal) -> None:
    recorded(journal, "2026-03")
    openings = opened(journal, "2026-04")
    assert openings.balances == (
        OpeningBalance("points", "P1", 70),
        OpeningBalance("points", "P2", 0),
        OpeningBalance("rating", "C1", 15),
        OpeningBalance("rating", "C2", 0),
    )
    # P1 has left and C9 is new: what stood open stays open.
    rows = [due("P2", "points", "done", "D1", 5), due("C9", "rating", "won", "D2", 1)]
    done = recorded(journal, "2026-04", rows, members=(Member("points", "person", "P2"),))
    assert [
        (held.account, held.subject, held.opening, held.closing, held.opened) for held in done.settlement.balances
    ] == [
        ("rating", "C1", 15, 15, False),
        ("rating", "C2", 0, 0, False),
        ("rating", "C9", 0, 1, True),
        ("points", "P1", 70, 70, False),
        ("points", "P2", 0, 5, False),
    ]
    assert verify(journal)[1] == ()


def test_the_same_again_writes_no_entry(journal: Journal) -> None:
    first = recorded(journal, "2026-03")
    again = recorded(journal, "2026-03", wide=True)  # another file with the same lines
    assert (again.result, again.entry, again.head) == ("same", first.entry, first.head)
    assert len(list(journal.lines_folder.iterdir())) == 1
    assert verify(journal)[0] is not None


def test_replacing_a_draft_says_what_changed_and_what_is_stale(journal: Journal) -> None:
    first = recorded(journal, "2026-03")
    recorded(journal, "2026-04")
    recorded(journal, "2026-05")
    rows = [*ROWS, due("P2", "points", "done", "D9", 5)]
    done = recorded(journal, "2026-03", rows, facts="e" * 64)
    assert done.result == "replaced"
    assert done.entry.body.replaces == first.entry.number
    assert done.stale == ("2026-04", "2026-05")
    assert done.changes is not None
    assert done.changes.inputs == ("facts",)
    assert done.changes.subjects == (("person", "P2"),)
    ((change),) = done.changes.totals
    assert change.before is not None
    assert change.after is not None
    assert (change.account, change.before.due, change.after.due) == ("points", 70, 75)
    assert [(held.period.name, held.stale, held.drafts) for held in periods(journal, "sample")[0]] == [
        ("2026-03", False, 2),
        ("2026-04", True, 1),
        ("2026-05", True, 1),
    ]
    assert codes(openings_for(journal, PLAN, MAY)[1]) == ["QR6006"]
    # Settling April again opens with the new balances; May stays stale until it is settled, too.
    assert recorded(journal, "2026-04").changes is not None
    assert [held.stale for held in periods(journal, "sample")[0]] == [False, False, True]
    assert recorded(journal, "2026-05").stale == ()
    assert [held.stale for held in periods(journal, "sample")[0]] == [False, False, False]
    assert verify(journal)[1] == ()


def test_a_change_that_moves_no_balance_leaves_later_periods_alone(journal: Journal) -> None:
    recorded(journal, "2026-03")
    recorded(journal, "2026-04")
    done = recorded(journal, "2026-03", [row for row in ROWS if row.account != "pay"])
    assert (done.result, done.stale) == ("replaced", ())


def test_going_back_to_an_earlier_draft_names_its_file_again(journal: Journal) -> None:
    first = recorded(journal, "2026-03")
    recorded(journal, "2026-03", ROWS[:3])
    back = recorded(journal, "2026-03", wide=True)
    assert back.result == "replaced"
    assert back.entry.body.root == first.entry.body.root
    assert back.entry.body.lines_file == first.entry.body.lines_file
    assert verify(journal)[1] == ()


def test_another_plan_text_with_the_same_meaning_is_the_same(journal: Journal) -> None:
    recorded(journal, "2026-03")
    assert recorded(journal, "2026-03", plan=replace(PLAN, sources=())).result == "same"
    other = recorded(journal, "2026-03", plan=replace(PLAN, label="Other"))
    assert other.changes is not None
    assert (other.result, other.changes.inputs, other.changes.subjects) == ("replaced", ("plan",), ())


def test_two_plans_in_one_journal_do_not_see_each_other(journal: Journal) -> None:
    recorded(journal, "2026-03")
    second = replace(PLAN, name="second")
    assert recorded(journal, "2026-07", plan=second).result == "recorded"
    assert [held.period.name for held in periods(journal, "second")[0]] == ["2026-07"]
    assert verify(journal)[1] == ()


def test_sums_beyond_64_bits_are_kept(journal: Journal) -> None:
    most = 10**37
    rows = [due("P1", "points", "done", f"D{i}", most) for i in range(3)]
    recorded(journal, "2026-03", rows, wide=True)
    assert OpeningBalance("points", "P1", 3 * most) in opened(journal, "2026-04").balances
    recorded(journal, "2026-04", rows, wide=True)
    assert OpeningBalance("points", "P1", 6 * most) in opened(journal, "2026-05").balances
    assert verify(journal)[1] == ()


def test_a_period_without_anybody(journal: Journal) -> None:
    done = recorded(journal, "2026-03", [], members=())
    assert (done.settlement.statements, done.settlement.root) == ((), merkle.root(()).hex())
    assert verify(journal)[1] == ()


# --- order --------------------------------------------------------------------------------------


def test_periods_settle_in_order(journal: Journal) -> None:
    recorded(journal, "2026-03")
    _, problems = openings_for(journal, PLAN, MAY)
    assert codes(problems) == ["QR6005"]
    assert "2026-04" in problems[0].report().message
    assert codes(openings_for(journal, PLAN, period("2026-02"))[1]) == ["QR6005"]
    assert opened(journal, "2026-03").balances == ()


def test_a_balance_never_gets_lost(journal: Journal) -> None:
    recorded(journal, "2026-03")
    without = replace(
        PLAN,
        accounts=tuple(held for held in PLAN.accounts if held.name != "rating"),
        members=PLAN.members[:2],
        lines=PLAN.lines[:4],
    )
    _, problems = openings_for(journal, without, APRIL)
    assert codes(problems) == ["QR6007"]
    assert "2 balances of `rating`" in problems[0].report().message
    finer = replace(
        PLAN, accounts=(*PLAN.accounts[:1], Account("points", "karma", "Points", "points", 2), *PLAN.accounts[2:])
    )
    assert codes(openings_for(journal, finer, APRIL)[1]) == ["QR6007"]
    moved = replace(
        PLAN,
        members=(*PLAN.members[:2], replace(PLAN.members[2], subject_kind="sector")),
        lines=(*PLAN.lines[:4], replace(PLAN.lines[4], subject_kind="sector")),
    )
    assert codes(openings_for(journal, moved, APRIL)[1]) == ["QR6007"]


def test_two_who_settle_at_once(journal: Journal) -> None:
    mine, theirs = opened(journal, "2026-03"), opened(journal, "2026-03")
    lines = [write(new_lines_path(journal), ROWS), write(new_lines_path(journal), ROWS)]
    won, _ = record(journal, PLAN, mine, outcome(lines[0]), EVIDENCE)
    lost, problems = record(journal, PLAN, theirs, outcome(lines[1]), replace(EVIDENCE, who="bob"))
    assert won is not None
    assert lost is None
    assert codes(problems) == ["QR6004"]
    assert "ann settled 2026-03" in problems[0].report().message
    assert [path.name for path in journal.lines_folder.iterdir()] == [f"{won.settlement.root}.parquet"]
    assert verify(journal)[0] is not None


def test_nothing_stays_of_a_run_that_is_stopped(journal: Journal) -> None:
    def run(lines: Path) -> None:
        lines.write_bytes(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), lines_for(journal) as lines:
        run(lines)
    assert list(journal.lines_folder.iterdir()) == []


# --- reading ------------------------------------------------------------------------------------


def test_a_statement_comes_back_as_it_was(journal: Journal) -> None:
    done = recorded(journal, "2026-03")
    found, problems = statement(journal, "sample", MARCH, "person", "P1")
    assert found is not None, problems
    assert found.kept.head == done.head
    assert found.kept.plan == PLAN
    assert found.kept.entry.body.evidence == EVIDENCE
    assert found.statement.accounts == ("pay", "points")
    assert [
        (line.account, line.rule, line.source, line.status, line.amount, line.unit, line.reason) for line in found.lines
    ] == [
        ("pay", "base", "", "due", 100_000_00, "RUB", ""),
        ("pay", "share", "D1", "due", 1_23, "RUB", ""),
        ("pay", "share", "D2", "waiting", None, "RUB", "no target"),
        ("pay", "share", "D3", "excluded", None, "RUB", "not won"),
        ("points", "done", "D1", "due", 100, "points", ""),
        ("points", "done", "D2", "due", -30, "points", ""),
        ("sla", "response", "", "due", 95_00, "%", ""),
    ]
    assert [line.inputs for line in found.lines] == [
        (100_000_00,),
        ((9, 7), "seller", True, 20_000),
        (None, None, None, None),
        (None, "seller", False, None),
        (),
        (),
        ("Ж", ""),
    ]
    path = tuple(bytes.fromhex(beside) for beside in found.proof)
    root = bytes.fromhex(found.kept.entry.body.root)
    assert merkle.included(bytes.fromhex(found.statement.digest), found.index, found.count, path, root)


def test_somebody_without_lines_has_a_statement_too(journal: Journal) -> None:
    recorded(journal, "2026-03", wide=True)
    found, _ = statement(journal, "sample", MARCH, "person", "P3")
    assert found is not None
    assert (found.lines, found.balances, found.statement.accounts) == ((), (), ("pay",))
    found, _ = statement(journal, "sample", MARCH, "client", "C2")
    assert found is not None
    assert [held.closing for held in found.balances] == [0]


def test_what_is_not_there_is_said(journal: Journal) -> None:
    assert codes(latest(journal, "sample", MARCH)[1]) == ["QR6008"]
    recorded(journal, "2026-03")
    assert codes(latest(journal, "sample", APRIL)[1]) == ["QR6008"]
    assert codes(statement(journal, "sample", MARCH, "person", "P9")[1]) == ["QR6009"]


def test_waiting_lines(journal: Journal) -> None:
    recorded(journal, "2026-03")
    kept, _ = latest(journal, "sample", MARCH)
    assert kept is not None
    lines, problems = waiting(journal, kept)
    assert problems == ()
    assert [(line.subject, line.source, line.reason) for line in lines] == [("P1", "D2", "no target")]


def test_lines_that_break_their_contract_are_not_recorded(journal: Journal) -> None:
    openings = opened(journal, "2026-03")
    bad = write(new_lines_path(journal), [replace(ROWS[0], amount=None)])
    assert codes(record(journal, PLAN, openings, outcome(bad), EVIDENCE)[1]) == ["QR6010"]
    assert openings.head == opened(journal, "2026-03").head
    assert list(journal.lines_folder.iterdir()) == []


def test_every_problem_has_words(journal: Journal) -> None:
    recorded(journal, "2026-03")
    for _, problems in (
        openings_for(journal, PLAN, MAY),
        latest(journal, "sample", APRIL),
        statement(journal, "sample", MARCH, "person", "P9"),
    ):
        for problem in problems:
            report = problem.report()
            assert report.primary.span.file == "journal"
            assert report.help is None or report.help not in report.message
