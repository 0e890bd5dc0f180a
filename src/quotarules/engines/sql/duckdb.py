"""The embedded engine: a plan settled by DuckDB, set by set, straight into the lines file."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from quotarules.engines.sql import facts
from quotarules.engines.sql.dialects.duckdb import DuckDbPrinter
from quotarules.engines.sql.lines import STATUSES
from quotarules.engines.sql.lower import OPENINGS
from quotarules.engines.sql.schedule import facts_relation
from quotarules.engines.sql.script import PlanScript, plan_script
from quotarules.engines.sql.state import reason_of
from quotarules.engines.sql.time import closings_relation, days_relation, spans_relation
from quotarules.engines.sql.tree import Select, SqlType
from quotarules.ledger.tables import Ledger
from quotarules.plan.bounds import infer
from quotarules.plan.lines import COLUMNS, ListedRow, Member, OpeningBalance, Outcome, slot_counts
from quotarules.plan.nodes import COMPANY, Plan
from quotarules.values.period import Period

PRINTER = DuckDbPrinter()
MEMORY_LIMIT = "1GB"
"""What DuckDB may hold before it spills to disk, beside the facts."""


def settle(
    plan: Plan,
    ledger: Ledger,
    period: Period,
    openings: tuple[OpeningBalance, ...],
    lines: Path,
    *,
    threads: int | None = None,
    memory_limit: str = MEMORY_LIMIT,
) -> Outcome:
    """The lines of a period, written to `lines`; with the members and the rows that a person should know of.

    `threads` None leaves the number of threads to DuckDB; the outcome is the same for any number.
    """
    rows = {name: facts.prepared(table) for name, table in ledger.tables.items()}
    bounds = infer(
        plan,
        facts.extremes(ledger, rows),
        {name: table.num_rows for name, table in rows.items()},
        facts.opening_range(openings),
    )
    script = plan_script(plan, period, bounds, {name: facts.sql_types(table) for name, table in rows.items()})
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "preserve_insertion_order": True,
    }
    if threads is not None:
        settings["threads"] = threads
    with duckdb.connect(":memory:", config=settings) as connection:
        _provide(connection, plan, rows, openings)
        for relation in script.relations:
            connection.execute(PRINTER.relation(relation))
        if script.lines:
            connection.execute(lines_statement(plan, script, lines))
        else:
            _write_none(plan, lines)
        return Outcome(
            lines,
            _members(connection, plan, script),
            _listed(connection, script),
            "duckdb",
            (("duckdb", duckdb.__version__), ("pyarrow", pa.__version__)),
        )


def _provide(
    connection: duckdb.DuckDBPyConnection, plan: Plan, rows: dict[str, pa.Table], openings: tuple[OpeningBalance, ...]
) -> None:
    """Everything that the script reads by name."""
    provided = {facts_relation(name): table for name, table in rows.items()}
    provided[facts_relation(COMPANY)] = pa.table({"one": pa.array([1], pa.int32())})
    provided[OPENINGS] = facts.opening_rows(openings)
    for calendar in plan.calendars:
        provided[days_relation(calendar.name)] = facts.calendar_days(calendar)
        provided[spans_relation(calendar.name)] = facts.calendar_openings(calendar)
        provided[closings_relation(calendar.name)] = facts.calendar_closings(calendar)
    for name, table in provided.items():
        wide = [field.name for field in table.schema if pa.types.is_decimal(field.type)]
        if not wide:
            connection.register(name, table)
            continue
        connection.register(f"{name} as loaded", table)
        casts = ", ".join(f"CAST({PRINTER.identifier(c)} AS HUGEINT) AS {PRINTER.identifier(c)}" for c in wide)
        source = PRINTER.identifier(f"{name} as loaded")
        connection.execute(f"CREATE TEMP VIEW {PRINTER.identifier(name)} AS SELECT * REPLACE ({casts}) FROM {source}")


def lines_statement(plan: Plan, script: PlanScript, lines: Path) -> str:
    """The statement that gathers the lines of all rules, sorts them and writes the file."""
    union = "\nUNION ALL\n".join(PRINTER.select(select) for select in script.lines)
    kinds = _by_place("kind", script.order.kinds)
    account = _by_place("place", tuple(account for account, _ in script.order.rules))
    rule = _by_place("place", tuple(rule for _, rule in script.order.rules))
    columns = [
        f"{kinds} AS subject_kind",
        "subject",
        f"{account} AS account",
        f"{rule} AS rule",
        "source",
        f"{_by_place('status', STATUSES)} AS status",
        _number(script.lines[0], "amount"),
        f"{_reasons(plan, script)} AS reason",
    ]
    numbers, texts = slot_counts(plan)
    columns += [_number(script.lines[0], f"n{place}") for place in range(numbers)]
    columns += [f"x{place}" for place in range(texts)]
    listed = ",\n".join(columns)
    path = PRINTER.text(str(lines))
    return (
        f"COPY (\nSELECT\n{listed}\nFROM (\n{union}\n) AS lines\n"
        f"ORDER BY kind, subject, place, source\n) TO {path} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"
    )


def _number(select: Select, name: str) -> str:
    """A column of integers; Parquet has no 128 bits but in decimals."""
    kind = next(column.value.type for column in select.columns if column.name == name)
    return f"CAST({name} AS DECIMAL(38, 0)) AS {name}" if kind is SqlType.WIDE else name


def _by_place(column: str, texts: tuple[str, ...]) -> str:
    """The text that a number stands for."""
    if len(set(texts)) == 1:
        return PRINTER.text(texts[0])
    whens = " ".join(f"WHEN {place} THEN {PRINTER.text(text)}" for place, text in enumerate(texts))
    return f"CASE {column} {whens} END"


def _reasons(plan: Plan, script: PlanScript) -> str:
    """The text of a reason by its code; empty where there is none."""
    assert script.lines
    codes = [-(place + 1) if reason.waiting else place + 1 for place, reason in enumerate(plan.reasons)]
    whens = [f"WHEN {code} THEN {PRINTER.text(plan.reasons[reason_of(code)].text)}" for code in codes]
    return f"CASE code {' '.join(whens)} ELSE '' END" if whens else "''"


def _write_none(plan: Plan, lines: Path) -> None:
    """The lines file of a plan without lines."""
    numbers, texts = slot_counts(plan)
    names = (*COLUMNS, *(f"n{n}" for n in range(numbers)), *(f"x{n}" for n in range(texts)))
    kinds = {name: pa.int64() if name == "amount" or name.startswith("n") else pa.string() for name in names}
    pq.write_table(pa.schema(kinds.items()).empty_table(), lines)


def _members(connection: duckdb.DuckDBPyConnection, plan: Plan, script: PlanScript) -> tuple[Member, ...]:
    found = {
        Member(rule.account, rule.subject_kind, key)
        for rule, select in zip(plan.members, script.members, strict=True)
        for (key,) in connection.execute(PRINTER.select(select)).fetchall()
    }
    return tuple(sorted(found, key=lambda m: (m.account.encode(), m.subject_kind.encode(), m.subject.encode())))


def _listed(connection: duckdb.DuckDBPyConnection, script: PlanScript) -> tuple[ListedRow, ...]:
    found = {
        ListedRow(place, key)
        for place, select in enumerate(script.listed)
        for (key,) in connection.execute(PRINTER.select(select)).fetchall()
    }
    return tuple(sorted(found, key=lambda row: (row.rule, row.key.encode())))
