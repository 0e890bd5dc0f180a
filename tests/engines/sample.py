"""Hand-built plans and ledgers in a few lines, and a way to see what an expression comes to for every row."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from quotarules.diagnostics.source import Span
from quotarules.ledger.tables import FactTable, Ledger
from quotarules.plan.invariants import fact_type
from quotarules.plan.lines import DUE, EXCLUDED, OpeningBalance, Outcome, slots
from quotarules.plan.nodes import (
    DAY,
    FLAG,
    MINUTE,
    TEXT,
    Account,
    Anything,
    Column,
    ComputedColumn,
    DaysBetween,
    Equals,
    ExceptionRule,
    Expr,
    Kind,
    LineRule,
    Literal,
    MemberRule,
    Plan,
    Reason,
    Round,
    Rows,
    ShiftMinute,
    Switch,
    SwitchRow,
    TraceInput,
    ValueType,
)
from quotarules.values.calendar import Calendar, OpenInterval
from quotarules.values.period import CALENDAR_UNITS, Period, day_number, parse_period
from quotarules.values.retail import Retail
from quotarules.values.rounding import RoundingMode
from quotarules.values.schema import ColumnKind, ColumnSpec, FactSchema, FileSource, TableSpec

Settle = Callable[[Plan, Ledger, Period, tuple[OpeningBalance, ...], Path], Outcome]
Cell = int | str | bool | None
NOWHERE = Span("sample.qr", 0, 0)
NUMBER = ValueType(Kind.INTEGER)


@dataclass(frozen=True, slots=True)
class Gone:
    """No value, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Waits:
    """Waiting, and why."""

    reason: str


Seen = int | str | bool | tuple[int, int] | Gone | Waits


def whole(scale: int = 0, unit: str = "") -> ValueType:
    """An INTEGER type."""
    return ValueType(Kind.INTEGER, scale, unit)


def ratio(scale: int = 0) -> ValueType:
    """A RATIO type."""
    return ValueType(Kind.RATIO, scale)


def num(value: int, scale: int = 0) -> Literal:
    """An integer literal: num(1250, 2) is 12.50."""
    return Literal(value, whole(scale))


def text(value: str) -> Literal:
    """A text literal."""
    return Literal(value, TEXT)


def yes() -> Literal:
    """The literal yes."""
    return Literal(value=True, type=FLAG)


def no() -> Literal:
    """The literal no."""
    return Literal(value=False, type=FLAG)


def on(iso: str) -> Literal:
    """The literal of a day."""
    return Literal(day(iso), DAY)


def day(iso: str) -> int:
    """A day written YYYY-MM-DD, as a number."""
    return day_number(date.fromisoformat(iso))


def minute(iso: str) -> int:
    """A minute written YYYY-MM-DD HH:MM, as a number."""
    moment = datetime.fromisoformat(iso)
    return day_number(moment.date()) * 1440 + moment.hour * 60 + moment.minute


def month(name: str) -> Period:
    """A period of any unit by its name; `2026-P02` is one of a 4-4-5 year from 1 February 2026."""
    retail = Retail("4-4-5", day("2026-02-01"))
    found = (parse_period(name, unit) for unit in (*CALENDAR_UNITS, retail))
    return next(period for period in found if period is not None)


def office(name: str = "office") -> Calendar:
    """Mon-Fri 09:00-13:00 and 14:00-18:00 from 2026-03-02 (a Monday) through 2026-03-22; closed on Mon 2026-03-09."""
    first = day("2026-03-02")
    intervals: list[OpenInterval] = []
    closings: list[tuple[int, int]] = []
    before = 0
    for offset in range(21):
        if offset % 7 >= 5 or offset == 7:
            continue
        midnight = (first + offset) * 1440
        for start, end in ((540, 780), (840, 1080)):
            intervals.append(OpenInterval(midnight + start, midnight + end, before))
            before += end - start
        closings.append((first + offset, midnight + 1080))
    return Calendar(name, first, first + 20, tuple(intervals), tuple(closings), NOWHERE)


def column_spec(name: str, written: str) -> ColumnSpec:
    """A column as `text`, `flag`, `integer`, `integer 2` (a scale), `day`, `minute`, `-> TABLE`; `?` if optional.

    `integer 2 500` is an integer at scale 2 from -500 through 500.
    """
    optional = written.endswith("?")
    kind, _, rest = written.rstrip("?").partition(" ")
    kinds = {
        "text": ColumnKind.TEXT,
        "flag": ColumnKind.YES_NO,
        "integer": ColumnKind.NUMBER,
        "day": ColumnKind.DATE,
        "minute": ColumnKind.INSTANT,
        "->": ColumnKind.LINK,
    }
    spec = ColumnSpec(name, kinds[kind], optional, NOWHERE)
    match spec.kind:
        case ColumnKind.NUMBER:
            scale, _, limit = rest.partition(" ")
            return replace(spec, scale=int(scale or 0), lowest=-int(limit or 10**15), highest=int(limit or 10**15))
        case ColumnKind.LINK:
            return replace(spec, target=rest)
        case ColumnKind.INSTANT:
            return replace(spec, zone="UTC")
    return spec


def arrow_column(
    cells: list[Cell], spec: ColumnSpec, tables: dict[str, FactTable], own: pa.DataType
) -> "pa.Array[Any]":
    """Cells as the column that a ledger holds; days and minutes may be written as text; `own` is the key's own type."""
    match spec.kind:
        case ColumnKind.TEXT:
            return pa.array(cells, pa.string())
        case ColumnKind.YES_NO:
            return pa.array(cells, pa.bool_())
        case ColumnKind.NUMBER:
            return pa.array(cells, pa.int64())
        case ColumnKind.DATE:
            days = [day(cell) if isinstance(cell, str) else cell for cell in cells]
            return pa.array(days, pa.date32())
        case ColumnKind.INSTANT:
            return pa.array([minute(cell) if isinstance(cell, str) else cell for cell in cells], pa.int64())
        case ColumnKind.LINK:
            assert spec.target is not None
            target = tables.get(spec.target)
            held: pa.DataType = own if target is None else target.rows.schema.field(target.spec.key[0]).type
            return pa.array(cells, held)
    raise AssertionError(spec.kind)


@dataclass(slots=True, repr=False)
class Sample:
    """A plan and its ledger while a test writes them down."""

    period: str = "2026-03"
    tables: dict[str, FactTable] = field(default_factory=dict)
    reasons: list[Reason] = field(default_factory=list)
    columns: list[ComputedColumn] = field(default_factory=list)
    lines: list[LineRule] = field(default_factory=list)
    members: list[MemberRule] = field(default_factory=list)
    exceptions: list[ExceptionRule] = field(default_factory=list)
    calendars: list[Calendar] = field(default_factory=lambda: [office()])
    openings: list[OpeningBalance] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)

    def __repr__(self) -> str:
        """Everything that a person needs to see the case again, a line each."""
        facts = [f"{name}: {table.rows.to_pylist()}" for name, table in self.tables.items()]
        reasons = [f"{place}: {reason.text}" for place, reason in enumerate(self.reasons)]
        rules = [repr(part) for part in (*self.columns, *self.lines, *self.members, *self.exceptions)]
        return "\n".join(["Sample", self.period, *facts, *map(repr, self.openings), *reasons, *rules])

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """The same text where hypothesis prints a failing example."""
        printer.text(repr(self))

    def table(self, name: str, key: str, columns: dict[str, str], rows: Iterable[tuple[Cell, ...]]) -> None:
        """Declares a table; `key` names its key columns, separated by blanks. Linked tables come first."""
        specs = tuple(column_spec(column, written) for column, written in columns.items())
        spec = TableSpec(name, name.rstrip("s"), tuple(key.split()), specs, FileSource(name, "csv", NOWHERE), NOWHERE)
        cells: list[list[Cell]] = [[] for _ in specs]
        for row in rows:
            for place, cell in enumerate(row):
                cells[place].append(cell)
        own = pa.int64() if specs[0].kind is ColumnKind.NUMBER else pa.string()
        made = [arrow_column(values, given, self.tables, own) for given, values in zip(specs, cells, strict=True)]
        arrays = {given.name: array for given, array in zip(specs, made, strict=True)}
        self.tables[name] = FactTable(spec, pa.table(arrays))

    def gone(self, words: str) -> int:
        """The place of a reason for having no value."""
        return self._reason(Reason(words, waiting=False, span=NOWHERE))

    def waits(self, words: str) -> int:
        """The place of a reason for waiting."""
        return self._reason(Reason(words, waiting=True, span=NOWHERE))

    def _reason(self, reason: Reason) -> int:
        if reason not in self.reasons:
            self.reasons.append(reason)
        return self.reasons.index(reason)

    def col(self, table: str, name: str, path: str = "") -> Column:
        """A column of the facts or a computed one; `path` names links separated by blanks, from the context."""
        links = tuple(path.split())
        computed = next((c for c in self.columns if (c.table, c.name) == (table, name)), None)
        if computed is not None:
            return Column(links, table, name, computed.value.type, self.gone(f"no {name}"))
        spec = self.tables[table].spec.column(name)
        assert spec is not None, name
        reason = self.gone(f"no {name}") if spec.optional or links else None
        return Column(links, table, name, self.type_of(spec), reason)

    def type_of(self, spec: ColumnSpec) -> ValueType:
        """How a column's values are held."""
        match spec.kind:
            case ColumnKind.YES_NO:
                return FLAG
            case ColumnKind.NUMBER:
                return whole(spec.scale)
            case ColumnKind.DATE:
                return DAY
            case ColumnKind.INSTANT:
                return MINUTE
            case ColumnKind.LINK:
                assert spec.target is not None
                kind = fact_type(self.ledger().schema, spec.target, self.tables[spec.target].spec.key[0])
                assert kind is not None
                return kind
        return TEXT

    def computed(self, table: str, name: str, value: Expr) -> Column:
        """Adds a computed column and returns the way to read it from its own table."""
        self.columns.append(ComputedColumn(table, name, name, value, NOWHERE))
        return self.col(table, name)

    def plan(self) -> Plan:
        """The plan as written so far."""
        return Plan(
            name="sample",
            label="Sample",
            version="1",
            currency="RUB",
            period=month(self.period).unit,
            zone="UTC",
            effective_from=day("2000-01-01"),
            effective_through=day("2100-01-01"),
            schema=FactSchema(tuple(table.spec for table in self.tables.values())),
            calendars=tuple(self.calendars),
            reasons=tuple(self.reasons),
            columns=tuple(self.columns),
            accounts=tuple(self.accounts),
            members=tuple(self.members),
            lines=tuple(self.lines),
            exceptions=tuple(self.exceptions),
            sources=(),
        )

    def ledger(self) -> Ledger:
        """The facts as an engine gets them."""
        return Ledger(
            schema=FactSchema(tuple(table.spec for table in self.tables.values())),
            tables=self.tables,
            digest="0" * 64,
            files=(),
            replaced=(),
            unlinked=(),
            set_aside=(),
        )

    def settle(self, settle: Settle) -> tuple[Outcome, list[dict[str, Any]]]:
        """Settles the period; the outcome and the lines as mappings in the order of the file."""
        with TemporaryDirectory() as folder:
            path = Path(folder) / "lines.parquet"
            outcome = settle(self.plan(), self.ledger(), month(self.period), tuple(self.openings), path)
            return outcome, read_lines(path)

    def see(self, settle: Settle, table: str, expr: Expr) -> dict[str, Seen]:
        """What an expression comes to for every row of a table, by the row's key as text."""
        rule = LineRule(
            account="seen",
            rule="seen",
            label="Seen",
            subject_kind=table,
            party=None,
            rows=Rows(table, (), None, earlier=False, date=None, window=None, where=None),
            amount=self.as_amount(expr),
            inputs=(TraceInput("value", expr),),
            span=NOWHERE,
        )
        account = Account("seen", "pay", "Seen", "", rule.amount.type.scale)
        _, lines = replace(self, lines=[rule], accounts=[*self.accounts, account]).settle(settle)
        return {line["subject"]: seen(rule, line) for line in lines}

    def as_amount(self, expr: Expr) -> Expr:
        """An INTEGER that has a value, has none or waits exactly as the expression does."""
        never = self.waits("never")
        match expr.type.kind:
            case Kind.INTEGER:
                return expr
            case Kind.RATIO:
                return Round(expr, 1, RoundingMode.DOWN, NUMBER)
            case Kind.DAY:
                return DaysBetween(Literal(0, DAY), expr, NUMBER)
            case Kind.MINUTE:
                return Switch("any", (ShiftMinute(expr, 0),), (SwitchRow((Anything(),), num(0)),), never, NUMBER)
            case Kind.FLAG:
                rows = (SwitchRow((Equals(yes()),), num(1)), SwitchRow((Equals(no()),), num(0)))
                return Switch("truth", (expr,), rows, never, NUMBER)
            case Kind.TEXT:
                return Switch("any", (expr,), (SwitchRow((Anything(),), num(0)),), never, NUMBER)


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The lines of a file; every number as a Python integer."""
    table = pq.read_table(path)
    for name in table.column_names:
        if name == "amount" or name[0] == "n":
            kind = table.schema.field(name).type
            assert kind == pa.int64() or kind == pa.decimal128(38, 0), (name, kind)
        else:
            assert pa.types.is_string(table.schema.field(name).type), name
    number = {name for name in table.column_names if name == "amount" or name[0] == "n"}
    return [
        {name: int(cell) if name in number and cell is not None else cell for name, cell in row.items()}
        for row in table.to_pylist()
    ]


def seen(rule: LineRule, line: dict[str, Any]) -> Seen:
    """The state that a line shows for the first input of its rule."""
    if line["status"] != DUE:
        return Gone(line["reason"]) if line["status"] == EXCLUDED else Waits(line["reason"])
    expr, slot = rule.inputs[0].value, slots(rule)[0]
    if slot.texts:
        return str(line[f"x{slot.texts[0]}"])
    numbers = [int(line[f"n{place}"]) for place in slot.numbers]
    match expr.type.kind:
        case Kind.FLAG:
            return {0: False, 1: True}[numbers[0]]
        case Kind.RATIO:
            return numbers[0], numbers[1]
    if expr.type.kind is Kind.INTEGER:
        assert line["amount"] == numbers[0]
    return numbers[0]
