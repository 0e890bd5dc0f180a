"""Random plans over random ledgers: every engine gives the same lines, members and listed rows, in any row order."""

import os
from collections import Counter
from collections.abc import Iterator
from typing import get_args

import pytest
from hypothesis import HealthCheck, assume, given, settings

from drawing import drawn, seeded
from engines.agreement import agree, handed_over
from engines.conftest import ENGINES, settle_of
from engines.plans import samples
from engines.sample import Sample
from quotarules.engines.reference.interpreter import settle as reference
from quotarules.plan import nodes
from quotarules.plan.bounds import infer
from quotarules.plan.walk import row_parts, walk

COUNT = int(os.environ.get("QUOTARULES_GENERATED_CASES", "100"))
often = settings(max_examples=COUNT, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)


@pytest.mark.parametrize("name", [name for name in ENGINES if name != "reference"])
def test_engines_agree(name: str, request: pytest.FixtureRequest) -> None:
    other = settle_of(name, request)

    @often
    @given(sample=drawn(samples))
    def agreeing(sample: Sample) -> None:
        assume(agree(sample, {name: other}))

    agreeing()


@often
@given(sample=drawn(samples))
def test_the_order_of_rows_does_not_matter(sample: Sample) -> None:
    assume(agree(sample, {"reference": reference}))


def nodes_of(sample: Sample) -> Iterator[object]:
    for column in sample.columns:
        yield from (node for _, node in walk(column.table, column.value))
    for rule in sample.lines:
        for table, expr in (*row_parts(rule.rows), (rule.rows.table, rule.amount)):
            yield from (node for _, node in walk(table, expr))


def test_every_node_is_drawn() -> None:
    found: Counter[type] = Counter()
    states: Counter[str] = Counter()
    for case in range(150):
        sample = samples(seeded(f"every node {case}"))
        found.update(type(node) for node in nodes_of(sample))
        if not infer(sample.plan()).too_wide:
            states.update(line["status"] for line in handed_over(sample, reference)[2])
    assert set(found) == set(get_args(nodes.Expr))
    assert set(states) == {"due", "waiting", "excluded"}
