"""`quotarules sql --engine postgres` prints what settles a plan: run as printed it finds the settlement's lines."""

import re
from pathlib import Path

import psycopg
import pytest

from cli.printed_sql import PROJECTS, ROOT, plain, printed, settled, statements, told
from quotarules.engines.sql.postgres import copy_rows
from quotarules.plan.lines import ListedRow, Member

TABLE = re.compile(r'CREATE TEMPORARY TABLE "([^"]+)" \("')


@pytest.mark.parametrize("name", PROJECTS)
def test_run_as_printed_it_finds_the_lines_of_a_settlement(
    name: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, postgres_url: str
) -> None:
    project, _, month = PROJECTS[name]
    text = printed(capsys, project, "--engine", "postgres", "--period", month)
    held = settled(name, tmp_path)
    provided = dict(held.provided)
    answers: list[list[tuple[object, ...]]] = []
    # Nothing of our own sessions: the statement that makes the settings is among those printed.
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("SET statement_timeout = 0")
        for statement in statements(text):
            cursor = connection.execute(statement.encode())
            made = TABLE.match(statement)
            if made is not None:
                copy_rows(connection, made[1], provided.pop(made[1]))
            elif cursor.description is not None and "set_config" not in statement:
                answers.append(cursor.fetchall())
    lines, *keys = answers
    assert [told(held, row) for row in lines] == [tuple(map(plain, row)) for row in held.lines()]
    found = [[str(key) for (key,) in rows] for rows in keys]
    rules = held.plan.members
    assert len(found) == len(rules) + len(held.plan.exceptions)
    members = {
        Member(rule.account, rule.subject_kind, key) for rule, rows in zip(rules, found, strict=False) for key in rows
    }
    assert members == set(held.outcome.members)
    assert {ListedRow(place, key) for place, rows in enumerate(found[len(rules) :]) for key in rows} == set(
        held.outcome.listed
    )


def test_tables_and_lines_of_rules_stand_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, ROOT / "benchmarks" / "plan", "--engine", "postgres")
    assert 'CREATE TEMPORARY TABLE "facts deals" ("deal" text COLLATE "C", "seller" text COLLATE "C"' in text
    told = '-- Profit (plan.qr:11): measure profit "Profit" for each deal = amount - cost'
    assert f"{told}\nCREATE TEMPORARY VIEW" in text
    assert 'ORDER BY subject COLLATE "C", place, source COLLATE "C";' in text
    assert re.search(r"\b(double|float|real)\b|\d\.\d", re.sub(r"--.*|'[^']*'", "", text)) is None
