"""Rule texts, the facts' schema and calendars to a checked plan: every pass stands on this screen."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from quotarules.diagnostics.problem import Problem, Severity
from quotarules.diagnostics.source import SourceFile, Span
from quotarules.semantics.checked import CheckedPlan
from quotarules.semantics.chosen import check_chosen_by
from quotarules.semantics.currencies import check_rates
from quotarules.semantics.cycles import circles
from quotarules.semantics.declarations.every import pay_every
from quotarules.semantics.declarations.karma import check_karma
from quotarules.semantics.declarations.measure import Measures
from quotarules.semantics.declarations.pay import check_pay, check_together
from quotarules.semantics.declarations.sla import check_sla, term_heads
from quotarules.semantics.declarations.team import check_team, team_heads
from quotarules.semantics.declarations.versions import check_lookups, plan_tables, plan_tiers, plan_versions
from quotarules.semantics.desk import Desk, Findings
from quotarules.semantics.expressions import walk
from quotarules.semantics.levels import with_each_level
from quotarules.semantics.lints.whole import lint
from quotarules.semantics.names import collect
from quotarules.semantics.settings import Settings, read_settings
from quotarules.semantics.unread import lost_names, not_missed
from quotarules.syntax import ast
from quotarules.values.calendar import Calendar
from quotarules.values.schema import FactSchema

T = TypeVar("T")


def check(
    modules: tuple[ast.Module, ...],
    schema: FactSchema,
    calendars: tuple[Calendar, ...],
    sources: tuple[SourceFile, ...],
    unread: tuple[Span, ...] = (),
    files: tuple[SourceFile, ...] = (),
) -> tuple[CheckedPlan | None, tuple[Problem, ...]]:
    """The checked plan of all rule texts together, or None if anything is wrong; warnings do not stop it.

    `unread` are the places of mistakes for which a clause or a declaration could not be read: what they may have said
    is not missed then. `files` are those from which rows of tables and tiers were read.
    """
    found = Findings()
    start = modules[0].span if modules else Span("", 0, 0)
    lost = lost_names(sources) if unread else frozenset[str]()
    modules = with_each_level(modules, schema, found)
    names, problems = collect(modules, schema, Span(start.file, start.start, start.start))
    settings, more = read_settings(names.plan, calendars)
    for problem in (*problems, *more):
        found.add(problem)

    measures = Measures()
    by_name = {source.name: source for source in (*sources, *files)}
    desk = Desk(schema, names, settings, {}, {}, {}, {}, found, by_name, walk, measures.type_of, lost)
    term_heads(desk)
    team_heads(desk)
    check_lookups(desk)
    check_chosen_by(desk)
    measures.look_at_all(desk)
    karmas = tuple(check_karma(desk, karma) for karma in names.karmas.values())
    check_rates(desk)
    slas = tuple(check_sla(desk, sla) for sla in names.slas.values())
    teams = tuple(check_team(desk, team) for team in names.teams.values())
    each = tuple(check_pay(desk, pay, measures.checked, _whole(karmas)) for pay in names.pays.values())
    pays = tuple(
        pay_every(desk, pay, node.every, measures.checked) for pay, node in zip(each, names.pays.values(), strict=True)
    )

    checked = tuple(measures.checked[key] for key in names.measures if key in measures.checked)
    for circle in circles(checked, _whole(karmas), _whole(slas), _whole(teams)):
        found.add(circle)
    if len(_whole(pays)) == len(pays):
        check_together(desk, _whole(pays))

    every = _in_order(not_missed(found.all(), modules, unread))
    if unread or any(problem.severity is Severity.ERROR for problem in every):
        return None, every
    plan = replace(
        _plan(names.plan, settings),
        calendars=calendars,
        schema=schema,
        measures=checked,
        tables=plan_tables(desk),
        tiers=plan_tiers(desk),
        versions=plan_versions(desk),
        karmas=_whole(karmas),
        slas=_whole(slas),
        teams=_whole(teams),
        pays=_whole(pays),
        sources=(*sources, *files),
    )
    return plan, _in_order((*every, *lint(plan, desk.words, desk.constants)))


def _whole(parts: Iterable[T | None]) -> tuple[T, ...]:
    """The parts that are whole; the others were reported."""
    return tuple(part for part in parts if part is not None)


def _plan(node: ast.PlanDeclaration | None, settings: Settings) -> CheckedPlan:
    """The plan with its settings, without its declarations yet."""
    assert node is not None, "a missing plan is a problem"
    assert settings.currency is not None, "a missing currency is a problem"
    assert settings.period is not None, "a missing period is a problem"
    assert settings.zone is not None, "a missing time zone is a problem"
    assert settings.mode is not None, "a missing rounding is a problem"
    assert settings.place is not None, "a missing rounding is a problem"
    assert settings.effective is not None, "missing days in force are a problem"
    version = node.version
    return CheckedPlan(
        name=node.name.text,
        label=node.label.text if node.label is not None else node.name.text,
        version=str(version.digits) if version.scale == 0 else _decimal(version),
        currency=settings.currency,
        period=settings.period,
        zone=settings.zone,
        mode=settings.mode,
        place=settings.place,
        effective_from=settings.effective[0],
        effective_through=settings.effective[1],
        company_calendar=settings.calendar,
        calendars=(),
        schema=FactSchema(()),
        measures=(),
        tables=(),
        tiers=(),
        karmas=(),
        slas=(),
        teams=(),
        pays=(),
        sources=(),
        span=node.span,
    )


def _decimal(version: ast.NumberLiteral) -> str:
    digits = str(version.digits).rjust(version.scale + 1, "0")
    return f"{digits[: -version.scale]}.{digits[-version.scale :]}"


def _in_order(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """By file and place, so that the order of checks never shows."""
    return tuple(sorted(problems, key=lambda problem: (problem.report().primary.span, problem.code)))
