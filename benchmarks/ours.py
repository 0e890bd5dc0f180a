"""A year settled as the command line does it, from facts to journal; prints what it took as JSON.

`python -m benchmarks.ours DATA JOURNAL [csv]`; the clock starts after the rules have been checked and, as for the query
by hand, after DuckDB has been loaded.
"""

import json
import sys
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Literal

from benchmarks.measured import peak_mb, processor
from quotarules.cli.arrow_alone import arrow_alone
from quotarules.compiler import compile_project
from quotarules.diagnostics.files import RootFiles, read_text
from quotarules.engines.choice import Settle
from quotarules.engines.sql.duckdb import settle
from quotarules.journal.entries import Evidence
from quotarules.journal.openings import openings_for
from quotarules.journal.record import record
from quotarules.journal.store import new_lines_path, open_journal
from quotarules.ledger.lake import Lake
from quotarules.ledger.load import load
from quotarules.plan.nodes import Plan
from quotarules.semantics.project import read_project
from quotarules.syntax.yaml_tree import parse_yaml
from quotarules.values.period import parse_period
from quotarules.values.schema import FileSource

Form = Literal["csv", "parquet"]
PLAN = Path(__file__).resolve().parent / "plan"


def compiled(form: Form) -> Plan:
    """The benchmark's plan, reading files of that form."""
    files = RootFiles(PLAN)
    source, _ = read_text(files, "quotarules.yaml")
    assert source is not None
    tree, _ = parse_yaml(source)
    assert tree is not None
    project, _ = read_project(tree)
    assert project is not None
    found = compile_project(files, project)
    assert found.plan is not None, [problem.report().message for problem in found.problems]
    schema = found.plan.schema
    tables = []
    for table in schema.tables:
        assert isinstance(table.source, FileSource)
        tables.append(replace(table, source=replace(table.source, path=f"{table.name}.{form}", format=form)))
    return replace(found.plan, schema=replace(schema, tables=tuple(tables)))


def run(
    data: Path, folder: Path, form: Form = "parquet", engine: Settle = settle, workers: Lake | None = None
) -> dict[str, float]:
    """Seconds of each part and of the whole, on the clock and of processor time, and peak memory in MB."""
    plan = compiled(form)
    year = parse_period("2026", plan.period)
    assert year is not None
    laps = [_now()]
    ledger, problems = load(plan.schema, RootFiles(data), plan.zone, lake=workers)
    assert ledger is not None, [problem.report().message for problem in problems[:5]]
    laps.append(_now())
    journal, _ = open_journal(folder, "journal")
    assert journal is not None
    openings, _ = openings_for(journal, plan, year)
    assert openings is not None
    outcome = engine(plan, ledger, year, openings.balances, new_lines_path(journal))
    laps.append(_now())
    evidence = Evidence(ledger.digest, outcome.engine, outcome.versions, "benchmark", "2026-01-01T00:00:00Z")
    recorded, problems = record(journal, plan, openings, outcome, evidence)
    assert recorded is not None, [problem.report().message for problem in problems]
    laps.append(_now())
    found = {"whole": laps[-1][0] - laps[0][0], "cpu": laps[-1][1] - laps[0][1], "peak_mb": peak_mb()}
    for name, start, end in zip(("load", "engine", "journal"), laps, laps[1:], strict=False):
        found |= {name: end[0] - start[0], f"{name}_cpu": end[1] - start[1]}
    return found


def _now() -> tuple[float, float]:
    return perf_counter(), processor()


if __name__ == "__main__":
    arrow_alone(("duckdb",))
    print(json.dumps(run(Path(sys.argv[1]), Path(sys.argv[2]), "csv" if "csv" in sys.argv[3:] else "parquet")))
