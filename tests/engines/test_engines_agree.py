"""Random plans over random ledgers: every engine gives the same lines, members and listed rows, in any row order."""

import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from typing import Any, get_args

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, assume, given, settings

from drawing import drawn, seeded
from engines.conftest import ENGINES, PRESENT
from engines.plans import samples
from engines.sample import Sample, Settle
from quotarules.engines.reference.interpreter import settle as reference
from quotarules.plan import nodes
from quotarules.plan.bounds import infer
from quotarules.plan.invariants import broken
from quotarules.plan.lines import slots
from quotarules.plan.walk import row_parts, walk

COUNT = int(os.environ.get("QUOTARULES_GENERATED_CASES", "100"))
often = settings(max_examples=COUNT, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)


def handed_over(sample: Sample, settle: Settle) -> tuple[Any, ...]:
    """All that an engine hands over, in plain values."""
    outcome, lines = sample.settle(settle)
    return outcome.members, outcome.listed, lines


def narrow(sample: Sample) -> None:
    """Leaves out plans that the compiler would refuse, because a value could pass 10**37."""
    assert broken(sample.plan()) == ()
    assume(not infer(sample.plan()).too_wide)


def shuffled(sample: Sample, seed: int) -> Sample:
    """The same facts in another order; rows that are numbered keep their number."""
    order = random.Random(seed)
    tables = {}
    for name, table in sample.tables.items():
        places = list(range(table.rows.num_rows))
        order.shuffle(places)
        tables[name] = replace(table, rows=table.rows.take(pa.array(places, pa.int64())))
    return replace(sample, tables=tables)


@pytest.mark.parametrize("name", [name for name in PRESENT if name != "reference"])
@often
@given(sample=drawn(samples))
def test_engines_agree(name: str, sample: Sample) -> None:
    narrow(sample)
    other: Settle = import_module(ENGINES[name]).settle
    assert handed_over(shuffled(sample, 2), other) == handed_over(sample, reference)


@often
@given(sample=drawn(samples))
def test_the_order_of_rows_does_not_matter(sample: Sample) -> None:
    narrow(sample)
    assert handed_over(shuffled(sample, 1), reference) == handed_over(sample, reference)


@often
@given(sample=drawn(samples))
def test_values_stay_inside_their_bounds(sample: Sample) -> None:
    narrow(sample)
    bounds = infer(sample.plan())
    for line in handed_over(sample, reference)[2]:
        rule = next(rule for rule in sample.lines if rule.account == line["account"])
        held = [(rule.amount, [line["amount"]])]
        for item, slot in zip(rule.inputs, slots(rule), strict=True):
            held.append((item.value, [line[f"n{place}"] for place in slot.numbers]))
        for expr, numbers in held:
            extent = bounds.of(expr)
            for number, inside in zip(numbers, (extent.number, extent.denominator), strict=False):
                assert number is None or inside.lo <= number <= inside.hi, (expr, number, inside)


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
