"""The parser's machine: words in, a tree of named parts out, without recursion and without exceptions."""

from collections.abc import Sequence

from quotarules.records import dataclass
from quotarules.syntax.tables import END, Reduction, Tables
from quotarules.syntax.tokens import Token

HEIGHT_LIMIT = 120


@dataclass(frozen=True, slots=True)
class Leaf:
    """A word of the text in the role that the grammar gave it."""

    role: str
    token: Token


@dataclass(frozen=True, slots=True)
class Part:
    """A named part of the tree; its leaves are all words from `start` to `end`, none left out."""

    name: str
    parts: tuple["Part | Leaf", ...]
    start: int
    end: int
    height: int


@dataclass(frozen=True, slots=True)
class Stuck:
    """Reading cannot go on at the word `index` (the number of words: at the end); `too_deep` tells why."""

    index: int
    too_deep: bool = False


_Value = Part | Leaf | list[Part | Leaf]


def run(
    tables: Tables, start: str, tokens: Sequence[Token], roles: Sequence[tuple[str, ...]], first: int = 0
) -> Part | Stuck:
    """The tree of some words, from the word `first` on, by the rule named `start`."""
    states = [tables.starts[start]]
    values: list[_Value] = []
    for index in range(first, len(tokens)):
        token = tokens[index]
        row = tables.actions[states[-1]]
        role = next((each for each in roles[index] if each in row), None)
        if role is None:
            return Stuck(index)
        stuck = _reduce(tables, states, values, role)
        if stuck is not None:
            return Stuck(index, too_deep=stuck)
        values.append(Leaf(role, token))
    stuck = _reduce(tables, states, values, END)
    if stuck is not None:
        return Stuck(len(tokens), too_deep=stuck)
    result = values[0]
    return result if isinstance(result, Part) else _part(start, _flat([result]))


def _reduce(tables: Tables, states: list[int], values: list[_Value], role: str) -> bool | None:
    """Makes all parts that end before a word of that role, then goes to the state after it.

    None when done; otherwise reading is stuck, and the answer tells whether the tree became too high.
    """
    while True:
        action = tables.actions[states[-1]].get(role)
        if action is None:
            return False
        if not isinstance(action, Reduction):
            states.append(action)
            return None
        if action.passes:
            following = tables.actions[states[-2]][action.origin]
            assert not isinstance(following, Reduction)
            states[-1] = following
            continue
        made = _made(action, values)
        if isinstance(made, Part) and made.height > HEIGHT_LIMIT:
            return True
        del states[-action.length :]
        following = tables.actions[states[-1]][action.origin]
        assert not isinstance(following, Reduction)
        states.append(following)
        values.append(made)


def _made(action: Reduction, values: list[_Value]) -> _Value:
    taken = values[-action.length :]
    del values[-action.length :]
    if action.inline:
        first = taken[0]
        if isinstance(first, list):
            rest = _flat(taken[1:])
            first.extend(rest)
            return first
        return _flat(taken)
    return _part(action.name, _flat(taken))


def _flat(values: list[_Value]) -> list[Part | Leaf]:
    found: list[Part | Leaf] = []
    for value in values:
        if isinstance(value, list):
            found.extend(value)
        else:
            found.append(value)
    return found


def _part(name: str, parts: list[Part | Leaf]) -> Part:
    first, last = parts[0], parts[-1]
    height = 1 + max(part.height if isinstance(part, Part) else 0 for part in parts)
    start = first.start if isinstance(first, Part) else first.token.start
    # In YAML the entries of a clause stand in any order, so its last word may stand before its first.
    end = last.end if isinstance(last, Part) else last.token.end
    return Part(name, tuple(parts), start, max(start, end), height)


def states_before(tables: Tables, start: str, roles: Sequence[tuple[str, ...]], index: int) -> tuple[int, ...]:
    """The parser's states before the word `index`, which can be reached."""
    states = [tables.starts[start]]
    for candidates in roles[:index]:
        role = next(each for each in candidates if each in tables.actions[states[-1]])
        if not _step(tables, states, role):
            break
    return tuple(states)


def expected(tables: Tables, states: Sequence[int]) -> tuple[str, ...]:
    """The roles of words that can really stand next: each is tried, since a state also lists what only seems to fit."""
    candidates = (role for role in tables.actions[states[-1]] if role not in tables.parts)
    return tuple(sorted(role for role in candidates if _step(tables, list(states), role)))


def _step(tables: Tables, states: list[int], role: str) -> bool:
    while True:
        action = tables.actions[states[-1]].get(role)
        if action is None:
            return False
        if not isinstance(action, Reduction):
            states.append(action)
            return True
        del states[-action.length :]
        following = tables.actions[states[-1]][action.origin]
        assert not isinstance(following, Reduction)
        states.append(following)
