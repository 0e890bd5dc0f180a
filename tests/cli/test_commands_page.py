"""docs/commands.md tells every command and every option, and none that there is not."""

import re
from pathlib import Path

import click
import pytest

from quotarules.cli.main import COMMANDS, quotarules_command

PAGE = (Path(__file__).parents[2] / "docs/commands.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))


def command(name: str) -> click.Command:
    found = quotarules_command.get_command(click.Context(quotarules_command), name)
    assert found is not None
    return found


def spellings(name: str) -> set[str]:
    options = [option for option in command(name).params if isinstance(option, click.Option)]
    return {spelling for option in options for spelling in option.opts}


def test_every_command_has_its_section() -> None:
    assert list(SECTIONS) == list(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_options_of_a_command_are_those_of_the_page(name: str) -> None:
    rows = re.findall(r"^\| (`.*?) \|", SECTIONS[name], re.MULTILINE)
    told = {word for row in rows for word in re.findall(r"`(--?[A-Za-z][A-Za-z-]*)", row)}
    assert told == spellings(name)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_choice_of_an_option_is_told(name: str) -> None:
    for option in command(name).params:
        if isinstance(option.type, click.Choice):
            for choice in option.type.choices:
                assert f"`{option.opts[0]} {choice}`" in SECTIONS[name]


def test_every_option_has_help() -> None:
    for name in COMMANDS:
        assert command(name).help
        assert all(option.help for option in command(name).params if isinstance(option, click.Option))
