"""Places stand for keys only as their texts sort: in any order of rows, with characters below `/`, through links."""

from dataclasses import replace

import pyarrow as pa
import pytest

from engines.agreement import handed_over, shuffled
from engines.sample import NOWHERE, Sample
from quotarules.engines.reference.interpreter import settle as reference
from quotarules.engines.sql import facts
from quotarules.engines.sql.duckdb import settle
from quotarules.engines.sql.key_order import with_places
from quotarules.engines.sql.key_places import KeyPlaces
from quotarules.engines.sql.prepare import prepared
from quotarules.plan.nodes import Account, Expr, LineRule, Rows, TraceInput
from quotarules.values.period import parse_period

PEOPLE = ["b", "a", "a-1", "a!", "a0", "é", "Z", "10", "9"]
PLAIN = ["b", "a", "a0", "ab", "é", "Z", "10", "9"]


def company(people: list[str], deals: list[str]) -> Sample:
    """Deals of people, and seats by deal and person, which make a key of two parts."""
    sample = Sample(accounts=[Account("pay", "pay", "Pay", "RUB", 2)])
    sample.table("people", "person", {"person": "text", "chief": "-> people?"}, [(one, None) for one in people])
    chiefs = pa.array([people[0] if place % 2 else None for place in range(len(people))], pa.string())
    held = sample.tables["people"]
    sample.tables["people"] = replace(held, rows=held.rows.set_column(1, "chief", chiefs))
    rows = [(deal, people[place % len(people)], place) for place, deal in enumerate(deals)]
    sample.table("deals", "deal", {"deal": "text", "person": "-> people?", "amount": "integer 2"}, rows)
    seats = [(deal, person, place) for deal in deals for place, person in enumerate(people)]
    sample.table("seats", "deal person", {"deal": "-> deals", "person": "-> people", "part": "integer 2"}, seats)
    return sample


def rule(table: str, name: str, amount: Expr, *links: str, kind: str = "person") -> LineRule:
    rows = Rows(table, links, None, earlier=False, date=None, window=None, where=None)
    return LineRule("pay", name, name, kind, None, rows, amount, (TraceInput("x", amount),), NOWHERE)


def with_rules(sample: Sample) -> Sample:
    amount, part = sample.col("deals", "amount"), sample.col("seats", "part")
    sample.lines += [
        rule("deals", "sale", amount, "person"),
        rule("seats", "seat", part, "person"),
        rule("seats", "lead", part, "deal", "person"),
        rule("seats", "boss", part, "person", "chief"),
        rule("seats", "of deal", part, "deal", kind="deal"),
    ]
    return sample


@pytest.mark.parametrize("people", [PEOPLE, PLAIN, sorted(PLAIN, key=str.encode), ["a/b", "a%", "a", "a/"]])
@pytest.mark.parametrize("deals", [["d2", "d1", "d-1", "d"], ["d1", "d2", "d3"], ["x/1", "x", "x0"]])
@pytest.mark.parametrize("seed", [None, 1, 2])
def test_lines_are_those_of_the_reference_in_its_order(people: list[str], deals: list[str], seed: int | None) -> None:
    sample = with_rules(company(people, deals))
    held = sample if seed is None else shuffled(sample, seed)
    found, expected = handed_over(held, settle), handed_over(sample, reference)
    assert len(expected[2]) > 3 * len(deals)
    assert found == expected


def places(sample: Sample) -> tuple[dict[str, pa.Table], KeyPlaces]:
    ledger = sample.ledger()
    return with_places(ledger, {name: facts.prepared(table) for name, table in ledger.tables.items()})


def test_a_place_is_that_of_the_text_among_all_keys() -> None:
    rows, meant = places(company(PEOPLE, ["d2", "d1"]))
    by_bytes = sorted(PEOPLE, key=str.encode)
    assert rows["people"]["person place"].to_pylist() == [by_bytes.index(person) for person in PEOPLE]
    chiefs = rows["people"]["chief"].to_pylist()
    assert rows["people"]["chief place"].to_pylist() == [
        None if chief is None else by_bytes.index(str(chief)) for chief in chiefs
    ]
    assert rows["deals"]["deal place"].to_pylist() == [1, 0]
    assert rows["seats"]["deal place"].to_pylist() == [1] * len(PEOPLE) + [0] * len(PEOPLE)
    assert meant.roots["seats", "person"] == ("people", "person")
    assert ("seats", "part") not in meant.columns


def test_keys_sort_in_parts_unless_a_slash_behind_them_changes_their_order() -> None:
    assert places(company(PLAIN, ["d2", "d1"]))[1].parted == {("people", "person"), ("deals", "deal")}
    # `a!` stands before `a/`: a longer key of parts sorts otherwise than its first part.
    assert places(company(["a", "a!"], ["d2", "d1"]))[1].parted == {("deals", "deal")}


def test_what_the_ledger_knows_of_links_is_not_looked_for_again() -> None:
    sample = company(PLAIN, ["d2", "d1", "d3"])
    expected = places(sample)[0]["deals"]["person place"]
    led = pa.array(
        [PLAIN.index(str(person)) for person in sample.tables["deals"].rows["person"].to_pylist()], pa.int32()
    )
    sample.tables["deals"] = replace(sample.tables["deals"], places={"person": led})
    assert places(sample)[0]["deals"]["person place"].equals(expected)


def test_lines_are_sorted_by_numbers_alone_where_keys_sort_in_parts() -> None:
    sample = with_rules(company(PLAIN, ["d2", "d1"]))
    plan = sample.plan()
    period = parse_period(sample.period, plan.period)
    assert period is not None
    order = prepared(plan, sample.ledger(), period, (), by_place=True).script.order
    assert order.keys == ("by subject", "place", "by part 0", "by part 1")
