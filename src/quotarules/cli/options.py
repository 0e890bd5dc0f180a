"""Options that several commands share, and how a project is found."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click
from click.core import ParameterSource

from quotarules.engines.names import NAMES
from quotarules.values.period import is_period_name

Function = TypeVar("Function", bound=Callable[..., object])

PROJECT_FILE = "quotarules.yaml"
URLS_VARIABLE = "QUOTARULES_ENGINE_URL"
"""The environment variable that holds URLs of engines, with blanks between them."""
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


class PeriodName(click.ParamType[str, object]):
    """The name of a period, such as `2026-03`; whether the plan settles such periods is asked later."""

    name = "period"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text as it was typed, or a usage error."""
        text = str(value)
        if not is_period_name(text):
            forms = "2026-03, 2026-Q1, 2026, 2026-H1, 2026-03-H1, 2026-W05 or 2026-P05"
            self.fail(f"{text!r} is not a period: write {forms}", param, ctx)
        return text


def project_option(function: Function) -> Function:
    """`-C/--project DIR`."""
    text = f"The folder with {PROJECT_FILE} (default: the nearest one, here or above)."
    return click.option("-C", "--project", type=_FOLDER, help=text)(function)


def data_option(function: Function) -> Function:
    """`--data DIR`."""
    text = "The folder that the paths of fact files start from (default: the project)."
    return click.option("--data", type=_FOLDER, help=text)(function)


def engine_option(function: Function) -> Function:
    """`--engine` and where it runs."""
    text = (
        "All give the same bytes: duckdb is embedded, the reference slow and plain, postgres and spark run on servers."
    )
    chosen = click.option("--engine", type=click.Choice(NAMES), default="duckdb", show_default=True, help=text)
    return chosen(url_option(function))


def engines_option(function: Function) -> Function:
    """`--engine`, several times, and where they run."""
    text = "The engine to run on, or all of them; repeat it for several (default: the two embedded ones)."
    chosen = click.option("--engine", "engines", multiple=True, type=click.Choice([*NAMES, "all"]), help=text)
    return chosen(url_option(function))


def url_option(function: Function) -> Function:
    """`--engine-url URL`."""
    text = "Where an engine runs: postgresql://…, spark://…, sc://… or local[2]; repeat it for several engines."
    return click.option("--engine-url", "urls", multiple=True, envvar=URLS_VARIABLE, metavar="URL", help=text)(function)


def format_option(*forms: str) -> Callable[[Function], Function]:
    """`--format`, the first form being the default."""
    return click.option(
        "--format", "form", type=click.Choice(forms), default=forms[0], show_default=True, help="How to print."
    )


def is_written(option: str) -> bool:
    """Whether an option of the command that runs stands on its line, rather than in the environment or nowhere."""
    return click.get_current_context().get_parameter_source(option) is ParameterSource.COMMANDLINE


def project_folder(asked: Path | None) -> Path:
    """The folder asked for, or the nearest one from here upward that holds a project file; else a usage error."""
    if asked is not None:
        if (asked / PROJECT_FILE).is_file():
            return asked
        raise click.UsageError(f"{asked} holds no {PROJECT_FILE}")
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / PROJECT_FILE).is_file():
            return folder
    raise click.UsageError(
        f"no {PROJECT_FILE} here or above: name the folder with -C, or begin with `quotarules init DIR`"
    )
