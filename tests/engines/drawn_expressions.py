"""Random well-formed expressions of every node, for a row of a table of the sample."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal as Word

from drawing import Draw
from engines.drawn_facts import (
    AMOUNTS,
    CARRIED,
    DAYS,
    EDGES,
    MINUTES,
    ROLES,
    RUNNING,
    SMALL,
    TABLES,
    UNITS,
    WINDOWS,
    WORDS,
    T,
    paths,
)
from engines.sample import Sample, day, minute, num, text
from quotarules.plan.nodes import (
    DAY,
    FLAG,
    MINUTE,
    Add,
    Aggregate,
    Allot,
    And,
    Anything,
    Band,
    Column,
    Compare,
    Curve,
    DayOf,
    DaysBetween,
    Divide,
    DueOnly,
    Equals,
    Expr,
    Greatest,
    InForce,
    InRange,
    IsMissing,
    Kind,
    Least,
    Literal,
    Matcher,
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
    Rescale,
    RoleWeight,
    Round,
    Rows,
    ShiftDay,
    ShiftMinute,
    Switch,
    SwitchRow,
    Tiers,
    ValueType,
    Wait,
    When,
    WorkingDays,
    WorkingDeadline,
    WorkingMinutes,
)
from quotarules.values.period import Window
from quotarules.values.rounding import RoundingMode
from quotarules.values.schema import COMPANY

OPERATORS: tuple[Word["=", "!=", "<", "<=", ">", ">="], ...] = ("=", "!=", "<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class Maker:
    """Draws expressions for a sample. `depth` counts down; at 0 only leaves are drawn."""

    draw: Draw
    sample: Sample
    depth: int

    def pick(self, values: Sequence[T]) -> T:
        return self.draw.pick(list(values))

    def maybe(self, chance: int = 3) -> bool:
        return self.draw.number(0, chance) == 0

    def deeper(self) -> "Maker":
        return replace(self, depth=self.depth - 1)

    def gone(self) -> int:
        return self.sample.gone(self.pick(["not there", "not so", "no rows"]))

    def waits(self) -> int:
        return self.sample.waits(self.pick(["no target", "outside"]))

    def of(self, table: str, kind: Kind) -> Expr:
        """An expression of a kind, for a row of a table."""
        makers: dict[Kind, Callable[[Maker, str], Expr]] = {
            Kind.INTEGER: an_integer,
            Kind.RATIO: a_ratio,
            Kind.FLAG: a_flag,
            Kind.DAY: a_day,
            Kind.MINUTE: a_minute,
            Kind.TEXT: a_text,
        }
        if kind is not Kind.RATIO and (self.depth <= 0 or self.maybe()):
            return leaf(self, table, kind)
        return makers[kind](self.deeper(), table)

    def integer(self, table: str) -> Expr:
        return self.of(table, Kind.INTEGER)

    def number(self, table: str) -> Expr:
        return self.of(table, Kind.RATIO if self.depth > 0 and self.maybe() else Kind.INTEGER)

    def condition(self, table: str) -> Expr:
        return self.of(table, Kind.FLAG)


def literal(make: Maker, kind: Kind) -> Literal:
    match kind:
        case Kind.INTEGER:
            return num(make.pick(AMOUNTS + SMALL), make.pick([0, 0, 1, 2, 2, 3]))
        case Kind.FLAG:
            return Literal(make.maybe(1), FLAG)
        case Kind.DAY:
            return Literal(day(make.pick(DAYS)), DAY)
        case Kind.MINUTE:
            return Literal(minute(make.pick(MINUTES)), MINUTE)
        case _:
            return text(make.pick(ROLES + WORDS))


def columns_at(sample: Sample, table: str, kind: Kind) -> list[str]:
    """The columns of a kind in a table: of the facts, and those that have been computed."""
    found = [column.name for column in sample.columns if column.table == table and column.value.type.kind is kind]
    if table in sample.tables:
        spec = sample.tables[table].spec
        found += [column.name for column in spec.columns if sample.type_of(column).kind is kind]
        if spec.line_key and kind is Kind.INTEGER:
            found.append("line")
    return found


def column(make: Maker, table: str, kind: Kind) -> Column | None:
    """A column of a kind that a row reaches, if there is one."""
    ends = [*paths(table), ((), COMPANY)]
    found = [(path, end, name) for path, end in ends for name in columns_at(make.sample, end, kind)]
    if not found:
        return None
    path, end, name = make.pick(found)
    if name == "line":
        return Column(path, end, name, ValueType(Kind.INTEGER), make.gone() if path else None)
    return make.sample.col(end, name, " ".join(path))


def leaf(make: Maker, table: str, kind: Kind) -> Expr:
    found = None if make.maybe() else column(make, table, kind)
    if found is not None:
        return found
    if kind is Kind.DAY and make.maybe(1):
        return PeriodDay(make.pick(["start", "end"]), make.pick(["period", *UNITS]))
    if kind is Kind.INTEGER and make.maybe(1):
        opened = opening(make, table)
        if opened is not None:
            return opened
    return literal(make, kind)


def opening(make: Maker, table: str) -> Opening | None:
    """What a person's account stands at, or what the row is held at for a person whom it leads to."""
    items = [path for path, end in paths(table) if end == "people"]
    known = [account for account in CARRIED if items and (account[1] == "item" or table == "people")]
    if not known:
        return None
    account, kind, _, scale = make.pick(known)
    link = make.pick(items) if kind == "item" else None
    return Opening(account, ValueType(Kind.INTEGER, scale), make.gone(), link)


def at_scale(expr: Expr, scale: int) -> Expr:
    """The same number at a scale that is not smaller."""
    if expr.type.scale == scale:
        return expr
    return Rescale(expr, ValueType(expr.type.kind, scale))


def aligned(*exprs: Expr) -> tuple[Expr, ...]:
    scale = max(expr.type.scale for expr in exprs)
    return tuple(at_scale(expr, scale) for expr in exprs)


def mixed(*exprs: Expr) -> Kind:
    return Kind.RATIO if any(expr.type.kind is Kind.RATIO for expr in exprs) else Kind.INTEGER


def as_ratio(make: Maker, expr: Expr) -> Expr:
    if expr.type.kind is Kind.RATIO:
        return expr
    return Divide(expr, num(1), make.gone(), ValueType(Kind.RATIO, expr.type.scale))


def alike(make: Maker, *exprs: Expr) -> tuple[Expr, ...]:
    """Values brought to one kind and scale."""
    if exprs[0].type.kind not in (Kind.INTEGER, Kind.RATIO):
        return exprs
    same = aligned(*exprs)
    return tuple(as_ratio(make, expr) for expr in same) if mixed(*same) is Kind.RATIO else same


def arithmetic(make: Maker, table: str, first: Expr, second: Expr) -> Expr:
    """A sum, product, lesser or greater of two numbers; a ratio if either is one."""
    kind = mixed(first, second)
    a, b = aligned(first, second)
    held = ValueType(kind, a.type.scale)
    match make.pick(["add", "add3", "multiply", "least", "greatest", "negate", "rescale"]):
        case "add":
            return Add((a, b), held)
        case "add3":
            a, b, c = aligned(first, second, make.integer(table))
            return Add((a, b, c), ValueType(kind, a.type.scale))
        case "multiply":
            return Multiply(first, second, ValueType(kind, first.type.scale + second.type.scale))
        case "least":
            return Least(a, b, held)
        case "greatest":
            return Greatest(a, b, held)
        case "negate":
            return Negate(
                first if first.type.kind is kind else second, (first if first.type.kind is kind else second).type
            )
        case _:
            kept = first if first.type.kind is kind else second
            return Rescale(kept, ValueType(kind, kept.type.scale + make.pick([0, 1, 2])))


def chosen(make: Maker, table: str, kind: Kind) -> Expr:
    """When, otherwise, waiting and due-only, of any kind."""
    match make.pick(["when", "otherwise", "due", "wait", "the", "extreme", "switch", "in force"]):
        case "in force":
            return in_force(make, table, kind)
        case "when":
            value = make.of(table, kind)
            tests = tuple((make.condition(table), make.gone()) for _ in range(make.pick([1, 1, 2])))
            return When(value, tests, value.type)
        case "otherwise":
            parts = alike(make, *(make.of(table, kind) for _ in range(make.pick([2, 2, 3]))))
            if make.maybe():
                parts = (*parts, Wait(make.waits(), parts[0].type))
            return Otherwise(parts, parts[0].type)
        case "due":
            value = make.of(table, kind)
            return DueOnly(value, make.gone(), value.type)
        case "wait":
            value = make.of(table, kind)
            late = Wait(make.waits(), value.type)
            return Otherwise((When(late, ((make.condition(table), make.gone()),), value.type), value), value.type)
        case "the":
            return the_only(make, table, kind)
        case "extreme" if kind in (Kind.INTEGER, Kind.DAY, Kind.MINUTE):
            rows = some_rows(make, table)
            value = make.of(rows.table, kind)
            return Aggregate(make.pick(["min", "max"]), rows, value, make.gone(), value.type)
        case _:
            return switch(make, table, kind)


def the_only(make: Maker, table: str, kind: Kind) -> Expr:
    """The value of the only row: of some rows, or of those that a path leads to, which is one or none."""
    match, end = make.pick(paths(table))
    if end == COMPANY or make.maybe():
        rows = some_rows(make, table)
    else:
        date, window = dated(make, end)
        rows = Rows(end, (), match, False, date, window, make.condition(end) if make.maybe() else None)
    value = make.of(rows.table, kind)
    return Aggregate("the", rows, value, make.gone(), value.type)


def in_force(make: Maker, table: str, kind: Kind) -> Expr:
    """What a table of the sample says on a day, in a column of that kind."""
    source, key, sort = make.pick([("grades", "person", Kind.INTEGER), ("tariffs", "role", Kind.TEXT)])
    names = [name for name in columns_at(make.sample, source, kind) if make.sample.tables[source].spec.column(name)]
    value = make.of(table, sort)
    if not names or value.type.scale:
        return switch(make, table, kind)
    name = make.pick(names)
    spec = make.sample.tables[source].spec.column(name)
    assert spec is not None, name
    reason = make.waits() if make.maybe(1) else make.gone()
    day = make.of(table, Kind.DAY)
    return InForce(source, (key,), (value,), "since", day, name, reason, make.sample.type_of(spec))


def matcher(make: Maker, key: Expr) -> Matcher:
    if make.maybe():
        return Anything()
    kind = Kind.INTEGER if key.type.kind is Kind.RATIO else key.type.kind
    held = ValueType(kind, key.type.scale)
    edges = [Literal(literal(make, kind).value, held) for _ in range(2)]
    if kind in (Kind.TEXT, Kind.FLAG) or make.maybe():
        return Equals(edges[0])
    if isinstance(edges[0].value, int) and isinstance(edges[1].value, int) and edges[0].value > edges[1].value:
        edges.reverse()
    lower, upper = (None if make.maybe() else edge for edge in edges)
    return InRange(lower, upper, make.maybe(1), make.maybe(1))


def switch(make: Maker, table: str, kind: Kind) -> Expr:
    kinds = [
        make.pick([Kind.INTEGER, Kind.RATIO, Kind.FLAG, Kind.DAY, Kind.TEXT, Kind.MINUTE])
        for _ in range(make.pick([1, 1, 2]))
    ]
    keys = tuple(make.of(table, key) for key in kinds)
    values = alike(make, *(make.of(table, kind) for _ in range(make.pick([1, 2, 3]))))
    rows = tuple(SwitchRow(tuple(matcher(make, key) for key in keys), value) for value in values)
    return Switch("table", keys, rows, make.waits(), values[0].type)


def cuts(make: Maker, fewest: int, scale: int) -> list[Literal]:
    found = make.draw.several(EDGES, fewest, 4)
    return [num(cut, scale) for cut in sorted(found)]


def tiers(make: Maker, amount: Expr) -> Expr:
    edges: list[Literal | None] = [*cuts(make, 2, amount.type.scale)]
    if make.maybe(1):
        edges[0] = None
    if make.maybe(1):
        edges[-1] = None
    pairs = list(pairwise(edges))
    held = [make.maybe(1) for _ in pairs]
    over = [make.maybe(1) and (place == 0 or held[place - 1]) for place in range(len(pairs))]
    bands = tuple(
        Band(low, high, held[place], num(make.pick([0, 4, 5, 33, 100, -2]), 2), over[place])
        for place, (low, high) in enumerate(pairs)
    )
    way: Word["marginal", "whole", "excess"] = make.pick(["marginal", "whole", "excess"])
    return Tiers("tiers", way, amount, bands, make.waits(), ValueType(amount.type.kind, amount.type.scale + 2))


def an_integer(make: Maker, table: str) -> Expr:
    match make.pick(
        ["math", "math", "round", "chosen", "tiers", "rows", "rows", "allot", "allot", "between", "worked"]
    ):
        case "math":
            return arithmetic(make, table, make.integer(table), make.integer(table))
        case "round":
            value = make.number(table)
            held = ValueType(Kind.INTEGER, make.pick([0, 1, 2, 3]))
            return Round(value, make.pick([1, 1, 5, 10]), make.pick(list(RoundingMode)), held)
        case "tiers":
            return tiers(make, make.integer(table))
        case "rows":
            return tally(make, table)
        case "allot" if table in ALLOTTED:
            return allot(make, table)
        case "between":
            ends = make.of(table, Kind.DAY), make.of(table, Kind.DAY)
            held = ValueType(Kind.INTEGER)
            return DaysBetween(*ends, held) if make.maybe(1) else MonthsBetween(*ends, held)
        case "worked" if make.maybe(1):
            dates = make.of(table, Kind.DAY), make.of(table, Kind.DAY)
            return WorkingDays(*dates, "office", make.waits(), ValueType(Kind.INTEGER))
        case "worked":
            ends = make.of(table, Kind.MINUTE), make.of(table, Kind.MINUTE)
            return WorkingMinutes(*ends, "office", make.waits(), ValueType(Kind.INTEGER))
        case _:
            return chosen(make, table, Kind.INTEGER)


def a_ratio(make: Maker, table: str) -> Expr:
    match make.pick(["divide", "divide", "math", "chosen", "tiers", "curve", "rows"]):
        case "math" if make.depth > 0:
            return arithmetic(make, table, make.of(table, Kind.RATIO), make.number(table))
        case "chosen" if make.depth > 0:
            return chosen(make, table, Kind.RATIO)
        case "tiers" if make.depth > 0:
            return tiers(make, make.of(table, Kind.RATIO))
        case "curve":
            amount = make.number(table)
            points = tuple((at, num(make.pick(SMALL), 2)) for at in cuts(make, 2, amount.type.scale))
            return Curve("curve", amount, points, make.waits(), ValueType(Kind.RATIO, 2))
        case "rows":
            rows = some_rows(make, table)
            if make.maybe(1):
                return Aggregate("share", rows, make.condition(rows.table), make.gone(), ValueType(Kind.RATIO))
            value = make.integer(rows.table)
            middle = not rows.earlier and rows.until is None and make.maybe(1)
            kind = ValueType(Kind.RATIO, value.type.scale)
            return Aggregate("median" if middle else "mean", rows, value, make.gone(), kind)
        case _:
            left, right = make.number(table), make.number(table)
            scale = max(0, left.type.scale - right.type.scale)
            return Divide(left, right, make.gone(), ValueType(Kind.RATIO, scale))


def a_flag(make: Maker, table: str) -> Expr:
    match make.pick(["compare", "compare", "one of", "missing", "not", "and", "or", "chosen"]):
        case "compare":
            kind = make.pick([Kind.INTEGER, Kind.INTEGER, Kind.RATIO, Kind.DAY, Kind.MINUTE, Kind.TEXT, Kind.FLAG])
            left = make.of(table, kind)
            right = make.number(table) if kind in (Kind.INTEGER, Kind.RATIO) else make.of(table, kind)
            if kind in (Kind.INTEGER, Kind.RATIO):
                left, right = aligned(left, right)
            signs = OPERATORS[:2] if kind in (Kind.TEXT, Kind.FLAG) else OPERATORS
            return Compare(make.pick(signs), left, right)
        case "one of":
            key = make.of(table, make.pick([Kind.TEXT, Kind.INTEGER, Kind.DAY]))
            choices = tuple(Literal(literal(make, key.type.kind).value, key.type) for _ in range(make.pick([1, 2, 3])))
            return OneOf(key, choices)
        case "missing":
            return IsMissing(make.of(table, make.pick(list(Kind))))
        case "not":
            return Not(make.condition(table))
        case "and":
            return And(tuple(make.condition(table) for _ in range(make.pick([2, 3]))))
        case "or":
            return Or(tuple(make.condition(table) for _ in range(make.pick([2, 3]))))
        case _:
            return chosen(make, table, Kind.FLAG)


def a_day(make: Maker, table: str) -> Expr:
    match make.pick(["day of", "shift", "chosen"]):
        case "day of":
            return DayOf(make.of(table, Kind.MINUTE))
        case "shift":
            months, days = make.pick([0, 1, -1, 3, 12]), make.pick([0, 1, -1, 30])
            return ShiftDay(make.of(table, Kind.DAY), months, days, unit=make.pick([None, *UNITS]))
        case _:
            return chosen(make, table, Kind.DAY)


def a_minute(make: Maker, table: str) -> Expr:
    match make.pick(["midnight", "shift", "deadline", "chosen"]):
        case "midnight":
            return MidnightOf(make.of(table, Kind.DAY))
        case "shift":
            return ShiftMinute(make.of(table, Kind.MINUTE), make.pick([0, 1, -1, 60, 1440]))
        case "deadline":
            start = make.of(table, Kind.MINUTE)
            if make.maybe(1):
                return WorkingDeadline(start, make.pick([1, 2, 5]), "days", "office", make.waits())
            step = Round(make.number(table), 1, RoundingMode.DOWN, ValueType(Kind.INTEGER))
            more = step if make.maybe(1) else None
            amount = make.pick([1, 60, 240, 241, 481])
            return WorkingDeadline(start, amount, "minutes", "office", make.waits(), more=more)
        case _:
            return chosen(make, table, Kind.MINUTE)


def a_text(make: Maker, table: str) -> Expr:
    return chosen(make, table, Kind.TEXT)


# --- rows --------------------------------------------------------------------------------------


def dated(make: Maker, table: str) -> tuple[Expr | None, Window | None]:
    """A date and a window, or neither."""
    if table == COMPANY or make.maybe():
        return None, None
    date = make.of(table, Kind.DAY) if make.maybe() else leaf(make, table, Kind.DAY)
    return date, make.pick(WINDOWS)


def some_rows(make: Maker, context: str) -> Rows:
    """Rows that belong to a row of the context's table, all rows of a table, earlier ones, or those between days."""
    others = [table for table in TABLES if table != COMPANY]
    options: list[tuple[str, tuple[str, ...], tuple[str, ...] | None]] = [(table, (), None) for table in others]
    ends = paths(context) if context != COMPANY else []
    options += [
        (table, link, match)
        for table in others
        for link, end in paths(table)
        for match, reached in ends
        if end == reached
    ]
    table, link, match = make.pick(options)
    date, window = dated(make, table)
    where = make.condition(table) if make.maybe(1) else None
    earlier = table == context and window is not None and make.maybe(1)
    window = make.pick(RUNNING) if earlier else window
    parents = [path for path, _ in paths(table)] if table != COMPANY and not earlier else []
    once = make.pick(parents) if parents and not make.maybe() else None
    until, since = None, None
    if window is not None and not earlier and once is None and make.maybe(1):
        until = make.of(context, Kind.DAY)
        since = make.of(context, Kind.DAY) if make.maybe(1) else None
    return Rows(table, link, match, earlier, date, window, where, once, until, since)


def tally(make: Maker, table: str) -> Expr:
    rows = some_rows(make, table)
    plain = ValueType(Kind.INTEGER)
    match make.pick(["count", "count of", "sum", "sum", "distinct", *(["rank"] if table != COMPANY else [])]):
        case "rank":
            links = make.pick([None, *(path for path, _ in paths(table))])
            date, window = dated(make, table)
            where = make.condition(table) if make.maybe(1) else None
            rows = Rows(table, links or (), links, False, date, window, where)
            return Aggregate("rank", rows, make.integer(table), make.gone(), plain)
        case "count":
            return Aggregate("count", rows, None, make.gone(), plain)
        case "count of":
            return Aggregate("count", rows, make.of(rows.table, make.pick(list(Kind))), make.gone(), plain)
        case "sum":
            value = make.integer(rows.table)
            return Aggregate("sum", rows, value, make.gone(), value.type)
        case _:
            kind = make.pick([kind for kind in Kind if kind is not Kind.RATIO])
            return Aggregate("distinct", rows, make.of(rows.table, kind), make.gone(), plain)


Gives = Word["part", "weight", "divisor"]
ALLOTTED: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "members": [(("deal",), ("person",)), (("person",), ()), (("deal", "place"), ("person", "boss"))],
    "deals": [(("seller",), ()), (("place",), ("seller",)), (("seller", "region"), ("seller", "boss"))],
    "visits": [(("guest",), ()), (("guest", "region"), ("guest",))],
}
"""The tables whose rows share a pool: links to what the pool belongs to, and to the person."""


def allot(make: Maker, table: str) -> Expr:
    """A part of a pool among the members of a deal, the deals of a seller or region, or the visits of a guest."""
    link, person = make.pick(ALLOTTED[table])
    date, window = dated(make, table)
    where = make.condition(table) if make.maybe(1) else None
    rows = Rows(table, link, None, False, date, window, where)
    _, owner = next(item for item in paths(table) if item[0] == link)
    pools = [make.sample.col(owner, name, " ".join(link)) for name in columns_at(make.sample, owner, Kind.INTEGER)]
    pool: Expr = make.pick(pools) if pools and not make.maybe() else make.integer(table)
    weight: Expr | None = None
    role: Expr | None = None
    roles: tuple[RoleWeight, ...] = ()
    match make.pick(["equal", "weight", "role"]):
        case "weight":
            amount = make.integer(table)
            weight = Greatest(amount, num(0, amount.type.scale), amount.type)
        case "role" if table != "visits":
            role = make.sample.col(table, "role" if table == "members" else "kind")
            names = make.draw.several(ROLES, 1)
            roles = tuple(RoleWeight(text(name), make.pick([0, 1, 25, 40, 35])) for name in names)
        case _:
            pass
    gives: Gives = make.pick(["part", "part", "weight", "divisor"])
    kind = pool.type if gives == "part" else ValueType(Kind.INTEGER)
    return Allot(rows, pool, person, weight, role, roles, make.maybe(1), make.gone(), make.gone(), kind, gives)
