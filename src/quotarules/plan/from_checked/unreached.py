"""Rows of tables and bands of tiers that nothing which reads them can reach, given the bounds of what is read with."""

from collections.abc import Iterator
from dataclasses import field

from quotarules.diagnostics.source import Span
from quotarules.plan.bounds import Bounds
from quotarules.plan.nodes import Band, Equals, Expr, InRange, Kind, Matcher, Plan, Switch, Tiers
from quotarules.plan.problems import NeverReached
from quotarules.plan.ranges import Extent, Range, literal_extent, times
from quotarules.plan.walk import walk
from quotarules.records import dataclass
from quotarules.semantics.checked import CheckedPlan

_MEASURED = (Kind.INTEGER, Kind.RATIO, Kind.DAY, Kind.MINUTE)


@dataclass(slots=True)
class _Read:
    """Where the rows or bands of one table or of tiers stand in the text, and those that something may reach."""

    what: str
    name: str
    places: tuple[Span, ...]
    reached: set[int] = field(default_factory=set)
    asked: bool = False


def unreached(checked: CheckedPlan, plan: Plan, bounds: Bounds) -> Iterator[NeverReached]:
    """A warning for each row or band that no line and no measure can reach; what nothing reads is left out."""
    base = {version.name: name for name, versions in checked.versions for version in versions}
    reads = {
        ("table", table.name): _Read("table", base.get(table.name, table.name), tuple(row.span for row in table.rows))
        for table in checked.tables
    }
    for tiers in checked.tiers:
        if tiers.keys is None and tiers.way != "curve":
            places = tuple(band.span for band in tiers.bands)
            reads["tiers", tiers.name] = _Read("tiers", base.get(tiers.name, tiers.name), places)
    for expr in _expressions(plan):
        match expr:
            case Switch(name, keys, rows):
                extents = tuple(bounds.extents.get(key) for key in keys)
                fits = tuple(all(map(_matches, row.matchers, keys, extents)) for row in rows)
                _note(reads.get(("table", name)), fits)
            case Tiers(name, way, amount, bands):
                extent = bounds.extents.get(amount)
                fits = tuple(_in_band(band, extent, marginal=way == "marginal") for band in bands)
                _note(reads.get(("tiers", name)), fits)
            case _:
                pass
    for read in reads.values():
        if read.asked:
            lost = (span for at, span in enumerate(read.places) if at not in read.reached)
            yield from (NeverReached(span, read.what, read.name) for span in lost)


def _expressions(plan: Plan) -> Iterator[Expr]:
    roots = [(column.table, column.value) for column in plan.columns]
    roots += [(line.rows.table, line.amount) for line in plan.lines]
    for table, root in roots:
        yield from (expr for _, expr in walk(table, root))


def _note(read: _Read | None, fits: tuple[bool, ...]) -> None:
    if read is not None and len(fits) == len(read.places):
        read.asked = True
        read.reached.update(at for at, fit in enumerate(fits) if fit)


def _matches(matcher: Matcher, key: Expr, extent: Extent | None) -> bool:
    if extent is None or key.type.kind not in _MEASURED:
        return True
    match matcher:
        case InRange(lower, upper, included, over):
            above = lower is None or _above(extent, literal_extent(lower).number.lo, strict=over)
            return above and (upper is None or _below(extent, literal_extent(upper).number.lo, strict=not included))
        case Equals(value):
            at = literal_extent(value).number.lo
            return _above(extent, at, strict=False) and _below(extent, at, strict=False)
        case _:
            return True


def _in_band(band: Band, extent: Extent | None, *, marginal: bool) -> bool:
    """Whether an amount can lie in the band; of marginal tiers also above it, as it then pays for the whole band."""
    if extent is None:
        return True
    if band.lower is not None and not _above(extent, int(band.lower.value), strict=band.over):
        return False
    return marginal or band.upper is None or _below(extent, int(band.upper.value), strict=not band.included)


def _above(extent: Extent, edge: int, *, strict: bool) -> bool:
    """Whether the value can be at least the edge, or more if `strict`."""
    least = times(extent.denominator, Range(edge, edge)).lo
    return extent.number.hi > least if strict else extent.number.hi >= least


def _below(extent: Extent, edge: int, *, strict: bool) -> bool:
    """Whether the value can be at most the edge, or less if `strict`."""
    most = times(extent.denominator, Range(edge, edge)).hi
    return extent.number.lo < most if strict else extent.number.lo <= most
