"""The recorded inputs of a line as the world in which its rule is computed again, without any ledger."""

from collections.abc import Iterable

from quotarules.engines.reference.scalar import evaluate
from quotarules.engines.reference.state import Missing, Ratio, State, Waiting
from quotarules.plan.nodes import Aggregate, Allot, Column, Expr, InForce, LineRule, Opening, Plan, Reason
from quotarules.records import dataclass
from quotarules.statements.model import StatementLine
from quotarules.statements.numbers import Held
from quotarules.values.calendar import Calendar
from quotarules.values.period import Period


class NotRecordedError(LookupError):
    """A value that the line did not keep; the step that needs it cannot be shown."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """Answers what an expression asks from what a line kept: each input stands for the expression it was made by."""

    plan: Plan
    rule: LineRule
    line: StatementLine
    settled: Period
    opened_at: int | None

    def column(self, node: Column) -> State:
        """The recorded state of a column, or what its definition comes to on the same row."""
        if not self._is_recorded(node):
            definition = self.definition(node)
            if definition is not None:
                return evaluate(definition, self)
        return self._input(node, node.reason)

    def opening(self, node: Opening) -> State:
        """The account's opening balance as the statement has it."""
        if self._is_recorded(node):
            return self._input(node, node.reason)
        if self.opened_at is None or node.account != self.rule.account or self.rule.rows.link:
            raise NotRecordedError
        return self.opened_at

    def aggregate(self, node: Aggregate) -> State:
        """The recorded result of a function over rows."""
        return self._input(node, node.reason)

    def allot(self, node: Allot) -> State:
        """The recorded part of a whole."""
        return self._input(node, node.reason_none)

    def in_force(self, node: InForce) -> State:
        """What a table said on a day."""
        return self._input(node, node.reason)

    def definition(self, node: Column) -> Expr | None:
        """What computes a column of the line's own row, unless the line kept its value."""
        if node.path or node.table != self.rule.rows.table or self._is_recorded(node):
            return None
        columns = (column for column in self.plan.columns if column.table == node.table)
        return next((column.value for column in columns if column.name == node.name), None)

    def period(self) -> Period:
        """The settled period."""
        return self.settled

    def calendar(self, name: str) -> Calendar:
        """The calendar of that name in the plan."""
        for calendar in self.plan.calendars:
            if calendar.name == name:
                return calendar
        raise NotRecordedError(name)

    def recorded(self, node: Expr) -> Held | None:
        """The value of an input, None where it had none; raises NotRecordedError where the line has no such input."""
        for item, kept in zip(self.rule.inputs, self.line.inputs, strict=True):
            if item.value == node:
                return kept.held
        raise NotRecordedError

    def _is_recorded(self, node: Expr) -> bool:
        return any(item.value == node for item in self.rule.inputs)

    def _input(self, node: Expr, reason: int | None) -> State:
        held = self.recorded(node)
        match held:
            case None:
                return self._absent(reason)
            case (numerator, denominator):
                return Ratio(numerator, denominator)
            case _:
                return held

    def _absent(self, reason: int | None) -> State:
        """A null input had no value, or waited for the reason that the whole line waits for."""
        said = _place_of(self.plan.reasons, self.line.reason)
        if said is not None and self.plan.reasons[said].waiting:
            return Waiting(said)
        if reason is not None:
            return Missing(reason)
        if said is not None:
            return Missing(said)
        raise NotRecordedError


def _place_of(reasons: Iterable[Reason], text: str) -> int | None:
    return next((place for place, reason in enumerate(reasons) if text and reason.text == text), None)
