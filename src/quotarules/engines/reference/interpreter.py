"""The reference engine: it computes a plan over a ledger in exact Python integers, as the nodes' docstrings say.

It is the judge of the other engines; clarity comes before speed, and nothing in it is quadratic but `last N months`
over earlier rows.
"""

import platform
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from quotarules.engines.reference.allot import allot_states
from quotarules.engines.reference.rows import aggregate_states, taken
from quotarules.engines.reference.scalar import evaluate
from quotarules.engines.reference.state import Missing, Ratio, State, Waiting, integer
from quotarules.engines.reference.table import company, fact_table
from quotarules.engines.reference.world import RowEnvironment, World, reach, target_of
from quotarules.engines.reference.write import Line, write_lines
from quotarules.ledger.tables import Ledger
from quotarules.plan.invariants import broken
from quotarules.plan.lines import DUE, EXCLUDED, WAITING, ListedRow, Member, OpeningBalance, Outcome
from quotarules.plan.nodes import Aggregate, Allot, Expr, LineRule, Plan
from quotarules.plan.walk import row_parts, walk
from quotarules.values.period import Period
from quotarules.values.schema import COMPANY


def settle(plan: Plan, ledger: Ledger, period: Period, openings: tuple[OpeningBalance, ...], lines: Path) -> Outcome:
    """Computes a period and writes its lines to `lines`. The facts have passed the contract of `plan.schema`."""
    problems = broken(plan)
    assert not problems, "; ".join(problems)
    world = world_of(plan, ledger, period, openings)
    for column in plan.columns:
        world.tables[column.table].columns[column.name] = [*states(world, column.table, column.value)]
    write_lines(plan, [line for rule in plan.lines for line in lines_of(plan, world, rule)], lines)
    return Outcome(
        lines,
        members_of(plan, world),
        listed_of(plan, world),
        "reference",
        (("python", platform.python_version()), ("pyarrow", pa.__version__)),
    )


def world_of(plan: Plan, ledger: Ledger, period: Period, openings: Iterable[OpeningBalance]) -> World:
    """The facts as they are before anything is computed."""
    tables = {spec.name: fact_table(plan.schema, ledger.tables[spec.name]) for spec in plan.schema.tables}
    return World(
        period,
        plan.reasons,
        {**tables, COMPANY: company()},
        {calendar.name: calendar for calendar in plan.calendars},
        {(held.account, held.subject, held.source): held.amount for held in openings},
    )


def prepare(world: World, parts: Iterable[tuple[str, Expr]]) -> None:
    """Answers the aggregates and allotments of expressions for all rows of their contexts, inner ones first."""
    for outer_table, outer in parts:
        for table, node in walk(outer_table, outer):
            if not isinstance(node, Aggregate | Allot):
                continue
            answer = world.shared.get((table, node))
            if answer is None:
                answer = allot_states(world, node) if isinstance(node, Allot) else aggregate_states(world, table, node)
                world.shared[table, node] = answer
            world.answers[table, id(node)] = answer


def states(world: World, table: str, expr: Expr) -> list[State]:
    """The state of an expression for every row of a table."""
    prepare(world, [(table, expr)])
    return [evaluate(expr, RowEnvironment(world, table, row)) for row in range(len(world.tables[table].keys))]


def lines_of(plan: Plan, world: World, rule: LineRule) -> Iterable[Line]:
    """The lines that a rule writes."""
    rows = rule.rows
    inputs = [item.value for item in rule.inputs]
    prepare(world, [*row_parts(rows), *((rows.table, expr) for expr in (rule.amount, *inputs))])
    subjects = reach(world, rows.table, rows.link)
    subject_texts = world.tables[target_of(world, rows.table, rows.link)].texts
    sources = world.tables[rows.table].texts
    for item in taken(world, rows):
        place = subjects[item.row]
        if place is None:
            continue
        subject = subject_texts[place] if rule.party is None else rule.party
        source = sources[item.row] if rows.link else ""
        key = (rule.subject_kind, subject, rule.account, rule.rule, source)
        if item.wait is not None:
            yield Line(key, WAITING, None, plan.reasons[item.wait.reason].text, (), ())
            continue
        environment = RowEnvironment(world, rows.table, item.row)
        numbers, texts = input_slots(inputs, [evaluate(expr, environment) for expr in inputs])
        match evaluate(rule.amount, environment):
            case Waiting(reason):
                yield Line(key, WAITING, None, plan.reasons[reason].text, numbers, texts)
            case Missing(reason):
                yield Line(key, EXCLUDED, None, plan.reasons[reason].text, numbers, texts)
            case amount:
                yield Line(key, DUE, integer(amount), "", numbers, texts)


def input_slots(inputs: list[Expr], found: list[State]) -> tuple[tuple[int | None, ...], tuple[str | None, ...]]:
    """The numbers and texts of a line's inputs, laid out as `plan.lines.slots` says; None is no value."""
    numbers: list[int | None] = []
    texts: list[str | None] = []
    for expr, state in zip(inputs, found, strict=True):
        match expr.type.kind, state:
            case "text", str(text):
                texts.append(text)
            case "text", _:
                texts.append(None)
            case "ratio", Ratio(numerator, denominator):
                numbers += [numerator, denominator]
            case "ratio", _:
                numbers += [None, None]
            case _, int(value):
                numbers.append(int(value))
            case _:
                numbers.append(None)
    return tuple(numbers), tuple(texts)


def members_of(plan: Plan, world: World) -> tuple[Member, ...]:
    """Everybody who has a statement because of a block."""
    members: set[Member] = set()
    for rule in plan.members:
        verdicts: list[State] = [True] * len(world.tables[rule.table].keys)
        if rule.where is not None:
            verdicts = states(world, rule.table, rule.where)
        for text, verdict in zip(world.tables[rule.table].texts, verdicts, strict=True):
            if isinstance(verdict, Waiting) or verdict is True:
                members.add(Member(rule.account, rule.subject_kind, text))
    return tuple(sorted(members))


def listed_of(plan: Plan, world: World) -> tuple[ListedRow, ...]:
    """The rows that the exception rules found."""
    found: set[ListedRow] = set()
    for place, rule in enumerate(plan.exceptions):
        prepare(world, row_parts(rule.rows))
        texts = world.tables[rule.rows.table].texts
        found.update(ListedRow(place, texts[item.row]) for item in taken(world, rule.rows) if item.wait is None)
    return tuple(sorted(found))
