"""What Spark writes its own way, under the settings that `spark_session.py` pins."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from quotarules.engines.sql.build import minus, remainder, to
from quotarules.engines.sql.printer import Printer
from quotarules.engines.sql.tree import (
    Cast,
    DayText,
    FirstBy,
    Int,
    MinuteText,
    MonthIndex,
    MonthsLater,
    Over,
    Quotient,
    Relation,
    Sql,
    SqlType,
    Total,
    UnitStart,
)


class SparkPrinter(Printer):
    """Spark's dialect: `div` has 64 bits whatever it divides, decimal `/` leaves 32 digits before the point."""

    types: ClassVar[Mapping[SqlType, str]] = {
        SqlType.SMALL: "INT",
        SqlType.INT: "BIGINT",
        SqlType.WIDE: "DECIMAL(38, 0)",
        SqlType.TEXT: "STRING",
        SqlType.BOOL: "BOOLEAN",
    }

    def identifier(self, name: str) -> str:
        """A name between quotes."""
        return "`" + name.replace("`", "``") + "`"

    def text(self, value: str) -> str:
        """A text between quotes, in which a backslash escapes."""
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def expression(self, value: Sql) -> str:
        """The text of an expression that stands alone."""
        match value:
            case Int(number, SqlType.INT) if number >= 0:
                return f"{number}L"
            case Cast(Quotient(left, right, SqlType.WIDE), SqlType.SMALL | SqlType.INT as kind):
                # What fits 64 bits is cut by the operator that has just these.
                quotient = " div ".join(self._sides(left, right))
                return quotient if kind is SqlType.INT else self.cast(quotient, kind)
            case Quotient(left, right, SqlType.WIDE):
                # Divided without a rest, and moved by six digits so that all 38 stand beside the six behind the point.
                whole = self._tight(minus(left, remainder(left, right, SqlType.WIDE), SqlType.WIDE))
                moved = f"CAST({whole} * 0.000001BD / {self._sides(left, right)[1]} AS STRING)"
                return self.cast(f"replace({moved}, '.', '')", SqlType.WIDE)
            case _:
                return super().expression(value)

    def quotient(self, left: str, right: str, kind: SqlType) -> str:
        """Left / right cut toward zero."""
        assert kind in (SqlType.SMALL, SqlType.INT), f"{kind} is divided otherwise"
        quotient = f"{left} div {right}"
        return quotient if kind is SqlType.INT else self.cast(quotient, kind)

    def unit_start(self, value: UnitStart) -> str:
        """The first day of the unit that holds a day."""
        return f"unix_date(trunc({self._date(value.day)}, '{value.unit}'))"

    def day_text(self, value: DayText) -> str:
        """A day as YYYY-MM-DD."""
        return self.cast(self._date(value.day), SqlType.TEXT)

    def minute_text(self, value: MinuteText) -> str:
        """A minute as YYYY-MM-DD HH:MM."""
        return f"date_format(timestamp_seconds({self._tight(value.minute)} * 60), 'yyyy-MM-dd HH:mm')"

    def months_later(self, value: MonthsLater) -> str:
        """A day moved by months."""
        return f"unix_date(add_months({self._date(value.day)}, {self.expression(to(value.months, SqlType.SMALL))}))"

    def month_index(self, value: MonthIndex) -> str:
        """12 * year + month - 1 of a day."""
        day = self._date(value.day)
        return f"(year({day}) * 12L + month({day}) - 1)"

    def first_by(self, value: FirstBy) -> str:
        """The operand at the smallest keys."""
        return f"{self._smallest(value)}.value"

    def _smallest(self, value: FirstBy) -> str:
        """The keys with their operand, smallest first: a struct is compared field by field, a null one left out."""
        fields = [f"'key {place}', {self.expression(key)}" for place, key in enumerate(value.keys)]
        fields.append(f"'value', {self.expression(value.operand)}")
        chosen = f"CASE WHEN {self.expression(value.condition)} THEN named_struct({', '.join(fields)}) END"
        return f"min({chosen})"

    def relation(self, relation: Relation) -> str:
        """The query of a relation under its comment; the runner names it, see `spark.py`."""
        return "".join(f"-- {line}\n" for line in relation.comment) + self.select(relation.select)

    def _total(self, value: Total) -> str:
        return super()._total(_wide_operand(value))

    def _windowed(self, function: Total | FirstBy) -> str:
        return super()._windowed(_wide_operand(function) if isinstance(function, Total) else function)

    def _over(self, value: Over) -> str:
        if isinstance(value.function, FirstBy):
            return f"({self._smallest(value.function)} OVER ({self._window(value)})).value"
        text = super()._over(value)
        return self.cast(text, value.type) if value.function is None else text

    def _date(self, day: Sql) -> str:
        return f"date_from_unix_date({self.expression(to(day, SqlType.SMALL))})"


def _wide_operand(total: Total) -> Total:
    """A sum of 64 bits has 64 bits; one that needs more is taken of wider operands."""
    if total.function != "sum" or total.operand is None or total.type is not SqlType.WIDE:
        return total
    return replace(total, operand=to(total.operand, SqlType.WIDE))
