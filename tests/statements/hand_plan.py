"""A small plan made by hand, with its text, and the lines that it would write for one person."""

from datetime import date

from quotarules.diagnostics.source import Span
from quotarules.plan.nodes import (
    FLAG,
    Account,
    Add,
    Band,
    Column,
    Compare,
    Expr,
    InRange,
    Kind,
    LineRule,
    Literal,
    Multiply,
    Negate,
    Otherwise,
    Plan,
    Reason,
    Rescale,
    Round,
    Rows,
    SourceText,
    Switch,
    SwitchRow,
    Tiers,
    TraceInput,
    ValueType,
    When,
)
from quotarules.statements.model import Evidence, LineInput, Section, Statement, StatementLine
from quotarules.statements.numbers import Held, value
from quotarules.values.period import InPeriod, day_number, period_holding
from quotarules.values.rounding import RoundingMode
from quotarules.values.schema import FactSchema

TEXT = """plan sample {}
pay seller {
  base salary
  kpi conv 20% of salary * rate(share)
       when share >= 3.5%
  won  commission(amount after before) for each deal by seller
  bonus 5 RUB for each deal by seller
}
"""
RUB = ValueType(Kind.INTEGER, 2, "RUB")
RATE = ValueType(Kind.INTEGER, 3, "%")
SHARE = ValueType(Kind.RATIO, 0, "%")
MARCH = period_holding("month", day_number(date(2026, 3, 1)))


def span(words: str) -> Span:
    start = TEXT.index(words)
    return Span("plan.qr", start, start + len(words))


def own(table: str, name: str, kind: ValueType, reason: int | None = None) -> Column:
    return Column((), table, name, kind, reason)


SALARY = own("people", "salary", RUB)
CONVERSION = own("people", "share", SHARE)
AMOUNT = own("deals", "amount", RUB)
BEFORE = own("deals", "before", RUB)
GATE = own("people", "pay seller gate 1", FLAG)


def tiers(amount: Expr) -> Tiers:
    million = Literal(100_000_000, RUB)
    four, six = (Literal(percent, ValueType(Kind.INTEGER, 2, "%")) for percent in (4, 6))
    bands = (Band(Literal(0, RUB), million, False, four), Band(million, None, False, six))
    return Tiers("commission", "marginal", amount, bands, 2, ValueType(Kind.INTEGER, 4, "RUB"))


def rounded(expr: Expr) -> Round:
    return Round(expr, 1, RoundingMode.HALF_UP, RUB)


FINE = Rescale(CONVERSION, ValueType(Kind.RATIO, 3, "%"))
ENOUGH = Compare(">=", FINE, Literal(35, RATE))
TABLE = Switch(
    "rate",
    (FINE,),
    (
        SwitchRow((InRange(None, Literal(50, RATE), False),), Literal(10, ValueType(Kind.INTEGER, 1, "%"))),
        SwitchRow((InRange(Literal(50, RATE), None, False),), Literal(15, ValueType(Kind.INTEGER, 1, "%"))),
    ),
    2,
    ValueType(Kind.INTEGER, 1, "%"),
)
FIFTH = Multiply(Literal(2, ValueType(Kind.INTEGER, 1, "%")), SALARY, ValueType(Kind.INTEGER, 3, "RUB"))
KPI = Multiply(FIFTH, TABLE, ValueType(Kind.INTEGER, 4, "RUB"))
TOTAL = ValueType(Kind.INTEGER, 4, "RUB")
SLICE = Add((tiers(Add((AMOUNT, BEFORE), RUB)), Negate(tiers(BEFORE), TOTAL)), TOTAL)
WON = Add((rounded(tiers(Add((AMOUNT, BEFORE), RUB))), Negate(rounded(tiers(BEFORE)), RUB)), RUB)

PEOPLE = Rows("people", (), None, False, None, None, None)
DEALS = Rows("deals", ("seller",), None, False, own("deals", "won_on", ValueType(Kind.DAY)), InPeriod(), None)


def rule(name: str, rows: Rows, amount: Expr, inputs: tuple[tuple[str, Expr], ...], words: str) -> LineRule:
    traced = tuple(TraceInput(named, expr) for named, expr in inputs)
    return LineRule("pay", name, name.title(), "person", None, rows, amount, traced, span(words))


CONV_WORDS = "kpi conv 20% of salary * rate(share)\n       when share >= 3.5%"
PLAN = Plan(
    name="sample",
    label="Sample plan",
    version="3",
    currency="RUB",
    period="month",
    zone="UTC",
    effective_from=0,
    effective_through=100_000,
    schema=FactSchema(()),
    calendars=(),
    reasons=(
        Reason("not `share >= 3.5%`", False, span("share >= 3.5%")),
        Reason("the gate is shut", False, span("base salary")),
        Reason("outside all tiers", True, span("won ")),
        Reason("no meetings", False, span("share >= 3.5%")),
    ),
    columns=(),
    accounts=(Account("pay", "pay", "Pay", "RUB", 2),),
    members=(),
    lines=(
        rule("seller.base", PEOPLE, SALARY, (("salary", SALARY),), "base salary"),
        rule(
            "seller.conv",
            PEOPLE,
            When(rounded(When(KPI, ((ENOUGH, 0),), KPI.type)), ((GATE, 1),), RUB),
            (("salary", SALARY), ("share", CONVERSION), ("unrounded", KPI)),
            CONV_WORDS,
        ),
        rule(
            "seller.won",
            DEALS,
            WON,
            (("amount", AMOUNT), ("before", BEFORE), ("unrounded", SLICE)),
            "won  commission(amount after before)",
        ),
        rule("seller.bonus", DEALS, Otherwise((Literal(500, RUB),), RUB), (), "bonus 5 RUB"),
    ),
    exceptions=(),
    sources=(SourceText("plan.qr", TEXT),),
)


def line(
    rule_name: str, source: str, amount: int | None, held: tuple[Held | None, ...], reason: str = ""
) -> StatementLine:
    made = next(found for found in PLAN.lines if found.rule == rule_name)
    inputs = tuple(
        LineInput(
            item.name,
            kept,
            str(item.value.type.kind),
            item.value.type.unit,
            item.value.type.scale,
            value(kept, item.value.type),
        )
        for item, kept in zip(made.inputs, held, strict=True)
    )
    status = "due" if amount is not None else "excluded"
    return StatementLine(rule_name, made.label, source, status, amount, reason, inputs, made.span)


def statement(*lines: StatementLine) -> Statement:
    evidence = Evidence(
        "d" * 64, "a" * 64, "b" * 64, "c" * 64, "e" * 64, "reference 0.1.0", "sample", "2026-04-01T00:00:00Z"
    )
    sections = (Section("pay", "Pay", "pay", "RUB", 2, None, None, lines),)
    return Statement("sample", "Sample plan", "3", "2026-03", "person", "P1", sections, evidence)


FULL = statement(
    line("seller.base", "", 6_000_000, (6_000_000,)),
    line("seller.conv", "", None, (6_000_000, (2, 100), None), "not `share >= 3.5%`"),
    line("seller.won", "D1", 2_000_000, (40_000_000, 80_000_000, 200_000_000)),
)
