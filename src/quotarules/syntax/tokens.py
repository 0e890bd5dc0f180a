"""The words of a rule text with their places: what every later step reads instead of characters."""

from typing import Literal as Word

from quotarules.diagnostics.source import Span
from quotarules.records import dataclass

# The most problems that a step collects; of a text with so many nobody reads them all.
TOLD_LIMIT = 1000

TokenKind = Word["name", "number", "percent", "date", "text", "sign"]


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number, quoted text or sign.

    `text` is as written, names in NFC. `start` and `end` are character offsets. `column` counts from 0, with a tab
    in front as four; `first` tells whether the token opens its line.
    """

    kind: TokenKind
    text: str
    start: int
    end: int
    line: int
    column: int
    first: bool

    def span(self, file: str) -> Span:
        """The place of the token in the named source."""
        return Span(file, self.start, self.end)
