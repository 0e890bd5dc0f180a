"""Parquet columns, typed or as text, give the same ledger as CSV, or a located problem."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ledger.facts_in_memory import loaded
from quotarules.diagnostics.problem import Problem

Column: TypeAlias = "pa.Array[pa.Scalar[pa.DataType]]"


def read(kind: str, column: Column, *, dictionary: bool = True) -> tuple[list[object] | None, tuple[Problem, ...]]:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"value": column}), sink, use_dictionary=dictionary)
    yaml = f"things: {{key: line number, from: t.parquet, columns: {{value: {kind}}}}}"
    ledger, problems = loaded(yaml, {"t.parquet": sink.getvalue().to_pybytes()})
    return (None if ledger is None else ledger.tables["things"].rows["value"].to_pylist()), problems


SAME = [
    ("count", pa.array([1, 2], pa.int32()), [1, 2]),
    ("count", pa.array([1, 2], pa.uint64()), [1, 2]),
    ("count", pa.array(["1", "2"]), [1, 2]),
    ("count or missing", pa.array([1, None], pa.int64()), [1, None]),
    ("money EUR", pa.array([Decimal("12.34"), Decimal("-1.00")]), [1234, -100]),
    ("money EUR", pa.array([Decimal("12.3400")]), [1234]),
    ("money EUR", pa.array([7], pa.int16()), [700]),
    ("money EUR", pa.array([Decimal(5)], pa.decimal128(38, 0)), [500]),
    ("percent to 0.1%", pa.array([Decimal("3.5")]), [35]),
    ("number to 0.000000001", pa.array([Decimal("123456789012.5")]), [Decimal(123456789012500000000)]),
    ("date", pa.array([date(2026, 1, 31)]), [date(2026, 1, 31)]),
    ("date", pa.array([date(2026, 1, 31)]).cast(pa.timestamp("us")), [date(2026, 1, 31)]),
    ("date", pa.array(["2026-01-31"]), [date(2026, 1, 31)]),
    ("instant", pa.array([300_000], pa.int64()).cast(pa.timestamp("ms")), [5]),
    ("instant", pa.array([datetime(1970, 1, 1, tzinfo=UTC)], pa.timestamp("us", "UTC")), [180]),
    ("yes/no", pa.array([True, False]), [True, False]),
    ("[a, b]", pa.array(["a", "b", "a"] * 50), ["a", "b", "a"] * 50),
    ("text or missing", pa.array(["x", "", None]), ["x", None, None]),
    ("text", pa.array(["x", "y"], pa.large_string()), ["x", "y"]),
    ("text", pa.array(["x", "y", "x"]).dictionary_encode(), ["x", "y", "x"]),
    ("text or missing", pa.nulls(2), [None, None]),
]


@pytest.mark.parametrize(("kind", "column", "values"), SAME, ids=range(len(SAME)))
def test_a_column_is_read(kind: str, column: Column, values: list[object]) -> None:
    assert read(kind, column) == (values, ())


WRONG = [
    ("money EUR", pa.array([1.5]), "QR0212", None),
    ("text", pa.array([1]), "QR0212", None),
    ("count", pa.array([True]), "QR0212", None),
    ("date", pa.array([datetime(2026, 1, 31, tzinfo=UTC)], pa.timestamp("us", "UTC")), "QR0212", None),
    ("count", pa.array([[1]]), "QR0212", None),
    ("money EUR", pa.array([Decimal("1.00"), Decimal("12.345")], pa.decimal128(9, 3)), "QR0205", 2),
    ("date", pa.array([3_600], pa.int64()).cast(pa.timestamp("s")), "QR0205", 1),
    ("count", pa.array([1, -1]), "QR0206", 2),
    ("count", pa.array([1, 2**64 - 1], pa.uint64()), "QR0206", 2),
    ("money EUR", pa.array([2**63 - 1]), "QR0206", 1),
    ("money EUR", pa.array([Decimal(10) ** 37], pa.decimal128(38, 0)), "QR0206", 1),
    ("money EUR", pa.array([Decimal(10) ** 60], pa.decimal256(76, 0)), "QR0206", 1),
    ("count", pa.array([1, None]), "QR0207", 2),
    ("date", pa.array([2**31 - 1], pa.int32()).cast(pa.date32()), "QR0206", 1),
    ("date", pa.array([86_400_001], pa.int64()).cast(pa.timestamp("ms")), "QR0205", 1),
    ("[a, b]", pa.array(["a"] * 60 + ["c"]), "QR0205", 61),
    ("text", pa.array(["a", "a\x00b"]), "QR0205", 2),
    ("instant", pa.array([10**17], pa.int64()).cast(pa.timestamp("ms")), "QR0205", 1),
]


@pytest.mark.parametrize(("kind", "column", "code", "row"), WRONG, ids=range(len(WRONG)))
def test_a_wrong_column_is_located(kind: str, column: Column, code: str, row: int | None) -> None:
    values, problems = read(kind, column)
    assert values is None
    label = problems[0].report().primary
    assert [(problem.code) for problem in problems] == [code]
    assert (label.row, label.column) == (row, "value")


def test_a_dictionary_makes_no_difference() -> None:
    column = pa.array(["Jose\u0301", "Jos\u00e9", "x"] * 200)
    first = read("text", column, dictionary=True)
    assert first == read("text", column, dictionary=False)
    assert first[0] is not None
    assert set(first[0]) == {"José", "x"}


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + b"\0" * 50 + b"PAR1", b"a,b\n1,2\n"])
def test_a_file_that_is_no_parquet(content: bytes) -> None:
    _, problems = loaded("things: {key: a, from: t.parquet}", {"t.parquet": content})
    assert [problem.code for problem in problems] == ["QR0213"]


def test_a_damaged_file_is_refused_or_read_and_never_raises() -> None:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"a": [f"k{i}" for i in range(300)]}), sink)
    content = sink.getvalue().to_pybytes()
    for at in range(0, len(content), 7):
        damaged = content[:at] + bytes([content[at] ^ 0x5A]) + content[at + 1 :]
        ledger, problems = loaded("things: {key: a, from: t.parquet}", {"t.parquet": damaged})
        assert (ledger is None) == bool(problems)


def test_more_rows_than_allowed_are_not_even_read() -> None:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"a": ["x"] * 1000}), sink)
    _, problems = loaded(
        "things: {key: a, from: t.parquet, at_most_rows: 10}", {"t.parquet": sink.getvalue().to_pybytes()}
    )
    assert [problem.code for problem in problems] == ["QR0211"]
