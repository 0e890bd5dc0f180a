"""Declarations of facts, calendars and projects: what they become, and what is wrong with them."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import SourceFile
from quotarules.semantics.calendar import read_calendar
from quotarules.semantics.facts import read_facts, singular
from quotarules.semantics.project import Project, read_project
from quotarules.syntax.yaml_tree import Node, parse_yaml
from quotarules.values.calendar import Calendar
from quotarules.values.period import day_number
from quotarules.values.schema import ColumnKind, ColumnSpec, DistinctSource, FactSchema, FileSource


def tree_of(text: str) -> tuple[SourceFile, Node]:
    source = SourceFile("a.yaml", text)
    tree, problems = parse_yaml(source)
    assert tree is not None, problems
    return source, tree


def schema_of(text: str) -> FactSchema:
    schema, problems = read_facts(tree_of(text)[1])
    assert schema is not None, [problem.report().message for problem in problems]
    return schema


def column(kind: str) -> ColumnSpec:
    found = schema_of(f"things: {{key: k, from: t.csv, columns: {{c: {kind}}}}}").tables[0].column("c")
    assert found is not None
    return found


COLUMNS = [
    ("text", ColumnKind.TEXT, 0, None, None),
    ("count", ColumnKind.COUNT, 0, 0, 10**12),
    ("count min -5 max 1_000", ColumnKind.COUNT, 0, -5, 1000),
    ("number to 0.01", ColumnKind.NUMBER, 2, -(10**14), 10**14),
    ("number to 1 max 3", ColumnKind.NUMBER, 0, -(10**12), 3),
    ("percent to 0.01%", ColumnKind.PERCENT, 4, -(10**6), 10**6),
    ("percent to 1% min 0 max 100%", ColumnKind.PERCENT, 2, 0, 100),
    ("percent to 0.1 max 12.5", ColumnKind.PERCENT, 3, -(10**5), 125),
    ("money RUB max 10_000.50 min 0", ColumnKind.MONEY, 2, 0, 1_000_050),
    ("date min 1970-01-02", ColumnKind.DATE, 0, 1, day_number(date(9999, 12, 31))),
]


@pytest.mark.parametrize(("kind", "is_kind", "scale", "lowest", "highest"), COLUMNS, ids=[case[0] for case in COLUMNS])
def test_a_type_is_exact(kind: str, is_kind: ColumnKind, scale: int, lowest: int | None, highest: int | None) -> None:
    spec = column(kind)
    assert (spec.kind, spec.scale, spec.lowest, spec.highest, spec.optional) == (is_kind, scale, lowest, highest, False)
    assert column(kind + " or missing").optional
    assert column(f"{{type: {kind}, or: missing}}").optional


def test_forms_of_a_column() -> None:
    assert column("[a, b]").choices == ("a", "b")
    assert column("{column: X}").kind is ColumnKind.TEXT
    assert column("{type: yes/no, yes: [true, Y], no: N}").yes == ("true", "Y")
    assert column("things or missing").target == "things"
    assert column("{to: things.k or missing}").via == "k"
    assert column("money RUB").currency == "RUB"
    assert column('{read: {a: "b c"}}').read == (("a", "b c"),)


def test_tables() -> None:
    schema = schema_of("""
people: {key: person, from: a.parquet, at_most_rows: 1_000}
parts:
  each: part
  key: [person, kind]
  from: {csv: b, delimiter: tab, decimal: ",", rows: 1_240}
  columns: {person: people}
kinds: {distinct: parts.kind}
notes: {key: line number, from: n.csv}
""")
    people, parts, kinds, notes = schema.tables
    assert (people.each, people.key, people.row_limit) == ("person", ("person",), 1000)
    assert isinstance(people.source, FileSource)
    assert people.source.format == "parquet"
    assert [spec.name for spec in parts.columns] == ["kind", "person"]
    assert isinstance(parts.source, FileSource)
    assert (parts.source.delimiter, parts.source.decimal, parts.source.rows) == ("\t", ",", 1240)
    assert isinstance(kinds.source, DistinctSource)
    assert (kinds.each, kinds.key, kinds.columns[0].kind) == ("kind", ("kind",), ColumnKind.TEXT)
    assert (notes.line_key, notes.key) == (True, ("line",))


@pytest.mark.parametrize(
    ("table", "one"),
    [
        ("deals", "deal"), ("people", "person"), ("companies", "company"), ("branches", "branch"), ("boxes", "box"),
        ("addresses", "address"), ("surveys", "survey"), ("invoices", "invoice"), ("staff", None), ("sales", "sale"),
        ("business", None), ("сделки", None),
    ],
)  # fmt: skip
def test_the_word_for_one_row(table: str, one: str | None) -> None:
    assert singular(table) == one


TABLE = "things: {{key: k, from: t.csv, columns: {{{}}}}}"
WRONG = [
    (TABLE.format("c: mony RUB"), "QR0101", "mony"),
    (TABLE.format("c: number"), "QR0101", "number"),
    (TABLE.format("c: number to 0.25"), "QR0101", "number"),
    (TABLE.format("c: money rub"), "QR0101", "money"),
    (TABLE.format("c: {to: thing}"), "QR0102", "thing}"),
    (TABLE.format("c: {to: things.x}"), "QR0103", "c:"),
    (TABLE.format("c: [a, a]"), "QR0104", "a]"),
    ("a: {each: x, key: k, from: t}\nb: {each: x, key: k, from: t}", "QR0104", "x, key: k, from: t}\n b"),
    ("a: {each: b, key: k, from: t}\nb: {each: y, key: k, from: t}", "QR0104", "b, key"),
    ("things: {key: [a, b], from: t}", "QR0105", "things"),
    ("staff: {key: a, from: t}", "QR0105", "staff"),
    ("things: {from: t}", "QR0106", "things"),
    (TABLE.format("k: text or missing"), "QR0106", "k: text"),
    (TABLE.format("where: text"), "QR0107", "where"),
    (TABLE.format("1st: text"), "QR0108", "1st"),
    ("parts: {each: p, key: [a, b], from: t}\nthings: {key: k, from: t, columns: {c: parts}}", "QR0109", "c: parts"),
    ("lines: {key: line number, from: t}\nthings: {key: k, from: t, columns: {c: lines}}", "QR0109", "c: lines"),
    (TABLE.format("c: count max 1.5"), "QR0110", "count max"),
    (TABLE.format("c: count min 5 max 4"), "QR0110", "count min"),
    (TABLE.format("c: text max 4"), "QR0110", "text max"),
    (TABLE.format("c: count max"), "QR0110", "count max"),
    (TABLE.format("c: {type: text, yes: Y}"), "QR0111", "yes"),
    (TABLE.format("c: {type: text, zone: UTC}"), "QR0111", "zone"),
    (TABLE.format("c: {type: text, to: things}"), "QR0111", "type"),
    (TABLE.format("c: {type: yes/no, yes: a, no: [b, a]}"), "QR0111", "no: ["),
    (TABLE.format("c: {type: instant, zone: Moscow}"), "QR0112", "Moscow"),
    ("things: {key: k, from: t, since: d, columns: {d: count}}", "QR0680", "d: count"),
    ("things: {key: k, from: t, since: d, columns: {d: date or missing}}", "QR0680", "d: date or"),
    ("things: {key: [k, d], each: thing, from: t, since: d, columns: {d: date}}", "QR0680", "d: date"),
    ("things: {key: line number, from: t, since: d, columns: {d: date}}", "QR0680", "d: date"),
    ("things: {key: k, from: {sql: t}}", "QR0113", "sql"),
    ("things: {key: k, from: {xlsx: t}}", "QR0113", "xlsx"),
    (TABLE.format("c: money in currency"), "QR0660", "c: money"),
    ("things: {key: k}", "QR0114", "things"),
    ("things: {key: k, from: {csv: a, parquet: b}}", "QR0114", "{csv"),
    ("things: {key: k, from: {parquet: a, dates: DD.MM.YYYY}}", "QR0111", "dates"),
]


@pytest.mark.parametrize(("text", "code", "at"), WRONG, ids=[f"{case[1]}-{i}" for i, case in enumerate(WRONG)])
def test_a_wrong_declaration_is_one_problem_at_its_place(text: str, code: str, at: str) -> None:
    source, tree = tree_of(text)
    schema, problems = read_facts(tree)
    assert schema is None
    assert [problem.code for problem in problems] == [code], [problem.report().message for problem in problems]
    here = source.text[problems[0].report().primary.span.start :]
    assert here.startswith(at.split("}\n", maxsplit=1)[0]), here


def calendar_of(text: str) -> tuple[Calendar | None, tuple[Problem, ...]]:
    return read_calendar("office", tree_of(text)[1])


def test_a_calendar_opens_and_closes() -> None:
    calendar, problems = calendar_of("""
from: 1970-01-01
through: 1970-01-07
hours: {thu: "09:00-13:00, 14:00-18:00", fri: 10:00-24:00, mon: 09:00-10:00}
closed: [1970-01-05]
changed: {1970-01-07: "08:00-09:00"}
""")
    assert calendar is not None, problems
    found = [(interval.start, interval.end, interval.before) for interval in calendar.intervals]
    assert found == [(540, 780, 0), (840, 1080, 240), (2040, 2880, 480), (9120, 9180, 1320)]
    assert calendar.closings == ((0, 1080), (1, 2880), (6, 9180))


HOURS = st.lists(st.integers(0, 1440), min_size=2, max_size=6, unique=True).filter(lambda times: len(times) % 2 == 0)


@settings(max_examples=100, deadline=None)
@given(HOURS, st.integers(0, 30))
def test_a_calendar_adds_up(times: list[int], days: int) -> None:
    times = sorted(times)
    written = ", ".join(
        f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in zip(times[::2], times[1::2], strict=True)
    )
    week = ", ".join(f'{day}: "{written}"' for day in ("mon", "tue", "wed", "thu", "fri"))
    calendar, problems = calendar_of(f"from: 2026-01-01\nthrough: 2026-02-{days % 28 + 1:02}\nhours: {{{week}}}\n")
    assert calendar is not None, problems
    before = 0
    for interval in calendar.intervals:
        assert interval.start < interval.end
        assert interval.before == before
        before += interval.end - interval.start
    starts = [interval.start for interval in calendar.intervals]
    assert starts == sorted(starts)


def project_of(text: str) -> tuple[Project | None, tuple[Problem, ...]]:
    return read_project(tree_of(text)[1])


def test_a_project() -> None:
    project, problems = project_of("""
rules: [plan.qr, karma.md]
facts: facts.yaml
calendars: {office: office.yaml}
set aside: [{table: deals, key: [D1, P1], why: entered twice}]
""")
    assert project is not None, problems
    assert (project.rules, project.facts, project.calendars) == (
        ("plan.qr", "karma.md"), ("facts.yaml",), (("office", "office.yaml"),),
    )  # fmt: skip
    assert (project.journal, project.set_aside[0].key) == ("journal", "D1/P1")
    assert [problem.code for problem in project_of("rules: /a\nfacts: [b, b]")[1]] == ["QR0020", "QR0021"]
