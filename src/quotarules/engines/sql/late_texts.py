"""Keys on their way through a script as places alone: the last queries look their texts up among the facts.

A text is four times as long as a place, and whatever is sorted, exchanged or kept on the way would hold it.
"""

from dataclasses import replace

from quotarules.engines.sql.build import case, test
from quotarules.engines.sql.frames import Lowered
from quotarules.engines.sql.lines import Final
from quotarules.engines.sql.schedule import facts_relation
from quotarules.engines.sql.tree import Case, Escaped, Int, Joined, KeyText, Named, Ref, Sql, SqlType, Text


def with_late_texts(lowered: Lowered, final: Final) -> Final:
    """The query with the texts of keys from the tables whose keys they are, unless it reads the facts as they are."""
    frame = lowered.frames[final.table]
    if all(ref.name in frame.facts for ref in final.root().reads if isinstance(ref, Ref)):
        return final
    looking = _LookedUp(lowered, final.table)
    columns = tuple(Named(column.name, looking.text(column.value)) for column in final.columns)
    return replace(final, columns=columns, joins=tuple(looking.joins.values()))


class _LookedUp:
    """The joins that bring texts, by the column of a table whose places they are found by."""

    def __init__(self, lowered: Lowered, table: str) -> None:
        self.lowered = lowered
        self.table = table
        self.joins: dict[str, Joined] = {}

    def text(self, value: Sql) -> Sql:
        """The expression with keys from where they are looked up; what is more than a text chosen stays as it is."""
        match value:
            case Ref():
                return self._column(value)
            case KeyText():
                return replace(value, parts=tuple(map(self.text, value.parts)))
            case Escaped():
                return replace(value, operand=self.text(value.operand))
            case Case() if value.type is SqlType.TEXT:
                whens = tuple((condition, self.text(chosen)) for condition, chosen in value.whens)
                return replace(value, whens=whens, default=None if value.default is None else self.text(value.default))
            case _:
                return value

    def _column(self, held: Ref) -> Sql:
        places = self.lowered.places
        place, root = places.columns.get((self.table, held.name)), places.roots.get((self.table, held.name))
        if place is None or root is None:
            return held
        number = self.lowered.frames[self.table].ref(place)
        if words := places.words.get((self.table, held.name)):
            whens = [(test("=", number, Int(at, SqlType.SMALL)), Text(word)) for at, word in enumerate(words)]
            return case(whens, None, SqlType.TEXT)
        # A table has a row for each of its own keys, which is no fewer than would be looked up.
        if root[0] == self.table or root not in places.looked_up:
            return held
        if place not in self.joins:
            alias = f"k{len(self.joins) + 1}"
            on = test("=", number, Ref(alias, places.columns[root], SqlType.SMALL))
            self.joins[place] = Joined(facts_relation(root[0]), alias, (on,))
        return Ref(self.joins[place].alias, root[1], SqlType.TEXT)
