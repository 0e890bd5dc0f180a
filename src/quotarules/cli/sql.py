"""`quotarules sql`: the queries that an engine would run for a plan, with the words of the rules beside them."""

from pathlib import Path

import click

from quotarules import workflow
from quotarules.cli.main import COMMANDS
from quotarules.cli.options import PeriodName, project_folder, project_option
from quotarules.cli.output import say, say_problems
from quotarules.engines.names import SPEAKING
from quotarules.workspace import Workspace


@click.command("sql", help=COMMANDS["sql"])
@project_option
@click.option("--engine", type=click.Choice(SPEAKING), default="duckdb", show_default=True, help="Whose SQL.")
@click.option("--period", type=PeriodName(), help="The period to compute (default: the plan's first one).")
@click.option("--rule", metavar="RULE", help="Only what the lines of this rule need.")
def command(project: Path | None, engine: str, period: str | None, rule: str | None) -> int:
    """Nothing is read but the project: no facts, no journal, no server."""
    answer = workflow.queries(Workspace(project_folder(project)), engine, period, rule)
    if answer.value is not None:
        say(answer.value.rstrip("\n"))
    return say_problems(answer.problems, answer.sources)
