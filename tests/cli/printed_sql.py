"""What tests of `quotarules sql` on several engines share: projects, what is printed, what a settlement makes."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from quotarules.cli.main import run
from quotarules.diagnostics.files import RootFiles
from quotarules.engines.sql import duckdb
from quotarules.engines.sql.lines import line_order
from quotarules.engines.sql.prepare import prepared
from quotarules.ledger.history import as_of
from quotarules.ledger.load import load
from quotarules.plan.lines import Outcome
from quotarules.plan.nodes import Plan
from quotarules.values.period import parse_period
from quotarules.workspace import Workspace, compiled

ROOT = Path(__file__).resolve().parents[2]
STARTER = ROOT / "src" / "quotarules" / "starter"
PROJECTS = {
    "starter": (STARTER, STARTER, "2026-01"),
    "agency": (ROOT / "rules" / "agency", ROOT / "fixtures" / "agency", "2026-02"),
    "saas": (ROOT / "rules" / "saas", ROOT / "fixtures" / "saas", "2026-03"),
}


@dataclass(frozen=True, slots=True)
class Settled:
    """A project's period as it is settled: the relations that the queries read, and what came of them."""

    plan: Plan
    provided: dict[str, pa.Table]
    outcome: Outcome

    def lines(self) -> list[tuple[object, ...]]:
        """The rows of the lines file."""
        table = pq.read_table(self.outcome.lines)
        return list(zip(*(table[name].to_pylist() for name in table.column_names), strict=True))


def printed(capsys: pytest.CaptureFixture[str], project: Path, *options: str) -> str:
    """What the command prints."""
    capsys.readouterr()
    assert run(["sql", "--project", str(project), *options]) == 0
    return capsys.readouterr().out


def statements(text: str) -> Iterator[str]:
    """The printed statements one by one."""
    return (part.strip().removesuffix(";") for part in text.split(";\n\n"))


def settled(name: str, folder: Path) -> Settled:
    """A project's period settled on DuckDB, its lines in `folder`."""
    project, data, month = PROJECTS[name]
    opened = compiled(Workspace(project, data)).value
    assert opened is not None
    plan = opened.compiled.plan
    assert plan is not None
    period = parse_period(month, plan.period)
    assert period is not None
    ledger, problems = load(plan.schema, RootFiles(data), plan.zone)
    assert ledger is not None, problems
    ledger = as_of(ledger, period.as_of)
    outcome = duckdb.settle(plan, ledger, period, (), folder / "settled.parquet")
    assert pq.read_metadata(outcome.lines).num_rows > 0
    return Settled(plan, prepared(plan, ledger, period, ()).provided, outcome)


def told(held: Settled, row: tuple[object, ...]) -> tuple[object, ...]:
    """A row of the printed query as a row of the lines file: places and codes as the texts that they stand for."""
    kind, subject, place, source, amount, code, *inputs = row
    order = line_order(held.plan)
    assert isinstance(kind, int)
    assert isinstance(place, int)
    status, reason = "due", ""
    if code is not None:
        assert isinstance(code, int)
        status, reason = "waiting" if code < 0 else "excluded", held.plan.reasons[abs(code) - 1].text
    words = (order.kinds[kind], subject, *order.rules[place], source, status, amount, reason, *inputs)
    return tuple(map(plain, words))


def plain(value: object) -> str | None:
    return None if value is None else str(value)
