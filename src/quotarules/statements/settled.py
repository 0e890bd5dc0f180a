"""From what settling came to, to the report that finance reads."""

from collections.abc import Iterator
from itertools import groupby

from quotarules.journal.read import Line
from quotarules.journal.record import Changes, Recorded, TotalChange
from quotarules.ledger.tables import Ledger
from quotarules.plan.lines import Outcome
from quotarules.plan.nodes import Plan
from quotarules.statements.assemble import statement_line
from quotarules.statements.numbers import amount
from quotarules.statements.report import AccountTotal, BrokenLine, ListedException, SettleReport, WaitingLine

_NAMED_SUBJECTS = 5


def settle_report(
    plan: Plan,
    ledger: Ledger,
    outcome: Outcome,
    recorded: Recorded,
    waiting: tuple[Line, ...],
    broken: tuple[Line, ...] = (),
) -> SettleReport:
    """The report of one recorded period."""
    settlement = recorded.settlement
    return SettleReport(
        plan.label or plan.name,
        plan.version,
        settlement.period.name,
        len(settlement.statements),
        _totals(plan, recorded),
        tuple(WaitingLine(w.subject_kind, w.subject, w.account, w.rule, w.source, w.reason) for w in waiting),
        tuple(_exceptions(plan, outcome)),
        tuple((r.table, r.column, r.written, r.count) for r in ledger.replaced if r.count),
        tuple((row.table, row.key, row.why) for row in ledger.set_aside),
        tuple((link.table, link.column, link.count) for link in ledger.unlinked),
        settlement.root,
        recorded.head,
        recorded.result,
        () if recorded.changes is None else tuple(_changes(plan, recorded.changes)),
        recorded.stale,
        tuple(_broken(plan, broken)),
    )


def _broken(plan: Plan, lines: tuple[Line, ...]) -> Iterator[BrokenLine]:
    rules = {(rule.account, rule.rule): rule for rule in plan.lines}
    for line in lines:
        inputs = statement_line(rules[line.account, line.rule], line).inputs
        deadline = next((item.text for item in inputs if item.name == "deadline"), "")
        yield BrokenLine(line.subject_kind, line.subject, line.rule, line.source, deadline)


def _totals(plan: Plan, recorded: Recorded) -> tuple[AccountTotal, ...]:
    accounts = {account.name: account for account in plan.accounts}
    return tuple(
        AccountTotal(
            accounts[total.account].label or total.account,
            accounts[total.account].kind,
            total.unit,
            total.scale,
            total.due,
            total.due_lines,
            total.waiting_lines,
            total.excluded_lines,
        )
        for total in recorded.settlement.totals
    )


def _exceptions(plan: Plan, outcome: Outcome) -> Iterator[ListedException]:
    for place, rows in groupby(outcome.listed, key=lambda row: row.rule):
        rule = plan.exceptions[place]
        yield ListedException(rule.slug, rule.text, tuple(row.key for row in rows))


def _changes(plan: Plan, changes: Changes) -> Iterator[str]:
    """What is different from the draft before, in words; the first subjects by name."""
    if changes.inputs:
        yield f"inputs: {', '.join(changes.inputs)}"
    labels = {account.name: account.label or account.name for account in plan.accounts}
    for change in changes.totals:
        yield f"{labels.get(change.account, change.account)}: {_before(change)} to {_after(change)}"
    if changes.subjects:
        named = [f"{kind}/{key}" for kind, key in changes.subjects[:_NAMED_SUBJECTS]]
        more = len(changes.subjects) - len(named)
        yield f"statements: {', '.join(named)}{f' and {more:,} more' if more else ''}"


def _before(change: TotalChange) -> str:
    return "nothing" if change.before is None else amount(change.before.due, change.scale, change.unit)


def _after(change: TotalChange) -> str:
    return "nothing" if change.after is None else amount(change.after.due, change.scale, change.unit)
