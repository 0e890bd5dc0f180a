"""Every test of a node runs on every engine that is there."""

from importlib import import_module
from importlib.util import find_spec

import pytest

from engines.sample import Settle

ENGINES = {"reference": "quotarules.engines.reference.interpreter", "duckdb": "quotarules.engines.sql.duckdb"}
PRESENT = [name for name, module in ENGINES.items() if find_spec(module) is not None]


@pytest.fixture(params=PRESENT)
def engine(request: pytest.FixtureRequest) -> Settle:
    """The `settle` of an engine."""
    settle: Settle = import_module(ENGINES[request.param]).settle
    return settle
