"""What every part of the lowering is given: the table whose rows are the context, and the way back into the whole."""

from collections.abc import Callable

from quotarules.engines.sql.build import width
from quotarules.engines.sql.frames import Frame, Lowered, atom
from quotarules.engines.sql.state import State, code_of
from quotarules.engines.sql.tree import Sql, SqlType
from quotarules.plan.nodes import Expr, Kind
from quotarules.plan.ranges import Extent
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class Context:
    """Rows of `table`; columns that have to be made on the way are named after `hint`."""

    lowered: Lowered
    table: str
    hint: str
    evaluate: Callable[[str, Expr, str], State]
    column: Callable[[str, str], State]

    @property
    def frame(self) -> Frame:
        """The frame of the context's table."""
        return self.lowered.frames[self.table]

    def lower(self, expression: Expr) -> State:
        """The state of an expression for a row of the context."""
        return self.evaluate(self.table, expression, self.hint)

    def over(self, table: str) -> "Context":
        """The context of the rows of another table."""
        return Context(self.lowered, table, self.hint, self.evaluate, self.column)

    def atom(self, value: Sql, what: str) -> Sql:
        """The same value, short enough to be written more than once."""
        return atom(self.frame, value, f"{self.hint} {what}")

    def extent(self, expression: Expr) -> Extent:
        """Where the value of an expression lies."""
        return self.lowered.bounds.of(expression)

    def code(self, reason: int) -> int:
        """The code of a reason."""
        return code_of(self.lowered.plan, reason)

    def kind(self, expression: Expr) -> SqlType:
        """The SQL type of an expression's value or numerator."""
        match expression.type.kind:
            case Kind.FLAG:
                return SqlType.BOOL
            case Kind.TEXT:
                return SqlType.TEXT
            case Kind.DAY:
                return SqlType.SMALL
            case Kind.MINUTE:
                return SqlType.INT
            case Kind.INTEGER | Kind.RATIO:
                return width(self.extent(expression).number.size)

    def divisor_kind(self, expression: Expr) -> SqlType:
        """The SQL type of an expression's denominator."""
        return width(self.extent(expression).denominator.size)
