"""What a plan under construction knows: its reasons, its columns in the order of need, and the words of its texts."""

from collections.abc import Callable
from dataclasses import field
from typing import assert_never

from quotarules.diagnostics.source import Span
from quotarules.plan.nodes import (
    Account,
    Column,
    ComputedColumn,
    ExceptionRule,
    Expr,
    Kind,
    LineRule,
    MemberRule,
    Reason,
    Rows,
    ValueType,
)
from quotarules.records import dataclass
from quotarules.semantics import checked
from quotarules.values.period import InPeriod, PeriodUnit, Window
from quotarules.values.schema import ColumnKind, ColumnSpec, TableSpec

IN_PERIOD = InPeriod()

_PHYSICAL: dict[ColumnKind, Kind] = {
    ColumnKind.TEXT: Kind.TEXT,
    ColumnKind.CHOICE: Kind.TEXT,
    ColumnKind.YES_NO: Kind.FLAG,
    ColumnKind.DATE: Kind.DAY,
    ColumnKind.INSTANT: Kind.MINUTE,
}


@dataclass(frozen=True, slots=True)
class Scope:
    """How a text is read: on rows of `table`, with `window` for rows of the period, from opening balances or not.

    With `every` the period stands for that unit.
    `at` names the column of the table with the day on which windows end; empty, they end with the last day seen. With
    `beyond` the rows that are counted do not lead to the row in hand, so that they cannot see that day.
    """

    table: str
    window: Window = IN_PERIOD
    opening: bool = False
    every: PeriodUnit | None = None
    at: str = ""
    beyond: bool = False

    def on(self, table: str) -> "Scope":
        """The same reading on rows of another table."""
        return Scope(table, self.window, self.opening, self.every)


def unit_of(kind: checked.Type) -> str:
    """The unit as lines and traces print it."""
    match kind:
        case checked.Quantity(unit):
            match unit:
                case checked.Number(percent):
                    return "%" if percent else ""
                case checked.Money(currency):
                    return currency
                case checked.RowMoney():
                    return ""
                case checked.Points():
                    return "points"
                case checked.Days():
                    return "days"
                case checked.Minutes():
                    return "minutes"
                case _:
                    assert_never(unit)
        case _:
            return ""


@dataclass(slots=True)
class Builder:
    """Collects the plan's parts. Columns are built when first read, so that each comes after what it needs.

    `balances` gives for each karma what its balance is at the end of a day: read on a row of a table, whose path leads
    to the row that has the balance and whose column has the day.
    """

    plan: checked.CheckedPlan
    reasons: list[Reason] = field(default_factory=list)
    columns: dict[tuple[str, str], ComputedColumn] = field(default_factory=dict)
    accounts: list[Account] = field(default_factory=list)
    members: list[MemberRule] = field(default_factory=list)
    lines: list[LineRule] = field(default_factory=list)
    exceptions: list[ExceptionRule] = field(default_factory=list)
    balances: dict[str, Callable[[str, tuple[str, ...], str], Expr]] = field(default_factory=dict)
    _promised: dict[tuple[str, str], tuple[str, Span, Callable[[], Expr]]] = field(default_factory=dict)
    _reason_index: dict[Reason, int] = field(default_factory=dict)
    _texts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._texts = {source.name: source.text for source in self.plan.sources}

    def words(self, span: Span) -> str:
        """The text of a span with its white space folded."""
        return " ".join(self._texts.get(span.file, "")[span.start : span.end].split())

    def reason(self, text: str, span: Span, *, waiting: bool = False) -> int:
        """The place of a reason in the plan's list."""
        reason = Reason(text, waiting, span)
        if reason not in self._reason_index:
            self._reason_index[reason] = len(self.reasons)
            self.reasons.append(reason)
        return self._reason_index[reason]

    def column(self, table: str, name: str, label: str, span: Span, value: Callable[[], Expr]) -> ValueType:
        """The type of a computed column, built by `value` when it is asked for the first time."""
        if (table, name) not in self.columns:
            built = value()
            self.columns[table, name] = ComputedColumn(table, name, label, built, span)
        return self.columns[table, name].value.type

    def promise(self, table: str, name: str, label: str, span: Span, value: Callable[[], Expr]) -> None:
        """A column that is built when it is first read, or at the end."""
        assert (table, name) not in self._promised, f"{table}.{name} is promised twice"
        self._promised[table, name] = (label, span, value)

    def read(self, table: str, name: str) -> ValueType:
        """The type of a promised column."""
        label, span, value = self._promised[table, name]
        return self.column(table, name, label, span, value)

    def keep_promises(self) -> None:
        """Builds every promised column that nobody has read yet."""
        for table, name in tuple(self._promised):
            self.read(table, name)

    def each(self, table: str) -> str:
        """The word for one row of a table, the kind of its statements."""
        declared = self.plan.schema.table(table)
        assert declared is not None, f"the facts have no table {table}"
        return declared.each

    def list_rows(self, slug: str, text: str, rows: Rows | None, span: Span) -> None:
        """Rows that a person should know of, if there can be any."""
        if rows is not None:
            self.exceptions.append(ExceptionRule(slug, text, rows, span))

    def table(self, name: str) -> TableSpec:
        """The declaration of a table of the facts."""
        declared = self.plan.schema.table(name)
        assert declared is not None, f"the facts have no table {name}"
        return declared

    def spec(self, table: str, column: str) -> ColumnSpec:
        """The declaration of a facts column."""
        declared = self.plan.schema.table(table)
        found = declared.column(column) if declared is not None else None
        assert found is not None, f"the facts have no column {table}.{column}"
        return found

    def key_type(self, table: str) -> ValueType:
        """The type of a table's single key column."""
        declared = self.plan.schema.table(table)
        assert declared is not None, f"the facts have no table {table}"
        assert len(declared.key) == 1, f"{table} has a composite key"
        return self.fact_type(table, declared.key[0])

    def fact_type(self, table: str, column: str) -> ValueType:
        """How a column of the facts is held."""
        declared = self.plan.schema.table(table)
        if declared is not None and declared.line_key and declared.key == (column,):
            return ValueType(Kind.INTEGER)
        spec = self.spec(table, column)
        match spec.kind:
            case ColumnKind.LINK:
                assert spec.target is not None, "a link leads somewhere"
                return self.key_type(spec.target)
            case ColumnKind.COUNT | ColumnKind.NUMBER:
                return ValueType(Kind.INTEGER, spec.scale)
            case ColumnKind.PERCENT:
                return ValueType(Kind.INTEGER, spec.scale, "%")
            case ColumnKind.MONEY:
                return ValueType(Kind.INTEGER, spec.scale, spec.currency or "")
            case kind:
                return ValueType(_PHYSICAL[kind])

    def tables_along(self, table: str, path: tuple[str, ...]) -> tuple[str, ...]:
        """The tables that the links of a path lead to, one per link."""
        result: list[str] = []
        for link in path:
            target = self.spec(table, link).target
            assert target is not None, f"{table}.{link} is no link"
            result.append(target)
            table = target
        return tuple(result)

    def may_miss(self, table: str, path: tuple[str, ...]) -> bool:
        """Whether a link of the path may be missing."""
        for link, target in zip(path, self.tables_along(table, path), strict=True):
            if self.spec(table, link).optional:
                return True
            table = target
        return False

    def reached(self, scope: str, path: tuple[str, ...], name: str, kind: ValueType, span: Span) -> Column:
        """A computed column at the end of a path (which may be empty) from a row of the table `scope`."""
        tables = self.tables_along(scope, path)
        missing = self.reason(f"`{'.'.join(path)}` is missing", span) if self.may_miss(scope, path) else None
        return Column(path, tables[-1] if tables else scope, name, kind, missing)

    def link_key(self, table: str, path: tuple[str, ...], span: Span) -> Column:
        """The key of the row that a path of one or more links leads to."""
        before = self.tables_along(table, path[:-1])
        owner = before[-1] if before else table
        missing = self.reason(f"`{'.'.join(path)}` is missing", span) if self.may_miss(table, path) else None
        return Column(path[:-1], owner, path[-1], self.fact_type(owner, path[-1]), missing)
