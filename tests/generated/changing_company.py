"""A company whose people, rates and blocks change: its facts, ledgers of it, and plans that read what changes."""

import re

from drawing import Draw
from generated.time_texts import RETAIL, RETAILS, longer_units

FACTS = """\
people:
  key: person
  since: valid_from
  at_most_rows: 1000
  columns:
    valid_from: date
    role: [seller, head, left]
    region: [north, south]
    boss: people or missing
    salary: money RUB max 10_000_000
    bonus: money RUB max 10_000_000 or missing
deals:
  key: deal
  at_most_rows: 10000
  columns:
    seller: people or missing
    kind: [tender, direct]
    amount: money RUB max 100_000_000
    signed_on: date or missing
    won_on: date or missing
"""

DAYS = ["2025-11-30", "2026-01-01", "2026-01-31", "2026-02-01", "2026-02-15", "2026-02-28", "2026-03-01", "2026-03-31"]
SINCE = ["2025-06-01", "2026-01-01", "2026-01-16", "2026-02-01", "2026-02-28", "2026-03-01", "2026-03-02", "2026-05-01"]
AMOUNTS = ["0", "0.01", "999.99", "1000", "1000.01", "12345.67", "-5"]

OWN = [
    "salary",
    "(bonus else 1 RUB)",
    "comp",
    "(40% of salary)",
    "(2 * salary + 0.01 RUB)",
    "(salary when region = north)",
]
OWN += ["round(t(salary), 0.01)", "(salary * area(region))", "(1% of sales)", "(salary at most 999.99 RUB)"]
OF_OTHERS = ["(boss.salary else 3 RUB)", "sum(salary of people by boss)"]
PLAIN = ["10 RUB", "sales", "round(t(sales), 0.01)", "(sales * season(end of period))"]
DATED = ["seller.salary(at won_on)", "(seller.bonus(at won_on) else 7 RUB)"]
DATED += ["t(amount)", "t(amount after sum(amount of earlier deals by seller on won_on during year to date))", "amount"]
DATED += [
    "(50% of t(amount after sum(amount of earlier deals by seller on won_on during month to date)))",
    "(2% of seller.salary)",
]
FACTORS = ["area(seller.region(at won_on))", "area(seller.region)", "season(won_on)", "1%"]
# Blocks begin and end with periods.
EFFECTIVE = {
    "month": ["", " effective from 2026-01-01", " effective from 2026-01-01 through 2026-03-31"],
    "week": ["", " effective from 2026-02-16", " effective from 2026-02-16 through 2026-03-01"],
    "half_year": ["", " effective from 2026-01-01", " effective from 2026-01-01 through 2026-12-31"],
    "year": ["", " effective from 2026-01-01", " effective from 2025-01-01 through 2026-12-31"],
    RETAIL: ["", " effective from 2026-02-01"],
}
WHERES = [
    "",
    " where role = seller",
    " where role is one of (seller, head) and region = south",
    " where comp > 1_000 RUB",
]
WHERES += [" where role = head or salary > 999 RUB", " where boss is present", " where sales > 1 RUB"]
ROWS = ["", " where kind = tender", " where seller.role(at won_on) = seller"]


def ledgers(draw: Draw) -> dict[str, bytes]:
    """CSV texts by table: several versions of few people, deals before, in and after the time they were there."""

    def pick(items: list[str]) -> str:
        return draw.pick(items)

    keys = [f"P{i}" for i in range(draw.number(0, 3))]
    people = ["person,valid_from,role,region,boss,salary,bonus"]
    for key in keys:
        for since in draw.several(SINCE, 1, 4):
            words = [pick(["seller", "seller", "head", "left"]), pick(["north", "south"]), pick([*keys, ""])]
            people.append(",".join([key, since, *words, pick(AMOUNTS), pick([*AMOUNTS, ""])]))
    deals = ["deal,seller,kind,amount,signed_on,won_on"]
    for deal in range(draw.number(0, 6)):
        words = [pick([*keys, ""]), pick(["tender", "direct"]), pick(AMOUNTS), pick([*DAYS, ""]), pick([*DAYS, ""])]
        deals.append(",".join([f"D{deal}", *words]))
    return {name: ("\n".join(rows) + "\n").encode() for name, rows in (("people", people), ("deals", deals))}


def plan_texts(draw: Draw, period: str) -> str:
    """A rule text of a well-typed plan over these facts."""

    def pick(items: list[str]) -> str:
        return draw.pick(items)

    def subject_line() -> str:
        words = pick(["own", "others", "plain"])
        if words == "own":
            amount = pick(OWN)
            changes = amount != "(1% of sales)"
            return f"{amount} {pick(['by days', 'by days', 'as of end']) if changes else 'by days'}"
        return f"{pick(OF_OTHERS)} as of end" if words == "others" else f"{pick(PLAIN)}{pick(['', ' by days'])}"

    def block(name: str, days: str) -> str:
        clauses = [f"base {subject_line()}"] if draw.chance(2) else []
        clauses.append(f'kpi a "A" {subject_line()}')
        row = f"{pick(DATED)}" if draw.chance(2) else f"amount * {pick(FACTORS)}"
        clauses.append(f'fee "Fee" {row} for each deal by seller on won_on{pick(ROWS)}')
        clauses += [f"gate {pick(['role = seller', 'sales >= 0 RUB', 'salary > 0 RUB'])}"] if draw.chance(2) else []
        body = "\n".join(f"  {clause}" for clause in clauses)
        if period in RETAILS:
            body = body.replace("month to date", "quarter to date")
        # What is paid by days, or as of the end, belongs to single periods.
        longer = [] if re.search(" by days| as of end", body) else longer_units(period)
        every = f" every {pick(longer)}" if longer and draw.chance(2) else ""
        return f"pay {name} for each person{pick(WHERES)}{every}{days} {{\n{body}\n}}"

    second = f"effective from 2026-02-15{pick(['', ' retroactive'])}"
    third = f"effective from 2026-03-01{pick(['', ' retroactive'])}"
    way = pick(["marginal", "whole", "excess"])
    chosen = pick(["", "  chosen by signed_on\n", "  chosen by won_on\n"])
    karma = ' points for each person where role = seller {\n  k "K" +1 for each deal by seller on won_on\n}\n'
    return "\n".join(
        [
            'quotarules 1\n\nplan drawn version 1 {\n  currency RUB\n  timezone "UTC"',
            f"  period {period}\n  rounding {pick(['half_up', 'half_even'])} to 0.01 per line\n{chosen}",
            "  effective from 2025-01-01 through 2026-12-31\n}\n",
            "measure comp for each person = 12 * salary",
            "measure sales for each person = sum(amount of deals by seller on won_on)",
            f"tiers t {way} effective from 2024-01-01 {{ under 1_000 RUB: 4%, from 1_000 RUB: 8.5% }}",
            f"tiers t {pick(['marginal', 'whole'])} {second} {{ under 500 RUB: 5%, from 500 RUB: 1% }}",
            f"tiers t curve {third} {{ at -1_000_000 RUB: 0 RUB, at 1_000_000 RUB: 50 RUB }}"
            if draw.chance(2)
            else f"tiers t whole {third} {{ under 0 RUB: 0%, from 0 RUB: 12% }}",
            "table area by region effective from 2025-01-01 through 2026-01-31 { north: 1%, any: 2.5% }",
            f"table area by region effective from 2026-02-01{pick(['', ' retroactive'])} {{ south: 3%, north: 0.1% }}",
            "table season by day { under 2026-02-01: 1%, from 2026-02-01: 2% }",
            *([f"karma{karma}"] if draw.chance(2) else []),
            block("first", pick(EFFECTIVE.get(period, EFFECTIVE["month"]))),
            *([block("second", "")] if draw.chance(2) else []),
        ]
    )
