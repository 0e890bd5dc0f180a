"""`quotarules test`: worked examples in Markdown, on the embedded engines or on those asked for."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from quotarules.cases import CaseResult, holds_case, run_case
from quotarules.cli.arrow_alone import arrow_alone
from quotarules.cli.main import COMMANDS
from quotarules.cli.options import engines_option
from quotarules.cli.output import CLEAN, PROBLEMS, Progress, progress, say, say_problems
from quotarules.cli.urls import idle_urls
from quotarules.diagnostics.files import TEXT_CAP, source_text
from quotarules.engines.choice import Settle
from quotarules.engines.choice import engines as engines_named
from quotarules.engines.names import EMBEDDED, NAMES


@click.command("test", help=COMMANDS["test"])
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@engines_option
def command(paths: tuple[Path, ...], engines: tuple[str, ...], urls: tuple[str, ...]) -> int:
    """PATHS are Markdown files, or folders that are searched for them; docs/cases.md describes their form."""
    names = NAMES if "all" in engines else engines or EMBEDDED
    chosen, problems = engines_named(names, urls)
    if problems := (*idle_urls(names, urls), *problems):
        return say_problems(problems, {})
    arrow_alone(names)
    show = progress()
    results: list[bool] = []
    for file, named in _markdown(paths):
        show(file.as_posix())
        passed = _passes(file, chosen, show, named=named)
        results.extend([] if passed is None else [passed])
    show("")
    if not results:
        raise click.UsageError("there are no worked examples there")
    say(f"{sum(results)} of {len(results)} pass")
    return CLEAN if all(results) else PROBLEMS


def _markdown(paths: tuple[Path, ...]) -> Iterator[tuple[Path, bool]]:
    """The files to run, and whether each was named itself rather than found in a folder."""
    for path in paths:
        if path.is_dir():
            yield from ((found, False) for found in sorted(path.rglob("*.md")))
        else:
            yield path, True


def _passes(file: Path, chosen: Mapping[str, Settle], show: Progress, *, named: bool) -> bool | None:
    """Whether a file passes; None for a file found in a folder that is text alone."""
    with file.open("rb") as stream:
        content = stream.read(TEXT_CAP + 1)
    source, problems = source_text(file.as_posix(), content)
    if source is None:
        show("")
        say(f"FAIL {file.as_posix()}")
        say_problems(problems, {})
        return False
    if not holds_case(source):
        return _has_none(file, show) if named else None
    result = run_case(source, chosen)
    show("")
    say(f"{'ok  ' if result.passed else 'FAIL'} {file.as_posix()}")
    if not result.passed:
        _say_why(result)
    return result.passed


def _has_none(file: Path, show: Progress) -> bool:
    show("")
    say(f"FAIL {file.as_posix()}")
    say("  no rules stand in a fence there: what runs is a plan in Markdown")
    return False


def _say_why(result: CaseResult) -> None:
    say_problems(result.problems, {result.source.name: result.source})
    for absent in result.absent:
        say(f"  expected and not found: {absent}")
    for difference in result.differences:
        line, _ = result.source.place(difference.span.start)
        say(f"  line {line}: {difference.line}, {difference.period}, on {difference.engine}")
        say(f"    expected  {difference.expected}")
        say(f"    computed  {difference.computed}")
        for step in difference.chain:
            say(f"      {step}")
