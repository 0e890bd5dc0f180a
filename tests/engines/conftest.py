"""Every test of a node runs on every engine that is there; servers are started by the tests (see tests/servers)."""

from importlib import import_module

import pytest

from engines.sample import Settle
from quotarules.engines.sql import postgres

EMBEDDED = {"reference": "quotarules.engines.reference.interpreter", "duckdb": "quotarules.engines.sql.duckdb"}
SERVERS = {"postgres": ("postgres_url", postgres.bound)}
ENGINES = (*EMBEDDED, *SERVERS)


def settle_of(name: str, request: pytest.FixtureRequest) -> Settle:
    """The `settle` of an engine; the test is skipped where the engine's server cannot be had."""
    if name in EMBEDDED:
        embedded: Settle = import_module(EMBEDDED[name]).settle
        return embedded
    fixture, bound = SERVERS[name]
    return bound(request.getfixturevalue(fixture))


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Settle:
    """The `settle` of an engine."""
    return settle_of(request.param, request)
