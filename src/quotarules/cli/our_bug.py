"""What is said of a mistake of ours; loaded only where there is one."""

import os
import platform
import traceback

import click

import quotarules
from quotarules.cli.problems import OurMistake
from quotarules.diagnostics.render.human import render

_LONGEST = 300


def report(error: Exception, arguments: list[str]) -> None:
    """Print the mistake: what failed, where in our source, in which command and with which versions."""
    frames = list(traceback.extract_tb(error.__traceback__))
    last = ([frame for frame in frames if "quotarules" in frame.filename] or frames)[-1]
    mistake = OurMistake(
        type(error).__name__,
        str(error).split("\n", 1)[0][:_LONGEST],
        last.filename.replace(os.sep, "/").rsplit("/quotarules/", 1)[-1],
        last.lineno or 0,
        last.name,
        arguments[0] if arguments else "quotarules",
        f"quotarules {quotarules.__version__}, Python {platform.python_version()} on {platform.system()}",
    )
    click.echo(render(mistake, {}), err=True)
