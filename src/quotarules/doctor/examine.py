"""Asking an engine what it has to answer: worked examples whose every figure is defined by the plan's arithmetic.

The questions are plans and facts as any other, so what is asked goes the way that a settlement goes.
"""

from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc

from quotarules.cases import CaseResult, run_case
from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import SourceFile
from quotarules.doctor.problems import AnswersOtherwise, GoesBeyond, LinesOtherwise
from quotarules.engines.choice import Settle
from quotarules.engines.server_problems import EngineError
from quotarules.journal.slices import LinesError
from quotarules.ledger.tables import FactTable, Ledger
from quotarules.plan.lines import OpeningBalance, Outcome
from quotarules.plan.nodes import Plan
from quotarules.records import dataclass
from quotarules.values.period import Period

QUESTIONS = ("quotients", "wide", "days", "texts", "shares", "beyond")
"""The files of questions, quick ones first."""

_TOLD = 10
_BEYOND = "beyond"
_LARGER = (
    ("beyond.wide", "marks", "k", 900_000_000),
    ("beyond.cube", "numbers", "x", 90_000_000),
    ("beyond.squares", "numbers", "x", 31_000_000),
)
"""The rules of that file that are asked again, the column that they read, and how many times as large it then is."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What an engine answered: how many figures were compared, what was wrong, the versions that a journal keeps."""

    engine: str
    answers: int
    problems: tuple[Problem, ...]
    versions: tuple[tuple[str, str], ...]


def questions(name: str) -> SourceFile:
    """A file of questions and answers."""
    return SourceFile(name, files("quotarules.doctor").joinpath(f"{name}.md").read_text(encoding="utf-8"))


def examine(engine: str, settle: Settle) -> Examined:
    """Put every question to an engine; it stops at the first file that the engine cannot run at all."""
    answers = 0
    problems: list[Problem] = []
    versions: dict[str, str] = {}
    asked: list[tuple[Plan, Ledger, Period]] = []

    def watched(
        plan: Plan, ledger: Ledger, period: Period, openings: tuple[OpeningBalance, ...], lines: Path
    ) -> Outcome:
        outcome = settle(plan, ledger, period, openings, lines)
        versions.update(outcome.versions)
        asked.append((plan, ledger, period))
        return outcome

    for name in QUESTIONS:
        try:
            result = run_case(questions(name), {engine: watched})
        except LinesError as error:
            problems.append(LinesOtherwise(engine, name, str(error)))
            continue
        if result.problems:
            return Examined(engine, answers, (*problems, *result.problems), tuple(sorted(versions.items())))
        answers += result.compared
        problems.extend(_otherwise(engine, name, result))
        if name == _BEYOND:
            problems.extend(_beyond(engine, settle, *asked[-1]))
    return Examined(engine, answers, tuple(problems), tuple(sorted(versions.items())))


def _otherwise(engine: str, name: str, result: CaseResult) -> tuple[AnswersOtherwise, ...]:
    """One problem for each rule of questions: a rule that fails in one row often fails in many."""
    found: dict[str, AnswersOtherwise] = {}
    for difference in result.differences:
        rule = difference.line.split(" ")[2]
        if rule not in found and len(found) < _TOLD:
            found[rule] = AnswersOtherwise(engine, name, difference.line, difference.expected, difference.computed)
    return tuple(found.values())


def _beyond(engine: str, settle: Settle, plan: Plan, ledger: Ledger, period: Period) -> Iterator[GoesBeyond]:
    """The rules whose lines an engine writes though they have more digits than it has; each is asked by itself."""
    for rule, table, column, times in _LARGER:
        asked = replace(plan, lines=tuple(line for line in plan.lines if line.rule == rule))
        facts = replace(ledger, tables={**ledger.tables, table: _larger(ledger.tables[table], column, times)})
        with TemporaryDirectory() as folder:
            try:
                settle(asked, facts, period, (), Path(folder) / "lines.parquet")
            except (EngineError, ArithmeticError, ValueError):
                continue
        yield GoesBeyond(engine, _BEYOND, rule)


def _larger(table: FactTable, column: str, times: int) -> FactTable:
    """The table with larger values in a column of whole numbers."""
    values = pc.multiply_checked(table.rows.column(column), pa.scalar(times, pa.int64()))
    return replace(table, rows=table.rows.set_column(table.rows.column_names.index(column), column, values))
