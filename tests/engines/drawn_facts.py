"""Small ledgers of one fixed schema, drawn at random: ties, edges, one unit beside them, and what is missing."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import Any, TypeVar
from typing import Literal as Word

from drawing import Draw
from engines.sample import Cell, Sample, day
from quotarules.plan.lines import OpeningBalance, key_text
from quotarules.plan.nodes import (
    Account,
)
from quotarules.values.period import (
    CALENDAR_UNITS,
    Before,
    EdgeDay,
    Ever,
    FromTo,
    InPeriod,
    LastDays,
    LastMonths,
    PeriodUnit,
    ToDate,
    Window,
    YearBefore,
)
from quotarules.values.retail import Retail
from quotarules.values.schema import COMPANY
from quotarules.values.weeks import Weeks

T = TypeVar("T")

AMOUNTS = (0, 1, -1, 50, 99, 100, 101, -100, 9_999, 10_000, 10_001, -10_000, 333, 12_345, 1_000_000)
SMALL = (0, 1, 2, 3, 5, 7, 10, -1, -3)
EDGES = (-100, 0, 1, 100, 101, 10_000)
DAYS = (
    "2025-03-31",
    "2025-12-31",
    "2026-01-01",
    "2026-01-31",
    "2026-02-28",
    "2026-03-01",
    "2026-03-02",
    "2026-03-09",
    "2026-03-15",
    "2026-03-30",
    "2026-03-31",
    "2026-04-01",
    "2026-04-30",
)
MINUTES = (
    "2026-03-01 23:59",
    "2026-03-02 00:00",
    "2026-03-02 09:00",
    "2026-03-02 13:00",
    "2026-03-02 13:30",
    "2026-03-06 17:59",
    "2026-03-06 18:00",
    "2026-03-09 12:00",
    "2026-03-20 17:00",
    "2026-03-22 23:59",
    "2026-03-23 00:00",
)
WORDS = ("a", "B", "b", "é", "10", "9", "a/b", "50%", "ж")
ROLES = ("lead", "dev", "aide")
RETAIL = Retail("4-4-5", day("2026-02-01"))
UNITS: tuple[PeriodUnit, ...] = (
    *CALENDAR_UNITS,
    RETAIL,
    replace(RETAIL, part="quarter"),
    Retail("5-4-4", day("2025-03-29"), "year"),
    Weeks(2, day("2026-03-03")),
    Weeks(3, day("2027-01-01")),
)
# Windows that run back from a day, as those of earlier rows do.
RUNNING: tuple[Window, ...] = (
    *(ToDate(unit) for unit in UNITS),
    LastMonths(1),
    LastMonths(3),
    LastDays(1),
    LastDays(2),
    LastDays(31),
    InPeriod(),
    Ever(),
)
WINDOWS: tuple[Window, ...] = (
    *RUNNING,
    Before(),
    YearBefore(),
    *(Before(unit) for unit in UNITS),
    *(YearBefore(unit) for unit in UNITS),
    FromTo(day("2026-01-31"), day("2026-03-15")),
    FromTo(EdgeDay("start", "quarter", -1), EdgeDay("end", None, 0, 1)),
    FromTo(EdgeDay("end", None, -1, -30), EdgeDay("start", RETAIL, 0, 10)),
    FromTo(EdgeDay("end", None), EdgeDay("start", None)),
)
PERSONS = ("9", "10", "-1", "100", "2", "gone")
Carried = Word["karma", "carry", "item"]
CARRIED: tuple[tuple[str, Carried, str, int], ...] = (
    ("points", "karma", "points", 1),
    ("owed", "carry", "RUB", 2),
    ("held", "item", "RUB", 3),
)
PERIODS = ("2026-03", "2026-Q1", "2026", "2026-W10", "2026-03-H1", "2026-H1", "2026-P02")
LINKS = {
    "regions": {},
    "people": {"region": "regions", "boss": "people"},
    "deals": {"seller": "people", "place": "regions"},
    "members": {"deal": "deals", "person": "people"},
    "visits": {"guest": "people"},
    "grades": {"person": "people"},
    "tariffs": {},
    COMPANY: {},
}
TABLES = tuple(LINKS)


def paths(table: str, length: int = 2) -> list[tuple[tuple[str, ...], str]]:
    """All link paths from a table, each with the table that it leads to."""
    found: list[tuple[tuple[str, ...], str]] = [((), table)]
    if length:
        for link, target in LINKS[table].items():
            found += [((link, *rest), end) for rest, end in paths(target, length - 1)]
    return found


# --- facts -------------------------------------------------------------------------------------


def rows_of(draw: Draw, keys: list[Cell], columns: list[Sequence[Cell]]) -> list[tuple[Cell, ...]]:
    return [(key, *(draw.pick(column) for column in columns)) for key in keys]


def some(values: Sequence[Cell]) -> Sequence[Cell]:
    """One of the values, or missing."""
    return [*values, None]


def key_list(draw: Draw, values: Sequence[T], most: int) -> list[T]:
    """Some of the values, in any order; mostly as many as there may be."""
    size = draw.pick([most, most, most, most - 1, 1, 0])
    return draw.order(list(values))[:size]


def facts(draw: Draw) -> Sample:
    """The tables, each with no rows to a handful."""
    sample = Sample(draw.pick(PERIODS))
    regions: list[Cell] = key_list(draw, WORDS, 3)
    sample.table(
        "regions", "region", {"region": "text", "rate": "integer 3 10001?"}, rows_of(draw, regions, [some(EDGES)])
    )
    people: list[Cell] = key_list(draw, (9, 10, -1, 100, 2), 4)
    columns = {"person": "integer 0 100", "region": "-> regions?", "boss": "-> people?", "base": "integer 2 1000000"}
    columns |= {"joined": "day?", "role": "text?", "score": "integer 1 1000000?"}
    cells = [some(regions), some(people), AMOUNTS, some(DAYS), some(ROLES), some(SMALL)]
    sample.table("people", "person", columns, rows_of(draw, people, cells))
    deals: list[Cell] = key_list(draw, WORDS, 7)
    columns = {"deal": "text", "seller": "-> people?", "place": "-> regions?", "on": "day?", "done": "day"}
    columns |= {
        "amount": "integer 2 1000000?",
        "cost": f"integer 2 {10**12}",
        "big": "flag?",
        "at": "minute?",
        "kind": "text",
    }
    cells = [
        some(people),
        some(regions),
        some(DAYS),
        DAYS,
        some(AMOUNTS),
        (*AMOUNTS, 10**12, -(10**12)),
    ]
    cells += [some((True, False)), some(MINUTES), ROLES]
    sample.table("deals", "deal", columns, rows_of(draw, deals, cells))
    keys = [(deal, person, role) for deal in deals[:3] for person in people[:2] for role in ROLES]
    triples = key_list(draw, keys, 8)
    columns = {"deal": "-> deals", "person": "-> people", "role": "text", "hours": "integer 0 100?", "since": "day"}
    hours, since = some((0, 1, 2, 3, 40, 100)), DAYS
    sample.table(
        "members", "deal person role", columns, [(*triple, draw.pick(hours), draw.pick(since)) for triple in triples]
    )
    lines = list(range(1, 1 + draw.pick([4, 4, 3, 1, 0])))
    columns = {
        "line": "integer 0 100",
        "guest": "-> people?",
        "came": "day?",
        "left": "minute",
        "share": "integer 4 20000?",
    }
    cells = [some(people), some(DAYS), MINUTES, some((0, 1, 3_333, 10_000, 15_000))]
    sample.table("visits", "line", columns, rows_of(draw, list(lines), cells))
    pairs: list[tuple[Cell, Cell]] = [(person, since) for person in people[:2] for since in DAYS]
    columns = {"person": "-> people", "since": "day", "grade": "text?", "target": "integer 2 1000000?", "left": "day?"}
    cells = [some(ROLES), some(AMOUNTS), some(DAYS)]
    grades = [(*pair, *(draw.pick(cell) for cell in cells)) for pair in key_list(draw, pairs, 6)]
    sample.table("grades", "person since", columns, grades)
    pairs = [(role, since) for role in ROLES[:2] for since in DAYS]
    columns = {"role": "text", "since": "day", "tariff": "integer 3 1000000", "open": "flag?"}
    cells = [AMOUNTS, some((True, False))]
    tariffs = [(*pair, *(draw.pick(cell) for cell in cells)) for pair in key_list(draw, pairs, 6)]
    sample.table("tariffs", "role since", columns, tariffs)
    for name, table in sample.tables.items():
        spec = replace(table.spec, row_limit=10)
        if name == "visits":
            spec = replace(spec, line_key=True, columns=spec.columns[1:])
        sample.tables[name] = replace(table, spec=spec)
    balances(draw, sample)
    items(draw, sample, [deals, triples, list(lines)])
    return sample


def balances(draw: Draw, sample: Sample) -> None:
    """What people's accounts stand at, also of somebody who is gone."""
    for name, kind, unit, scale in CARRIED:
        sample.accounts.append(Account(name, kind, name.title(), unit, scale))
        if kind != "item":
            for person in draw.several(PERSONS):
                sample.openings.append(OpeningBalance(name, person, draw.pick(AMOUNTS)))


def items(draw: Draw, sample: Sample, keys: list[list[Any]]) -> None:
    """What rows are held at for persons, of whom some are not those that the rows lead to, or are gone."""
    parts = [key if isinstance(key, tuple) else (key,) for table in keys for key in table]
    # A subject has one balance for a source, however many tables have a row of that key.
    sources = dict.fromkeys((*(key_text(key) for key in parts), "gone", *PERSONS))
    for person, source in draw.several(list(product(PERSONS, sources)), most=12):
        sample.openings.append(OpeningBalance("held", person, draw.pick(AMOUNTS), source))
