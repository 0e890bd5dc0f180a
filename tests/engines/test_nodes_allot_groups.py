"""Who shares a whole: rows of the period, of one pool; who waits for whom; where a part is explained."""

from dataclasses import replace

import pytest

from engines.agreement import with_choices
from engines.allotted import NONE, Member, allot, hours_known, known, roles, see, signed, team
from engines.sample import NOWHERE, Gone, Sample, Settle, Waits, num, text, whole
from quotarules.plan.nodes import (
    Account,
    Anything,
    Compare,
    Equals,
    LineRule,
    Rows,
    Switch,
    SwitchRow,
    Wait,
)
from quotarules.values.period import InPeriod
from quotarules.values.schema import COMPANY


@pytest.mark.parametrize(("table", "path"), [("members", ""), ("deals", "deal"), ("clients", "deal client")])
def test_only_rows_of_the_period_share_where_only_they_have_lines(engine: Settle, table: str, path: str) -> None:
    sample = Sample()
    days = ("2026-02-28", "2026-03-01", "2026-03-31", "2026-04-01")
    clients = [*zip("wxyz", days, strict=True)]
    sample.table("people", "person", {"person": "text"}, [("ann",), ("bob",), ("cyd",)])
    sample.table("clients", "client", {"client": "text", "day": "day"}, clients)
    deals = [(deal, 101, *client) for deal, client in zip("defg", clients, strict=True)]
    columns = {"deal": "text", "pool": "integer 2", "client": "-> clients", "day": "day"}
    sample.table("deals", "deal", columns, deals)
    seats = [(n, "defg"[n], ("ann", "bob", "cyd", "ann")[n], day) for n, day in enumerate(days)]
    columns = {"row": "integer", "deal": "-> deals", "person": "-> people?", "day": "day"}
    sample.table("members", "row", columns, seats)
    day, row = sample.col(table, "day", path), sample.col("members", "row")
    within = Rows("members", (), None, earlier=False, date=day, window=InPeriod(), where=None)
    # Who waits in February keeps nobody waiting in March.
    waits = (SwitchRow((Equals(num(0)),), Wait(sample.waits("no hours"), row.type)), SwitchRow((Anything(),), num(1)))
    for weight in (None, Switch("w", (row,), waits, sample.waits("no row"), row.type)):
        node = allot(sample, rows=within, pool=num(101, 2), weight=weight)
        # 101 of two are 50.5 each: one unit is left, for bob. Ann, who comes before him, has rows of other months only.
        rule = LineRule("pay", "part", "Part", "members", None, within, node, (), NOWHERE)
        paying = replace(sample, lines=[rule], accounts=[Account("pay", "pay", "Pay", "", 2)])
        _, lines = paying.settle(engine)
        assert [(line["subject"], line["amount"]) for line in lines] == [("1", 51), ("2", 50)]


def test_rows_of_one_link_whose_pools_differ_are_groups_apart(engine: Settle) -> None:
    sample = team({"d": 100}, [(1, "d", "ann", "a", 7), (2, "d", "bob", "a", 9), (3, "d", "cyd", "a", 7)])
    # 7 of two: 3.5 each, and the unit that is left goes to ann; 9 belongs to bob alone.
    node = allot(sample, pool=sample.col("members", "hours"), type=whole())
    assert see(engine, sample, node) == [4, 9, 3]


def test_rows_without_a_link_are_groups_apart_where_their_pools_differ(engine: Settle) -> None:
    sample = team({}, [(1, None, "ann", "a", 7), (2, None, "bob", "a", 9), (3, None, "cyd", "a", 7)])
    rows = Rows("members", (), None, earlier=False, date=None, window=None, where=None)
    node = allot(sample, rows=rows, pool=sample.col("members", "hours"), type=whole())
    assert see(engine, sample, node) == [4, 9, 3]


def test_whose_role_is_missing_has_no_part_though_every_role_is_listed(engine: Settle) -> None:
    sample = Sample()
    sample.table("people", "person", {"person": "text"}, [("ann",), ("bob",)])
    sample.table("deals", "deal", {"deal": "text", "pool": "integer 2"}, [("d", 101)])
    columns = {"row": "integer", "deal": "-> deals", "person": "-> people", "role": "text?"}
    sample.table("members", "row", columns, [(1, "d", "ann", None), (2, "d", "ann", "first"), (3, "d", "bob", "other")])
    listed = with_choices(sample)
    node = allot(
        listed,
        pool=num(101, 2),
        role=listed.col("members", "role"),
        roles=roles(**{"first": 40, "other": 40, "in no row": 20}),
    )
    # Nobody is in the third role. 50.5 each: the unit that is left goes to ann's second row.
    assert see(engine, listed, node) == [Gone("no role"), 51, 50]


def test_a_role_may_be_worked_out(engine: Settle) -> None:
    sample = team({"d": 101}, [(1, "d", "ann", "first", 1), (2, "d", "bob", "other", 1)])
    own = sample.computed("members", "own", sample.col("members", "role"))
    everybodys = sample.computed(COMPANY, "everybodys", text("first"))
    # 101 * 40/100 = 40.4 and 101 * 60/100 = 60.6; the unit that is left goes to .6.
    assert see(engine, sample, allot(sample, role=own, roles=roles(first=40, other=60))) == [40, 61]
    # Both in the first role: 50.5 each, the unit to ann.
    assert see(engine, sample, allot(sample, role=everybodys, roles=roles(first=40, other=60))) == [51, 50]


@pytest.mark.parametrize("gives", ["weight", "divisor"])
def test_what_explains_a_part_is_there_where_the_part_is(engine: Settle, gives: str) -> None:
    members: list[Member] = [(1, "d", "ann", "a", 0), (2, "d", "bob", "a", 0), (3, "e", "cyd", "a", 2)]
    sample = team({"d": 10, "e": 10}, members)
    node = allot(sample, weight=sample.col("members", "hours"), gives=gives, type=whole())
    assert see(engine, sample, node) == [NONE, NONE, 2]


def test_a_wait_is_told_before_a_missing_pool(engine: Settle) -> None:
    sample = team({"d": None}, [(1, "d", "ann", "late", 1), (2, "d", "bob", "a", 1), (3, "d", None, "late", 1)])
    node = allot(sample, signed(sample))
    # Without a pool there is no group that could wait with her.
    assert see(engine, sample, node) == [Waits("not signed"), Gone("no pool"), NONE]


def test_who_may_or_may_not_be_asked_is_not_told_of_the_pool(engine: Settle) -> None:
    sample = team({"d": None}, [(1, "d", "ann", "late", 1), (2, "d", "bob", "a", 1)])
    # Of ann it is not known whether she is asked, which counts as no.
    assert see(engine, sample, allot(sample, known(sample))) == [NONE, Gone("no pool")]


def test_nobody_waits_for_who_has_no_part(engine: Settle) -> None:
    members: list[Member] = [(1, "d", "ann", "late", 1), (2, "d", "bob", "a", 1), (3, "d", None, "late", 1)]
    sample = team({"d": 100}, members)
    where = Compare("!=", sample.col("members", "role"), text("late"))
    node = allot(sample, where, weight=hours_known(sample, late="no hours"))
    assert see(engine, sample, node) == [NONE, 100, NONE]
