"""The sample software company's plan worked out a second time, straight from its ledgers with exact fractions.

It follows the words of rules/saas and knows nothing of the program: what the tests compare the settlement with.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path

from samples.settling import ROOT, rounded

Row = dict[str, str]
Lines = dict[tuple[str, str, str, str], Fraction | None]
"""(account, person, rule, source) to an amount; None if excluded."""

MILLIONTH = Fraction(1, 1_000_000)
NOTHING = Fraction(0)
CAPS = {"rep": 12_000, "british": 10_000}
ACCOUNTS = {"rep": "pay", "british": "pay GBP"}


def folder() -> Path:
    """Where the ledgers stand."""
    return ROOT / "fixtures" / "saas"


@cache
def ledger(name: str) -> list[Row]:
    """The rows of a ledger of the company."""
    with (folder() / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def day(text: str) -> date:
    return date.fromisoformat(text)


def quarter_start(on: date) -> date:
    return date(on.year, (on.month - 1) // 3 * 3 + 1, 1)


def next_month(on: date) -> date:
    return (on.replace(day=28) + timedelta(days=4)).replace(day=1)


def quarter_end(on: date) -> date:
    return next_month(next_month(next_month(quarter_start(on)))) - timedelta(days=1)


def whole_months(start: date, end: date) -> int:
    """How many months have passed; the ledgers begin no count on a day that some month lacks."""
    assert start.day <= 28 or end.day >= start.day or next_month(end) != end + timedelta(days=1)
    return 12 * (end.year - start.year) + end.month - start.month - (end.day < start.day)


# --- money in dollars -----------------------------------------------------------------------------


def rate(currency: str, on: date) -> Fraction:
    """Dollars for one of a currency, as last quoted."""
    if currency == "USD":
        return Fraction(1)
    quoted = [(r["day"], r["rate"]) for r in ledger("rates") if r["currency"] == currency and day(r["day"]) <= on]
    return Fraction(max(quoted)[1])


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal, worth so many dollars on the day it was signed."""

    key: str
    rep: str
    premium: bool
    signed: date
    booked: Fraction


@cache
def deals() -> list[Deal]:
    """All deals in the order of their signing."""
    made = [
        Deal(
            row["deal"],
            row["rep"],
            row["product"] == "premium",
            signed := day(row["signed_on"]),
            rounded(Fraction(row["amount"]) * rate(row["currency"], signed)),
        )
        for row in ledger("deals")
    ]
    return sorted(made, key=lambda deal: (deal.signed, deal.key))


def collected(deal: Deal, until: date) -> Fraction:
    """Which share of a deal has been paid by the end of a day."""
    came = NOTHING
    for row in ledger("payments"):
        if row["deal"] == deal.key and day(row["received_on"]) <= until:
            came += rounded(Fraction(row["amount"]) * rate(row["currency"], deal.signed))
    share = rounded(came / deal.booked, MILLIONTH) if deal.booked else NOTHING
    return min(max(share, NOTHING), Fraction(1))


def cancelled(first: date, last: date) -> Iterator[tuple[str, date, Deal]]:
    """The cancellations of a period with their deals, in order."""
    rows = sorted((row["cancelled_on"], row["cancellation"], row["deal"]) for row in ledger("cancellations"))
    for on, key, of in rows:
        if first <= day(on) <= last:
            yield key, day(on), next(deal for deal in deals() if deal.key == of)


# --- people ---------------------------------------------------------------------------------------


def version(person: str, on: date) -> Row | None:
    """What was true of somebody on a day."""
    known = [row for row in ledger("people") if row["person"] == person and day(row["valid_from"]) <= on]
    return max(known, key=lambda row: row["valid_from"]) if known else None


def people() -> list[str]:
    return sorted({row["person"] for row in ledger("people")})


def block(row: Row | None) -> str | None:
    """The block that pays somebody with such a row."""
    if row is None or row["role"] != "rep":
        return None
    return "rep" if row["currency"] == "USD" else "british"


def tenure(person: str, last: date) -> int:
    row = version(person, last)
    assert row is not None
    return whole_months(day(row["hired_on"]), quarter_end(last) + timedelta(days=1))


def quota(person: str, last: date) -> Fraction:
    """The quota of the quarter, less while the person is new."""
    months = tenure(person, last)
    part = Fraction(1, 2) if months < 3 else Fraction(3, 4) if months < 6 else Fraction(1)
    agreed = [
        Fraction(row["amount"])
        for row in ledger("quotas")
        if row["person"] == person and quarter_start(last) <= day(row["quarter"]) <= last
    ]
    assert len(agreed) == 1, (person, last)
    return rounded(part * agreed[0])


def booked_by(person: str, first: date, last: date) -> Fraction:
    return sum((deal.booked for deal in deals() if deal.rep == person and first <= deal.signed <= last), NOTHING)


# --- what is earned -------------------------------------------------------------------------------


def accelerator(attained: Fraction) -> Fraction:
    """What a share of the quota brings, as a part of the quota."""
    bands = ((NOTHING, Fraction(1, 2), 6), (Fraction(1, 2), Fraction(1), 10), (Fraction(1), Fraction(10**9), 15))
    return sum((max(NOTHING, min(attained, high) - low) * Fraction(rate, 100) for low, high, rate in bands), NOTHING)


def commission(deal: Deal, last: date) -> tuple[Fraction, Fraction]:
    """What the quarter's deals bring in dollars with the deal and without it: its slice is the difference."""
    goal = quota(deal.rep, last)
    before = NOTHING
    for other in deals():
        if other is deal:
            break
        if other.rep == deal.rep and other.signed >= quarter_start(deal.signed):
            before += other.booked
    share, stood = rounded(deal.booked / goal, MILLIONTH), rounded(before / goal, MILLIONTH)
    return goal * accelerator(stood + share), goal * accelerator(stood)


def earned(deal: Deal, last: date) -> tuple[str, Fraction] | None:
    """The block that a deal belongs to, and what it earns in that block's currency."""
    of = block(version(deal.rep, deal.signed))
    if of is None:
        return None
    after, before = commission(deal, last)
    if of == "rep":
        return of, rounded(after) - rounded(before)  # so that the slices add up to the quarter's commission
    pounds = rounded(after - before) / rate("GBP", deal.signed)
    return of, rounded(min(max(pounds, NOTHING), Fraction(250_000)))


def spiff(deal: Deal) -> Fraction | None:
    """500 dollars for a premium deal of the spring, as long as the 1,750 last; None for other deals."""

    def in_spring(one: Deal) -> bool:
        american = block(version(one.rep, one.signed)) == "rep"
        return american and one.premium and date(2026, 3, 1) <= one.signed < date(2026, 6, 1)

    if not in_spring(deal):
        return None
    earlier = sum(in_spring(other) for other in deals()[: deals().index(deal)])
    return Fraction(min(1_750, 500 * (earlier + 1)) - min(1_750, 500 * earlier))


def salary(person: str, of: str, first: date, last: date) -> Fraction | None:
    """The salary by the days on which somebody was in a block; None if on none."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    rows = [row for row in (version(person, on) for on in days) if row is not None and block(row) == of]
    return rounded(sum((Fraction(row["salary"]) for row in rows), NOTHING) / len(days)) if rows else None


# --- a month --------------------------------------------------------------------------------------


@dataclass(slots=True)
class Item:
    """A deal's commission: what is left of what was earned, and what of it is still to be paid."""

    earned: Fraction
    unpaid: Fraction


@dataclass(slots=True)
class Balances:
    """What is carried from month to month."""

    items: dict[tuple[str, str], Item] = field(default_factory=dict)
    """(block, deal) to its item."""
    over_cap: dict[tuple[str, str], Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    """(block, person) to what was carried over the cap."""
    owed: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    """A person to the draw that is owed."""


def pay(balances: Balances, first: date) -> Lines:
    """The pay lines of a month, in the order in which they arise; the balances move on."""
    last = next_month(first) - timedelta(days=1)
    lines: Lines = {}
    for deal in deals():
        _sold(balances, lines, deal, first, last)
    for key, on, deal in cancelled(first, last):
        for of in CAPS:
            item = balances.items.get((of, deal.key))
            if item is not None or block(version(deal.rep, on)) == of:
                lines[ACCOUNTS[of], deal.rep, f"{of}.back", key] = _taken_back(item, of, deal, on)
    for of in CAPS:
        for person in people():
            _settled(balances, lines, of, person, first, last)
    for person in people():
        row = version(person, last)
        if row is not None and row["role"] == "rep" and last == quarter_end(last):
            attained = rounded(booked_by(person, quarter_start(last), last) / quota(person, last), Fraction(1, 10_000))
            lines["pay", person, "quarterly.full", ""] = Fraction(2_000) if attained >= 1 else None
        if row is not None and row["role"] == "manager":
            led = [one for one in people() if (known := version(one, last)) and known["manager"] == person]
            booked = sum((booked_by(one, first, last) for one in led), NOTHING)
            lines["pay", person, "manager.override", ""] = rounded(booked / 200)
    return lines


def _sold(balances: Balances, lines: Lines, deal: Deal, first: date, last: date) -> None:
    """What a deal earns in its month, and what of it falls due in this one."""
    new = first <= deal.signed <= last
    if new and (brought := earned(deal, last)) is not None:
        of, amount = brought
        balances.items[of, deal.key] = Item(amount, amount)
        if of == "rep" and (reward := spiff(deal)) is not None:
            lines["pay", deal.rep, "rep.spiff", deal.key] = reward
    for of in CAPS:
        item = balances.items.get((of, deal.key))
        if item is not None:
            now = rounded(item.earned * collected(deal, last)) - (item.earned - item.unpaid)
            item.unpaid -= now
            if now or new:
                lines[ACCOUNTS[of], deal.rep, f"{of}.won", deal.key] = now


def _taken_back(item: Item | None, of: str, deal: Deal, on: date) -> Fraction | None:
    """What a cancelled deal gives back; None if it earned nothing or nothing is left."""
    if item is None or not item.earned:
        return None
    passed = Fraction(min(whole_months(deal.signed, on), 12), 12) if of == "british" else NOTHING
    paid = item.earned - item.unpaid
    item.earned = item.unpaid = NOTHING
    return -rounded(paid * (1 - passed))


def _settled(balances: Balances, lines: Lines, of: str, person: str, first: date, last: date) -> None:
    """Salary, cap and, for dollars, draw of a person in a block."""
    account = ACCOUNTS[of]
    base = salary(person, of, first, last)
    own = [x for (_, who, rule, _), x in lines.items() if who == person and rule.startswith(f"{of}.") and x is not None]
    if base is not None:
        lines[account, person, f"{of}.base", ""] = base
    due, carried = sum(own, NOTHING), balances.over_cap[of, person]
    if base is None and not own and not carried:
        return
    paid = min(due + carried, Fraction(CAPS[of]))
    balances.over_cap[of, person] -= paid - due
    lines[account, person, f"{of}.cap", ""] = paid - due
    owed = balances.owed[person]
    if of == "rep" and (base is not None or owed):
        up_to = Fraction(2_500 if base is not None and tenure(person, last) <= 6 else 0)
        drawn = max(NOTHING, min(up_to, up_to - paid))
        back = min(owed, rounded(max(NOTHING, paid - up_to) / 2))
        balances.owed[person] += drawn - back
        lines[account, person, "rep.draw", ""] = drawn
        lines[account, person, "rep.recovery", ""] = -back
