"""Whether a value certainly fits a JSON Schema: the quick yes for the many files in which nothing is wrong.

It knows the words that our schemas use; whatever it does not know does not certainly fit.
"""

import re
from functools import cache
from typing import Any

Plain = str | list["Plain"] | dict[str, "Plain"]
Schema = dict[str, Any]

_KINDS: dict[str, type] = {"string": str, "array": list, "object": dict}
_SAID = frozenset({"$schema", "$id", "$defs", "title", "description", "then", "else", "additionalProperties"})


def fits(value: Plain, schema: Schema) -> bool:
    """True only if the value fits; false may also mean that a word of the schema is not known here."""
    try:
        return _fits(value, schema, schema)
    except _UnknownWordError:
        return False


class _UnknownWordError(Exception):
    """A schema says something that is not known here, so that nothing is certain."""


def _fits(value: Plain, schema: Schema | bool, whole: Schema) -> bool:
    if isinstance(schema, bool):
        return schema
    if "additionalProperties" in schema and isinstance(value, dict):
        rest = schema["additionalProperties"]
        known = schema.get("properties", {})
        if not all(_fits(item, rest, whole) for name, item in value.items() if name not in known):
            return False
    return all(_meets(value, word, schema, whole) for word in schema if word not in _SAID)


def _meets(value: Plain, word: str, schema: Schema, whole: Schema) -> bool:
    """Whether what the schema says under one word holds; words for other kinds of value always do."""
    said = schema[word]
    match word, value:
        case "type", _:
            if not isinstance(said, str):
                raise _UnknownWordError
            return isinstance(value, _KINDS.get(said, ()))
        case "$ref", _:
            if not said.startswith("#/$defs/"):
                raise _UnknownWordError
            return _fits(value, whole["$defs"][said.removeprefix("#/$defs/")], whole)
        case "allOf", _:
            return all(_fits(value, each, whole) for each in said)
        case "anyOf", _:
            return any(_fits(value, each, whole) for each in said)
        case "if", _:
            way = "then" if _fits(value, said, whole) else "else"
            return _fits(value, schema.get(way, True), whole)
        case "enum", _:
            return bool(value in said)
        case "const", _:
            return bool(value == said)
        case "pattern", str():
            return _pattern(said).search(value) is not None
        case "minLength", str():
            return bool(len(value) >= said)
        case "items", list():
            return all(_fits(item, said, whole) for item in value)
        case "minItems", list():
            return bool(len(value) >= said)
        case "properties", dict():
            return all(_fits(value[name], part, whole) for name, part in said.items() if name in value)
        case "propertyNames", dict():
            return all(_fits(name, said, whole) for name in value)
        case "required", dict():
            return all(name in value for name in said)
        case "minProperties", dict():
            return bool(len(value) >= said)
        case "maxProperties", dict():
            return bool(len(value) <= said)
        case _:
            if word not in _OF_OTHERS:
                raise _UnknownWordError
            return True


_OF_OTHERS = frozenset(
    {"pattern", "minLength", "items", "minItems", "properties", "propertyNames", "required"}
    | {"minProperties", "maxProperties"}
)
"""Words that say nothing of values of another kind."""


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)
