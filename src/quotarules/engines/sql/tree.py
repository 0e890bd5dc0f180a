"""The SQL that engines speak, as a small typed tree: only what DuckDB, PostgreSQL and Spark mean alike."""

from enum import StrEnum
from typing import Literal as Word

from quotarules.records import dataclass


class SqlType(StrEnum):
    """How a column is held: SMALL for days, codes and ranks; INT 64 bits; WIDE 128 bits, within 38 digits."""

    SMALL = "small"
    INT = "int"
    WIDE = "wide"
    TEXT = "text"
    BOOL = "bool"


@dataclass(frozen=True, slots=True)
class Ref:
    """A column of a relation in scope."""

    alias: str
    name: str
    type: SqlType


@dataclass(frozen=True, slots=True)
class Int:
    """An integer of the text."""

    value: int
    type: SqlType = SqlType.INT


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the text."""

    value: str
    type: SqlType = SqlType.TEXT


@dataclass(frozen=True, slots=True)
class Bool:
    """A truth value of the text."""

    value: bool
    type: SqlType = SqlType.BOOL


@dataclass(frozen=True, slots=True)
class Null:
    """No value, of a type."""

    type: SqlType


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """left + right, left - right or left * right; both sides are of `type`."""

    operator: Word["+", "-", "*"]
    left: "Sql"
    right: "Sql"
    type: SqlType


@dataclass(frozen=True, slots=True)
class Quotient:
    """left / right cut toward zero."""

    left: "Sql"
    right: "Sql"
    type: SqlType


@dataclass(frozen=True, slots=True)
class Remainder:
    """left - right * Quotient(left, right); it has the sign of left."""

    left: "Sql"
    right: "Sql"
    type: SqlType


@dataclass(frozen=True, slots=True)
class Minus:
    """The other sign."""

    operand: "Sql"
    type: SqlType


@dataclass(frozen=True, slots=True)
class Magnitude:
    """Without the sign."""

    operand: "Sql"
    type: SqlType


@dataclass(frozen=True, slots=True)
class Test:
    """A comparison; unknown where a side is null."""

    operator: Word["=", "!=", "<", "<=", ">", ">="]
    left: "Sql"
    right: "Sql"
    type: SqlType = SqlType.BOOL


@dataclass(frozen=True, slots=True)
class Logic:
    """SQL's three-valued `and` / `or` of two or more operands."""

    operator: Word["AND", "OR"]
    operands: tuple["Sql", ...]
    type: SqlType = SqlType.BOOL


@dataclass(frozen=True, slots=True)
class Opposite:
    """SQL's three-valued `not`."""

    operand: "Sql"
    type: SqlType = SqlType.BOOL


@dataclass(frozen=True, slots=True)
class Absent:
    """Whether there is no value."""

    operand: "Sql"
    type: SqlType = SqlType.BOOL


@dataclass(frozen=True, slots=True)
class Present:
    """Whether there is a value."""

    operand: "Sql"
    type: SqlType = SqlType.BOOL


@dataclass(frozen=True, slots=True)
class Unproved:
    """`operand IS NOT TRUE`: no or unknown."""

    operand: "Sql"
    type: SqlType = SqlType.BOOL


@dataclass(frozen=True, slots=True)
class Among:
    """Whether the operand equals one of the values."""

    operand: "Sql"
    values: tuple["Sql", ...]
    type: SqlType = SqlType.BOOL


@dataclass(frozen=True, slots=True)
class Case:
    """The value beside the first condition that is true, else `default` (None: null)."""

    whens: tuple[tuple["Sql", "Sql"], ...]
    default: "Sql | None"
    type: SqlType


@dataclass(frozen=True, slots=True)
class Coalesce:
    """The first operand that is not null."""

    operands: tuple["Sql", ...]
    type: SqlType


@dataclass(frozen=True, slots=True)
class Cast:
    """The value in another type that holds it."""

    operand: "Sql"
    type: SqlType


@dataclass(frozen=True, slots=True)
class KeyText:
    """The parts of a key as one text with `/` between them, see `plan/lines.py`."""

    parts: tuple["Sql", ...]
    type: SqlType = SqlType.TEXT


@dataclass(frozen=True, slots=True)
class Escaped:
    """A text with `%` and `/` as %25 and %2F."""

    operand: "Sql"
    type: SqlType = SqlType.TEXT


@dataclass(frozen=True, slots=True)
class DayText:
    """A day as YYYY-MM-DD."""

    day: "Sql"
    type: SqlType = SqlType.TEXT


@dataclass(frozen=True, slots=True)
class MinuteText:
    """A minute as YYYY-MM-DD HH:MM."""

    minute: "Sql"
    type: SqlType = SqlType.TEXT


@dataclass(frozen=True, slots=True)
class UnitStart:
    """The first day of the week (a Monday), month, quarter or year that holds a day."""

    unit: Word["week", "month", "quarter", "year"]
    day: "Sql"
    type: SqlType = SqlType.SMALL


@dataclass(frozen=True, slots=True)
class MonthsLater:
    """The day moved by months, cut to the last day of the month."""

    day: "Sql"
    months: "Sql"
    type: SqlType = SqlType.SMALL


@dataclass(frozen=True, slots=True)
class MonthIndex:
    """The months from year 0 to the month that holds a day: 12 * year + month - 1."""

    day: "Sql"
    type: SqlType = SqlType.INT


@dataclass(frozen=True, slots=True)
class Total:
    """An aggregate: `count` without operand counts rows; sums come as `type`."""

    function: Word["count", "sum", "min", "max", "distinct"]
    operand: "Sql | None"
    type: SqlType


@dataclass(frozen=True, slots=True)
class FirstBy:
    """The operand of the row with the smallest keys among those where `condition` is true."""

    operand: "Sql"
    keys: tuple["Sql", ...]
    condition: "Sql"
    type: SqlType


@dataclass(frozen=True, slots=True)
class Order:
    """A sort key; nulls never matter."""

    key: "Sql"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Over:
    """A window function: an aggregate over the rows of the partition, all of them or those before this one by `order`.

    `function` None numbers the rows from 1 by `order`, whose last keys are unique. `whole` takes all rows although
    there is an order, so that one sort serves several functions. `after` is not written: columns that must be there
    before, because they restrict the rows.
    """

    function: "Total | FirstBy | None"
    partition: tuple["Sql", ...]
    order: tuple[Order, ...]
    type: SqlType
    whole: bool = False
    after: tuple["Sql", ...] = ()


Sql = (
    Ref
    | Int
    | Text
    | Bool
    | Null
    | Arithmetic
    | Quotient
    | Remainder
    | Minus
    | Magnitude
    | Test
    | Logic
    | Opposite
    | Absent
    | Present
    | Unproved
    | Among
    | Case
    | Coalesce
    | Cast
    | KeyText
    | Escaped
    | DayText
    | MinuteText
    | UnitStart
    | MonthsLater
    | MonthIndex
    | Total
    | FirstBy
    | Over
)


# --- relations ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Named:
    """A selected expression and the name it gets."""

    name: str
    value: Sql


@dataclass(frozen=True, slots=True)
class Joined:
    """A joined relation; every row of the left side is kept unless `inner`. Without conditions the right has one.

    With `latest`, a day of the left side and one of the right: of the rows that fit, only that with the latest day of
    the right at or before that of the left; there is one at most on each day.
    """

    relation: str
    alias: str
    on: tuple[Sql, ...]
    inner: bool = False
    latest: tuple[Sql, Sql] | None = None


@dataclass(frozen=True, slots=True)
class Select:
    """One query over one relation and what is joined to it. `source` None selects one row from nothing.

    `comment` tells what it follows from.
    """

    columns: tuple[Named, ...]
    source: str | None
    alias: str = "t"
    joins: tuple[Joined, ...] = ()
    where: tuple[Sql, ...] = ()
    group: tuple[Sql, ...] | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """A named query; `kept` if its rows are computed once and stored. `comment` tells what it follows from."""

    name: str
    select: Select
    kept: bool
    comment: tuple[str, ...] = ()
