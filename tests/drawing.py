"""Where drawn cases take their choices from: hypothesis, which makes a failing case small, or a seed, which is fast.

Whatever is drawn is a chain of numbers below a bound, so a case is the same wherever the numbers come from; 0 stands
for what is simplest.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Draw:
    """Choices, each made from a number from 0 to under a bound."""

    below: Callable[[int], int]

    def pick(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[self.below(len(items)) if len(items) > 1 else 0]

    def number(self, low: int, high: int) -> int:
        """A number from `low` through `high`."""
        return low + (self.below(high - low + 1) if high > low else 0)

    def chance(self, of: int) -> bool:
        """Yes once in `of` times."""
        return self.below(of) == of - 1

    def several(self, items: Sequence[T], least: int = 0, most: int | None = None) -> list[T]:
        """From `least` through `most` (or all) different places of the items, in any order."""
        left = list(items)
        size = self.number(least, len(left) if most is None else min(most, len(left)))
        return [left.pop(self.number(0, len(left) - 1)) for _ in range(size)]

    def order(self, items: Sequence[T]) -> list[T]:
        """All items in any order."""
        return self.several(items, least=len(items))


@cache
def _numbers(below: int) -> st.SearchStrategy[int]:
    return st.integers(0, below - 1)


def drawn(make: Callable[[Draw], T]) -> st.SearchStrategy[T]:
    """What `make` draws, as hypothesis takes it."""

    @st.composite
    def made(draw: st.DrawFn) -> T:
        return make(Draw(lambda below: draw(_numbers(below))))

    return made()


def seeded(seed: str) -> Draw:
    """The same choices for the same seed, on every machine."""
    chance = Random(seed).random
    return Draw(lambda below: int(chance() * below))
