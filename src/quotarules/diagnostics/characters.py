"""Characters that no text of a project may hold: they cannot be seen, or make a line look other than it is."""

import re

# Control characters except tab and line ends, bidirectional controls, zero-width space and joiner-like signs,
# line separators that editors and YAML count differently, halves of surrogate pairs and tag characters.
# The zero-width joiner and non-joiner stay: Persian and several Indian scripts are written with them.
FORBIDDEN_CLASS = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f"
)
_FORBIDDEN = re.compile(f"[{FORBIDDEN_CLASS}]")


def first_forbidden(text: str, start: int = 0) -> int | None:
    """The offset of the first forbidden character at or after `start`, or None."""
    match = _FORBIDDEN.search(text, start)
    return None if match is None else match.start()


def shown(value: str, limit: int = 40) -> str:
    """A value as a message may print it: cut to `limit` characters, and with what cannot be seen as its escape."""
    cut = value if len(value) <= limit else value[: limit - 1] + "…"
    return "".join(char if char.isprintable() else _escaped(char) for char in cut)


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
