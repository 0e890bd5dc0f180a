"""Before a period is settled: whether every item that is carried still has its row, and the row its subject.

Engines find an item by its row and the subject that the row leads to. One that no row finds would be lost in silence.
"""

from collections import defaultdict

from quotarules.diagnostics.problem import Problem
from quotarules.engines.problems import ItemOfAnother, ItemWithoutRow
from quotarules.engines.reference.table import Table, fact_table, key_part
from quotarules.ledger.tables import Ledger
from quotarules.plan.lines import ITEMS, OpeningBalance
from quotarules.plan.nodes import LineRule, Plan

Item = tuple[str, str]
"""Source and subject."""


def lost_items(plan: Plan, ledger: Ledger, openings: tuple[OpeningBalance, ...]) -> tuple[Problem, ...]:
    """A problem for each account with items that no row of the facts accounts for.

    What is wholly paid may lose its row: it is kept for a clawback only, and none can lead to it any more.
    """
    kept = {account.name for account in plan.accounts if account.kind in ITEMS}
    held: dict[str, list[Item]] = defaultdict(list)
    for opening in openings:
        if opening.account in kept:
            held[opening.account].append((opening.source, opening.subject))
    tables: dict[str, Table] = {}
    found: list[Problem] = []
    for account, items in held.items():
        rule = next(rule for rule in plan.lines if rule.account == account)
        owners = _owners(plan, ledger, rule, tables)
        gone = tuple(sorted(item for item in items if item[0] not in owners))
        moved = tuple(sorted(item for item in items if item[0] in owners and owners[item[0]] != item[1]))
        if gone and rule.account.endswith(" unpaid"):
            found.append(ItemWithoutRow(rule.span, account, rule.rows.table, gone))
        if moved:
            found.append(ItemOfAnother(rule.span, account, rule.rows.table, moved))
    return tuple(found)


def _owners(plan: Plan, ledger: Ledger, rule: LineRule, tables: dict[str, Table]) -> dict[str, str | None]:
    """The subject of each row of a rule's table, by key text; None where a link on the way is missing."""

    def table(name: str) -> Table:
        if name not in tables:
            tables[name] = fact_table(plan.schema, ledger.tables[name])
        return tables[name]

    here = table(rule.rows.table)
    rows: list[int | None] = list(range(len(here.keys)))
    at = here
    for link in rule.rows.link:
        target = table(at.links[link])
        step = [None if key is None else target.places[key_part(key)] for key in at.columns[link]]
        rows = [None if row is None else step[row] for row in rows]
        at = target
    return {source: None if row is None else at.texts[row] for source, row in zip(here.texts, rows, strict=True)}
