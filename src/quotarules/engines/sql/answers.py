"""What every SQL engine makes of the answers to a script's last queries, and the lines file of a plan without lines."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from quotarules.engines.sql.script import PlanScript
from quotarules.engines.sql.tree import Select
from quotarules.plan.lines import COLUMNS, ListedRow, Member, slot_counts
from quotarules.plan.nodes import Plan

Keys = Callable[[Select], Iterable[str]]
"""Runs a query of one column of texts."""


def members(plan: Plan, script: PlanScript, keys: Keys) -> tuple[Member, ...]:
    """The subjects that have a statement, each once, in byte order."""
    found = {
        Member(rule.account, rule.subject_kind, key)
        for rule, select in zip(plan.members, script.members, strict=True)
        for key in keys(select)
    }
    return tuple(sorted(found, key=lambda m: (m.account.encode(), m.subject_kind.encode(), m.subject.encode())))


def listed(script: PlanScript, keys: Keys) -> tuple[ListedRow, ...]:
    """The rows that a person should know of, each once, in byte order."""
    found = {ListedRow(place, key) for place, select in enumerate(script.listed) for key in keys(select)}
    return tuple(sorted(found, key=lambda row: (row.rule, row.key.encode())))


def write_none(plan: Plan, lines: Path) -> None:
    """The lines file of a plan without lines."""
    numbers, texts = slot_counts(plan)
    names = (*COLUMNS, *(f"n{n}" for n in range(numbers)), *(f"x{n}" for n in range(texts)))
    kinds = {name: pa.int64() if name == "amount" or name.startswith("n") else pa.string() for name in names}
    pq.write_table(pa.schema(kinds.items()).empty_table(), lines)
