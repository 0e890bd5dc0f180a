"""`quotarules explain`: the page of a code, or the way of a line from its rule and inputs to its amount."""

from pathlib import Path

import click

from quotarules import workflow
from quotarules.cli.arrow_alone import arrow_alone
from quotarules.cli.main import COMMANDS
from quotarules.cli.options import PeriodName, format_option, project_folder, project_option
from quotarules.cli.output import CLEAN, say, say_problems
from quotarules.diagnostics.page import is_code, page
from quotarules.statements.render import explanation as rendered
from quotarules.workspace import Workspace


@click.command("explain", help=COMMANDS["explain"])
@click.argument("what", metavar="QRnnnn|SUBJECT")
@project_option
@click.option("--period", type=PeriodName(), help="The settled period of the subject's statement.")
@click.option("--line", metavar="RULE[/SOURCE]", help="Only this line, or the lines of this rule.")
@format_option("text", "json")
def command(what: str, project: Path | None, period: str | None, line: str | None, form: str) -> int:
    """SUBJECT is a key such as P1, or KIND/KEY such as client/C7."""
    if is_code(what.upper()) and period is None:
        return _page(what.upper())
    if period is None:
        raise click.UsageError("name the period with --period: `explain SUBJECT --period 2026-03`")
    arrow_alone()
    answer = workflow.explain(Workspace(project_folder(project)), period, what, line)
    if answer.value is not None:
        say(rendered.as_json(answer.value) if form == "json" else rendered.as_text(answer.value))
    return say_problems(answer.problems, answer.sources)


def _page(code: str) -> int:
    text = page(code)
    if text is None:
        raise click.UsageError(f"there is no problem with the code {code}")
    say(text.rstrip("\n"))
    return CLEAN
