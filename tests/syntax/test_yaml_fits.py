"""The quick yes to a JSON Schema is never said where the schema's own library says no, and is said to all that fits."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from quotarules.diagnostics.source import SourceFile
from quotarules.syntax.printer.whole import in_form
from quotarules.syntax.rule_texts import RuleText
from quotarules.syntax.yaml_fits import fits
from quotarules.syntax.yaml_schema import plain, schema_of
from quotarules.syntax.yaml_tree import parse_yaml

ROOT = Path(__file__).parents[2]
NAMES = ("project", "facts", "calendar", "rules")
FILES = sorted(path for folder in ("rules", "fixtures") for path in (ROOT / folder).rglob("*.yaml"))
WORDS = st.sampled_from(["", "a", "1", "yes", "2026-01-01", "count", "money", "text", "09:00-18:00", "x y", "rules"])


def _values() -> list[Any]:
    found = []
    for path in FILES:
        tree, _ = parse_yaml(SourceFile(path.name, path.read_text(encoding="utf-8", errors="replace")))
        if tree is not None:
            found.append(plain(tree))
    for path in sorted((ROOT / "rules").rglob("*.qr")):
        rules = RuleText(SourceFile(path.name, path.read_text(encoding="utf-8")), is_yaml=False)
        made, _ = in_form(rules, to_yaml=True)
        assert made is not None
        tree, _ = parse_yaml(SourceFile(path.name, made))
        assert tree is not None
        found.append(plain(tree))
    return found


VALUES = _values()


@pytest.mark.parametrize("name", NAMES)
def test_the_same_answer_for_every_file_of_the_project(name: Any) -> None:
    schema = schema_of(name)
    library = Draft202012Validator(schema)
    answers = [(fits(value, schema), library.is_valid(value)) for value in VALUES]
    assert all(ours == theirs for ours, theirs in answers)
    assert (True, True) in answers
    assert (False, False) in answers


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    """A file of the project with one thing taken out, put in or turned into something else."""
    value = deepcopy(draw(st.sampled_from(VALUES)))
    here = value
    while isinstance(here, dict | list) and here:
        keys: list[Any] = list(here) if isinstance(here, dict) else list(range(len(here)))
        key = draw(st.sampled_from(keys))
        if not isinstance(here[key], dict | list) or not here[key] or draw(st.integers(0, 3)) == 0:
            match draw(st.sampled_from(("drop", "word", "list", "block", "more"))):
                case "drop":
                    del here[key]
                case "word":
                    here[key] = draw(WORDS)
                case "list":
                    here[key] = [here[key]]
                case "block":
                    here[key] = {draw(WORDS): here[key]}
                case _ if isinstance(here, dict):
                    here[draw(WORDS)] = here[key]
                case _:
                    here.append(here[key])
            return value
        here = here[key]
    return value


@given(damaged(), st.sampled_from(NAMES))
def test_the_same_answer_for_damaged_files(value: Any, name: Any) -> None:
    schema = schema_of(name)
    assert fits(value, schema) == Draft202012Validator(schema).is_valid(value)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": ["string", "array"]},
        {"$ref": "https://example.org/x"},
        {"uniqueItems": True},
        {"anyOf": [{"maxLength": 3}]},
        {"if": {"not": {"const": "a"}}, "then": {"const": "b"}},
    ],
)
def test_what_is_not_known_does_not_certainly_fit(schema: dict[str, Any]) -> None:
    assert json.dumps(schema)
    assert not fits("b", schema)
