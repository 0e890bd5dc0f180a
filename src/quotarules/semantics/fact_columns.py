"""The types of fact columns, from the words of a YAML file to a column's exact contract."""

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from itertools import islice
from unicodedata import normalize

from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass
from quotarules.semantics.facts_problems import (
    BadBound,
    BadOption,
    DuplicateName,
    UnknownTable,
    UnknownType,
    UnknownZone,
)
from quotarules.syntax.yaml_tree import Mapping, Node, Scalar, Sequence
from quotarules.values.period import FIRST_DAY, LAST_DAY, day_number
from quotarules.values.schema import ColumnKind, ColumnSpec
from quotarules.values.zones import zone_named

LARGEST = 10**12  # of money, counts and numbers, in units, where nothing else is stated
LARGEST_PERCENT = 10_000
MONEY_SCALE = 2
LARGEST_SCALE = 12
WIDEST = 10**37  # what 128 bits hold on every engine
MINUTES = 1_440
# Before and after these days, zone rules say nothing worth converting by.
FIRST_INSTANT_DAY, LAST_INSTANT_DAY = day_number(date(1900, 1, 1)), day_number(date(2199, 12, 31))

_LOOKED_THROUGH, _LONGEST_NAME, _TABLES_SAID = 100, 60, 6

_PRECISION = re.compile(r"(1|0\.0*1)%?", re.ASCII)
_BOUND = re.compile(r"(-?)([0-9][0-9_]*)(?:\.([0-9]+))?(%?)", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_WORDS = ("text", "yes/no", "count", "number", "percent", "money", "date", "instant")
_BARE = {
    "text": ColumnKind.TEXT,
    "yes/no": ColumnKind.YES_NO,
    "count": ColumnKind.COUNT,
    "date": ColumnKind.DATE,
    "instant": ColumnKind.INSTANT,
}
_OPTIONS: dict[str, tuple[ColumnKind, ...]] = {
    "yes": (ColumnKind.YES_NO,),
    "no": (ColumnKind.YES_NO,),
    "zone": (ColumnKind.INSTANT,),
}


@dataclass(slots=True)
class Reading:
    """One column while it is read: what tables there are, and what was found wrong."""

    tables: Collection[str]
    problems: list[Problem]


def read_column(name: Scalar, node: Node, reading: Reading) -> ColumnSpec | None:
    """The contract of one entry of `columns`, or None where it has no type; problems go to `reading`.

    Links are not followed here: their target's key is known only when all tables are.
    """
    blank = ColumnSpec(normalize("NFC", name.text), ColumnKind.TEXT, optional=False, span=name.span)
    match node:
        case Scalar():
            return _typed(blank, node, reading)
        case Sequence():
            return _choices(blank, node, reading)
        case Mapping():
            return _described(blank, node, reading)


def _described(blank: ColumnSpec, node: Mapping, reading: Reading) -> ColumnSpec | None:
    """A column said as `{column: …, type: …}`."""
    kind, link = node.get("type"), node.get("to")
    if kind is not None and link is not None:
        message = "a column has a type or links to a table, not both"
        reading.problems.append(BadOption(node.entries[0][0].span, message, "delete `type` or `to`"))
        return None
    match kind or link:
        case None:
            spec: ColumnSpec | None = blank
        case Sequence() as choices:
            spec = _choices(blank, choices, reading)
        case Scalar() as words if words is link:
            spec = _linked(blank, words, reading)
        case Scalar() as words:
            spec = _typed(blank, words, reading)
        case _:
            spec = None
    return None if spec is None else _with_options(spec, node, reading)


def _with_options(spec: ColumnSpec, node: Mapping, reading: Reading) -> ColumnSpec:
    """The options beside the type: where the column stands in the file and how its values are spelled."""
    for option, kinds in _OPTIONS.items():
        key = node.key(option)
        if key is not None and spec.kind not in kinds:
            message = f"`{option}` says nothing about a column of type {spec.kind}"
            reading.problems.append(BadOption(key.span, message, f"delete `{option}`"))
    spec = replace(
        spec,
        optional=spec.optional or node.get("or") is not None,
        source=_text(node.get("column")),
        zone=_text(node.get("zone")),
        read=_readings(node.get("read")),
        yes=_spellings(node.get("yes")) or spec.yes,
        no=_spellings(node.get("no")) or spec.no,
    )
    both = set(spec.yes) & set(spec.no)
    if both:
        key = node.key("no") or node.key("yes")
        message = f"`{min(both)}` is spelled both for yes and for no"
        reading.problems.append(BadOption((key or node).span, message, "leave it in one of the two"))
    zone = node.get("zone")
    if spec.zone is not None and zone is not None and zone_named(spec.zone) is None:
        reading.problems.append(UnknownZone(zone.span, spec.zone))
    return spec


def _text(node: Node | None) -> str | None:
    return normalize("NFC", node.text) if isinstance(node, Scalar) else None


def _spellings(node: Node | None) -> tuple[str, ...]:
    match node:
        case Scalar(text):
            return (normalize("NFC", text),)
        case Sequence(items):
            return tuple(normalize("NFC", item.text) for item in items if isinstance(item, Scalar))
        case _:
            return ()


def _readings(node: Node | None) -> tuple[tuple[str, str], ...]:
    if not isinstance(node, Mapping):
        return ()
    pairs = ((key, value) for key, value in node.entries if isinstance(value, Scalar))
    return tuple((normalize("NFC", key.text), normalize("NFC", value.text)) for key, value in pairs)


def _choices(blank: ColumnSpec, node: Sequence, reading: Reading) -> ColumnSpec:
    """`[tender, direct]`."""
    seen: dict[str, Scalar] = {}
    for item in node.items:
        if isinstance(item, Scalar):
            first = seen.setdefault(normalize("NFC", item.text), item)
            if first is not item:
                reading.problems.append(DuplicateName(item.span, "choice", item.text, first.span))
    return replace(blank, kind=ColumnKind.CHOICE, choices=tuple(seen))


def _linked(blank: ColumnSpec, node: Scalar, reading: Reading) -> ColumnSpec | None:
    """`to: people` or `to: people.employee_id`."""
    words = node.text.removesuffix(" or missing")
    table, _, via = normalize("NFC", words).partition(".")
    if table not in reading.tables:
        reading.problems.append(UnknownTable(node.span, table, nearest(table, reading.tables)))
        return None
    optional = words != node.text
    return replace(blank, kind=ColumnKind.LINK, target=table, via=via or None, optional=optional)


def _typed(blank: ColumnSpec, node: Scalar, reading: Reading) -> ColumnSpec | None:
    """A type in words: `money RUB min 0 max 10_000_000 or missing`."""
    words = node.text.split()
    optional = words[-2:] == ["or", "missing"]
    words = words[:-2] if optional else words
    cut = next((i for i, word in enumerate(words) if word in ("min", "max") and i), len(words))
    spec = _kind(replace(blank, optional=optional), words[:cut], node, reading)
    return None if spec is None else _bounded(spec, words[cut:], node.span, reading)


def _kind(blank: ColumnSpec, words: list[str], node: Scalar, reading: Reading) -> ColumnSpec | None:
    """The type itself, with the bounds that hold where none are stated."""
    match words:
        case ["count"]:
            return replace(blank, kind=ColumnKind.COUNT, lowest=0, highest=LARGEST)
        case ["date"]:
            return replace(blank, kind=ColumnKind.DATE, lowest=FIRST_DAY, highest=LAST_DAY)
        case ["instant"]:
            lowest, highest = FIRST_INSTANT_DAY * MINUTES, (LAST_INSTANT_DAY + 1) * MINUTES - 1
            return replace(blank, kind=ColumnKind.INSTANT, lowest=lowest, highest=highest)
        case [word] if word in _BARE:
            return replace(blank, kind=_BARE[word])
        case ["money", "in", column]:
            top = LARGEST * 10**MONEY_SCALE
            kind, named = ColumnKind.MONEY, normalize("NFC", column)
            return replace(blank, kind=kind, scale=MONEY_SCALE, lowest=-top, highest=top, currency_in=named)
        case ["money", currency] if _CURRENCY.fullmatch(currency):
            top = LARGEST * 10**MONEY_SCALE
            kind = ColumnKind.MONEY
            return replace(blank, kind=kind, scale=MONEY_SCALE, lowest=-top, highest=top, currency=currency)
        case ["number" | "percent" as kind, "to", place] if (match := _PRECISION.fullmatch(place)) is not None:
            return _precise(blank, kind, match[1], node, reading)
        case [table] if normalize("NFC", table) in reading.tables:
            return replace(blank, kind=ColumnKind.LINK, target=normalize("NFC", table))
        case _:
            reading.problems.append(UnknownType(node.span, node.text, _way_out(words, reading.tables)))
            return None


def _precise(blank: ColumnSpec, kind: str, place: str, node: Scalar, reading: Reading) -> ColumnSpec | None:
    """`number to 0.01` and `percent to 0.01%`; a percent is held as a share of one, so it has two places more."""
    percent = kind == "percent"
    scale = max(len(place) - 2, 0) + (2 if percent else 0)
    if scale > LARGEST_SCALE:
        reading.problems.append(BadBound(node.span, node.text, f"has more than {LARGEST_SCALE} places"))
        return None
    top = (LARGEST_PERCENT * 10 ** (scale - 2)) if percent else LARGEST * 10**scale
    return replace(blank, kind=ColumnKind(kind), scale=scale, lowest=-top, highest=top)


def _way_out(words: list[str], tables: Collection[str]) -> str:
    match words:
        case ["number" | "percent" as kind, *_]:
            return f"write `{kind} to 0.01{'%' if kind == 'percent' else ''}`: the last place that counts"
        case ["money", *_]:
            return "write `money` and three capital letters, such as `money EUR`, or `money in COLUMN`"
        case [word, *_]:
            near = nearest(word, [*_WORDS, *tables])
            return f"write `{near}`" if near else _any_type(tables)
        case _:
            return _any_type(tables)


def _any_type(tables: Collection[str]) -> str:
    some = sorted(tables)[:_TABLES_SAID]
    more = ", …" if len(tables) > _TABLES_SAID else ""
    return f"write a type ({', '.join(_WORDS)}) or a table ({', '.join(some)}{more})"


def nearest(written: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant, if one is like what was written; looks through the first of many only."""
    near = get_close_matches(written[:_LONGEST_NAME], islice(names, _LOOKED_THROUGH), 1)
    return near[0] if near else None


def _bounded(spec: ColumnSpec, words: list[str], span: Span, reading: Reading) -> ColumnSpec | None:
    """`min 0 max 100`, in either order, each at most once."""
    pairs = list(zip(words[::2], words[1::2], strict=False))
    names = [name for name, _ in pairs]
    if len(words) % 2 or not set(names) <= {"min", "max"} or len(set(names)) != len(names):
        reading.problems.append(BadBound(span, " ".join(words), "is not `min` and a value or `max` and a value"))
        return None
    for name, written in pairs:
        value = _bound(spec, written)
        if isinstance(value, str):
            reading.problems.append(BadBound(span, f"{name} {written}", value))
            return None
        spec = replace(spec, lowest=value) if name == "min" else replace(spec, highest=value)
    if spec.lowest is not None and spec.highest is not None and spec.lowest > spec.highest:
        reading.problems.append(BadBound(span, " ".join(words), "leaves no value between min and max"))
        return None
    return spec


def _bound(spec: ColumnSpec, written: str) -> int | str:
    """The bound as the column's integer, or what is wrong with it."""
    if spec.kind is ColumnKind.DATE:
        try:
            return day_number(date.fromisoformat(written)) if _DATE.fullmatch(written) else "is not a date"
        except ValueError:
            return "is not a date"
    match = _BOUND.fullmatch(written)
    if spec.lowest is None or spec.kind is ColumnKind.INSTANT:
        return f"bounds a column of type {spec.kind}, which has no bounds"
    if match is None or (match[4] and spec.kind is not ColumnKind.PERCENT):
        return "is not a number"
    places = spec.scale - (2 if spec.kind is ColumnKind.PERCENT else 0)
    fraction = match[3] or ""
    if len(fraction) > places:
        return f"is finer than the column's {places} places"
    value = int(match[2].replace("_", "") + fraction.ljust(places, "0"))
    return f"is beyond {WIDEST:,}" if value > WIDEST else -value if match[1] else value
