"""Facts in tables of the server: the same root as from files, the same contracts, one moment for all tables."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from quotarules.cli.main import run
from quotarules.diagnostics.files import MemoryFiles
from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.render import line
from quotarules.diagnostics.render.json import render as as_json
from quotarules.diagnostics.source import SourceFile
from quotarules.engines.server_problems import EngineError
from quotarules.engines.sql.postgres_tables import tables
from quotarules.ledger.load import load
from quotarules.ledger.tables import Ledger
from quotarules.semantics.facts import read_facts
from quotarules.syntax.yaml_tree import parse_yaml
from quotarules.values.schema import FactSchema
from servers.starter import STARTER, in_tables

# The starter's files as somebody keeps them: other names, types of a database, rows in another order.
CRM = """
CREATE SCHEMA crm;
CREATE TYPE crm.role AS ENUM ('account_manager', 'seller');
CREATE DOMAIN crm.euro AS numeric(14, 2);
CREATE TABLE crm.people (person text, name varchar(80), role crm.role, salary bigint);
INSERT INTO crm.people VALUES ('A1', 'Sample Account Manager', 'account_manager', 70000),
  ('S2', 'Sample Seller Two', 'seller', 60000), ('S1', 'Sample Seller One', 'seller', 60000);
CREATE TABLE crm."Clients" (client char(4), name text, "Account Manager" text, note jsonb);
INSERT INTO crm."Clients" VALUES ('C3', 'Sample Client Three', 'A1'), ('C1', 'Sample Client One', 'A1'),
  ('C2', 'Sample Client Two', 'A1');
CREATE TABLE crm.sold (deal text, client text, seller text, amount numeric, cost crm.euro, won_on date);
INSERT INTO crm.sold VALUES ('D3', 'C1', 'S2', 150000.000, 100000, '2026-01-30'),
  ('D2', 'C2', 'S1', 700000, 710000, '2026-01-28'), ('D1', 'C1', 'S1', 400000.0, 250000, '2026-01-15');
CREATE VIEW crm.deals AS SELECT * FROM crm.sold WHERE amount >= 0;
"""
PLACES = {
    "data/people.csv": "{table: crm.people}",
    "data/clients.csv": "{table: crm.Clients}",
    "data/deals.csv": "{table: crm.deals}",
    "data/leads.csv": "{table: leads}",
    "account_manager: people": "account_manager: {column: Account Manager, to: people}",
}


@pytest.fixture
def admin(postgres_url: str) -> Iterator[psycopg.Connection]:
    """A connection beside a database with the starter's facts, which is emptied afterwards."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("SET TimeZone = 'Europe/Moscow'")
        connection.execute(CRM.encode())
        connection.execute(
            b"CREATE TABLE leads (lead text PRIMARY KEY, assigned_to text, handed_at timestamp, touched_at timestamptz)"
        )
        rows = (STARTER / "data" / "leads.csv").read_text(encoding="utf-8").splitlines()[1:]
        for row in rows:
            values = [part or None for part in row.split(",")]
            connection.execute("INSERT INTO leads VALUES (%s, %s, %s, %s)", values)
        yield connection
        connection.execute("DROP SCHEMA crm CASCADE; DROP TABLE leads")


def project(folder: Path) -> Path:
    """The starter with its facts in the database."""
    return in_tables(folder, PLACES)


def schema(text: str) -> FactSchema:
    tree, _ = parse_yaml(SourceFile("facts.yaml", text))
    assert tree is not None
    found, problems = read_facts(tree)
    assert found is not None, problems
    return found


def read(text: str, url: str) -> tuple[Ledger | None, tuple[Problem, ...]]:
    with tables(url) as database:
        return load(schema(text), MemoryFiles({}), "Europe/Moscow", database)


def told(text: str, url: str) -> list[str]:
    ledger, problems = read(text, url)
    assert ledger is None
    return [line.render(problem, {}).split("; help")[0] for problem in problems]


def test_the_root_is_that_of_the_same_facts_in_files(
    admin: psycopg.Connection, postgres_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert admin.closed is False
    assert run(["init", str(tmp_path / "files")]) == 0
    stored = project(tmp_path / "stored")
    roots = []
    server = ["--engine", "postgres", "--engine-url", postgres_url]
    for folder, engine in ((tmp_path / "files", ["--engine", "duckdb"]), (stored, server)):
        capsys.readouterr()
        assert run(["settle", "--project", str(folder), "--period", "2026-01", *engine]) == 0
        roots.append([found for found in capsys.readouterr().out.splitlines() if found.startswith("settlement  ")])
    assert len(roots[0]) == 1
    assert roots[0] == roots[1]


def test_another_engine_reads_no_database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = project(tmp_path / "stored")
    capsys.readouterr()
    assert run(["settle", "--project", str(folder), "--period", "2026-01"]) == 1
    said = capsys.readouterr().err
    assert said.count("error[QR0310]") == 4
    assert "facts.yaml:5:17" in said


def test_who_would_wait_is_told_from_tables_too(
    admin: psycopg.Connection, postgres_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = project(tmp_path / "stored")
    with (folder / "plan.qr").open("a", encoding="utf-8") as rules:
        rules.write(
            'measure usual for each person = mean(amount of deals by seller on won_on) else waiting "no deal"\n'
            'pay extra "Extra" for each person {\n  part "Part" 5% of usual\n}\n'
        )
    capsys.readouterr()
    server = ("--engine", "postgres", "--engine-url", postgres_url)
    assert run(["check", "-C", str(folder), "--period", "2026-01", "--format", "line", *server]) == 0
    said = capsys.readouterr().out
    assert "warning QR7780 no deal: A1 would wait for `extra.part` (pay) in 2026-01" in said
    assert not (folder / ".quotarules").exists()
    admin.execute('ALTER TABLE crm."Clients" RENAME TO absent')
    assert run(["check", "-C", str(folder), "--period", "2026-01", *server]) == 1
    assert "QR0311" in capsys.readouterr().err


def test_every_broken_contract_is_told_by_table_key_and_column(admin: psycopg.Connection, postgres_url: str) -> None:
    admin.execute(
        "INSERT INTO crm.sold VALUES ('D4', 'C9', 'S1', 1.005, NULL, 'infinity'), (NULL, 'C1', 'S1', 1, 1, NULL),"
        " ('D5', 'C1', 'S1', 'NaN', 2000000, NULL), ('D1', 'C1', 'S1', 1, 1, NULL)"
    )
    text = """
clients: {key: client, from: {table: crm.Clients}}
deals:
  key: deal
  from: {table: crm.sold}
  columns: {client: clients, amount: money RUB, cost: money RUB max 1_000_000, won_on: date or missing}
"""
    assert told(text, postgres_url) == [
        "crm.sold:D1: error QR0208 column `deal`: two rows have the key `D1`",
        "crm.sold:D4: error QR0205 column `amount`: `1.005` is not a number of at most 2 decimals",
        "crm.sold:D4: error QR0207 column `cost`: `cost` has no value",
        "crm.sold:D4: error QR0205 column `won_on`: `infinity` is not a date written YYYY-MM-DD",
        "crm.sold:D4: error QR0209 column `client`: no row of `clients` has `C9` as `client`",
        "crm.sold:D5: error QR0205 column `amount`: `NaN` is not a number such as 1240.5",
        "crm.sold:D5: error QR0206 column `cost`: `2000000` is not at least -1,000,000,000,000 and at most 1,000,000",
        "crm.sold:: error QR0207 column `deal`: `deal` has no value",
    ]


def test_a_place_is_told_in_every_form(admin: psycopg.Connection, postgres_url: str) -> None:
    admin.execute("INSERT INTO crm.people VALUES ('S9', 'Nine', 'seller', NULL)")
    _, problems = read(
        "people: {each: person, key: person, from: {table: crm.people}, columns: {salary: count}}", postgres_url
    )
    assert '"key": "S9"' in as_json(problems, {})
    assert problems[0].report().primary.row == "S9"


def test_what_is_not_there(admin: psycopg.Connection, postgres_url: str) -> None:
    assert admin.closed is False
    absent = "deals: {key: deal, from: {table: crm.dealz}}"
    assert told(absent, postgres_url) == ["facts.yaml: error QR0311 the database has no table or view `crm.dealz`"]
    text = "deals: {key: deal, from: {table: crm.sold}, columns: {amounts: money RUB}}"
    (found,) = told(text, postgres_url)
    assert "QR0312" in found
    assert "has no column `amounts`" in found


def test_what_is_not_exact_is_refused(admin: psycopg.Connection, postgres_url: str) -> None:
    admin.execute("ALTER TABLE crm.sold ADD COLUMN bonus double precision")
    text = "deals: {key: deal, from: {table: crm.sold}, columns: {bonus: money RUB or missing}}"
    (found,) = told(text, postgres_url)
    assert "QR0212" in found
    assert "floating-point numbers (double precision)" in found
    (found,) = told(
        "clients: {key: client, from: {table: crm.Clients}, columns: {note: text or missing}}", postgres_url
    )
    assert "values of type jsonb" in found


def test_rows_that_the_user_may_not_see_are_an_error(admin: psycopg.Connection, postgres_url: str) -> None:
    admin.execute(
        "ALTER TABLE crm.people ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON crm.people USING (role = 'seller')"
    )
    admin.execute("CREATE ROLE reader LOGIN; GRANT USAGE ON SCHEMA crm TO reader; GRANT SELECT ON crm.people TO reader")
    text = "people: {each: person, key: person, from: {table: crm.people}}"
    try:
        with pytest.raises(EngineError, match="row-level security"):
            read(text, postgres_url.replace("//postgres@", "//reader@"))
    finally:
        admin.execute("DROP OWNED BY reader; DROP ROLE reader")


def test_all_tables_are_read_as_they_stood_at_one_moment(admin: psycopg.Connection, postgres_url: str) -> None:
    with tables(postgres_url) as database:
        before = database.read("crm.people", ("person",), ("person",))
        admin.execute("INSERT INTO crm.sold VALUES ('D9', 'C1', 'S1', 1, 1, NULL); DELETE FROM crm.people")
        assert database.read("crm.sold", ("deal",), ("deal",)).rows == 3
        assert database.read("crm.people", ("person",), ("person",)).sha256 == before.sha256


def test_the_digest_is_of_the_rows_and_not_of_their_order(admin: psycopg.Connection, postgres_url: str) -> None:
    text = "people: {each: person, key: person, from: {table: crm.people}, columns: {salary: money RUB}}"
    first, _ = read(text, postgres_url)
    admin.execute("CREATE TABLE crm.held AS SELECT * FROM crm.people; TRUNCATE crm.people")
    admin.execute("INSERT INTO crm.people SELECT * FROM crm.held ORDER BY person DESC")
    again, _ = read(text, postgres_url)
    admin.execute("UPDATE crm.people SET salary = salary + 1 WHERE person = 'S1'")
    changed, _ = read(text, postgres_url)
    assert first is not None
    assert again is not None
    assert changed is not None
    assert first.digest == again.digest
    assert first.digest != changed.digest
    assert [file.path for file in first.files] == ["crm.people"]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("key: line number, from: {table: crm.deals}", "QR0106"),
        ("key: deal, from: {table: crm.a.deals}", "QR0114"),
        ("key: deal, from: {table: crm.deals, dates: DD.MM.YYYY}", "QR0111"),
        ("key: deal, from: {table: crm.deals, csv: deals.csv}", "QR0114"),
    ],
)
def test_a_declaration_that_cannot_be(source: str, code: str) -> None:
    tree, _ = parse_yaml(SourceFile("facts.yaml", f"deals: {{{source}}}"))
    assert tree is not None
    assert [problem.code for problem in read_facts(tree)[1]] == [code]
