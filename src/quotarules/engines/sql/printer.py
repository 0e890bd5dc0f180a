"""SQL text from the tree: what all dialects write alike; a dialect fills in the rest."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from quotarules.engines.sql.build import test, to
from quotarules.engines.sql.tree import (
    Absent,
    Among,
    Arithmetic,
    Bool,
    Case,
    Cast,
    Coalesce,
    DayText,
    Escaped,
    FirstBy,
    Int,
    Joined,
    KeyText,
    Logic,
    Magnitude,
    Minus,
    MinuteText,
    MonthIndex,
    MonthsLater,
    Null,
    Opposite,
    Order,
    Over,
    Present,
    Quotient,
    Ref,
    Relation,
    Remainder,
    Select,
    Sql,
    SqlType,
    Test,
    Text,
    Total,
    UnitStart,
    Unproved,
)

EPOCH = "DATE '1970-01-01'"
ENDS = "~ followed on"
"""The column that a join of the latest row adds to the right side: from which day on a row is not in force any more."""
BEFORE = "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
WHOLE = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"


class Printer(ABC):
    """Writes the tree in one dialect. Literals beside a typed operand stand bare, elsewhere with their type."""

    types: ClassVar[Mapping[SqlType, str]]
    """The dialect's names of the types."""

    @abstractmethod
    def quotient(self, left: str, right: str, kind: SqlType) -> str:
        """Left / right cut toward zero, from operands that bind."""

    @abstractmethod
    def unit_start(self, value: UnitStart) -> str:
        """The first day of the unit that holds a day."""

    @abstractmethod
    def day_text(self, value: DayText) -> str:
        """A day as YYYY-MM-DD, from operators that bind."""

    @abstractmethod
    def minute_text(self, value: MinuteText) -> str:
        """A minute as YYYY-MM-DD HH:MM."""

    @abstractmethod
    def months_later(self, value: MonthsLater) -> str:
        """A day moved by months."""

    @abstractmethod
    def month_index(self, value: MonthIndex) -> str:
        """12 * year + month - 1 of a day."""

    @abstractmethod
    def first_by(self, value: FirstBy) -> str:
        """The operand at the smallest keys, as an aggregate with its filter."""

    @abstractmethod
    def relation(self, relation: Relation) -> str:
        """The statement that names a query."""

    def identifier(self, name: str) -> str:
        """A name between quotes."""
        return '"' + name.replace('"', '""') + '"'

    def text(self, value: str) -> str:
        """A text between quotes."""
        return "'" + value.replace("'", "''") + "'"

    def cast(self, value: str, kind: SqlType) -> str:
        """A conversion."""
        return f"CAST({value} AS {self.types[kind]})"

    def expression(self, value: Sql) -> str:
        """The text of an expression that stands alone."""
        match value:
            case Ref(alias, name, _):
                return f"{alias}.{self.identifier(name)}"
            case Int(number, kind):
                return self.cast(str(number), kind)
            case Text(text, _):
                return self.text(text)
            case Bool(truth, _):
                return "TRUE" if truth else "FALSE"
            case Null(kind):
                return self.cast("NULL", kind)
            case Case(whens, default, _):
                return self._case(whens, default)
            case Coalesce(operands, _):
                return f"COALESCE({', '.join(self.expression(part) for part in operands)})"
            case Cast(operand, kind):
                return self.cast(self.expression(operand), kind)
            case Magnitude(operand, _):
                return f"abs({self.expression(operand)})"
            case KeyText(parts, _):
                return self._key(parts)
            case Escaped(operand, _):
                return f"replace(replace({self.expression(operand)}, '%', '%25'), '/', '%2F')"
            case DayText():
                return self.day_text(value)
            case MinuteText():
                return self.minute_text(value)
            case UnitStart():
                return self.unit_start(value)
            case MonthsLater():
                return self.months_later(value)
            case MonthIndex():
                return self.month_index(value)
            case Total():
                return self._total(value)
            case FirstBy():
                return self.first_by(value)
            case Over():
                return self._over(value)
            case _:
                return self._operators(value)

    def _operators(self, value: Sql) -> str:
        match value:
            case Arithmetic(operator, left, right, _) | Test(operator, left, right, _):
                one, two = self._sides(left, right)
                return f"{one} {operator} {two}"
            case Quotient(left, right, kind):
                return self.quotient(*self._sides(left, right), kind)
            case Remainder(left, right, _):
                one, two = self._sides(left, right)
                return f"{one} % {two}"
            case Minus(operand, _):
                return f"-{self._tight(operand)}"
            case Logic(operator, operands, _):
                return f" {operator} ".join(self._tight(part) for part in operands)
            case Opposite(operand, _):
                return f"NOT {self._tight(operand)}"
            case Absent(operand, _):
                return f"{self._tight(operand)} IS NULL"
            case Present(operand, _):
                return f"{self._tight(operand)} IS NOT NULL"
            case Unproved(operand, _):
                return f"{self._tight(operand)} IS NOT TRUE"
            case Among(operand, values, _):
                listed = ", ".join(self._bare(part) for part in values)
                return f"{self._tight(operand)} IN ({listed})"
            case _:
                raise AssertionError(f"{type(value).__name__} cannot be written")

    def _sides(self, left: Sql, right: Sql) -> tuple[str, str]:
        one = self._bare(left) if isinstance(left, Int) and not isinstance(right, Int) else self._tight(left)
        two = self._bare(right) if isinstance(right, Int) and not isinstance(left, Int) else self._tight(right)
        return one, two

    def _bare(self, value: Sql) -> str:
        if isinstance(value, Int):
            return str(value.value) if value.value >= 0 else f"({value.value})"
        return self.expression(value)

    def _tight(self, value: Sql) -> str:
        """The text of an operand, in parentheses unless it binds by itself."""
        match value:
            case (
                Ref()
                | Int()
                | Text()
                | Bool()
                | Null()
                | Coalesce()
                | Cast()
                | Magnitude()
                | Total()
                | DayText()
                | MinuteText()
                | UnitStart()
                | MonthsLater()
                | FirstBy()
            ):
                return self.expression(value)
            case _:
                return f"({self.expression(value)})"

    def _case(self, whens: tuple[tuple[Sql, Sql], ...], default: Sql | None) -> str:
        parts = [f"WHEN {self.expression(condition)} THEN {self.expression(result)}" for condition, result in whens]
        if default is not None:
            parts.append(f"ELSE {self.expression(default)}")
        return f"CASE {' '.join(parts)} END"

    def _key(self, parts: tuple[Sql, ...]) -> str:
        return " || '/' || ".join(self._part(part) for part in parts)

    def _part(self, part: Sql) -> str:
        return self.expression(part) if part.type is SqlType.TEXT else self.cast(self.expression(part), SqlType.TEXT)

    def _total(self, value: Total) -> str:
        if value.operand is None:
            return "count(*)"
        inner = self.expression(value.operand)
        match value.function:
            case "distinct":
                return f"count(DISTINCT {inner})"
            case "sum":
                return self.cast(f"sum({inner})", value.type)
            case function:
                return f"{function}({inner})"

    def _over(self, value: Over) -> str:
        function = "row_number()" if value.function is None else self._windowed(value.function)
        text = f"{function} OVER ({self._window(value)})"
        return (
            self.cast(text, value.type)
            if isinstance(value.function, Total) and value.function.function == "sum"
            else text
        )

    def _window(self, value: Over) -> str:
        window = []
        if value.partition:
            window.append("PARTITION BY " + ", ".join(self.expression(part) for part in value.partition))
        if value.order:
            window.append("ORDER BY " + ", ".join(self.order(key) for key in value.order))
        if value.function is not None and value.order:
            window.append(WHOLE if value.whole else BEFORE)
        return " ".join(window)

    def _windowed(self, function: Total | FirstBy) -> str:
        if isinstance(function, Total) and function.function == "sum" and function.operand is not None:
            return f"sum({self.expression(function.operand)})"
        return self.expression(function)

    def order(self, key: Order) -> str:
        """A sort key."""
        return self.expression(key.key) + (" DESC" if key.descending else "")

    def select(self, select: Select) -> str:
        """A query, one clause a line."""
        columns = ",\n".join(f"  {self.expression(c.value)} AS {self.identifier(c.name)}" for c in select.columns)
        lines = [*([f"-- {select.comment}"] if select.comment else []), f"SELECT\n{columns}"]
        if select.source is not None:
            lines.append(f"FROM {self.identifier(select.source)} AS {select.alias}")
        lines += [self._join(join) for join in select.joins]
        if select.where:
            lines.append("WHERE " + " AND ".join(self._tight(part) for part in select.where))
        if select.group:
            lines.append("GROUP BY " + ", ".join(self.expression(part) for part in select.group))
        return "\n".join(lines)

    def _join(self, join: Joined) -> str:
        if join.latest is not None:
            return self.latest(join)
        source = f"{self.identifier(join.relation)} AS {join.alias}"
        if not join.on:
            return f"CROSS JOIN {source}"
        condition = " AND ".join(self._tight(part) for part in join.on)
        return f"{'JOIN' if join.inner else 'LEFT JOIN'} {source} ON {condition}"

    def latest(self, join: Joined) -> str:
        """The join of only the latest row at or before a day: what follows it, if anything does, begins after it."""
        assert join.latest is not None, "there are days to compare"
        left, right = join.latest
        keys = [part.right for part in join.on if isinstance(part, Test) and isinstance(part.right, Ref)]
        assert len(keys) == len(join.on), "rows in force are found by equal keys"
        assert isinstance(right, Ref), "rows in force begin on a day of their own"
        begins = replace(right, alias="r")
        window = self._window(Over(None, tuple(replace(key, alias="r") for key in keys), (Order(begins),), right.type))
        ends = f"lead({self.expression(begins)}) OVER ({window}) AS {self.identifier(ENDS)}"
        tests = " AND ".join(self._tight(part) for part in (*join.on, test(">=", left, right)))
        held = " ".join(("(SELECT r.*,", ends, "FROM", self.identifier(join.relation), "AS r) AS", join.alias))
        last = f"({self.expression(test('<', left, Ref(join.alias, ENDS, right.type)))}) IS NOT FALSE"
        return f"LEFT JOIN {held} ON {tests} AND {last}"

    def _date(self, day: Sql) -> str:
        return f"({EPOCH} + {self.expression(to(day, SqlType.SMALL))})"
