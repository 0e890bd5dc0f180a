"""What does not fit a JSON Schema, each error placed at the key or value that it is about; loaded when there is one."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import islice

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from quotarules.diagnostics.characters import shown
from quotarules.diagnostics.problem import Problem
from quotarules.syntax.yaml_fits import Plain, Schema
from quotarules.syntax.yaml_problems import YamlShape
from quotarules.syntax.yaml_tree import Mapping, Node, Scalar, Sequence

# A file that is wrong everywhere is told so by its first errors; the rest would only take time.
MOST_ERRORS = 100
_LONGEST_NAME = 60
_KINDS = {
    "string": "a single value",
    "number": "a single value",
    "boolean": "a single value",
    "object": "a block of `name: value`",
    "array": "a list",
}


def misfits(tree: Node, value: Plain, schema: Schema) -> tuple[Problem, ...]:
    """Every place where the tree, `value` as plain lists and texts, lacks the shape, in text order."""
    errors = islice(Draft202012Validator(schema).iter_errors(value), MOST_ERRORS)
    found = [problem for error in errors for problem in islice(_problems(error, tree), MOST_ERRORS)]
    return tuple(sorted(dict.fromkeys(found), key=lambda problem: (problem.span, problem.words)))


def _problems(error: ValidationError, tree: Node) -> Iterator[YamlShape]:
    """What one error of the validator says: usually one problem, for unknown keys one each."""
    error = _closest(error)
    node, key = _node_at(tree, list(error.absolute_path))
    match error.validator:
        case "additionalProperties" | "unevaluatedProperties" if isinstance(node, Mapping):
            known = list(_facet(error, "properties"))
            for name, _ in node.entries:
                if name.text not in known:
                    near = get_close_matches(name.text[:_LONGEST_NAME], known, 1)
                    way = f"write `{near[0]}`" if near else f"known here: {', '.join(f'`{word}`' for word in known)}"
                    yield YamlShape(name.span, f"`{shown(name.text)}` is not known here", way)
        case "propertyNames" if isinstance(node, Mapping):
            wrong = node.key(str(error.instance))
            yield YamlShape((wrong or node).span, _unexpected(error), None)
        case "required" if isinstance(node, Mapping):
            # Without a parent key, the first key of the mapping stands for the whole of it.
            first: Node = node.entries[0][0] if node.entries else node
            place = key or first
            named = re.match(r"'(.*)' is a required", error.message)
            missing = named[1] if named else "an entry"
            facet = _facet(error, "properties")
            others = [name.text[:_LONGEST_NAME] for name, _ in node.entries if name.text not in facet]
            if facet and get_close_matches(missing, others, 1):
                return  # misspelt, and told as that
            yield YamlShape(place.span, f"`{missing}` is missing here", f"add `{missing}: …`")
        case "type" | "anyOf" | "oneOf":
            words = " or ".join(_kinds(error))
            at = key.span if isinstance(node, Mapping) and key else node.span
            yield YamlShape(at, f"what stands here is not {words}", None)
        case _:
            yield YamlShape(node.span, _unexpected(error), None)


def _kinds(error: ValidationError) -> list[str]:
    """The kinds of value that would do, of a wrong kind or of a choice of shapes that are all of another kind."""
    errors = [error] if error.validator == "type" else list(error.context or ())
    return list(dict.fromkeys(_KINDS[str(inner.validator_value)] for inner in errors if inner.validator == "type"))


def _unexpected(error: ValidationError) -> str:
    described = error.schema.get("description") if isinstance(error.schema, dict) else None
    wanted = str(described) if described else None
    what = f"`{shown(error.instance)}`" if isinstance(error.instance, str) else "this"
    match error.validator:
        case "enum":
            words = error.validator_value if isinstance(error.validator_value, list) else []
            wanted = wanted or "one of " + ", ".join(f"`{word}`" for word in words)
        case "minItems" | "minProperties":
            what, wanted = "an empty list", "of use here"
        case _:
            pass
    return f"{what} is not {wanted or 'what is expected here'}"


def _facet(error: ValidationError, word: str) -> dict[str, object]:
    """What the failed schema says under `word`, where that is a mapping."""
    found = error.schema.get(word) if isinstance(error.schema, dict) else None
    return found if isinstance(found, dict) else {}


def _closest(error: ValidationError) -> ValidationError:
    """Of a failed choice of shapes, the first error in the shape that is at least of the right kind."""
    while error.validator in ("anyOf", "oneOf") and error.context:
        own = len(error.absolute_path)
        wrong_kind = {
            inner.relative_schema_path[0]
            for inner in error.context
            if inner.validator == "type" and len(inner.absolute_path) == own
        }
        fitting = [inner for inner in error.context if inner.relative_schema_path[0] not in wrong_kind]
        if not fitting:
            break
        error = fitting[0]
    return error


def _node_at(tree: Node, path: list[str | int]) -> tuple[Node, Scalar | None]:
    """The node at a path of keys and list positions, and the key that leads to it."""
    node: Node = tree
    key: Scalar | None = None
    for step in path:
        match node:
            case Mapping() as mapping if (value := mapping.get(str(step))) is not None:
                node, key = value, mapping.key(str(step))
            case Sequence(items) if isinstance(step, int):
                node, key = items[step], None
            case _:
                return node, key
    return node, key
