"""When the rows of a kept relation may go: after the last query that reads them, be it through views."""

from collections.abc import Iterable, Mapping

from quotarules.engines.sql.script import PlanScript
from quotarules.engines.sql.tree import Select
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class Unread:
    """Kept relations that nothing reads any more: by the relation that is the last to read them, and before the lines.

    Members and rows to be named are asked for before the lines are; what the lines read stays.
    """

    after: Mapping[str, tuple[str, ...]]
    before_lines: tuple[str, ...]


def unread(script: PlanScript) -> Unread:
    """When each kept relation of a script has been read for the last time."""
    through: dict[str, frozenset[str]] = {}
    last: dict[str, str] = {}
    for relation in script.relations:
        read = _read([relation.select], through)
        through[relation.name] = frozenset({relation.name}) if relation.kept else read
        # A view is checked against what it reads when it is made, also one that nobody reads.
        last |= dict.fromkeys((*read, relation.name) if relation.kept else read, relation.name)
    by_lines, by_keys = _read(script.lines, through), _read((*script.members, *script.listed), through)
    after: dict[str, list[str]] = {}
    for name, reader in last.items():
        if name not in by_lines and name not in by_keys:
            after.setdefault(reader, []).append(name)
    return Unread(
        {reader: tuple(names) for reader, names in after.items()},
        tuple(name for name in last if name in by_keys and name not in by_lines),
    )


def _read(selects: Iterable[Select], through: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The kept relations whose rows queries read, themselves or through views."""
    found: set[str] = set()
    for select in selects:
        for name in (select.source, *(join.relation for join in select.joins)):
            found |= through.get(name or "", frozenset())
    return frozenset(found)
