"""What reading something comes to: a value, no value, or waiting. All rules know these three."""

from collections.abc import Iterable
from enum import Enum
from typing import Final, Literal


class State(Enum):
    """What is there in the place of a value."""

    NOTHING = "no value"
    WAITS = "waiting"


NOTHING: Final = State.NOTHING
WAITS: Final = State.WAITS


def held_up(results: Iterable[object]) -> Literal[State.NOTHING, State.WAITS] | None:
    """What stops something that needs all of these: it waits if one waits, has no value if one has none."""
    seen = list(results)
    if any(result is WAITS for result in seen):
        return WAITS
    if any(result is NOTHING for result in seen):
        return NOTHING
    return None
