"""Why a line is what it is: its rule's words and place, the inputs, and each step from them to the amount.

Only what the journal keeps is read: the plan with its texts, and the line.
"""

from collections.abc import Iterator

from quotarules.diagnostics.source import SourceFile, Span
from quotarules.plan.lines import WAITING
from quotarules.plan.nodes import Column, Expr, LineRule, Plan, Round
from quotarules.plan.walk import walk
from quotarules.records import dataclass
from quotarules.statements.model import Section, Statement, StatementLine
from quotarules.statements.numbers import amount
from quotarules.statements.recall import Recalled
from quotarules.statements.sentences import rounding_difference
from quotarules.statements.steps import Step, line_steps
from quotarules.values.period import Period, calendar_date, window_days

UNROUNDED = "unrounded"
"""The name under which a line keeps its amount before the last rounding."""


@dataclass(frozen=True, slots=True)
class PlanText:
    """Words of the plan with the place of the first one: `file` and `line` (from 1) and `column`."""

    file: str
    line: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class ExplainedInput:
    """A named value of a line as text; `defined` is the text of the measure or balance that it is, if it is one."""

    name: str
    text: str
    defined: PlanText | None


@dataclass(frozen=True, slots=True)
class ExplainedLine:
    """A line with everything that made it; `amount` is printed with its unit and empty unless due.

    `unrounded` is the amount before it was rounded and `rounding` what that changed, None where nothing was kept of it.
    """

    account: str
    rule: str
    label: str
    source: str
    status: str
    amount: str
    reason: str
    why: PlanText | None
    inputs: tuple[ExplainedInput, ...]
    unrounded: str | None
    rounding: str | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class AbsentRule:
    """A rule of the subject's accounts that wrote no line, and why as far as the journal can know."""

    account: str
    rule: str
    label: str
    why: PlanText | None
    reason: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """The explained lines of one statement and the rules that wrote none."""

    plan: str
    plan_version: str
    period: str
    subject_kind: str
    subject: str
    lines: tuple[ExplainedLine, ...]
    absent: tuple[AbsentRule, ...]
    root: str
    head: str


def explain(plan: Plan, statement: Statement, period: Period, only: str | None = None) -> Explanation:
    """The explanation of a statement; `only` is RULE or RULE/SOURCE, and then no other line is in it."""
    kept = [
        (section, line)
        for section in statement.sections
        for line in section.lines
        if only is None or asked_for(line.rule, line.source, only)
    ]
    silent = [rule for rule in _silent(plan, statement) if only is None or asked_for(rule.rule, None, only)]
    # A block that writes a line for everybody in it and has written none is not the subject's.
    foreign = set() if only is not None else _foreign(silent, statement)
    absent = tuple(_absent(plan, rule, period) for rule in silent if _block(rule) not in foreign)
    return Explanation(
        statement.plan,
        statement.plan_version,
        statement.period,
        statement.subject_kind,
        statement.subject,
        tuple(_line(plan, section, line, period) for section, line in kept),
        absent,
        statement.evidence.root,
        statement.evidence.head,
    )


def line_chain(plan: Plan, rule: LineRule, line: StatementLine, period: Period) -> tuple[str, ...]:
    """The inputs and the steps of one line, one text each: how its amount came about."""
    pairs = zip(line.inputs, rule.inputs, strict=True)
    inputs = tuple(f"{kept.name} = {kept.text}" for kept, item in pairs if kept.held is not None or not item.optional)
    return (*inputs, *(text for step in line_steps(Recalled(plan, rule, line, period, None)) for text in _flat(step)))


def _flat(step: Step) -> Iterator[str]:
    for inner in step.rests_on:
        yield from _flat(inner)
    yield step.text


def _silent(plan: Plan, statement: Statement) -> list[LineRule]:
    """The rules of the subject's accounts that wrote no line."""
    written = {(section.account, line.rule) for section in statement.sections for line in section.lines}
    accounts = {section.account for section in statement.sections}
    return [
        rule
        for rule in plan.lines
        if rule.account in accounts
        and rule.subject_kind == statement.subject_kind
        and rule.party in (None, statement.subject)
        and (rule.account, rule.rule) not in written
    ]


def _block(rule: LineRule) -> tuple[str, str]:
    return rule.account, rule.rule.partition(".")[0]


def _foreign(silent: list[LineRule], statement: Statement) -> set[tuple[str, str]]:
    own = {(section.account, line.rule.partition(".")[0]) for section in statement.sections for line in section.lines}
    return {_block(rule) for rule in silent if not rule.rows.link} - own


def asked_for(rule: str, source: str | None, only: str) -> bool:
    """Whether a line is the one meant by RULE or RULE/SOURCE; a source of None stands for every source.

    RULE is the full name as a statement prints it (`seller.won`) or what stands after its first dot (`won`).
    """
    return any(
        only == name or (only.startswith(f"{name}/") and source in (None, only[len(name) + 1 :]))
        for name in (rule, rule.partition(".")[2] or rule)
    )


def text_at(plan: Plan, span: Span) -> PlanText | None:
    """The words of a span, with the lines that follow the first brought as far to the left as they can go."""
    for source in plan.sources:
        if source.name == span.file:
            line, column = SourceFile(source.name, source.text).place(span.start)
            return PlanText(source.name, line, column, _outdented(source.text[span.start : span.end], column))
    return None


def _outdented(text: str, column: int) -> str:
    first, *rest = text.split("\n")
    return "\n".join([first, *(line[min(column - 1, len(line) - len(line.lstrip())) :] for line in rest)]).strip()


def _line(plan: Plan, section: Section, line: StatementLine, period: Period) -> ExplainedLine:
    rule = next((rule for rule in plan.lines if (rule.account, rule.rule) == (section.account, line.rule)), None)
    assert rule is not None, f"the plan has no rule {line.rule} of {section.account}"
    recalled = Recalled(plan, rule, line, period, section.opening)
    unrounded, rounding = _rounding(rule, line)
    return ExplainedLine(
        section.account,
        line.rule,
        line.label,
        line.source,
        line.status,
        _amount_words(section, line),
        line.reason,
        text_at(plan, rule.span),
        _inputs(plan, rule, line),
        unrounded,
        rounding,
        line_steps(recalled),
    )


def _amount_words(section: Section, line: StatementLine) -> str:
    if line.amount is None:
        return ""
    if section.kind == "sla":
        return "kept" if line.amount else "broken"
    return amount(line.amount, section.scale, section.unit)


def _inputs(plan: Plan, rule: LineRule, line: StatementLine) -> tuple[ExplainedInput, ...]:
    return tuple(
        ExplainedInput(kept.name, kept.text, _defined(plan, item.value))
        for kept, item in zip(line.inputs, rule.inputs, strict=True)
        if item.name != UNROUNDED and line.status != WAITING and not (item.optional and kept.held is None)
    )


def _rounding(rule: LineRule, line: StatementLine) -> tuple[str | None, str | None]:
    """The amount before rounding, and `rounded half_up: +0.0022`; None for a line without an amount of numbers."""
    for kept, item in zip(line.inputs, rule.inputs, strict=True):
        if item.name == UNROUNDED and line.amount is not None and kept.held is not None:
            assert not isinstance(kept.held, str | bool), "an amount is a number"
            numerator, denominator = kept.held if isinstance(kept.held, tuple) else (kept.held, 1)
            mode = next((part.mode for _, part in walk("", rule.amount) if isinstance(part, Round)), None)
            if mode is not None:
                difference = rounding_difference((numerator, denominator), kept.scale, line.amount, rule.amount.type)
                said = "nothing rounded away" if difference is None else f"rounding added {difference}"
                return kept.text, f"{said} ({mode.value})"
    return None, None


def _defined(plan: Plan, expr: Expr) -> PlanText | None:
    if not isinstance(expr, Column):
        return None
    columns = (column for column in plan.columns if (column.table, column.name) == (expr.table, expr.name))
    return next((text_at(plan, column.span) for column in columns), None)


def _absent(plan: Plan, rule: LineRule, period: Period) -> AbsentRule:
    return AbsentRule(rule.account, rule.rule, rule.label, text_at(plan, rule.span), _why_absent(plan, rule, period))


def _why_absent(plan: Plan, rule: LineRule, period: Period) -> str:
    """What must have been so, since no line was written; which of it, only the facts could tell."""
    rows = rule.rows
    if rule.rule == f"{rule.account}.fades":
        return "no balance was carried over from a period before"
    if rule.rule == f"{rule.account}.newcomer":
        return "a balance was carried over from the period before"
    if any(account.name == rule.account and account.kind == "carry" for account in plan.accounts):
        return "it moved nothing in this period"
    if not rows.link:
        return "the condition of its block did not hold for this subject"
    parts = [f"no row of `{rows.table}` by `{'.'.join(rows.link)}`"]
    if rows.window is not None:
        first, end = window_days(rows.window, period)
        parts.append(f"dated from {calendar_date(first).isoformat()} through {calendar_date(end - 1).isoformat()}")
    if rows.where is not None:
        parts.append("for which its condition held")
    return " ".join(parts)
