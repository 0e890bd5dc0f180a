"""Spark's dialect says of integers, texts and days what the language means, also at their ends."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from quotarules.engines.sql.build import case, quotient, remainder, times, to
from quotarules.engines.sql.build import test as compared
from quotarules.engines.sql.dialects.spark import SparkPrinter
from quotarules.engines.sql.spark_sections import sections
from quotarules.engines.sql.tree import (
    Arithmetic,
    Bool,
    DayText,
    Escaped,
    FirstBy,
    Int,
    KeyText,
    MinuteText,
    MonthIndex,
    MonthsLater,
    Named,
    Over,
    Ref,
    Relation,
    Select,
    Sql,
    SqlType,
    Text,
    Total,
    UnitStart,
)
from quotarules.values.period import calendar_date
from quotarules.values.rounding import truncated

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

PRINTER = SparkPrinter()
TYPES = {SqlType.SMALL: "INT", SqlType.INT: "BIGINT", SqlType.WIDE: "DECIMAL(38,0)", SqlType.TEXT: "STRING"}
EPOCH = date(1970, 1, 1)
EDGE = 10**37
ENDS = (0, 1, -1, 2, 3, 7, 10**6 - 1, 10**6, 10**18, 2**63 - 1, -(2**63), 10**31, 10**32 - 1, -(10**32), EDGE, -EDGE)


def asked(
    spark: "SparkSession", kinds: Sequence[SqlType], rows: Sequence[tuple[Any, ...]], *values: Sql
) -> list[tuple[Any, ...]]:
    """The values for each row of columns a, b, …, in the order of the rows."""
    cells = (", ".join(f"CAST('{cell}' AS {TYPES[kind]})" for cell, kind in zip(r, kinds, strict=True)) for r in rows)
    listed = ", ".join(f"({place}, {row})" for place, row in enumerate(cells))
    names = ", ".join("abcdef"[: len(kinds)])
    columns = ", ".join(PRINTER.expression(value) for value in values)
    found = spark.sql(f"SELECT place, {columns} FROM VALUES {listed} AS t(place, {names})").collect()
    return [tuple(row)[1:] for row in sorted(found, key=lambda row: int(row[0]))]


def col(name: str, kind: SqlType) -> Ref:
    return Ref("t", name, kind)


def test_wide_quotients_are_exact_at_every_size(spark_session: "SparkSession") -> None:
    kind = SqlType.WIDE
    a, b = col("a", kind), col("b", kind)
    pairs = [(one, two) for one in ENDS for two in ENDS if two]
    pairs += [(one * two + rest, two) for one in ENDS[3:8] for two in (3, 10**9 + 7) for rest in (-1, 0, 1)]
    found = asked(spark_session, (kind, kind), pairs, quotient(a, b, kind), remainder(a, b, kind))
    assert [(int(q), int(r)) for q, r in found] == [truncated(*pair) for pair in pairs]


@pytest.mark.parametrize("divisor", [3, 10, 100, 999_983, 10**6, 10**12])
def test_wide_quotients_by_a_number_are_exact(spark_session: "SparkSession", divisor: int) -> None:
    a = col("a", SqlType.WIDE)
    cut = quotient(a, Int(divisor), SqlType.WIDE)
    found = asked(spark_session, (SqlType.WIDE,), [(end,) for end in ENDS], cut)
    assert [int(q) for (q,) in found] == [truncated(end, divisor)[0] for end in ENDS]


def test_a_wide_quotient_that_fits_64_bits(spark_session: "SparkSession") -> None:
    a, b = col("a", SqlType.WIDE), col("b", SqlType.WIDE)
    pairs = [(EDGE, 10**19), (-EDGE, 10**19), (EDGE - 1, -(10**20)), (2**63 - 1, 1), (-(2**63), 1), (5, 7)]
    narrow = to(quotient(a, b, SqlType.WIDE), SqlType.INT)
    found = asked(spark_session, (SqlType.WIDE, SqlType.WIDE), pairs, narrow)
    assert found == [truncated(*pair)[:1] for pair in pairs]


def test_all_small_quotients_and_remainders(spark_session: "SparkSession") -> None:
    pairs = [(one, two) for one in range(-50, 51) for two in range(-50, 51) if two]
    for kind in (SqlType.SMALL, SqlType.INT, SqlType.WIDE):
        a, b = col("a", kind), col("b", kind)
        found = asked(spark_session, (kind, kind), pairs, quotient(a, b, kind), remainder(a, b, kind))
        assert [(int(q), int(r)) for q, r in found] == [truncated(*pair) for pair in pairs]


def test_wide_products_keep_every_digit(spark_session: "SparkSession") -> None:
    a, b = col("a", SqlType.WIDE), col("b", SqlType.WIDE)
    pairs = [(10**18 + 1, 10**18 - 1), (-(10**36), 9), (123456789 * 10**9 + 1, 987654321)]
    product = times(times(a, b, SqlType.WIDE), Int(1), SqlType.WIDE)
    found = asked(spark_session, (SqlType.WIDE, SqlType.WIDE), pairs, product)
    assert [int(value) for (value,) in found] == [one * two for one, two in pairs]


def test_a_sum_of_64_bits_may_need_more(spark_session: "SparkSession") -> None:
    a = col("a", SqlType.INT)
    rows = [(0, 2**63 - 1), (1, 2**63 - 1), (2, 5)]
    total = PRINTER.expression(Total("sum", a, SqlType.WIDE))
    listed = ", ".join(f"({place}, {value})" for place, value in rows)
    ((value,),) = spark_session.sql(f"SELECT {total} FROM VALUES {listed} AS t(place, a)").collect()
    assert int(value) == 2**64 + 3


def test_texts_are_what_they_are(spark_session: "SparkSession") -> None:
    texts = [
        "it's",
        "back\\slash \\n \\'",
        "${spark.app.name}",
        ":name ?",
        '"double"',
        "tab\tline\nend",
        "`tick`",
        "ß/%",
    ]
    found = spark_session.sql("SELECT " + ", ".join(PRINTER.expression(Text(text)) for text in texts)).collect()
    assert list(found[0]) == texts
    escaped = spark_session.sql(f"SELECT {PRINTER.expression(Escaped(Text('a/b%c')))}").collect()
    assert escaped[0][0] == "a%2Fb%25c"


def test_names_differ_by_their_capitals(spark_session: "SparkSession") -> None:
    names = ["Key", "key", "KEY", "a`b.c", "select", "ı", "i", "I"]
    columns = ", ".join(f"{place} AS {PRINTER.identifier(name)}" for place, name in enumerate(names))
    spark_session.sql(f"SELECT {columns}").createOrReplaceTempView("`Names`")
    read = ", ".join(PRINTER.expression(Ref("t", name, SqlType.SMALL)) for name in names)
    assert list(spark_session.sql(f"SELECT {read} FROM `Names` AS t").collect()[0]) == list(range(len(names)))


def test_days_and_minutes(spark_session: "SparkSession") -> None:
    days = [date(1900, 1, 1), date(1969, 12, 31), EPOCH, date(2024, 2, 29), date(2023, 12, 31), date(2026, 8, 3)]
    numbers = [(day - EPOCH).days for day in days]
    a = col("a", SqlType.SMALL)
    texts = asked(spark_session, (SqlType.SMALL,), [(number,) for number in numbers], DayText(a), MonthIndex(a))
    assert texts == [(day.isoformat(), day.year * 12 + day.month - 1) for day in days]
    starts = asked(
        spark_session,
        (SqlType.SMALL,),
        [(number,) for number in numbers],
        *(UnitStart(unit, a) for unit in ("week", "month", "quarter", "year")),
    )
    assert [tuple(map(calendar_date, row)) for row in starts] == [
        (
            day - timedelta(days=day.weekday()),
            day.replace(day=1),
            day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1),
            day.replace(month=1, day=1),
        )
        for day in days
    ]
    minutes = [-(10**7), -1, 0, 1439, 1440, 29_000_001]
    written = asked(spark_session, (SqlType.INT,), [(m,) for m in minutes], MinuteText(col("a", SqlType.INT)))
    since = datetime(1970, 1, 1, tzinfo=UTC)
    assert [text for (text,) in written] == [f"{since + timedelta(minutes=m):%Y-%m-%d %H:%M}" for m in minutes]


def test_months_are_cut_to_their_last_day(spark_session: "SparkSession") -> None:
    starts = [date(2024, 1, 31), date(2024, 2, 29), date(2023, 3, 30), date(2020, 12, 31)]
    pairs = [((day - EPOCH).days, months) for day in starts for months in (-13, -1, 0, 1, 12, 25)]
    later = MonthsLater(col("a", SqlType.SMALL), col("b", SqlType.SMALL))
    found = asked(spark_session, (SqlType.SMALL, SqlType.SMALL), pairs, later)
    expected = []
    for number, months in pairs:
        day = calendar_date(number)
        year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
        expected.append(date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])))
    assert [calendar_date(value) for (value,) in found] == expected


def test_the_first_by_several_keys_where_a_condition_holds(spark_session: "SparkSession") -> None:
    keys = (col("a", SqlType.TEXT), col("b", SqlType.INT))
    first = FirstBy(col("c", SqlType.SMALL), keys, col("d", SqlType.BOOL), SqlType.SMALL)
    rows = "('b', 1, 1, true), ('a', 10, 2, true), ('a', 9, 3, true), ('A', 1, 4, false), ('a', 1, 5, null)"
    chosen = spark_session.sql(f"SELECT {PRINTER.expression(first)} FROM VALUES {rows} AS t(a, b, c, d)").collect()
    assert chosen[0][0] == 3


def test_the_first_of_each_group_beside_all_its_rows(spark_session: "SparkSession") -> None:
    a, b = col("a", SqlType.INT), col("b", SqlType.INT)
    whole = Over(FirstBy(b, (b,), Bool(value=True), SqlType.INT), (a,), (), SqlType.INT)
    found = asked(spark_session, (SqlType.INT, SqlType.INT), [(1, 5), (2, 3), (1, 4)], whole)
    assert found == [(4,), (3,), (4,)]


def test_parts_of_a_key(spark_session: "SparkSession") -> None:
    key = KeyText((col("a", SqlType.INT), col("b", SqlType.TEXT)))
    assert asked(spark_session, (SqlType.INT, SqlType.TEXT), [(7, "x")], key) == [("7/x",)]


def doubling(places: int) -> tuple[Relation, ...]:
    """Relations of which each reads the column of the one before twice."""
    made = []
    for place in range(places):
        held = Ref("t", "x", SqlType.INT)
        value = case([(compared(">", held, Int(place)), Arithmetic("+", held, Int(1), SqlType.INT))], held, SqlType.INT)
        source = f"r{place - 1}" if place else "facts"
        made.append(Relation(f"r{place}", Select((Named("x", value),), source), kept=False))
    return tuple(made)


def test_a_chain_that_would_grow_without_end_is_cut() -> None:
    cut = sections(doubling(40), most=400)
    kept = [place for place, relation in enumerate(cut) if relation.kept]
    # Eight parts, of which three are the column of the one before: 8, 29, 92, 281, and 848 in the fifth.
    assert kept == list(range(4, 40, 5))
    assert sections(doubling(3), most=400) == doubling(3)
