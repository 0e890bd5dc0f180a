"""Plans as text in which no deal touches another: what the laws of adding, cutting and scaling are about.

An amount is written `<12345>`, in kopecks, so that the same plan can be written in larger units.
"""

import re

from drawing import Draw
from laws.ledgers import written

MODES = ["half_up", "half_even", "up", "down", "floor", "ceil"]
MONEY = [
    "amount",
    "cost",
    "(amount - cost)",
    "(amount * (1 - (discount else 0%)))",
    "(amount when amount > cost else cost)",
]
MONEY += ["(amount at least <5000>)", "max(amount, <1234567>)", "(amount when kind = tender else <1>)", "2 * cost"]
MONEY += ["(30% of amount + <99>)", "(amount / 7)"]
ELSEWHERE = ["(fee in RUB at signed_on)", "(seller.salary when seller is present else <0>)"]
WHERES = ["", " where kind = tender", " where amount > cost", " where amount >= <10000>", " where client.size > 1"]
WHERES += [" where seller is present and seller.role = head", " where won_on is present or kind = direct"]
DATES = ["won_on", "done_on", "signed_on"]
SHARES = [
    "equally",
    "by hours",
    "exact by role { seller 40%, helper 33.3%, head rest }\n  absent shared by the others",
    "overlay by credit",
]
BANDS = ["under <10000>: 3%, from <10000> to under <1234567>: 4.5%, from <1234567>: 12%"]
BANDS += ["under <0>: 0%, from <0> to under <100000>: 5%, from <100000>: 1%"]


def in_units(text: str, times: int) -> str:
    """The plan with every amount, and the place to which is rounded, so many times as large."""
    text = re.sub(r"<(\d+)>", lambda found: f"{written(times * int(found[1]))} RUB", text)
    return text.replace("<place>", written(times))


def head(draw: Draw) -> str:
    return (
        "quotarules 1\n\nplan law version 1 {\n  currency RUB\n  period month\n"
        f'  timezone "Europe/Moscow"\n  rounding {draw.pick(MODES)} to <place> per line\n'
        "  effective from 2025-01-01 through 2026-12-31\n  rates rates\n}\n"
    )


def apart(draw: Draw, *, team: bool) -> str:
    """Sums, lines, tiers and, with `team`, bonuses, in which each deal counts for itself."""

    def total(link: str) -> str:
        where = draw.pick(WHERES)
        return f"sum(round({draw.pick(MONEY)}, <place>) of deals by {link} on {draw.pick(DATES)}{where})"

    def line(name: str, link: str) -> str:
        worth = draw.pick([f"{draw.pick(['3.5%', '10%', '140%'])} of {draw.pick([*MONEY, *ELSEWHERE])}", "t(amount)"])
        when = draw.pick(["", " when amount > <9999>", " when done_on is present"])
        return f'{name} "{name}" {worth}{when} for each deal by {link} on {draw.pick(DATES)}{draw.pick(WHERES)}'

    bonus = [
        f"team bonus for each deal on {draw.pick(DATES)} {{\n  pool round({draw.pick(MONEY)}, <place>)",
        f"  among participants by deal\n  shares {draw.pick(SHARES)}\n}}",
    ]
    kpi = '  kpi b "B" bonus\n' if team else ""
    return "\n".join(
        [
            head(draw),
            f"tiers t {draw.pick(['marginal', 'whole', 'excess'])} {{ {draw.pick(BANDS)} }}",
            f"measure sales for each person = {total('seller')}",
            f"measure turnover for each client = {total('client')}",
            *(bonus if team else []),
            f'pay block for each person {{\n  kpi a "A" sales\n{kpi}  {line("l", "seller")}\n}}',
            f'pay rebate for each client {{\n  kpi a "A" turnover\n  {line("l", "client")}\n}}\n',
        ]
    )


def by_amount_alone(draw: Draw) -> str:
    """Amounts to which a deal gives as much as its two halves, also where it crosses a boundary."""
    window = draw.pick(["ever", "year to date", "month to date", "last 3 months", "last 10 days"])
    date = draw.pick(["won_on", "signed_on"])
    where = draw.pick(["", " where kind = tender", " where client.size > 1"])
    earlier = f"sum(amount of earlier deals by seller on {date} during {window})"
    bands = draw.pick(["under <10000>: 3%, from <10000> to under <1234500>: 4%, from <1234500>: 12%", BANDS[1]])
    return "\n".join(
        [
            head(draw),
            f"tiers t marginal {{ {bands} }}",
            f"tiers w {draw.pick(['marginal', 'whole', 'excess'])} {{ {bands} }}",
            f"measure sales for each person = sum(amount of deals by seller on {date}{where})",
            "pay block for each person {",
            '  kpi a "A" w(sales)',
            f'  l "L" {draw.pick(["3%", "10%", "140%"])} of amount for each deal by seller on {date}{where}',
            f'  t "T" t(amount after {earlier}) for each deal by seller on {date}{where}',
            "}\n",
        ]
    )
