"""Strict CSV: the bytes are judged before any reader cuts them, so that no row is repaired or dropped in silence.

Works on whole blocks of bytes; a row is what stands between two line ends outside quotes.
"""

from dataclasses import field

import numpy as np
from numpy.typing import NDArray

from quotarules.ledger.findings import Findings, Rows
from quotarules.ledger.problems import BadStructure
from quotarules.records import dataclass

BLOCK = 16_000_000
LONGEST_ROW = 1_000_000
QUOTE, LF, CR, TAB = 34, 10, 13, 9

_UNSEEN = np.zeros(256, dtype=bool)
_UNSEEN[[code for code in range(32) if code not in (TAB, LF, CR)]] = True
_UNSEEN[127] = True

Bytes = NDArray[np.uint8]


@dataclass(slots=True)
class Scan:
    """The rows of a file, header included: `bounds` are the offsets at which each row ends and the next begins.

    `wrong` lists the rows, counted from 0, whose count of columns is not the header's.
    """

    bounds: list[Rows] = field(default_factory=list)
    wrong: list[Rows] = field(default_factory=list)
    columns: int = 0
    rows: int = 0
    has_quotes: bool = False


@dataclass(frozen=True, slots=True)
class _Block:
    """Bytes from the beginning of a row on, with the quotes, and the separators and line ends outside them."""

    data: Bytes
    quotes: Rows
    delimiters: Rows
    ends: Rows


def scan(data: Bytes, delimiter: int, findings: Findings) -> Scan | None:
    """The rows of a CSV file, or None after a problem that leaves unclear where rows end."""
    found = Scan()
    position, size = 0, BLOCK
    while position < len(data):
        block = _block(data[position : position + size], delimiter, last=position + size >= len(data))
        if block is None:
            # No row ends in this block: a quote was opened and not closed, or a row is larger than any should be.
            if size >= BLOCK * 4:
                findings.add(BadStructure(findings.file, found.rows + 1, "it never ends"), found.rows + 1)
                return None
            size *= 2
            continue
        fault = _fault(block, delimiter)
        if fault is not None:
            row = found.rows + int(np.searchsorted(block.ends, fault[0])) + 1
            findings.add(BadStructure(findings.file, row, fault[1]), row)
            return None
        _count(block, position, found, findings)
        position += int(block.ends[-1]) + 1
        size = BLOCK
    return found


def _block(data: Bytes, delimiter: int, *, last: bool) -> _Block | None:
    """The block cut after its last row, or None if no row ends in it."""
    quotes = np.flatnonzero(data == QUOTE)
    ends = _outside(np.flatnonzero(data == LF), quotes)
    if last and (len(ends) == 0 or ends[-1] != len(data) - 1):
        # The last row needs no line end.
        ends = np.append(ends, len(data))
    if len(ends) == 0:
        return None
    data = data[: ends[-1] + 1]
    quotes = quotes[: np.searchsorted(quotes, ends[-1])]
    return _Block(data, quotes, _outside(np.flatnonzero(data == delimiter), quotes), ends)


def _outside(places: Rows, quotes: Rows) -> Rows:
    """Those places that have an even count of quotes before them."""
    return places[np.searchsorted(quotes, places) % 2 == 0] if len(quotes) else places


def _fault(block: _Block, delimiter: int) -> tuple[int, str] | None:
    """The first byte that makes rows unclear, with the reason."""
    data, quotes = block.data, block.quotes
    faults = [
        *_first(np.flatnonzero(_UNSEEN[data]), "it holds a control character"),
        *_first(_bare_returns(block), "it holds a carriage return that ends no line"),
        *_quote_faults(data, quotes, delimiter),
    ]
    return min(faults) if faults else None


def _first(places: Rows, why: str) -> list[tuple[int, str]]:
    return [(int(places[0]), why)] if len(places) else []


def _bare_returns(block: _Block) -> Rows:
    returns = _outside(np.flatnonzero(block.data == CR), block.quotes)
    following = block.data[np.minimum(returns + 1, len(block.data) - 1)]
    bare: Rows = returns[following != LF]
    return bare


def _quote_faults(data: Bytes, quotes: Rows, delimiter: int) -> list[tuple[int, str]]:
    """A quote opens at the beginning of a field and closes at its end; inside, two stand for one."""
    openers, closers = quotes[0::2], quotes[1::2]
    before = data[np.maximum(openers - 1, 0)]
    opens = (openers == 0) | (before == delimiter) | (before == LF)
    opens[1:] |= openers[1:] - 1 == closers[: len(openers) - 1]
    after = data[np.minimum(closers + 1, len(data) - 1)]
    beyond = data[np.minimum(closers + 2, len(data) - 1)]
    closes = (closers == len(data) - 1) | (after == delimiter) | (after == LF) | (after == QUOTE)
    closes |= (after == CR) & (beyond == LF)
    faults = _first(openers[~opens], "a quote stands inside a field")
    faults += _first(closers[~closes], "text follows a closing quote")
    if len(quotes) % 2:
        faults.append((int(quotes[-1]), "a quote is never closed"))
    return faults


def _count(block: _Block, position: int, found: Scan, findings: Findings) -> None:
    """Adds the block's rows; a row with another count of columns than the header is a problem."""
    fields = np.diff(np.searchsorted(block.delimiters, block.ends), prepend=0) + 1
    lengths = np.diff(block.ends, prepend=-1)
    if found.rows == 0:
        found.columns = int(fields[0])
    numbers = np.arange(found.rows, found.rows + len(fields))
    at = np.flatnonzero((fields != found.columns) | (lengths > LONGEST_ROW))

    def problem(place: int, row: int | str) -> BadStructure:
        if lengths[place] > LONGEST_ROW:
            return BadStructure(findings.file, row, f"it has more than {LONGEST_ROW:,} bytes")
        return BadStructure(findings.file, row, _miscounted(int(fields[place]), int(lengths[place]), found.columns))

    findings.add_rows(at, numbers + 1, problem)
    found.wrong.append(numbers[at])
    found.bounds.append(block.ends + 1 + position)
    found.rows += len(fields)
    found.has_quotes |= len(block.quotes) > 0


def _miscounted(fields: int, length: int, columns: int) -> str:
    if fields == 1 and length <= len("\r\n"):
        return "it is empty"
    return f"it has {fields} column{'s' * (fields != 1)}, and the header has {columns}"
