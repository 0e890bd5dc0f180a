"""Contracts on rows that stay where they lie: every problem is the one that is told of rows that came here."""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.facts_in_memory import declared
from ledger.test_contracts import FILES, YAML
from ledger.test_parquet import SAME, WRONG
from quotarules.diagnostics.files import MemoryFiles, RootFiles
from quotarules.engines.choice import Settle
from quotarules.engines.sql.spark_files import checked_rows
from quotarules.engines.sql.spark_lake import SparkLake
from quotarules.engines.sql.spark_tables import tables
from quotarules.ledger.lake import Checked, Part
from quotarules.ledger.load import load
from quotarules.values.schema import FactSchema, SetAside
from spark.conftest import LOCAL
from spark.lake_here import both_ways

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ZONE = "Europe/Moscow"
# Links by keys alone, so that every table may stay; in `YAML` people and targets may not.
KEYS = YAML.replace("{column: no, to: people.number}", "{column: no, to: people}")
KEYED = FILES | {"targets": "no,month\nP2,2026-01-01\nP1,2026-01-01\n"}
THINGS = "things: {key: thing, from: things, columns: {other: things or missing, day: date min 2026-01-01, n: count}}"


def told(
    folder: Path,
    spark: Settle,
    schema: FactSchema,
    files: Mapping[str, bytes | str],
    *,
    parquet: bool = True,
    large: int = 0,
) -> list[str]:
    """The codes of the problems of files, which are the same both ways; without any, some table stayed."""
    contents = {path: body if isinstance(body, bytes) else body.encode() for path, body in files.items()}
    with both_ways(folder, spark, LOCAL, parquet=parquet, large=large, part=2) as both:
        _, problems = both.read(schema, MemoryFiles(contents), ZONE)
        assert problems or both.stayed
    return [problem.code for problem in problems]


BROKEN: list[tuple[dict[str, str], list[str]]] = [
    ({}, []),
    ({"people": "person,number,manager\nP1,11,\nP2,12,P3\n"}, ["QR0209"]),
    ({"people": "person,number,manager\nP1,11,\nP2,12,P1\nP1,13,\n"}, ["QR0208"]),
    # A row of which the link leads nowhere has no whole key, and so does not repeat one.
    (
        {"parts": "deal,person,role\nD1,P1,a\nD9,P1,a\nD1,P2,a\nD9,P1,a\nD1,P1,a\n"},
        ["QR0209", "QR0209", "QR0208"],
    ),
    (
        {"deals": "deal,seller,sector,amount\nD1,P1,retail,1.234\n,P2,,5.00\nD3,,x,1\n"},
        ["QR0205", "QR0207", "QR0207"],
    ),
    ({"deals": "deal,sellr,sector,amount\nD1,P1,retail,1.00\n"}, ["QR0203"]),
    ({"deals": "deal,seller,sector,amount\n"}, ["QR0209", "QR0209", "QR0209"]),
]


@pytest.mark.parametrize(("changed", "expected"), BROKEN)
@pytest.mark.parametrize(("parquet", "large"), [(True, 0), (True, 3), (False, 0)])
def test_keys_and_links(
    changed: dict[str, str], expected: list[str], parquet: bool, large: int, spark: Settle, tmp_path: Path
) -> None:
    # With `large` only deals and participants stay: links lead from here to there, and from there to here.
    schema = declared(KEYS)
    assert told(tmp_path, spark, schema, KEYED | changed, parquet=parquet, large=large) == expected


def test_a_table_may_have_any_name(spark: Settle, spark_session: "SparkSession", tmp_path: Path) -> None:
    """What links lead to is written for Spark too, and not among the rows of a table that is called as it is."""
    yaml = "values: {key: a, each: value, from: v, columns: {other: others}}\n"
    yaml += "others: {key: b, each: other, from: o, since: day, columns: {day: date}}"
    files = {"v": b"a,other\nx,O1\ny,O2\n", "o": b"b,day\nO1,2026-01-01\nO2,2026-01-01\n"}
    with both_ways(tmp_path, spark, LOCAL, parquet=True, part=2) as both:
        _, problems = both.read(declared(yaml), MemoryFiles(files), ZONE)
        assert not problems
        assert checked_rows(spark_session, both.ledgers[-1].elsewhere["values"]).count() == len("xy")


def test_links_by_another_column_come_here(spark: Settle, tmp_path: Path) -> None:
    assert told(tmp_path, spark, declared(YAML), FILES) == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["A,,2026-01-01,1", "B,A,2026-01-01,2", "C,B,2026-01-01,3", "D,C,2026-01-01,4"], {}),
        (["A,,2026-01-01,1", "B,A,2026-01-01,2", "C,B,2026-01-01,3", "A,C,2026-01-01,4"], {"QR0208": 1}),
        (["A,D,2026-01-01,1", "B,Z,2026-01-01,2", "C,B,2026-01-01,3", "D,Y,2026-01-01,4"], {"QR0209": 2}),
        (
            ["A,,2025-12-31,1", "B,,2026-02-30,2", "C,,2026-01-01,", "D,,2026-01-01,x"],
            {"QR0206": 1, "QR0205": 2, "QR0207": 1},
        ),
        # A hundred are told and the rest counted: two of the first row, then all three of each.
        (["A,Z,2025-12-31,1"] * 150, {"QR0206": 34, "QR0209": 34, "QR0208": 32, "QR0214": 1}),
    ],
)
def test_rows_of_several_parts(rows: list[str], expected: dict[str, int], spark: Settle, tmp_path: Path) -> None:
    body = "thing,other,day,n\n" + "".join(f"{row}\n" for row in rows)
    assert Counter(told(tmp_path, spark, declared(THINGS), {"things": body})) == expected


@pytest.mark.parametrize(
    ("rows", "seams", "expected"),
    [
        (["A,1", "A,2", "B,1", "C,1"], (), []),
        (["A,1", "B,1", "B,2", "B,3", "B,4", "C,1"], ("B",), []),
        (["A,1", "B,1", "B,2", "B,3", "B,1", "C,1"], ("B",), ["QR0208"]),
        (["A,1", "A,1", "B,2", "C,3"], None, ["QR0208"]),
        (["A,1", "B,1", "A,2", "C,3"], None, []),
        (["B,1", "C,1", "A,2", "B,1"], None, ["QR0208"]),
        # By bytes: é comes behind z.
        (["Z,1", "z,1", "é,1", "\U0001f600,1"], (), []),
    ],
)
def test_keys_at_the_seams_of_parts(
    rows: list[str], seams: tuple[str, ...] | None, expected: list[str], spark: Settle, tmp_path: Path
) -> None:
    """Parts of two rows: where keys are in order, only those at the seams are asked about, and none is overlooked."""
    schema = declared("things: {key: [a, b], each: thing, from: t, columns: {b: count}}")
    content = "\n".join(("a,b", *rows, "")).encode()
    with both_ways(tmp_path, spark, LOCAL, parquet=True, part=2) as both:
        _, problems = both.read(schema, MemoryFiles({"t": content}), ZONE)
        assert [problem.code for problem in problems] == expected
        if not problems:
            assert both.ledgers[-1].elsewhere["things"].seams == seams


def test_rows_that_cannot_be_cut(spark: Settle, tmp_path: Path) -> None:
    rows = 'thing,other,day,n\nA,,2026-01-01,1\nB,,2026-01-01\nC,Z,2026-01-01,x\nB,"",2026-01-01,1\nA,,2026-01-01,1\n'
    expected = ["QR0202", "QR0209", "QR0205", "QR0208"]
    found = told(tmp_path, spark, declared(THINGS), {"things": rows}, parquet=False)
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize("parquet", [True, False], ids=["parquet", "csv"])
def test_totals_limits_and_values_read_as_others(parquet: bool, spark: Settle, tmp_path: Path) -> None:
    schema = declared("things: {key: a, from: {csv: t, rows: 3}, at_most_rows: 1}")
    # Where Parquet has too many rows it is not looked at any further.
    expected = ["QR0211"] if parquet else ["QR0210", "QR0211"]
    assert told(tmp_path, spark, schema, {"t": "a\nx\ny\n"}, parquet=parquet) == expected
    schema = declared("things: {key: a, from: {csv: t, rows: 3}, columns: {b: count}}")
    assert told(tmp_path, spark, schema, {"t": "a,b\nx,1\nx,y\n"}, parquet=parquet) == ["QR0210", "QR0205", "QR0208"]
    yaml = """
things: {key: line number, from: t, columns: {p: {to: products, read: {AB: "A B"}}}}
products: {key: p, from: p}
"""
    assert told(tmp_path, spark, declared(yaml), {"t": "p\nAB\nA B\nAB\n", "p": "p\nA B\n"}, parquet=parquet) == []


def test_what_comes_here_though_it_is_large(spark: Settle, tmp_path: Path) -> None:
    """Tables of which rows are set aside, and those with a history, come; others stay beside them."""
    yaml = """
people: {key: person, from: people, since: from_day, columns: {from_day: date, quota: count}}
deals: {key: deal, from: deals, columns: {seller: people, n: count}}
sales: {key: [deal, person], each: sale, from: sales, columns: {deal: deals, person: people}}
"""
    files = {
        "people": "person,from_day,quota\nP1,2026-01-01,1\nP1,2026-02-01,2\nP2,2026-01-01,3\n",
        "deals": "deal,seller,n\nD1,P1,1\nD2,P9,2\nD3,P2,3\n",
        "sales": "deal,person\nD1,P1\nD3,P2\nD1,P2\n",
    }
    schema = declared(yaml)
    aside = replace(schema, set_aside=(SetAside("deals", "D2", "a test", schema.tables[1].span),))
    with both_ways(tmp_path, spark, LOCAL, parquet=True, part=2) as both:
        _, problems = both.read(aside, MemoryFiles({name: body.encode() for name, body in files.items()}), ZONE)
        assert not problems
        assert list(both.ledgers[-1].elsewhere) == ["sales"]


def test_columns_of_every_type(spark: Settle, tmp_path: Path) -> None:
    with both_ways(tmp_path, spark, LOCAL, parquet=True, part=2) as both:
        _, problems = both.compared(columns(tmp_path, [(kind, column) for kind, column, _ in SAME]), ZONE)
        assert not problems
        assert both.stayed == len(SAME)


def test_columns_that_are_not_what_is_declared(spark: Settle, tmp_path: Path) -> None:
    with both_ways(tmp_path, spark, LOCAL, parquet=True, part=2) as both:
        _, problems = both.compared(columns(tmp_path, [(kind, column) for kind, column, *_ in WRONG]), ZONE)
    assert [problem.code for problem in problems] == [code for _, _, code, _ in WRONG]


def columns(folder: Path, held: list[tuple[str, Any]]) -> FactSchema:
    """A table with one column for each of some types, as Parquet in row groups of one row or of fifty."""
    yaml = ""
    for place, (kind, column) in enumerate(held):
        pq.write_table(pa.table({"value": column}), folder / f"t{place}.parquet", row_group_size=1 + len(column) // 2)
        source = f"{{key: line number, each: e{place}, from: t{place}.parquet, columns: {{value: {kind}}}}}"
        yaml += f"t{place}: {source}\n"
    return declared(yaml)


def test_a_damaged_file(spark: Settle, tmp_path: Path) -> None:
    """Damaged at several places: told as here, or read as here; no worker ends for it."""
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"a": [f"k{place}" for place in range(300)]}), path, row_group_size=100)
    content = path.read_bytes()
    codes: set[str] = set()
    for at in [0, 4, *range(30, len(content), len(content) // 8), len(content) - 1]:
        path.write_bytes(content[:at] + bytes([content[at] ^ 0x5A]) + content[at + 1 :])
        with both_ways(tmp_path, spark, LOCAL, parquet=True, part=100) as both:
            _, problems = both.compared(declared("things: {key: a, from: t.parquet}"), ZONE)
        codes |= {problem.code for problem in problems}
    assert "QR0213" in codes


class Rewriting(SparkLake):
    """Workers beside whom somebody writes the file anew."""

    def check(self, schema: FactSchema, zone: str, parts: Sequence[Part]) -> Sequence[Checked]:
        found = super().check(schema, zone, parts)
        for part in parts:
            os.utime(part.path, ns=(0, 0))
        return found


@pytest.mark.usefixtures("spark")
def test_a_file_that_changes_while_it_is_read(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": ["x", "y"]}), tmp_path / "t.parquet")
    with ExitStack() as stack:
        lake = Rewriting(LOCAL, stack, 0)
        _, problems = load(declared("things: {key: a, from: t.parquet}"), RootFiles(tmp_path), ZONE, lake=lake)
    assert [problem.code for problem in problems] == ["QR0001"]
    assert "changes while it is read" in problems[0].report().message


KEY = st.sampled_from(["A", "B", "C", "D", "é", "e\u0301", "A/B", ""])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    things=st.lists(st.tuples(KEY, KEY, st.sampled_from(["2026-01-01", "2025-01-01", "x", ""])), max_size=9),
    parts=st.lists(st.tuples(KEY, KEY, st.sampled_from(["1", "2", "no"])), max_size=9),
    large=st.sampled_from([0, 4]),
    parquet=st.booleans(),
)
def test_drawn_rows_are_the_same_both_ways(
    things: list[tuple[str, ...]],
    parts: list[tuple[str, ...]],
    large: int,
    parquet: bool,
    spark: Settle,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    yaml = """
things: {key: thing, from: things, columns: {other: things or missing, day: date min 2026-01-01 or missing}}
parts: {key: [thing, number], each: part, from: parts, columns: {thing: things, kind: kinds or missing, number: count}}
kinds: {distinct: parts.kind}
"""
    bodies = {"things": ("thing,other,day", things), "parts": ("thing,kind,number", parts)}
    files = {name: "\n".join((head, *map(",".join, rows), "")).encode() for name, (head, rows) in bodies.items()}
    with both_ways(tmp_path_factory.mktemp("drawn"), spark, LOCAL, parquet=parquet, large=large, part=2) as both:
        both.read(declared(yaml), MemoryFiles(files), ZONE)


@pytest.mark.usefixtures("spark")
def test_a_table_of_the_catalog_without_rows(spark_session: "SparkSession") -> None:
    spark_session.sql("SELECT 'x' AS a, 1 AS n WHERE false").createOrReplaceGlobalTempView("nobody")
    schema = declared("things: {key: a, from: {table: global_temp.nobody}, columns: {n: count}}")
    with tables(LOCAL) as stored, ExitStack() as stack:
        here, problems = load(schema, MemoryFiles({}), ZONE, stored)
        assert (here is not None, problems) == (True, ())
        there, problems = load(schema, MemoryFiles({}), ZONE, stored, SparkLake(LOCAL, stack, 0))
        assert (there is not None, problems) == (True, ())
        assert here is not None
        assert there is not None
        assert there.elsewhere["things"].rows == 0
        assert there.digest == here.digest
