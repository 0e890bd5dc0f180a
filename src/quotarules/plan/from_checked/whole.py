"""The checked tree to the plan: the only way from the language to what engines evaluate."""

from quotarules.plan.from_checked.builder import Builder, Scope
from quotarules.plan.from_checked.expressions import measure_column
from quotarules.plan.from_checked.karma import karma_lines, promise_karma
from quotarules.plan.from_checked.pay import pay_accounts, pay_lines, promise_pay
from quotarules.plan.from_checked.sla import promise_sla, sla_lines
from quotarules.plan.from_checked.team import promise_team, team_lines
from quotarules.plan.nodes import Plan, SourceText
from quotarules.semantics.checked import CheckedPlan


def plan_from_checked(checked: CheckedPlan) -> Plan:
    """The plan of a checked tree; it cannot fail, and breaks no invariant of the plan."""
    builder = Builder(checked)
    for karma in checked.karmas:
        promise_karma(builder, karma)
    for sla in checked.slas:
        promise_sla(builder, sla)
    for team in checked.teams:
        promise_team(builder, team)
    for pay in checked.pays:
        promise_pay(builder, pay)
    builder.accounts.extend(pay_accounts(builder))
    for pay in checked.pays:
        pay_lines(builder, pay)
    for karma in checked.karmas:
        karma_lines(builder, karma)
    for team in checked.teams:
        team_lines(builder, team)
    for sla in checked.slas:
        sla_lines(builder, sla)
    builder.keep_promises()
    # A measure that no line reads is computed all the same: a division or a bound that breaks must not hide.
    for measure in checked.measures:
        measure_column(builder, Scope(measure.table), measure.name)
    return Plan(
        name=checked.name,
        label=checked.label,
        version=checked.version,
        currency=checked.currency,
        period=checked.period,
        zone=checked.zone,
        effective_from=checked.effective_from,
        effective_through=checked.effective_through,
        schema=checked.schema,
        calendars=checked.calendars,
        reasons=tuple(builder.reasons),
        columns=tuple(builder.columns.values()),
        accounts=tuple(builder.accounts),
        members=tuple(builder.members),
        lines=tuple(builder.lines),
        exceptions=tuple(builder.exceptions),
        sources=tuple(SourceText(source.name, source.text) for source in checked.sources),
    )
