"""`quotarules fmt`: rule files in their one layout, written all at once or not at all."""

import os
import sys
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

import click

from quotarules.cli.main import COMMANDS
from quotarules.cli.options import project_folder, project_option
from quotarules.cli.output import CLEAN, PROBLEMS, say, say_problems
from quotarules.diagnostics.files import TEXT_CAP, source_text
from quotarules.diagnostics.source import SourceFile
from quotarules.syntax.printer.whole import format_file, in_form
from quotarules.syntax.rule_texts import YAML_ENDINGS, RuleText
from quotarules.workspace import Workspace, open_project

STDIN = Path("-")


@click.command("fmt", help=COMMANDS["fmt"])
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@project_option
@click.option("--check", is_flag=True, help="Write nothing; name the files that would change and exit with 1.")
@click.option("--diff", is_flag=True, help="Write nothing; print what would change.")
@click.option("--to", type=click.Choice(["qr", "yaml"]), help="Print one file in the other form; write nothing.")
def command(paths: tuple[Path, ...], project: Path | None, to: str | None, *, check: bool, diff: bool) -> int:
    """PATHS are rule files, Markdown, or folders; `-` is standard input. Without PATHS: the rules of the project."""
    if to is not None:
        return _convert(paths, to)
    code, changed, count = CLEAN, 0, 0
    for path in _files(paths, project):
        count += 1
        source, made = _formatted(path)
        if source is None or made is None:
            code = PROBLEMS
        elif path == STDIN and not (check or diff):
            click.echo(made, nl=False)
        elif made != source.text:
            changed += 1
            code = PROBLEMS if check else code
            _show_or_write(path, source, made, check=check, diff=diff)
    if paths != (STDIN,):
        verb = "would change" if check or diff else "changed"
        say(f"{changed} of {count} file{'s' * (count != 1)} {verb}")
    return code


def _files(paths: tuple[Path, ...], project: Path | None) -> Iterator[Path]:
    """The files to format; in folders those that hold rules."""
    if not paths:
        folder = project_folder(project)
        opened = open_project(Workspace(folder))
        say_problems(opened.problems, opened.sources)
        if opened.value is None:
            raise click.UsageError("the project file cannot be read")
        yield from (folder / path for path in opened.value.rules)
    for path in paths:
        if path.is_dir():
            yield from sorted(found for kind in ("*.qr", "*.md") for found in path.rglob(kind) if found.is_file())
        elif path == STDIN or path.is_file():
            yield path
        else:
            raise click.UsageError(f"{path} is not there")


def _convert(paths: tuple[Path, ...], to: str) -> int:
    """Prints one file in the form asked for."""
    if len(paths) != 1 or paths[0].suffix == ".md" or paths[0].is_dir():
        raise click.UsageError("--to takes one file, .qr or .yaml, or `-`")
    source = _read(next(_files(paths, None)))
    if source is None:
        return PROBLEMS
    from_yaml = to == "qr" if paths == (STDIN,) else paths[0].suffix in YAML_ENDINGS
    made, problems = in_form(RuleText(source, from_yaml), to_yaml=to == "yaml")
    if made is None:
        return say_problems(problems, {source.name: source})
    click.echo(made, nl=False)
    return CLEAN


def _formatted(path: Path) -> tuple[SourceFile | None, str | None]:
    """A file and its new text; None for the text after telling what is wrong with the file."""
    source = _read(path)
    if source is None:
        return None, None
    made, problems = format_file(source)
    if made is None:
        say_problems(problems, {source.name: source})
    return source, made


def _read(path: Path) -> SourceFile | None:
    """The text of a file or of standard input, or None after telling what is wrong with it."""
    if path == STDIN:
        content = sys.stdin.buffer.read(TEXT_CAP + 1)
    else:
        with path.open("rb") as stream:
            content = stream.read(TEXT_CAP + 1)
    source, problems = source_text(path.as_posix(), content)
    if source is None:
        say_problems(problems, {})
    return source


def _show_or_write(path: Path, source: SourceFile, made: str, *, check: bool, diff: bool) -> None:
    if diff:
        old, new = source.text.splitlines(), made.splitlines()
        name = path.as_posix()
        say("\n".join(unified_diff(old, new, name, name, lineterm="")))
    elif check:
        say(f"{path.as_posix()} would change")
    else:
        write_whole(path, made)
        say(f"{path.as_posix()} changed")


def write_whole(path: Path, text: str) -> None:
    """Puts a text in the place of a file in one step: whoever reads the file sees the old text or the new one."""
    real = path.resolve()
    beside = real.with_name(f".{real.name}.{os.getpid()}.new")
    try:
        with beside.open("x", encoding="utf-8", newline="") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        if real.exists():
            beside.chmod(real.stat().st_mode)
        beside.replace(real)
    finally:
        beside.unlink(missing_ok=True)
