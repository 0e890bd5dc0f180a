"""Places among rows as text, drawn at random."""

from collections.abc import Callable

RANKED = {
    "people": (["salary", "-salary"], ["all people"], ["", " where role = seller", " where senior"]),
    "clients": (["size", "-size"], ["all clients", "clients by keeper"], ["", " where size > 10"]),
    "deals": (
        ["amount", "(amount - cost)", "-client.size"],
        ["all deals", "deals by seller", "deals by client"],
        ["", " on won_on", " on signed_on", " on won_on where kind = tender", " where amount > cost"],
    ),
}


def place_among(table: str, pick: Callable[[list[str]], str]) -> str:
    """The place of a row of `table` among rows like it, 7 where it has none."""
    values, rows, tests = RANKED[table]
    return f"(rank({pick(values)} of {pick(rows)}{pick(tests)}) else 7)"
