"""The engines by name: what `--engine` chooses from, and what every worked example runs on."""

from collections.abc import Callable
from pathlib import Path

from quotarules.engines.reference import interpreter
from quotarules.engines.sql import duckdb
from quotarules.ledger.tables import Ledger
from quotarules.plan.lines import OpeningBalance, Outcome
from quotarules.plan.nodes import Plan
from quotarules.values.period import Period

Settle = Callable[[Plan, Ledger, Period, tuple[OpeningBalance, ...], Path], Outcome]

ENGINES: dict[str, Settle] = {"duckdb": duckdb.settle, "reference": interpreter.settle}
