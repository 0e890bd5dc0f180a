"""Measures: typed when they are first read, so that text order never matters; a measure that needs itself is found."""

from dataclasses import field

from quotarules.diagnostics.source import Span
from quotarules.records import dataclass
from quotarules.semantics.at_day import why_undated, why_unlinked
from quotarules.semantics.checked import CheckedMeasure, Number, Origin, Quantity, Read, Type
from quotarules.semantics.desk import Desk, MeasureKey, MeasureType
from quotarules.semantics.grain import borrowed, parent
from quotarules.semantics.handling import handed_on, say_gap, wrong
from quotarules.semantics.problems.plan import Circle
from quotarules.semantics.problems.types import BadPlace
from quotarules.semantics.scope import NOWHERE, Scope
from quotarules.semantics.tree import counts_in_period, reads_straight, words_of
from quotarules.semantics.value import Value
from quotarules.syntax import ast
from quotarules.values.schema import COMPANY

_BROKEN = MeasureType(None, missing=False, only_when=False)


class UnreadError(Exception):
    """A measure is read that was not looked at yet; it is looked at first, and its reader again after it."""

    def __init__(self, key: MeasureKey, read_at: Span) -> None:
        super().__init__(key)
        self.key = key
        self.read_at = read_at


@dataclass(slots=True)
class Measures:
    """The measures looked at so far: what their readers need, and their checked form where nothing is wrong."""

    types: dict[MeasureKey, MeasureType] = field(default_factory=dict)
    checked: dict[MeasureKey, CheckedMeasure] = field(default_factory=dict)

    def type_of(self, _desk: Desk, key: MeasureKey, read_at: Span) -> MeasureType:
        """What readers need of a measure; raises UnreadError while measures are looked at."""
        known = self.types.get(key)
        if known is None:
            raise UnreadError(key, read_at)
        return known

    def look_at_all(self, desk: Desk) -> None:
        """Look at every measure, each after those that it reads. The order of the text never matters."""
        for key in reading_order(desk.names.measures):
            self._look_at(desk, key)

    def _look_at(self, desk: Desk, first: MeasureKey) -> None:
        # A list of those that wait for each other instead of recursion: a chain may be as long as the text.
        waiting: dict[MeasureKey, Span] = {first: desk.names.measures[first].name.span}
        while waiting:
            key = next(reversed(waiting))
            if key not in self.types:
                try:
                    self.types[key], checked = _check(desk, key)
                except UnreadError as unread:
                    if unread.key in waiting:
                        desk.found.add(_circle(waiting, unread))
                        self.types[unread.key] = _BROKEN
                    else:
                        waiting[unread.key] = unread.read_at
                    continue
                if checked is not None:
                    self.checked[key] = checked
            del waiting[key]


def _circle(waiting: dict[MeasureKey, Span], last: UnreadError) -> Circle:
    """The measures from the one that is met again, each with the place where it reads the next one."""
    keys = list(waiting)
    keys = keys[keys.index(last.key) :]
    spans = [waiting[key] for key in keys[1:]] + [last.read_at]
    return Circle(tuple(zip((f"`{name}`" for _, name in keys), spans, strict=True)))


def reading_order(measures: dict[MeasureKey, ast.MeasureDeclaration]) -> tuple[MeasureKey, ...]:
    """The measures so that, as far as names tell, each stands after those that it mentions.

    It keeps the typing of long chains flat: a measure finds what it reads typed already.
    """
    by_name: dict[str, list[MeasureKey]] = {}
    for key in measures:
        by_name.setdefault(key[1], []).append(key)
    order: dict[MeasureKey, None] = {}
    begun: set[MeasureKey] = set()
    for start in measures:
        stack = [(start, False)]
        while stack:
            key, done = stack.pop()
            if done:
                order.setdefault(key)
            elif key not in begun:
                begun.add(key)
                stack.append((key, True))
                words = words_of(measures[key].value)
                stack.extend((other, False) for word in words for other in by_name.get(word, ()))
    return tuple(order)


def _check(desk: Desk, key: MeasureKey) -> tuple[MeasureType, CheckedMeasure | None]:
    node = desk.names.measures[key]
    table = key[0]
    scope = NOWHERE if table == COMPANY else Scope(table, desk.table(table).each)
    value = desk.walk(desk, node.value, scope)
    for gap in value.gaps:
        if not handed_on(gap):
            say_gap(desk, gap)
    if value.typed is None:
        return _BROKEN, None
    place = None
    kind: Type | None = value.typed.type
    if node.place is not None:
        place = _place(desk, node.place)
        kind = _placed(desk, node.place, value) if place is not None else None
    if kind is None:
        return _BROKEN, None
    if any(_reads_balance(desk, read) for read in reads_straight(value.typed)):
        desk.balances.add(key)
    if counts_in_period(value.typed, desk.windowed):
        desk.windowed.add(key)
    desk.undated[key] = why_undated(desk, table, value.typed)
    desk.unlinked[key] = why_unlinked(desk, table, value.typed)
    if (read := borrowed(desk, value.typed)) is not None:
        desk.borrowed[key] = parent(desk, read)
    kept = [gap for gap in value.gaps if handed_on(gap)]
    only_when = all(gap.kind == "when" for gap in kept)
    label = node.label.text if node.label is not None else node.name.text
    checked = CheckedMeasure(node.name.text, label, table, place, value.typed, node.span)
    return MeasureType(kind, bool(kept), bool(kept) and only_when), checked


def _reads_balance(desk: Desk, read: Read) -> bool:
    return read.origin is Origin.KARMA or (read.origin is Origin.MEASURE and (read.table, read.name) in desk.balances)


def _place(desk: Desk, node: ast.NumberLiteral | ast.PercentLiteral) -> tuple[int, int] | None:
    if node.digits <= 0:
        desk.found.add(BadPlace(node.span, "it is not larger than zero"))
        return None
    return node.digits, node.scale + (2 if isinstance(node, ast.PercentLiteral) else 0)


def _placed(desk: Desk, node: ast.NumberLiteral | ast.PercentLiteral, value: Value) -> Type | None:
    """The type after rounding to a place."""
    percent = isinstance(node, ast.PercentLiteral)
    match value.type:
        case Quantity(Number(was)):
            return Quantity(Number(percent or was))
        case Quantity(unit) if not percent:
            return Quantity(unit)
        case Quantity():
            way_out = "write the place as `to 0.01`"
            wrong(desk, value, "a value rounded to a percentage", "a number or a percentage", way_out)
        case _:
            wrong(desk, value, "a value with a place", "an amount or a number", "drop the place")
    return None
