"""The `quotarules` command: loads the file of the command asked for, no other, and turns its end into an exit code."""

import os
import sys
from importlib import import_module
from io import TextIOWrapper
from typing import TextIO

import click

import quotarules

CLEAN, OUR_BUG, INTERRUPTED = 0, 70, 130

# The sentences stand here too, so that the list of commands is printed without loading any of them.
COMMANDS = {
    "init": "Write a small working project to start from.",
    "check": "Look for mistakes in rules and facts declarations.",
    "fmt": "Put rule files into their one layout.",
    "test": "Run the worked examples of Markdown files.",
    "settle": "Compute a period and write it to the journal.",
    "statement": "Show what one subject is owed for a period, and why.",
    "explain": "Follow a line of a statement to its rule, or print the page of a code such as QR4103.",
    "sql": "Print the queries that settle a plan, named by its rules.",
    "doctor": "Ask engines what they have to answer, and refuse those that answer otherwise.",
    "verify": "Recompute the journal and name the first entry that does not fit.",
}


class LazyCommands(click.Group):
    """A group whose commands live one a file and are loaded when they run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order in which a project meets them."""
        del ctx  # the same in every context
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name from its file."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"quotarules.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands for `--help`, without loading them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(quotarules.__version__, prog_name="quotarules", message="%(prog)s %(version)s")
def quotarules_command() -> None:
    """Check, settle and explain rules for karma, SLA, team compensation and KPI pay."""


def main() -> None:
    """Run the command line and leave with 0 (clean), 1 (problems), 2 (usage), 70 (our bug) or 130 (interrupted)."""
    _accept_any_character(sys.stdout, sys.stderr)
    arguments = sys.argv[1:]
    try:
        code = run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        code = _reader_left()
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        code = INTERRUPTED
    except Exception as error:
        # A traceback is of no use to whoever pays salaries.
        import_module("quotarules.cli.our_bug").report(error, arguments)
        raise SystemExit(OUR_BUG) from error
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run a command line and return its exit code; a mistake of ours, an interrupt or a closed pipe is raised."""
    try:
        code = quotarules_command.main(arguments, prog_name="quotarules", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    return code if isinstance(code, int) else CLEAN


def _accept_any_character(*streams: TextIO) -> None:
    # A terminal or a pipe in another encoding must not turn a name into a crash.
    for stream in streams:
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _reader_left() -> int:
    # Whoever read our output (`head`, a pager) has gone; without this Python complains again when it closes stdout.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return CLEAN
