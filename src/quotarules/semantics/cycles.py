"""Values that need themselves: karmas, slas, team bonuses and measures as a graph, and its circles.

A balance as it stood when the period opened needs nothing; what a newcomer starts at reads only such balances. So
each value stands in the graph twice: as everybody reads it, and as a newcomer's start reads it.
"""

from collections.abc import Iterable

from quotarules.diagnostics.source import Span
from quotarules.records import dataclass
from quotarules.semantics.checked import (
    CheckedKarma,
    CheckedMeasure,
    CheckedRows,
    CheckedSla,
    CheckedTeam,
    CheckedTotal,
    Origin,
    Read,
    Typed,
)
from quotarules.semantics.problems.plan import Circle
from quotarules.semantics.tree import reads


@dataclass(frozen=True, slots=True)
class Node:
    """A computed value; `opening` where balances in it are those at the period's opening."""

    kind: str
    table: str
    name: str
    opening: bool


Edge = tuple[Node, Span]
Graph = dict[Node, tuple[Edge, ...]]


def circles(
    measures: Iterable[CheckedMeasure],
    karmas: Iterable[CheckedKarma],
    slas: Iterable[CheckedSla],
    teams: Iterable[CheckedTeam],
) -> tuple[Circle, ...]:
    """One problem for each group of values that need each other."""
    graph: Graph = {}
    for opening in (False, True):
        for measure in measures:
            node = Node("measure", measure.table, measure.name, opening)
            graph[node] = _edges(opening, measure.value)
        for sla in slas:
            for term in sla.terms:
                node = Node("sla", "", f"{sla.name}.{term.name}", opening)
                parts = (term.condition,) if isinstance(term, CheckedTotal) else (term.rows, term.event, term.start)
                graph[node] = _edges(opening, *parts)
        for team in teams:
            node = Node("team", "", team.name, opening)
            graph[node] = _edges(opening, team.source, team.pool, team.gate, team.among, team.weight, team.role)
    for karma in karmas:
        lines = [part for line in karma.lines for part in (line.amount, line.rows)]
        now = _edges(False, karma.where, *lines)
        graph[Node("karma", "", karma.name, opening=False)] = (*now, *_edges(True, karma.newcomer))
    return tuple(Circle(steps) for steps in _find(graph))


def _edges(opening: bool, *parts: Typed | CheckedRows | None) -> tuple[Edge, ...]:
    found = (_target(read, opening) for read in reads(*parts))
    return tuple(edge for edge in found if edge is not None)


def _target(read: Read, opening: bool) -> Edge | None:
    match read.origin:
        case Origin.FACT:
            return None
        case Origin.MEASURE:
            return Node("measure", read.table, read.name, opening), read.span
        case Origin.KARMA:
            return None if opening else (Node("karma", "", read.name, opening=False), read.span)
        case Origin.SLA_SHARE | Origin.SLA_MET:
            return Node("sla", "", read.name, opening), read.span
        case Origin.TEAM:
            return Node("team", "", read.name, opening), read.span


def _find(graph: Graph) -> list[tuple[tuple[str, Span], ...]]:
    """A circle for each start from which one is met first; depth first, without recursion."""
    done: set[Node] = set()
    found: list[tuple[tuple[str, Span], ...]] = []
    shown: set[frozenset[tuple[str, str, str]]] = set()
    for start in graph:
        if start in done:
            continue
        path: list[Edge] = []
        stack: list[tuple[Node, int]] = [(start, 0)]
        on_path = {start}
        while stack:
            node, at = stack[-1]
            edges = graph.get(node, ())
            if at == len(edges):
                stack.pop()
                on_path.discard(node)
                done.add(node)
                if path:
                    path.pop()
                continue
            stack[-1] = (node, at + 1)
            target, span = edges[at]
            if target in on_path:
                circle = _circle([node for node, _ in stack], path, (target, span))
                members = frozenset((kind.kind, kind.table, kind.name) for kind, _ in circle)
                if members not in shown:
                    shown.add(members)
                    found.append(tuple((f"`{step.name}`", place) for step, place in circle))
            elif target not in done and target in graph:
                stack.append((target, 0))
                path.append((target, span))
                on_path.add(target)
    return found


def _circle(nodes: list[Node], path: list[Edge], last: Edge) -> list[Edge]:
    """The nodes from the one that is met again, each with the place where it reads the next one."""
    first = nodes.index(last[0])
    spans = [span for _, span in path[first:]] + [last[1]]
    return list(zip(nodes[first:], spans, strict=True))
