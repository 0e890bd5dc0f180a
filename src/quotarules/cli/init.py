"""`quotarules init`: a small project that checks, passes its examples and settles, to be changed into one's own."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from quotarules.cli.main import COMMANDS
from quotarules.cli.output import CLEAN, say


@click.command("init", help=COMMANDS["init"])
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def command(folder: Path) -> int:
    """Write into DIR, which is made if it is not there; a file that exists is never overwritten."""
    starter = dict(_texts(files("quotarules").joinpath("starter")))
    existing = sorted(name for name in starter if (folder / name).exists())
    if existing:
        raise click.UsageError(f"{folder} already holds {', '.join(existing)}: name another folder")
    for name, text in starter.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        # Mode x: a file that has appeared since we looked is not overwritten either.
        with target.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    say(f"wrote a starter project into {folder}: its names are samples")
    say(f"go on with: quotarules settle -C {folder} --period 2026-01")
    return CLEAN


def _texts(folder: Traversable, prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.is_dir():
            found.extend(_texts(entry, f"{prefix}{entry.name}/"))
        else:
            found.append((prefix + entry.name, entry.read_text(encoding="utf-8")))
    return found
