"""Well-typed plans as text, drawn at random over one small company; every form of the language can occur."""

from itertools import pairwise

from drawing import Draw
from generated.expression_texts import COMPANY, EACH, MODES, MONEY, PERCENTS, Measure
from generated.pay_texts import TABLE_OF, PayTexts
from generated.rare_texts import on_days, rare_measures, seen_by_rows
from generated.time_texts import running_windows

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


class Texts(PayTexts):
    """Draws declarations, in an order in which none reads itself; then the text puts them in any order."""

    # --- lookups -------------------------------------------------------------------------------

    def lookups(self) -> list[str]:
        result: list[str] = []
        for place in range(self.draw.number(0, 2)):
            way = self.pick(["marginal", "whole", "excess"])
            edges = self.draw.several([1, 100, 1_000, 12_345, 50_000], most=3)
            result.append(f"tiers t{place} {way} {{ {', '.join(self.bands(sorted(edges)))} }}")
            self.names.marginal.append(f"t{place}")
        if self.chance(2):
            way = self.pick(["marginal", "whole", "excess"])
            bands = [f"tender, {band}" for band in self.bands([self.draw.pick([1, 1_000])])]
            bands += [f"{self.pick(['direct', 'any'])}, {band}" for band in self.bands([100])[:2]]
            result.append(f"tiers k0 {way} by kind {{ {', '.join(bands)} }}")
            self.names.families.append("k0")
        if self.chance(2):
            points = sorted(self.draw.several([0, 1, 50, 80, 120, 300], 2, 4))
            result.append(f"tiers c0 curve {{ {', '.join(f'at {p}%: {self.pick(PERCENTS)}' for p in points)} }}")
            self.names.curves.append("c0")
        if self.chance(2):
            result += self.named()
        if self.chance(2):
            result += self.filed()
        if self.chance(2):
            rows = [
                "under 1: 0%, from 1 to under 3: 2.5%, from 3 through 7: 10%, any: 11%",
                "0: 1%, 1: 2%, any: 3%",
                "from 0 to under 2: 5%, from 2 through 10: 7.5%",
                "through 0: 1%, over 0 through 2: 5%, over 2: 7.5%",
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

    def named(self) -> list[str]:
        """Tiers whose edges and rates are made of named amounts."""
        self.names.marginal.append("named")
        ways = ["marginal", "whole", "excess"]
        bands = "under edge: part, from edge to under 3 * edge: part / 2, from 3 * edge: part + 1.5%"
        edge = self.pick(["1_000 RUB", "12_345.66 RUB / 3 + 0.01 RUB"])
        rate = self.pick(["2.5%", "100% - 4%"])
        return [f"tiers named {self.pick(ways)} {{ {bands} }}", f"measure edge = {edge}", f"measure part = {rate}"]

    def filed(self) -> list[str]:
        """Tiers and a table whose rows stand in files."""
        self.names.marginal.append("filed")
        self.names.pairs.append("places")
        way = self.pick(["marginal", "whole", "excess"])
        return [
            f'tiers filed {way} from "bands.csv" {{ from low * 1 RUB to under high * 1 RUB: rate * 1% }}',
            'table places by kind, region from "places.csv" delimiter ";" decimal "," { kind, region: rate * 1% }',
        ]

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
        for place in range(self.draw.number(1, 5)):
            table = self.pick(["deals", "people", "people", "clients", "leads", "shifts", COMPANY])
            kind = self.pick(["money", "money", "number", "flag", "date"])
            self.borrowed = False
            result.append(self.measure(f"m{place}", table, kind, draws[kind](table, 2)))
        self.borrowed = False
        result += self.dated()
        if self.chance(3):
            result += [self.measure(name, table, "number", value) for name, table, value in rare_measures(self.pick)]
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
        window = self.pick(running_windows(self.period))
        where = self.pick(["", " where kind = tender"])
        value = f"sum(amount of deals by {link} on {self.pick(['won_on', 'signed_on'])}{where}{window})"
        self.names.add(table, "money", Measure(f"seen(at {self.date(table, 1)})"))
        beyond = f"({link}.seen(at {self.date('deals', 1)}) else 0.4 RUB)"
        self.names.add("deals", "money", Measure(beyond, borrowed=True))
        seen = [f"measure seen for each {EACH[table]} = {value}"]
        if table == "people" and self.chance(3):
            seen.append(self.measure("beaten", "people", "money", seen_by_rows(self.pick)))
        return seen

    def balance_at_day(self, karma: str, table: str, otherwise: str) -> list[str]:
        """A balance as it stood on a day of its row, read there or in a measure that is read on a day."""
        worth = self.pick(["", " at least 3 points"])
        read = f"({karma}(at {self.date(table, 1)}){otherwise}{worth})"
        stood = f"(stood_{karma}(at {self.date(table, 1)}))"
        self.names.add(table, "money", Measure(f"(0.7 RUB per point of {self.pick([read, stood])})"))
        self.names.add(table, "flag", Measure(f"{self.pick([read, stood])} > 4.5 points"))
        link = "client" if table == "clients" else "seller"
        name = self.pick([karma, f"stood_{karma}"])
        beyond = f"({link}.{name}(at {self.date('deals', 1)}) else 0 points) > 3.5 points"
        self.names.add("deals", "flag", Measure(beyond))
        return [f"measure stood_{karma} for each {EACH[table]} = ({karma}{otherwise}) + 2 points"]

    # --- lines ---------------------------------------------------------------------------------

    def point_line(self, name: str, subject: str) -> str:
        if self.chance(5):
            table = TABLE_OF[subject]
            return f'{name} "{name}" {self.pick(["+5", "-3"])} when {self.condition(table, 1)}'
        choices = [line for line in POINT_LINES if line[0] == subject]
        _, row, link, dates = self.draw.pick(choices)
        table = TABLE_OF[row]
        where = f" where {self.condition(table, 1)}" if self.chance(2) else ""
        full = self.pick(["", "full "])
        per = f"+{self.pick(['1', '2.5'])} per {full}{self.pick(MONEY[2:])} of {self.money(table, 1)}"
        worth = self.pick([per, per, "+10", "-5", f"{self.pick(['1', '-0.5'])} * {self.number(table, 1)}"])
        return f'{name} "{name}" {worth} for each {row} by {link} on {self.pick(dates)}{where}'

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
            clauses = [self.point_line(f"k{place}", subject) for place in range(self.draw.number(1, 3))]
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
            result += self.balance_at_day(name, TABLE_OF[subject], " else 0" if where else "")
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
        within = self.pick(["4 working hours", "1 working day", "5 working days", "30 hours", "90 minutes", "2 days"])
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
        days = f"\n{on_days(lambda: self.condition('deals', 1), self.pick)}" if self.chance(3) else ""
        return [f"sla handover {{\n{total}\n{term}, {share}{days}\n}}"]

    def team(self) -> list[str]:
        result: list[str] = []
        added = []
        if not self.chance(3):
            currency = self.pick(["", "", "", "EUR", "USD"])
            result.append(self.bonus(currency))
            by = self.pick(["", " by pairs"])
            added.append(f"(bonus in RUB{by} at {self.date('people', 0)})" if currency else "bonus")
        if self.chance(2):
            among = self.pick(["shifts on worked_on", "people where senior", "shifts on worked_on where hours > 1"])
            shares = "shares equally" if "people" in among else self.pick(["shares equally", "shares by hours"])
            gate = f"  gate {self.condition(COMPANY, 1)}\n" if self.chance(3) else ""
            pool = f"(({self.money(COMPANY, 2)}) at least -100_000 RUB) at most 1_000_000 RUB"
            result.append(f"team kitty {{\n  pool {pool}\n{gate}  among {among}\n  {shares}\n}}")
            added.append("kitty")
        for name in added:
            self.names.add("people", "money", Measure(name))
        if self.chance(3):
            # Only a block that pays in the same currency can collect it.
            self.prize = True
            pool = f"({self.money('deals', 1)}) in EUR at {self.date('deals', 0)}"
            shares = self.pick(["shares equally", "shares by hours", "shares overlay by credit"])
            among = f"  among participants by deal\n  {shares}"
            result.append(f"team prize in EUR for each deal on won_on {{\n  pool {pool}\n{among}\n}}")
        return result

    def bonus(self, currency: str) -> str:
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
        head, pool = (
            (f" in {currency}", f"10% of fee in {currency} at signed_on") if currency else ("", self.money("deals", 1))
        )
        among = "participants by deal" + (f" where {self.condition('participants', 0)}" if self.chance(3) else "")
        return (
            f"team bonus{head} for each deal on won_on {{\n  pool {pool}\n{gate}"
            f"  among {among}\n  {shares}\n  {absent}\n}}"
        )

    # --- the whole -----------------------------------------------------------------------------

    def plan(self) -> str:
        rounding = f"rounding {self.pick(MODES)} to {self.pick(['0.01', '0.05', '1'])} per line"
        head = (
            f"quotarules 1\n\nplan drawn version 1 {{\n  currency RUB\n  period {self.period}\n"
            f'  timezone "Europe/Moscow"\n  {rounding}\n'
            "  effective from 2025-01-01 through 2026-12-31\n  calendar office\n"
            "  rates rates\n  rates pairs\n}\n"
        )
        parts = [self.lookups, self.measures, self.karma, self.sla, self.team, self.pay]
        if not self.chance(3):
            # Less in one plan is settled faster, so that more of it is seen.
            kept = self.draw.pick([[self.lookups], [self.karma], [self.sla], [self.team], [self.lookups, self.team]])
            parts = [part for part in parts if part in (*kept, self.measures, self.pay)]
        declarations = [text for part in parts for text in part()]
        if self.chance(2):
            declarations.reverse()
        return head + "\n".join(declarations) + "\n"


def plan_texts(draw: Draw, period: str) -> str:
    """A rule text of a well-typed plan over the facts of small_company.py and a calendar named office."""
    return Texts(draw, period).plan()
