"""The plan as canonical JSON: one text for one plan, exact both ways, so that a journal can keep it by its digest.

Every object carries its class under `$`; keys are sorted; there are no floats and no blanks. A field that holds its
default is left out, so that a later version may add fields and the plans of today keep their digest. An integer beyond
2**53 is written as `{"$": "int", "value": "…"}`, because readers elsewhere hold numbers as doubles.
"""

import hashlib
import json
import re
import types
from collections.abc import Callable
from dataclasses import MISSING
from enum import StrEnum
from functools import cache, partial
from typing import Literal, Union, get_args, get_origin, get_type_hints

from quotarules.diagnostics.source import Span
from quotarules.plan.nodes import Plan, SourceText
from quotarules.records import defaults_of, is_record, values_of

FORMAT = 2
"""The version of the form; it stands in the text, so that a later form gives another digest."""

_SAFE = 2**53
_INTEGER = re.compile(r"-?[1-9][0-9]{15,1000}", re.ASCII)


class NotCanonicalError(ValueError):
    """Bytes that are not the canonical form of a plan of this version."""


def encode(plan: Plan, *, spans: bool = True) -> bytes:
    """The canonical JSON of a plan, as UTF-8.

    Without `spans` the places in the text and the texts themselves are left out: what is left is what engines evaluate.
    """
    return _dumped({"format": FORMAT, "plan": _tree(plan, spans=spans)})


def digest(plan: Plan) -> str:
    """The SHA-256 (hex) of the plan without places and texts: equal for rule texts that mean the same."""
    return hashlib.sha256(encode(plan, spans=False)).hexdigest()


def decode(content: bytes) -> Plan:
    """The plan that `encode` wrote with spans; raises NotCanonicalError for any other bytes."""
    try:
        top = json.loads(content, parse_float=_refused, parse_constant=_refused)
        if not isinstance(top, dict) or top.keys() != {"format", "plan"} or top["format"] != FORMAT:
            raise NotCanonicalError("not a plan of this format")
        plan = _value(top["plan"], Plan)
    except (ValueError, TypeError, RecursionError) as error:
        raise NotCanonicalError(str(error)) from error
    assert isinstance(plan, Plan)
    if encode(plan) != content:
        raise NotCanonicalError("the same plan has another canonical form")
    return plan


def _dumped(tree: object) -> bytes:
    text = json.dumps(tree, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


# --- from a plan --------------------------------------------------------------------------------


def _tree(value: object, *, spans: bool) -> object:
    # Every value of a plan passes here several times in a settlement, so it is told apart by its exact type.
    kind: type = type(value)
    if kind is str or kind is bool or value is None:
        return value
    if isinstance(value, tuple):
        return [_tree(item, spans=spans) for item in value if spans or not isinstance(item, SourceText)]
    if kind is int and isinstance(value, int):
        return value if -_SAFE <= value <= _SAFE else {"$": "int", "value": str(value)}
    if isinstance(value, StrEnum):
        return value.value
    if not is_record(kind):
        raise TypeError(f"a plan cannot hold a {kind.__name__}")
    made: dict[str, object] = {"$": kind.__name__}
    for (name, default), held in zip(defaults_of(kind), values_of(value), strict=True):
        if (default is MISSING or held != default) and (spans or not isinstance(held, Span)):
            made[name] = _tree(held, spans=spans)
    return made


# --- to a plan ----------------------------------------------------------------------------------


@cache
def _hints(cls: type) -> dict[str, object]:
    return get_type_hints(cls)


@cache
def _needed(cls: type) -> frozenset[str]:
    """The fields without a default."""
    assert is_record(cls), "the parts of a plan are dataclasses"
    return frozenset(name for name, default in defaults_of(cls) if default is MISSING)


@cache
def _classes(hint: object) -> dict[str, type]:
    """The classes that a hint allows, by name; a union is flat, so that its members are found at once."""
    members = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
    return {member.__name__: member for member in members if isinstance(member, type) and is_record(member)}


@cache
def _scalars(hint: object) -> tuple[tuple[type, Callable[[str], object] | None], ...]:
    """The JSON scalars that a hint allows: the exact type, and for words what reads them."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return tuple(reader for member in get_args(hint) for reader in _scalars(member))
    if origin is Literal:
        return ((str, partial(_one_of, get_args(hint))),)
    if isinstance(hint, type) and hint in (bool, int, str, type(None)):
        return ((hint, None),)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return ((str, hint),)
    return ()


def _value(tree: object, hint: object) -> object:
    match tree:
        case dict():
            return _object(tree, hint)
        case list():
            return _tuple(tree, hint)
        case _:
            return _scalar(tree, hint)


def _object(tree: dict[str, object], hint: object) -> object:
    match tree:
        case {"$": "int", "value": str(digits)} if len(tree) == 2 and _accepts(hint, int):
            if _INTEGER.fullmatch(digits) is None:
                raise NotCanonicalError("not an integer")
            return int(digits)
        case {"$": str(name)}:
            return _instance(tree, _classes(hint).get(name), name)
        case _:
            raise NotCanonicalError("an object without a class")


def _instance(tree: dict[str, object], cls: type | None, name: str) -> object:
    if cls is None:
        raise NotCanonicalError(f"`{name}` has no place here")
    hints, given = _hints(cls), tree.keys() - {"$"}
    if not _needed(cls) <= given <= hints.keys():
        raise NotCanonicalError(f"`{name}` has other fields")
    return cls(**{field: _value(tree[field], hints[field]) for field in given})


def _tuple(items: list[object], hint: object) -> tuple[object, ...]:
    members = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
    inner = next((get_args(member) for member in members if get_origin(member) is tuple), None)
    if inner is None:
        raise NotCanonicalError("a list has no place here")
    if len(inner) == 2 and inner[1] is Ellipsis:
        return tuple(_value(item, inner[0]) for item in items)
    if len(inner) != len(items):
        raise NotCanonicalError("a list of another length")
    return tuple(_value(item, part) for item, part in zip(items, inner, strict=True))


def _scalar(tree: object, hint: object) -> object:
    # Two kinds of words in one union (a period's unit or `period`) are told apart by trying.
    for held, read in _scalars(hint):
        if held is not type(tree):
            continue
        if read is None or not isinstance(tree, str):
            return tree
        try:
            return read(tree)
        except ValueError:
            continue
    raise NotCanonicalError(f"{tree!r} has no place here")


def _accepts(hint: object, scalar: type) -> bool:
    return any(held is scalar for held, _ in _scalars(hint))


def _one_of(words: tuple[object, ...], text: object) -> object:
    if text not in words:
        raise ValueError(f"{text!r} is no word of a plan")
    return text


def _refused(text: str) -> object:
    raise ValueError(f"{text} is no number of a plan")
