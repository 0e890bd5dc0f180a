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


# A word where the grammar is stuck, by the word that follows it; None: whatever follows.
_WORDS: dict[str, dict[str | None, str]] = {
    "every": {None: "every"},
}


def form_not_built(tokens: Sequence[Token], index: int) -> Refusal | None:
    """The form that stands where reading is stuck at the word `index`, if it is one that is still to come."""
    text, before, after = _text(tokens, index), _text(tokens, index - 1), _text(tokens, index + 1)
    if text in _WORDS and before != "for":
        forms = _WORDS[text]
        form = forms.get(after) or forms.get(None)
        if form is not None:
            return Refusal(form, 0, 0 if None in forms else 1)
    if text == "from" and index + 1 < len(tokens) and tokens[index + 1].kind == "text":
        return Refusal("from FILE", 0, 1)
    return None


def _text(tokens: Sequence[Token], index: int) -> str:
    return tokens[index].text if 0 <= index < len(tokens) else ""
