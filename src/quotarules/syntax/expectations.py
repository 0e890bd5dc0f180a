"""What can stand at a place, in a reader's words and short: the grammar's own list is long and names its parts."""

from collections.abc import Sequence

from quotarules.syntax.tables import END, Tables

_NAMED = {
    "NAME": "a name",
    "NUMBER": "a number",
    "PERCENT": "a percentage",
    "ISO_DATE": "a date",
    "RETAIL": "`4-4-5`",
    "STRING": "a text in quotes",
    "CURRENCY_CODE": "a currency",
    "TIME_UNIT": "a unit of time",
    "AT_LEAST": "`at least`",
    "AT_MOST": "`at most`",
    "SHARE_OF": "`of`",
    "LIMIT_COMMA": "`, at most`",
    "OPTION_COMMA": "an option of the draw",
    "PART_COMMA": "a further part, as in `, 10% on DATE`",
    END: "the end of the clause",
}
_VALUE_WORDS = frozenset(
    {"yes", "no", "as_of", "this", "start", "end", "not", "working", "all", "earlier", "during", "from", "(", "+", "-"}
)
_OPERATORS = frozenset(
    {"+", "-", "*", "/", "per", "=", "!=", "<", "<=", ">", ">=", "is", "met", "and", "or", "when", "else", ".", "("}
)
_OPERATOR_ROLES = frozenset({"AT_LEAST", "AT_MOST", "SHARE_OF", "CURRENCY_CODE", "TIME_UNIT"})
_LITERALS = frozenset({"NAME", "NUMBER", "PERCENT", "ISO_DATE", "STRING"})


def described(tables: Tables, roles: Sequence[str]) -> tuple[str, ...]:
    """The roles that can stand next, as things to write, the most telling first."""
    words = {role: word for word, role in tables.keywords.items()}
    rest = list(roles)
    found: list[str] = []
    if "NUMBER" in rest and "LPAR" in rest:
        found.append("a value")
        rest = [role for role in rest if role not in _LITERALS and words.get(role) not in _VALUE_WORDS]
    operators = []
    if "PLUS" in rest and "STAR" in rest:
        operators = ["an operator"]
        units = _OPERATOR_ROLES if "POINTS" in rest else _OPERATOR_ROLES - {"CURRENCY_CODE", "TIME_UNIT"}
        hidden = _OPERATORS | ({"points", "working"} if "POINTS" in rest else set())
        rest = [role for role in rest if role not in units and words.get(role) not in hidden]
    ends = [role for role in rest if role == END]
    commas = [role for role in rest if words.get(role) == ","]
    others = [role for role in rest if role not in ends and role not in commas and role != "LIMIT_COMMA"]
    found.extend(f"`{words[role]}`" for role in others if role not in _NAMED)
    found.extend(_NAMED[role] for role in others if role in _NAMED)
    found.extend(operators)
    found.extend("a comma" for _ in commas)
    found.extend(_NAMED[role] for role in ends)
    return tuple(found)


def keywords(tables: Tables, roles: Sequence[str]) -> tuple[str, ...]:
    """The words among the roles that can stand next."""
    words = {role: word for word, role in tables.keywords.items() if word[0].isalpha()}
    special = {"SHARE_OF": "of"}
    return tuple(sorted({words.get(role) or special[role] for role in roles if role in words or role in special}))


def nearest(text: str, known: Sequence[str]) -> str | None:
    """The known word that a written one most likely means: one slip in a short word, two in a longer one."""
    if len(text) > 20:
        return None
    low = text.lower()
    near = [(distance, word) for word in known if (distance := _distance(low, word)) <= (1 if len(word) < 6 else 2)]
    best = min(near, default=None)
    return None if best is None or best[0] >= len(best[1]) else best[1]


def _distance(one: str, other: str) -> int:
    """How many letters are wrong, left out, added or exchanged with their neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, right in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]
