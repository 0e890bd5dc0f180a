"""Parquet files of more rows than are read at a time: what stands across two parts, and problems far behind."""

from collections.abc import Mapping, Sequence
from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq

from ledger.facts_in_memory import declared
from quotarules.diagnostics.files import MemoryFiles
from quotarules.diagnostics.problem import Problem
from quotarules.ledger.load import load
from quotarules.ledger.problems import (
    BrokenLink,
    DuplicateKey,
    MissingValue,
    MoreProblems,
    NotParquet,
    OutOfBounds,
    WrongValue,
)
from quotarules.ledger.tables import Ledger

DEALS = 60_000
SEATS = 5
ROWS = DEALS * SEATS
"""Three parts of 131,072 rows; the seats of a deal stand on both sides of the two cuts."""

SIDES = ("", "left", None, "right")
"""Texts that repeat, and both ways to have none."""

SCHEMA = declared(
    """
deals:
  key: deal
  from: {parquet: deals.parquet}
  columns: {size: text}
seats:
  each: seat
  key: [deal, place]
  from: {parquet: seats.parquet}
  columns:
    deal: deals
    place: count max 4
    role: [first, other]
    note: text or missing
    side: text or missing
"""
)


def parquet(columns: Mapping[str, Sequence[str | int | None]]) -> bytes:
    """A file with those columns, in row groups that begin elsewhere than its parts."""
    file = BytesIO()
    pq.write_table(pa.table(dict(columns)), file, row_group_size=200_000)
    return file.getvalue()


def deals() -> bytes:
    """Deals whose size is one of a few texts, and another one for each of the last deals."""
    sizes = [f"size {place % 3}" if place < DEALS - 9 else f"size {place}" for place in range(DEALS)]
    return parquet({"deal": [f"D{place:06}" for place in range(DEALS)], "size": sizes})


def seats(**changed: dict[int, str | int | None]) -> bytes:
    """Seats of every deal, with some cells changed by column and row from 0."""
    columns: dict[str, list[str | int | None]] = {
        "deal": [f"D{row // SEATS:06}" for row in range(ROWS)],
        "place": [row % SEATS for row in range(ROWS)],
        "role": ["other" if row % SEATS else "first" for row in range(ROWS)],
        "note": [None if row % 7 else f"note {row // 21}" for row in range(ROWS)],
        "side": [SIDES[row % 4] for row in range(ROWS)],
    }
    for name, cells in changed.items():
        for row, cell in cells.items():
            columns[name][row] = cell
    return parquet(columns)


def loaded(content: bytes) -> tuple[Ledger | None, tuple[Problem, ...]]:
    """What the deals and these seats come to."""
    return load(SCHEMA, MemoryFiles({"deals.parquet": deals(), "seats.parquet": content}), "UTC")


def test_rows_of_several_parts_are_read_as_they_are() -> None:
    ledger, problems = loaded(seats())
    assert problems == ()
    assert ledger is not None
    rows = ledger.tables["seats"].rows
    assert rows["deal"].to_pylist() == [f"D{row // SEATS:06}" for row in range(ROWS)]
    assert rows["place"].to_pylist() == [row % SEATS for row in range(ROWS)]
    assert rows["role"].to_pylist() == ["other" if row % SEATS else "first" for row in range(ROWS)]
    assert rows["note"].to_pylist() == [None if row % 7 else f"note {row // 21}" for row in range(ROWS)]
    assert rows["side"].to_pylist() == [SIDES[row % 4] or None for row in range(ROWS)]
    places = (ledger.tables["seats"].places or {})["deal"]
    assert places.to_pylist() == [row // SEATS for row in range(ROWS)]
    assert ledger.tables["deals"].rows["size"].to_pylist()[-11:-7] == ["size 1", "size 2", "size 59991", "size 59992"]


def test_problems_of_several_parts_come_in_the_order_of_rows() -> None:
    content = seats(
        deal={131_071: "D999999", 262_150: None},
        place={131_073: 5, 299_999: None},
        role={140_000: "third", 299_999: "fourth"},
    )
    ledger, problems = loaded(content)
    assert ledger is None
    assert [type(problem) for problem in problems] == [
        BrokenLink,
        OutOfBounds,
        WrongValue,
        MissingValue,
        MissingValue,
        WrongValue,
    ]
    assert [getattr(problem, "row", None) for problem in problems] == [
        131_072,
        131_074,
        140_001,
        262_151,
        300_000,
        300_000,
    ]


def test_the_first_hundred_problems_are_told_and_all_are_counted() -> None:
    rows = [*range(131_000, 131_090), *range(262_000, 262_300)]
    ledger, problems = loaded(seats(place=dict.fromkeys(rows, 9)))
    assert ledger is None
    *told, more = problems
    assert [getattr(problem, "row", None) for problem in told] == [row + 1 for row in rows[:100]]
    assert isinstance(more, MoreProblems)
    assert more.count == len(rows) - 100


def test_a_key_that_comes_again_in_another_part_is_told() -> None:
    ledger, problems = loaded(seats(deal={299_999: "D000001"}))
    assert ledger is None
    (problem,) = problems
    assert isinstance(problem, DuplicateKey)
    assert (problem.row, problem.first_row) == (300_000, 10)


def test_a_file_that_is_damaged_behind_its_first_part_is_no_file() -> None:
    content = seats(role={5: "nobody"})
    group = pq.ParquetFile(BytesIO(content)).metadata.row_group(1)
    at = group.column(1).data_page_offset
    ledger, problems = loaded(content[:at] + b"\xff" * 200 + content[at + 200 :])
    assert ledger is None
    assert [type(problem) for problem in problems] == [NotParquet]
