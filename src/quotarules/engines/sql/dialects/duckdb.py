"""What DuckDB writes its own way."""

import re
from collections.abc import Mapping
from typing import ClassVar

from quotarules.engines.sql.build import test
from quotarules.engines.sql.printer import EPOCH, Printer
from quotarules.engines.sql.tree import (
    DayText,
    FirstBy,
    Joined,
    MinuteText,
    MonthIndex,
    MonthsLater,
    Relation,
    SqlType,
    UnitStart,
)

_COLUMN = re.compile(r'[a-z0-9]+\."[^"]*"')


def distinct(name: str) -> str:
    """The name as DuckDB gets it: to DuckDB names that differ only in capitals are one, so these are told apart."""
    capitals = [str(place) for place, letter in enumerate(name) if letter != letter.lower()]
    return f"{name} ^{'.'.join(capitals)}" if capitals else name


class DuckDbPrinter(Printer):
    """DuckDB's dialect: `//` cuts toward zero, `sum` of 64 bits has 128, an inline view costs nothing."""

    types: ClassVar[Mapping[SqlType, str]] = {
        SqlType.SMALL: "INTEGER",
        SqlType.INT: "BIGINT",
        SqlType.WIDE: "HUGEINT",
        SqlType.TEXT: "VARCHAR",
        SqlType.BOOL: "BOOLEAN",
    }

    def identifier(self, name: str) -> str:
        """A name between quotes."""
        return super().identifier(distinct(name))

    def cast(self, value: str, kind: SqlType) -> str:
        """A conversion."""
        if value.isalnum() or _COLUMN.fullmatch(value):
            return f"{value}::{self.types[kind]}"
        return f"CAST({value} AS {self.types[kind]})"

    def quotient(self, left: str, right: str, kind: SqlType) -> str:
        """Left / right cut toward zero."""
        assert kind in (SqlType.SMALL, SqlType.INT, SqlType.WIDE), f"{kind} cannot be divided"
        return f"{left} // {right}"

    def unit_start(self, value: UnitStart) -> str:
        """The first day of the unit that holds a day."""
        day = f"CAST(date_trunc('{value.unit}', {self._date(value.day)}) AS DATE)"
        return f"CAST({day} - {EPOCH} AS INTEGER)"

    def day_text(self, value: DayText) -> str:
        """A day as YYYY-MM-DD."""
        return f"CAST({self._date(value.day)} AS VARCHAR)"

    def minute_text(self, value: MinuteText) -> str:
        """A minute as YYYY-MM-DD HH:MM."""
        minute = f"to_minutes(CAST({self.expression(value.minute)} AS BIGINT))"
        return f"strftime(CAST(TIMESTAMP '1970-01-01' + {minute} AS TIMESTAMP), '%Y-%m-%d %H:%M')"

    def months_later(self, value: MonthsLater) -> str:
        """A day moved by months."""
        months = f"to_months(CAST({self.expression(value.months)} AS INTEGER))"
        return f"CAST(CAST({self._date(value.day)} + {months} AS DATE) - {EPOCH} AS INTEGER)"

    def month_index(self, value: MonthIndex) -> str:
        """12 * year + month - 1 of a day."""
        day = self._date(value.day)
        return f"(year({day}) * 12 + month({day}) - 1)"

    def first_by(self, value: FirstBy) -> str:
        """The operand at the smallest keys."""
        keys = ", ".join(self.expression(key) for key in value.keys)
        key = keys if len(value.keys) == 1 else f"row({keys})"
        return f"min_by({self.expression(value.operand)}, {key}) FILTER (WHERE {self.expression(value.condition)})"

    def latest(self, join: Joined) -> str:
        """The join of only the latest row at or before a day."""
        assert join.latest is not None, "there are days to compare"
        tests = " AND ".join(self._tight(part) for part in (*join.on, test(">=", *join.latest)))
        return f"ASOF LEFT JOIN {self.identifier(join.relation)} AS {join.alias} ON {tests}"

    def relation(self, relation: Relation) -> str:
        """The statement that names a query."""
        comment = "".join(f"-- {line}\n" for line in relation.comment)
        kind = "TABLE" if relation.kept else "VIEW"
        return f"{comment}CREATE TEMP {kind} {self.identifier(relation.name)} AS\n{self.select(relation.select)}"
