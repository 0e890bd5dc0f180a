"""Parts of a pool make the whole, whatever is drawn: of members of a deal, deals of a region, visits of a guest."""

import os
from collections import defaultdict
from dataclasses import replace

import pytest

from drawing import seeded
from engines.drawn_expressions import Maker, allot
from engines.drawn_facts import LINKS, facts
from engines.sample import Gone, Sample, Seen, Waits
from quotarules.engines.reference.interpreter import settle
from quotarules.plan.bounds import infer
from quotarules.plan.nodes import Allot, Expr

COUNT = int(os.environ.get("QUOTARULES_GENERATED_CASES", "100"))


def group_of(sample: Sample, parts: Allot) -> Expr:
    """The link that leads from a row to what its pool belongs to."""
    *before, last = parts.rows.link
    table = parts.rows.table
    for link in before:
        table = LINKS[table][link]
    return sample.col(table, last, " ".join(before))


@pytest.mark.parametrize("table", ["members", "deals", "visits"])
def test_parts_make_the_whole(table: str) -> None:
    shared = 0
    for case in range(COUNT):
        draw = seeded(f"parts of {table} {case}")
        sample = facts(draw)
        parts = allot(Maker(draw, sample, 1), table)
        assert isinstance(parts, Allot)
        # Of an empty role the company may keep what it would have had; then the parts make less.
        parts = replace(parts, gives="part", type=parts.pool.type, kept=False)
        if case % 2:
            parts = replace(parts, rows=replace(parts.rows, date=None, window=None, where=None))
        sample.computed(table, "part", parts)
        if infer(sample.plan()).too_wide:
            continue
        pools, owners = (sample.see(settle, table, column) for column in (parts.pool, group_of(sample, parts)))
        groups: defaultdict[tuple[Seen, Seen], int] = defaultdict(int)
        for row, part in sample.see(settle, table, parts).items():
            if not isinstance(part, Gone | Waits):
                assert isinstance(part, int)
                groups[owners[row], pools[row]] += part
        assert all(whole == pool for (_, pool), whole in groups.items()), sample
        shared += len(groups)
    assert shared > COUNT // 10
