"""`quotarules settle`: compute a period, write it to the journal, and say what a person has to know about it."""

import getpass
from datetime import UTC, datetime
from pathlib import Path

import click

from quotarules import workflow
from quotarules.cli.arrow_alone import arrow_alone
from quotarules.cli.main import COMMANDS
from quotarules.cli.options import PeriodName, data_option, engine_option, project_folder, project_option
from quotarules.cli.output import progress, say, say_problems
from quotarules.cli.urls import idle_urls
from quotarules.statements.render import settlement
from quotarules.workspace import Workspace


@click.command("settle", help=COMMANDS["settle"])
@project_option
@data_option
@click.option("--period", type=PeriodName(), help="The period to settle.")
@click.option("--through", type=PeriodName(), help="Settle every missing period up to and with this one.")
@engine_option
@click.option("--list", "whole_list", is_flag=True, help="Name every line that waits or was not kept, every exception.")
def command(
    project: Path | None,
    data: Path | None,
    period: str | None,
    through: str | None,
    engine: str,
    urls: tuple[str, ...],
    whole_list: bool,
) -> int:
    """Settling again with the same inputs changes nothing and says so; with others it replaces the draft."""
    if (period is None) == (through is None):
        raise click.UsageError("say either --period P or --through P")
    workspace = Workspace(project_folder(project), data)
    if problems := idle_urls((engine,), urls):
        return say_problems(problems, {})
    arrow_alone((engine,))
    show = progress()
    order = workflow.Order(period or through or "", through is not None, engine, _who(), _now(), show, urls)
    answer = workflow.settle(workspace, order)
    show("")
    for report in answer.value or ():
        say(settlement.as_text(report, whole_list))
    return say_problems(answer.problems, answer.sources)


def _who() -> str:
    """The name that the journal keeps; a machine without a name for its user is no reason to stop."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "unknown"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
