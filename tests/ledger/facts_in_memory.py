"""Declares facts and loads them from texts, as the tests of this room do in every line."""

from quotarules.diagnostics.files import MemoryFiles
from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import SourceFile
from quotarules.ledger.load import load
from quotarules.ledger.tables import Ledger
from quotarules.semantics.facts import read_facts
from quotarules.syntax.yaml_tree import parse_yaml
from quotarules.values.schema import FactSchema


def declared(text: str) -> FactSchema:
    tree, problems = parse_yaml(SourceFile("facts.yaml", text))
    assert tree is not None, problems
    schema, problems = read_facts(tree, inline=True)
    assert schema is not None, [problem.report().message for problem in problems]
    return schema


def loaded(
    text: str, files: dict[str, bytes | str], zone: str = "Europe/Moscow"
) -> tuple[Ledger | None, tuple[Problem, ...]]:
    contents = {path: body.encode("utf-8") if isinstance(body, str) else body for path, body in files.items()}
    return load(declared(text), MemoryFiles(contents), zone)


def one_column(kind: str, *cells: str, source: str = "{csv: t}") -> tuple[list[object] | None, list[str]]:
    """The values of a column of that type, or the codes of the problems that its cells have."""
    body = "value\n" + "".join(f"{cell}\n" for cell in cells)
    yaml = f"things: {{key: line number, from: {source}, columns: {{value: {kind}}}}}"
    ledger, problems = loaded(yaml, {"t": body})
    values = None if ledger is None else ledger.tables["things"].rows["value"].to_pylist()
    return values, [problem.code for problem in problems]
