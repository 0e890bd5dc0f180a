"""What a seller of the sample agency earned and has not got yet, gave back, lost above the cap and owes of a draw."""

from dataclasses import dataclass, field
from fractions import Fraction

from samples.agency_facts import Row, deals, in_month, ledger
from samples.settling import rounded

Lines = dict[tuple[str, str, str], Fraction | str | None]
"""(person, rule, source) to an amount; None if excluded, a reason if waiting."""

DRAW = Fraction(40_000)


@dataclass(slots=True)
class Parts:
    """Deals to what they earned and what of it was paid, both after refunds; people to what they owe."""

    earned: dict[str, Fraction] = field(default_factory=dict)
    paid: dict[str, Fraction] = field(default_factory=dict)
    first: dict[str, Fraction] = field(default_factory=dict)
    owed: dict[str, Fraction] = field(default_factory=dict)


def new_lines(parts: Parts, person: str, won: dict[str, Fraction], as_of: str, *, is_open: bool) -> Lines:
    """Seven tenths when a deal is won, the rest when it is paid; behind a shut gate nothing new is earned."""
    lines: Lines = {}
    for deal, amount in won.items():
        if is_open:
            parts.earned[deal] = parts.first[deal] = amount
            parts.paid[deal] = Fraction(0)
        else:
            lines[person, "seller.new", deal] = None
    for deal, amount in parts.first.items():
        paid_on = deals()[deal]["paid_on"]
        if deals()[deal]["seller"] != person or parts.earned[deal] == parts.paid[deal]:
            continue
        due = amount if paid_on and paid_on <= as_of else rounded(amount * 7 / 10)
        if due != parts.paid[deal]:
            lines[person, "seller.new", deal] = due - parts.paid[deal]
            parts.paid[deal] = due
    return lines


def refund_lines(parts: Parts, person: str, month: str) -> Lines:
    """The refunded part of what was paid for the deal comes back; a deal that earned nothing gives nothing."""
    lines: Lines = {}
    for refund in in_month(ledger("refunds"), "refunded_on", month):
        deal = deals()[refund["deal"]]
        if deal["seller"] != person:
            continue
        key = (person, "seller.back", refund["refund"])
        if deal["deal"] not in parts.first:
            lines[key] = None
            continue
        back = rounded(parts.first[deal["deal"]] * Fraction(refund["amount"]) / Fraction(deal["amount"]))
        parts.earned[deal["deal"]] -= back
        parts.paid[deal["deal"]] -= back
        lines[key] = -back
    return lines


def cap_and_draw(parts: Parts, row: Row, month: str, lines: Lines) -> Lines:
    """What is due without the base is cut to one salary, then topped up in the first half year, or pays back."""
    person = row["person"]
    due = sum(
        (x for (p, rule, _), x in lines.items() if p == person and rule != "seller.base" and isinstance(x, Fraction)),
        Fraction(0),
    )
    over = max(due - Fraction(row["salary"]), Fraction(0))
    left, owed = due - over, parts.owed.get(person, Fraction(0))
    is_new = months_between(row["hired_on"], month) <= 5
    drawn = min(max(DRAW - left, Fraction(0)), DRAW) if is_new else Fraction(0)
    back = min(owed, max(left - (DRAW if is_new else 0), Fraction(0)))
    parts.owed[person] = owed + drawn - back
    return {
        (person, "seller.cap", ""): -over,
        (person, "seller.draw", ""): drawn,
        (person, "seller.recovery", ""): -back,
    }


def months_between(day: str, month: str) -> int:
    return (int(month[:4]) - int(day[:4])) * 12 + int(month[5:]) - int(day[5:7])
