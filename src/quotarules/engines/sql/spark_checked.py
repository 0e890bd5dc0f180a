"""What a worker tells of a part, as JSON on its way to the driver: nothing that comes from there is run here."""

import json
from typing import Any

from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import Span
from quotarules.ledger import problems
from quotarules.ledger.lake import Checked
from quotarules.records import defaults_of, values_of


def as_text(checked: Checked) -> str:
    """All that is known of a part, as JSON."""
    names = [name for name, _ in defaults_of(Checked)]
    held: dict[str, object] = dict(zip(names, values_of(checked), strict=True))
    held["told"] = [[row, type(problem).__name__, _plain(problem)] for row, problem in checked.told]
    return json.dumps(held, ensure_ascii=False)


def from_text(text: str) -> Checked:
    """The same again."""
    held: dict[str, Any] = json.loads(text)
    held["told"] = tuple((row, _problem(kind, values)) for row, kind, values in held["told"])
    held["columns"], held["plain"] = tuple(held["columns"]), tuple(held["plain"])
    held["ends"] = {name: (low, high) for name, (low, high) in held["ends"].items()}
    held["replaced"] = {name: tuple(counts) for name, counts in held["replaced"].items()}
    held["key_ends"] = None if held["key_ends"] is None else tuple(held["key_ends"])
    return Checked(**held)


def _plain(problem: Problem) -> list[object]:
    """The fields of a problem; a place in a text as a list."""
    return [list(values_of(value)) if isinstance(value, Span) else value for value in values_of(problem)]


def _problem(kind: str, values: list[Any]) -> Problem:
    made: type[Problem] = vars(problems)[kind]
    assert issubclass(made, Problem), "workers tell problems of facts"
    problem: Problem = made(*(Span(*value) if isinstance(value, list) else value for value in values))
    return problem
