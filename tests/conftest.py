"""Servers that tests of several rooms share, each started once by whoever asks first."""

import os
from collections.abc import Iterator

import pytest

from servers import postgres

ALL_ENGINES = "QUOTARULES_ALL_ENGINES"
"""Set where every engine must be tested: what is missing is then a failure, not a skip."""


def absent(why: str) -> None:
    """Ends a test that needs a server which cannot be had here."""
    if os.environ.get(ALL_ENGINES):
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a PostgreSQL server."""
    given = os.environ.get(postgres.URL_VARIABLE)
    if given:
        yield given
        return
    folder = postgres.binaries()
    if folder is None:
        absent("no PostgreSQL here: install it, or name a server in QUOTARULES_POSTGRES_URL")
    assert folder is not None
    with postgres.server(folder) as url:
        yield url
