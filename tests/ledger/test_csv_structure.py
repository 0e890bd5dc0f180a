"""A CSV file is cut into rows by its quotes and nothing else; what cannot be cut is said with its row."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.facts_in_memory import loaded

YAML = "things: {key: a, from: t, columns: {b: text or missing}}"

BROKEN = [
    ("nothing", b"", [("QR0202", 1)]),
    ("only a mark", b"\xef\xbb\xbf", [("QR0202", 1)]),
    ("never closed", b'a,b\n1,"x\n2,y\n', [("QR0202", 2)]),
    ("stray quote", b'a,b\n1,x\n2,y"z\n', [("QR0202", 3)]),
    ("text after a quote", b'a,b\n1,"x"y\n', [("QR0202", 2)]),
    ("blank before a quote", b'a,b\n1, "x"\n', [("QR0202", 2)]),
    ("too few columns", b"a,b\n1\n2,y\n3\n", [("QR0202", 2), ("QR0202", 4)]),
    ("too many columns", b"a,b\n1,x,y\n", [("QR0202", 2)]),
    ("empty row", b"a,b\n1,x\n\n2,y\n", [("QR0202", 3)]),
    ("NUL", b"a,b\n1,x\x00\n", [("QR0202", 2)]),
    ("escape character", b"a,b\n1,x\n2,\x1b[31m\n", [("QR0202", 3)]),
    ("bare carriage return", b"a,b\n1,x\r2,y\n", [("QR0202", 2)]),
    ("two columns of one name", b"a,b,b\n1,x,y\n", [("QR0204", 1)]),
    ("no such column", b"a,c\n1,x\n", [("QR0203", 1)]),
    ("no header", b"1,x\n2,y\n", [("QR0203", 1), ("QR0203", 1)]),
    ("two faults", b"a,b\n1,x\n1,y\n2\n", [("QR0208", 3), ("QR0202", 4)]),
]


@pytest.mark.parametrize(("content", "expected"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_a_broken_file_is_located(content: bytes, expected: list[tuple[str, int | None]]) -> None:
    ledger, problems = loaded(YAML, {"t": content})
    assert ledger is None
    assert [(problem.code, problem.report().primary.row) for problem in problems] == expected


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf"])
def test_an_empty_file_lacks_its_header_line(content: bytes) -> None:
    _, (problem,) = loaded(YAML, {"t": content})
    assert problem.report().message == "the file is empty: it lacks its header line"
    assert problem.report().help == "write the header line"


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1,x\n2,",
        b"a,b\r\n1,x\r\n2,\r\n",
        b'a,b\n"1","x"\n"2",""',
        b"b,a,c\nx,1,9\n,2,9\n",
        b"\xef\xbb\xbfa,b\n1,x\n2,\n",
    ],
)
def test_the_same_rows_in_other_dress(content: bytes) -> None:
    ledger, problems = loaded(YAML, {"t": content})
    assert ledger is not None, problems
    assert ledger.tables["things"].rows.to_pylist() == [{"a": "1", "b": "x"}, {"a": "2", "b": None}]


def test_rows_beside_broken_ones_are_still_checked() -> None:
    content = "a,b\n1,x\n2\n3,y\n3,z\n4,u,v\n,w\n5"
    _, problems = loaded(YAML, {"t": content})
    found = [(problem.code, problem.report().primary.row) for problem in problems]
    assert found == [("QR0202", 3), ("QR0208", 5), ("QR0202", 6), ("QR0207", 7), ("QR0202", 8)]


def test_a_quoted_line_end_belongs_to_its_row() -> None:
    content = 'a,note,b\n1,"x\ny",u\n2,"p\r\nq",bad\u202e\n'
    _, problems = loaded(YAML, {"t": content})
    assert [(problem.code, problem.report().primary.row) for problem in problems] == [("QR0205", 3)]


def test_only_a_hundred_problems_are_told() -> None:
    _, problems = loaded("things: {key: line number, from: t, columns: {n: count}}", {"t": "n\n" + "x\n" * 250})
    assert len(problems) == 101
    assert problems[-1].code == "QR0214"
    assert "150" in problems[-1].report().message
    assert [problem.report().primary.row for problem in problems[:3]] == [2, 3, 4]


CELLS = st.text(st.sampled_from("ab ,\";\n\r'|é1"), max_size=6).filter(
    lambda cell: "\r" not in cell.replace("\r\n", "")
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=8))
def test_what_a_strict_writer_writes_is_read(rows: list[list[str]]) -> None:
    """The declared column stands beside two that are not, which may hold anything."""
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(["n", "x", "y"])
    writer.writerows([str(i), row[0], row[1]] for i, row in enumerate(rows))
    ledger, problems = loaded("things: {key: n, from: t, columns: {n: count}}", {"t": stream.getvalue()})
    assert ledger is not None, problems
    assert ledger.tables["things"].rows["n"].to_pylist() == list(range(len(rows)))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_end_in_a_ledger_or_a_located_problem(content: bytes) -> None:
    ledger, problems = loaded(YAML, {"t": b"a,b\n" + content})
    assert (ledger is None) == bool(problems)
    for problem in problems:
        assert problem.report().message


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from('1a,"\n\r'), max_size=30))
def test_rows_agree_with_a_strict_reader(text: str) -> None:
    """Whatever we take, Python's strict reader takes too, and it sees the same fields."""
    content = "a,b\n" + text
    ledger, _ = loaded("things: {key: line number, from: t, columns: {a: text or missing}}", {"t": content})
    if ledger is None:
        return
    expected = list(csv.reader(io.StringIO(content, newline=""), strict=True))[1:]
    assert ledger.tables["things"].rows["a"].to_pylist() == [row[0] or None for row in expected]
