"""The engines by name: what `--engine` chooses from, and what every worked example runs on.

An engine is loaded when it runs, so that a statement is read and a journal verified without any.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from quotarules.ledger.tables import Ledger
from quotarules.plan.lines import OpeningBalance, Outcome
from quotarules.plan.nodes import Plan
from quotarules.values.period import Period

Settle = Callable[[Plan, Ledger, Period, tuple[OpeningBalance, ...], Path], Outcome]


def _loaded_when_called(module: str) -> Settle:
    def settle(
        plan: Plan, ledger: Ledger, period: Period, openings: tuple[OpeningBalance, ...], lines: Path
    ) -> Outcome:
        run: Settle = import_module(module).settle
        return run(plan, ledger, period, openings, lines)

    return settle


ENGINES: dict[str, Settle] = {
    "duckdb": _loaded_when_called("quotarules.engines.sql.duckdb"),
    "reference": _loaded_when_called("quotarules.engines.reference.interpreter"),
}
