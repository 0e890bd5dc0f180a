"""Texts of a column as a sequence, for messages about a few of its rows."""

from collections.abc import Sequence
from typing import overload

from quotarules.ledger.columns import Vector, apply


class Texts(Sequence[str]):
    """The texts of an Arrow column, each made when it is asked for."""

    def __init__(self, held: Vector) -> None:
        self.held = held

    def __len__(self) -> int:
        return len(self.held)

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...

    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        if isinstance(place, slice):
            return [str(text) for text in self.held[place].to_pylist()]
        return str(self.held[place].as_py())


def keys_of(columns: Sequence[Vector]) -> Texts:
    """What names each row in messages: its values in these columns of texts."""
    held = [apply("coalesce", column, "") for column in columns]
    return Texts(held[0] if len(held) == 1 else apply("binary_join_element_wise", *held, " / "))
