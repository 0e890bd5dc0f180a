"""What PostgreSQL writes its own way."""

from collections.abc import Mapping
from hashlib import sha256
from typing import ClassVar

from quotarules.engines.sql.build import size
from quotarules.engines.sql.printer import EPOCH, Printer
from quotarules.engines.sql.tree import (
    DayText,
    FirstBy,
    MinuteText,
    MonthIndex,
    MonthsLater,
    Order,
    Over,
    Relation,
    Sql,
    SqlType,
    Test,
    Total,
    UnitStart,
)

_LONGEST_NAME = 63
"""The most bytes of a name; PostgreSQL cuts longer ones off without a word that stops anything."""
_CHEAP = 3
"""Columns of up to so many parts may be computed again by every query that reads them."""
_BINARY = 'COLLATE "C"'
_DIGITS = 40
"""As many digits as stand for an integer where integers are ordered as texts."""


def short(name: str) -> str:
    """The name, or where it is longer than a name may be, its beginning with a mark that only it has."""
    content = name.encode()
    if len(content) <= _LONGEST_NAME:
        return name
    mark = f" ~{sha256(content).hexdigest()[:10]}"
    return content[: _LONGEST_NAME - len(mark)].decode(errors="ignore") + mark


class PostgresPrinter(Printer):
    """PostgreSQL's dialect: numerics without a scale hold 128 bits, texts are ordered by bytes where order matters."""

    types: ClassVar[Mapping[SqlType, str]] = {
        SqlType.SMALL: "integer",
        SqlType.INT: "bigint",
        SqlType.WIDE: "numeric",
        SqlType.TEXT: "text",
        SqlType.BOOL: "boolean",
    }

    def identifier(self, name: str) -> str:
        """A name between quotes, never longer than names may be."""
        return super().identifier(short(name))

    def quotient(self, left: str, right: str, kind: SqlType) -> str:
        """Left / right cut toward zero."""
        assert kind in (SqlType.SMALL, SqlType.INT, SqlType.WIDE), f"{kind} cannot be divided"
        return f"div({left}, {right})" if kind is SqlType.WIDE else f"{left} / {right}"

    def unit_start(self, value: UnitStart) -> str:
        """The first day of the unit that holds a day."""
        start = f"date_trunc('{value.unit}', CAST({self._date(value.day)} AS timestamp))"
        return f"(CAST({start} AS date) - {EPOCH})"

    def day_text(self, value: DayText) -> str:
        """A day as YYYY-MM-DD."""
        return f"to_char(CAST({self._date(value.day)} AS timestamp), 'YYYY-MM-DD')"

    def minute_text(self, value: MinuteText) -> str:
        """A minute as YYYY-MM-DD HH:MM."""
        # The product is one of doubles; it is exact for all minutes of the years that there are.
        minutes = f"{self.expression(value.minute)} * INTERVAL '1 minute'"
        return f"to_char(TIMESTAMP '1970-01-01' + {minutes}, 'YYYY-MM-DD HH24:MI')"

    def months_later(self, value: MonthsLater) -> str:
        """A day moved by months."""
        months = f"make_interval(months => CAST({self.expression(value.months)} AS integer))"
        return f"(CAST({self._date(value.day)} + {months} AS date) - {EPOCH})"

    def month_index(self, value: MonthIndex) -> str:
        """12 * year + month - 1 of a day."""
        day = self._date(value.day)
        return f"CAST(extract(year FROM {day}) * 12 + extract(month FROM {day}) - 1 AS bigint)"

    def first_by(self, value: FirstBy) -> str:
        """The operand at the smallest keys: the last element of the smallest array of keys and operand.

        An ordered aggregate would say it too, but is no window function.
        """
        array, place = self._smallest(value)
        return self.cast(f"({array})[{place}]", value.type)

    def _over(self, value: Over) -> str:
        """A window; what stands outside the aggregate of `first_by` stands outside the window too."""
        if not isinstance(value.function, FirstBy):
            return super()._over(value)
        array, place = self._smallest(value.function)
        return self.cast(f"({array} OVER ({self._window(value)}))[{place}]", value.type)

    def _smallest(self, value: FirstBy) -> tuple[str, int]:
        """The aggregate of the smallest array of keys and operand, and where the operand stands in it."""
        held, kind, binary = [self._whole(key) for key in value.keys], "numeric", ""
        if any(key.type is SqlType.TEXT for key in value.keys):
            held, kind, binary = [self._ordered(key) for key in value.keys], "text", f" {_BINARY}"
        operand = f"CAST({self.expression(value.operand)} AS {kind})"
        array = f"CAST(ARRAY[{', '.join((*held, operand))}] AS {kind}[]){binary}"
        return f"min({array}) FILTER (WHERE {self.expression(value.condition)})", len(held) + 1

    def _whole(self, value: Sql) -> str:
        text = self.expression(value)
        return f"CAST({text} AS integer)" if value.type is SqlType.BOOL else text

    def _ordered(self, value: Sql) -> str:
        """A text that is ordered as the value is."""
        if value.type is SqlType.TEXT:
            return self.expression(value)
        return f"lpad(CAST(CAST({self._whole(value)} AS numeric) + 1e{_DIGITS - 1} AS text), {_DIGITS}, '0')"

    def order(self, key: Order) -> str:
        """A sort key; texts by their bytes."""
        binary = f" {_BINARY}" if key.key.type is SqlType.TEXT else ""
        return self.expression(key.key) + binary + (" DESC" if key.descending else "")

    def expression(self, value: Sql) -> str:
        """The text of an expression that stands alone; an order of texts is one of their bytes."""
        match value:
            case Test("<" | "<=" | ">" | ">=" as operator, left, right, _) if left.type is SqlType.TEXT:
                return f"({self.expression(left)}) {_BINARY} {operator} {self._tight(right)}"
            case Total("min" | "max" as function, operand, SqlType.TEXT) if operand is not None:
                return f"{function}(({self.expression(operand)}) {_BINARY})"
            case _:
                return super().expression(value)

    def relation(self, relation: Relation) -> str:
        """The statement that names a query.

        A view that computes is not merged with who reads it: merged, what it computes would be computed by every
        reader's every use, and the uses of that by theirs.
        """
        comment = "".join(f"-- {line}\n" for line in relation.comment)
        kind = "TABLE" if relation.kept else "VIEW"
        cheap = all(size(column.value, _CHEAP + 1) <= _CHEAP for column in relation.select.columns)
        apart = "" if relation.kept or cheap else "\nOFFSET 0"
        query = self.select(relation.select)
        return f"{comment}CREATE TEMPORARY {kind} {self.identifier(relation.name)} AS\n{query}{apart}"
