"""What lines are sorted by where keys have places: numbers instead of texts, and keys of several parts part by part.

A source is then put together after the sort, so that what is sorted stays short.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from quotarules.engines.sql.build import case, test, to
from quotarules.engines.sql.frames import Lowered
from quotarules.engines.sql.key_places import Place, sort_as_parts
from quotarules.engines.sql.lines import Final, LineOrder, SourcePart
from quotarules.engines.sql.paths import key_text, key_values, target
from quotarules.engines.sql.tree import Escaped, Int, KeyText, Named, Ref, Sql, SqlType, Text
from quotarules.plan.lines import slots
from quotarules.plan.nodes import Column, Expr, LineRule
from quotarules.records import dataclass
from quotarules.values.schema import COMPANY, ColumnKind


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of a source: its text, what it is sorted by, and whether it sorts alike with a `/` behind it.

    `words`: all that the text can be, in order; the key is then its place among them. `repeats`: the part is the line's
    subject again, which all lines that it is compared with have too.
    """

    text: Sql
    key: Sql
    parted: bool
    words: tuple[str, ...] = ()
    repeats: bool = False


def keyed(
    lowered: Lowered, rules: Sequence[LineRule], finals: Sequence[Final], order: LineOrder
) -> tuple[list[Final], LineOrder]:
    """The queries of lines with columns to sort by; a source comes in parts, `part 0`, `part 1` and so on."""
    subjects = _subjects(lowered, rules, finals)
    sources = [_source(lowered, rule, subject) for rule, subject in zip(rules, subjects, strict=True)]
    keys = [*_sorted_by("subject", subjects), "place"]
    for place in range(max(map(len, sources))):
        compared = [parts[place] for parts in sources if place < len(parts)]
        keys += _sorted_by(f"part {place}", [part.key for part in compared if not part.repeats])
    held: list[tuple[SourcePart, ...]] = [()] * len(order.rules)
    words = _words(lowered, rules, finals)
    made = []
    for rule, final, subject, parts in zip(rules, finals, subjects, sources, strict=True):
        columns = [
            _numbered(lowered, rule.rows.table, column, words) for column in final.columns if column.name != "source"
        ]
        columns += _keys("subject", subject, keys)
        source = []
        for place, part in enumerate(parts):
            if part.repeats:
                source.append(SourcePart("subject"))
                continue
            columns += _keys(f"part {place}", part.key, keys)
            columns += [] if part.words else [Named(f"part {place}", part.text)]
            source.append(SourcePart(f"by part {place}" if part.words else f"part {place}", part.words))
        held[order.rules.index((rule.account, rule.rule))] = tuple(source)
        made.append(replace(final, columns=tuple(columns)))
    return made, replace(order, keys=tuple(keys), parts=tuple(held), words=tuple(words.items()))


def _words(lowered: Lowered, rules: Sequence[LineRule], finals: Sequence[Final]) -> dict[str, tuple[str, ...]]:
    """The text slots that hold nothing but choices, each in a column, and all these choices in order."""
    found: dict[str, set[str]] = {}
    open_: set[str] = set()
    for rule, final in zip(rules, finals, strict=True):
        values = {column.name: column.value for column in final.columns}
        for item, slot in zip(rule.inputs, slots(rule), strict=True):
            for name in (f"x{text}" for text in slot.texts):
                choices = _choices(lowered, item.value) if isinstance(values[name], Ref) else ()
                found.setdefault(name, set()).update(choices)
                open_.update(() if choices else (name,))
    return {name: tuple(sorted(words, key=str.encode)) for name, words in found.items() if name not in open_}


def _choices(lowered: Lowered, value: Expr) -> tuple[str, ...]:
    """All that an expression can be, if it is a column of choices."""
    spec = lowered.plan.schema.table(value.table) if isinstance(value, Column) else None
    column = None if spec is None or not isinstance(value, Column) else spec.column(value.name)
    return () if column is None or column.kind is not ColumnKind.CHOICE else column.choices


def _numbered(lowered: Lowered, table: str, column: Named, words: dict[str, tuple[str, ...]]) -> Named:
    """The column with the place of each text among the words, if it holds nothing else."""
    if column.name not in words:
        return column
    return replace(column, value=_place(lowered, table, column.value, words[column.name]))


def _place(lowered: Lowered, table: str, text: Sql, words: Sequence[str]) -> Sql:
    """The place of a text among the words, which all its values are."""
    place = (table, text.name) if isinstance(text, Ref) and text.alias == "t" else None
    if place is not None and lowered.places.words.get(place) == tuple(words):
        return to(lowered.frames[table].ref(lowered.places.columns[place]), SqlType.SMALL)
    numbers = [(test("=", text, Text(word)), Int(place, SqlType.SMALL)) for place, word in enumerate(words)]
    return case(numbers, None, SqlType.SMALL)


def _sorted_by(name: str, keys: Sequence[Sql]) -> list[str]:
    """The columns that one part of a key is sorted by: texts, numbers, or both where some have texts only."""
    kinds = {key.type for key in keys}
    if not kinds or kinds == {SqlType.TEXT}:
        return [name] if kinds else []
    return [f"by {name}", *([f"by text of {name}"] if SqlType.TEXT in kinds else [])]


def _keys(name: str, key: Sql, keys: Sequence[str]) -> Iterator[Named]:
    """The column that holds a key, unless the text itself is sorted by."""
    wanted = f"by text of {name}" if key.type is SqlType.TEXT else f"by {name}"
    if wanted in keys:
        yield Named(wanted, key)


def _subjects(lowered: Lowered, rules: Sequence[LineRule], finals: Sequence[Final]) -> list[Sql]:
    """What each rule's subjects are sorted by: places if all of their kind are keys of one table, else texts."""
    roots: dict[str, set[Place | None]] = {}
    for rule in rules:
        roots.setdefault(rule.subject_kind, set()).add(_root(lowered, rule))
    found: list[Sql] = []
    for rule, final in zip(rules, finals, strict=True):
        if None in roots[rule.subject_kind] or len(roots[rule.subject_kind]) > 1:
            found.append(next(column.value for column in final.columns if column.name == "subject"))
        else:
            found += key_values(lowered, rule.rows.table, rule.rows.link)
    return found


def _root(lowered: Lowered, rule: LineRule) -> Place | None:
    """Whose keys the subjects of a rule are."""
    if rule.party is not None or rule.rows.table == COMPANY:
        return None
    table = target(lowered, rule.rows.table, rule.rows.link)
    key = lowered.frames[table].key
    return lowered.places.roots.get((table, key[0])) if len(key) == 1 else None


def _source(lowered: Lowered, rule: LineRule, subject: Sql) -> list[_Part]:
    """The parts of a rule's sources; a single one, the whole text, where its parts sort otherwise."""
    table = rule.rows.table
    if not rule.rows.link:
        return []
    whole = key_text(lowered, table, ())
    names = lowered.frames[table].key
    parts = [_part(lowered, table, name, text) for name, text in zip(names, whole.parts, strict=True)]
    parts = [replace(part, repeats=part.key == subject and subject.type is SqlType.SMALL) for part in parts]
    plain = not any(isinstance(text, Escaped) for text in whole.parts)
    if len(parts) == 1 or (plain and all(part.parted for part in parts[:-1])):
        return parts
    return [_Part(whole, whole, parted=False)]


def _part(lowered: Lowered, table: str, name: str, held: Sql) -> _Part:
    text = held if held.type is SqlType.TEXT else KeyText((held,))
    places = lowered.places
    if (table, name) in places.columns:
        key = lowered.frames[table].ref(places.columns[table, name])
        words = places.words.get((table, name), ())
        return _Part(text, key, places.roots[table, name] in places.parted, words)
    spec = lowered.plan.schema.table(table)
    column = None if spec is None else spec.column(name)
    if column is not None and column.kind is ColumnKind.CHOICE:
        ordered = tuple(sorted(column.choices, key=str.encode))
        return _Part(text, _place(lowered, table, text, ordered), sort_as_parts(ordered), ordered)
    return _Part(text, text, parted=False)
