"""Names near a name that was not found, for the help of a message."""

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice

_LONGEST = 80
_MOST = 300
"""With more names than this, only those with the same first letter and a like length are looked at."""


def near(name: str, known: Iterable[str], count: int = 2) -> tuple[str, ...]:
    """At most `count` known names that look like `name`, the nearest first."""
    if len(name) > _LONGEST:
        return ()
    candidates = {other.casefold(): other for other in sorted(known, reverse=True) if len(other) <= _LONGEST}
    if len(candidates) > _MOST:
        like = (other for other in candidates if other[:1] == name[:1].casefold() and abs(len(other) - len(name)) <= 2)
        candidates = {other: candidates[other] for other in islice(like, _MOST)}
    return tuple(candidates[found] for found in get_close_matches(name.casefold(), candidates, count, 0.6))
