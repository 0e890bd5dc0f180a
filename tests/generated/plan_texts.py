"""Well-typed plans as text, drawn at random over one small company; every form of the language can occur."""

import re
from itertools import pairwise

from hypothesis import strategies as st

from generated.expression_texts import (
    COMPANY,
    EACH,
    IN_PERIOD,
    MODES,
    MONEY,
    PERCENTS,
    WINDOWS,
    Expressions,
    Measure,
)

POINT_LINES = [
    ("person", "deal", "seller", ["won_on", "done_on"]),
    ("person", "deal", "client.keeper", ["won_on", "signed_on"]),
    ("person", "lead", "owner", ["handed_at"]),
    ("person", "shift", "person", ["worked_on"]),
    ("client", "deal", "client", ["won_on", "done_on", "signed_on"]),
]
COUNTED = [
    ("sales", "people", "money", "sum(amount of deals by seller on won_on)"),
    ("turnover", "clients", "money", "sum(amount of deals by client on signed_on)"),
    ("total", COMPANY, "money", "sum(amount of deals on won_on)"),
    ("wins", "people", "number", "count(deals by seller on done_on)"),
    ("worked", "people", "number", "sum(hours of shifts by person on worked_on)"),
]
LINE_OF_DEALS = re.compile(r"(\w+) .* for each deal by ([\w.]+) on ", re.DOTALL)
TABLE_OF = {each: table for table, each in EACH.items()}


class Texts(Expressions):
    """Draws declarations, in an order in which none reads itself; then the text puts them in any order."""

    karmas: tuple[tuple[str, str, str], ...] = ()
    period: str = "month"

    # --- lookups -------------------------------------------------------------------------------

    def lookups(self) -> list[str]:
        result: list[str] = []
        for place in range(self.draw(st.integers(0, 2))):
            way = self.pick(["marginal", "whole", "excess"])
            edges = self.draw(st.lists(st.sampled_from([1, 100, 1_000, 12_345, 50_000]), max_size=3, unique=True))
            result.append(f"tiers t{place} {way} {{ {', '.join(self.bands(sorted(edges)))} }}")
            self.names.marginal.append(f"t{place}")
        if self.chance(2):
            way = self.pick(["marginal", "whole", "excess"])
            bands = [f"tender, {band}" for band in self.bands([self.draw(st.sampled_from([1, 1_000]))])]
            bands += [f"{self.pick(['direct', 'any'])}, {band}" for band in self.bands([100])[:2]]
            result.append(f"tiers k0 {way} by kind {{ {', '.join(bands)} }}")
            self.names.families.append("k0")
        if self.chance(2):
            percents = st.sampled_from([0, 1, 50, 80, 120, 300])
            points = sorted(self.draw(st.lists(percents, min_size=2, max_size=4, unique=True)))
            result.append(f"tiers c0 curve {{ {', '.join(f'at {p}%: {self.pick(PERCENTS)}' for p in points)} }}")
            self.names.curves.append("c0")
        if self.chance(2):
            rows = [
                "under 1: 0%, from 1 to under 3: 2.5%, from 3 through 7: 10%, any: 11%",
                "0: 1%, 1: 2%, any: 3%",
                "from 0 to under 2: 5%, from 2 through 10: 7.5%",
            ]
            result.append(f"table r by n {{ {self.pick(rows)} }}")
            self.names.rates.append("r")
        if self.chance(2):
            rows = [
                "tender, north: 1%, tender, any: 3%, any, any: 0.5%",
                "tender, any: 2%, direct, south: 10%",
                "any, north: 1%, direct, south: 4%",
            ]
            result.append(f"table pairs by kind, region {{ {self.pick(rows)} }}")
            self.names.pairs.append("pairs")
        if self.chance(2):
            rows = ["through 2026-01-31: 1%, from 2026-02-01 to under 2026-03-01: 2%, from 2026-03-01: 3%"]
            rows += ["from 2026-01-01 through 2026-02-28: 10%"]
            result.append(f"table season by day {{ {self.pick(rows)} }}")
            self.names.seasons.append("season")
        return result

    def bands(self, edges: list[int]) -> list[str]:
        lower = self.pick(["under", "from", "over"])

        def rate() -> str:
            return self.pick(PERCENTS)

        if not edges:
            return [f"from 0 RUB: {rate()}"]
        if lower == "over":
            ends = [0, *edges]
            keys = [f"over {a} RUB through {b} RUB" for a, b in pairwise(ends)]
            return [f"{key}: {rate()}" for key in [*keys, f"over {edges[-1]} RUB"]]
        first = f"under {edges[0]} RUB" if lower == "under" else f"from 0 RUB to under {edges[0]} RUB"
        between = [f"from {a} RUB to under {b} RUB" for a, b in pairwise(edges)]
        last = f"from {edges[-1]} RUB" + self.pick(["", "", " through 60_000 RUB"])
        return [f"{key}: {rate()}" for key in [first, *between, last]]

    # --- measures ------------------------------------------------------------------------------

    def measure(
        self, name: str, table: str, kind: str, value: str, *, place: str = "", label: str = "", windowed: bool = False
    ) -> str:
        """The declaration of a measure of what has just been drawn, which from now on can be read.

        `windowed`: it surely counts by the period, so it can be read in another window.
        """
        self.names.add(table, kind, Measure(name, windowed, self.borrowed))
        self.borrowed = False
        each = "" if table == COMPANY else f" for each {EACH[table]}"
        return f"measure {name}{label}{each}{place} = {value}"

    def counted(self, name: str, table: str, kind: str, value: str) -> str:
        """A plain figure of the period, so that there is something to read in other windows."""
        return self.measure(name, table, kind, value, windowed=True)

    def measures(self) -> list[str]:
        result = [self.counted(*kind) for kind in COUNTED if self.chance(2)]
        draws = {"money": self.money, "number": self.number, "flag": self.condition, "date": self.date}
        for place in range(self.draw(st.integers(1, 5))):
            table = self.pick(["deals", "people", "people", "clients", "leads", "shifts", COMPANY])
            kind = self.pick(["money", "money", "number", "flag", "date"])
            self.borrowed = False
            result.append(self.measure(f"m{place}", table, kind, draws[kind](table, 2)))
        self.borrowed = False
        result += self.dated()
        if self.chance(2):
            otherwise = self.pick(["0%", 'waiting "no ratio"'])
            value = f"({self.money('people', 1)}) / ({self.money('people', 1)}) else {otherwise}"
            result.append(self.measure("ratio", "people", "number", value, place=" to 0.01%"))
        if self.chance(3):
            value = 'the(amount of targets by person on month) else waiting "no target"'
            result.append(self.measure("target", "people", "money", value, label=' "Target"', windowed=True))
        if self.chance(3):
            result.append("measure word for each deal = (kind when amount > 0 RUB) else tender")
            self.names.add("deals", "flag", Measure("word = tender"))
        self.borrowed = False
        return result

    def dated(self) -> list[str]:
        """A measure that is read as it stood on a day of its row."""
        table = self.pick(["people", "clients"])
        link = "seller" if table == "people" else "client"
        window = self.pick(["ever", "last 2 months", "quarter to date", "last 10 days", "week to date"])
        where = self.pick(["", " where kind = tender"])
        value = f"sum(amount of deals by {link} on {self.pick(['won_on', 'signed_on'])}{where} during {window})"
        self.names.add(table, "money", Measure(f"seen(at {self.date(table, 1)})"))
        return [f"measure seen for each {EACH[table]} = {value}"]

    # --- lines ---------------------------------------------------------------------------------

    def point_line(self, name: str, subject: str) -> str:
        if self.chance(5):
            table = TABLE_OF[subject]
            return f'{name} "{name}" {self.pick(["+5", "-3"])} when {self.condition(table, 1)}'
        choices = [line for line in POINT_LINES if line[0] == subject]
        _, row, link, dates = self.draw(st.sampled_from(choices))
        table = TABLE_OF[row]
        where = f" where {self.condition(table, 1)}" if self.chance(2) else ""
        full = self.pick(["", "full "])
        per = f"+{self.pick(['1', '2.5'])} per {full}{self.pick(MONEY[2:])} of {self.money(table, 1)}"
        worth = self.pick([per, per, "+10", "-5", f"{self.pick(['1', '-0.5'])} * {self.number(table, 1)}"])
        return f'{name} "{name}" {worth} for each {row} by {link} on {self.pick(dates)}{where}'

    def pay_line(self, name: str, subject: str) -> str:
        if subject == "person" and self.chance(6):
            return f'{name} "{name}" {self.money("leads", 1)} for each lead by owner on handed_at'
        link = "client" if subject == "client" else self.pick(["seller", "seller", "client.keeper"])
        where = f" where {self.condition('deals', 1)}" if self.chance(2) else ""
        date = self.pick(["won_on", "done_on", "signed_on"])
        rows = f"for each deal by {link} on {date}{where}"
        if self.names.marginal and link == "seller" and self.chance(2):
            window = self.pick([w for w in WINDOWS if w not in IN_PERIOD and " from " not in w])
            part = self.pick(["", "50% of "])
            earlier = f"sum(amount of earlier deals by seller on {date}{window})"
            return f'{name} "{name}" {part}{self.pick(self.names.marginal)}(amount after {earlier}) {rows}'
        if self.names.families and link == "seller" and self.chance(2):
            earlier = f"sum(amount of earlier deals by seller on {date} during ever)"
            return f'{name} "{name}" k0(kind, amount after {earlier}) {rows}'
        when = f" when {self.condition('deals', 1)}" if self.chance(3) else ""
        return f'{name} "{name}" {self.pick(PERCENTS)} of {self.money("deals", 1)}{when} {rows}'

    # --- karma ---------------------------------------------------------------------------------

    def karma(self) -> list[str]:
        result: list[str] = []
        found: list[tuple[str, str, str]] = []
        for name, subject in [("rating", "client"), ("points", "person")]:
            if self.chance(3):
                continue
            table = TABLE_OF[subject]
            conditions = {"client": ["size > 0", "region = north"], "person": ["role = seller", "senior"]}
            where = f" where {self.pick(conditions[subject])}" if self.chance(3) else ""
            clauses = [self.point_line(f"k{place}", subject) for place in range(self.draw(st.integers(1, 3)))]
            if self.chance(2):
                clauses.append(f"fades {self.pick(['10%', '33.3%', '100%'])} a month")
            if self.chance(2):
                clauses.append(f"newcomer starts at {self.newcomer(name, table, where, result)}")
            place = self.pick(["", " to 0.01", " to 0.1"])
            body = "\n".join(f"  {clause}" for clause in clauses)
            result.append(f"karma {name} for each {subject}{place}{where} {{\n{body}\n}}")
            found.append((name, subject, where))
        self.karmas = tuple(found)
        # A balance can be read once all karmas are written, so that none leads back to itself.
        for name, subject, where in found:
            text = f"({name} else 0 points)" if where else name
            for table, read in [(TABLE_OF[subject], text), ("deals", f"(client.{text})")]:
                if table == "deals" and (where or subject == "person"):
                    continue
                self.names.add(table, "flag", Measure(f"{read} >= 5 points"))
                self.names.add(table, "money", Measure(f"(15 RUB per point of {read})", borrowed=table == "deals"))
        return result

    def newcomer(self, name: str, table: str, where: str, result: list[str]) -> str:
        if self.chance(2):
            present = f" where {name} is present" if where else ""
            result.append(f"measure usual_{name} = round(mean({name} of {table}{present}) else 3, 0.01)")
            return f"usual_{name}"
        return self.pick(["5", "0", "(size / 3)"] if table == "clients" else ["5", "-1.5", self.number(table, 1)])

    # --- sla and team --------------------------------------------------------------------------

    def sla(self) -> list[str]:
        if self.chance(2):
            return []
        within = self.pick(["4 working hours", "1 working day", "5 working days", "30 hours", "2 days"])
        share = self.pick(["for at least 95%", "for at least 50%", "always"])
        where = self.pick(["", " where score >= 50", f" where {self.condition('leads', 1)}"])
        owed = self.condition(COMPANY, 2) if self.chance(2) else f"count(leads on handed_at) >= {self.pick(['0', '3'])}"
        for read in ["handover.response met", "(handover.response else 100%) > 50%"]:
            self.names.add("people", "flag", Measure(read))
        for table in ["people", COMPANY]:
            self.names.add(table, "flag", Measure("handover.volume met"))
        total = f'  volume "Volume" owed by "Marketing": {owed}'
        calendars = ["", " on calendar desk", " on calendar (hours_of else office)"]
        calendar = self.pick(calendars) if "working" in within else ""
        held = "holds by lead" + self.pick(["", " where why = client"])
        pauses = f", not counting {held} from paused_at until resumed_at" if "working hours" in within else ""
        pauses = self.pick(["", pauses, pauses])
        time = f"touched_at within {within} of handed_at{calendar}{pauses}"
        term = f'  response "Response" owed by owner for each lead{where}: {time}'
        return [f"sla handover {{\n{total}\n{term}, {share}\n}}"]

    def team(self) -> list[str]:
        result: list[str] = []
        added = []
        if not self.chance(3):
            result.append(self.bonus())
            added.append("bonus")
        if self.chance(2):
            among = self.pick(["shifts on worked_on", "people where senior", "shifts on worked_on where hours > 1"])
            shares = "shares equally" if "people" in among else self.pick(["shares equally", "shares by hours"])
            gate = f"  gate {self.condition(COMPANY, 1)}\n" if self.chance(3) else ""
            pool = f"(({self.money(COMPANY, 2)}) at least -100_000 RUB) at most 1_000_000 RUB"
            result.append(f"team kitty {{\n  pool {pool}\n{gate}  among {among}\n  {shares}\n}}")
            added.append("kitty")
        for name in added:
            self.names.add("people", "money", Measure(name))
        return result

    def bonus(self) -> str:
        shares = self.pick(
            [
                "shares equally",
                "shares by hours",
                "shares exact by role { seller 40%, helper 33.3%, head rest }",
                "shares exact by role { seller 60%, helper rest }",
                "shares overlay by role { seller 60%, head 55.5% }",
                "shares overlay by credit",
                "shares exact by credit",
            ]
        )
        absent = (
            self.pick(["absent shared by the others", "absent kept by the company"])
            if "exact by role" in shares
            else ""
        )
        gate = f"  gate {self.condition('deals', 1)}\n" if self.chance(3) else ""
        among = "participants by deal" + (f" where {self.condition('participants', 0)}" if self.chance(3) else "")
        return (
            f"team bonus for each deal on won_on {{\n  pool {self.money('deals', 1)}\n{gate}"
            f"  among {among}\n  {shares}\n  {absent}\n}}"
        )

    # --- pay -----------------------------------------------------------------------------------

    def pay(self) -> list[str]:
        karmas = {subject: (name, where) for name, subject, where in self.karmas}
        blocks = [self.block("block", "person", karmas.get("person"))]
        if self.chance(2):
            blocks.append(self.block("other", "person", None))
        if self.chance(2):
            blocks.append(self.block("rebate", "client", karmas.get("client")))
        if self.chance(3):
            blocks.append(self.abroad())
        return blocks

    def abroad(self) -> str:
        """A block that pays in another currency."""
        day, by = self.date("deals", 0), self.pick(["", " by pairs"])
        rows = f"for each deal by seller on {self.pick(['won_on', 'signed_on'])}"
        lines = [
            f'a "A" ({self.money("people", 1)}) in EUR at {self.date("people", 1)}',
            f'b "B" {self.pick(PERCENTS)} of fee in EUR{by} at {day} {rows}',
            self.pick(["", "cap at 50 EUR, lose the rest", f"gate {self.condition('people', 1)}"]),
        ]
        body = "\n".join(f"  {line}" for line in lines if line)
        return f"pay abroad for each person in EUR {{\n{body}\n}}"

    def block(self, name: str, subject: str, karma: tuple[str, str] | None) -> str:
        table = TABLE_OF[subject]
        drawn = self.condition(table, 1)
        choices = ["", " where role = seller", " where role is one of (seller, helper)", f" where {drawn}"]
        where = self.pick(choices if subject == "person" else ["", " where size > 1"])
        clauses = ["base salary"] if subject == "person" and self.chance(2) else []
        clauses += [f'kpi a "A" {self.money(table, 2)}']
        if self.chance(2):
            clauses.append(f'kpi b "B" {self.money(table, 1)} when {self.condition(table, 1)}')
        lines = [self.pay_line(f"l{place}", subject) for place in range(self.draw(st.integers(0, 2)))]
        clauses += [self.later(line) for line in lines]
        if karma and self.chance(2):
            limit = self.pick(["", ", at most 1_000 RUB"])
            clauses.append(f'exchange x "X" {karma[0]} at {self.pick(["150", "0.7"])} RUB per point{limit}')
            where = karma[1] or where
        if self.chance(3):
            clauses.append(f"gate {self.condition(table, 1)}")
        clauses += self.balances(table)
        body = "\n".join(f"  {clause}" for clause in clauses)
        return f"pay {name} for each {subject}{where} {{\n{body}\n}}"

    def later(self, line: str) -> str:
        """A line for deals, perhaps paid later and taken back, in its block."""
        found = LINE_OF_DEALS.match(line)
        if found is None:
            return line
        name, link = found.groups()
        day = self.pick(["won_on", "done_on", "signed_on", "(done_on else 2026-03-15)"])
        ways = [
            f"60% on {day}, 40% on {self.pick(['done_on', 'won_on + 1 month', 'start of month(signed_on) + 40 days'])}",
            f"in {self.pick(['1', '3', '7'])} equal parts {self.pick(['monthly', 'quarterly'])} from {day}",
            f"on {day}",
            "in proportion to cost / amount else 0%",
            'in proportion to discount else waiting "no discount"',
        ]
        text = line + (f" paid {self.pick(ways)}" if self.chance(2) else "")
        for place in range(self.draw(st.sampled_from([0, 0, 1, 1, 2]))):
            date = self.pick(["done_on", "signed_on"])
            own = f"for each deal by {link} on {date}"
            rows = self.pick([own, f"for each participant by deal.{link} on deal.{date} where hours > 1"])
            parts = ["", "50% of ", "33.3% of ", *(["(credit) of "] if "participant" in rows else [])]
            start = "won_on" if "each deal" in rows else "deal.won_on"
            ways = [
                "as paid",
                "as paid",
                "at rate",
                "unpaid first",
                f"prorata over 3 months from {start} else 2026-01-15",
            ]
            ways.append(f"prorata over 40 days from {start} else 2026-02-01")
            text += f'\n  clawback {name}c{place} "C" {self.pick(parts)}{name} {rows} {self.pick(ways)}'
        return text

    def balances(self, table: str) -> list[str]:
        """A cap, a draw, both or none; limits are drawn too, and often small, so that they bite."""
        found: list[str] = []
        limits = ["100 RUB", "1_000 RUB", "0 RUB", "12_345.67 RUB"]
        if self.chance(3):
            limit = self.pick([*limits, self.money(table, 1)])
            unit = self.pick(["", "", " a year", *([" a quarter"] if self.period != "year" else [])])
            found.append(f"cap at {limit}{unit}, {self.pick(['lose', 'carry'])} the rest")
        if self.chance(3):
            limit = self.pick([*limits, self.money(table, 1)])
            way = self.pick(["recoverable", "recoverable", "loan", "guaranteed"])
            days = ["2025-06-30", "2026-01-31", "2026-03-01"]
            days += ["(hired_on + 1 month)"] * 2 if table == "people" else []
            ends = self.pick(["", f", until {self.pick(days)}"])
            options = [self.pick(["", ", in advance"]) if way != "loan" else ""]
            if way != "guaranteed":
                recovered = ["", ", recover 50%", ", recover 33.3% from 2026-02-01", ", recover 40 RUB"]
                options.append(self.pick(recovered))
                ends += self.pick([" then owed", " then owed", " then forgiven"]) if ends else ""
            if "from" in options[-1] and ends.endswith("forgiven"):
                ends = ""
            found.append(f"draw up to {limit}, {way}{''.join(options)}{ends}")
        return found

    # --- the whole -----------------------------------------------------------------------------

    def plan(self, period: str) -> str:
        self.period = period
        rounding = f"rounding {self.pick(MODES)} to {self.pick(['0.01', '0.05', '1'])} per line"
        head = (
            f'quotarules 1\n\nplan drawn version 1 {{\n  currency RUB\n  period {period}\n  timezone "Europe/Moscow"\n'
            f"  {rounding}\n  effective from 2025-01-01 through 2026-12-31\n  calendar office\n"
            "  rates rates\n  rates pairs\n}\n"
        )
        parts = [self.lookups, self.measures, self.karma, self.sla, self.team, self.pay]
        declarations = [text for part in parts for text in part()]
        if self.chance(2):
            declarations.reverse()
        return head + "\n".join(declarations) + "\n"


@st.composite
def plan_texts(draw: st.DrawFn, period: str) -> str:
    """A rule text of a well-typed plan over the facts of small_company.py and a calendar named office."""
    return Texts(draw).plan(period)
