"""The starter project with its facts in tables that some database has."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from quotarules.cli.main import run

STARTER = Path(__file__).resolve().parents[2] / "src" / "quotarules" / "starter"


def in_tables(folder: Path, places: Mapping[str, str]) -> Path:
    """The starter made in a folder without its data; `places` are pieces of its facts.yaml and what replaces them."""
    assert run(["init", str(folder)]) == 0
    facts = folder / "facts.yaml"
    text = facts.read_text(encoding="utf-8")
    for before, after in places.items():
        assert before in text
        text = text.replace(before, after)
    facts.write_text(text, encoding="utf-8")
    shutil.rmtree(folder / "data")
    return folder
