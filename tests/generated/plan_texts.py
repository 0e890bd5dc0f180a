"""Well-typed plans as text, drawn at random over one small company; every form of the language can occur.

Amounts and dates come from short lists, so that ties, boundaries and single minor units are common.
"""

from dataclasses import dataclass, field
from itertools import pairwise

from hypothesis import strategies as st

FACTS = """\
people:
  each: person
  key: person
  columns: {role: [seller, helper, head], salary: money RUB, manager: people or missing, senior: yes/no}
clients:
  key: client
  columns: {keeper: people or missing, size: count}
deals:
  key: deal
  columns:
    client: clients
    seller: people or missing
    kind: [tender, direct]
    amount: money RUB max 100_000_000
    cost: money RUB max 100_000_000
    won_on: date or missing
    done_on: date or missing
participants:
  each: participant
  key: [deal, person, role]
  columns: {deal: deals, person: people, role: [seller, helper, head], hours: count max 1_000}
leads:
  key: lead
  columns:
    owner: people or missing
    handed_at: {type: instant, zone: "Europe/Moscow"}
    touched_at: {type: instant or missing, zone: "Europe/Moscow"}
    score: count max 1_000
targets:
  each: target
  key: [person, month]
  columns: {person: people, month: date, amount: money RUB}
"""

WINDOWS = [
    "",
    " during month to date",
    " during quarter to date",
    " during year to date",
    " during last 3 months",
    " during ever",
    " during from 2026-01-15 to under 2026-03-01",
    " during from 2026-01-31 through 2026-02-28",
]
MONEY = ["0 RUB", "0.01 RUB", "99.99 RUB", "100 RUB", "1_000 RUB", "12_345.67 RUB"]
PERCENTS = ["0%", "0.5%", "3.5%", "10%", "40%", "100%", "140%"]
MODES = ["half_up", "half_even", "up", "down", "floor", "ceil"]
LINKED = {
    "people": [("deals", "seller"), ("deals", "client.keeper"), ("participants", "person"), ("leads", "owner")],
    "clients": [("deals", "client")],
    "deals": [("participants", "deal")],
}
DATES = {"deals": ["won_on", "done_on"], "participants": [], "leads": ["handed_at"]}
EACH = {"people": "person", "clients": "client", "deals": "deal", "participants": "participant", "leads": "lead"}


@dataclass
class Names:
    """What has been declared so far: measures by (table, kind), tiers and tables by name."""

    measures: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    marginal: list[str] = field(default_factory=list)
    curves: list[str] = field(default_factory=list)
    rates: list[str] = field(default_factory=list)
    karmas: dict[str, list[str]] = field(default_factory=dict)

    def add(self, table: str, kind: str, name: str) -> None:
        self.measures.setdefault((table, kind), []).append(name)


class Texts:
    """Draws pieces of rule text. `depth` bounds how far an expression nests."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw, self.names = draw, Names()

    def pick(self, items: list[str]) -> str:
        return self.draw(st.sampled_from(items))

    def chance(self, of: int) -> bool:
        return self.draw(st.integers(1, of)) == 1

    # --- expressions ---------------------------------------------------------------------------

    def money(self, table: str, depth: int) -> str:
        leaves = [self.pick(MONEY)]
        leaves += {"people": ["salary"], "deals": ["amount", "cost"]}.get(table, [])
        leaves += self.names.measures.get((table, "money"), [])
        if depth == 0:
            return self.pick(leaves)
        forms = ["leaf", "leaf", "sum", "difference", "percent", "limit", "when", "round", "per"]
        if table in LINKED:
            forms += ["rows", "rows"]
        if self.names.marginal:
            forms += ["tiers"]
        if self.names.rates:
            forms += ["rate"]

        def inner() -> str:
            return self.money(table, depth - 1)

        match self.pick(forms):
            case "sum":
                return f"({inner()} + {inner()})"
            case "difference":
                return f"({inner()} - {inner()})"
            case "percent":
                return f"{self.pick(PERCENTS)} of ({inner()})"
            case "limit":
                return f"({inner()} at {self.pick(['least', 'most'])} {self.pick(MONEY)})"
            case "when":
                return f"(({inner()} when {self.condition(table, depth - 1)}) else {self.pick(MONEY)})"
            case "round":
                place = self.pick(["0.01", "0.1", "1", "0.05", "50"])
                return f"round({inner()} * {self.pick(['0.37', '1.005', '3', '0.125'])}, {place}, {self.pick(MODES)})"
            case "per":
                full = self.pick(["", "full "])
                return f"round(25 RUB per {full}{self.pick(MONEY[2:])} of ({inner()}), 0.01)"
            case "rows":
                return self.money_of_rows(table, depth)
            case "tiers":
                return f"round({self.pick(self.names.marginal)}({inner()}), 0.01)"
            case "rate":
                return f"round({self.pick(self.names.rates)}({self.number(table, depth - 1)}) * ({inner()}), 0.01)"
            case _:
                return self.pick(leaves)

    def rows(self, table: str, depth: int, source: str | None = None) -> tuple[str, str]:
        """A table with rows, and a text that names its rows for each row of `table`."""
        choices = [pair for pair in LINKED[table] if source in (None, pair[0])]
        name, link = self.draw(st.sampled_from(choices))
        text = f"{name} by {link}"
        dates = DATES[name]
        if dates and not self.chance(3):
            text += f" on {self.pick(dates)}"
            window = self.pick(WINDOWS)
        else:
            window = ""
        if self.chance(2):
            text += f" where {self.condition(name, max(0, depth - 1))}"
        return name, text + window

    def money_of_rows(self, table: str, depth: int) -> str:
        if table == "deals" or (table == "people" and self.chance(4)):
            name, rows = self.rows(table, depth, "participants")
            return f"10 RUB * sum(hours of {rows})"
        name, rows = self.rows(table, depth, "deals")
        value = self.pick(["amount", "cost", "(amount - cost)", *self.names.measures.get((name, "money"), [])])
        match self.pick(["sum", "sum", "min", "max", "mean"]):
            case "sum":
                return f"sum({value} of {rows})"
            case "mean":
                return f"round(mean({value} of {rows}) else 0 RUB, 0.01)"
            case function:
                return f"({function}({value} of {rows}) else {self.pick(MONEY)})"

    def number(self, table: str, depth: int) -> str:
        leaves = [self.pick(["0", "1", "2", "0.5", "7"])]
        leaves += {"clients": ["size"], "participants": ["hours"], "leads": ["score"]}.get(table, [])
        leaves += self.names.measures.get((table, "number"), [])
        if depth > 0 and table in LINKED:
            leaves += [f"count({self.rows(table, depth - 1)[1]})"]
            if table == "people":
                leaves += [f"distinct(client of {self.rows(table, depth - 1, 'deals')[1]})"]
        if depth > 0:
            leaves += [f"({self.number(table, depth - 1)} + {self.number(table, depth - 1)})"]
        return self.pick(leaves)

    def condition(self, table: str, depth: int) -> str:
        own = {
            "people": ["role = seller", "role is one of (helper, head)", "senior", "not senior", "manager is missing"],
            "clients": ["size > 10", "keeper is present"],
            "deals": [
                "kind = tender",
                "amount > cost",
                "won_on is present",
                "(done_on is present and done_on >= 2026-02-01)",
            ],
            "participants": ["hours > 3", "role != head"],
            "leads": ["score >= 50", "touched_at is missing"],
        }[table]
        own = [*own, *self.names.measures.get((table, "flag"), [])]
        if depth == 0:
            return self.pick(own)
        match self.pick(["own", "and", "or", "not", "compare"]):
            case "and":
                return f"({self.condition(table, depth - 1)} and {self.condition(table, depth - 1)})"
            case "or":
                return f"({self.condition(table, depth - 1)} or {self.condition(table, depth - 1)})"
            case "not":
                return f"not ({self.condition(table, depth - 1)})"
            case "compare":
                sign = self.pick([">=", "<", "=", "!="])
                return f"{self.money(table, depth - 1)} {sign} {self.money(table, depth - 1)}"
            case _:
                return self.pick(own)

    # --- declarations --------------------------------------------------------------------------

    def lookups(self) -> list[str]:
        result: list[str] = []
        for place in range(self.draw(st.integers(0, 2))):
            way = self.pick(["marginal", "whole", "excess"])
            edges = self.draw(st.lists(st.sampled_from([1, 100, 1_000, 12_345, 50_000]), max_size=3, unique=True))
            result.append(f"tiers t{place} {way} {{ {', '.join(self.bands(sorted(edges)))} }}")
            self.names.marginal.append(f"t{place}")
        if self.chance(2):
            result.append("table r by n { under 1: 0%, from 1 to under 3: 2.5%, from 3 through 7: 10%, any: 11% }")
            self.names.rates.append("r")
        return result

    def bands(self, edges: list[int]) -> list[str]:
        lower = self.pick(["under", "from"])

        def rate() -> str:
            return self.pick(PERCENTS)

        if not edges:
            return [f"from 0 RUB: {rate()}"]
        first = f"under {edges[0]} RUB" if lower == "under" else f"from 0 RUB to under {edges[0]} RUB"
        between = [f"from {a} RUB to under {b} RUB" for a, b in pairwise(edges)]
        return [f"{key}: {rate()}" for key in [first, *between, f"from {edges[-1]} RUB"]]

    def measures(self) -> list[str]:
        result: list[str] = []
        for place in range(self.draw(st.integers(1, 5))):
            table = self.pick(["deals", "people", "people", "clients"])
            kind = self.pick(["money", "money", "number", "flag"])
            name = f"m{place}"
            value = {"money": self.money, "number": self.number, "flag": self.condition}[kind](table, 2)
            each = EACH[table]
            result.append(f"measure {name} for each {each} = {value}")
            self.names.add(table, kind, name)
        if self.chance(2):
            a, b = self.money("people", 1), self.money("people", 1)
            result.append(f"measure ratio for each person to 0.01% = ({a}) / ({b}) else 0%")
            self.names.add("people", "number", "ratio")
        if self.chance(3):
            result.append(
                'measure target for each person = the(amount of targets by person on month) else waiting "no target"'
            )
            self.names.add("people", "money", "target")
        return result

    def row_line(self, name: str, *, points: bool) -> str:
        where = f" where {self.condition('deals', 1)}" if self.chance(2) else ""
        date = self.pick(["won_on", "done_on"])
        link = "client" if points else "seller"
        rows = f"for each deal by {link} on {date}{where}"
        if points:
            worth = f"+{self.pick(['1', '2.5'])} per {self.pick(MONEY[2:])}"
            return f'{name} "{name}" {worth} of {self.money("deals", 1)} {rows}'
        if self.names.marginal and self.chance(2):
            window = self.pick(
                [" during month to date", " during year to date", " during ever", " during last 3 months"]
            )
            part = self.pick(["", "50% of "])
            before = f"sum(amount of earlier deals by seller on {date}{window})"
            return f'{name} "{name}" {part}{self.pick(self.names.marginal)}(amount after {before}) {rows}'
        return f'{name} "{name}" {self.pick(PERCENTS)} of {self.money("deals", 1)} {rows}'

    def karma(self) -> list[str]:
        if self.chance(3):
            return []
        clauses = [self.row_line(f"k{place}", points=True) for place in range(self.draw(st.integers(0, 2)))]
        if self.chance(2):
            clauses.append(f"fades {self.pick(['10%', '33.3%', '100%'])} a month")
        if self.chance(2):
            clauses.append(f"newcomer starts at {self.pick(['5', '0', '(size / 3)'])}")
        clauses = clauses or ['k0 "K" +1 for each deal by client on won_on']
        place = self.pick(["", " to 0.01", " to 0.1"])
        body = "\n".join(f"  {clause}" for clause in clauses)
        karma = f"karma rating for each client{place} {{\n{body}\n}}"
        points = 'karma points for each person {\n  p "P" +10 for each deal by seller on done_on\n}'
        self.names.karmas = {"people": ["points"]}
        return [karma, points]

    def sla(self) -> list[str]:
        if self.chance(2):
            return []
        within = self.pick(["4 working hours", "1 working day", "5 working days", "30 hours", "2 days"])
        share = self.pick(["for at least 95%", "for at least 50%", "always"])
        where = self.pick(["", " where score >= 50"])
        enough = self.pick(["0", "1", "3"])
        total = f'  volume "Volume" owed by "Marketing": count(leads on handed_at where score >= 50) >= {enough}'
        self.names.add("people", "flag", "handover.response met")
        return [
            (
                f'sla handover {{\n{total}\n  response "Response" owed by owner for each lead{where}: '
                f"touched_at within {within} of handed_at, {share}\n}}"
            )
        ]

    def team(self) -> list[str]:
        if self.chance(3):
            return []
        shares = self.pick(
            [
                "shares equally",
                "shares by hours",
                "shares exact by role { seller 40%, helper 33.3%, head rest }",
                "shares exact by role { seller 60%, helper rest }",
            ]
        )
        absent = self.pick(["absent shared by the others", "absent kept by the company"]) if "role" in shares else ""
        gate = f"  gate {self.condition('deals', 1)}\n" if self.chance(3) else ""
        among = "participants by deal" + (" where hours > 1" if self.chance(3) else "")
        self.names.add("people", "money", "bonus")
        return [
            (
                f"team bonus for each deal on won_on {{\n  pool {self.money('deals', 1)}\n{gate}"
                f"  among {among}\n  {shares}\n  {absent}\n}}"
            )
        ]

    def pay(self) -> list[str]:
        clauses = ["base salary"] if self.chance(2) else []
        clauses += [f'kpi a "A" {self.money("people", 2)}']
        if self.chance(2):
            clauses.append(f'kpi b "B" {self.money("people", 1)} when {self.condition("people", 1)}')
        clauses += [self.row_line(f"l{place}", points=False) for place in range(self.draw(st.integers(0, 2)))]
        if self.names.karmas and self.chance(2):
            limit = self.pick(["", ", at most 1_000 RUB"])
            clauses.append(f'exchange x "X" points at 150 RUB per point{limit}')
        if self.chance(3):
            clauses.append(f"gate {self.condition('people', 1)}")
        where = self.pick(["", " where role = seller", " where role is one of (seller, helper)"])
        body = "\n".join(f"  {clause}" for clause in clauses)
        return [f"pay block for each person{where} {{\n{body}\n}}"]

    def plan(self, period: str) -> str:
        rounding = f"rounding {self.pick(MODES)} to {self.pick(['0.01', '0.05', '1'])} per line"
        head = (
            f'quotarules 1\n\nplan drawn version 1 {{\n  currency RUB\n  period {period}\n  timezone "Europe/Moscow"\n'
            f"  {rounding}\n  effective from 2026-01-01 through 2026-12-31\n  calendar office\n}}\n"
        )
        parts = [self.lookups, self.measures, self.karma, self.sla, self.team, self.pay]
        return head + "\n".join(line for part in parts for line in part()) + "\n"


@st.composite
def plan_texts(draw: st.DrawFn, period: str) -> str:
    """A rule text of a well-typed plan over `FACTS` and a calendar named office."""
    return Texts(draw).plan(period)


# --- ledgers ------------------------------------------------------------------------------------

DAYS = ["2025-12-31", "2026-01-01", "2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01", "2026-03-15", "2026-03-31"]
MINUTES = [
    "2026-03-02 08:59",
    "2026-03-02 09:00",
    "2026-03-06 17:59",
    "2026-03-07 12:00",
    "2026-03-13 13:00",
    "2026-03-30 17:00",
    "2026-02-27 16:00",
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


@st.composite
def ledgers(draw: st.DrawFn) -> dict[str, bytes]:
    """CSV texts by table: few rows, many ties, empty tables, missing links, negative amounts."""

    def pick(items: list[str]) -> str:
        return draw(st.sampled_from(items))

    def maybe(items: list[str]) -> str:
        return pick([*items, ""])

    people = [f"P{i}" for i in range(draw(st.integers(0, 4)))]
    clients = [f"C{i}" for i in range(draw(st.integers(0, 3)))]
    deals = [f"D{i}" for i in range(draw(st.integers(0, 7)))] if clients else []
    rows: dict[str, list[list[str]]] = {
        "people": [["person", "role", "salary", "manager", "senior"]],
        "clients": [["client", "keeper", "size"]],
        "deals": [["deal", "client", "seller", "kind", "amount", "cost", "won_on", "done_on"]],
        "participants": [["deal", "person", "role", "hours"]],
        "leads": [["lead", "owner", "handed_at", "touched_at", "score"]],
        "targets": [["person", "month", "amount"]],
    }
    rows["people"] += [[p, pick(ROLES), pick(AMOUNTS), maybe(people), pick(["yes", "no"])] for p in people]
    rows["clients"] += [[c, maybe(people), pick(["0", "1", "10", "11"])] for c in clients]
    rows["deals"] += [
        [
            d,
            pick(clients),
            maybe(people),
            pick(["tender", "direct"]),
            pick(AMOUNTS),
            pick(AMOUNTS),
            maybe(DAYS),
            maybe(DAYS),
        ]
        for d in deals
    ]
    if people and deals:
        seats = draw(
            st.lists(
                st.tuples(st.sampled_from(deals), st.sampled_from(people), st.sampled_from(ROLES)),
                max_size=9,
                unique=True,
            )
        )
        rows["participants"] += [[*seat, pick(["0", "1", "2", "3", "7"])] for seat in seats]
    if people:
        count = draw(st.integers(0, 5))
        rows["leads"] += [
            [f"L{i}", maybe(people), pick(MINUTES), maybe(MINUTES), pick(["0", "49", "50"])] for i in range(count)
        ]
        months = draw(
            st.lists(
                st.tuples(st.sampled_from(people), st.sampled_from(["2026-01-01", "2026-03-01"])),
                max_size=3,
                unique=True,
            )
        )
        rows["targets"] += [[*key, pick(["0", "100", "1000"])] for key in months]
    return {name: ("\n".join(",".join(row) for row in table) + "\n").encode() for name, table in rows.items()}
