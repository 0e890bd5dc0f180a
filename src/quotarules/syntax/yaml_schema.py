"""The same JSON Schemas that editors use, asked of a YAML tree."""

import json
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Literal

from quotarules.diagnostics.problem import Problem
from quotarules.syntax.yaml_fits import Plain, Schema, fits
from quotarules.syntax.yaml_tree import Mapping, Node, Scalar, Sequence

SchemaName = Literal["project", "facts", "calendar", "rules"]


def check_shape(tree: Node, schema: SchemaName) -> tuple[Problem, ...]:
    """Every place where the tree lacks the shape that `schemas/<schema>.schema.json` describes, in text order."""
    value, wanted = plain(tree), schema_of(schema)
    if fits(value, wanted):
        return ()
    # The library that can say what does not fit takes longer to load than all else that `check` does.
    misfits: Callable[[Node, Plain, Schema], tuple[Problem, ...]]
    misfits = import_module("quotarules.syntax.yaml_misfits").misfits
    return misfits(tree, value, wanted)


def plain(tree: Node) -> Plain:
    """The tree as the dicts, lists and texts that a JSON Schema speaks about."""
    match tree:
        case Scalar(text):
            return text
        case Mapping(entries):
            return {key.text: plain(value) for key, value in entries}
        case Sequence(items):
            return [plain(item) for item in items]


@cache
def schema_of(name: SchemaName) -> Schema:
    """The schema of that name as it stands in its file."""
    text = files("quotarules").joinpath("schemas", f"{name}.schema.json").read_text(encoding="utf-8")
    found: Schema = json.loads(text)
    return found
