"""Pay blocks as text, drawn at random: lines, later payment and clawback, karma, gates, caps and draws."""

import re

from generated.expression_texts import EACH, PERCENTS, Expressions
from generated.level_texts import LEVELS, MANAGED
from generated.rare_texts import weighed
from generated.time_texts import longer_units, running_windows

LINE_OF_DEALS = re.compile(r"(\w+) .* for each deal by ([\w.]+)(?: up to \d levels)? on ", re.DOTALL)
TABLE_OF = {each: table for table, each in EACH.items()}


class PayTexts(Expressions):
    """Draws pay blocks that read what has been declared before."""

    karmas: tuple[tuple[str, str, str], ...] = ()
    prize = False

    def pay_line(self, name: str, subject: str) -> str:
        if subject == "person" and self.chance(6):
            return f'{name} "{name}" {self.money("leads", 1)} for each lead by owner on handed_at'
        link = "client" if subject == "client" else self.pick(["seller", "seller", "client.keeper"])
        where = f" where {self.condition('deals', 1)}" if self.chance(2) else ""
        date = self.pick(["won_on", "done_on", "signed_on"])
        if subject == "person" and self.chance(5):
            link = self.pick(MANAGED) + self.pick(LEVELS)
        rows = f"for each deal by {link} on {date}{where}"
        if self.names.marginal and link == "seller" and self.chance(2):
            window = self.pick(running_windows(self.period))
            part = self.pick(["", "50% of "])
            earlier = f"sum(amount of earlier deals by seller on {date}{window})"
            return f'{name} "{name}" {part}{self.pick(self.names.marginal)}(amount after {earlier}) {rows}'
        if self.names.families and link == "seller" and self.chance(2):
            earlier = f"sum(amount of earlier deals by seller on {date} during ever)"
            return f'{name} "{name}" k0(kind, amount after {earlier}) {rows}'
        when = f" when {self.condition('deals', 1)}" if self.chance(3) else ""
        return f'{name} "{name}" {self.pick(PERCENTS)} of {self.money("deals", 1)}{when} {rows}'

    # --- pay -----------------------------------------------------------------------------------

    def pay(self) -> list[str]:
        karmas = {subject: (name, where) for name, subject, where in self.karmas}
        if elsewhere := self.chance(3):
            # Two blocks may not exchange one karma.
            exchanged = karmas.pop("person", None) if self.chance(2) else None
            found = self.abroad(exchanged)
        blocks = [self.block("block", "person", karmas.get("person"))]
        if self.chance(2):
            blocks.append(self.block("other", "person", None))
        if self.chance(2):
            blocks.append(self.block("rebate", "client", karmas.get("client")))
        if self.chance(4):
            blocks.append(weighed(self.pick))
        return [*blocks, found] if elsewhere else blocks

    def abroad(self, karma: tuple[str, str] | None) -> str:
        """A block that pays in another currency, with everything that a block may hold."""
        day, by = self.date("deals", 0), self.pick(["", " by pairs"])
        rows = f"for each deal by seller on {self.pick(['won_on', 'signed_on'])}"
        lines = [
            f'kpi a "A" ({self.money("people", 1)}) in EUR at {self.date("people", 1)}{self.ahead()}',
            self.later(f'b "B" {self.pick(PERCENTS)} of fee in EUR{by} at {day} {rows}'),
        ]
        if self.prize:
            lines.append('kpi p "P" prize')
        if karma and self.chance(2):
            lines.append(f'exchange x "X" {karma[0]} at 0.7 EUR per point{self.pick(["", ", at most 50 EUR"])}')
        if self.chance(3):
            lines.append(f"gate {self.condition('people', 1)}")
        body = "\n".join(f"  {line}" for line in [*lines, *self.balances("people", "EUR")])
        head = f"pay abroad for each person in EUR{karma[1] if karma else ''}"
        return f"{head}{self.every(head + body)} {{\n{body}\n}}"

    def every(self, text: str) -> str:
        """How often a block pays."""
        # What belongs to single periods is refused where a block pays less often.
        single = re.search(r" paid |clawback |\b(bonus|prize|kitty|handover)\b", text)
        longer = [] if single else longer_units(self.period)
        return f" every {self.pick(longer)}" if longer and self.chance(2) else ""

    def block(self, name: str, subject: str, karma: tuple[str, str] | None) -> str:
        table = TABLE_OF[subject]
        drawn = self.condition(table, 1)
        choices = ["", " where role = seller", " where role is one of (seller, helper)", f" where {drawn}"]
        where = self.pick(choices if subject == "person" else ["", " where size > 1"])
        clauses = ["base salary"] if subject == "person" and self.chance(2) else []
        clauses += [f'kpi a "A" {self.money(table, 2)}{self.ahead()}']
        if self.chance(2):
            clauses.append(f'kpi b "B" {self.money(table, 1)} when {self.condition(table, 1)}')
        lines = [self.pay_line(f"l{place}", subject) for place in range(self.draw.number(0, 2))]
        clauses += [self.later(line) for line in lines]
        if karma and self.chance(2):
            limit = self.pick(["", ", at most 1_000 RUB"])
            clauses.append(f'exchange x "X" {karma[0]} at {self.pick(["150", "0.7"])} RUB per point{limit}')
            where = karma[1] or where
        if self.chance(3):
            clauses.append(f"gate {self.condition(table, 1)}")
        clauses += self.balances(table)
        body = "\n".join(f"  {clause}" for clause in clauses)
        head = f"pay {name} for each {subject}{where}"
        return f"{head}{self.every(head + body)} {{\n{body}\n}}"

    def ahead(self) -> str:
        """When what a period earns falls due, where periods are whole months."""
        if self.period not in ("month", "quarter", "half_year", "year") or self.chance(2):
            return ""
        ways = [
            "on end of period + 2 months",
            "50% on end of period, 30% on end of period + 1 month, 20% on end of period + 5 months",
            f"in {self.pick(['2', '3'])} equal parts {self.pick(['monthly', 'quarterly'])} from as_of",
        ]
        return f" paid {self.pick(ways)}"

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
        for place in range(self.draw.pick([0, 0, 1, 1, 2])):
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

    def balances(self, table: str, currency: str = "RUB") -> list[str]:
        """A cap, a draw, both or none; limits are drawn too, and often small, so that they bite."""
        found: list[str] = []
        plain = [f"{size} {currency}" for size in ["100", "1_000", "0", "12_345.67"]]

        def limit() -> str:
            drawn = self.money(table, 1)
            abroad = f"({drawn}) in {currency} at {self.date(table, 0)}"
            return self.pick([*plain, drawn if currency == "RUB" else abroad])

        if self.chance(3):
            unit = self.pick(["", "", *(f" a {unit}" for unit in longer_units(self.period))])
            found.append(f"cap at {limit()}{unit}, {self.pick(['lose', 'carry'])} the rest")
        if self.chance(3):
            way = self.pick(["recoverable", "recoverable", "loan", "guaranteed"])
            days = ["2025-06-30", "2026-01-31", "2026-03-01"]
            days += ["(hired_on + 1 month)"] * 2 if table == "people" else []
            ends = self.pick(["", f", until {self.pick(days)}"])
            options = [self.pick(["", ", in advance"]) if way != "loan" else ""]
            if way != "guaranteed":
                recovered = ["", ", recover 50%", ", recover 33.3% from 2026-02-01", f", recover 40 {currency}"]
                options.append(self.pick(recovered))
                ends += self.pick([" then owed", " then owed", " then forgiven"]) if ends else ""
            if "from" in options[-1] and ends.endswith("forgiven"):
                ends = ""
            found.append(f"draw up to {limit()}, {way}{''.join(options)}{ends}")
        return found
