"""Before a period is settled: whether every item that is carried still has its row, and the row its subject.

Engines find an item by its row and the subject that the row leads to. One that no row finds would be lost in silence.
"""

from collections import defaultdict
from dataclasses import field

from quotarules.diagnostics.problem import Problem
from quotarules.engines.problems import ItemOfAnother, ItemWithoutRow
from quotarules.engines.reference.table import Table, fact_table, key_part
from quotarules.ledger.some_rows import Keys, first_keys, some_rows
from quotarules.ledger.tables import Ledger
from quotarules.plan.lines import ITEMS, OpeningBalance
from quotarules.plan.nodes import LineRule, Plan
from quotarules.records import dataclass
from quotarules.values.schema import FactSchema

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
    facts = _Facts(plan.schema, ledger)
    found: list[Problem] = []
    for account, items in held.items():
        rule = next(rule for rule in plan.lines if rule.account == account)
        owners = _owners(facts, rule, {source for source, _ in items})
        gone = tuple(sorted(item for item in items if item[0] not in owners))
        moved = tuple(sorted(item for item in items if item[0] in owners and owners[item[0]] != item[1]))
        if gone and rule.account.endswith(" unpaid"):
            found.append(ItemWithoutRow(rule.span, account, rule.rows.table, gone))
        if moved:
            found.append(ItemOfAnother(rule.span, account, rule.rows.table, moved))
    return tuple(found)


def _owners(facts: "_Facts", rule: LineRule, sources: set[str]) -> dict[str, str | None]:
    """The subject of each row of a rule's table, by key text; None where a link on the way is missing.

    Rows that none of `sources` names may be left out.
    """
    path = rule.rows.link
    away = facts.ledger.elsewhere.get(rule.rows.table)
    here = facts.table(rule.rows.table, path[:1], None if away is None else first_keys(away, sources))
    rows: list[int | None] = list(range(len(here.keys)))
    at = here
    for place, link in enumerate(path, 1):
        keys = [None if key is None else key_part(key) for key in at.columns[link]]
        target = facts.table(at.links[link], path[place : place + 1], {key for key in keys if key is not None})
        step = [None if key is None else target.places[key] for key in keys]
        rows = [None if row is None else step[row] for row in rows]
        at = target
    return {source: None if row is None else at.texts[row] for source, row in zip(here.texts, rows, strict=True)}


@dataclass(frozen=True, slots=True)
class _Facts:
    """Tables as Python values; those whose rows are here are `kept`."""

    schema: FactSchema
    ledger: Ledger
    kept: dict[str, Table] = field(default_factory=dict)

    def table(self, name: str, columns: tuple[str, ...], keys: Keys | None) -> Table:
        """A table; if its rows are elsewhere, some columns of those whose key begins with one of `keys`, if given."""
        away = self.ledger.elsewhere.get(name)
        if away is not None:
            return fact_table(self.schema, some_rows(away, columns, keys))
        if name not in self.kept:
            self.kept[name] = fact_table(self.schema, self.ledger.tables[name])
        return self.kept[name]
