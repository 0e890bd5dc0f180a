"""The queries of a plan as a text for people: what an engine would run, seen without facts and without a server."""

from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pyarrow as pa

from quotarules.engines.names import SPEAKING
from quotarules.engines.sql import facts
from quotarules.engines.sql.printer import Printer
from quotarules.engines.sql.problems import RuleNotFound
from quotarules.engines.sql.script import PlanScript, plan_script
from quotarules.engines.sql.tree import SqlType
from quotarules.ledger.columns import physical, storage
from quotarules.plan.bounds import infer
from quotarules.plan.nodes import LineRule, Plan
from quotarules.values.period import Period
from quotarules.values.schema import FactSchema, TableSpec

LINES = Path("lines.parquet")


def queries(plan: Plan, period: Period, engine: str, rule: str | None) -> str | RuleNotFound:
    """The statements in the order in which they run, those of one rule's lines or all.

    Columns have the types that their declarations allow: facts that are smaller are computed in fewer bits.
    """
    chosen = tuple(line for line in plan.lines if rule is None or rule in names_of(line))
    if rule is not None and not chosen:
        return RuleNotFound.among(plan, rule)
    if rule is not None:
        plan = replace(plan, lines=chosen, members=(), exceptions=())
    types = {table.name: declared_types(plan.schema, table) for table in plan.schema.tables}
    script = plan_script(plan, period, infer(plan), types, _is_plain)
    printer: Printer = import_module(SPEAKING[engine]).PRINTER
    made = [printer.relation(relation) for relation in script.relations]
    found = [*made, *([_lines(engine, printer, plan, script)] if script.lines else [])]
    found += [printer.select(select) for select in (*script.members, *script.listed)]
    return "\n\n".join(f"{text};" for text in found) + "\n"


def names_of(line: LineRule) -> tuple[str, ...]:
    """What a person may call the rule of a line: its name, with its account, or the last word of it."""
    return line.rule, f"{line.account}.{line.rule}", line.rule.partition(".")[2] or line.rule


def declared_types(schema: FactSchema, table: TableSpec) -> dict[str, SqlType]:
    """The type of each column of a table's facts, as wide as its declaration allows."""
    found = dict.fromkeys(table.key, SqlType.INT) if table.line_key else {}
    for column in table.columns:
        kind = physical(storage(schema, column))
        found[column.name] = facts.sql_type(pa.int32() if pa.types.is_date32(kind) else kind)
    return found


def _is_plain(table: str, name: str) -> bool:
    """Whether a column's texts need no escapes, which nobody knows without looking at them."""
    del table, name
    return False


def _lines(engine: str, printer: Printer, plan: Plan, script: PlanScript) -> str:
    """The statement that gathers and sorts the lines: an engine's own words where it writes the file itself."""
    if engine == "duckdb":
        written: str = import_module(SPEAKING[engine]).lines_statement(plan, script, LINES)
        return written
    gathered = [
        "SELECT * FROM (",
        "\nUNION ALL\n".join(printer.select(select) for select in script.lines),
        ") AS lines",
    ]
    return "\n".join([*gathered, "ORDER BY kind, subject, place, source"])
