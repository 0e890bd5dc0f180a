"""Problems for programs; the form is described by `schemas/problems.schema.json`."""

import json
from collections.abc import Iterable

from quotarules.diagnostics.problem import Label, Problem
from quotarules.diagnostics.render.place import Sources, place

FORMAT = "quotarules/problems/1"


def render(problems: Iterable[Problem], sources: Sources) -> str:
    """One JSON document with all problems, ASCII only, so that nothing in it can steer a terminal."""
    document = {"format": FORMAT, "problems": [as_value(problem, sources) for problem in problems]}
    return json.dumps(document, indent=2, sort_keys=True)


def as_value(problem: Problem, sources: Sources) -> dict[str, object]:
    """A problem as a JSON object."""
    report = problem.report()
    return {
        "code": problem.code,
        "slug": problem.slug,
        "severity": str(problem.severity),
        "message": report.message,
        "primary": _label(report.primary, sources),
        "labels": [_label(label, sources) for label in report.labels],
        "notes": list(report.notes),
        "help": report.help,
    }


def _label(label: Label, sources: Sources) -> dict[str, object]:
    spot = place(label.span, sources)
    value: dict[str, object] = {"file": spot.file, "text": label.text}
    if label.row is not None:
        value["row" if isinstance(label.row, int) else "key"] = label.row
    if label.column is not None:
        value["column_name"] = label.column
    if spot.line is not None and label.row is None:
        value["start"] = {"line": spot.line, "column": spot.column}
        value["end"] = {"line": spot.end_line, "column": spot.end_column}
    return value
