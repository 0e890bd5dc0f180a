"""The words of a tree with the gaps between them: where a blank stands, and where a line may be broken."""

from collections.abc import Iterator, Sequence

from quotarules.records import dataclass
from quotarules.syntax.driver import Leaf, Part

_CLINGS = frozenset({",", ")", ":", "."})
_CALLED = frozenset({"NAME", "TIME_UNIT"})


@dataclass(frozen=True, slots=True)
class Word:
    """One word; `space` tells whether a blank stands before it.

    `level` is how deep in the tree a line could be broken before it: the lowest is the best place; None is none.
    """

    text: str
    space: bool
    level: int | None


def words(part: Part) -> tuple[Word, ...]:
    """All words of a tree in order."""
    return tuple(word for _, made in by_child(part) for word in made)


def by_child(part: Part) -> tuple[tuple[Part | Leaf, tuple[Word, ...]], ...]:
    """The words of each child of a part; shares in braces have a comma between each two, whatever was written."""
    return tuple(_by_child(part, 0))


def line(made: Sequence[Word]) -> str:
    """Words on one line, without a blank in front."""
    return "".join(f" {word.text}" if word.space and index else word.text for index, word in enumerate(made))


def _by_child(part: Part, depth: int) -> Iterator[tuple[Part | Leaf, tuple[Word, ...]]]:
    before: Part | Leaf | None = None
    for child in _separated(part):
        last = None if before is None else _last_leaf(before)
        level = _level(part, before, child, depth)
        if isinstance(child, Part):
            inner = [word for _, made in _by_child(child, depth + 1) for word in made]
            first = Word(inner[0].text, _space(part, last, child, inner[0].text), level)
            yield child, (first, *inner[1:])
        else:
            text = child.token.text
            yield child, (Word(text, _space(part, last, child, text), level),)
        before = child


def _separated(part: Part) -> Iterator[Part | Leaf]:
    """The children of a part with commas between what stands in braces, and none at its end."""
    braces = 0
    for index, child in enumerate(part.parts):
        following = part.parts[index + 1] if index + 1 < len(part.parts) else None
        text = child.token.text if isinstance(child, Leaf) else ""
        braces += {"{": 1, "}": -1}.get(text, 0)
        if text == "," and braces and isinstance(following, Leaf) and following.token.text == "}":
            continue
        yield child
        if braces and isinstance(child, Part) and isinstance(following, Part) and child.name == following.name:
            yield _comma(child)


def _comma(before: Part) -> Leaf:
    last = _last_leaf(before)
    token = last.token
    return Leaf("COMMA", type(token)("sign", ",", token.end, token.end, token.line, token.column, first=False))


def _last_leaf(child: Part | Leaf) -> Leaf:
    while isinstance(child, Part):
        child = child.parts[-1]
    return child


def _space(part: Part, last: Leaf | None, child: Part | Leaf, text: str) -> bool:
    """Whether a blank stands before a child that begins with a word."""
    if last is None or text in _CLINGS or last.token.text in {"(", "."}:
        return False
    if part.name == "signed" and isinstance(child, Part):
        return False
    return not (text == "(" and isinstance(child, Leaf) and last.role in _CALLED)


def _level(part: Part, before: Part | Leaf | None, child: Part | Leaf, depth: int) -> int | None:
    """How good a place for a line's end stands before a child."""
    text = child.token.text if isinstance(child, Leaf) else ""
    if before is None or text in _CLINGS or text in {"(", "{", "}"}:
        return None
    if isinstance(before, Part):
        return None if before.name == "modifier" else 2 * depth
    if before.token.text == ":" or (before.token.text == "=" and part.name == "measure"):
        return 2 * depth - 1
    if before.token.text == "," or before.role == "STRING":
        return 2 * depth
    return 2 * depth if before.role == "NAME" and isinstance(child, Part) else None
