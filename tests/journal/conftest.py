"""A journal of its own for each test."""

from pathlib import Path

import pytest

from quotarules.journal.store import Journal, open_journal


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    found, problems = open_journal(tmp_path / "journal", "journal")
    assert found is not None, problems
    return found
