"""Small plans and lines files made by hand, for the tests of the journal."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from quotarules.diagnostics.source import Span
from quotarules.plan.lines import DUE, Member, Outcome, slot_counts, slots
from quotarules.plan.nodes import (
    Account,
    Column,
    Kind,
    LineRule,
    Literal,
    MemberRule,
    Plan,
    Rows,
    SourceText,
    TraceInput,
    ValueType,
)
from quotarules.values.period import Period, parse_period
from quotarules.values.schema import ColumnKind, ColumnSpec, FactSchema, FileSource, TableSpec

HERE = Span("plan.qr", 0, 4)
RUB = ValueType(Kind.INTEGER, 2, "RUB")
POINTS = ValueType(Kind.INTEGER, 1, "points")
RATIO = ValueType(Kind.RATIO, 0, "%")
TEXT = ValueType(Kind.TEXT)
FLAG = ValueType(Kind.FLAG)
DAY = ValueType(Kind.DAY)


def rule(
    account: str, name: str, kind: ValueType, *inputs: tuple[str, ValueType], subject_kind: str = "person"
) -> LineRule:
    rows = Rows("people", (), None, earlier=False, date=None, window=None, where=None)
    held = tuple(TraceInput(name, Column((), "people", name, type_, None)) for name, type_ in inputs)
    return LineRule(account, name, name.title(), subject_kind, None, rows, Literal(0, kind), held, HERE)


RULES = (
    rule("pay", "base", RUB, ("salary", RUB)),
    rule("pay", "share", RUB, ("attainment", RATIO), ("role", TEXT), ("met", FLAG), ("since", DAY)),
    rule("points", "done", POINTS),
    rule("sla", "response", ValueType(Kind.INTEGER, 2, "%"), ("who", TEXT), ("other", TEXT)),
    rule("rating", "won", POINTS, subject_kind="client"),
)

PEOPLE = TableSpec(
    "people",
    "person",
    ("id",),
    (ColumnSpec("id", ColumnKind.TEXT, False, HERE),),
    FileSource("people.csv", "csv", HERE),
    HERE,
)

PLAN = Plan(
    name="sample",
    label="Sample",
    version="1",
    currency="RUB",
    period="month",
    zone="UTC",
    effective_from=0,
    effective_through=40_000,
    schema=FactSchema((PEOPLE,)),
    calendars=(),
    reasons=(),
    columns=(),
    accounts=(
        Account("pay", "pay", "Pay", "RUB", 2),
        Account("points", "karma", "Points", "points", 1),
        Account("sla", "sla", "Promise", "", 0),
        Account("rating", "karma", "Rating", "points", 1),
    ),
    members=(
        MemberRule("pay", "person", "people", None),
        MemberRule("points", "person", "people", None),
        MemberRule("rating", "client", "clients", None),
    ),
    lines=RULES,
    exceptions=(),
    sources=(SourceText("plan.qr", "plan sample"),),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A line as a test writes it: `inputs` hold one value per input of the rule, a pair for a ratio."""

    kind: str
    subject: str
    account: str
    rule: str
    source: str
    status: str = DUE
    amount: int | None = None
    reason: str = ""
    inputs: tuple[int | str | tuple[int, int] | None, ...] | None = None

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        return self.kind, self.subject, self.account, self.rule, self.source


def period(name: str) -> Period:
    found = parse_period(name, "month")
    assert found is not None
    return found


def rule_of(plan: Plan, row: Row) -> LineRule:
    return next(rule for rule in plan.lines if (rule.account, rule.rule) == (row.account, row.rule))


def table(rows: list[Row], plan: Plan = PLAN, *, wide: bool = False, order: bool = True) -> pa.Table:
    """The lines as an Arrow table; `wide` holds figures as decimal128(38, 0)."""
    numbers, texts = slot_counts(plan)
    figure = pa.decimal128(38, 0) if wide else pa.int64()
    ordered = sorted(rows, key=lambda row: row.key) if order else rows
    held: dict[str, list[object]] = {
        "subject_kind": [row.kind for row in ordered],
        "subject": [row.subject for row in ordered],
        "account": [row.account for row in ordered],
        "rule": [row.rule for row in ordered],
        "source": [row.source for row in ordered],
        "status": [row.status for row in ordered],
        "amount": [row.amount for row in ordered],
        "reason": [row.reason for row in ordered],
        **{f"n{i}": [] for i in range(numbers)},
        **{f"x{i}": [] for i in range(texts)},
    }
    for row in ordered:
        filled: dict[str, object] = {}
        rule = rule_of(plan, row)
        values = row.inputs if row.inputs is not None else (None,) * len(rule.inputs)
        for slot, value in zip(slots(rule), values, strict=True):
            parts = value if isinstance(value, tuple) else (value,) * (len(slot.numbers) + len(slot.texts))
            names = [f"n{i}" for i in slot.numbers] + [f"x{i}" for i in slot.texts]
            filled |= dict(zip(names, parts, strict=True))
        for name in (*(f"n{i}" for i in range(numbers)), *(f"x{i}" for i in range(texts))):
            held[name].append(filled.get(name))
    kinds = {name: figure if name == "amount" or name[0] == "n" else pa.string() for name in held}
    return pa.table({name: pa.array(values, kinds[name]) for name, values in held.items()})


def write(path: Path, rows: list[Row], plan: Plan = PLAN, *, wide: bool = False, row_group: int = 1000) -> Path:
    pq.write_table(table(rows, plan, wide=wide), path, row_group_size=row_group)
    return path


def due(
    subject: str, account: str, name: str, source: str, amount: int, *inputs: int | str | tuple[int, int] | None
) -> Row:
    kind = "client" if account == "rating" else "person"
    return Row(kind, subject, account, name, source, amount=amount, inputs=inputs or None)


ROWS = [
    due("P1", "pay", "base", "", 100_000_00, 100_000_00),
    due("P1", "pay", "share", "D1", 1_23, (9, 7), "seller", 1, 20_000),
    Row("person", "P1", "pay", "share", "D2", "waiting", None, "no target"),
    Row("person", "P1", "pay", "share", "D3", "excluded", None, "not won", (None, "seller", 0, None)),
    due("P1", "points", "done", "D1", 100),
    due("P1", "points", "done", "D2", -30),
    due("P1", "sla", "response", "", 95_00, "Ж", ""),
    due("P2", "pay", "base", "", -1, None),
    due("C1", "rating", "won", "D1", 15),
]

MEMBERS = (
    Member("pay", "person", "P1"),
    Member("pay", "person", "P2"),
    Member("pay", "person", "P3"),
    Member("points", "person", "P1"),
    Member("points", "person", "P2"),
    Member("rating", "client", "C1"),
    Member("rating", "client", "C2"),
)


def outcome(lines: Path, members: tuple[Member, ...] = MEMBERS) -> Outcome:
    return Outcome(lines, members, (), "sample", (("sample", "1.0"),))
