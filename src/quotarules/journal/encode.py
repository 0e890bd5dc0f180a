"""From a lines file to the digests that a journal keeps: one pass over its columns, in slices of bounded size.

The format (`QRS2`) is defined in docs/journal-format.md. On the way everything that the file promises is checked.
"""

import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from quotarules.dictionaries import is_as_written, readable
from quotarules.journal.canonical_bytes import amount, sha256, text, texts, u32, u64
from quotarules.journal.columns import Hasher
from quotarules.journal.slices import DICTIONARIES, Key, Layout, LinesError, Run, Slice, check_columns, layouts
from quotarules.plan.nodes import LineRule, Plan
from quotarules.records import dataclass

MAGIC = b"QRS2"
BATCH_ROWS = 122_880
"""How many lines are worked on at a time: as many as DuckDB writes into a row group."""


@dataclass(frozen=True, slots=True)
class LineGroup:
    """All lines of one subject under one rule of an account: their digest, counts by status and the sum of due amounts.

    `due` is an exact integer at the scale of the rule's amount; `lines` holds counts in the order of STATUSES. `items`
    holds the due amounts by source, in order, if the account carries a balance for each source.
    """

    key: Key
    rule: LineRule
    lines: tuple[int, int, int]
    due: int
    encoded: bytes
    items: tuple[tuple[str, int], ...] = ()

    @property
    def count(self) -> int:
        """How many lines there are, whatever their status."""
        return sum(self.lines)


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account stood at for one subject at both ends of a period, at `scale`.

    `source` is the key text of the row whose item it is, empty for a balance of the subject. `opened` says that the
    balance is new in this period; it then opens at 0.
    """

    account: str
    subject_kind: str
    subject: str
    unit: str
    scale: int
    opening: int
    closing: int
    opened: bool
    source: str = ""


def statement_bytes(
    period: str,
    subject: tuple[str, str],
    accounts: tuple[str, ...],
    balances: tuple[Balance, ...],
    groups: tuple[LineGroup, ...],
) -> bytes:
    """What the digest of a statement is taken of: the subject's accounts, balances and line groups, each in order."""
    parts = [MAGIC, text(period), text(subject[0]), text(subject[1]), texts(accounts), u32(len(balances))]
    for balance in balances:
        parts += [text(balance.account), text(balance.source), text(balance.unit), u32(balance.scale)]
        parts.append(bytes([balance.opened]))
        parts += [amount(balance.opening), amount(balance.closing)]
    parts += [u64(sum(group.count for group in groups)), u32(len(groups)), *(group.encoded for group in groups)]
    return b"".join(parts)


def statement_digest(
    period: str,
    subject: tuple[str, str],
    accounts: tuple[str, ...],
    balances: tuple[Balance, ...],
    groups: tuple[LineGroup, ...],
) -> bytes:
    """The SHA-256 of a statement (see `statement_bytes`)."""
    return sha256(statement_bytes(period, subject, accounts, balances, groups))


def encode_file(lines: Path, plan: Plan) -> Iterator[LineGroup]:
    """The groups of a lines file in its order; LinesError (also for bytes that are no Parquet) when reached."""
    try:
        file = pq.read_metadata(lines)
        check_columns(file.schema.to_arrow_schema(), plan)
        yield from encode_batches(_batches(lines, readable(file, DICTIONARIES)), plan)
    except (pa.ArrowException, OSError) as error:
        raise LinesError(f"cannot be read ({str(error).splitlines()[0]})") from error


def _batches(lines: Path, coded: set[str]) -> Iterator[pa.RecordBatch]:
    """The rows of a file, with the texts of the `coded` columns as dictionaries where these are as they are written.

    From the first part on where the dictionary of a column may not be, the column is read as plain texts.
    """
    passed = 0
    while True:
        with pq.ParquetFile(lines, read_dictionary=sorted(coded), pre_buffer=False) as file:
            for before, batch in _parts(file, passed):
                doubtful = {name for name in coded if not is_as_written(batch.column(name))}
                if doubtful:
                    coded = coded - doubtful
                    break
                if before + batch.num_rows > passed:
                    yield batch.slice(passed - before)
                    passed = before + batch.num_rows
            else:
                return


def _parts(file: pq.ParquetFile, passed: int) -> Iterator[tuple[int, pa.RecordBatch]]:
    """The batches of the row group that the next row stands in, and of all behind it; each with the rows before it."""
    before = 0
    for group in range(file.num_row_groups):
        rows = file.metadata.row_group(group).num_rows
        if before + rows <= passed:
            before += rows
            continue
        for batch in file.iter_batches(BATCH_ROWS, row_groups=[group]):
            yield before, batch
            before += batch.num_rows


def encode_batches(batches: Iterable[pa.RecordBatch], plan: Plan) -> Iterator[LineGroup]:
    """The groups of lines that arrive in batches; a group may reach over several of them."""
    rules = layouts(plan)
    current: _OpenGroup | None = None
    for part, runs in _ahead(_slices(batches, rules)):
        for run in runs:
            if current is not None and current.key == run.key:
                if not current.last_source < part.source_at(run.start):
                    raise LinesError(f"repeats or disorders its keys at row {part.first_row + run.start + 1}")
            else:
                if current is not None:
                    if not current.key < run.key:
                        raise LinesError(f"is not in the order of its keys at row {part.first_row + run.start + 1}")
                    yield current.closed()
                current = _OpenGroup(run.key, rules[run.key[2:]])
            current.feed(part, run)
    if current is not None:
        yield current.closed()


Part = tuple[Slice, tuple[Run, ...]]


def _slices(batches: Iterable[pa.RecordBatch], rules: dict[tuple[str, str], Layout]) -> Iterator[Part]:
    row = 0
    for batch in batches:
        if batch.num_rows:
            part = Slice.of(batch, rules, row)
            yield part, tuple(part.runs())
        row += batch.num_rows


def _ahead(slices: Iterator[Part]) -> Iterator[Part]:
    """The same slices, the next one read and cut in a second thread while the caller hashes the last."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, slices, None)
        while (part := coming.result()) is not None:
            coming = reader.submit(next, slices, None)
            yield part


@dataclass(slots=True)
class _OpenGroup:
    """A group that may go on in the next slice: one running digest per column."""

    key: Key
    layout: Layout
    lines: tuple[int, int, int] = (0, 0, 0)
    due: int = 0
    last_source: str = ""
    items: list[tuple[str, int]] = field(default_factory=list)
    hashers: tuple[Hasher, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.hashers = tuple(hashlib.sha256() for _ in range(self.layout.digests))

    def feed(self, part: Slice, run: Run) -> None:
        """Take in the lines of a run."""
        at = 0
        for column in part.columns(self.layout):
            column.feed(self.hashers[at : at + column.digests], run.start, run.end)
            at += column.digests
        assert at == len(self.hashers), "a column without its digest"
        held = zip(self.lines, run.lines, strict=True)
        due, waiting, excluded = (before + more for before, more in held)
        self.lines, self.due = (due, waiting, excluded), self.due + run.due
        if self.layout.items:
            self.items.extend(part.due_by_source(run))
        self.last_source = part.source_at(run.end - 1)

    def closed(self) -> LineGroup:
        """The finished group."""
        digests = b"".join(hasher.digest() for hasher in self.hashers)
        encoded = self.layout.head + u64(sum(self.lines)) + digests
        return LineGroup(self.key, self.layout.rule, self.lines, self.due, encoded, tuple(self.items))
