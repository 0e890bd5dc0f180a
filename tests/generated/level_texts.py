"""Rows over several levels of managers as text, drawn at random."""

from collections.abc import Callable

MANAGED = ["seller.manager", "seller.manager", "client.keeper.manager"]
LEVELS = [" up to 2 levels", " up to 3 levels", " up to 5 levels"]


def of_levels(pick: Callable[[list[str]], str], windows: list[str]) -> str:
    """A sum over everybody under a person, of what a deal or a person itself has."""
    if pick(["deals", "deals", "people"]) == "people":
        return f"sum(salary of people by manager{pick(LEVELS)}{pick(['', ' where senior', ' where role = seller'])})"
    rows = f"deals by {pick(MANAGED)}{pick(LEVELS)} on {pick(['won_on', 'signed_on'])}"
    rows += pick(["", " where kind = tender", " where amount > cost"]) + pick(windows)
    return (
        f"({pick(['0.01 RUB', '100 RUB'])} * count({rows}))"
        if pick(["sum", "count"]) == "count"
        else (f"sum({pick(['amount', '(amount - cost)'])} of {rows})")
    )
