"""The words of a head or clause as entries of YAML: the way back of what read.py does."""

from quotarules.syntax.driver import Leaf, Part
from quotarules.syntax.printer.words import Word, by_child, line
from quotarules.syntax.rules_yaml.forms import CLAUSES, TEXT_CLAUSES, Block, Field, Form

Entries = tuple[tuple[str, str], ...]
_Unit = tuple[Part | Leaf, tuple[Word, ...]]

# Parts whose first words are the lead of an entry.
_LINES = frozenset({"line", "kpi_line"})
_OPENED = frozenset(
    {
        *("for_each", "for_each_name", "place", "number_place", "where", "validity", "paid", "on_calendar", "pauses"),
        *("in_currency", "every", "tiers_keys", "rows_file"),
    }
)


def head_entries(part: Part, block: Block) -> Entries:
    """The entries of a head; where its words fit no entries, all of them behind the declaration's word."""
    found = _matched(part, block.head)
    if found is not None:
        return found
    (_, _), *rest = by_child(part)
    return ((block.head.fields[0].key, line([word for _, made in rest for word in made])),)


def clause_entries(part: Part, block: Block) -> Entries | None:
    """The entries of a clause, or None where it has to stand as a text."""
    for form in block.forms:
        found = _matched(part, form)
        if found is not None:
            return found
    (first, said), *rest = by_child(part)
    word = said[0].text
    taken = {each.key for each in block.head.fields} if block.items is None else {CLAUSES}
    taken |= {form.fields[0].key for form in block.forms} | {CLAUSES}
    if not isinstance(first, Leaf) or first.role == "NAME" or not word.isalpha() or not rest or word in taken:
        return None
    value = line([each for _, made in rest for each in made])
    if word in TEXT_CLAUSES:
        return ((word, value[1:-1]),) if _is_text(rest) else None
    return ((word, value),)


def pair_entries(part: Part) -> tuple[str, str] | None:
    """The key and the value of `key: value`, or None where there is no such sign."""
    children = by_child(part)
    at = next((index for index, (child, _) in enumerate(children) if _says(child, ":")), None)
    if at is None:
        return None
    sides = children[:at], children[at + 1 :]
    key, value = (line([word for _, made in side for word in made]) for side in sides)
    return key, value


def _matched(part: Part, form: Form) -> Entries | None:
    """The entries of a form that take up all words of a part, or None."""
    units, origins = _units(part)
    found: list[tuple[str, str]] = []
    at = 0
    for index, field in enumerate(form.fields):
        start = _start(units, at, field)
        if start is None:
            continue
        later = form.fields[index + 1 :]
        end = start + 1
        many = index > 0 and field.kind == "rule" and (field.lead or field.key == "amount")
        while many and end < len(units) and not any(each.lead and _start(units, end, each) for each in later):
            end += 1
        if len(set(origins[start:end])) > 1:
            return None  # words of two clauses would stand in one entry
        value = line([word for _, made in units[start:end] for word in made])
        found.append((field.key, value[1:-1] if field.kind == "text" else value))
        at = end
    keys = {key for key, _ in found}
    if at != len(units) or not keys.issuperset({form.fields[0].key, *form.needs}):
        return None
    return tuple(found)


def _start(units: list[_Unit], at: int, field: Field) -> int | None:
    """Where the value of an entry begins, if the entry stands at a unit."""
    behind = at + len(field.lead)
    if behind > len(units) or any(not _says(units[at + i][0], word) for i, word in enumerate(field.lead)):
        return None
    if behind == len(units):
        return None
    unit = units[behind][0]
    if field.kind == "text":
        return behind if isinstance(unit, Leaf) and unit.role == "STRING" else None
    if field.key == "name" and not (isinstance(unit, Leaf) and unit.role == "NAME"):
        return None
    return behind if not (isinstance(unit, Leaf) and unit.role == "STRING") or field.lead else None


def _units(part: Part) -> tuple[list[_Unit], list[int]]:
    """The children of a part, those opened whose own words are leads of entries, and of which child each is."""
    found: list[_Unit] = []
    origins: list[int] = []
    children = by_child(part)
    for index, (child, made) in enumerate(children):
        following = children[index + 1][0] if index + 1 < len(children) else None
        last = following is None or (isinstance(following, Part) and following.name in {"for_each", "paid"})
        condition = part.name in _LINES and last and isinstance(child, Part) and child.name == "when"
        if isinstance(child, Part) and (condition or child.name in _OPENED):
            (first, words), *rest = by_child(child)
            found.append((first, (Word(words[0].text, made[0].space, None), *words[1:])))
            found.extend(rest)
            origins.extend([index] * (len(rest) + 1))
        else:
            found.append((child, made))
            origins.append(-1)
    return found, origins


def _says(unit: Part | Leaf, word: str) -> bool:
    return isinstance(unit, Leaf) and unit.token.text == word


def _is_text(rest: list[_Unit]) -> bool:
    return len(rest) == 1 and isinstance(rest[0][0], Leaf) and rest[0][0].role == "STRING"
