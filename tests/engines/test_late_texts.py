"""Keys of other tables pass DuckDB's queries as places alone, and have their texts back in the last ones."""

import pytest

from engines.agreement import handed_over
from engines.sample import Sample
from engines.test_key_order import company, rule
from quotarules.engines.reference.interpreter import settle as reference
from quotarules.engines.sql.duckdb import settle
from quotarules.engines.sql.prepare import prepared
from quotarules.engines.sql.tree import SqlType
from quotarules.plan.nodes import Aggregate, Rows
from quotarules.values.period import parse_period


def summed(people: list[str], deals: list[str]) -> Sample:
    """Seats with what all of their deal come to, worked out before the lines; lines of deals, of people, of chiefs."""
    sample = company(people, deals)
    of_deal = Rows("seats", ("deal",), ("deal",), earlier=False, date=None, window=None, where=None)
    part = sample.col("seats", "part")
    amount = sample.computed("seats", "all", Aggregate("sum", of_deal, part, sample.gone("none"), part.type))
    sample.lines += [
        rule("seats", "seat", amount, "person"),
        rule("seats", "boss", amount, "person", "chief"),
        rule("seats", "of deal", amount, "deal", kind="deal"),
    ]
    return sample


@pytest.mark.parametrize("people", [["b", "a", "a-1"], ["a/b", "a%", "a"], ["one of more than fifteen bytes", "é"]])
def test_texts_that_are_looked_up_are_those_of_the_reference(people: list[str]) -> None:
    sample = summed(people, ["d2", "d1", "x/1"])
    found, expected = handed_over(sample, settle), handed_over(sample, reference)
    assert len(expected[2]) == 2 * 3 * len(people) + 3 * len([place for place in range(len(people)) if place % 2])
    assert found == expected


@pytest.mark.parametrize(
    ("most", "held"), [(3, set()), (2, {"person"}), (1, {"person", "deal"}), (0, {"person", "deal"})]
)
def test_only_so_many_keys_are_looked_up(most: int, held: set[str]) -> None:
    sample = summed(["a", "b", "c"], ["d1", "d2"])
    plan = sample.plan()
    period = parse_period(sample.period, plan.period)
    assert period is not None
    script = prepared(plan, sample.ledger(), period, (), by_place=True, most_looked_up=most).script
    texts = {
        column.name
        for relation in script.relations
        for column in relation.select.columns
        if column.value.type is SqlType.TEXT
    }
    assert texts & {"person", "deal"} == held
