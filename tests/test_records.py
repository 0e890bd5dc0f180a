"""Frozen records are what the standard library's frozen dataclasses with slots are, whatever they are asked."""

import copy
import dataclasses
import pickle
from typing import Any, ClassVar, get_type_hints

import pytest

from quotarules.records import dataclass, defaults_of, is_record, values_of


@dataclass(frozen=True, slots=True)
class Nothing:
    """No field at all."""


@dataclass(frozen=True, slots=True)
class Base:
    """A class variable without a value, one with, and none of them a field."""

    code: ClassVar[str]
    level: ClassVar[str] = "error"

    def said(self) -> str:
        return f"{type(self).__name__} {self.level}"


@dataclass(frozen=True, slots=True)
class Point(Base):
    """Two fields, the second with a default."""

    code: ClassVar[str] = "P1"
    x: int
    y: "int | None" = 7


@dataclass(frozen=True, slots=True)
class Named(Point):
    """A field more than its base."""

    name: str = "n"


@dataclass(frozen=True, slots=True)
class Alone:
    """One field."""

    of: tuple[int, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Twin:
    """What the standard library makes of the fields of `Named`."""

    x: int
    y: int | None = 7
    name: str = "n"


def test_fields_are_given_by_place_and_by_name() -> None:
    assert (Point(1).x, Point(1).y, Point(y=2, x=1).y, Named(1, 2, "c").name, Named(1).name) == (1, 7, 2, "c", "n")
    assert Nothing() == Nothing()
    for wrong in ((), (1, 2, 3)):
        with pytest.raises(TypeError, match="__init__"):
            Point(*wrong)
    unknown = dict.fromkeys(("x", "z"), 1)
    with pytest.raises(TypeError, match="unexpected keyword"):
        Point(**unknown)


def test_equality_and_hash_are_those_of_the_fields_in_one_class() -> None:
    assert Point(1, 2) == Point(1, 2)
    assert Point(1, 2) != Point(1, 3)
    assert Point(1, 2) != Named(1, 2)
    others: tuple[object, ...] = (Twin(1, 2), (1, 2, "n"), 1)
    assert all(Named(1, 2) != other for other in others)
    held = Named(1, 2)
    assert hash(held) == hash(held) == hash(Named(1, 2))  # the second time it is the one that was kept
    assert hash(dataclasses.replace(held, x=3)) == hash(copy.copy(Named(3, 2))) != hash(held)
    assert {Point(1, 2), Point(1, 2), Named(1, 2), Alone((1,)), Alone((1,))} == {Point(1, 2), Named(1, 2), Alone((1,))}


def test_nothing_can_be_set_or_deleted() -> None:
    point = Point(1)
    for name in ("x", "other"):
        with pytest.raises(dataclasses.FrozenInstanceError, match=f"cannot assign to field '{name}'"):
            setattr(point, name, 2)
        with pytest.raises(dataclasses.FrozenInstanceError, match=f"cannot delete field '{name}'"):
            delattr(point, name)
    assert not hasattr(point, "__dict__")


def test_the_library_knows_no_difference() -> None:
    assert [field.name for field in dataclasses.fields(Named)] == [field.name for field in dataclasses.fields(Twin)]
    assert [field.default for field in dataclasses.fields(Named)] == [
        field.default for field in dataclasses.fields(Twin)
    ]
    assert dataclasses.is_dataclass(Nothing)
    kinds: tuple[Any, ...] = (Nothing, Alone, Named, Twin)
    assert [kind.__dataclass_params__.frozen for kind in kinds] == [True, True, True, True]  # though fields were first
    assert dataclasses.fields(Nothing()) == ()
    assert dataclasses.replace(Named(1), y=3) == Named(1, 3)
    assert dataclasses.asdict(Named(1)) == dataclasses.asdict(Twin(1))
    assert repr(Named(1)) == repr(Twin(1)).replace("Twin", "Named")
    assert repr(Nothing()) == "Nothing()"
    assert Named.__match_args__ == Twin.__match_args__
    assert get_type_hints(Named)["y"] == int | None
    assert copy.deepcopy(Named(1, 2)) == Named(1, 2)
    assert pickle.loads(pickle.dumps(Named(1, 2))) == Named(1, 2)


def test_fields_are_told_without_the_library() -> None:
    missing = dataclasses.MISSING
    assert defaults_of(Named) == defaults_of(Twin) == (("x", missing), ("y", 7), ("name", "n"))
    assert defaults_of(Nothing) == defaults_of(int) == ()
    assert [is_record(kind) for kind in (Nothing, Named, Twin, int, tuple)] == [True, True, True, False, False]


def test_a_dataclass_of_the_library_may_be_based_on_a_record() -> None:
    @dataclasses.dataclass(frozen=True, slots=True)
    class Longer(Named):
        last: int = 9

    assert Longer(1) == Longer(1, 7, "n", 9)
    assert values_of(Longer(1)) == (1, 7, "n", 9)
    assert {Longer(1)} != {Named(1)}


def test_patterns_match_by_place() -> None:
    match Named(1, 2, "c"):
        case Alone():
            found: object = None
        case Named(x, y, name=name):
            found = (x, y, name)
        case _:
            found = None
    assert found == (1, 2, "c")


def test_what_belongs_to_the_class_stays_there() -> None:
    assert (Point.code, Named.code, Named.level, Named(1).said(), Point.__doc__) == (
        "P1",
        "P1",
        "error",
        "Named error",
        "Two fields, the second with a default.",
    )


def test_values_are_those_of_the_fields() -> None:
    assert values_of(Named(1, 2, "c")) == (1, 2, "c")
    assert values_of(Alone((1,))) == ((1,),)
    assert values_of(Twin(1)) == (1, 7, "n")
    assert values_of(Nothing()) == values_of(5) == values_of("text") == values_of(None) == ()
