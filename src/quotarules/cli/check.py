"""`quotarules check`: the compiler's findings, without a journal; with a period also what would wait in it."""

import re
from collections.abc import Callable
from fractions import Fraction
from importlib import import_module
from pathlib import Path

import click

from quotarules.cli.main import COMMANDS
from quotarules.cli.options import (
    PeriodName,
    data_option,
    engine_option,
    format_option,
    is_written,
    project_folder,
    project_option,
)
from quotarules.cli.output import CLEAN, say, say_problems
from quotarules.diagnostics.problem import Problem
from quotarules.plan.cliffs import Cliff, cliffs, exceeds
from quotarules.plan.nodes import Plan
from quotarules.plan.problems import CliffTooHigh
from quotarules.workspace import OpenProject, Workspace, compiled

Awaited = Callable[[Workspace, OpenProject, str, str, tuple[str, ...]], tuple[Problem, ...]]
ArrowAlone = Callable[[tuple[str, ...]], None]
IdleUrls = Callable[[tuple[str, ...], tuple[str, ...]], tuple[Problem, ...]]


@click.command("check", help=COMMANDS["check"])
@project_option
@data_option
@click.option("--period", type=PeriodName(), help="Load the facts and tell who would wait in this period, and why.")
@engine_option
@format_option("human", "line", "json")
@click.option("--cliffs", "listed", is_flag=True, help="List the edges at which pay jumps or falls.")
@click.option("--max-cliff", "most", metavar="AMOUNT|PERCENT", help="Fail where pay falls, or jumps by more.")
def command(
    project: Path | None,
    data: Path | None,
    period: str | None,
    engine: str,
    urls: tuple[str, ...],
    form: str,
    listed: bool,
    most: str | None,
) -> int:
    """Exit 0 without errors (warnings do not count), 1 with."""
    if most is not None and not _LIMIT.fullmatch(most):
        raise click.BadParameter(f"`{most}` is no amount such as 5_000 and no percentage such as 20%")
    if period is None and any(is_written(name) for name in ("data", "engine", "urls")):
        raise click.UsageError("facts are read with --period P: --data, --engine and --engine-url go with it")
    workspace = Workspace(project_folder(project), data)
    answer = compiled(workspace)
    plan = answer.value.compiled.plan if answer.value is not None else None
    steps = cliffs(plan) if plan is not None else ()
    problems = answer.problems if most is None or plan is None else (*answer.problems, *_too_high(plan, steps, most))
    if period is not None and answer.value is not None:
        problems = (*problems, *_awaited(workspace, answer.value, period, engine, urls))
    code = say_problems(problems, answer.sources, form)
    if code == CLEAN and form == "human" and plan is not None:
        say(_summary(plan))
    if listed and form == "human" and plan is not None:
        for step in steps:
            say(_sentence(step))
        if not steps:
            say("no cliffs")
    return code


def _awaited(
    workspace: Workspace, opened: OpenProject, period: str, engine: str, urls: tuple[str, ...]
) -> tuple[Problem, ...]:
    """Who would wait and why; engines and what goes with them are loaded only by those who ask for it."""
    idle_urls: IdleUrls = import_module("quotarules.cli.urls").idle_urls
    arrow_alone: ArrowAlone = import_module("quotarules.cli.arrow_alone").arrow_alone
    awaited: Awaited = import_module("quotarules.workflow").awaited
    if problems := idle_urls((engine,), urls):
        return problems
    arrow_alone((engine,))
    return awaited(workspace, opened, period, engine, urls)


_LIMIT = re.compile(r"[0-9][0-9_]*(\.[0-9]+)?%?", re.ASCII)


def _too_high(plan: Plan, steps: tuple[Cliff, ...], most: str) -> tuple[CliffTooHigh, ...]:
    """A problem for each cliff that is larger than the limit."""
    limit = Fraction(most.rstrip("%").replace("_", ""))
    part = most.endswith("%")
    found = (step for step in steps if exceeds(step, limit / 100 if part else limit, None if part else plan.currency))
    return tuple(CliffTooHigh(step.span, _sentence(step), most) for step in found)


def _sentence(step: Cliff) -> str:
    """`tiers `bonus` at 1000 EUR: 40 EUR before, 60 EUR from there on`."""
    name = f"{'table' if step.kind == 'table' else 'tiers'} `{step.name}`"
    amounts = f"{_amount(step.before, step.unit)} before, {_amount(step.after, step.unit)} from there on"
    return f"{name} at {_amount(step.edge, step.edge_unit)}: {amounts}{' (it falls)' if step.jump < 0 else ''}"


def _amount(value: Fraction, unit: str) -> str:
    """An exact amount with its unit; all of them have a finite number of digits."""
    value = value * 100 if unit == "%" else value
    scale = 0
    while (value * 10**scale).denominator != 1:
        scale += 1
    digits = str(abs(int(value * 10**scale))).rjust(scale + 1, "0")
    text = ("-" if value < 0 else "") + (f"{digits[:-scale]}.{digits[-scale:]}" if scale else digits)
    return f"{text}%" if unit == "%" else f"{text} {unit}".strip()


def _summary(plan: Plan) -> str:
    rules, accounts, tables = len(plan.lines), len(plan.accounts), len(plan.schema.tables)
    held = f"{_counted(rules, 'rule')} for lines of {_counted(accounts, 'account')}, over {_counted(tables, 'table')}"
    return f"{plan.name} version {plan.version} is sound: {held}"


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}{'s' * (count != 1)}"
