"""The row that a line is for, as its subject may see it: a statement holds nobody else's key."""

from quotarules.plan.invariants import path_end
from quotarules.plan.lines import key_text
from quotarules.plan.nodes import LineRule, Plan
from quotarules.values.schema import TableSpec

HIDDEN = "*"
"""Stands for the key of another person."""


def persons(plan: Plan) -> frozenset[str]:
    """The tables of people: who is paid or shares in a pool; else who owes a term; else who has a karma."""
    kinds = {account.name: account.kind for account in plan.accounts}
    tables: dict[str, set[str]] = {
        "pay": set(),
        "carry": set(),
        "item": set(),
        "team": set(),
        "sla": set(),
        "karma": set(),
    }
    for member in plan.members:
        tables[kinds[member.account]].add(member.table)
    for rule in plan.lines:
        end = path_end(plan.schema, rule.rows.table, rule.rows.link)
        if rule.party is None and end is not None:
            tables[kinds[rule.account]].add(end)
    return frozenset(tables["pay"] | tables["team"] or tables["sla"] or tables["karma"])


def shown_source(plan: Plan, rule: LineRule, subject: str, source: str) -> str:
    """The key of a line's row, with `*` for each part that is the key of a person who is not the line's subject."""
    spec = plan.schema.table(rule.rows.table)
    if not rule.rows.link or spec is None:
        return source
    own, people = path_end(plan.schema, spec.name, rule.rows.link), persons(plan)
    parts = source.split("/") if len(spec.key) > 1 else [source]
    shown = key_text((subject, "")).removesuffix("/") if len(spec.key) > 1 else subject
    for place, name in enumerate(spec.key):
        target = _person_of(plan, spec, name, people)
        if target is not None and (target, parts[place]) != (own, shown):
            parts[place] = HIDDEN
    return "/".join(parts)


def _person_of(plan: Plan, spec: TableSpec, name: str, people: frozenset[str]) -> str | None:
    """The table of people whose keys a key column holds, also by way of a table that has one row for each of them."""
    if spec.name in people and len(spec.key) == 1:
        return spec.name
    column = spec.column(name)
    reached = plan.schema.table(column.target) if column is not None and column.target is not None else None
    return None if reached is None else _person_of(plan, reached, reached.key[0], people)
