"""Parquet files whose dictionaries repeat a word, as DuckDB writes closed types with words that no row uses."""

from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from ledger.facts_in_memory import declared
from quotarules.diagnostics.files import MemoryFiles
from quotarules.ledger.load import load

SCHEMA = declared("t:\n  each: one\n  key: i\n  from: {parquet: t.parquet}\n  columns: {i: count, word: text}\n")


def words_in(path: Path) -> list[str | None]:
    """The words of a file as the ledger has them."""
    ledger, problems = load(SCHEMA, MemoryFiles({"t.parquet": path.read_bytes()}), "UTC")
    assert problems == ()
    assert ledger is not None
    return ledger.tables["t"].rows["word"].to_pylist()


@pytest.mark.parametrize(
    "words", [("a", "b", "c", "d"), ("x", "y", "c", "d"), ("c", "x", "y", "d"), ("c", "d", "x", "y")]
)
def test_texts_of_a_closed_type_are_read_as_they_are(words: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    listed = ", ".join(f"'{word}'" for word in words)
    duckdb.sql(
        f"COPY (SELECT i, CAST(CASE WHEN i % 3 = 0 THEN 'c' ELSE 'd' END AS ENUM ({listed})) AS word "
        f"FROM range(99) t(i)) TO '{path}' (FORMAT parquet)"
    )
    assert words_in(path) == ["c" if i % 3 == 0 else "d" for i in range(99)]


def test_words_of_a_large_row_group_are_not_told_by_its_first_part(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    # The dictionary is read as ``, `c`, `d`: the place of `c` leads to `d`, and that of `d` nowhere, 150,000 rows on.
    duckdb.sql(
        "COPY (SELECT i, CAST(CASE WHEN i < 150000 THEN 'c' ELSE 'd' END AS ENUM ('a', 'b', 'c', 'd')) AS word "
        f"FROM range(160000) t(i)) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 200000)"
    )
    assert pq.ParquetFile(path).num_row_groups == 1
    assert words_in(path) == ["c" if i < 150_000 else "d" for i in range(160_000)]
