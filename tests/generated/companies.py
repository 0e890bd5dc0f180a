"""The companies that plans are drawn about, and a case of each period that their plans may have."""

from collections.abc import Callable
from functools import partial

from drawing import Draw
from generated import changing_company, small_company
from generated.agreement import Case, Company, company, shuffled
from generated.plan_texts import plan_texts
from generated.time_texts import OTHER_RETAIL, RETAIL, TWO_WEEKS

SMALL = company(
    small_company.FACTS,
    "Europe/Moscow",
    {
        "week": "2026-W08",
        "half_month": "2026-02-H2",
        "month": "2026-01",
        "quarter": "2025-Q4",
        "half_year": "2025-H2",
        "year": "2025",
        RETAIL: "2026-P01",
        OTHER_RETAIL: "2026-P02",
        TWO_WEEKS: "2026-01-19",
    },
    small_company.FILES,
    office=small_company.CALENDAR,
    desk=small_company.OTHER_CALENDAR,
)
CHANGING = company(
    changing_company.FACTS,
    "UTC",
    {
        "week": "2026-W08",
        "half_month": "2026-02-H1",
        "month": "2026-02",
        "quarter": "2026-Q1",
        "half_year": "2025-H2",
        "year": "2025",
        RETAIL: "2026-P01",
    },
    {},
)


def small(unit: str, draw: Draw) -> Case:
    tables = small_company.ledgers(draw)
    return Case(unit, plan_texts(draw, unit), tables, shuffled(draw, tables))


def changing(unit: str, draw: Draw) -> Case:
    tables = changing_company.ledgers(draw)
    return Case(unit, changing_company.plan_texts(draw, unit), tables, shuffled(draw, tables))


CASES: dict[str, tuple[Company, Callable[[Draw], Case]]] = {
    **{f"small {unit.split()[0]}": (SMALL, partial(small, unit)) for unit in SMALL.first},
    **{f"changing {unit}": (CHANGING, partial(changing, unit)) for unit in CHANGING.first},
}
"""By a short name, the company and what draws a case."""
