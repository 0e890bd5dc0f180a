"""The doctor finds sound engines sound, and refuses real ones whose settings make them answer otherwise."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import psycopg
import pytest

from engines.sample import Settle
from quotarules.cases import run_case
from quotarules.cli import main as door
from quotarules.doctor.examine import QUESTIONS, examine, questions
from quotarules.doctor.problems import AnswersOtherwise
from quotarules.engines.choice import ENGINES
from quotarules.engines.sql import duckdb, postgres
from quotarules.engines.sql.dialects.duckdb import DuckDbPrinter
from quotarules.engines.sql.duckdb_session import Limits, connected
from quotarules.engines.sql.postgres_session import transaction
from quotarules.engines.sql.tree import SqlType
from quotarules.ledger.tables import Ledger
from quotarules.plan.lines import OpeningBalance, Outcome
from quotarules.plan.nodes import Plan
from quotarules.values.period import Period

Openings = tuple[OpeningBalance, ...]

ANSWERS = 15 + 56 + 72 + 19 + 26 + 14
"""The expected lines of beyond, days, quotients, shares, texts and wide."""


def test_every_engine_is_sound(engine: Settle) -> None:
    found = examine("asked", engine)
    assert [problem.report().message for problem in found.problems] == []
    assert found.answers == ANSWERS


def test_a_server_whose_own_order_of_texts_is_another_is_sound(postgres_url: str) -> None:
    other = "CREATE DATABASE words TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C.UTF-8'"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        if connection.info.server_version < 150000:
            pytest.skip("databases sort texts by languages of their own since version 15")
        connection.execute("DROP DATABASE IF EXISTS words")
        connection.execute(other)
    url = postgres_url.replace("/postgres?", "/words?")
    assert examine("postgres", postgres.bound(url)).problems == ()


def test_a_server_that_prefers_functions_of_its_own_is_sound_and_without_our_pins_refused(postgres_url: str) -> None:
    url = postgres_url.replace("postgres@", "rounder@") + "&options=-csearch_path%3Down,pg_catalog"
    if "rounder@" not in url:
        pytest.skip("a server of somebody else has users of its own")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS own CASCADE")
        connection.execute("CREATE SCHEMA own")
        # What divides wide numbers, as somebody wants it who rounds.
        connection.execute(
            "CREATE FUNCTION own.div(numeric, numeric) RETURNS numeric LANGUAGE sql AS 'SELECT round($1 / $2)'"
        )
        connection.execute("DROP ROLE IF EXISTS rounder")
        connection.execute("CREATE ROLE rounder LOGIN SUPERUSER")
        connection.execute("ALTER ROLE rounder SET search_path = own, pg_catalog")
        connection.execute("ALTER ROLE rounder SET transform_null_equals = on")
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT div(2::numeric, 3::numeric)").fetchone() == (1,)
    assert examine("postgres", postgres.bound(url)).problems == ()

    def unpinned(plan: Plan, ledger: Ledger, period: Period, openings: Openings, lines: Path) -> Outcome:
        with transaction(url) as connection:
            connection.execute("SET LOCAL search_path = own, pg_catalog, pg_temp")
            return postgres.settle_in(connection, plan, ledger, period, openings, lines)

    found = examine("postgres", unpinned)
    assert {problem.code for problem in found.problems} == {"QR5390"}
    assert "of wide, `S1 pay asked.more N2` has to be due -99999999999999999.00" in found.problems[0].report().message


@pytest.mark.parametrize(("setting", "value"), [("integer_division", "true"), ("default_null_order", "'NULLS_FIRST'")])
def test_a_database_whose_setting_changes_nothing_that_is_asked_is_sound(setting: str, value: str) -> None:
    database = connected(Limits(threads=1))
    database.execute(f"SET GLOBAL {setting} = {value}")
    found = examine("duckdb", partial(duckdb.settle, database=database))
    assert [problem.report().message for problem in found.problems] == []
    assert found.answers == ANSWERS


def test_a_database_whose_texts_differ_only_in_letters_is_refused() -> None:
    database = connected(Limits(threads=1))
    database.execute("SET GLOBAL default_collation = 'NOCASE'")
    found = examine("duckdb", partial(duckdb.settle, database=database))
    assert {problem.code for problem in found.problems} == {"QR5390"}
    assert "of texts, `S1 pay asked.same 9` has to be excluded" in found.problems[0].report().message


def test_a_database_that_sorts_downwards_is_refused() -> None:
    database = connected(Limits(threads=1))
    database.execute("SET GLOBAL default_order = 'DESC'")
    found = examine("duckdb", partial(duckdb.settle, database=database))
    assert {problem.code for problem in found.problems} == {"QR5391"}
    told = [problem.report().message for problem in found.problems]
    assert any("of texts, the file repeats or disorders its keys at row 2" in message for message in told)


class _Forgives(DuckDbPrinter):
    def cast(self, value: str, kind: SqlType) -> str:
        """Casts as a database makes them that has nothing for what does not fit."""
        return f"TRY_CAST({value} AS {self.types[kind]})"


def test_a_database_that_has_nothing_for_what_does_not_fit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duckdb, "PRINTER", _Forgives())
    found = examine("duckdb", ENGINES["duckdb"])
    assert {problem.code for problem in found.problems} == {"QR5392"}
    assert [problem.report().message for problem in found.problems] == [
        f"the engine duckdb goes on beyond 38 digits: of beyond, `beyond.{rule}` has to be an error, and has lines"
        for rule in ("wide", "squares")
    ]


class _Floors(DuckDbPrinter):
    def quotient(self, left: str, right: str, kind: SqlType) -> str:
        """Quotients as a database gives them that cuts toward minus infinity."""
        return f"CAST(floor({left} / {right}) AS {self.types[kind]})"


class _Rounds(DuckDbPrinter):
    def quotient(self, left: str, right: str, kind: SqlType) -> str:
        """Quotients as a database gives them that divides in floating point and casts."""
        return f"CAST({left} / {right} AS {self.types[kind]})"


@pytest.mark.parametrize("printer", [_Floors, _Rounds])
def test_a_database_that_divides_otherwise_is_refused(
    printer: Callable[[], DuckDbPrinter], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duckdb, "PRINTER", printer())
    found = examine("duckdb", ENGINES["duckdb"])
    asked = {problem.questions for problem in found.problems if isinstance(problem, AnswersOtherwise)}
    assert "quotients" in asked
    assert all(problem.report().message.startswith("the engine duckdb answers otherwise") for problem in found.problems)


def test_the_command_says_how_many_answers_and_which_versions(capsys: pytest.CaptureFixture[str]) -> None:
    assert door.run(["doctor"]) == 0
    said = capsys.readouterr()
    assert f"duckdb: {ANSWERS} answers, all as defined (duckdb " in said.out
    assert f"reference: {ANSWERS} answers, all as defined" in said.out
    assert said.err == ""


def test_the_command_refuses_by_name(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duckdb, "PRINTER", _Floors())
    assert door.run(["doctor", "--engine", "duckdb"]) == 1
    said = capsys.readouterr()
    assert "duckdb: is refused" in said.out
    assert "error[QR5390]: the engine duckdb answers otherwise" in said.err


def test_an_engine_that_is_not_there_is_a_problem(capsys: pytest.CaptureFixture[str]) -> None:
    assert door.run(["doctor", "--engine", "postgres"]) == 1
    assert "QR5300" in capsys.readouterr().err


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_file_of_questions_is_a_whole_case(name: str) -> None:
    result = run_case(questions(name), {"reference": ENGINES["reference"]})
    assert result.passed
    assert result.problems == ()
