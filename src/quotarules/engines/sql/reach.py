"""What a settlement needs to look at: which computed columns, and of which rows of each table.

Rows whose date lies outside of every window that anybody asks for never reach the heavy work.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from quotarules.plan.nodes import Aggregate, Allot, Column, Expr, Literal, Plan, Rows, SwitchRow
from quotarules.records import dataclass, values_of
from quotarules.values.period import FIRST_DAY, Period, window_days
from quotarules.values.schema import COMPANY
from quotarules.values.windows import earlier_start

ROUNDS = 8
"""How often windows may widen each other before all rows are taken."""


@dataclass(frozen=True, slots=True)
class Dated:
    """Rows whose date column, reached by `path`, lies in [lo, hi)."""

    path: tuple[str, ...]
    table: str
    name: str
    lo: int
    hi: int


@dataclass(frozen=True, slots=True)
class Everything:
    """All rows."""


Share = Dated | Everything


@dataclass(frozen=True, slots=True)
class Reach:
    """The computed columns that are needed, the share of rows of each table, and how often an expression is used."""

    columns: frozenset[tuple[str, str]]
    shares: dict[str, Share]
    uses: Counter[tuple[str, Expr]]


def reach(plan: Plan, period: Period) -> Reach:
    """What the lines, members and exceptions of a plan need, for a period."""
    search = _Search(plan, period)
    for _ in range(ROUNDS):
        before = (dict(search.shares), set(search.columns))
        search.walk()
        if before == (search.shares, search.columns):
            break
    else:
        search.shares = dict.fromkeys(search.shares, Everything())
        search.walk()
        search.shares = dict.fromkeys(search.shares, Everything())
    return Reach(frozenset(search.columns), search.shares, search.uses)


def joined(one: Share | None, other: Share) -> Share:
    """Rows of either share, or more."""
    if one is None:
        return other
    if isinstance(one, Dated) and isinstance(other, Dated) and replace(one, lo=0, hi=0) == replace(other, lo=0, hi=0):
        return replace(one, lo=min(one.lo, other.lo), hi=max(one.hi, other.hi))
    return Everything()


def parts(expression: Expr) -> Iterator[Expr]:
    """The operands of an expression that are evaluated for the same context row."""
    if isinstance(expression, Aggregate):
        yield from (part for part in (expression.rows.until, expression.rows.since) if part is not None)
        return
    if isinstance(expression, Allot):
        yield from (part for part in (expression.pool, expression.weight, expression.role) if part is not None)
        return
    for held in values_of(expression):
        yield from _within(held)


def _within(value: object) -> Iterator[Expr]:
    if isinstance(value, tuple):
        for item in value:
            yield from _within(item)
    elif isinstance(value, SwitchRow):
        yield value.value
    elif isinstance(value, Expr) and not isinstance(value, Literal):
        yield value


class _Search:
    """Walks over everything that is needed until nothing new is found."""

    def __init__(self, plan: Plan, period: Period) -> None:
        self.plan = plan
        self.period = period
        self.declared = {(column.table, column.name): column.value for column in plan.columns}
        self.columns: set[tuple[str, str]] = set()
        self.shares: dict[str, Share] = {}
        self.uses: Counter[tuple[str, Expr]] = Counter()

    def walk(self) -> None:
        """One walk over everything that is asked for and whatever that needs."""
        self.uses.clear()
        for line in self.plan.lines:
            self.rows(line.rows)
            self.expression(line.rows.table, line.amount)
            for item in line.inputs:
                self.expression(line.rows.table, item.value)
        for member in self.plan.members:
            self.share(member.table, Everything())
            if member.where is not None:
                self.expression(member.table, member.where)
        for exception in self.plan.exceptions:
            self.rows(exception.rows)
        for column in reversed(self.plan.columns):
            if (column.table, column.name) in self.columns:
                self.expression(column.table, column.value)

    def share(self, table: str, share: Share) -> None:
        self.shares[table] = joined(self.shares.get(table), share)

    def rows(self, rows: Rows) -> None:
        """Rows that somebody reads, whatever the context."""
        self.share(rows.table, self.window(rows))
        for part in (rows.date, rows.where):
            if part is not None:
                self.expression(rows.table, part)

    def window(self, rows: Rows) -> Share:
        date = rows.date
        if isinstance(date, Column) and rows.window is not None and self.fact(date.table, date.name):
            lo, hi = window_days(rows.window, self.period)
            return Dated(date.path, date.table, date.name, lo, hi)
        return Everything()

    def fact(self, table: str, name: str) -> bool:
        return table != COMPANY and (table, name) not in self.declared

    def expression(self, table: str, expression: Expr) -> None:
        self.uses[table, expression] += 1
        if self.uses[table, expression] > 1:
            return
        match expression:
            case Column():
                self.column(table, expression)
            case Aggregate(rows=rows) if rows.earlier:
                self.share(table, self.before(table, rows))
                for part in (rows.date, rows.where, expression.value):
                    if part is not None:
                        self.expression(table, part)
            case Aggregate(rows=rows):
                self.rows(rows)
                if expression.value is not None:
                    self.expression(rows.table, expression.value)
            case Allot(rows=rows):
                self.rows(rows)
            case _:
                pass
        for part in parts(expression):
            self.expression(table, part)

    def column(self, table: str, column: Column) -> None:
        if self.fact(column.table, column.name):
            return
        self.columns.add((column.table, column.name))
        if column.table == COMPANY:
            self.share(COMPANY, Everything())
            return
        if not column.path:
            return
        share = self.shares.get(table, Everything())
        length = len(column.path)
        if isinstance(share, Dated) and share.path[:length] == column.path:
            self.share(column.table, replace(share, path=share.path[length:]))
        else:
            self.share(column.table, Everything())

    def before(self, table: str, rows: Rows) -> Share:
        """The context rows and all rows that stand before one of them inside the window."""
        share = self.shares.get(table, Everything())
        date = rows.date
        if not isinstance(share, Dated) or not isinstance(date, Column) or rows.window is None:
            return Everything()
        if (date.path, date.table, date.name) != (share.path, share.table, share.name) or share.lo <= FIRST_DAY:
            return Everything()
        return replace(share, lo=min(share.lo, earlier_start(rows.window, share.lo, self.period)))
