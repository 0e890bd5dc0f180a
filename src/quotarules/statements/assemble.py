"""From what the journal keeps of a subject to its statement: sections by account, lines in the order of the plan."""

from dataclasses import replace

from quotarules.journal.read import KeptStatement, Line
from quotarules.plan.nodes import Account, LineRule, Plan
from quotarules.statements.model import Evidence, LineInput, Section, Statement, StatementLine
from quotarules.statements.numbers import value
from quotarules.statements.sources import shown_source

_ORDER = ("pay", "carry", "item", "team", "karma", "sla")


def assemble(found: KeptStatement) -> Statement:
    """The statement; pay comes first, then carried money, items, team, karma and sla accounts in the plan's order."""
    plan, held = found.kept.plan, found.statement
    balances: dict[str, tuple[int, int]] = {}
    for balance in found.balances:
        opening, closing = balances.get(balance.account, (0, 0))
        balances[balance.account] = opening + balance.opening, closing + balance.closing
    named = {*held.accounts, *balances, *(line.account for line in found.lines)}
    accounts = sorted((a for a in plan.accounts if a.name in named), key=lambda account: _ORDER.index(account.kind))
    return Statement(
        plan.name,
        plan.label or plan.name,
        plan.version,
        found.kept.entry.body.period,
        held.subject_kind,
        held.subject,
        tuple(_section(plan, account, balances.get(account.name), found.lines) for account in accounts),
        _evidence(found),
        found.kept.stale,
    )


def _section(plan: Plan, account: Account, balance: tuple[int, int] | None, lines: tuple[Line, ...]) -> Section:
    rules = {rule.rule: (place, rule) for place, rule in enumerate(plan.lines) if rule.account == account.name}
    own = sorted(
        (line for line in lines if line.account == account.name),
        key=lambda line: (rules[line.rule][0], _natural(line.source)),
    )
    return Section(
        account.name,
        account.label or account.name,
        account.kind,
        account.unit,
        account.scale,
        None if balance is None else balance[0],
        None if balance is None else balance[1],
        tuple(_seen_by_its_subject(plan, rules[line.rule][1], line) for line in own),
    )


def _seen_by_its_subject(plan: Plan, rule: LineRule, line: Line) -> StatementLine:
    return replace(statement_line(rule, line), source=shown_source(plan, rule, line.subject, line.source))


def _natural(source: str) -> tuple[int, str]:
    """Short keys first, so that D9 stands before D10."""
    return len(source), source


def statement_line(rule: LineRule, line: Line) -> StatementLine:
    """A decoded line with its label, and its inputs as text."""
    inputs: list[LineInput] = []
    for item, held in zip(rule.inputs, line.inputs, strict=True):
        kind = item.value.type
        inputs.append(LineInput(item.name, held, str(kind.kind), kind.unit, kind.scale, value(held, kind)))
    return StatementLine(
        rule.rule, rule.label or rule.rule, line.source, line.status, line.amount, line.reason, tuple(inputs), rule.span
    )


def _evidence(found: KeptStatement) -> Evidence:
    body = found.kept.entry.body
    made = body.evidence
    versions = ", ".join(f"{name} {version}" for name, version in made.versions)
    return Evidence(
        found.statement.digest,
        body.root,
        found.kept.head,
        body.plan_digest,
        made.facts,
        f"{made.engine} ({versions})" if versions else made.engine,
        made.who,
        made.at,
    )
