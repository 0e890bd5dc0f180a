"""What an expression comes to: a value, no value, or waiting; the three ways are kept apart everywhere."""

from typing import NamedTuple

from quotarules.records import dataclass


class Ratio(NamedTuple):
    """An exact quotient, never reduced; the denominator is above zero, the scale stands in the expression's type."""

    numerator: int
    denominator: int


Number = int | Ratio
Value = int | bool | str | Ratio
"""An INTEGER, DAY or MINUTE as int, a FLAG as bool, a TEXT as str, a RATIO as Ratio."""


@dataclass(frozen=True, slots=True)
class Missing:
    """No value; `reason` is the place in `Plan.reasons`."""

    reason: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A value that cannot be known yet; `reason` is the place in `Plan.reasons`."""

    reason: int


Absent = Missing | Waiting
State = Value | Missing | Waiting


def number(value: Value) -> Number:
    """The value as an exact number."""
    assert not isinstance(value, str | bool), f"{value!r} is not a number"
    return value


def integer(value: Value) -> int:
    """The value as an integer (also of days and minutes)."""
    assert not isinstance(value, str | bool | Ratio), f"{value!r} is not an integer"
    return value


def flag(value: Value) -> bool:
    """The value as yes or no."""
    assert isinstance(value, bool), f"{value!r} is not yes or no"
    return value
