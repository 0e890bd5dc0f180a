"""The only place that prints: results to standard output, problems and progress to standard error, nothing unsafe."""

import sys
from collections.abc import Callable, Iterable

import click

from quotarules.diagnostics.problem import Problem, Severity
from quotarules.diagnostics.render import human, line
from quotarules.diagnostics.render import json as as_json
from quotarules.diagnostics.render.place import Sources, in_order, on_terminal

CLEAN, PROBLEMS = 0, 1

Progress = Callable[[str], None]
"""Takes a few words about the step that begins; empty words clear the line."""


def say(text: str) -> None:
    """Print a text of some lines; what would steer the terminal is shown escaped."""
    click.echo("\n".join(on_terminal(part) for part in text.split("\n")))


def say_problems(problems: Iterable[Problem], sources: Sources, form: str = "human") -> int:
    """Print problems in the form asked for and return the exit code; nothing at all if there are none (JSON apart).

    JSON and one-line problems are the output that was asked for and go to standard output, others to standard error.
    """
    ordered = in_order(problems)
    match form:
        case "json":
            click.echo(as_json.render(ordered, sources))
        case "line":
            for problem in ordered:
                click.echo(line.render(problem, sources))
        case _:
            for problem in ordered:
                click.echo(human.render(problem, sources) + "\n", err=True)
            if ordered:
                more = f"`quotarules explain {ordered[0].code}` tells more"
                click.echo(f"{_counted(ordered)}; {more}", err=True)
    return PROBLEMS if any(problem.severity is Severity.ERROR for problem in ordered) else CLEAN


def progress() -> Progress:
    """A function that says what is going on, on one line of a terminal that rewrites itself; mute elsewhere."""
    if not sys.stderr.isatty():
        return lambda _: None

    def show(step: str) -> None:
        ending = f"{on_terminal(step)}…" if step else ""
        click.echo(f"\r\x1b[K{ending}", nl=False, err=True, color=True)

    return show


def _counted(problems: tuple[Problem, ...]) -> str:
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    parts = [_number(errors, "error"), _number(len(problems) - errors, "warning")]
    return ", ".join(part for part in parts if part)


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}" if count else ""
