"""What would wait in a period, told by rule and reason with all whom it concerns."""

from collections.abc import Iterable

from quotarules.journal.read import Line
from quotarules.plan.nodes import Plan
from quotarules.statements.problems import LinesWait


def waiting_lines(plan: Plan, period: str, lines: Iterable[Line]) -> tuple[LinesWait, ...]:
    """A warning for each rule and reason, naming each subject once; `lines` are those that wait, in key order."""
    spans = {(rule.account, rule.rule): rule.span for rule in plan.lines}
    subjects: dict[tuple[str, str, str], dict[str, None]] = {}
    for line in lines:
        subjects.setdefault((line.account, line.rule, line.reason), {}).setdefault(line.subject)
    return tuple(
        LinesWait(spans[account, rule], period, account, rule, reason, tuple(held))
        for (account, rule, reason), held in subjects.items()
    )
