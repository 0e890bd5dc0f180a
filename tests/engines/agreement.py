"""Drawn plans of nodes on several engines, which must hand over the same in any order of rows, inside the bounds."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from engines.sample import Sample, Settle
from quotarules.engines.reference.interpreter import settle as reference
from quotarules.plan.bounds import infer
from quotarules.plan.invariants import broken
from quotarules.plan.lines import slots
from quotarules.values.schema import ColumnKind, ColumnSpec


class DisagreementError(AssertionError):
    """Two engines differ, or a law does not hold."""


def handed_over(sample: Sample, settle: Settle) -> tuple[Any, ...]:
    """All that an engine hands over, in plain values."""
    outcome, lines = sample.settle(settle)
    return outcome.members, outcome.listed, lines


def is_narrow(sample: Sample) -> bool:
    """Whether the compiler would take the plan: it refuses one in which a value could pass 10**37."""
    assert broken(sample.plan()) == ()
    return not infer(sample.plan()).too_wide


def shuffled(sample: Sample, seed: int) -> Sample:
    """The same facts in another order; rows that are numbered keep their number."""
    order = random.Random(seed)
    tables = {}
    for name, table in sample.tables.items():
        places = list(range(table.rows.num_rows))
        order.shuffle(places)
        tables[name] = replace(table, rows=table.rows.take(pa.array(places, pa.int64())))
    return replace(sample, tables=tables)


def with_choices(sample: Sample) -> Sample:
    """The same facts, their texts declared as choices and held as the ledger holds those: as places among all words."""
    tables = {}
    for name, table in sample.tables.items():
        words = {spec.name: _words(table.rows, spec) for spec in table.spec.columns if spec.kind is ColumnKind.TEXT}
        specs = (
            replace(spec, kind=ColumnKind.CHOICE, choices=words[spec.name]) if spec.name in words else spec
            for spec in table.spec.columns
        )
        held = table.rows
        for column, choices in words.items():
            places = pc.index_in(held.column(column).combine_chunks(), pa.array(choices)).cast(pa.int8())
            coded = pa.DictionaryArray.from_arrays(places, pa.array(choices))
            held = held.set_column(held.schema.get_field_index(column), column, coded)
        tables[name] = replace(table, spec=replace(table.spec, columns=tuple(specs)), rows=held)
    return replace(sample, tables=tables)


def _words(rows: pa.Table, spec: ColumnSpec) -> tuple[str, ...]:
    """All texts of a column, not in their order, and one that no row has."""
    return (*reversed(pc.unique(rows.column(spec.name)).drop_null().to_pylist()), "in no row")


def agree(sample: Sample, engines: Mapping[str, Settle]) -> int:
    """Settles on the reference and the engines; 0 where the plan is refused, else 1.

    The engines are given the rows in another order, and every other ledger with choices in place of its texts.
    """
    if not is_narrow(sample):
        return 0
    expected = handed_over(sample, reference)
    stay_inside(sample, expected[2])
    asked = shuffled(sample, 2)
    if sum(table.rows.num_rows for table in sample.tables.values()) % 2:
        asked = with_choices(asked)
    for name, engine in engines.items():
        found = handed_over(asked, engine)
        for part, theirs, ours in zip(("members", "listed", "lines"), found, expected, strict=True):
            same(f"{name}, {part}", theirs, ours)
    return 1


def same(where: str, found: Sequence[object], expected: Sequence[object]) -> None:
    """Fails with the first rows that are too much or too few."""
    if found == expected:
        return
    extra = [row for row in found if row not in expected][:3]
    missing = [row for row in expected if row not in found][:3]
    raise DisagreementError(f"{where}: has {extra or 'nothing more'}, lacks {missing or 'nothing'}")


def stay_inside(sample: Sample, lines: Sequence[dict[str, Any]]) -> None:
    """Amounts and inputs of all lines lie within what the contracts of the columns allow."""
    bounds = infer(sample.plan())
    for line in lines:
        rule = next(rule for rule in sample.lines if rule.account == line["account"])
        held = [(rule.amount, [line["amount"]])]
        for item, slot in zip(rule.inputs, slots(rule), strict=True):
            held.append((item.value, [line[f"n{place}"] for place in slot.numbers]))
        for expr, numbers in held:
            extent = bounds.of(expr)
            for number, inside in zip(numbers, (extent.number, extent.denominator), strict=False):
                if number is not None and not inside.lo <= number <= inside.hi:
                    raise DisagreementError(f"{number} is outside {inside} of {expr}")
