"""The sample agency's plan worked out a second time, straight from its ledgers with exact fractions.

It follows the words of rules/agency and knows nothing of the program: what the tests compare the settlement with.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path

import yaml

from samples.agency_facts import Row, clients, deals, in_month, last_months, ledger, profit, total
from samples.agency_parts import Lines, Parts, cap_and_draw, new_lines, refund_lines
from samples.settling import ROOT, rounded

COMMISSION = (
    (0, 5_000_000, Fraction(1, 100)),
    (5_000_000, 15_000_000, Fraction(15, 1000)),
    (15_000_000, 10**12, Fraction(2, 100)),
)
SHARES = {"seller": 40, "account_manager": 25, "project_manager": 25, "presales": 10}


# --- the office ---------------------------------------------------------------------------------


@cache
def office() -> dict[str, list[str]]:
    """The opening hours of each day that the office's calendar knows, as texts such as 09:00-13:00."""
    book = yaml.safe_load((ROOT / "rules" / "agency" / "office.yaml").read_text(encoding="utf-8"))
    weekdays = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    days: dict[str, list[str]] = {}
    day: date = book["from"]
    while day <= book["through"]:
        said = book["changed"].get(day, "" if day in book["closed"] else book["hours"].get(weekdays[day.weekday()], ""))
        days[day.isoformat()] = [part.strip() for part in said.split(",") if part.strip()]
        day += timedelta(days=1)
    return days


def open_spans(day: date) -> list[tuple[datetime, datetime]]:
    spans = (part.split("-") for part in office()[day.isoformat()])
    return [(at(day, start), at(day, end)) for start, end in spans]


def at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock))


def after_working_hours(start: datetime, hours: int) -> datetime:
    """When that many opening hours have passed."""
    left, day = timedelta(hours=hours), start.date()
    while True:
        for opens, closes in open_spans(day):
            begins = max(opens, start)
            if begins < closes:
                if closes - begins >= left:
                    return begins + left
                left -= closes - begins
        day += timedelta(days=1)


def after_working_days(start: datetime, days: int) -> datetime:
    """Closing time of that working day after the day of the start."""
    day = start.date()
    while days:
        day += timedelta(days=1)
        days -= bool(open_spans(day))
    return open_spans(day)[-1][1]


def moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def kept(lead: Row, term: str) -> tuple[str, bool] | None:
    """The month in which a term of a lead counts and whether it was kept; None if the term does not ask for it."""
    handed, rejected = moment(lead["handed_at"]), moment(lead["rejected_at"])
    if term == "response":
        if handed is None or int(lead["score"]) < 50:
            return None
        deadline, event = after_working_hours(handed, 4), moment(lead["touched_at"])
    else:
        if rejected is None:
            return None
        deadline, event = after_working_days(rejected, 5), moment(lead["recycled_at"])
    return deadline.isoformat()[:7], event is not None and event <= deadline


def terms(month: str, term: str) -> dict[tuple[str, str], bool]:
    """(person, lead) to kept, of a month."""
    found = ((lead, kept(lead, term)) for lead in ledger("leads"))
    return {(lead["assigned_to"], lead["lead"]): k[1] for lead, k in found if k is not None and k[0] == month}


def response_met(month: str, person: str) -> bool:
    own = [ok for (owner, _), ok in terms(month, "response").items() if owner == person]
    return not own or Fraction(sum(own), len(own)) >= Fraction(3, 4)


# --- the team --------------------------------------------------------------------------------------


def shares(month: str) -> dict[tuple[str, str], Fraction | None]:
    """(person, participant's key) to a part of the pool; None where the gate is shut."""
    result: dict[tuple[str, str], Fraction | None] = {}
    for deal in in_month(ledger("deals"), "paid_on", month):
        team = [row for row in ledger("participants") if row["deal"] == deal["deal"]]
        cents = int(rounded(max(profit(deal) * Fraction(3, 100), Fraction(0))) * 100)
        parts = allot(cents, team)
        for row, part in zip(team, parts, strict=True):
            is_open = response_met(month, deal["seller"])
            key = f"{row['deal']}/{row['person']}/{row['role']}"
            result[row["person"], key] = Fraction(part, 100) if is_open else None
    return result


def allot(cents: int, team: list[Row]) -> list[int]:
    """Whole cents by role, people in one role sharing its percentage, left-over cents to the largest remainders."""
    present = {row["role"] for row in team}
    whole = sum(SHARES[role] for role in present)
    exact = [Fraction(cents * SHARES[r["role"]], whole * sum(x["role"] == r["role"] for x in team)) for r in team]
    parts = [int(part) for part in exact]
    order = sorted(range(len(team)), key=lambda i: (parts[i] - exact[i], team[i]["person"]))
    for index in order[: cents - sum(parts)]:
        parts[index] += 1
    return parts


# --- karma -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class Balances:
    """What the karma accounts stand at."""

    rating: dict[str, Fraction] = field(default_factory=dict)
    points: dict[str, int] = field(default_factory=dict)
    sunk: dict[str, Fraction] = field(default_factory=dict)
    parts: Parts = field(default_factory=Parts)


def rate_clients(balances: Balances, month: str, as_of: str) -> None:
    opening = dict(balances.rating)
    for client, row in clients().items():
        if row["joined_on"] > as_of:
            continue
        if client in opening:
            balances.rating[client] = rounded(opening[client] * Fraction(9, 10))
        else:
            peers = [value for other, value in opening.items() if clients()[other]["sector"] == row["sector"]]
            balances.rating[client] = rounded(sum(peers, Fraction(0)) / len(peers)) if peers else Fraction(0)
    for deal in in_month(ledger("deals"), "won_on", month):
        add(balances, deal["client"], rounded(Fraction(deal["amount"]) / 100_000))
    for deal in in_month(ledger("deals"), "done_on", month):
        gain = profit(deal)
        add(balances, deal["client"], rounded((2 if gain > 0 else 3) * gain / 100_000))
    for deal in in_month(ledger("deals"), "lost_on", month, kind="tender"):
        add(balances, deal["client"], Fraction(-5))
        if deal["client"] in balances.rating:
            thousands = rounded(Fraction(deal["cost"]) / 1000)
            balances.sunk[deal["client"]] = balances.sunk.get(deal["client"], Fraction(0)) + thousands
    for incident in in_month(ledger("incidents"), "happened_on", month, public="yes"):
        add(balances, incident["client"], Fraction(-20))


def add(balances: Balances, client: str, change: Fraction) -> None:
    if client in balances.rating:
        balances.rating[client] += change


def rate_people(balances: Balances, month: str, staff: dict[str, Row]) -> None:
    earned: dict[str, int] = defaultdict(int)
    for deal in in_month(ledger("deals"), "done_on", month):
        earned[deal["seller"]] += 10
    for survey in in_month(ledger("surveys"), "answered_on", month):
        earned[clients()[survey["client"]]["account_manager"]] += 3 * (int(survey["score"]) >= 9)
    for row in ledger("participants"):
        deal = deals()[row["deal"]]
        if row["role"] == "project_manager" and deal["done_on"][:7] == month:
            earned[row["person"]] += 4 * (deal["done_on"] <= deal["promised_on"])
    for invoice in in_month(ledger("invoices"), "due_on", month):
        late = not invoice["paid_on"] or invoice["paid_on"] > invoice["due_on"]
        earned[deals()[invoice["deal"]]["seller"]] -= 2 * late
    for call in in_month(ledger("calls"), "held_on", month):
        earned[call["seller"]] += call_score(call) >= 90
    for deal in in_month(ledger("deals"), "won_on", month):
        earned[deal["seller"]] += 5 * any(
            comes_before(x, deal) and x["client"] == deal["client"] for x in ledger("deals")
        )
    for offer in ledger("offers"):
        deal = deals()[offer["deal"]]
        if deal["won_on"][:7] == month and offer["in_return"] == "nothing":
            earned[deal["seller"]] -= 3 * (Fraction(deal["amount"]) < Fraction(offer["list_price"]))
    for deal in in_month(ledger("deals"), "created_on", month, kind="tender"):
        earned[deal["seller"]] -= 5 * (balances.rating.get(deal["client"], Fraction(0)) < 0)
    for person in staff:
        balances.points[person] = balances.points.get(person, 0) + earned[person]


def call_score(call: Row) -> int:
    """Percent of the checklist."""
    ticks = {"introduced": 20, "offered": 20, "objections": 25, "more": 25}
    done = sum(percent for item, percent in ticks.items() if call[item] == "yes")
    return done + max(10 - 5 * int(call["stop_words"]), 0)


# --- pay -------------------------------------------------------------------------------------------


def pay(balances: Balances, month: str, as_of: str) -> Lines:
    """Every pay line of a month; it moves the balances on."""
    staff = {row["person"]: row for row in ledger("people") if row["hired_on"] <= as_of}
    rate_clients(balances, month, as_of)
    rate_people(balances, month, staff)
    bonus: dict[str, Fraction] = defaultdict(Fraction)
    for (person, _), part in shares(month).items():
        bonus[person] += part or 0
    lines: Lines = {}
    for person, row in staff.items():
        match row["role"]:
            case "head":
                heads_lines(lines, balances, month, as_of, row, staff)
            case "account_manager":
                lines[person, "account.loyal", ""] = rounded(max(200 * loyalty(person, month), Fraction(0)))
                often = regulars(person, month) >= Fraction(35, 100)
                lines[person, "account.regular", ""] = Fraction(10_000) if often else None
                lines[person, "account.deal", ""] = bonus[person]
            case "project_manager":
                lines[person, "project.time", ""] = rounded(
                    20_000 * share([d["done_on"] <= d["promised_on"] for d in led(person, month)])
                )
                lines[person, "project.sound", ""] = rounded(
                    10_000 * share([profit(d) >= 0 for d in led(person, month)])
                )
                lines[person, "project.deal", ""] = bonus[person]
            case "presales":
                lines[person, "presales.deal", ""] = bonus[person]
            case _:
                sellers_lines(lines, balances, month, as_of, row, bonus[person])
        block = {"account_manager": "account", "project_manager": "project"}.get(row["role"], row["role"])
        lines[person, f"{block}.base", ""] = Fraction(row["salary"])
    exchange(lines, balances, month, staff)
    for row in staff.values():
        if row["role"] == "seller":
            lines.update(cap_and_draw(balances.parts, row, month, lines))
    return lines


def share(values: list[bool]) -> Fraction:
    return Fraction(sum(values), len(values)) if values else Fraction(0)


def loyalty(person: str, month: str) -> Fraction:
    """Promoters less detractors of the own clients' answers of three months, of a hundred."""
    own = [s for s in ledger("surveys") if clients()[s["client"]]["account_manager"] == person]
    scores = [int(s["score"]) for s in own if s["answered_on"][:7] in last_months(month, 3)]
    return 100 * (share([score >= 9 for score in scores]) - share([score < 7 for score in scores]))


def regulars(person: str, month: str) -> Fraction:
    """Of the own clients that bought within a year, those that did twice."""
    own = [client for client, row in clients().items() if row["account_manager"] == person]
    year = last_months(month, 12)
    orders = [sum(d["client"] == client and d["won_on"][:7] in year for d in ledger("deals")) for client in own]
    return share([count >= 2 for count in orders if count])


def led(person: str, month: str) -> list[Row]:
    """The deals of a month that a project manager led to their end."""
    own = [r for r in ledger("participants") if r["person"] == person and r["role"] == "project_manager"]
    return [deals()[r["deal"]] for r in own if deals()[r["deal"]]["done_on"][:7] == month]


def heads_lines(lines: Lines, balances: Balances, month: str, as_of: str, row: Row, staff: dict[str, Row]) -> None:
    team = [balances.points[person] for person, other in staff.items() if other["head"] == row["person"]]
    mean = Fraction(sum(team), len(team)) if team else Fraction(0)
    won = in_month(ledger("deals"), "won_on", month)
    due = [i for i in ledger("invoices") if i["due_on"][:7] in last_months(month, 3) and i["due_on"] <= as_of]
    late = [i for i in due if not i["paid_on"] or i["paid_on"] > i["due_on"]]
    lines[row["person"], "head.paid", ""] = Fraction(15_000) if total(late) * 4 <= total(due) else None
    lines[row["person"], "head.karma", ""] = rounded(max(150 * mean, Fraction(0)))
    lines[row["person"], "head.company", ""] = rounded(sum((Fraction(d["amount"]) for d in won), Fraction(0)) / 500)


def sellers_lines(lines: Lines, balances: Balances, month: str, as_of: str, row: Row, bonus: Fraction) -> None:
    person, salary = row["person"], Fraction(row["salary"])
    is_open = response_met(month, person)
    won = in_month(ledger("deals"), "won_on", month, seller=person)
    sales = sum((Fraction(deal["amount"]) for deal in won), Fraction(0))
    held = len(in_month(ledger("meetings"), "held_on", month, host=person))
    target = [Fraction(t["amount"]) for t in in_month(ledger("targets"), "month", month, person=person)]
    found: Lines = {(person, "seller.plan", ""): "no target"}
    if target:
        reached = rounded(sales / target[0], Fraction(1, 10_000))
        found[person, "seller.plan", ""] = rounded(salary * 40 / 100 * accelerator(reached))
    enough = bool(held) and Fraction(len(won), held) >= Fraction(1, 10)
    found[person, "seller.conv", ""] = salary / 5 if enough else None
    found[person, "seller.deal", ""] = bonus
    for deal in won:
        known = any(comes_before(x, deal) and x["client"] == deal["client"] for x in ledger("deals"))
        found[person, "seller.logo", deal["deal"]] = None if known else Fraction(10_000)
    lines.update(found if is_open else dict.fromkeys(found))
    lines.update(new_lines(balances.parts, person, {d["deal"]: new_business(d) for d in won}, as_of, is_open=is_open))
    lines.update(refund_lines(balances.parts, person, month))


def accelerator(reached: Fraction) -> Fraction:
    steps = ((Fraction(12, 10), Fraction(14, 10)), (Fraction(1), Fraction(1)), (Fraction(7, 10), Fraction(8, 10)))
    return next((rate for least, rate in steps if reached >= least), Fraction(0))


def comes_before(one: Row, other: Row) -> bool:
    return bool(one["won_on"]) and (one["won_on"], one["deal"]) < (other["won_on"], other["deal"])


def new_business(deal: Row) -> Fraction:
    """Commission of a deal upon the seller's deals before it in its year."""
    own = [x for x in ledger("deals") if x["seller"] == deal["seller"] and x["won_on"][:4] == deal["won_on"][:4]]
    before = sum((Fraction(x["amount"]) for x in own if comes_before(x, deal)), Fraction(0))
    return rounded(commission(before + Fraction(deal["amount"]))) - rounded(commission(before))


def commission(amount: Fraction) -> Fraction:
    slices = ((max(Fraction(0), min(amount, Fraction(high)) - low) * rate) for low, high, rate in COMMISSION)
    return sum(slices, Fraction(0))


def exchange(lines: Lines, balances: Balances, month: str, staff: dict[str, Row]) -> None:
    for person, row in staff.items():
        if row["role"] != "seller":
            continue
        taken = min(max(balances.points[person], 0), 5_000 // 150)
        if response_met(month, person):
            balances.points[person] -= taken
            lines[person, "seller.karma", ""] = Fraction(150 * taken)
        else:
            lines[person, "seller.karma", ""] = None


def folder() -> Path:
    """Where the ledgers stand."""
    return ROOT / "fixtures" / "agency"
