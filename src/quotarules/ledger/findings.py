"""The problems of one data file while it is checked: all are counted, the first hundred in row order are told."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import field
from heapq import nsmallest
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from quotarules.diagnostics.problem import Problem
from quotarules.ledger.problems import MoreProblems
from quotarules.records import dataclass

TOLD = 100
"""How many problems of a file are told."""

Rows = NDArray[np.int64]
Numbers: TypeAlias = "Rows | range"
"""The number that each row has in its file; a range where none is left out."""


def as_rows(numbers: Numbers) -> Rows:
    """The numbers of rows as an array."""
    return np.arange(numbers.start, numbers.stop) if isinstance(numbers, range) else numbers


@dataclass(slots=True)
class Findings:
    """What was found in one file; `told` holds (row as the file counts it, order of finding, problem).

    Rows of a database's table have no place of their own: `keys` then name them, in the order of their numbers from 1.
    """

    file: str
    keys: Sequence[str] = ()
    told: list[tuple[int, int, Problem]] = field(default_factory=list)
    count: int = 0

    def add(self, problem: Problem, row: int = 0) -> None:
        """Adds one problem; without a row it comes before those of the rows."""
        self.count += 1
        self.told.append((row, len(self.told), problem))

    def add_rows(self, at: Rows, numbers: Numbers, make: Callable[[int, int | str], Problem]) -> None:
        """Adds a problem for each position of `at`, made of the position and of `numbers` there, the file's row."""
        self.count += len(at)
        for position in at[:TOLD]:
            row = int(numbers[position])
            self.told.append((row, len(self.told), make(int(position), self.named(row))))

    def take(self, others: "Findings") -> None:
        """Adds all that was found apart from these, behind them."""
        self.add_told(others.count, ((row, problem) for row, _, problem in others.told))

    def add_told(self, count: int, told: Iterable[tuple[int, Problem]]) -> None:
        """Adds so many problems, of which the first are told, each with its row."""
        self.count += count
        for row, problem in told:
            self.told.append((row, len(self.told), problem))

    def named(self, row: int) -> int | str:
        """How a row is named to a reader: by its place in a file, or by its key."""
        return self.keys[row - 1] if self.keys else row

    def problems(self) -> tuple[Problem, ...]:
        """The first hundred problems by row, and how many more there are."""
        first = tuple(problem for _, _, problem in nsmallest(TOLD, self.told))
        more = self.count - len(first)
        return (*first, MoreProblems(self.file, more)) if more else first
