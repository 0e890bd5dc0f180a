"""Parquet files whose dictionaries repeat a word, as DuckDB writes closed types with words that no row uses."""

from pathlib import Path

import duckdb
import pytest

from ledger.facts_in_memory import declared
from quotarules.diagnostics.files import MemoryFiles
from quotarules.ledger.load import load

SCHEMA = declared("t:\n  each: one\n  key: i\n  from: {parquet: t.parquet}\n  columns: {i: count, word: text}\n")


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
    ledger, problems = load(SCHEMA, MemoryFiles({"t.parquet": path.read_bytes()}), "UTC")
    assert problems == ()
    assert ledger is not None
    assert ledger.tables["t"].rows["word"].to_pylist() == ["c" if i % 3 == 0 else "d" for i in range(99)]
