"""The sample agency as a whole, worked out a second time: funnel, forecast, marketing, prospects and terms."""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from statistics import median

from samples.agency_by_hand import call_score
from samples.agency_facts import Row, clients, deals, in_month, last_months, ledger, profit, total
from samples.settling import rounded

WORTH = {"visit": 2, "pricing": 10, "download": 5, "goodbye": -20}


@dataclass(slots=True)
class Standings:
    """Points of prospects and of campaigns."""

    interest: dict[str, int] = field(default_factory=dict)
    worth: dict[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """A month and its last day: what the company knows then."""

    month: str
    as_of: str

    def year(self, rows: list[Row], column: str) -> list[Row]:
        """Rows of the twelve months that end now."""
        return [row for row in rows if row[column][:7] in last_months(self.month, 12)]

    def year_to_date(self, rows: list[Row], column: str) -> list[Row]:
        return [row for row in rows if self.month[:4] <= row[column][:10] <= self.as_of]

    def is_open(self, deal: Row) -> bool:
        return deal["created_on"] <= self.as_of and (deal["won_on"] or deal["lost_on"] or "9999") > self.as_of


def through(first: str, last: str) -> int:
    """Days from one to another, both counted."""
    return (date.fromisoformat(last) - date.fromisoformat(first)).days + 1


def middle(values: list[int]) -> Fraction:
    return Fraction(median(Fraction(value) for value in values)) if values else Fraction(0)


# --- prospects and campaigns ------------------------------------------------------------------------


def move_on(standings: Standings, month: str, as_of: str) -> None:
    """Interest loses a quarter, to whole points, and gains the month's signals; campaigns gain profit and lose cost."""
    for prospect in ledger("prospects"):
        if prospect["found_on"] <= as_of:
            before = standings.interest.get(prospect["lead"], 0)
            standings.interest[prospect["lead"]] = int(rounded(Fraction(before * 3, 4), Fraction(1)))
    for signal in in_month(ledger("signals"), "seen_on", month):
        standings.interest[signal["lead"]] += WORTH[signal["kind"]]
    for campaign in ledger("campaigns"):
        standings.worth.setdefault(campaign["campaign"], Fraction(0))
    for origin in ledger("origins"):
        deal = deals()[origin["deal"]]
        if deal["won_on"][:7] == month:
            standings.worth[origin["campaign"]] += rounded(profit(deal) / 1000)
    for spend in in_month(ledger("spends"), "month", month):
        standings.worth[spend["campaign"]] -= rounded(Fraction(spend["amount"]) / 1000)


def is_ready(prospect: Row, standings: Standings) -> bool:
    size = int(prospect["employees"])
    fit = (0 if size < 50 else 10 if size < 300 else 20) + 15 * (prospect["industry"] in {"banking", "retail"})
    return fit + standings.interest.get(prospect["lead"], 0) >= 30


# --- the funnel -------------------------------------------------------------------------------------


def usual_cycle(seen: Seen) -> Fraction:
    return middle([through(d["created_on"], d["won_on"]) for d in seen.year(ledger("deals"), "won_on")])


def is_stale(deal: Row, seen: Seen) -> bool:
    return seen.is_open(deal) and through(deal["created_on"], seen.as_of) > Fraction(3, 2) * usual_cycle(seen)


def current(move: Row, seen: Seen) -> bool:
    is_there = move["entered_on"] <= seen.as_of and (move["left_on"] or "9999") > seen.as_of
    return is_there and seen.is_open(deals()[move["deal"]])


def stalled(seen: Seen) -> int:
    """Moves that stay more than one and a half times as long as their stage usually takes."""
    stays: dict[str, list[int]] = {}
    for move in seen.year(ledger("moves"), "left_on"):
        stays.setdefault(move["stage"], []).append(through(move["entered_on"], move["left_on"]))
    here = [move for move in ledger("moves") if current(move, seen)]
    return sum(through(m["entered_on"], seen.as_of) > Fraction(3, 2) * middle(stays.get(m["stage"], [])) for m in here)


def chance(stage: str, seen: Seen) -> Fraction:
    """Of the deals that came into a stage within a year and are over, those that were won, to a whole percent."""
    came = [deals()[m["deal"]] for m in seen.year(ledger("moves"), "entered_on") if m["stage"] == stage]
    over = [deal for deal in came if not seen.is_open(deal)]
    won = [deal for deal in over if deal["won_on"] and deal["won_on"] <= seen.as_of]
    return rounded(Fraction(len(won), len(over))) if over else Fraction(0)


def forecast(seen: Seen) -> Fraction:
    result = Fraction(0)
    chances = {stage: chance(stage, seen) for stage in {move["stage"] for move in ledger("moves")}}
    for move in ledger("moves"):
        deal = deals()[move["deal"]]
        if current(move, seen) and not is_stale(deal, seen):
            result += rounded(chances[move["stage"]] * Fraction(deal["amount"]))
    return result


def up(value: Fraction) -> int:
    return -int(-value // 1)


def leads_needed(seen: Seen) -> int:
    """How many accepted leads the targets of the month ask for."""
    won = seen.year(ledger("deals"), "won_on")
    taken = [lead for lead in seen.year(ledger("leads"), "handed_at") if lead["accepted"] == "yes"]
    goal = total(in_month(ledger("targets"), "month", seen.month))
    return up(Fraction(up(goal / (total(won) / len(won)))) / Fraction(len(won), len(taken)))


# --- terms ------------------------------------------------------------------------------------------


def sales(seen: Seen) -> dict[str, bool]:
    """What sales owe the company."""
    scores = [call_score(call) for call in in_month(ledger("calls"), "held_on", seen.month)]
    lost = in_month(ledger("deals"), "lost_on", seen.month)
    explained = {row["deal"] for row in ledger("losses")}
    sellers = [p for p in ledger("people") if p["role"] == "seller" and p["hired_on"] <= seen.as_of]
    won = seen.year(ledger("deals"), "won_on")
    return {
        "pipeline.meetings": len(in_month(ledger("meetings"), "held_on", seen.month)) >= 25 * len(sellers),
        "pipeline.calls": sum(scores) >= 75 * len(scores) and bool(scores),
        "pipeline.size": total(won) / len(won) >= 570_000,
        "pipeline.reasons": 10 * sum(deal["deal"] in explained for deal in lost) >= 9 * len(lost),
        "pipeline.clean": sum(is_stale(deal, seen) for deal in ledger("deals")) <= 2,
        "pipeline.moving": stalled(seen) <= 3,
        "pipeline.cover": forecast(seen) >= 2 * total(in_month(ledger("targets"), "month", seen.month)),
    }


def marketing(seen: Seen, standings: Standings) -> dict[str, bool]:
    """What marketing owes: leads to sales, and its cost to the company."""
    handed = in_month(ledger("leads"), "handed_at", seen.month)
    good = sum(int(lead["score"]) >= 50 for lead in handed)
    sellers = [p for p in ledger("people") if p["role"] == "seller" and p["hired_on"] <= seen.as_of]
    return {
        "handover.volume": good >= 7 * len(sellers),
        "handover.planned": good >= leads_needed(seen),
        "handover.quality": 10 * sum(lead["accepted"] == "yes" for lead in handed) >= 6 * len(handed),
        **growth(seen),
        "growth.ready": sum(kept_back(prospect, seen, standings) for prospect in ledger("prospects")) <= 5,
    }


def growth(seen: Seen) -> dict[str, bool]:
    spends = seen.year_to_date(ledger("spends"), "month")
    lead_of = {lead["lead"]: lead for lead in ledger("leads")}
    brought = len(seen.year_to_date([lead_of[source["lead"]] for source in ledger("sources")], "handed_at"))
    bought = seen.year_to_date([deals()[origin["deal"]] for origin in ledger("origins")], "won_on")
    spent, gained = total(spends), sum((profit(deal) for deal in bought), Fraction(0))
    known = {client for client, row in clients().items() if row["joined_on"] <= seen.as_of}
    done = [d for d in ledger("deals") if d["done_on"] and d["done_on"] <= seen.as_of and d["client"] in known]
    ltv = sum((profit(deal) for deal in done), Fraction(0)) / len(known)
    return {
        "growth.rate": 1000 * brought >= 35 * sum(int(spend["visits"]) for spend in spends),
        "growth.lead": spent <= 10_000 * brought,
        "growth.deal": spent <= 70_000 * len(bought),
        "growth.return": 2 * (gained - spent) >= spent,
        "growth.value": ltv >= 3 * spent / len(bought),
    }


def kept_back(prospect: Row, seen: Seen, standings: Standings) -> bool:
    if prospect["found_on"] > seen.as_of or not is_ready(prospect, standings):
        return False
    return (prospect["handed_on"] or "9999") > seen.as_of
