"""`quotarules doctor`: whether engines answer as the plan's arithmetic is defined, and which versions they have."""

import click

import quotarules
from quotarules.cli.arrow_alone import arrow_alone
from quotarules.cli.main import COMMANDS
from quotarules.cli.options import engines_option
from quotarules.cli.output import PROBLEMS, progress, say, say_problems
from quotarules.cli.urls import idle_urls
from quotarules.diagnostics.problem import Problem
from quotarules.doctor.examine import examine
from quotarules.engines.choice import engines as engines_named
from quotarules.engines.names import EMBEDDED, NAMES


@click.command("doctor", help=COMMANDS["doctor"])
@engines_option
def command(engines: tuple[str, ...], urls: tuple[str, ...]) -> int:
    """Exit 0 if every engine asked answers every question as defined, 1 if not."""
    names = NAMES if "all" in engines else engines or EMBEDDED
    if idled := idle_urls(names, urls):
        return say_problems(idled, {})
    chosen, problems = engines_named(names, urls)
    arrow_alone(names)
    show = progress()
    found: list[Problem] = list(problems)
    for name, settle in chosen.items():
        show(f"asking {name}")
        examined = examine(name, settle)
        show("")
        found.extend(examined.problems)
        verdict = "is refused" if examined.problems else f"{examined.answers} answers, all as defined"
        versions = ", ".join(f"{what} {version}" for what, version in examined.versions)
        say(f"{name}: {verdict}{f' ({versions})' if versions else ''}")
    say(f"quotarules {quotarules.__version__}")
    return say_problems(found, {}) or (PROBLEMS if found else 0)
