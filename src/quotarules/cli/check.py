"""`quotarules check`: the compiler's findings, without the facts' rows and without a journal."""

from pathlib import Path

import click

from quotarules.cli.main import COMMANDS
from quotarules.cli.options import format_option, project_folder, project_option
from quotarules.cli.output import CLEAN, say, say_problems
from quotarules.plan.nodes import Plan
from quotarules.workspace import Workspace, compiled


@click.command("check", help=COMMANDS["check"])
@project_option
@format_option("human", "line", "json")
def command(project: Path | None, form: str) -> int:
    """Exit 0 without errors (warnings do not count), 1 with."""
    answer = compiled(Workspace(project_folder(project)))
    code = say_problems(answer.problems, answer.sources, form)
    if code == CLEAN and form == "human" and answer.value is not None and answer.value.compiled.plan is not None:
        say(_summary(answer.value.compiled.plan))
    return code


def _summary(plan: Plan) -> str:
    rules, accounts, tables = len(plan.lines), len(plan.accounts), len(plan.schema.tables)
    held = f"{_counted(rules, 'rule')} for lines of {_counted(accounts, 'account')}, over {_counted(tables, 'table')}"
    return f"{plan.name} version {plan.version} is sound: {held}"


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}{'s' * (count != 1)}"
