"""Columns of a lines file as bytes that can be hashed slice by slice, without a Python object per line.

What each column's bytes are stands in docs/journal-format.md.
"""

from typing import Any, ClassVar, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from quotarules.journal.canonical_bytes import AMOUNT_BYTES
from quotarules.records import dataclass

NO_TEXT = 2**32 - 1
"""The length that stands for a missing text."""

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Longs = npt.NDArray[np.int64]
Arrow: TypeAlias = "pa.Array[Any]"
_RECORD = np.dtype([("present", "u1"), ("low", "<i8"), ("high", "<i8")])
"""A number as the format has it; the two halves are one number of sixteen bytes."""


class Hasher(Protocol):
    """What bytes are fed to."""

    def update(self, data: memoryview, /) -> None:
        """Take in the bytes."""
        ...

    def digest(self) -> bytes:
        """The digest of all that was taken in."""
        ...


class Column(Protocol):
    """A column whose rows can be hashed from any one to any other, into `digests` digests."""

    digests: ClassVar[int]

    def feed(self, hashers: tuple[Hasher, ...], start: int, end: int) -> None:
        """Hash the rows [start, end)."""
        ...


@dataclass(frozen=True, slots=True)
class ByteColumn:
    """Codes of one byte."""

    digests: ClassVar[int] = 1
    values: Bytes

    def feed(self, hashers: tuple[Hasher, ...], start: int, end: int) -> None:
        """See `Column`."""
        hashers[0].update(self.values[start:end].data)


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """Numbers as records of 17 bytes: 1 and sixteen bytes little-endian, or 0 and sixteen zeros where there is none."""

    digests: ClassVar[int] = 1
    present: Flags
    records: Bytes  # shape (rows, 17)

    def feed(self, hashers: tuple[Hasher, ...], start: int, end: int) -> None:
        """See `Column`."""
        hashers[0].update(self.records[start:end].data)

    def sums(self, starts: Longs) -> tuple[int, ...]:
        """The exact sum of each run of rows that begins at one of `starts` and ends where the next begins."""
        held = self.records.view(_RECORD)[:, 0]
        first, second = np.ascontiguousarray(held["low"]), held["high"]
        if (second == first >> 63).all():
            low_32 = np.add.reduceat(first & (2**32 - 1), starts).tolist()
            high_32 = np.add.reduceat(first >> 32, starts).tolist()
            return tuple(a + (b << 32) for a, b in zip(low_32, high_32, strict=True))
        words = np.ascontiguousarray(self.records[:, 1:]).view("<u4")
        low = [np.add.reduceat(words[:, i].astype(np.uint64), starts) for i in range(3)]
        high = np.add.reduceat(words[:, 3].view("<i4").astype(np.int64), starts)
        return tuple(
            int(a) + (int(b) << 32) + (int(c) << 64) + (int(d) << 96) for a, b, c, d in zip(*low, high, strict=True)
        )


@dataclass(frozen=True, slots=True)
class TextColumn:
    """Texts as two streams: the lengths (four bytes little-endian each), and all UTF-8 bytes one after the other."""

    digests: ClassVar[int] = 2
    present: Flags
    lengths: npt.NDArray[np.uint32]
    ends: Longs  # rows + 1 positions in `content`
    content: memoryview

    def feed(self, hashers: tuple[Hasher, ...], start: int, end: int) -> None:
        """See `Column`; the digest of the lengths comes first."""
        hashers[0].update(self.lengths[start:end].view(np.uint8).data)
        first, last = int(self.ends[start]), int(self.ends[end])
        if first != last:
            hashers[1].update(self.content[first:last])


def number_column(column: Arrow) -> NumberColumn:
    """The bytes of an int64 or decimal128(38, 0) column."""
    rows = len(column)
    present = presence(column)
    made = np.zeros(rows, _RECORD)
    records = made.view(np.uint8).reshape(rows, 1 + AMOUNT_BYTES)
    made["present"] = present
    if rows and pa.types.is_int64(column.type):
        whole = np.frombuffer(_buffer(column, 1), "<i8", rows, column.offset * 8)
        made["low"], made["high"] = whole, whole >> 63
    elif rows:
        wide = np.frombuffer(_buffer(column, 1), "<i8", 2 * rows, column.offset * AMOUNT_BYTES)
        made["low"], made["high"] = wide[::2], wide[1::2]
    if not present.all():
        records[~present] = 0
    return NumberColumn(present, records)


def text_column(column: Arrow) -> TextColumn:
    """The bytes of a text column, plain or as a dictionary."""
    present = presence(column)
    plain = column.dictionary_decode() if isinstance(column, pa.DictionaryArray) else column
    # What stands under a missing text may be anything: it becomes nothing.
    plain = plain.fill_null("") if plain.null_count else plain
    held = plain.cast(pa.large_binary())
    rows = len(held)
    if rows == 0:
        return TextColumn(present, np.zeros(0, "<u4"), np.zeros(1, np.int64), memoryview(b""))
    ends = np.frombuffer(_buffer(held, 1), "<i8", rows + 1, held.offset * 8)
    lengths = np.diff(ends)
    assert int(lengths.max()) < NO_TEXT, "a text of four gigabytes"
    counted = np.where(present, lengths, NO_TEXT).astype("<u4")
    return TextColumn(present, counted, ends, _buffer(held, 2))


def presence(column: Arrow) -> Flags:
    """For each row whether there is a value."""
    if column.null_count == 0:
        return np.ones(len(column), np.bool_)
    flags: Flags = column.is_valid().to_numpy(zero_copy_only=False)
    return flags


def _buffer(column: Arrow, index: int) -> memoryview:
    held = column.buffers()[index]
    return memoryview(b"") if held is None else memoryview(held)
