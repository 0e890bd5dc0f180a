"""What a cell of each type is read as, and what is refused."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.facts_in_memory import loaded, one_column

READ = [
    ("count", "1240", 1240),
    ("count", "007", 7),
    ("count min -5", "-5", -5),
    ("number to 0.01", "12.5", 1250),
    ("number to 0.01", "-0.05", -5),
    ("number to 1", "12", 12),
    ("percent to 0.01%", "3.5%", 350),
    ("percent to 0.01%", "3.5", 350),
    ("percent to 1%", "-100%", -100),
    ("money EUR", "1000000000000.00", 10**14),
    ("number to 0.000000001", "123456789012.123456789", Decimal(123456789012123456789)),
    ("date", "2024-02-29", date(2024, 2, 29)),
    ("date", "0001-01-01", date(1, 1, 1)),
    ("date", "9999-12-31", date(9999, 12, 31)),
    ("instant", "1970-01-01T00:01", 1),
    ("instant", "1970-01-01 00:01:59.999", 1),
    ("instant", "1970-01-01T00:01Z", 181),
    ("instant", "1970-01-01T00:01-05:30", 511),
    ("{type: instant, zone: UTC}", "2026-01-01T00:00", 20454 * 1440 + 180),
    ("[a, b c]", "b c", "b c"),
    ("yes/no", "yes", True),
    ("{type: yes/no, yes: [true, Y], no: N}", "N", False),
    ("text", "Jose\u0301", "José"),
    ("text", '"a, ""b"""', 'a, "b"'),
    ("text or missing", '""', None),
    ("money EUR or missing", '""', None),
    ("{read: {x: y}}", "x", "y"),
]


@pytest.mark.parametrize(("kind", "cell", "value"), READ)
def test_a_cell_is_read(kind: str, cell: str, value: object) -> None:
    assert one_column(kind, cell) == ([value], [])


REFUSED = [
    ("count", ["1_000", "1,000", "1.0", "+1", " 1", "1e3", "NaN", "١٢", "１", "0x1F", "--1", "-", "1 000", "twelve"]),
    ("number to 0.01", ["1.234", "1.", ".5", "1.2.3", "1,5", "Infinity", "12.500", "$12", "1 "]),
    ("percent to 0.1%", ["3.55%", "3.5 %", "3.5%%", "%"]),
    ("money EUR", ["1000.001", "€5", "5 EUR", "(5)"]),
    (
        "date",
        ["2026-02-29", "2026-13-01", "2026-1-31", "31.01.2026", "2026-00-10", "2026-01-32", "1900-02-29", "26-01-01"],
    ),
    ("date", ["0000-01-01", "2026-01-01T00:00", "٢٠٢٦-01-01", "2026/01/01", "today"]),
    ("instant", ["2026-01-01", "2026-01-01T24:00", "2026-01-01T12:60", "2026-02-30T10:00", "1899-12-31T10:00"]),
    ("instant", ["2026-01-01T12:00+25:00", "2026-01-01T12:00 MSK", "2026-01-01T9:00"]),
    ("{type: instant, zone: Europe/Berlin}", ["2026-03-29T02:30", "2026-10-25T02:30"]),
    ("[a, b]", ["A", "c", "a ", "a;b"]),
    ("yes/no", ["Yes", "true", "1", "NO"]),
    ("text", ["a\u202eb", "a\u200bb", "tab\there", "x" * 10_001]),
]


@pytest.mark.parametrize(("kind", "cell"), [(kind, cell) for kind, cells in REFUSED for cell in cells])
def test_a_cell_is_refused(kind: str, cell: str) -> None:
    quoted = '"' + cell + '"'
    assert one_column(kind, quoted) == (None, ["QR0205"])


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        ("count", "-1"),
        ("count", "1000000000001"),
        ("count max 10", "11"),
        ("count min 3 max 10", "2"),
        ("money EUR", "1000000000000.01"),
        ("money EUR max 5.50", "5.51"),
        ("percent to 1%", "10001"),
        ("number to 0.000000001", "1000000000000.000000001"),
        ("count", "99999999999999999999"),
        ("date min 2026-01-01", "2025-12-31"),
    ],
)
def test_a_value_beyond_its_bounds_is_refused(kind: str, cell: str) -> None:
    assert one_column(kind, cell) == (None, ["QR0206"])


def test_an_empty_field_is_missing_and_must_be_allowed() -> None:
    for kind in ("text", "count", "date", "yes/no", "[a]", "money EUR", "instant"):
        assert one_column(kind, '""') == (None, ["QR0207"])
        assert one_column(f"{{type: {kind}, or: missing}}", '""') == ([None], [])


FORMATS = [
    ('{csv: t, decimal: ",", delimiter: ";"}', "number to 0.01", "12,5", 1250),
    ("{csv: t, dates: DD.MM.YYYY}", "date", "31.01.2026", date(2026, 1, 31)),
    ("{csv: t, dates: MM/DD/YYYY}", "date", "01/31/2026", date(2026, 1, 31)),
    ("{csv: t, dates: YYYYMMDD}", "date", "20260131", date(2026, 1, 31)),
    ("{csv: t, dates: DD.MM.YYYY}", "instant", "01.01.1970 00:05", 5),
]


@pytest.mark.parametrize(("source", "kind", "cell", "value"), FORMATS)
def test_a_stated_format_is_followed(source: str, kind: str, cell: str, value: object) -> None:
    assert one_column(kind, cell, source=source) == ([value], [])


def test_a_decimal_comma_refuses_the_point() -> None:
    assert one_column("number to 0.01", "12.5", source='{csv: t, decimal: ",", delimiter: ";"}')[1] == ["QR0205"]


def test_encodings() -> None:
    yaml = "things: {key: name, from: {csv: t, encoding: cp1251}}"
    ledger, _ = loaded(yaml, {"t": "name\nСделка\n".encode("cp1251")})
    assert ledger is not None
    assert ledger.tables["things"].rows["name"].to_pylist() == ["Сделка"]
    _, problems = loaded("things: {key: name, from: t}", {"t": "name\nСделка\n".encode("cp1251")})
    assert [(problem.code, problem.report().primary.row) for problem in problems] == [("QR0201", 2)]
    ledger, _ = loaded("things: {key: name, from: t}", {"t": b"\xef\xbb\xbfname\r\nx\r\n"})
    assert ledger is not None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-(10**14), 10**14), min_size=1, max_size=20))
def test_money_written_is_money_read(amounts: list[int]) -> None:
    cells = [f"{'-' * (n < 0)}{abs(n) // 100}.{abs(n) % 100:02}" for n in amounts]
    assert one_column("money EUR", *cells) == (amounts, [])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dates(), min_size=1, max_size=20))
def test_dates_written_are_dates_read(days: list[date]) -> None:
    cells = [f"{day.day:02}.{day.month:02}.{day.year:04}" for day in days]
    assert one_column("date", *cells, source="{csv: t, dates: DD.MM.YYYY}") == (days, [])


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=12))
def test_any_text_is_read_or_refused(text: str) -> None:
    quoted = '"' + text.replace('"', '""') + '"'
    values, codes = one_column("text", quoted)
    assert (values is None) != (codes == [])
