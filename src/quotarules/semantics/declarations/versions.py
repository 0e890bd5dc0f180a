"""Versions of tables and tiers: the days on which each is in force, and that they follow each other without a hole."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from quotarules.diagnostics.source import Span
from quotarules.semantics.checked import CheckedTable, CheckedTiers, CheckedVersion, Choice, Quantity, TextType
from quotarules.semantics.declarations.tables import check_table
from quotarules.semantics.declarations.tiers import check_tiers
from quotarules.semantics.desk import Desk
from quotarules.semantics.kinds import joint, said
from quotarules.semantics.problems.plan import RangeBackwards
from quotarules.semantics.problems.versions import VersionsDiffer, VersionsMissing, VersionsOverlap
from quotarules.syntax import ast
from quotarules.values.period import LAST_DAY, calendar_date

Versioned = ast.TableDeclaration | ast.TiersDeclaration


def check_lookups(desk: Desk) -> None:
    """Checks every table and all tiers; of those with versions each, in the order of their days."""
    for name, table in desk.names.tables.items():
        if name not in desk.names.versions:
            desk.tables[name] = check_table(desk, table)
    for name, tiers in desk.names.tiers.items():
        if name not in desk.names.versions:
            desk.tiers[name] = check_tiers(desk, tiers)
    for name, nodes in desk.names.versions.items():
        _check_versions(desk, name, _in_order(nodes))


def _in_order(nodes: tuple[Versioned, ...]) -> tuple[Versioned, ...]:
    return tuple(sorted(nodes, key=_first))


def _first(node: Versioned) -> int:
    assert node.validity is not None, "a version says from when it holds"
    return node.validity.first.day


def _check_versions(desk: Desk, name: str, nodes: tuple[Versioned, ...]) -> None:
    days = _days(desk, name, nodes)
    found: list[CheckedTable | CheckedTiers | None] = [
        check_table(desk, node) if isinstance(node, ast.TableDeclaration) else check_tiers(desk, node) for node in nodes
    ]
    whole = [item for item in found if item is not None]
    fine = len(whole) == len(found) and days is not None
    for node, item in zip(nodes, whole, strict=False) if fine else ():
        fine = _alike(desk, nodes[0], whole[0], node, item) and fine
    if fine and days is not None:
        desk.versions[name] = tuple(zip(days, whole, strict=True))
    first = whole[0] if fine else None
    if isinstance(nodes[0], ast.TableDeclaration):
        desk.tables[name] = first if isinstance(first, CheckedTable) else None
    else:
        desk.tiers[name] = _widest(first, whole) if isinstance(first, CheckedTiers) else None


def _widest(first: CheckedTiers, versions: list[CheckedTable | CheckedTiers]) -> CheckedTiers:
    """The first version as others see it: what it gives is an exact quotient if that of any version is."""
    ratio = any(isinstance(item.type, Quantity) and item.type.ratio for item in versions)
    assert isinstance(first.type, Quantity), "tiers give amounts"
    return replace(first, type=Quantity(first.type.unit, ratio))


def _days(desk: Desk, name: str, nodes: tuple[Versioned, ...]) -> tuple[CheckedVersion, ...] | None:
    """The days of each version, or None with problems: one that ends before it begins, holes and overlaps."""
    fine = True
    days: list[CheckedVersion] = []
    for place, node in enumerate(nodes):
        validity = node.validity
        assert validity is not None, "a version says from when it holds"
        until = _first(nodes[place + 1]) - 1 if place + 1 < len(nodes) else LAST_DAY
        last = until if validity.last is None else validity.last.day
        if validity.last is not None and last < validity.first.day:
            desk.found.add(RangeBackwards(validity.last.span, validity.first.span, f"`{name}` ends before it begins"))
            fine = False
        internal = f"{name} from {calendar_date(validity.first.day).isoformat()}"
        days.append(CheckedVersion(internal, validity.first.day, last, validity.retroactive))
    if not fine:
        return None
    for (one, before), (other, after) in pairwise(zip(nodes, days, strict=True)):
        if before.last >= after.first:
            desk.found.add(VersionsOverlap(_span(other), name, after.first, _span(one)))
            fine = False
        elif before.last + 1 < after.first:
            desk.found.add(VersionsMissing(_span(other), name, before.last + 1, after.first - 1, _span(one)))
            fine = False
    return tuple(days) if _whole_plan(desk, name, nodes, days) and fine else None


def _whole_plan(desk: Desk, name: str, nodes: tuple[Versioned, ...], days: list[CheckedVersion]) -> bool:
    """Whether the versions reach from the plan's first day through its last; problems if not."""
    plan, effective = desk.names.plan, desk.settings.effective
    if plan is None or plan.effective_from is None or effective is None:
        return True
    begins, ends = plan.effective_from.span, (plan.effective_through or plan.effective_from).span
    early, late = days[0].first <= effective[0], days[-1].last >= effective[1]
    if not early:
        desk.found.add(VersionsMissing(_span(nodes[0]), name, effective[0], days[0].first - 1, begins))
    if not late:
        desk.found.add(VersionsMissing(_span(nodes[-1]), name, days[-1].last + 1, effective[1], ends))
    return early and late


def _span(node: Versioned) -> Span:
    assert node.validity is not None, "a version says from when it holds"
    return node.validity.span


def _alike(
    desk: Desk,
    node: Versioned,
    first: CheckedTable | CheckedTiers,
    other_node: Versioned,
    other: CheckedTable | CheckedTiers,
) -> bool:
    """Whether a version is read with the same types as the first one, and gives the same."""
    match first, other:
        case CheckedTable(), CheckedTable():
            pairs = [*zip(first.key_types, other.key_types, strict=False), (first.type, other.type)]
            if len(first.key_types) != len(other.key_types):
                counts = (f"{len(first.key_types)} keys", f"{len(other.key_types)} keys")
                desk.found.add(VersionsDiffer(other_node.name.span, first.name, *counts, node.name.span))
                return False
        case CheckedTiers(), CheckedTiers():
            pairs = [(first.amount, other.amount), (first.type, other.type)]
        case _:
            raise AssertionError("a table and tiers never share a name")
    for one, two in pairs:
        words = isinstance(one, Choice | TextType) and isinstance(two, Choice | TextType)
        if one != two and not words and joint(one, two) is None:
            desk.found.add(VersionsDiffer(other_node.name.span, first.name, said(one), said(two), node.name.span))
            return False
    return True


# --- for the plan ----------------------------------------------------------------------------------


def plan_tables(desk: Desk) -> tuple[CheckedTable, ...]:
    """Every table, and each version of one under a name of its own."""
    return tuple(item for item in _each(desk, desk.tables.items()) if isinstance(item, CheckedTable))


def plan_tiers(desk: Desk) -> tuple[CheckedTiers, ...]:
    """All tiers, and each version of some under a name of its own."""
    return tuple(item for item in _each(desk, desk.tiers.items()) if isinstance(item, CheckedTiers))


def _each(
    desk: Desk, items: Iterable[tuple[str, CheckedTable | None]] | Iterable[tuple[str, CheckedTiers | None]]
) -> Iterable[CheckedTable | CheckedTiers]:
    for name, item in items:
        if name in desk.versions:
            yield from (replace(version, name=days.name) for days, version in desk.versions[name])
        elif item is not None:
            yield item


def plan_versions(desk: Desk) -> tuple[tuple[str, tuple[CheckedVersion, ...]], ...]:
    """The versions of each name that has some, in the order of their days."""
    return tuple((name, tuple(days for days, _ in held)) for name, held in desk.versions.items())
