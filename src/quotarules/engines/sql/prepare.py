"""What every SQL engine does before it runs: the rows, their bounds, the script, and all relations that it reads."""

from collections.abc import Iterable

import pyarrow as pa

from quotarules.engines.sql import facts
from quotarules.engines.sql.key_order import with_places
from quotarules.engines.sql.key_places import KeyPlaces
from quotarules.engines.sql.lower import OPENINGS
from quotarules.engines.sql.schedule import facts_relation
from quotarules.engines.sql.script import PlanScript, plan_script
from quotarules.engines.sql.time import closings_relation, days_relation, spans_relation
from quotarules.ledger.tables import Ledger
from quotarules.plan.bounds import infer
from quotarules.plan.invariants import broken
from quotarules.plan.lines import OpeningBalance
from quotarules.plan.nodes import Plan
from quotarules.records import dataclass
from quotarules.values.calendar import Calendar
from quotarules.values.period import Period
from quotarules.values.schema import COMPANY


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan's script for a period, and by name the relations that the engine has to provide for it."""

    script: PlanScript
    provided: dict[str, pa.Table]


def prepared(
    plan: Plan,
    ledger: Ledger,
    period: Period,
    openings: tuple[OpeningBalance, ...],
    *,
    by_place: bool = False,
    most_looked_up: int = 0,
) -> Prepared:
    """The script and its relations, from facts that are here; `by_place` compares keys by places beside their texts."""
    problems = broken(plan)
    assert not problems, "; ".join(problems)
    rows = {name: facts.prepared(table, coded=by_place) for name, table in ledger.tables.items()}
    bounds = infer(
        plan,
        facts.extremes(ledger, rows),
        {name: table.num_rows for name, table in rows.items()},
        facts.opening_range(openings),
    )
    places = KeyPlaces()
    if by_place:
        rows, places = with_places(ledger, rows, most_looked_up)
    types = {name: facts.sql_types(table) for name, table in rows.items()}
    script = plan_script(plan, period, bounds, types, lambda table, name: facts.is_plain(rows[table], name), places)
    held = {facts_relation(name): table for name, table in rows.items()}
    return Prepared(script, held | beside_facts(plan.calendars, openings))


def relations_read(script: PlanScript) -> frozenset[str]:
    """The names of all relations that the queries of a script read, provided or made by the script."""
    selects = [*(relation.select for relation in script.relations), *script.lines, *script.members, *script.listed]
    sources = {select.source for select in selects if select.source is not None}
    return frozenset(sources | {join.relation for select in selects for join in select.joins})


def beside_facts(calendars: Iterable[Calendar], openings: tuple[OpeningBalance, ...]) -> dict[str, pa.Table]:
    """The small relations that a script reads beside the facts: the company, opening balances and calendars."""
    held = {
        facts_relation(COMPANY): pa.table({"one": pa.array([1], pa.int32())}),
        OPENINGS: facts.opening_rows(openings),
    }
    for calendar in calendars:
        held[days_relation(calendar.name)] = facts.calendar_days(calendar)
        held[spans_relation(calendar.name)] = facts.calendar_openings(calendar)
        held[closings_relation(calendar.name)] = facts.calendar_closings(calendar)
    return held
