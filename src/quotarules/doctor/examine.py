"""Asking an engine what it has to answer: worked examples whose every figure is defined by the plan's arithmetic.

The questions are plans and facts as any other, so what is asked goes the way that a settlement goes.
"""

from importlib.resources import files
from pathlib import Path

from quotarules.cases import CaseResult, run_case
from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import SourceFile
from quotarules.doctor.problems import AnswersOtherwise, LinesOtherwise
from quotarules.engines.choice import Settle
from quotarules.journal.slices import LinesError
from quotarules.ledger.tables import Ledger
from quotarules.plan.lines import OpeningBalance, Outcome
from quotarules.plan.nodes import Plan
from quotarules.records import dataclass
from quotarules.values.period import Period

QUESTIONS = ("quotients", "wide", "days", "texts", "shares")
"""The files of questions, quick ones first."""

_TOLD = 10


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

    def watched(
        plan: Plan, ledger: Ledger, period: Period, openings: tuple[OpeningBalance, ...], lines: Path
    ) -> Outcome:
        outcome = settle(plan, ledger, period, openings, lines)
        versions.update(outcome.versions)
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
    return Examined(engine, answers, tuple(problems), tuple(sorted(versions.items())))


def _otherwise(engine: str, name: str, result: CaseResult) -> tuple[AnswersOtherwise, ...]:
    """One problem for each rule of questions: a rule that fails in one row often fails in many."""
    found: dict[str, AnswersOtherwise] = {}
    for difference in result.differences:
        rule = difference.line.split(" ")[2]
        if rule not in found and len(found) < _TOLD:
            found[rule] = AnswersOtherwise(engine, name, difference.line, difference.expected, difference.computed)
    return tuple(found.values())
