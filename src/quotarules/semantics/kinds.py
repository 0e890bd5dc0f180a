"""The types of values: how they are said to a person, and which of them may meet."""

from typing import assert_never

from quotarules.semantics.checked import (
    Choice,
    DateType,
    Days,
    InstantType,
    Minutes,
    Money,
    Number,
    Points,
    Quantity,
    RowMoney,
    RowOf,
    TextType,
    Type,
    Unit,
    YesNo,
)
from quotarules.values.schema import ColumnKind, ColumnSpec, TableSpec

NUMBER = Quantity(Number())
PERCENT = Quantity(Number(percent=True))
ANY_POINTS = Points("")
"""Points of a literal such as `50 points`, which take the karma that they meet."""


def said(kind: Type) -> str:
    """The type in a reader's words: `money in RUB`, `a date`."""
    match kind:
        case Quantity(unit):
            return _unit_said(unit)
        case DateType():
            return "a date"
        case InstantType():
            return "an instant"
        case TextType():
            return "a text"
        case YesNo():
            return "yes or no"
        case Choice(options):
            listed = options if len(options) <= 6 else (*options[:6], "…")
            return "a choice of " + ", ".join(listed)
        case RowOf(table):
            return f"a row of `{table}`"
        case _:
            assert_never(kind)


def _unit_said(unit: Unit) -> str:
    match unit:
        case Number(percent):
            return "a percentage" if percent else "a number"
        case Money(currency):
            return f"money in {currency}"
        case RowMoney(column):
            return f"money in the currency of `{column}`"
        case Points(karma):
            return f"points of `{karma}`" if karma else "points"
        case Days():
            return "a number of days"
        case Minutes():
            return "a length of time"
        case _:
            assert_never(unit)


def column_type(table: TableSpec, column: ColumnSpec) -> Type:
    """The type of a column of the facts; a single key column is the row itself."""
    if table.key == (column.name,) and column.kind is not ColumnKind.LINK:
        return RowOf(table.name)
    match column.kind:
        case ColumnKind.TEXT:
            return TextType()
        case ColumnKind.YES_NO:
            return YesNo()
        case ColumnKind.COUNT | ColumnKind.NUMBER:
            return NUMBER
        case ColumnKind.PERCENT:
            return PERCENT
        case ColumnKind.MONEY:
            if column.currency_in is not None:
                return Quantity(RowMoney(column.currency_in))
            return Quantity(Money(column.currency or ""))
        case ColumnKind.DATE:
            return DateType()
        case ColumnKind.INSTANT:
            return InstantType()
        case ColumnKind.CHOICE:
            return Choice(column.choices)
        case ColumnKind.LINK:
            return RowOf(column.target or "")
        case _:
            assert_never(column.kind)


def key_type(table: TableSpec) -> Type | None:
    """The type of a table's single key as it is written; None where a row has several."""
    column = table.column(table.key[0]) if len(table.key) == 1 else None
    if column is None:
        return NUMBER if table.line_key else None
    return NUMBER if column.kind in (ColumnKind.COUNT, ColumnKind.NUMBER) else TextType()


def joint_unit(left: Unit, right: Unit) -> Unit | None:
    """The unit of two amounts that may be added or compared; plain numbers take the points that they meet."""
    match left, right:
        case Number(percent), Number(other):
            return Number(percent or other)
        case (Number(False), Points()) | (Points(""), Points()):
            return right
        case (Points(), Number(False)) | (Points(), Points("")):
            return left
        case _:
            return left if left == right else None


def joint(left: Type, right: Type) -> Type | None:
    """The type of two values that may be compared, added or stand for each other, or None where they may not meet."""
    match left, right:
        case Quantity(unit, ratio), Quantity(other, other_ratio):
            both = joint_unit(unit, other)
            return Quantity(both, ratio or other_ratio) if both is not None else None
        case Choice(options), Choice(others):
            if options == others:
                return left
            return Choice(tuple(dict.fromkeys((*options, *others)))) if set(options) & set(others) else None
        case _:
            return left if left == right else None


def unit_of(kind: Type) -> Unit | None:
    """The unit of a quantity, or None for anything else."""
    return kind.unit if isinstance(kind, Quantity) else None


def has_order(kind: Type) -> bool:
    """Whether values of the type have a smaller and a larger."""
    return isinstance(kind, Quantity | DateType | InstantType)
