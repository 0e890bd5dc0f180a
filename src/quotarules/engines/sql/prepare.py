"""What every SQL engine does before it runs: the rows, their bounds, the script, and all relations that it reads."""

from collections.abc import Iterable

import pyarrow as pa

from quotarules.engines.sql import elsewhere, facts
from quotarules.engines.sql.key_order import with_places
from quotarules.engines.sql.key_places import KeyPlaces
from quotarules.engines.sql.lower import OPENINGS
from quotarules.engines.sql.schedule import facts_relation
from quotarules.engines.sql.script import PlanScript, plan_script
from quotarules.engines.sql.time import closings_relation, days_relation, spans_relation
from quotarules.ledger.tables import Elsewhere, Ledger
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
    """A plan's script for a period, and by name the relations that the engine has to provide for it.

    `provided` are those whose rows are here, `elsewhere` the facts whose rows are not. `lines_at_once` says how many
    lines to sort at a time, None where all of them can be.
    """

    script: PlanScript
    provided: dict[str, pa.Table]
    elsewhere: dict[str, Elsewhere]
    lines_at_once: int | None


def prepared(
    plan: Plan,
    ledger: Ledger,
    period: Period,
    openings: tuple[OpeningBalance, ...],
    *,
    by_place: bool = False,
    most_looked_up: int = 0,
    lines_at_once: int | None = None,
) -> Prepared:
    """The script and its relations; `by_place` compares keys by places beside their texts, if all of them are here.

    Where the rows could give more than `lines_at_once` lines, the script is one whose lines are read in parts.
    """
    problems = broken(plan)
    assert not problems, "; ".join(problems)
    away = ledger.elsewhere
    by_place = by_place and not away
    rows = {name: facts.prepared(table, coded=by_place) for name, table in ledger.tables.items()}
    extremes = facts.extremes(ledger, rows)
    for table in away.values():
        extremes |= elsewhere.extremes(table)
    counts = {name: table.num_rows for name, table in rows.items()} | {name: held.rows for name, held in away.items()}
    bounds = infer(plan, extremes, counts, facts.opening_range(openings))
    places = KeyPlaces()
    if by_place:
        rows, places = with_places(ledger, rows, most_looked_up)
    types = {name: facts.sql_types(table) for name, table in rows.items()}
    types |= {name: elsewhere.sql_types(table) for name, table in away.items()}

    def is_plain(table: str, name: str) -> bool:
        return name in away[table].plain if table in away else facts.is_plain(rows[table], name)

    if lines_at_once is not None and sum(counts.get(rule.rows.table, 1) for rule in plan.lines) <= lines_at_once:
        lines_at_once = None
    script = plan_script(plan, period, bounds, types, is_plain, places, in_parts=lines_at_once is not None)
    held = {facts_relation(name): table for name, table in rows.items()}
    not_here = {facts_relation(name): table for name, table in away.items()}
    return Prepared(script, held | beside_facts(plan.calendars, openings), not_here, lines_at_once)


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
