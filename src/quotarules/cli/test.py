"""`quotarules test`: worked examples in Markdown, on every engine."""

from pathlib import Path

import click

from quotarules.cases import CaseResult, run_case
from quotarules.cli.main import COMMANDS
from quotarules.cli.output import CLEAN, PROBLEMS, Progress, progress, say, say_problems
from quotarules.diagnostics.files import TEXT_CAP, source_text


@click.command("test", help=COMMANDS["test"])
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def command(paths: tuple[Path, ...]) -> int:
    """PATHS are Markdown files, or folders that are searched for them; docs/cases.md describes their form."""
    found = [file for path in paths for file in _markdown(path)]
    if not found:
        raise click.UsageError("there are no Markdown files there")
    show = progress()
    failed = 0
    for file in found:
        show(file.as_posix())
        failed += not _passes(file, show)
    show("")
    say(f"{len(found) - failed} of {len(found)} pass")
    return PROBLEMS if failed else CLEAN


def _markdown(path: Path) -> list[Path]:
    return sorted(path.rglob("*.md")) if path.is_dir() else [path]


def _passes(file: Path, show: Progress) -> bool:
    with file.open("rb") as stream:
        content = stream.read(TEXT_CAP + 1)
    source, problems = source_text(file.as_posix(), content)
    if source is None:
        show("")
        say(f"FAIL {file.as_posix()}")
        say_problems(problems, {})
        return False
    result = run_case(source)
    show("")
    say(f"{'ok  ' if result.passed else 'FAIL'} {file.as_posix()}")
    if not result.passed:
        _say_why(result)
    return result.passed


def _say_why(result: CaseResult) -> None:
    say_problems(result.problems, {result.source.name: result.source})
    for absent in result.absent:
        say(f"  expected and not found: {absent}")
    for difference in result.differences:
        line, _ = result.source.place(difference.span.start)
        say(f"  line {line}: {difference.line}, {difference.period}, on {difference.engine}")
        say(f"    expected  {difference.expected}")
        say(f"    computed  {difference.computed}")
