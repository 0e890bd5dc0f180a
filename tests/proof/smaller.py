"""A failing case is made small: its choices are left out and lowered as long as it fails in the same way."""

import time
from collections.abc import Callable

from drawing import Draw

Choices = list[int]


def recording(draw: Draw, made: Choices) -> Draw:
    """The same choices, which are also written down."""

    def below(bound: int) -> int:
        made.append(draw.below(bound))
        return made[-1]

    return Draw(below)


def replayed(choices: Choices) -> Draw:
    """Choices that were written down; after them the simplest ones."""
    left = iter(choices)
    return Draw(lambda below: min(next(left, 0), below - 1))


def smaller(choices: Choices, fails: Callable[[Choices], bool], seconds: float) -> Choices:
    """The shortest and lowest choices found in the time that still fail."""
    until = time.monotonic() + seconds
    size = len(choices)
    while size and time.monotonic() < until:
        place, found = 0, False
        while place < len(choices) and time.monotonic() < until:
            for tried in _without(choices, place, size):
                if tried != choices and fails(tried):
                    choices, found = tried, True
                    break
            else:
                place += size
        size = size if found else size // 2
    return choices


def _without(choices: Choices, place: int, size: int) -> list[Choices]:
    """The choices without a stretch, with zeros in its place, and for a single one at half of it."""
    head, part, rest = choices[:place], choices[place : place + size], choices[place + size :]
    tried = [head + rest, head + [0] * len(part) + rest]
    return [*tried, [*head, part[0] // 2, *rest]] if size == 1 and part[0] > 1 else tried
