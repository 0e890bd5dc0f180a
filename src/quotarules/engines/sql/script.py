"""A plan as a script of SQL: what is lowered, in which order it is made, and which final queries read it."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from quotarules.engines.sql.build import test
from quotarules.engines.sql.frames import Frame, Lowered
from quotarules.engines.sql.key_places import KeyPlaces
from quotarules.engines.sql.late_texts import with_late_texts
from quotarules.engines.sql.line_keys import keyed
from quotarules.engines.sql.lines import Final, LineOrder, even, line_order, lines_of, listed_of, members_of
from quotarules.engines.sql.lower import Lowering
from quotarules.engines.sql.reach import Dated, reach
from quotarules.engines.sql.schedule import schedule
from quotarules.engines.sql.tree import Int, Relation, Select, Sql, SqlType
from quotarules.plan.bounds import Bounds
from quotarules.plan.nodes import Column, Kind, Plan, ValueType
from quotarules.records import dataclass
from quotarules.values.period import FIRST_DAY, LAST_DAY, Period
from quotarules.values.schema import COMPANY


@dataclass(frozen=True, slots=True)
class PlanScript:
    """Relations in order; then a query for each line rule, member rule and exception rule, in the plan's order."""

    relations: tuple[Relation, ...]
    lines: tuple[Select, ...]
    order: LineOrder
    members: tuple[Select, ...]
    listed: tuple[Select, ...]


def plan_script(
    plan: Plan,
    period: Period,
    bounds: Bounds,
    types: Mapping[str, Mapping[str, SqlType]],
    plain: Callable[[str, str], bool],
    places: KeyPlaces | None = None,
    *,
    in_parts: bool = False,
) -> PlanScript:
    """The script of a plan for a period.

    `types` are those of the facts' columns by table; `plain` tells of a column of texts that none holds `%` or `/`;
    `places` of columns among the facts by which keys are compared. With `in_parts` the queries of lines run several
    times, each time for some of them.
    """
    frames = {COMPANY: Frame(COMPANY, {}, ())}
    for spec in plan.schema.tables:
        facts = dict(types[spec.name])
        frame = Frame(spec.name, facts, spec.key, types=dict(facts))
        frame.folded.update(name.casefold() for name in facts)
        frames[spec.name] = frame
    found = reach(plan, period)
    lowered = Lowered(plan, period, bounds, frames, found.shares, plain, places or KeyPlaces())
    lowering = Lowering(lowered, found.uses)
    for column in plan.columns:
        if (column.table, column.name) in found.columns:
            lowering.column(column.table, column.name)
    order = line_order(plan)
    gathered = [lines_of(lowering, rule, order) for rule in plan.lines]
    if lowered.places.columns and gathered:
        gathered, order = keyed(lowered, plan.lines, gathered, order)
    lines = even(plan, gathered, dict(order.words))
    members = [members_of(lowering, rule) for rule in plan.members]
    listed = [listed_of(lowering, rule) for rule in plan.exceptions]
    filters = {
        table: _filter(lowering, table, share) for table, share in found.shares.items() if isinstance(share, Dated)
    }
    finals = [*lines, *members, *listed]
    if lowered.places.looked_up:
        finals = [with_late_texts(lowered, final) for final in finals]
    roots = [replace(final.root(), again=in_parts and place < len(lines)) for place, final in enumerate(finals)]
    scheduled = schedule(lowered, roots, filters)
    selects = [_select(final, source) for final, source in zip(finals, scheduled.sources, strict=True)]
    at, end = len(lines), len(lines) + len(members)
    return PlanScript(scheduled.relations, tuple(selects[:at]), order, tuple(selects[at:end]), tuple(selects[end:]))


def _filter(lowering: Lowering, table: str, share: Dated) -> tuple[Sql, ...]:
    """The test of the date that all who read a table agree on."""
    column = Column(share.path, share.table, share.name, ValueType(Kind.DAY), None)
    day = lowering.evaluate(table, column, f"{table} date").value
    tests = []
    if share.lo > FIRST_DAY:
        tests.append(test(">=", day, Int(share.lo, SqlType.SMALL)))
    if share.hi <= LAST_DAY:
        tests.append(test("<", day, Int(share.hi, SqlType.SMALL)))
    return tuple(tests)


def _select(final: Final, source: str) -> Select:
    return Select(final.columns, source, "t", final.joins, final.where, comment=final.comment)
