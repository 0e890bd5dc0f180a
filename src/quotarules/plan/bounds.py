"""The smallest and the largest value of every expression, by interval arithmetic from contracts or from loaded facts.

The checker uses it to refuse what could pass 10**37; an engine uses it, with the extremes of the facts at hand, to
compute in 64 bits wherever that cannot change a figure.
"""

from collections.abc import Iterable, Mapping

from quotarules.plan.nodes import (
    Add,
    Aggregate,
    Allot,
    And,
    Column,
    Compare,
    Curve,
    DayOf,
    DaysBetween,
    Divide,
    DueOnly,
    Expr,
    Greatest,
    InForce,
    IsMissing,
    Kind,
    Least,
    Literal,
    MidnightOf,
    MonthsBetween,
    Multiply,
    Negate,
    Not,
    OneOf,
    Opening,
    Or,
    Otherwise,
    PeriodDay,
    Plan,
    Rescale,
    Round,
    Rows,
    ShiftDay,
    ShiftMinute,
    Switch,
    Tiers,
    Wait,
    When,
    WorkingDays,
    WorkingDeadline,
    WorkingMinutes,
)
from quotarules.plan.pieces import curve_pieces, tier_pieces
from quotarules.plan.ranges import (
    FRACTION_STEP,
    ONE,
    UNSTATED,
    WIDE,
    YES_OR_NO,
    ZERO,
    Extent,
    Owner,
    Range,
    TooWide,
    band_edges,
    band_range,
    declared,
    edges,
    hull,
    literal_extent,
    moved,
    opening_minutes,
    pair,
    passed,
    plain,
    plus,
    times,
)
from quotarules.records import dataclass
from quotarules.values.period import FIRST_DAY, LAST_DAY
from quotarules.values.rounding import divide_rounded
from quotarules.values.schema import COMPANY

Facts = Mapping[tuple[str, str], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Bounds:
    """The extents of all expressions of a plan, and those that are too wide (at most one for each owner)."""

    extents: Mapping[Expr, Extent]
    columns: Mapping[tuple[str, str], Extent]
    rows: Mapping[str, int]
    too_wide: tuple[TooWide, ...]

    def of(self, expression: Expr) -> Extent:
        """The extent of an expression that stands anywhere in the plan."""
        return self.extents[expression]


def infer(
    plan: Plan,
    facts: Facts | None = None,
    row_counts: Mapping[str, int] | None = None,
    openings: Range | None = None,
) -> Bounds:
    """The extents of every expression of `plan`.

    `facts` gives the extremes (of the integers, days or minutes held) of columns (table, name) where they are known,
    `row_counts` the rows of tables, `openings` the extremes of all opening balances; what is not given follows from
    the declared contracts.
    """
    inference = _Inference(plan, facts or {}, row_counts or {}, openings)
    for column in plan.columns:
        inference.columns[column.table, column.name] = inference.root(column.value, column)
    for line in plan.lines:
        inference.rows(line.rows, line)
        for expression in (line.amount, *(item.value for item in line.inputs)):
            inference.root(expression, line)
    for member in plan.members:
        if member.where is not None:
            inference.root(member.where, member)
    for exception in plan.exceptions:
        inference.rows(exception.rows, exception)
    rows = {spec.name: inference.count(spec.name) for spec in plan.schema.tables}
    return Bounds(inference.extents, inference.columns, rows, tuple(inference.too_wide))


class _Inference:
    """One pass over a plan: remembers extents by expression and reports the first that is too wide in each owner."""

    def __init__(self, plan: Plan, facts: Facts, row_counts: Mapping[str, int], openings: Range | None) -> None:
        self.plan = plan
        self.facts = facts
        self.row_counts = row_counts
        self.openings = openings
        self.calendars = {calendar.name: calendar for calendar in plan.calendars}
        self.scales = {account.name: account.scale for account in plan.accounts}
        self.extents: dict[Expr, Extent] = {}
        self.columns: dict[tuple[str, str], Extent] = {}
        self.too_wide: list[TooWide] = []
        self.owner: Owner | None = None

    def root(self, expression: Expr, owner: Owner) -> Extent:
        self.owner = owner
        return self.extent(expression)

    def rows(self, rows: Rows, owner: Owner | None = None) -> None:
        self.owner = owner or self.owner
        for part in (rows.date, rows.where, rows.until, rows.since):
            if part is not None:
                self.extent(part)

    def extent(self, expression: Expr) -> Extent:
        known = self.extents.get(expression)
        if known is not None:
            return known
        found = self.node(expression)
        if found.work > WIDE:
            self.report(expression, found)
            clipped = Range(max(found.number.lo, -UNSTATED), min(found.number.hi, UNSTATED))
            clipped = clipped if clipped.lo <= clipped.hi else ZERO
            found = pair(clipped, Range(min(found.denominator.lo, UNSTATED), min(found.denominator.hi, UNSTATED)))
        self.extents[expression] = found
        return found

    def report(self, expression: Expr, extent: Extent) -> None:
        assert self.owner is not None
        if all(known.owner != self.owner for known in self.too_wide):
            self.too_wide.append(TooWide(expression, extent, self.owner))

    def count(self, table: str) -> int:
        if table == COMPANY:
            return 1
        if table in self.row_counts:
            return self.row_counts[table]
        spec = self.plan.schema.table(table)
        assert spec is not None, f"the plan reads a table {table} that no schema declares"
        return spec.row_limit

    def node(self, expression: Expr) -> Extent:
        match expression:
            case Literal():
                return literal_extent(expression)
            case Column():
                return self.column(expression)
            case Opening():
                limit = UNSTATED * 10 ** self.scales.get(expression.account, expression.type.scale)
                return plain(self.openings or Range(-limit, limit))
            case PeriodDay():
                return plain(Range(FIRST_DAY, LAST_DAY))
            case Add():
                return self.add(expression)
            case Negate():
                inner = self.extent(expression.operand)
                return pair(Range(-inner.number.hi, -inner.number.lo), inner.denominator)
            case Multiply():
                left, right = self.extent(expression.left), self.extent(expression.right)
                return pair(times(left.number, right.number), times(left.denominator, right.denominator))
            case Divide():
                return self.divide(expression)
            case Rescale():
                inner = self.extent(expression.operand)
                factor = 10 ** (expression.type.scale - expression.operand.type.scale)
                return pair(times(inner.number, Range(factor, factor)), inner.denominator)
            case Round():
                return self.round(expression)
            case Least() | Greatest():
                return self.extreme(expression)
            case Compare():
                return self.compare(expression)
            case OneOf() | IsMissing() | Not():
                self.extent(expression.operand)
                return plain(YES_OR_NO)
            case And() | Or():
                self.union(expression.operands)
                return plain(YES_OR_NO)
            case When():
                for condition, _ in expression.conditions:
                    self.extent(condition)
                return self.extent(expression.value)
            case Otherwise():
                return self.union(expression.parts)
            case DueOnly():
                return self.extent(expression.operand)
            case Wait():
                return plain(ZERO)
            case Switch():
                return self.switch(expression)
            case Tiers():
                return self.tiers(expression)
            case Curve():
                return self.curve(expression)
            case InForce():
                self.union((*expression.values, expression.day))
                return plain(self.fact(expression.table, expression.name))
            case Aggregate():
                return self.aggregate(expression)
            case Allot():
                return self.allot(expression)
            case _:
                return self.time(expression)

    def union(self, expressions: Iterable[Expr]) -> Extent:
        extents = [self.extent(expression) for expression in expressions] or [plain(ZERO)]
        return pair(hull(*(e.number for e in extents)), hull(*(e.denominator for e in extents)))

    def column(self, expression: Column) -> Extent:
        computed = self.columns.get((expression.table, expression.name))
        if computed is not None:
            return pair(computed.number, computed.denominator)
        return plain(self.fact(expression.table, expression.name))

    def fact(self, table: str, name: str) -> Range:
        """A column of the facts; a link holds the key of the row that it leads to."""
        known = self.facts.get((table, name))
        if known is not None:
            return Range(*known)
        spec = self.plan.schema.table(table)
        column = None if spec is None else spec.column(name)
        target = None if column is None or column.target is None else self.plan.schema.table(column.target)
        if target is not None:
            return self.fact(target.name, target.key[0])
        return Range(0, 10**9) if column is None else declared(column)

    def add(self, expression: Add) -> Extent:
        first, *others = (self.extent(term) for term in expression.terms)
        number, denominator, work = first.number, first.denominator, first.number.size
        for term in others:
            left, right = times(number, term.denominator), times(term.number, denominator)
            number, denominator = plus(left, right), times(denominator, term.denominator)
            work = max(work, left.size, right.size, number.size)
        return pair(number, denominator, work)

    def divide(self, expression: Divide) -> Extent:
        left, right = self.extent(expression.left), self.extent(expression.right)
        shift = 10 ** max(0, expression.right.type.scale - expression.left.type.scale)
        number = times(times(left.number, right.denominator), Range(shift, shift))
        if right.number.lo < 0:
            number = hull(number, Range(-number.hi, -number.lo))
        nearest = max(1, right.number.lo, -right.number.hi)
        return pair(number, times(left.denominator, Range(nearest, max(nearest, right.number.size))))

    def round(self, expression: Round) -> Extent:
        inner = self.extent(expression.operand)
        difference = expression.operand.type.scale - expression.type.scale
        factor = 10 ** max(0, -difference)
        divisor = expression.step * 10 ** max(0, difference)
        number, by = times(inner.number, Range(factor, factor)), times(inner.denominator, Range(divisor, divisor))
        ends = [divide_rounded(n, d, expression.mode) for n in (number.lo, number.hi) for d in (by.lo, by.hi)]
        ends = [end * expression.step for end in ends]
        return plain(Range(min(ends), max(ends)), max(number.size + by.hi, 2 * by.hi))

    def extreme(self, expression: Least | Greatest) -> Extent:
        left, right = self.extent(expression.left), self.extent(expression.right)
        if expression.type.kind is Kind.RATIO:
            crossed = max(times(left.number, right.denominator).size, times(right.number, left.denominator).size)
            return pair(hull(left.number, right.number), hull(left.denominator, right.denominator), crossed)
        choose = min if isinstance(expression, Least) else max
        lo, hi = choose(left.number.lo, right.number.lo), choose(left.number.hi, right.number.hi)
        return plain(Range(lo, hi))

    def compare(self, expression: Compare) -> Extent:
        left, right = self.extent(expression.left), self.extent(expression.right)
        crossed = max(times(left.number, right.denominator).size, times(right.number, left.denominator).size)
        return plain(YES_OR_NO, crossed)

    def switch(self, expression: Switch) -> Extent:
        work = 0
        for place, key in enumerate(expression.keys):
            by = self.extent(key).denominator
            for row in expression.rows:
                work = max(
                    [work, *(times(literal_extent(edge).number, by).size for edge in edges(row.matchers[place]))]
                )
        found = self.union(row.value for row in expression.rows)
        return pair(found.number, found.denominator, work)

    def tiers(self, expression: Tiers) -> Extent:
        amount = self.extent(expression.amount)
        by = amount.denominator
        numbers, work = [], 0
        for band, (rate, offset) in zip(expression.bands, tier_pieces(expression), strict=True):
            inside = band_range(amount, band)
            if inside is not None:
                slope, shift = times(inside, Range(rate, rate)), times(by, Range(offset, offset))
                numbers.append(plus(slope, shift))
                work = max(
                    work, slope.size, shift.size, numbers[-1].size, *(times(e, by).size for e in band_edges(band))
                )
        return pair(hull(*numbers) if numbers else ZERO, by, work)

    def curve(self, expression: Curve) -> Extent:
        amount = self.extent(expression.amount)
        by = amount.denominator
        numbers, denominators, work = [], [], 0
        for piece in curve_pieces(expression):
            reach = times(by, Range(piece.start, piece.end))
            inside = Range(max(amount.number.lo, reach.lo), min(amount.number.hi, reach.hi))
            if inside.lo <= inside.hi:
                slope, shift = (
                    times(inside, Range(piece.rise, piece.rise)),
                    times(by, Range(piece.offset, piece.offset)),
                )
                numbers.append(plus(slope, shift))
                denominators.append(times(by, Range(piece.length, piece.length)))
                work = max(work, slope.size, shift.size, numbers[-1].size, reach.size)
        return pair(hull(*numbers) if numbers else ZERO, hull(*denominators) if denominators else by, work)

    def aggregate(self, expression: Aggregate) -> Extent:
        self.rows(expression.rows)
        value = None if expression.value is None else self.extent(expression.value)
        most = self.count(expression.rows.table)
        rows = Range(1, max(1, most))
        match expression.function:
            case "count" | "distinct" | "rank":
                return plain(Range(0, most))
            case "share":
                return pair(Range(0, rows.hi), rows)
            case "min" | "max" | "the":
                assert value is not None, f"{expression.function} needs a value"
                return pair(value.number, value.denominator)
            case "sum" | "mean" | "median":
                assert value is not None, f"{expression.function} needs a value"
                if expression.function == "median":
                    return pair(times(value.number, Range(2, 2)), Range(2, 2))
                total = hull(ZERO, times(value.number, Range(most, most)))
                return plain(total) if expression.function == "sum" else pair(total, rows)

    def allot(self, expression: Allot) -> Extent:
        self.rows(expression.rows)
        pool = self.extent(expression.pool).number
        most = max(1, self.count(expression.rows.table))
        if expression.role is not None:
            self.extent(expression.role)
            whole = max(1, sum(role.weight for role in expression.roles))
            divisor = whole * most
        else:
            each = ONE if expression.weight is None else self.extent(expression.weight).number
            divisor = whole = max(1, most * each.hi)
        work = max(pool.size * whole, divisor * FRACTION_STEP)
        return plain(hull(ZERO, pool) if expression.gives == "part" else Range(0, divisor), work)

    def time(self, expression: Expr) -> Extent:
        match expression:
            case DayOf() | MidnightOf() | ShiftDay() | ShiftMinute():
                return plain(moved(expression, self.extent(expression.operand).number))
            case DaysBetween() | MonthsBetween():
                start, end = self.extent(expression.start).number, self.extent(expression.end).number
                return plain(passed(expression, start, end))
            case WorkingMinutes() | WorkingDays():
                self.union((expression.start, expression.end))
                return plain(Range(0, opening_minutes(self.calendars[expression.calendar])))
            case WorkingDeadline():
                self.extent(expression.start)
                more = 0 if expression.more is None else self.extent(expression.more).number.hi
                calendar = self.calendars[expression.calendar]
                work = expression.amount + max(0, more) + opening_minutes(calendar)
                return plain(Range(calendar.first * 1440, (calendar.last + 1) * 1440), work)
            case _:
                raise AssertionError(f"{type(expression).__name__} has no bounds")
