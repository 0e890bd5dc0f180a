"""The queries of a plan as a text for people: what an engine would run, seen without facts and without a server."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from quotarules.engines.sql import duckdb, duckdb_lines, facts, postgres_query, spark_query
from quotarules.engines.sql.lifetimes import unread
from quotarules.engines.sql.lower import OPENINGS
from quotarules.engines.sql.prepare import beside_facts, relations_read
from quotarules.engines.sql.problems import RuleNotFound
from quotarules.engines.sql.schedule import facts_relation
from quotarules.engines.sql.script import PlanScript, plan_script
from quotarules.engines.sql.spark_sections import sections
from quotarules.engines.sql.tree import Relation, Select, SqlType
from quotarules.ledger.columns import physical, storage
from quotarules.plan.bounds import infer
from quotarules.plan.nodes import LineRule, Plan
from quotarules.plan.ranges import NARROW, UNSTATED
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
    match engine:
        case "postgres":
            found = _of_postgres(plan, script, types)
        case "spark":
            found = _of_spark(plan, script)
        case _:
            found = _of_duckdb(plan, script)
    return "\n\n".join(f"{text};" for text in found) + "\n"


def _of_duckdb(plan: Plan, script: PlanScript) -> Iterator[str]:
    gone = unread(script)
    yield from duckdb.relation_statements(script, gone)
    yield from (duckdb.PRINTER.select(select) for select in _keys(script))
    yield from duckdb.drops(gone.before_lines)
    if script.lines:
        yield from duckdb_lines.lines_statements(plan, script, LINES)


def _of_postgres(plan: Plan, script: PlanScript, types: Mapping[str, Mapping[str, SqlType]]) -> Iterator[str]:
    """The tables come first, because a query is what it is by the types of what it reads."""
    read, printer = relations_read(script), postgres_query.PRINTER
    yield postgres_query.settings(postgres_query.MEANING, local=False)
    yield from (postgres_query.table(name, kinds) for name, kinds in _provided(plan, types).items() if name in read)
    yield from (printer.relation(relation) for relation in script.relations)
    if script.lines:
        yield postgres_query.lines_query(script)
    yield from (printer.select(select) for select in _keys(script))


def _of_spark(plan: Plan, script: PlanScript) -> Iterator[str]:
    """Views by their statements; what workers hold is held from the first reading on."""
    yield from (f"SET {name} = {value}" for name, value in spark_query.MEANING.items())
    for relation in sections(script.relations):
        name = spark_query.PRINTER.identifier(relation.name)
        yield f"{_comment(relation)}CREATE OR REPLACE TEMPORARY VIEW {name} AS\n{_query(relation)}"
        if relation.kept:
            yield f"CACHE LAZY TABLE {name}"
    if script.lines:
        yield spark_query.lines_query(plan, script)
    if _keys(script):
        yield spark_query.keys_query(_keys(script))


def _comment(relation: Relation) -> str:
    return "".join(f"-- {line}\n" for line in relation.comment)


def _query(relation: Relation) -> str:
    return spark_query.PRINTER.relation(replace(relation, comment=()))


def _keys(script: PlanScript) -> tuple[Select, ...]:
    return (*script.members, *script.listed)


def _provided(plan: Plan, types: Mapping[str, Mapping[str, SqlType]]) -> dict[str, Mapping[str, SqlType]]:
    """The columns of everything that a script reads and does not make, as wide as declared."""
    found: dict[str, Mapping[str, SqlType]] = {facts_relation(table): kinds for table, kinds in types.items()}
    found |= {name: facts.sql_types(table) for name, table in beside_facts(plan.calendars, ()).items()}
    scale = max((account.scale for account in plan.accounts), default=0)
    narrow = UNSTATED * 10**scale <= NARROW
    found[OPENINGS] = {**found[OPENINGS], "amount": SqlType.INT if narrow else SqlType.WIDE}
    return found


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
