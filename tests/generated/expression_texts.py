"""Well-typed expressions as text, drawn at random: amounts, numbers, conditions and dates in the row of any table.

Amounts and dates come from short lists, so that ties, boundaries and single minor units are common. The company, which
has no row, is the table "".
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from drawing import Draw
from generated.level_texts import of_levels
from generated.rank_texts import RANKED, place_among
from generated.time_texts import edges, running_windows, windows

COMPANY = ""
MONEY = ["0 RUB", "0.01 RUB", "99.99 RUB", "100 RUB", "1_000 RUB", "12_345.67 RUB"]
PERCENTS = ["0%", "0.5%", "3.5%", "10%", "40%", "100%", "140%"]
EDGES_OF_A_DAY = [
    "start of month",
    "end of month",
    "start of quarter",
    "end of quarter",
    "start of year",
    "end of year",
]
MODES = ["half_up", "half_even", "up", "down", "floor", "ceil"]
LINKED = {
    "people": [
        ("deals", "seller"),
        ("deals", "client.keeper"),
        ("participants", "person"),
        ("shifts", "person"),
        ("leads", "owner"),
        ("people", "manager"),
        ("clients", "keeper"),
    ],
    "clients": [("deals", "client"), ("participants", "deal.client")],
    "deals": [("participants", "deal")],
}
DATES = {"deals": ["won_on", "done_on", "signed_on"], "shifts": ["worked_on"], "leads": ["handed_at"]}
EACH = {
    "people": "person",
    "clients": "client",
    "deals": "deal",
    "participants": "participant",
    "shifts": "shift",
    "leads": "lead",
}
OWN_MONEY = {
    "people": ["salary"],
    "deals": [
        "amount",
        "cost",
        "(seller.salary when seller is present else 0 RUB)",
        "((amount when won_on is present and won_on >= start of quarter) else cost)",
    ],
}
OWN_NUMBERS = {"clients": ["size"], "participants": ["hours"], "shifts": ["hours"], "leads": ["score"]}
OWN_CONDITIONS = {
    "people": ["role = seller", "role is one of (helper, head)", "senior", "not senior", "manager is missing"],
    "clients": ["size > 10", "keeper is present", "region = north", "(keeper is present and keeper.senior)"],
    "deals": [
        "kind = tender",
        "amount > cost",
        "won_on is present",
        "(done_on is present and done_on >= 2026-02-01)",
        "(won_on is missing or won_on < start of period)",
        "client.size > 1",
        "(seller is present and seller.role = head)",
        "(discount else 0%) > 10%",
    ],
    "participants": ["hours > 3", "role != head", "deal.kind = direct", "person.senior"],
    "shifts": ["hours > 1", "worked_on <= 2026-02-28"],
    "leads": ["score >= 50", "touched_at is missing", "(touched_at is present and touched_at >= handed_at)"],
    COMPANY: ["yes", "as_of >= 2026-02-28"],
}
OWN_DATES = {
    "people": ["hired_on"],
    "deals": ["signed_on", "(won_on else as_of)", "(done_on else signed_on)"],
    "shifts": ["worked_on"],
}
OUTER_CONDITIONS = {
    ("people", "deals"): ["amount > this person.salary", "this person.senior"],
    ("clients", "deals"): ["this client.size > 1"],
    ("deals", "participants"): ["this deal.kind = tender"],
}


@dataclass(frozen=True)
class Measure:
    """A declared measure: whether it counts in the period, and whether part of it belongs to another row."""

    text: str
    windowed: bool = False
    borrowed: bool = False


@dataclass
class Names:
    """What has been declared so far: measures by (table, kind), lookups by what they take."""

    measures: dict[tuple[str, str], list[Measure]] = field(default_factory=dict)
    marginal: list[str] = field(default_factory=list)
    families: list[str] = field(default_factory=list)
    curves: list[str] = field(default_factory=list)
    rates: list[str] = field(default_factory=list)
    pairs: list[str] = field(default_factory=list)
    seasons: list[str] = field(default_factory=list)

    def add(self, table: str, kind: str, measure: Measure) -> None:
        self.measures.setdefault((table, kind), []).append(measure)


class Expressions:
    """Draws pieces of rule text. `depth` bounds how far an expression nests.

    `borrowed` gathers what is drawn until a measure is made of it.
    """

    def __init__(self, draw: Draw, period: str) -> None:
        self.draw, self.names, self.period = draw, Names(), period
        self.windows, self.edges = windows(period), edges(period)
        self.borrowed = False

    def pick(self, items: list[str]) -> str:
        return self.draw.pick(items)

    def chance(self, of: int) -> bool:
        return self.draw.chance(of)

    def one_of(self, forms: dict[str, Callable[[], str]], usual: str) -> str:
        """One of the forms by its name; `usual` is twice as likely."""
        return forms[self.pick([usual, *forms])]()

    # --- leaves --------------------------------------------------------------------------------

    def leaf(self, table: str, kind: str, plain: list[str], *, own: bool = False) -> str:
        """A literal, a column or a measure; `own` leaves out what belongs to another row."""
        known = self.names.measures.get((table, kind), [])
        if table != COMPANY:
            known = [*known, *self.names.measures.get((COMPANY, kind), [])]
        known = [measure for measure in known if not (own and measure.borrowed)]
        chosen = self.draw.pick([*(Measure(text) for text in plain), *known])
        self.borrowed |= chosen.borrowed or "." in chosen.text
        if chosen.windowed and self.chance(2):
            window = self.pick(self.windows[1:])
            return f"{chosen.text}({window.strip()})"
        return chosen.text

    # --- rows ----------------------------------------------------------------------------------

    def rows(self, table: str, depth: int, source: str | None = None) -> tuple[str, str]:
        """A table with rows, and a text that names its rows for each row of `table`."""
        if table not in LINKED or (self.chance(8) and source != table):
            name = source or self.pick(sorted(EACH))
            text = name if table == COMPANY else f"all {name}"
        else:
            choices = [pair for pair in LINKED[table] if source in (None, pair[0])]
            name, link = self.draw.pick(choices)
            text = f"{name} by {link}"
        window = ""
        if name in DATES and not self.chance(3):
            text += f" on {self.pick(DATES[name])}"
            window = self.pick(self.windows)
        if self.chance(2):
            outer = [] if text.startswith("all") else OUTER_CONDITIONS.get((table, name), [])
            own = self.chance(4) and outer
            text += f" where {self.pick(outer) if own else self.condition(name, max(0, depth - 1))}"
        return name, text + window

    def earlier(self, kind: str) -> str:
        """Earlier deals of the same client or seller, or of everybody."""
        window = self.pick(["", " during period", *running_windows(self.period)])
        where = self.pick(["", " where kind = tender", " where amount > cost"])
        whose = self.pick(["earlier deals by client", "earlier deals by seller", "all earlier deals"])
        rows = f"{whose} on {self.pick(['won_on', 'signed_on'])}{where}{window}"
        return f"count({rows})" if kind == "number" else f"sum(amount of {rows})"

    # --- money ---------------------------------------------------------------------------------

    def money(self, table: str, depth: int) -> str:
        def leaf() -> str:
            return self.leaf(table, "money", [self.pick(MONEY), *OWN_MONEY.get(table, [])])

        def inner() -> str:
            return self.money(table, depth - 1)

        if depth == 0:
            return leaf()
        forms: dict[str, Callable[[], str]] = {
            "leaf": leaf,
            "sum": lambda: f"({inner()} + {inner()})",
            "difference": lambda: f"({inner()} - {inner()})",
            "percent": lambda: f"{self.pick(PERCENTS)} of ({inner()})",
            "limit": lambda: f"({inner()} at {self.pick(['least', 'most'])} {self.pick(MONEY)})",
            "when": lambda: f"(({inner()} when {self.condition(table, depth - 1)}) else {self.money(table, 0)})",
            "wait": lambda: f'(({inner()} when {self.condition(table, 0)}) else waiting "{self.pick(["A", "B"])}")',
            "round": lambda: self.rounded(inner()),
            "larger": lambda: f"{self.pick(['max', 'min'])}({inner()}, {inner()})",
            "per": lambda: self.per(table, inner, depth),
            "rows": lambda: self.money_of_rows(table, depth),
            "number": lambda: f"round({self.number(table, depth)} * {self.pick(MONEY[1:])}, 0.01)",
        }
        if self.names.marginal:
            forms["tiers"] = lambda: f"round({self.pick(self.names.marginal)}({inner()}), 0.01)"
        if self.names.families and table == "deals":
            forms["family"] = lambda: f"round({self.pick(self.names.families)}(kind, {inner()}), 0.01)"
        if self.names.curves:
            limits = self.pick(["", " at least 0% at most 120%", " at most 80%"])
            forms["curve"] = lambda: (
                f"round({self.pick(self.names.curves)}({self.number(table, 0)}{limits}) * ({inner()}), 0.01)"
            )
        if self.names.rates:
            forms["rate"] = lambda: (
                f"round({self.pick(self.names.rates)}({self.number(table, depth - 1)}) * ({inner()}), 0.01)"
            )
        if self.names.pairs and table == "deals":
            forms["pair"] = lambda: f"({self.pick(self.names.pairs)}(kind, client.region) * {self.pick(MONEY)})"
        if self.names.seasons:
            forms["season"] = lambda: (
                f"({self.pick(self.names.seasons)}({self.date(table, depth - 1)}) * {self.pick(MONEY)})"
            )
        forms["converted"] = lambda: self.converted(table, inner, depth)
        if table == "leads":
            forms["hours"] = self.working_hours
        return self.one_of(forms, "rows" if table in LINKED else "leaf")

    def converted(self, table: str, inner: Callable[[], str], depth: int) -> str:
        """Money of another currency, or brought there and back; where no rate is known it waits."""
        day, by = self.date(table, depth - 1), self.pick(["", "", " by pairs"])
        if table == "deals" and not self.chance(3):
            return f"(fee in RUB{by} at {day})"
        if self.chance(2):
            return f"({self.pick(['10', '0.05', '99.99'])} {self.pick(['EUR', 'USD', 'RUB'])} in RUB{by} at {day})"
        there = f"({inner()}) in {self.pick(['EUR', 'USD'])} at {self.date(table, 0)}"
        return f"round(({there}) in RUB{by} at {day}, 0.01)"

    def rounded(self, value: str) -> str:
        place = self.pick(["0.01", "0.1", "1", "0.05", "50"])
        factor = self.pick(["0.37", "1.005", "3", "0.125", "-2"])
        match self.pick(["round", "round", "round_up", "round_down", "in the plan's mode"]):
            case "round":
                return f"round(({value}) * {factor}, {place}, {self.pick(MODES)})"
            case "in the plan's mode":
                return f"round(({value}) / {self.pick(['3', '0.7', '-7'])}, {place})"
            case function:
                return f"{function}(({value}) * {factor}, {place})"

    def per(self, table: str, inner: Callable[[], str], depth: int) -> str:
        full = self.pick(["", "full "])
        if self.chance(3):
            return f"round(2 RUB per {full}{self.pick(['1 day', '7 days'])} of {self.days(table, depth - 1)}, 0.01)"
        return f"round(25 RUB per {full}{self.pick(MONEY[2:])} of ({inner()}), 0.01)"

    def working_hours(self) -> str:
        end = self.pick(["touched_at else handed_at", 'touched_at else waiting "not touched"'])
        per = self.pick(["1 working hour", "1.5 working hours"])
        return f"round(7 RUB per {per} of working hours(from handed_at to under ({end})), 0.01)"

    def money_of_rows(self, table: str, depth: int) -> str:
        if table == "deals" and self.chance(3):
            return self.earlier("money")
        if table == "people" and self.chance(5):
            return of_levels(self.pick, self.windows)
        source = "participants"
        if table in ("people", "clients", COMPANY) and not self.chance(4):
            source = "deals"
        elif table == "people":
            source = self.pick(["participants", "shifts"])
        name, rows = self.rows(table, depth, source)
        if name == "participants" and self.chance(2):
            what = self.pick(["deal.amount", "deal.cost", "(deal.amount when deal.kind = direct else deal.cost)"])
            return f"sum({what} of {rows} once per deal)"
        if name != "deals":
            return f"10 RUB * sum(hours of {rows})"
        function = self.pick(["sum", "sum", "min", "max", "mean", "median"])
        value = self.own_money_of_deals(own=function in ("sum", "mean", "median"))
        match function:
            case "sum":
                return f"sum({value} of {rows})"
            case "mean" | "median":
                return f"round({function}({value} of {rows}) else {self.pick(MONEY)}, 0.01)"
            case _:
                return f"({function}({value} of {rows}) else {self.pick(MONEY)})"

    def own_money_of_deals(self, *, own: bool) -> str:
        """What may be added up over deals: nothing that another row has."""
        plain = ["amount", "cost", "(amount - cost)", "(amount * (1 - (discount else 0%)))"]
        plain += ["(fee in RUB at signed_on)", "(fee in RUB by pairs at (won_on else signed_on))"]
        plain += ["(amount when amount > cost else cost)", "((discount * amount) when discount is present else cost)"]
        known = [m for m in self.names.measures.get(("deals", "money"), []) if not (own and m.borrowed)]
        chosen = self.draw.pick([*(Measure(text) for text in plain), *known])
        return chosen.text

    # --- numbers -------------------------------------------------------------------------------

    def number(self, table: str, depth: int) -> str:
        def leaf() -> str:
            return self.leaf(table, "number", ["0", "1", "2", "0.5", "7", *OWN_NUMBERS.get(table, [])])

        if depth == 0:
            return leaf()
        forms: dict[str, Callable[[], str]] = {
            "leaf": leaf,
            "sum": lambda: f"({self.number(table, depth - 1)} + {self.number(table, depth - 1)})",
            "count": lambda: self.count(table, depth),
            "share": lambda: self.share(table, depth),
            "distinct": lambda: self.distinct(table, depth),
            "days": lambda: f"({self.days(table, depth - 1)} / 1 day)",
            "part": lambda: f"{self.pick(['month', 'quarter', 'year'])}({self.date(table, depth - 1)})",
            "larger": lambda: f"{self.pick(['max', 'min'])}({self.number(table, depth - 1)}, {leaf()})",
            "months": lambda: f"months(from {self.date(table, 0)} to under {self.date(table, depth - 1)})",
        }
        if table == "deals":
            forms["earlier"] = lambda: self.earlier("number")
        if table in RANKED:
            forms["rank"] = lambda: place_among(table, self.pick)
        return self.one_of(forms, "count")

    def count(self, table: str, depth: int) -> str:
        name, rows = self.rows(table, depth - 1)
        links = {"participants": ["deal", "person", "deal.client"], "deals": ["client", "seller"]}.get(name, [])
        return f"count({rows}{self.pick(['', *(f' once per {link}' for link in links)])})"

    def share(self, table: str, depth: int) -> str:
        name, rows = self.rows(table, depth - 1)
        if name in ("people", "clients", "leads") and self.chance(3):
            score = {"people": "(5 when senior else 9)", "clients": "size", "leads": "(score / 7)"}[name]
            score = f"round({score}, 0.1)" if name == "leads" else score
            return f"round(nps({score} of {rows}) else 7, 0.01)"
        otherwise = self.pick(["0%", "100%"])
        return f"round(share(({self.condition(name, 0)}) of {rows}) else {otherwise}, 0.01%)"

    def distinct(self, table: str, depth: int) -> str:
        name, rows = self.rows(table, depth - 1)
        column = {
            "people": ["role", "salary", "hired_on"],
            "clients": ["region", "size"],
            "deals": ["client", "kind", "amount", "signed_on"],
            "participants": ["person", "role"],
            "shifts": ["person", "hours"],
            "leads": ["score", "handed_at"],
        }[name]
        return f"distinct({self.pick(column)} of {rows})"

    # --- dates ---------------------------------------------------------------------------------

    def date(self, table: str, depth: int) -> str:
        plain = ["2026-02-01", "2026-01-31", "as_of", "end of period", *OWN_DATES.get(table, [])]
        if depth == 0 or self.chance(2):
            return self.leaf(table, "date", [*plain, self.pick(self.edges)])
        forms: dict[str, Callable[[], str]] = {
            "later": lambda: f"({self.date(table, depth - 1)} + {self.pick(['10 days', '1 month', '1 year'])})",
            "before": lambda: f"({self.date(table, depth - 1)} - {self.pick(['1 day', '6 months'])})",
            "rows": lambda: self.date_of_rows(table, depth),
            "edge": lambda: f"{self.pick(EDGES_OF_A_DAY)}({self.date(table, depth - 1)})",
            "larger": lambda: f"{self.pick(['max', 'min'])}({self.date(table, depth - 1)}, {self.date(table, 0)})",
        }
        return self.one_of(forms, "rows")

    def date_of_rows(self, table: str, depth: int) -> str:
        function, source = self.pick(["min", "max"]), "shifts" if table == COMPANY else "deals"
        if table in ("people", "clients", COMPANY):
            _, rows = self.rows(table, depth - 1, source)
        else:
            rows = "all deals on signed_on"
            source = "deals"
        column = "worked_on" if source == "shifts" else "signed_on"
        return f"({function}({column} of {rows}) else {self.pick(self.edges)})"

    def days(self, table: str, depth: int) -> str:
        ends = self.pick(["through", "to under"])
        what = self.pick(["days", "days", "working days"])
        return f"{what}(from {self.date(table, 0)} {ends} {self.date(table, max(0, depth))})"

    # --- conditions ----------------------------------------------------------------------------

    def condition(self, table: str, depth: int) -> str:
        def leaf() -> str:
            return self.leaf(table, "flag", OWN_CONDITIONS[table])

        if depth == 0:
            return leaf()
        sign = self.pick([">=", "<", "=", "!=", ">", "<="])

        def inner() -> str:
            return self.condition(table, depth - 1)

        forms: dict[str, Callable[[], str]] = {
            "leaf": leaf,
            "and": lambda: f"({inner()} and {inner()})",
            "or": lambda: f"({inner()} or {inner()})",
            "not": lambda: f"not ({inner()})",
            "money": lambda: f"{self.money(table, depth - 1)} {sign} {self.money(table, depth - 1)}",
            "number": lambda: f"{self.number(table, depth - 1)} {sign} {self.pick(['0', '1', '50%', '3'])}",
            "date": lambda: f"{self.date(table, depth - 1)} {sign} {self.date(table, 0)}",
            "days": lambda: f"{self.days(table, depth - 1)} {sign} {self.pick(['0 days', '31 days'])}",
        }
        return self.one_of(forms, "leaf")
