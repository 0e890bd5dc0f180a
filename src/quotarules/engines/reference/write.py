"""Result lines as a Parquet file in the columns that `plan/lines.py` names."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from quotarules.plan.lines import COLUMNS, slot_counts
from quotarules.plan.nodes import Plan
from quotarules.records import dataclass

LineKey = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """A result line: its key (subject kind, subject, account, rule, source), and what it comes to."""

    key: LineKey
    status: str
    amount: int | None
    reason: str
    numbers: tuple[int | None, ...]
    texts: tuple[str | None, ...]


def integers(values: Sequence[int | None]) -> "pa.Array[pa.Scalar[pa.DataType]]":
    """The integers in 64 bits where all of them fit, otherwise as decimals of 38 digits."""
    if all(value is None or -(2**63) <= value < 2**63 for value in values):
        return pa.array(values, pa.int64())
    if not all(value is None or abs(value) < 10**38 for value in values):
        raise OverflowError("an amount has more than 38 digits")
    return pa.array([None if value is None else Decimal(value) for value in values], pa.decimal128(38, 0))


def write_lines(plan: Plan, lines: list[Line], path: Path) -> None:
    """Writes the lines, sorted by their key, which is unique."""
    ordered = sorted(lines, key=lambda line: line.key)
    for before, after in pairwise(ordered):
        assert before.key != after.key, f"two lines have the key {after.key!r}"
    columns: dict[str, pa.Array[pa.Scalar[pa.DataType]]] = {
        name: pa.array([line.key[place] for line in ordered], pa.string()) for place, name in enumerate(COLUMNS[:5])
    }
    columns["status"] = pa.array([line.status for line in ordered], pa.string())
    columns["amount"] = integers([line.amount for line in ordered])
    columns["reason"] = pa.array([line.reason for line in ordered], pa.string())
    numbers, texts = slot_counts(plan)
    for slot in range(numbers):
        columns[f"n{slot}"] = integers([line.numbers[slot] if slot < len(line.numbers) else None for line in ordered])
    for slot in range(texts):
        values = [line.texts[slot] if slot < len(line.texts) else None for line in ordered]
        columns[f"x{slot}"] = pa.array(values, pa.string())
    pq.write_table(pa.table(columns), path)
