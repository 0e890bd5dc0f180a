"""Names near a name that was not found, for the help of a message."""

from collections.abc import Iterable
from difflib import get_close_matches

_LONGEST = 80


def near(name: str, known: Iterable[str], count: int = 2) -> tuple[str, ...]:
    """At most `count` known names that look like `name`, the nearest first."""
    if len(name) > _LONGEST:
        return ()
    candidates = {other.casefold(): other for other in sorted(known, reverse=True) if len(other) <= _LONGEST}
    return tuple(candidates[found] for found in get_close_matches(name.casefold(), candidates, count, 0.6))
