"""CSV files as columns of texts, after `csv_scan` has judged every byte."""

import csv
from codecs import getincrementaldecoder
from collections import Counter
from unicodedata import normalize

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from quotarules.ledger.columns import Vector
from quotarules.ledger.csv_scan import LONGEST_ROW, Scan, scan
from quotarules.ledger.findings import Findings, Rows
from quotarules.ledger.problems import BadEncoding, BadStructure, DuplicateColumn
from quotarules.records import dataclass
from quotarules.values.schema import FileSource

MOST_COLUMNS = 10_000
LONGEST_HEADER = 100_000
_BOM = b"\xef\xbb\xbf"
_STEP = 8_000_000


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A file that can be cut into rows: UTF-8 bytes of the data rows, the header and each row's number in the file."""

    header: tuple[str, ...]
    body: memoryview
    numbers: Rows
    delimiter: str
    has_quotes: bool


def open_csv(content: bytes, source: FileSource, findings: Findings) -> CsvFile | None:
    """The file's header and rows; rows with a wrong count of columns are left out and are problems."""
    text = _utf8(content, source, findings)
    if text is None:
        return None
    data = np.frombuffer(text, dtype=np.uint8)
    if len(data) == 0:
        findings.add(BadStructure(findings.file, 1, None))
        return None
    found = scan(data, ord(source.delimiter), findings)
    if found is None:
        return None
    if found.columns > MOST_COLUMNS or int(found.bounds[0][0]) > LONGEST_HEADER:
        why = f"a header has at most {MOST_COLUMNS:,} columns and {LONGEST_HEADER:,} bytes"
        findings.add(BadStructure(findings.file, 1, why), 1)
        return None
    header = _header(bytes(text[: int(found.bounds[0][0])]), source.delimiter)
    for name, count in Counter(header).items():
        if count > 1:
            findings.add(DuplicateColumn(findings.file, name))
    body, numbers = _good_rows(text, found)
    return CsvFile(header, body, numbers, source.delimiter, found.has_quotes)


def read_columns(file: CsvFile, places: list[int]) -> list[Vector]:
    """The columns at the given places of the header as texts; an empty field is an empty text."""
    names = [f"c{place}" for place in range(len(file.header))]
    wanted = [names[place] for place in places]
    if len(file.numbers) == 0 or not wanted:
        return [pa.chunked_array([], type=pa.string()) for _ in wanted]
    stream: Vector = pa.BufferReader(pa.py_buffer(file.body))
    table = arrow_csv.read_csv(
        stream,
        read_options=arrow_csv.ReadOptions(column_names=names, block_size=8 * LONGEST_ROW),
        parse_options=arrow_csv.ParseOptions(
            delimiter=file.delimiter,
            quote_char='"' if file.has_quotes else False,
            double_quote=True,
            newlines_in_values=file.has_quotes,
            ignore_empty_lines=False,
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(wanted, pa.string()),
            include_columns=list(dict.fromkeys(wanted)),
            strings_can_be_null=False,
            quoted_strings_can_be_null=False,
        ),
    )
    assert table.num_rows == len(file.numbers), "the scan and the reader cut rows alike"
    return [table.column(name) for name in wanted]


def _utf8(content: bytes, source: FileSource, findings: Findings) -> memoryview | None:
    """The content as UTF-8 without a byte order mark, or None after a byte that is no text."""
    decoder = getincrementaldecoder(source.encoding)(errors="strict")
    is_utf8 = source.encoding == "utf-8"
    view = memoryview(content)
    parts: list[bytes] = []
    for start in range(0, max(len(view), 1), _STEP):
        final = start + _STEP >= len(view)
        try:
            text = decoder.decode(view[start : start + _STEP], final)
        except UnicodeDecodeError as error:
            wrong = error.object[error.start]
            # The decoder may still hold a few bytes of the step before.
            at = max(start - len(error.object) + min(_STEP, len(view) - start), 0) + error.start
            row = content.count(b"\n", 0, at) + 1
            findings.add(BadEncoding(findings.file, row, wrong, source.encoding), row)
            return None
        if not is_utf8:
            parts.append(text.encode("utf-8"))
    clean = content if is_utf8 else b"".join(parts)
    return memoryview(clean)[len(_BOM) if clean.startswith(_BOM) else 0 :]


def _header(line: bytes, delimiter: str) -> tuple[str, ...]:
    text = normalize("NFC", line.decode("utf-8").rstrip("\r\n"))
    rows = list(csv.reader([text], delimiter=delimiter, strict=True)) if "\n" not in text else [[text]]
    return tuple(rows[0]) if rows else ("",)


def _good_rows(text: memoryview, found: Scan) -> tuple[memoryview, Rows]:
    """The data rows that have the header's count of columns, and their numbers with the header as row 1."""
    bounds = np.minimum(np.concatenate(found.bounds), len(text))
    wrong = np.concatenate(found.wrong)
    numbers = np.delete(np.arange(found.rows), np.append(wrong, 0)) + 1
    if len(wrong) == 0:
        return text[int(bounds[0]) :], numbers
    if len(numbers) == 0:
        return text[:0], numbers
    # Row n, counted from 1, ends at bounds[n - 1] and begins where the one before it ends.
    gaps = np.flatnonzero(np.diff(numbers) > 1)
    first, last = numbers[np.append(0, gaps + 1)], numbers[np.append(gaps, len(numbers) - 1)]
    kept = [text[begin:end] for begin, end in zip(bounds[first - 2].tolist(), bounds[last - 1].tolist(), strict=True)]
    return memoryview(b"".join(kept)), numbers
