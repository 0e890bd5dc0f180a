"""`quotarules verify`: recompute the chain and every digest of the journal."""

from pathlib import Path

import click

from quotarules import workflow
from quotarules.cli.arrow_alone import arrow_alone
from quotarules.cli.main import COMMANDS
from quotarules.cli.options import project_folder, project_option
from quotarules.cli.output import say, say_problems
from quotarules.workspace import Workspace


@click.command("verify", help=COMMANDS["verify"])
@project_option
@click.option("--head", metavar="DIGEST", help="The head that a statement prints: the journal must still hold it.")
def command(project: Path | None, head: str | None) -> int:
    """Exit 0 if every entry, line file and figure is as it was written, 1 with the first that is not."""
    arrow_alone()
    answer = workflow.verify(Workspace(project_folder(project)), head)
    if answer.value is not None:
        found = answer.value
        counted = f"entries {found.entries:,}, lines files {found.files:,}, lines {found.lines:,}"
        say(f"everything is as it was written: {counted}")
        say(f"journal head  {found.head}")
    return say_problems(answer.problems, answer.sources)
