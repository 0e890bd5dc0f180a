"""Random well-formed plans over small ledgers, biased to ties, edges, one unit beside them, and what is missing.

The schema is fixed, so that a failing example can be read; its rows, the expressions, rules and openings are drawn.
"""

from drawing import Draw
from engines.drawn_expressions import Maker, an_integer, dated
from engines.drawn_facts import TABLES, facts, paths
from engines.sample import NOWHERE, Sample
from quotarules.plan.nodes import (
    Account,
    ComputedColumn,
    ExceptionRule,
    Kind,
    LineRule,
    MemberRule,
    Rows,
    TraceInput,
)
from quotarules.values.schema import COMPANY


def line_rule(make: Maker, name: str) -> LineRule:
    table = make.pick(TABLES)
    party = "Marketing" if table == COMPANY and make.maybe(1) else None
    link = () if table == COMPANY or make.maybe(1) else make.pick(paths(table, 1))[0]
    date, window = dated(make, table) if make.maybe() else (None, None)
    where = make.condition(table) if make.maybe() else None
    amount = an_integer(make, table)
    kinds = [make.pick([Kind.INTEGER, *Kind]) for _ in range(make.pick([0, 1, 2, 4]))]
    inputs = tuple(TraceInput(f"input {n}", make.of(table, kind)) for n, kind in enumerate(kinds))
    kind = "party" if party is not None else make.pick(["person", "client"])
    rows = Rows(table, link, None, False, date, window, where)
    return LineRule(name, make.pick(["one", "two"]), "Line", kind, party, rows, amount, inputs, NOWHERE)


def samples(draw: Draw, depth: int = 3) -> Sample:
    """A plan with its ledger and openings."""
    sample = facts(draw)
    make = Maker(draw, sample, depth)
    for n in range(draw.number(0, 3)):
        table = make.pick(TABLES)
        value = make.of(table, make.pick([Kind.INTEGER, *Kind]))
        sample.columns.append(ComputedColumn(table, f"made {n}", f"Made {n}", value, NOWHERE))
    for n in range(draw.number(1, 3)):
        rule = line_rule(make, f"account {n}")
        sample.accounts.append(Account(rule.account, "pay", "Pay", "", rule.amount.type.scale))
        sample.lines.append(rule)
    if make.maybe(1):
        table = make.pick(TABLES)
        where = make.condition(table) if make.maybe(1) else None
        sample.members.append(MemberRule("pay", "person", table, where))
    if make.maybe(1):
        table = make.pick([table for table in TABLES if table != COMPANY])
        date, window = dated(make, table)
        where = make.condition(table) if make.maybe(1) else None
        rows = Rows(table, (), None, False, date, window, where)
        sample.exceptions.append(ExceptionRule("listed", "Listed", rows, NOWHERE))
    return sample
