"""The canonical form gives back what it was given, and equal texts only for equal plans."""

import types
from dataclasses import fields, is_dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Literal, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quotarules.diagnostics.source import Span
from quotarules.plan import canonical, nodes
from quotarules.values.calendar import Calendar, OpenInterval
from quotarules.values.period import FromTo
from quotarules.values.schema import FactSchema

INTEGERS = st.integers(-(2**53) - 3, 2**53 + 3) | st.integers(-(10**39), 10**39) | st.integers(-9, 9)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
LEAVES = (nodes.Literal, nodes.PeriodDay, nodes.Opening, nodes.Wait, nodes.Column)


@cache
def of(hint: object, depth: int) -> st.SearchStrategy[object]:
    """Any value that a type hint of the plan allows, expressions nested at most `depth` deep."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        members = get_args(hint)
        if nodes.Add in members and depth <= 0:
            members = LEAVES
        return st.one_of([of(member, depth) for member in members])
    if origin is Literal:
        return st.sampled_from(get_args(hint))
    if origin is tuple:
        inner = get_args(hint)
        if len(inner) == 2 and inner[1] is Ellipsis:
            return st.lists(of(inner[0], depth), max_size=2).map(tuple)
        return st.tuples(*(of(part, depth) for part in inner))
    if isinstance(hint, type) and is_dataclass(hint):
        hints = get_type_hints(hint)
        return st.deferred(lambda: st.builds(hint, **{name: of(part, depth - 1) for name, part in hints.items()}))
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return st.sampled_from(list(hint))
    simple = {int: INTEGERS, bool: st.booleans(), str: TEXTS, type(None): st.none()}
    assert isinstance(hint, type)
    return simple[hint]


PLANS = st.builds(nodes.Plan, **{name: of(hint, 3) for name, hint in get_type_hints(nodes.Plan).items()})
EXPRESSIONS = of(nodes.Expr, 3)

EMPTY = nodes.Plan(
    "sample", "Sample", "1", "RUB", "month", "UTC", 0, 10, FactSchema(()), (), (), (), (), (), (), (), ()
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(PLANS)
def test_what_is_read_back_is_what_was_written(plan: nodes.Plan) -> None:
    written = canonical.encode(plan)
    again = canonical.decode(written)
    assert again == plan
    assert repr(again) == repr(plan)  # True is not 1


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(EXPRESSIONS)
def test_every_expression_survives(value: nodes.Expr) -> None:
    plan = replace(EMPTY, columns=(nodes.ComputedColumn("t", "c", "", value, Span("f", 0, 1)),))
    assert canonical.decode(canonical.encode(plan)) == plan


def test_every_class_of_the_plan_has_its_own_name() -> None:
    seen: dict[str, type] = {}

    def walk(hint: object) -> None:
        for part in get_args(hint):
            walk(part)
        if isinstance(hint, type) and is_dataclass(hint) and seen.get(hint.__name__) is not hint:
            assert hint.__name__ not in seen
            seen[hint.__name__] = hint
            for part in get_type_hints(hint).values():
                walk(part)

    walk(nodes.Plan)
    assert "int" not in seen
    assert {member.__name__ for member in get_args(nodes.Expr)} < set(seen)
    assert {"Calendar", "ColumnSpec", "FromTo", "OpenInterval"} < set(seen)


def test_places_and_texts_are_no_part_of_the_digest() -> None:
    column = nodes.ComputedColumn("t", "c", "", nodes.Literal(1, nodes.FLAG), Span("f", 0, 1))
    plan = replace(EMPTY, columns=(column,), sources=(nodes.SourceText("a.qr", "one"),))
    moved = replace(plan, columns=(replace(column, span=Span("g", 7, 9)),), sources=())
    assert canonical.digest(plan) == canonical.digest(moved)
    assert canonical.encode(plan) != canonical.encode(moved)


@pytest.mark.parametrize(
    "other",
    [
        replace(EMPTY, label="sample"),
        replace(EMPTY, effective_through=11),
        replace(EMPTY, calendars=(Calendar("c", 0, 1, (OpenInterval(0, 1, 0),), ((0, 1),), Span("f", 0, 0)),)),
        replace(EMPTY, reasons=(nodes.Reason("", waiting=False, span=Span("f", 0, 0)),)),
    ],
)
def test_everything_else_is(other: nodes.Plan) -> None:
    assert canonical.digest(other) != canonical.digest(EMPTY)


def test_yes_and_one_are_two_values() -> None:
    def holding(value: int | bool) -> nodes.Plan:
        return replace(
            EMPTY, columns=(nodes.ComputedColumn("t", "c", "", nodes.Literal(value, nodes.FLAG), Span("f", 0, 1)),)
        )

    assert canonical.digest(holding(value=True)) != canonical.digest(holding(value=1))


def test_the_form_is_pinned() -> None:
    # A change of this digest is a new format: every journal holds the old one.
    window = nodes.Rows("t", (), None, earlier=False, date=None, window=FromTo(-1, 2**60), where=None)
    plan = replace(EMPTY, exceptions=(nodes.ExceptionRule("s", "Ж", window, Span("f", 0, 1)),))
    assert b'{"$":"FromTo","end":{"$":"int","value":"1152921504606846976"},"start":-1}' in canonical.encode(plan)
    assert canonical.digest(EMPTY) == PINNED


PINNED = "439479d2d24143db5f5ede2c40f5e91df5a17e6792646c6c633e883bf0323455"


def test_deep_expressions_survive() -> None:
    value: nodes.Expr = nodes.Literal(1, nodes.FLAG)
    for _ in range(150):
        value = nodes.Not(value)
    plan = replace(EMPTY, columns=(nodes.ComputedColumn("t", "c", "", value, Span("f", 0, 1)),))
    assert canonical.decode(canonical.encode(plan)) == plan


GOOD = canonical.encode(EMPTY)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b'{"format":2}',
        b'{"format":2,"plan":null}',
        b"[" * 100_000,
        GOOD.replace(b'"format":2', b'"format":1'),
        GOOD.replace(b'"effective_from":0', b'"effective_from":0.0'),
        GOOD.replace(b'"effective_from":0', b'"effective_from":true'),
        GOOD.replace(b'"effective_from":0', b'"effective_from":NaN'),
        GOOD.replace(b'"effective_from":0', b'"effective_from":{"$":"int","value":"0"}'),
        GOOD.replace(b'"effective_from":0', b'"effective_from":"0"'),
        GOOD.replace(b'"effective_from":0', b'"effective_from":[]'),
        GOOD.replace(b'"period":"month"', b'"period":"fortnight"'),
        GOOD.replace(b'"lines":[]', b'"lines":[{"$":"Span"}]'),
        GOOD.replace(b'"lines":[]', b'"lines":[1]'),
        GOOD.replace(b'"lines":[],', b""),
        GOOD.replace(b'"$":"Plan"', b'"$":"Plank"'),
        GOOD + b" ",
        GOOD.replace(b":", b": ", 1),
    ],
)
def test_other_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(canonical.NotCanonicalError):
        canonical.decode(content)


def test_every_field_is_told_from_its_hint() -> None:
    assert {field.name for field in fields(nodes.Plan)} == set(get_type_hints(nodes.Plan))
