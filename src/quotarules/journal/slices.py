"""A slice of a lines file: columns as bytes, runs of lines under one key, and the checks of what it promises."""

from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quotarules.journal.canonical_bytes import text, u32
from quotarules.journal.columns import (
    Arrow,
    ByteColumn,
    Bytes,
    Column,
    Flags,
    Longs,
    NumberColumn,
    TextColumn,
    number_column,
    text_column,
)
from quotarules.plan.lines import COLUMNS, DUE, EXCLUDED, ITEMS, WAITING, slot_counts, slots
from quotarules.plan.nodes import LineRule, Plan
from quotarules.records import dataclass

STATUSES = (DUE, WAITING, EXCLUDED)
"""In the order of their codes 0, 1, 2."""

DICTIONARIES = ("subject_kind", "subject", "account", "rule", "status", "reason")
"""The columns whose texts repeat, and are worked on as dictionaries."""

Words: TypeAlias = "pa.DictionaryArray[Any, Any]"
Key = tuple[str, str, str, str]
"""Subject kind, subject, account, rule."""


class LinesError(ValueError):
    """A lines file that breaks what plan/lines.py says of one; the text ends the sentence "the lines file …"."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What is the same for all lines of a rule: its head in the format, and the slots that its inputs fill.

    `inputs` names them in order as (is a number, slot); `digests` is how many column digests a group has. `items` tells
    whether the account carries a balance for each source.
    """

    rule: LineRule
    head: bytes
    inputs: tuple[tuple[bool, int], ...]
    digests: int
    items: bool


def layouts(plan: Plan) -> dict[tuple[str, str], Layout]:
    """The layout of every rule by (account, rule)."""
    items = {account.name for account in plan.accounts if account.kind in ITEMS}
    found = {(rule.account, rule.rule): _layout(rule, items=rule.account in items) for rule in plan.lines}
    assert len(found) == len(plan.lines), "two rules of one name in an account"
    return found


def _layout(rule: LineRule, *, items: bool) -> Layout:
    kept = rule.amount.type
    head = [text(rule.account), text(rule.rule), text(kept.unit), u32(kept.scale), u32(len(rule.inputs))]
    inputs: list[tuple[bool, int]] = []
    for item, slot in zip(rule.inputs, slots(rule), strict=True):
        held = item.value.type
        head += [text(item.name), text(held.kind.value), u32(held.scale), text(held.unit)]
        inputs += [(True, n) for n in slot.numbers] + [(False, n) for n in slot.texts]
    fixed = 2 * TextColumn.digests + ByteColumn.digests + NumberColumn.digests
    held_by = sum(NumberColumn.digests if is_number else TextColumn.digests for is_number, _ in inputs)
    return Layout(rule, b"".join(head), tuple(inputs), fixed + held_by, items)


def check_columns(schema: pa.Schema, plan: Plan) -> None:
    """The columns of a lines file and their types, in any order; LinesError for any other."""
    numbers, texts = slot_counts(plan)
    figures = {"amount", *(f"n{i}" for i in range(numbers))}
    expected = {*COLUMNS, *figures, *(f"x{i}" for i in range(texts))}
    names = schema.names
    if len(names) != len(expected) or set(names) != expected:
        raise LinesError(f"has the columns {', '.join(names)}")
    for column in schema:
        held = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        if column.name in figures:
            fits = pa.types.is_int64(held) or held == pa.decimal128(38, 0)
        else:
            fits = pa.types.is_string(held) or pa.types.is_large_string(held)
        if not fits:
            raise LinesError(f"holds `{column.name}` as {held}")


@dataclass(frozen=True, slots=True)
class Run:
    """Lines [start, end) of a slice that share a key: counts in the order of STATUSES and the sum of due amounts."""

    key: Key
    start: int
    end: int
    lines: tuple[int, int, int]
    due: int


@dataclass(frozen=True, slots=True)
class Slice:
    """Some consecutive rows of a lines file, checked; `first_row` counts the rows before it."""

    first_row: int
    rules: dict[tuple[str, str], Layout]
    keys: tuple[Words, ...]
    sources: Arrow
    source: TextColumn
    status: ByteColumn
    amount: NumberColumn
    numbers: tuple[NumberColumn, ...]
    texts: tuple[TextColumn, ...]
    reason: TextColumn

    @staticmethod
    def of(batch: pa.RecordBatch, rules: dict[tuple[str, str], Layout], first_row: int) -> "Slice":
        """The rows of a batch; LinesError where they are not lines."""
        for name in (*DICTIONARIES, "source"):
            if batch.column(name).null_count:
                raise LinesError(f"has a row without `{name}`")
        inputs = [name for name in batch.schema.names if name not in COLUMNS]
        part = Slice(
            first_row,
            rules,
            tuple(_encoded(batch.column(name)) for name in DICTIONARIES[:4]),
            batch.column("source"),
            text_column(batch.column("source")),
            ByteColumn(_status_codes(_encoded(batch.column("status")))),
            number_column(batch.column("amount")),
            tuple(number_column(batch.column(f"n{i}")) for i in range(sum(name[0] == "n" for name in inputs))),
            tuple(text_column(batch.column(f"x{i}")) for i in range(sum(name[0] == "x" for name in inputs))),
            text_column(batch.column("reason")),
        )
        part._check_amounts()
        return part

    def columns(self, layout: Layout) -> tuple[Column, ...]:
        """The columns that make up the lines of a rule, in the order of the format."""
        inputs = (self.numbers[slot] if is_number else self.texts[slot] for is_number, slot in layout.inputs)
        return (self.source, self.status, self.amount, *inputs, self.reason)

    def source_at(self, row: int) -> str:
        """The source key of a row of this slice."""
        return str(self.sources[row].as_py())

    def due_by_source(self, run: Run) -> Iterator[tuple[str, int]]:
        """The source and the amount of each due line of a run, in order."""
        part = slice(run.start, run.end)
        held = NumberColumn(self.amount.present[part], self.amount.records[part])
        sums = held.sums(np.arange(run.end - run.start, dtype=np.int64))
        for place, amount in enumerate(sums):
            if held.present[place]:
                yield self.source_at(run.start + place), amount

    def runs(self) -> Iterator[Run]:
        """The runs of equal keys, in order; LinesError where sources inside a run do not rise."""
        starts = _run_starts(self.keys)
        self._check_sources(starts)
        keys = self._keys(starts)
        self._check_slots(starts, keys)
        sums = self.amount.sums(starts)
        begins = starts.tolist()
        ends = [*begins[1:], len(self.sources)]
        lines = self._counts(starts, ends)
        for key, start, end, counts, due in zip(keys, begins, ends, lines, sums, strict=True):
            yield Run(key, start, end, counts, due)

    def _counts(self, starts: Longs, ends: list[int]) -> list[tuple[int, int, int]]:
        """How many lines of each status there are in each run."""
        if not self.status.values.any():
            return [(end - start, 0, 0) for start, end in zip(starts.tolist(), ends, strict=True)]
        coded = (self.status.values == code for code in range(len(STATUSES)))
        due, waiting, excluded = (np.add.reduceat(held, starts, dtype=np.int64).tolist() for held in coded)
        return list(zip(due, waiting, excluded, strict=True))

    def _keys(self, rows: Longs) -> list[Key]:
        found = list(zip(*(_words_at(column, rows) for column in self.keys), strict=True))
        for _, _, account, rule in found:
            if (account, rule) not in self.rules:
                raise LinesError(f"names the rule {account}.{rule}, which the plan does not have")
        return found

    def _check_amounts(self) -> None:
        due = self.status.values == 0
        self._refuse(due != self.amount.present, "has an amount that is not due, or a due line without one,")
        self._refuse(due & (self.reason.lengths != 0), "gives a reason to a due line")

    def _check_sources(self, starts: Longs) -> None:
        if len(self.sources) < 2:
            return
        rises = pc.less(self.sources[:-1], self.sources[1:]).to_numpy(zero_copy_only=False)
        rises[starts[1:] - 1] = True
        self._refuse(np.append(True, rises) == 0, "repeats or disorders its keys")

    def _check_slots(self, starts: Longs, keys: list[Key]) -> None:
        numbers = [(True, slot, column.present) for slot, column in enumerate(self.numbers)]
        texts = [(False, slot, column.present) for slot, column in enumerate(self.texts)]
        for is_number, slot, present in (*numbers, *texts):
            unused = np.array([(is_number, slot) not in self.rules[key[2:]].inputs for key in keys])
            filled = np.logical_or.reduceat(present, starts)
            if (unused & filled).any():
                raise LinesError(f"fills {'n' if is_number else 'x'}{slot} where the rule has no such input")

    def _refuse(self, wrong: Flags, words: str) -> None:
        if wrong.any():
            raise LinesError(f"{words} at row {self.first_row + int(np.argmax(wrong)) + 1}")


def _encoded(column: Arrow) -> Words:
    return column if isinstance(column, pa.DictionaryArray) else column.dictionary_encode()


def _words_at(column: Words, rows: Longs) -> list[str]:
    places = column.indices.to_numpy(zero_copy_only=False)[rows]
    used, again = np.unique(places, return_inverse=True)
    words = [str(column.dictionary[int(place)].as_py()) for place in used]
    return [words[place] for place in again.tolist()]


def _run_starts(keys: tuple[Words, ...]) -> Longs:
    changes = np.zeros(max(0, len(keys[0]) - 1), np.bool_)
    for column in keys:
        codes = column.indices.to_numpy(zero_copy_only=False)
        changes |= codes[1:] != codes[:-1]
    return np.append(0, np.flatnonzero(changes) + 1).astype(np.int64)


def _status_codes(column: Words) -> Bytes:
    # A dictionary may hold words that no line uses: engines share one for several columns.
    words = column.dictionary.to_pylist()
    known = [STATUSES.index(word) if word in STATUSES else len(STATUSES) for word in words]
    places = column.indices.to_numpy(zero_copy_only=False)
    coded: Bytes = np.array(known or [0], np.uint8)[places]
    unknown = coded == len(STATUSES)
    if unknown.any():
        raise LinesError(f"holds the status {words[places[int(np.argmax(unknown))]]!r}")
    return coded
