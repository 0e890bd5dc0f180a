"""Where a script is cut into sections for Spark: its optimizer writes columns out into those that read them.

A condition is moved below the columns that it tests, as far as it goes, and so becomes an expression of the facts. Over
thirty relations in which each column reads several of the one before, it has more parts than anybody can wait for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from quotarules.engines.sql.build import has_window, refs, size
from quotarules.engines.sql.tree import Relation, Sql

MOST = 400
"""The most parts that a column may have when it is written out."""


def sections(relations: Sequence[Relation], most: int = MOST) -> tuple[Relation, ...]:
    """The same relations, with those kept too beyond which columns would have more than `most` parts."""
    written: dict[str, dict[str, int]] = {}
    cut: list[Relation] = []
    for relation in relations:
        select = relation.select
        aliases = {join.alias: written.get(join.relation, {}) for join in select.joins}
        if select.source is not None:
            aliases[select.alias] = written.get(select.source, {})
        sizes = {column.name: _written_out(column.value, aliases) for column in select.columns}
        kept = relation.kept or max(sizes.values(), default=0) > most
        grouped = kept or select.group is not None
        ends = {column.name for column in select.columns if grouped or has_window(column.value)}
        written[relation.name] = {name: 1 if name in ends else parts for name, parts in sizes.items()}
        cut.append(replace(relation, kept=kept))
    return tuple(cut)


def _written_out(value: Sql, aliases: Mapping[str, Mapping[str, int]]) -> int:
    """The parts of an expression in which each column is written out."""
    return size(value) + sum(aliases.get(ref.alias, {}).get(ref.name, 1) - 1 for ref in refs(value))
