"""Money of one currency turned into another at a date, by the tables of rates that the plan names."""

from quotarules.diagnostics.source import Span
from quotarules.semantics.checked import (
    Constant,
    Conversion,
    DateType,
    Money,
    Origin,
    Quantity,
    RateTable,
    Read,
    RowMoney,
    TextType,
    Typed,
)
from quotarules.semantics.desk import Desk
from quotarules.semantics.handling import without_when, wrong
from quotarules.semantics.kinds import column_type
from quotarules.semantics.paths import read_bare
from quotarules.semantics.problems.currencies import NoRates, RatesUnfit, UnconvertedMoney, UnknownRates
from quotarules.semantics.problems.plan import UnknownSetting
from quotarules.semantics.scope import Scope
from quotarules.semantics.suggest import near
from quotarules.semantics.value import UNKNOWN, Gap, Value, computed
from quotarules.syntax import ast
from quotarules.values.schema import ColumnKind, ColumnSpec, TableSpec

INTO = "into"
RATE = "rate"
_WORDS = (ColumnKind.TEXT, ColumnKind.CHOICE)


def is_currency(text: str) -> bool:
    """Whether a word is written as a currency is: three capital letters."""
    return len(text) == 3 and text.isascii() and text.isalpha() and text.isupper()


def currency_named(desk: Desk, name: ast.Name) -> str | None:
    """The currency of a name, or None with a problem."""
    if is_currency(name.text):
        return name.text
    desk.found.add(UnknownSetting(name.span, "a currency", name.text, (), "write its three letters, such as `EUR`"))
    return None


def of_one_currency(desk: Desk, value: Value) -> Value:
    """The value, unless it is money of which only the row knows the currency."""
    typed = value.typed
    if isinstance(typed, Read) and isinstance(typed.type, Quantity) and isinstance(typed.type.unit, RowMoney):
        declared = _column(desk, typed, typed.name).span
        plan = desk.settings.currency or "EUR"
        desk.found.add(UnconvertedMoney(typed.span, desk.words(typed.span), typed.type.unit.currency, declared, plan))
        return UNKNOWN
    return value


def convert(desk: Desk, node: ast.Convert, scope: Scope) -> Value:
    """`amount in EUR at won_on`: exact; the plan's rounding comes where a line is rounded."""
    operand = read_bare(desk, node.operand, scope)
    day = desk.walk(desk, node.day, scope)
    target = currency_named(desk, node.currency)
    rates = _rates(desk, node)
    home = desk.settings.currency
    if operand.typed is None or day.typed is None or target is None or rates is None or home is None:
        return UNKNOWN
    if not isinstance(day.type, DateType):
        wrong(desk, day, "the day of a rate", "a date", None)
        return UNKNOWN
    source = _source(desk, operand)
    if source is None:
        return UNKNOWN
    gaps = computed((*without_when(desk, operand), *_currency_gaps(desk, source), *without_when(desk, day)))
    kind = operand.type
    assert isinstance(kind, Quantity), "money is a quantity"
    same = isinstance(source, Constant) and source.value == target
    ratio = kind.ratio or (rates.into is None and target != home and not same)
    result = Quantity(Money(target), ratio)
    return Value(Conversion(operand.typed, source, target, day.typed, rates, result, node.span), gaps)


def _source(desk: Desk, operand: Value) -> Typed | None:
    """The currency of an amount: a word, or the column that holds it."""
    typed = operand.typed
    assert typed is not None, "the operand is whole"
    match typed, typed.type:
        case _, Quantity(Money(currency)):
            return Constant(currency, 0, TextType(), typed.span)
        case Read(path, table), Quantity(RowMoney(column)):
            spec = _column(desk, typed, column)
            kind = column_type(desk.table(table), spec)
            return Read(path, table, column, Origin.FACT, None, spec.optional or typed.missing, kind, typed.span)
        case _:
            wrong(desk, operand, "what is converted", "money", None)
            return None


def _currency_gaps(desk: Desk, source: Typed) -> tuple[Gap, ...]:
    if not isinstance(source, Read):
        return ()
    spec = _column(desk, source, source.name)
    return (Gap("column", source.span, source.name, spec.span),) if spec.optional else ()


def _column(desk: Desk, read: Read, name: str) -> ColumnSpec:
    column = desk.table(read.table).column(name)
    assert column is not None, f"{read.table} has a column {name}"
    return column


# --- tables of rates -----------------------------------------------------------------------------


def check_rates(desk: Desk) -> None:
    """Looks at every table of rates that the plan names, whether it is used or not."""
    for name in desk.names.plan.rates if desk.names.plan is not None else ():
        rate_table(desk, name)


def _rates(desk: Desk, node: ast.Convert) -> RateTable | None:
    """The rates of a conversion: those that it names, else the first that the plan names."""
    plan = desk.names.plan
    named = plan.rates if plan is not None else ()
    if node.rates is None:
        if not named:
            fitting = tuple(table.name for table in desk.schema.tables if not isinstance(_shape(table), str))
            desk.found.add(NoRates(node.span, plan.name.span if plan is not None else None, fitting))
            return None
        return rate_table(desk, named[0])
    if node.rates.text not in (name.text for name in named):
        known = tuple(name.text for name in named)
        desk.found.add(UnknownRates(node.rates.span, node.rates.text, near(node.rates.text, known) or known))
        return None
    return rate_table(desk, node.rates)


def rate_table(desk: Desk, name: ast.Name) -> RateTable | None:
    """The columns of a table of rates by their types, or None with a problem."""
    table = desk.schema.table(name.text)
    if table is None:
        known = tuple(table.name for table in desk.schema.tables)
        desk.found.add(UnknownRates(name.span, name.text, near(name.text, known)))
        return None
    found = _shape(table)
    if isinstance(found, str):
        desk.found.add(RatesUnfit(name.span, name.text, found, _at_fault(table), _way_out(found)))
        return None
    return found


def _shape(table: TableSpec) -> RateTable | str:
    """Which column is which, or why it cannot be told."""
    keys = [column for name in table.key if (column := table.column(name)) is not None]
    words = [column.name for column in keys if column.kind in _WORDS]
    days = [column.name for column in keys if column.kind is ColumnKind.DATE]
    if len(days) != 1 or len(words) + len(days) != len(table.key) or len(words) not in (1, 2):
        return "its key is not a currency and a date"
    if len(words) == 2 and INTO not in words:
        return f"its key has two currencies, and none of the columns is called `{INTO}`"
    rates = [column for column in table.columns if column.name not in table.key and column.kind is ColumnKind.NUMBER]
    if len(rates) > 1:
        rates = [column for column in rates if column.name == RATE]
    if len(rates) != 1:
        return f"it has no column that must be the rate: one `number to …`, or one called `{RATE}` among several"
    if rates[0].lowest is None or rates[0].lowest <= 0:
        return f"a rate is above zero, and its column `{rates[0].name}` may hold zero or less"
    into = INTO if len(words) == 2 else None
    currency = next(name for name in words if name != into)
    return RateTable(table.name, currency, into, days[0], rates[0].name)


def _way_out(why: str) -> str:
    if "zero" in why:
        return "say what a rate is at least and at most: `number to 0.0001 min 0.0001 max 1_000`"
    if "rate:" in why:
        return "give it one column of rates: `rate: number to 0.0001 min 0.0001 max 1_000`"
    return "key it by `[currency, day]`, or by `[currency, into, day]`"


def _at_fault(table: TableSpec) -> Span:
    return table.span
