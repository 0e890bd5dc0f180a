"""Which parts of a line may change inside the period, because they stand in rows with a history."""

from collections.abc import Iterator, Mapping

from quotarules.diagnostics.source import Span
from quotarules.records import dataclass
from quotarules.semantics.checked import CheckedMeasure, Origin, Quantity, Read, Typed
from quotarules.semantics.desk import Desk
from quotarules.semantics.problems.history import ByDaysOfOthers, StretchOutOfPlace, StretchUnsaid
from quotarules.semantics.problems.types import RatioWithoutPlace
from quotarules.semantics.tree import reads, reads_straight
from quotarules.syntax import ast
from quotarules.values.schema import COMPANY

Measures = Mapping[tuple[str, str], CheckedMeasure]


@dataclass(frozen=True, slots=True)
class Changing:
    """A read of what may change: `table` is the one with the history, `own` whether it is the subject's own row."""

    span: Span
    table: str
    own: bool


def changing(desk: Desk, table: str, typed: Typed, measures: Measures) -> Iterator[Changing]:
    """What an amount read on a row of `table` reads of rows with a history, straight or through measures."""
    yield from _changing(desk, table, typed, measures, frozenset())


def _changing(
    desk: Desk, table: str, typed: Typed, measures: Measures, seen: frozenset[tuple[str, str]]
) -> Iterator[Changing]:
    straight = set(map(id, reads_straight(typed)))
    for read in reads(typed):
        is_straight = id(read) in straight
        for owner, own in _touched(desk, table, read):
            yield Changing(read.span, owner, is_straight and own)
        key = (read.table, read.name)
        if read.origin is Origin.MEASURE and key in measures and key not in seen:
            own = is_straight and not read.path and read.window is None and read.table == table
            for inner in _changing(desk, read.table, measures[key].value, measures, seen | {key}):
                yield Changing(read.span, inner.table, own and inner.own)


def _touched(desk: Desk, table: str, read: Read) -> Iterator[tuple[str, bool]]:
    """The tables whose history a read touches on its way, and whether that is the row in hand."""
    at = table
    for place, link in enumerate(read.path):
        spec = desk.schema.table(at)
        column = None if spec is None else spec.column(link)
        if spec is None or column is None or column.target is None:
            # A path that starts on another row than the one in hand: what it passes is not the subject's own.
            break
        if spec.since is not None and link not in spec.key:
            yield at, place == 0
        at = column.target
    if read.origin is Origin.FACT and read.table != COMPANY and read.name:
        spec = desk.table(read.table)
        if spec.since is not None and read.name not in spec.key:
            yield read.table, not read.path


def check_stretch(desk: Desk, stretch: ast.Stretch | None, table: str, typed: Typed, measures: Measures) -> bool:
    """Whether a subject line says which days count just where something may change; problems if not."""
    found = tuple(changing(desk, table, typed, measures))
    spec = desk.table(table)
    foreign = next((item for item in found if not item.own), None)
    if stretch is None:
        if found:
            read = found[0]
            since = desk.table(read.table).column(desk.table(read.table).since or "")
            declared = desk.table(read.table).span if since is None else since.span
            desk.found.add(StretchUnsaid(read.span, desk.words(read.span), read.table, declared, foreign is None))
        return not found
    if not found and (spec.since is None or not stretch.days):
        why = f"the amount reads nothing that has a history, and neither has `{table}`"
        way_out = "delete it, or give the table a history with `since`"
        if spec.since is not None:
            why, way_out = "the amount reads nothing that has a history", "delete it"
        desk.found.add(StretchOutOfPlace(stretch.span, stretch.days, why, way_out))
        return False
    if stretch.days and foreign is not None:
        desk.found.add(ByDaysOfOthers(foreign.span, desk.words(foreign.span), spec.each, stretch.span))
        return False
    if stretch.days and isinstance(typed.type, Quantity) and typed.type.ratio:
        desk.found.add(RatioWithoutPlace(typed.span, "by days", None, None, percent=False))
        return False
    return True


def stretch_out_of_place(stretch: ast.Stretch, *, of_rows: bool) -> StretchOutOfPlace:
    """The problem of `by days` or `as of end` on a line that counts otherwise."""
    if of_rows:
        why = "a line for each row counts on the day of its row"
        way_out = "delete it, or read the version of a day with `x(at DATE)`"
    else:
        why, way_out = "a karma counts what stands at the end of the period", "delete it"
    return StretchOutOfPlace(stretch.span, stretch.days, why, way_out)
