"""The facts of one small company that the drawn plans are about: how they are declared, and ledgers of them drawn."""

from itertools import product

from drawing import Draw

FACTS = """\
people:
  each: person
  key: person
  at_most_rows: 1000
  columns:
    role: [seller, helper, head]
    salary: money RUB max 10_000_000
    manager: people or missing
    senior: yes/no
    hired_on: date
clients:
  key: client
  at_most_rows: 1000
  columns: {keeper: people or missing, size: count max 1_000, region: [north, south]}
deals:
  key: deal
  at_most_rows: 10000
  columns:
    client: clients
    seller: people or missing
    kind: [tender, direct]
    amount: money RUB max 100_000_000
    cost: money RUB max 100_000_000
    fee: money in fee_in max 1_000_000
    fee_in: [RUB, EUR, USD]
    discount: percent to 0.1% max 100% or missing
    signed_on: date
    won_on: date or missing
    done_on: date or missing
participants:
  each: participant
  key: [deal, person, role]
  at_most_rows: 10000
  columns: {deal: deals, person: people, role: [seller, helper, head], hours: count max 1_000, credit: percent to 0.01%}
shifts:
  key: shift
  at_most_rows: 10000
  columns: {person: people, worked_on: date, hours: count max 1_000}
leads:
  key: lead
  at_most_rows: 10000
  columns:
    owner: people or missing
    handed_at: {type: instant, zone: "Europe/Moscow"}
    touched_at: {type: instant or missing, zone: "Europe/Moscow"}
    score: count max 1_000
    hours_of: {type: [office, desk], or: missing}
holds:
  key: hold
  at_most_rows: 10000
  columns:
    lead: leads or missing
    why: [client, illness]
    paused_at: {type: instant or missing, zone: "Europe/Moscow"}
    resumed_at: {type: instant or missing, zone: "Europe/Moscow"}
rates:
  key: [currency, day]
  each: rate
  at_most_rows: 1000
  columns: {currency: [EUR, USD], day: date, rate: number to 0.01 min 0.01 max 100}
pairs:
  key: [currency, into, since]
  each: pair
  at_most_rows: 1000
  columns: {currency: text, into: text, since: date, rate: number to 0.001 min 0.001 max 100, source: number to 1}
targets:
  each: target
  key: [person, month]
  columns: {person: people, month: date, amount: money RUB max 10_000_000}
"""

CALENDAR = """\
from: 2026-01-01
through: 2026-04-10
hours: {mon: "09:00-13:00, 14:00-18:00", tue: "09:00-18:00", wed: "09:00-18:00", thu: "09:00-18:00", fri: "09:00-17:00"}
closed: [2026-03-09]
"""
OTHER_CALENDAR = """\
from: 2026-01-01
through: 2026-05-10
hours: {mon: "10:00-16:00", wed: "10:00-16:00", fri: "10:00-16:00", sat: "08:00-12:00, 13:00-13:30"}
holidays: {country: DE, subdivision: BY}
since: {2026-03-10: {hours: {mon: "00:00-24:00", tue: "00:00-24:00", sun: "12:00-13:00"}}}
"""

FILES = {
    "bands.csv": b"low,high,rate\n,0,0\n0,1000.01,3\n1000.01,12345,4.5\n12345,,12\n",
    "places.csv": b"kind;region;rate\ntender;north;1,5\ntender;any;3\ndirect;south;10\n",
}

DAYS = [
    "2025-11-30",
    "2025-12-31",
    "2026-01-01",
    "2026-01-31",
    "2026-02-01",
    "2026-02-28",
    "2026-03-01",
    "2026-03-15",
    "2026-03-31",
]
MINUTES = [
    "2026-03-02 08:59",
    "2026-03-02 09:00",
    "2026-03-06 17:59",
    "2026-03-07 12:00",
    "2026-03-13 13:00",
    "2026-03-30 17:00",
    "2026-02-27 16:00",
    "2025-12-30 12:00",
]
AMOUNTS = [
    "0",
    "0.01",
    "99.99",
    "100",
    "100.01",
    "999.99",
    "1000",
    "1000.01",
    "12345",
    "12345.67",
    "49999.99",
    "-5",
    "-0.01",
]
ROLES = ["seller", "helper", "head"]


def ledgers(draw: Draw) -> dict[str, bytes]:
    """CSV texts by table: few rows, many ties, empty tables, missing links, negative amounts."""

    def pick(items: list[str]) -> str:
        return draw.pick(items)

    def maybe(items: list[str]) -> str:
        return pick([*items, ""])

    def some(prefix: str, most: int) -> list[str]:
        # Small ledgers are drawn by themselves; nothing happens in them.
        return [f"{prefix}{i}" for i in range(draw.pick([*range(most), *[most] * 4]))]

    people, clients = some("P", 4), some("C", 3)
    deals = some("D", 7) if clients else []
    shifts, leads = (some("S", 4), some("L", 5)) if people else ([], [])
    rows: dict[str, list[list[str]]] = {
        "people": [["person", "role", "salary", "manager", "senior", "hired_on"]],
        "clients": [["client", "keeper", "size", "region"]],
        "deals": [
            [
                "deal",
                "client",
                "seller",
                "kind",
                "amount",
                "cost",
                "fee",
                "fee_in",
                "discount",
                "signed_on",
                "won_on",
                "done_on",
            ],
        ],
        "participants": [["deal", "person", "role", "hours", "credit"]],
        "shifts": [["shift", "person", "worked_on", "hours"]],
        "leads": [["lead", "owner", "handed_at", "touched_at", "score", "hours_of"]],
        "holds": [["hold", "lead", "why", "paused_at", "resumed_at"]],
        "rates": [["currency", "day", "rate"]],
        "pairs": [["currency", "into", "since", "rate", "source"]],
        "targets": [["person", "month", "amount"]],
    }
    rows["people"] += [[p, pick(ROLES), pick(AMOUNTS), maybe(people), pick(["yes", "no"]), pick(DAYS)] for p in people]
    rows["clients"] += [[c, maybe(people), pick(["0", "1", "10", "11"]), pick(["north", "south"])] for c in clients]
    rows["deals"] += [
        [
            d,
            pick(clients),
            maybe(people),
            pick(["tender", "direct"]),
            pick(AMOUNTS),
            pick(AMOUNTS),
            pick(AMOUNTS),
            pick(["RUB", "EUR", "USD"]),
            maybe(["0%", "12.5%", "100%"]),
            pick(DAYS),
            maybe(DAYS),
            maybe(DAYS),
        ]
        for d in deals
    ]
    if people and deals:
        seats = draw.several(list(product(deals, people, ROLES)), most=9)
        rows["participants"] += [
            [*seat, pick(["0", "1", "2", "3", "7"]), pick(["0", "33.33", "50", "100", "-10"])] for seat in seats
        ]
    rows["shifts"] += [[s, pick(people), pick(DAYS), pick(["0", "1", "2", "7"])] for s in shifts]
    places = ["office", "desk"]
    rows["leads"] += [
        [lead, maybe(people), pick(MINUTES), maybe(MINUTES), pick(["0", "49", "50"]), maybe(places)] for lead in leads
    ]
    times = [*MINUTES, "2026-03-06 10:00", "2026-03-06 17:00", "2026-03-10 10:00", "2026-03-13 13:01"]
    why = ["client", "illness"]
    rows["holds"] += [[h, maybe(leads), pick(why), maybe(times), maybe(times)] for h in (some("H", 6) if leads else [])]
    known = draw.several(list(product(["EUR", "USD"], DAYS)), most=8)
    rows["rates"] += [[*key, pick(["0.01", "0.90", "1.00", "80.55", "100"])] for key in known]
    words = ["RUB", "EUR", "USD"]
    pairs = draw.several(list(product(words, words, DAYS)), most=8)
    rows["pairs"] += [[*key, pick(["0.001", "0.333", "1.000", "7.5"]), "1"] for key in pairs]
    if people:
        months = draw.several(list(product(people, ["2026-01-01", "2026-03-01"])), most=3)
        rows["targets"] += [[*key, pick(["0", "100", "1000"])] for key in months]
    return {name: ("\n".join(",".join(row) for row in table) + "\n").encode() for name, table in rows.items()}
