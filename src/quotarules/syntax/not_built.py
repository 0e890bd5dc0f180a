"""The forms of the language that later versions build: known here only to be refused by name."""

from collections.abc import Sequence
from dataclasses import dataclass

from quotarules.syntax.tokens import Token


@dataclass(frozen=True, slots=True)
class Refusal:
    """The form's name, and its first and last word counted from the word where reading is stuck."""

    form: str
    first: int = 0
    last: int = 0


def form_not_built(tokens: Sequence[Token], index: int) -> Refusal | None:
    """The form that stands where reading is stuck at the word `index`, if it is one that is still to come."""
    text = _text(tokens, index)
    if text == "from" and index + 1 < len(tokens) and tokens[index + 1].kind == "text":
        return Refusal("from FILE", 0, 1)
    return None


def _text(tokens: Sequence[Token], index: int) -> str:
    return tokens[index].text if 0 <= index < len(tokens) else ""
