"""Keys, links, totals and rows set aside, over all files of a project at once."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.facts_in_memory import declared, loaded
from quotarules.diagnostics.files import MemoryFiles
from quotarules.ledger.load import load
from quotarules.values.schema import FactSchema, SetAside

YAML = """
people: {key: person, from: people, columns: {number: count, manager: people or missing}}
deals: {key: deal, from: deals, columns: {seller: people, sector: sectors or missing, amount: money EUR}}
sectors: {distinct: deals.sector}
participants:
  {key: [deal, person, role], each: participant, from: parts, columns: {deal: deals, person: people, role: [a, b]}}
targets:
  {key: [person, month], each: target, from: targets, columns: {person: {column: no, to: people.number}, month: date}}
"""
FILES: dict[str, bytes | str] = {
    "people": "person,number,manager\nP1,11,\nP2,12,P1\n",
    "deals": "deal,seller,sector,amount\nD1,P1,retail,10.00\nD2,P2,,5.00\nD3,P2,retail,1.00\n",
    "parts": "deal,person,role\nD1,P1,a\nD1,P2,a\nD1,P1,b\n",
    "targets": "no,month\n12,2026-01-01\n11,2026-01-01\n",
}


def told(**changed: str) -> list[tuple[str, str, int | str | None, str | None]]:
    ledger, problems = loaded(YAML, {**FILES, **changed})
    assert (ledger is None) == bool(problems)
    labels = [(problem.code, problem.report().primary) for problem in problems]
    return [(code, label.span.file, label.row, label.column) for code, label in labels]


def test_a_sound_project_loads() -> None:
    ledger, problems = loaded(YAML, FILES)
    assert ledger is not None, problems
    rows = {name: table.rows.to_pylist() for name, table in ledger.tables.items()}
    assert rows["sectors"] == [{"sector": "retail"}]
    assert rows["targets"][0]["person"] == "P2"
    assert rows["deals"][1] == {"deal": "D2", "seller": "P2", "sector": None, "amount": 500}
    assert [(unlinked.table, unlinked.column, unlinked.count) for unlinked in ledger.unlinked] == [
        ("people", "manager", 1),
        ("deals", "sector", 1),
    ]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"people": "person,number,manager\nP1,11,\nP2,12,P3\n"}, [("QR0209", "people", 3, "manager")]),
        ({"people": "person,number,manager\nP1,11,\nP2,12,P1\nP1,13,\n"}, [("QR0208", "people", 4, "person")]),
        (
            {"people": "person,number,manager\nP1,12,\nP2,12,P1\n"},
            [("QR0209", "targets", 3, "no"), ("QR0217", "people", 3, "number")],
        ),
        ({"parts": "deal,person,role\nD1,P1,a\nD1,P2,a\nD1,P1,a\n"}, [("QR0208", "parts", 4, "deal, person, role")]),
        ({"parts": "deal,person,role\nD9,P1,a\n"}, [("QR0209", "parts", 2, "deal")]),
        ({"targets": "no,month\n12,2026-01-01\n12,2026-01-01\n"}, [("QR0208", "targets", 3, "no, month")]),
        ({"targets": "no,month\nx,2026-01-01\n"}, [("QR0205", "targets", 2, "no")]),
        (
            {"parts": "deal,person,role\nD9,P1,a\n", "targets": "no,month\nx,2026-01-01\n"},
            [("QR0209", "parts", 2, "deal"), ("QR0205", "targets", 2, "no")],
        ),
    ],
)
def test_what_breaks_a_contract_is_located(changed: dict[str, str], expected: list[tuple[str, str, int, str]]) -> None:
    assert sorted(told(**changed)) == sorted(expected)


def test_a_missing_file_is_one_problem() -> None:
    _, problems = loaded(YAML, {name: body for name, body in FILES.items() if name != "people"})
    assert [problem.code for problem in problems] == ["QR0001"]


def test_control_totals_and_row_limits() -> None:
    yaml = "things: {key: a, from: {csv: t, rows: 3}, at_most_rows: 1}"
    _, problems = loaded(yaml, {"t": "a\nx\ny\n"})
    assert [problem.code for problem in problems] == ["QR0210", "QR0211"]


def aside(schema: FactSchema, *rows: tuple[str, str]) -> FactSchema:
    return replace(schema, set_aside=tuple(SetAside(*row, "a reason", schema.tables[0].span) for row in rows))


def test_a_row_set_aside_is_not_asked_anything() -> None:
    schema = declared("things: {key: [a, b], each: thing, from: t, columns: {n: count}}")
    files = MemoryFiles({"t": b"a,b,n\nx,1,5\ny,1,bad\nx,2,6\n"})
    assert load(schema, files, "UTC")[0] is None
    ledger, problems = load(aside(schema, ("things", "y/1")), files, "UTC")
    assert ledger is not None, problems
    assert ledger.tables["things"].rows["n"].to_pylist() == [5, 6]
    assert ledger.files[0].rows == 3


def test_line_numbers_stay_when_a_row_is_set_aside() -> None:
    schema = declared("things: {key: line number, from: t, columns: {n: count}}")
    ledger, _ = load(aside(schema, ("things", "2")), MemoryFiles({"t": b"n\n5\nbad\n7\n"}), "UTC")
    assert ledger is not None
    assert ledger.tables["things"].rows.to_pylist() == [{"line": 1, "n": 5}, {"line": 3, "n": 7}]


def test_what_is_set_aside_must_be_there_once() -> None:
    schema = declared("things: {key: a, from: t}")
    rows = (("things", "x"), ("things", "z"), ("others", "x"))
    _, problems = load(aside(schema, *rows), MemoryFiles({"t": b"a\nx\nx\n"}), "UTC")
    assert sorted(problem.code for problem in problems) == ["QR0215", "QR0215", "QR0216"]


def test_a_value_read_as_another_is_counted() -> None:
    yaml = """
things: {key: line number, from: t, columns: {p: {to: products, read: {AB: "A B"}}}}
products: {key: p, from: p}
"""
    ledger, problems = loaded(yaml, {"t": "p\nAB\nA B\nAB\n", "p": "p\nA B\n"})
    assert ledger is not None, problems
    assert [(each.written, each.read_as, each.count) for each in ledger.replaced] == [("AB", "A B", 2)]
    assert ledger.tables["things"].rows["p"].to_pylist() == ["A B"] * 3


def test_links_through_keys_that_are_links() -> None:
    yaml = """
people: {key: person, from: people, columns: {number: count}}
salaries: {key: person, each: salary, from: salaries, columns: {person: {to: people.number}}}
raises: {key: line number, each: raise, from: raises, columns: {salary: salaries}}
"""
    files: dict[str, bytes | str] = {
        "people": "person,number\nA,1\nB,2\n",
        "salaries": "person\n2\n1\n",
        "raises": "salary\n1\n",
    }
    ledger, problems = loaded(yaml, files)
    assert ledger is not None, problems
    assert ledger.tables["salaries"].rows["person"].to_pylist() == ["B", "A"]
    assert ledger.tables["raises"].rows["salary"].to_pylist() == ["A"]


def test_texts_are_equal_by_their_normal_form() -> None:
    yaml = "people: {key: p, from: p}\nthings: {key: line number, from: t, columns: {p: people}}"
    ledger, problems = loaded(yaml, {"p": "p\nJos\u00e9\n", "t": "p\nJose\u0301\n"})
    assert ledger is not None, problems
    _, problems = loaded(yaml, {"p": "p\nJos\u00e9\nJose\u0301\n", "t": "p\n"})
    assert [problem.code for problem in problems] == ["QR0208"]


def test_the_digest_knows_bytes_and_declaration_and_no_places() -> None:
    digests = []
    for yaml, files in [
        (YAML, FILES),
        ("# a comment\n" + YAML, FILES),
        (YAML.replace("money EUR", "money USD"), FILES),
        (YAML, {**FILES, "targets": "no,month\n11,2026-01-01\n12,2026-01-01\n"}),
    ]:
        ledger, problems = loaded(yaml, dict(files))
        assert ledger is not None, problems
        digests.append(ledger.digest)
    assert digests[0] == digests[1]
    assert len(set(digests)) == 3


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3), st.sampled_from("xy")), max_size=12))
def test_a_composite_key_is_unique_exactly_if_its_rows_are(rows: list[tuple[str, int, str]]) -> None:
    yaml = "things: {key: [a, n, b], each: thing, from: t, columns: {n: count, b: [x, y]}}"
    body = "a,n,b\n" + "".join(f"{a},{n},{b}\n" for a, n, b in rows)
    _, problems = loaded(yaml, {"t": body})
    first: dict[tuple[str, int, str], int] = {}
    repeated = [i + 2 for i, row in enumerate(rows) if first.setdefault(row, i) != i]
    assert [problem.report().primary.row for problem in problems] == repeated
    for problem in problems:
        (label,) = problem.report().labels
        row = problem.report().primary.row
        assert isinstance(label.row, int)
        assert isinstance(row, int)
        assert first[rows[row - 2]] == label.row - 2
