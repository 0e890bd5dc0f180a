"""`quotarules statement`: one subject's lines and balances for a settled period."""

from pathlib import Path

import click

from quotarules import workflow
from quotarules.cli.arrow_alone import arrow_alone
from quotarules.cli.main import COMMANDS
from quotarules.cli.options import PeriodName, format_option, project_folder, project_option
from quotarules.cli.output import say, say_problems
from quotarules.statements.render import csv, json, text
from quotarules.workspace import Workspace

_FORMS = {"text": text.render, "json": json.render, "csv": csv.render}


@click.command("statement", help=COMMANDS["statement"])
@click.argument("subject")
@project_option
@click.option("--period", type=PeriodName(), required=True, help="The settled period.")
@format_option("text", "json", "csv")
def command(subject: str, project: Path | None, period: str, form: str) -> int:
    """SUBJECT is a key such as P1, or KIND/KEY such as client/C7."""
    arrow_alone()
    answer = workflow.statement(Workspace(project_folder(project)), period, subject)
    if answer.value is not None:
        say(_FORMS[form](answer.value).rstrip("\n"))
    return say_problems(answer.problems, answer.sources)
