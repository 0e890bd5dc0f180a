"""Measures, tables and tiers that nothing reads which is paid, counted or owed."""

from collections.abc import Collection, Iterator

from quotarules.diagnostics.source import Span
from quotarules.records import values_of
from quotarules.semantics.checked import CheckedPlan, Origin, Read, TableCall, TiersCall
from quotarules.semantics.problems.lints import Unused

Key = tuple[str, str, str]
"""Kind (`measure`, `table`, `tiers`), table of a measure, name."""


def unused(plan: CheckedPlan, constants: Collection[tuple[str, str]] = ()) -> Iterator[Unused]:
    """A warning for each measure, table and tiers that no pay, karma, team or sla reads, straight or through others.

    `constants` are measures whose amounts stand in tables and tiers; they are not told of.
    """
    measures = {("measure", item.table, item.name): item for item in plan.measures}
    used: set[Key] = set()
    waiting: list[object] = [plan.pays, plan.karmas, plan.teams, plan.slas]
    while waiting:
        for key in _named(waiting.pop()):
            if key not in used:
                used.add(key)
                waiting.extend([measures[key].value] if key in measures else [])
    for key, measure in measures.items():
        if key not in used and key[1:] not in constants:
            yield Unused(measure.span, "measure", measure.name)
    base = {version.name: name for name, versions in plan.versions for version in versions}
    told: set[Key] = set()
    kinds = (("table", plan.tables), ("tiers", plan.tiers))
    for kind, items in kinds:
        for item in items:
            key = (kind, "", base.get(item.name, item.name))
            if key not in used and key not in told:
                told.add(key)
                yield Unused(item.span, kind, key[2])


def _named(root: object) -> Iterator[Key]:
    """The measures, tables and tiers that a part of the tree reads straight."""
    stack = [root]
    while stack:
        item = stack.pop()
        match item:
            case Read(origin=Origin.MEASURE):
                yield "measure", item.table, item.name
            case TableCall():
                yield "table", "", item.table
            case TiersCall():
                yield "tiers", "", item.tiers
            case _:
                pass
        if isinstance(item, tuple):
            stack.extend(item)
        elif not isinstance(item, Span):
            stack.extend(values_of(item))
