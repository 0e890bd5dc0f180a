"""Ranges of literals: read from the text, compared exactly, proven to rise without gap and overlap."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from quotarules.diagnostics.source import Span
from quotarules.records import dataclass
from quotarules.semantics.arithmetic import common
from quotarules.semantics.checked import Constant, DateType, KeyRange, Number, Quantity
from quotarules.semantics.desk import Desk
from quotarules.semantics.handling import wrong
from quotarules.semantics.literals import written_out
from quotarules.semantics.problems.tiers import BandEmpty, BandsFall, BandsGap, BandsOverlap, Owner
from quotarules.semantics.value import Value
from quotarules.syntax import ast
from quotarules.values.period import calendar_date


@dataclass(frozen=True, slots=True)
class Placed:
    """A range with the place of the whole line and of its key, and the words of what it gives."""

    key: KeyRange
    span: Span
    value: str


def amount_of(constant: Constant) -> Fraction:
    """The exact value of a literal."""
    assert isinstance(constant.value, int), "ranges are of amounts and days"
    return Fraction(constant.value, 10**constant.scale)


def key_range(desk: Desk, node: ast.RangeKey) -> KeyRange | None:
    """The range of a key, if its ends are literals of one kind and it holds anything."""
    ends = [node.lower, node.upper]
    found = [_end(desk, end) if end is not None else None for end in ends]
    if any(end is not None and value is None for end, value in zip(ends, found, strict=True)):
        return None
    lower, upper = found
    if lower is not None and upper is not None:
        if common(desk, (lower, upper), "ends of one range") is None:
            return None
        low, high = amount_of(lower), amount_of(upper)
        if high < low or (high == low and (node.over or not node.through)):
            desk.found.add(BandEmpty(node.span))
            return None
    if node.over and lower is not None and isinstance(lower.type, DateType) and isinstance(lower.value, int):
        return KeyRange(replace(lower, value=lower.value + 1), upper, node.through)
    return KeyRange(lower, upper, node.through, node.over)


def _end(desk: Desk, node: ast.Expression) -> Constant | None:
    constant = written_out(desk, node, "the end of a range")
    if constant is None or isinstance(constant.type, Quantity | DateType):
        return constant
    wrong(desk, Value(constant), "the end of a range", "an amount, a number or a date", None)
    return None


def prove(desk: Desk, bands: list[Placed], owner: Owner, *, gaps: bool = True) -> bool:
    """Whether the ranges rise, touch and do not overlap; the first fault of each neighbouring pair is a problem."""
    fine = True
    for before, after in pairwise(bands):
        fine = _pair(desk, before, after, owner, gaps=gaps) and fine
    return fine


def _pair(desk: Desk, before: Placed, after: Placed, owner: Owner, *, gaps: bool) -> bool:
    upper, lower = before.key.upper, after.key.lower
    if _starts_lower(after.key, before.key):
        desk.found.add(BandsFall(after.span, before.span, owner))
        return False
    if upper is None or lower is None:
        shared = f"values from {said(desk, lower)} on" if lower is not None else "the same values"
        desk.found.add(BandsOverlap(after.span, before.span, owner, shared))
        return False
    end, start = amount_of(upper), amount_of(lower)
    if before.key.included and isinstance(upper.type, DateType):
        end += 1
    elif before.key.included and end == start and not after.key.over:
        desk.found.add(BandsOverlap(lower.span, upper.span, owner, said(desk, lower)))
        return False
    if start < end:
        shared = f"values from {said(desk, lower)} on"
        desk.found.add(BandsOverlap(lower.span, upper.span, owner, shared))
        return False
    open_edge = start == end and after.key.over and not before.key.included and not isinstance(upper.type, DateType)
    if (start > end or open_edge) and gaps:
        words = (_gap_start(desk, before), said(desk, lower))
        holds_end = before.key.included and not isinstance(upper.type, DateType)
        desk.found.add(BandsGap(lower.span, upper.span, owner, *words, before.value, holds_end, after.key.over))
        return False
    return True


def _gap_start(desk: Desk, before: Placed) -> str:
    upper = before.key.upper
    assert upper is not None, "a gap begins at an end"
    if before.key.included and isinstance(upper.type, DateType) and isinstance(upper.value, int):
        return str(calendar_date(upper.value + 1))
    return said(desk, upper)


def _starts_lower(after: KeyRange, before: KeyRange) -> bool:
    if after.lower is None:
        return before.lower is not None
    return before.lower is not None and amount_of(after.lower) < amount_of(before.lower)


def said(desk: Desk, constant: Constant) -> str:
    """A literal as it was written; a number that was worked out from a column of a file as it came out."""
    written = desk.words(constant.span)
    plain = isinstance(constant.type, Quantity) and constant.type.unit == Number()
    if not plain or not isinstance(constant.value, int) or constant.scale or not constant.span.file.endswith(".csv"):
        return written
    return str(constant.value)


def overlap(left: KeyRange, right: KeyRange) -> bool:
    """Whether two ranges hold a common value."""
    return not (_ends_before(left, right) or _ends_before(right, left))


def _ends_before(left: KeyRange, right: KeyRange) -> bool:
    if left.upper is None or right.lower is None:
        return False
    end, start = amount_of(left.upper), amount_of(right.lower)
    return end < start or (end == start and (right.over or not left.included))
