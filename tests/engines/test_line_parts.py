"""Many lines are sorted part by part: each line in one part, in the order of all, the same file as at once."""

from collections import Counter
from pathlib import Path
from resource import RLIMIT_FSIZE, getrlimit, setrlimit
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from drawing import drawn
from engines.plans import samples
from engines.sample import Sample, num
from engines.test_key_order import company, rule, with_rules
from quotarules.engines.server_problems import EngineError
from quotarules.engines.sql.build import has_window
from quotarules.engines.sql.duckdb import settle
from quotarules.engines.sql.duckdb_lines import SortedLines
from quotarules.engines.sql.duckdb_session import Limits
from quotarules.engines.sql.lines import LineOrder
from quotarules.engines.sql.prepare import prepared
from quotarules.engines.sql.script import PlanScript
from quotarules.engines.sql.tree import Named, Ref, Relation, Select, SqlType
from quotarules.values.period import parse_period

Key = int | str | None
PEOPLE = ["b", "a", "c", "d", "é"]
DEALS = [f"d{place}" for place in range(20)]
BY_DUCKDB, BY_ARROW = "DuckDB", "parquet-cpp-arrow"


def held(kind: SqlType) -> SortedLines:
    """The query of lines that stand in a table `rows` with their kind and first key."""
    columns = (Named("kind", Ref("t", "kind", SqlType.INT)), Named("first key", Ref("t", "first key", kind)))
    order = LineOrder(("client", "person"), (), keys=("first key",))
    return SortedLines(PlanScript((), (Select(columns, "rows"),), order, (), ()), (), (), ())


kinds = st.integers(0, 2)
rows_by_number = st.lists(st.tuples(kinds, st.integers(0, 9)), min_size=1)
rows_by_text = st.lists(st.tuples(kinds, st.text("ab'/é", max_size=3)), min_size=1)


@settings(max_examples=200, deadline=None)
@given(rows=rows_by_number | rows_by_text, without=st.sets(kinds), most=st.integers(1, 9))
def test_each_line_is_in_one_part_and_parts_are_in_order(
    rows: list[tuple[int, Key]], without: set[int], most: int
) -> None:
    is_text = any(isinstance(key, str) for _, key in rows)
    rows = [(kind, None if kind in without else key) for kind, key in rows]
    lines = held(SqlType.TEXT if is_text else SqlType.INT)
    with duckdb.connect() as connection:
        connection.execute(f'CREATE TABLE rows (kind INTEGER, "first key" {"VARCHAR" if is_text else "BIGINT"})')
        connection.executemany("INSERT INTO rows VALUES (?, ?)", rows)
        counted = connection.execute(lines.counted(most)).fetchall()
        found, sizes = [], []
        for condition in lines.conditions([(kind, first) for kind, first, _ in counted]):
            query = f'SELECT kind, "first key" FROM rows WHERE {condition} ORDER BY kind, "first key"'
            part = connection.execute(query).fetchall()
            found += part
            sizes.append(len(part))
        assert found == connection.execute('SELECT kind, "first key" FROM rows ORDER BY kind, "first key"').fetchall()
    assert sum(count for _, _, count in counted) == len(rows)
    largest = max(rows.count(row) for row in rows)
    assert all(0 < size < most + largest for size in sizes)
    assert len(sizes) <= -(-len(rows) // most) + len({kind for kind, _ in rows})


def lines_of(sample: Sample, path: Path, limits: Limits) -> tuple[dict[str, list[Any]], pq.FileMetaData]:
    """The lines that are written, and what the file says of itself."""
    period = parse_period(sample.period, sample.plan().period)
    assert period is not None
    settle(sample.plan(), sample.ledger(), period, (), path, limits=limits)
    with pq.ParquetFile(path) as file:
        return file.read().to_pydict(), file.metadata


def types_of(file: pq.FileMetaData) -> dict[str, str]:
    return {field.name: str(field.type) for field in file.schema.to_arrow_schema()}


# There are 360 lines, 420 at most by the rows of the tables, and 84 of one subject.
@pytest.mark.parametrize(
    ("at_once", "writer"), [(420, BY_DUCKDB), (360, BY_DUCKDB), (359, BY_ARROW), (168, BY_ARROW), (167, BY_DUCKDB)]
)
def test_lines_are_sorted_in_parts_where_they_are_many_and_no_part_has_too_many(
    tmp_path: Path, at_once: int, writer: str
) -> None:
    sample = with_rules(company(PEOPLE, DEALS))
    expected, whole = lines_of(sample, tmp_path / "whole.parquet", Limits())
    assert len(expected["subject"]) == 360
    assert max(Counter(expected["subject"]).values()) == 84
    found, parts = lines_of(sample, tmp_path / "parts.parquet", Limits(lines_at_once=at_once))
    assert found == expected
    assert types_of(parts) == types_of(whole)
    assert parts.created_by.startswith(writer)


def test_repeated_texts_are_written_as_dictionaries_and_numbers_as_differences(tmp_path: Path) -> None:
    _, file = lines_of(with_rules(company(PEOPLE, DEALS)), tmp_path / "lines.parquet", Limits(lines_at_once=200))
    assert file.created_by.startswith(BY_ARROW)
    group = file.row_group(0)
    encodings = {column.path_in_schema: set(column.encodings) for column in map(group.column, range(group.num_columns))}
    for name in ("subject_kind", "subject", "account", "rule", "status", "reason"):
        assert "RLE_DICTIONARY" in encodings[name]
    assert "DELTA_BINARY_PACKED" in encodings["amount"] & encodings["n0"]
    assert "DELTA_LENGTH_BYTE_ARRAY" in encodings["source"]


def test_values_beyond_64_bits_are_written_in_parts_too(tmp_path: Path) -> None:
    sample = company(PEOPLE, DEALS)
    sample.lines += [rule("deals", "wide", num(3 * 10**30, 2), "person")]
    found, file = lines_of(sample, tmp_path / "parts.parquet", Limits(lines_at_once=10))
    assert found["amount"] == found["n0"] == [3 * 10**30] * len(DEALS)
    assert file.created_by.startswith(BY_ARROW)


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / "lines.parquet").mkdir()
    with pytest.raises(EngineError, match=r"found no room: .*directory") as caught:
        lines_of(with_rules(company(PEOPLE, DEALS)), tmp_path / "lines.parquet", Limits(lines_at_once=200))
    assert caught.value.problem.code == "QR5307"


def test_a_file_that_grows_too_large_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    before = getrlimit(RLIMIT_FSIZE)
    setrlimit(RLIMIT_FSIZE, (2_000, before[1]))
    try:
        with pytest.raises(EngineError, match=r"found no room: .*too large") as caught:
            lines_of(with_rules(company(PEOPLE, DEALS)), tmp_path / "lines.parquet", Limits(lines_at_once=200))
    finally:
        setrlimit(RLIMIT_FSIZE, before)
    assert caught.value.problem.code == "QR5307"
    assert not list(tmp_path.iterdir())


@settings(max_examples=40, deadline=None)
@given(sample=drawn(samples))
def test_what_all_parts_read_is_worked_out_once(sample: Sample) -> None:
    plan = sample.plan()
    period = parse_period(sample.period, plan.period)
    assert period is not None
    made = prepared(plan, sample.ledger(), period, tuple(sample.openings), by_place=True, lines_at_once=0)
    assume(made.lines_at_once is not None)
    relations = {relation.name: relation for relation in made.script.relations}
    for line in made.script.lines:
        read = relations.get(line.source or "")
        while read is not None and not read.kept:
            assert not costs(read), read.name
            read = relations.get(read.select.source or "")


def costs(relation: Relation) -> bool:
    select = relation.select
    return bool(select.joins or select.group) or any(has_window(column.value) for column in select.columns)
