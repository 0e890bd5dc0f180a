"""The plans that are drawn have every form that a text can have, and every kind of node that a plan can have."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from inspect import getmembers, isclass
from types import ModuleType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from drawing import seeded
from generated.agreement import compiled
from generated.companies import CASES
from quotarules.diagnostics.source import SourceFile
from quotarules.plan import nodes
from quotarules.records import values_of
from quotarules.syntax import ast
from quotarules.syntax.rule_texts import parse_rules, rule_texts

MOST = 600
"""Texts until which every form must have come; the rarest comes in one of some hundred."""
Form = tuple[str, str, object]
"""A class by its name; with the name of a field and a word of it where the field holds one of several words."""


def words_of(kind: type) -> dict[str, tuple[object, ...]]:
    """The fields of a record that hold one of several words, with these words."""
    hints = get_type_hints(kind)
    return {
        field.name: get_args(hints[field.name]) for field in fields(kind) if get_origin(hints[field.name]) is Literal
    }


def forms_of(module: ModuleType) -> Iterator[Form]:
    for name, kind in getmembers(module, isclass):
        if kind.__module__ == module.__name__ and is_dataclass(kind):
            yield name, "", None
            yield from ((name, field, word) for field, words in words_of(kind).items() for word in words)


def forms_in(root: object) -> Iterator[Form]:
    known: dict[type, tuple[str, ...]] = {}
    stack = [root]
    while stack:
        item: Any = stack.pop()
        if isinstance(item, tuple):
            stack.extend(item)
        elif is_dataclass(item):
            kind = type(item)
            if kind not in known:
                known[kind] = tuple(words_of(kind))
                yield kind.__name__, "", None
            yield from ((kind.__name__, name, getattr(item, name)) for name in known[kind])
            stack.extend(values_of(item))


def test_every_form_is_drawn() -> None:
    missing = {*forms_of(ast), *forms_of(nodes)}
    assert len(missing) > 150
    kinds = list(CASES.values())
    for place in range(MOST):
        company, make = kinds[place % len(kinds)]
        text = make(seeded(f"every form {place}")).text
        for rules in rule_texts(SourceFile("plan.qr", text)):
            missing.difference_update(forms_in(parse_rules(rules)[0]))
        missing.difference_update(forms_in(compiled(company, text)))
        if not missing:
            return
    assert sorted(map(str, missing)) == []
