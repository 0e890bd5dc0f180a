"""The fast encoder and the slow one agree; what breaks the promises of a lines file is named."""

from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.sample import Sample
from engines.test_key_order import rule
from journal import slow_format
from journal.journal_samples import PLAN, ROWS, RULES, Row, due, table, write
from quotarules.engines.sql.duckdb import settle
from quotarules.journal import encode
from quotarules.journal.encode import LineGroup, encode_batches, encode_file
from quotarules.journal.slices import LinesError, check_columns
from quotarules.plan.nodes import Account, Kind, LineRule
from quotarules.values.period import parse_period

WORDS = st.sampled_from(["", "a", "b", "Ж", "𝄞", "a/b", "ab"]) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=6
)
NARROW = st.integers(-(2**63), 2**63 - 1) | st.integers(-9, 9)
WIDE = st.integers(-(10**38) + 1, 10**38 - 1) | NARROW


Input = int | str | tuple[int, int] | None


def inputs_of(rule: LineRule, figures: st.SearchStrategy[int]) -> st.SearchStrategy[tuple[Input, ...]]:
    kinds: dict[Kind, st.SearchStrategy[Input]] = {Kind.TEXT: WORDS, Kind.RATIO: st.tuples(figures, figures)}
    return st.tuples(*(st.none() | kinds.get(item.value.type.kind, figures) for item in rule.inputs))


@st.composite
def rows(draw: st.DrawFn, *, wide: bool) -> list[Row]:
    figures = WIDE if wide else NARROW
    found: dict[tuple[str, ...], Row] = {}
    for _ in range(draw(st.integers(0, 12))):
        rule = draw(st.sampled_from(RULES))
        status = draw(st.sampled_from(["due", "due", "waiting", "excluded"]))
        row = Row(
            draw(st.sampled_from(["person", "client"])),
            draw(WORDS),
            rule.account,
            rule.rule,
            draw(WORDS),
            status,
            draw(figures) if status == "due" else None,
            "" if status == "due" else draw(WORDS),
            draw(st.none() | inputs_of(rule, figures)),
        )
        found[row.key] = row
    return list(found.values())


def encoded(held: pa.Table, size: int) -> list[LineGroup]:
    return list(encode_batches(held.to_batches(max_chunksize=size), PLAN))


@settings(max_examples=150, deadline=None)
@given(st.data(), st.booleans(), st.sampled_from([1, 2, 3, 100]))
def test_the_fast_encoder_writes_what_the_slow_one_does(data: st.DataObject, wide: bool, size: int) -> None:
    drawn = data.draw(rows(wide=wide))
    groups = encoded(table(drawn, wide=wide), size)
    assert [group.encoded for group in groups] == slow_format.groups(PLAN, drawn)
    for group in groups:
        own = [row for row in drawn if row.key[:4] == group.key]
        assert group.due == sum(row.amount or 0 for row in own)
        assert group.lines == tuple(sum(row.status == word for row in own) for word in ("due", "waiting", "excluded"))


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("row_group", [1, 4, 100])
def test_the_way_a_file_is_written_does_not_matter(tmp_path: Path, wide: bool, row_group: int) -> None:
    path = write(tmp_path / "lines.parquet", ROWS, wide=wide, row_group=row_group)
    assert [group.encoded for group in encode_file(path, PLAN)] == slow_format.groups(PLAN, ROWS)


@pytest.mark.parametrize("size", [1, 2, 4, 100])
def test_nor_do_closed_types_with_words_that_no_line_uses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(encode, "BATCH_ROWS", size)
    path = tmp_path / "lines.parquet"
    held = table(ROWS)
    kinds = []
    # The first lines are not of the last account: read without care, their account would be another one.
    for name in ("account", "reason"):
        words = ", ".join(f"'{word}'" for word in ("one", "two", *sorted(set(map(str, held[name].to_pylist())))))
        kinds.append(f"CAST({name} AS ENUM ({words})) AS {name}")
    with duckdb.connect() as connection:
        connection.register("held", held)
        connection.execute(f"COPY (SELECT * REPLACE ({', '.join(kinds)}) FROM held) TO '{path}' (FORMAT parquet)")
    assert [group.encoded for group in encode_file(path, PLAN)] == slow_format.groups(PLAN, ROWS)


def test_nor_do_dictionaries_large_texts_or_slices() -> None:
    held = table(ROWS)
    plain = slow_format.groups(PLAN, ROWS)
    words = [name for name in held.column_names if pa.types.is_string(held.schema.field(name).type)]
    coded = held
    large = held
    for name in words:
        at = held.column_names.index(name)
        coded = coded.set_column(at, name, held.column(name).dictionary_encode())
        large = large.set_column(at, name, held.column(name).cast(pa.large_string()))
    for other in (coded, large):
        check_columns(other.schema, PLAN)
        assert [group.encoded for group in encoded(other, 3)] == plain
    padded = pa.concat_tables([held.slice(0, 2), held]).combine_chunks().slice(2)
    assert [group.encoded for group in encoded(padded, 100)] == plain


def test_sums_are_exact_beyond_64_bits() -> None:
    most = 2**63 - 1
    drawn = [due("P1", "points", "done", f"D{i}", most) for i in range(10)]
    assert encoded(table(drawn), 100)[0].due == 10 * most
    drawn = [due("P1", "points", "done", f"D{i}", -most) for i in range(10)]
    assert encoded(table(drawn), 100)[0].due == -10 * most


BASE = due("P1", "points", "done", "D1", 1)


@pytest.mark.parametrize(
    ("drawn", "words"),
    [
        ([BASE, BASE], "repeats or disorders its keys at row 2"),
        ([replace(BASE, source="D2"), BASE], "repeats or disorders its keys at row 2"),
        ([replace(BASE, subject="P2"), BASE], "order of its keys at row 2"),
        ([BASE, replace(BASE, subject="P2"), BASE], "order of its keys at row 3"),
        ([replace(BASE, status="waiting")], "an amount that is not due"),
        ([replace(BASE, amount=None)], "a due line without one, at row 1"),
        ([replace(BASE, reason="why")], "a reason to a due line"),
        ([replace(BASE, status="paid")], "the status 'paid'"),
    ],
)
@pytest.mark.parametrize("size", [1, 100])
def test_a_broken_promise_is_named(drawn: list[Row], words: str, size: int) -> None:
    with pytest.raises(LinesError, match=words):
        encoded(table(drawn, order=False), size)


def test_a_rule_that_the_plan_lacks_is_named() -> None:
    held = table([BASE])
    at = held.column_names.index("rule")
    with pytest.raises(LinesError, match=r"the rule points\.other"):
        encoded(held.set_column(at, "rule", pa.array(["other"])), 100)


def test_a_slot_that_the_rule_does_not_use_stays_empty() -> None:
    held = table([BASE])
    at = held.column_names.index("x0")
    with pytest.raises(LinesError, match="fills x0"):
        encoded(held.set_column(at, "x0", pa.array(["seen"])), 100)


def test_a_row_without_a_key_is_named() -> None:
    held = table([BASE])
    with pytest.raises(LinesError, match="without `source`"):
        encoded(held.set_column(held.column_names.index("source"), "source", pa.array([None], pa.string())), 100)


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [("amount", pa.float64(), "holds `amount` as double"), ("n0", pa.int32(), "holds `n0` as int32")],
)
def test_other_types_are_refused(tmp_path: Path, name: str, kind: pa.DataType, words: str) -> None:
    held = table(ROWS)
    at = held.column_names.index(name)
    pq.write_table(held.set_column(at, name, held.column(name).cast(kind, safe=False)), tmp_path / "l")
    with pytest.raises(LinesError, match=words):
        list(encode_file(tmp_path / "l", PLAN))


def test_other_columns_are_refused(tmp_path: Path) -> None:
    pq.write_table(table(ROWS).drop_columns(["x1"]), tmp_path / "l")
    with pytest.raises(LinesError, match="has the columns"):
        list(encode_file(tmp_path / "l", PLAN))


def test_bytes_that_are_no_lines_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "l").write_bytes(b"PAR1 not really PAR1")
    with pytest.raises(LinesError, match="cannot be read"):
        list(encode_file(tmp_path / "l", PLAN))
    with pytest.raises(LinesError, match="cannot be read"):
        list(encode_file(tmp_path / "absent", PLAN))


def test_no_lines_are_no_groups(tmp_path: Path) -> None:
    assert list(encode_file(write(tmp_path / "l", []), PLAN)) == []


def test_a_row_group_of_very_many_subjects_is_read(tmp_path: Path) -> None:
    """DuckDB writes the texts of a column that has more than its dictionaries may hold as lengths and differences."""
    people = [f"p{place:07d}" for place in range(10_001)]
    sample = Sample(accounts=[Account("pay", "pay", "Pay", "RUB", 2)])
    sample.table(
        "people", "person", {"person": "text", "fee": "integer 2"}, list(zip(people, range(10_001), strict=True))
    )
    sample.lines += [rule("people", "fee", sample.col("people", "fee"))]
    plan, path = sample.plan(), tmp_path / "lines.parquet"
    period = parse_period(sample.period, plan.period)
    assert period is not None
    settle(plan, sample.ledger(), period, (), path)
    assert pq.read_metadata(path).row_group(0).column(1).encodings == ("DELTA_LENGTH_BYTE_ARRAY",)
    found = list(encode_file(path, plan))
    assert [group.key[1] for group in found] == people
    assert [group.due for group in found] == list(range(10_001))
