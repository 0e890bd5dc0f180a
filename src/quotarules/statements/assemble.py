"""From what the journal keeps of a subject to its statement: sections by account, lines in the order of the plan."""

from collections.abc import Iterable
from dataclasses import dataclass

from quotarules.plan.nodes import Account, Kind, LineRule, Plan, TraceInput
from quotarules.statements.model import Evidence, LineInput, Section, Statement, StatementLine
from quotarules.statements.numbers import Held, value

_ORDER = ("pay", "team", "karma", "sla")


@dataclass(frozen=True, slots=True)
class KeptLine:
    """A line as the journal decodes it; `inputs` are in the order of the rule's, None for no value."""

    account: str
    rule: str
    source: str
    status: str
    amount: int | None
    reason: str
    inputs: tuple[Held | None, ...]


@dataclass(frozen=True, slots=True)
class KeptStatement:
    """A subject's share of a settlement: the accounts that it has, with or without lines, balances of its karmas."""

    period: str
    subject_kind: str
    subject: str
    accounts: tuple[str, ...]
    balances: tuple[tuple[str, int, int], ...]
    lines: tuple[KeptLine, ...]
    evidence: Evidence


def assemble(plan: Plan, kept: KeptStatement) -> Statement:
    """The statement; pay comes first, then team, karma and sla accounts in the order of the plan."""
    named = {*kept.accounts, *(line.account for line in kept.lines), *(account for account, _, _ in kept.balances)}
    accounts = sorted((a for a in plan.accounts if a.name in named), key=lambda account: _ORDER.index(account.kind))
    return Statement(
        plan.name,
        plan.label,
        plan.version,
        kept.period,
        kept.subject_kind,
        kept.subject,
        tuple(_section(plan, account, kept) for account in accounts),
        kept.evidence,
    )


def _section(plan: Plan, account: Account, kept: KeptStatement) -> Section:
    opening, closing = next(
        ((opening, closing) for name, opening, closing in kept.balances if name == account.name), (None, None)
    )
    rules = {rule.rule: (place, rule) for place, rule in enumerate(plan.lines) if rule.account == account.name}
    lines = sorted(
        (line for line in kept.lines if line.account == account.name),
        key=lambda line: (rules[line.rule][0], _natural(line.source)),
    )
    return Section(
        account.name,
        account.label or account.name,
        account.kind,
        account.unit,
        account.scale,
        opening,
        closing,
        tuple(_line(rules[line.rule][1], line) for line in lines),
    )


def _natural(source: str) -> tuple[int, str]:
    """Short keys first, so that D9 stands before D10."""
    return len(source), source


def _line(rule: LineRule, line: KeptLine) -> StatementLine:
    return StatementLine(
        rule.rule,
        rule.label or rule.rule,
        line.source,
        line.status,
        line.amount,
        line.reason,
        tuple(_input(item, held) for item, held in zip(rule.inputs, line.inputs, strict=True)),
        rule.span,
    )


def _input(item: TraceInput, held: Held | None) -> LineInput:
    kind = item.value.type
    # Lines hold yes and no as 1 and 0.
    known = bool(held) if kind.kind is Kind.FLAG and held is not None else held
    return LineInput(item.name, known, str(kind.kind), kind.unit, kind.scale, value(known, kind))


def evidence_of(
    digests: tuple[str, str, str, str, str], engine: str, versions: Iterable[tuple[str, str]], who: str, when: str
) -> Evidence:
    """The evidence of a statement; `digests` are those of statement, settlement, journal head, plan and facts."""
    named = ", ".join(f"{name} {version}" for name, version in versions)
    return Evidence(*digests, f"{engine} ({named})" if named else engine, who, when)
