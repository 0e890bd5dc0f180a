"""What is PostgreSQL's own: names, texts and their order, wide numbers, what is left behind, servers that will not."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from engines.sample import NOWHERE, Sample, Settle, num
from quotarules.cli.main import run
from quotarules.engines.server_problems import EngineError
from quotarules.engines.sql import postgres
from quotarules.engines.sql.dialects.postgres import PostgresPrinter, short
from quotarules.engines.sql.postgres_session import transaction
from quotarules.plan.nodes import Account, LineRule, Rows, TraceInput

RELATIONS = "SELECT count(*) FROM pg_class"


@pytest.fixture
def settle(postgres_url: str) -> Settle:
    return postgres.bound(postgres_url)


@pytest.fixture
def admin(postgres_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        yield connection


def number(admin: psycopg.Connection, query: bytes) -> int:
    row = admin.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def keyed(*keys: str) -> Sample:
    """A table of those keys, and a line of 1 for each of them."""
    sample = Sample()
    sample.table("rows", "row", {"row": "text"}, [(key,) for key in keys])
    every = Rows("rows", (), None, earlier=False, date=None, window=None, where=None)
    sample.lines.append(LineRule("a", "one", "One", "row", None, every, num(1), (), NOWHERE))
    sample.accounts.append(Account("a", "pay", "A", "", 0))
    return sample


def test_texts_come_back_as_they_are_in_the_order_of_their_bytes(settle: Settle) -> None:
    keys = [
        "",
        " ",
        "B",
        "a",
        "b",
        "Z",
        "é",
        "я",
        "日本",
        "𝄞",
        "a,b",
        'a"b',
        "a'b",
        "a\\b",
        "\\.",
        "\\N",
        "a\nb",
        "a\tb",
        "%",
        "50%",
    ]
    _, lines = keyed(*keys).settle(settle)
    assert [line["subject"] for line in lines] == sorted(keys, key=str.encode)


def test_a_value_beyond_64_bits_is_written_as_a_whole_number(settle: Settle) -> None:
    sample = keyed("r")
    wide = num(3 * 10**30)
    sample.lines[0] = replace(sample.lines[0], amount=wide, inputs=(TraceInput("wide", wide),))
    _, lines = sample.settle(settle)
    assert [(line["amount"], line["n0"]) for line in lines] == [(3 * 10**30, 3 * 10**30)]


def test_names_that_differ_in_case_or_after_63_bytes_are_two(settle: Settle) -> None:
    long = "столбец_с_очень_длинным_именем_и_концом_"
    columns = {"row": "text", "sum": "integer", "Sum": "integer", f"{long}а": "integer", f"{long}б": "integer"}
    sample = Sample()
    sample.table("rows", "row", columns, [("r", 1, 20, 300, 4000)])
    for name, expected in (("sum", 1), ("Sum", 20), (f"{long}а", 300), (f"{long}б", 4000)):
        assert sample.see(settle, "rows", sample.col("rows", name)) == {"r": expected}


@pytest.mark.parametrize("letter", ["a", "я", "𝄞"])
def test_a_name_is_cut_where_it_must_be_and_nowhere_else(letter: str) -> None:
    fits = letter * (63 // len(letter.encode()))
    assert short(fits) == fits
    cut = [short(fits + letter + end) for end in ("", "1", "2")]
    assert len(set(cut)) == 3
    assert all(len(name.encode()) <= 63 and name.startswith(letter * 10) for name in cut)
    assert '""' in PostgresPrinter().identifier('a"b')


def test_nothing_stays_on_the_server(settle: Settle, admin: psycopg.Connection) -> None:
    before = number(admin, RELATIONS.encode())
    keyed("a", "b").settle(settle)
    assert number(admin, RELATIONS.encode()) == before
    assert number(admin, b"SELECT count(*) FROM pg_stat_activity WHERE application_name = 'quotarules'") == 0


def test_a_session_is_set_by_us_and_not_by_the_server(postgres_url: str, admin: psycopg.Connection) -> None:
    assert admin.execute("SHOW statement_timeout").fetchone() == ("1s",)
    with transaction(postgres_url) as connection:
        asked = "TimeZone", "DateStyle", "statement_timeout", "standard_conforming_strings", "transaction_isolation"
        found = {name: connection.execute(f"SHOW {name}".encode()).fetchone() for name in asked}
    assert found == {
        "TimeZone": ("UTC",),
        "DateStyle": ("ISO, YMD",),
        "statement_timeout": ("0",),
        "standard_conforming_strings": ("on",),
        "transaction_isolation": ("repeatable read",),
    }


def test_functions_and_tables_of_others_are_not_met(settle: Settle, admin: psycopg.Connection) -> None:
    admin.execute("CREATE FUNCTION public.div(bigint, bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 7::bigint'")
    admin.execute('CREATE TABLE public."facts rows" (row text)')
    try:
        _, lines = keyed("a").settle(settle)
        assert [line["subject"] for line in lines] == ["a"]
    finally:
        admin.execute('DROP TABLE public."facts rows"')
        admin.execute("DROP FUNCTION public.div(bigint, bigint)")


def failed(url: str) -> tuple[str, str]:
    """The code and the message of a settlement that cannot be."""
    with pytest.raises(EngineError) as caught:
        keyed("a").settle(postgres.bound(url))
    return caught.value.problem.code, caught.value.problem.report().message


def test_a_server_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        url = f"postgresql://me:secret@127.0.0.1:{held.getsockname()[1]}/pay"
        code, message = failed(url)
        assert code == "QR5303"
        assert "refused" in message
        assert run(["init", str(tmp_path / "project")]) == 0
        command = ["settle", "--project", str(tmp_path / "project"), "--period", "2026-01", "--engine", "postgres"]
        assert run([*command, "--engine-url", url]) == 1
        said = capsys.readouterr().err
        assert "error[QR5303]" in said
        assert "secret" not in said


def test_a_url_that_is_none() -> None:
    assert failed("postgresql://host:port/pay")[0] == "QR5303"
    assert failed("postgresql://127.0.0.1/pay?colour=blue")[0] == "QR5303"


@pytest.mark.parametrize("password", ["%secret", "a@secret", "a/secret", "secret@a", "secret/a"])
def test_no_piece_of_a_password_is_told(password: str) -> None:
    code, message = failed(f"postgresql://me:{password}@127.0.0.1:1/pay")
    assert code == "QR5303"
    assert "secret" not in message
    assert "127.0.0.1:1/pay" in message


def test_a_database_in_another_encoding(postgres_url: str, admin: psycopg.Connection) -> None:
    admin.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0")
    try:
        code, message = failed(postgres_url.replace("/postgres?", "/latin?"))
        assert code == "QR5305"
        assert "LATIN1" in message
    finally:
        admin.execute("DROP DATABASE latin")


def test_a_server_that_does_not_let_us_work(postgres_url: str, admin: psycopg.Connection) -> None:
    admin.execute("CREATE ROLE reader LOGIN; REVOKE TEMPORARY ON DATABASE postgres FROM public")
    try:
        code, message = failed(postgres_url.replace("//postgres@", "//reader@"))
        assert code == "QR5304"
        assert "temporary" in message
    finally:
        admin.execute("GRANT TEMPORARY ON DATABASE postgres TO public; DROP ROLE reader")


def test_a_connection_that_is_cut(postgres_url: str, admin: psycopg.Connection) -> None:
    def cut() -> None:
        with transaction(postgres_url) as connection:
            admin.execute("SELECT pg_terminate_backend(%s)", [connection.info.backend_pid])
            connection.execute("SELECT 1")

    with pytest.raises(EngineError) as caught:
        cut()
    assert caught.value.problem.code == "QR5304"


def test_the_starter_comes_to_the_same_root(
    postgres_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roots = []
    for engine, *url in (("duckdb",), ("postgres", "--engine-url", postgres_url)):
        project = tmp_path / engine
        assert run(["init", str(project)]) == 0
        capsys.readouterr()
        command = ["settle", "--project", str(project), "--period", "2026-01", "--engine", engine]
        assert run([*command, *url]) == 0
        roots.append([line for line in capsys.readouterr().out.splitlines() if line.startswith("settlement  ")])
        assert run(["verify", "--project", str(project)]) == 0
    assert len(roots[0]) == 1
    assert roots[0] == roots[1]
