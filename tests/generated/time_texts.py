"""Windows and edges of time as a plan of each period may write them."""

RETAIL = "4-4-5 from 2026-02-01"
OTHER_RETAIL = "5-4-4 from 2026-01-04"
RETAILS = (RETAIL, OTHER_RETAIL)
TWO_WEEKS = "2 weeks from 2026-01-05"
IN_PERIOD = ("", " during period")
_UNITS = ["week", "half_month", "month", "quarter", "half_year", "year"]
_RETAIL_UNITS = ["quarter", "half_year", "year"]
# Units that consist of two or more whole periods.
_LONGER = {
    "half_month": ["month", "quarter", "half_year", "year"],
    "month": ["quarter", "half_year", "year"],
    "quarter": ["half_year", "year"],
    "half_year": ["year"],
    RETAIL: _RETAIL_UNITS,
    OTHER_RETAIL: _RETAIL_UNITS,
}


def units_of(period: str) -> list[str]:
    """The units of time that a plan of this period knows."""
    return _RETAIL_UNITS if period in RETAILS else _UNITS


def longer_units(period: str) -> list[str]:
    """The units that hold two or more whole periods."""
    return _LONGER.get(period, [])


def running_windows(period: str) -> list[str]:
    """Windows that run back from a day, so that earlier rows may be counted in them."""
    lasting = ["last 1 day", "last 10 days", "last 3 weeks", "last 100 days"]
    lasting += [] if period in RETAILS else ["last 1 month", "last 3 months", "last 1 quarter", "last 1 year"]
    return [f" during {word}" for word in ["ever", *(f"{unit} to date" for unit in units_of(period)), *lasting]]


def windows(period: str) -> list[str]:
    """Every kind of window; the first one is unsaid."""
    units = ["period", *units_of(period)]
    last = units[-2]
    found = [f"the {unit} before" for unit in units] + [f"the same {unit} last year" for unit in units]
    found += [
        "from 2026-01-15 to under 2026-03-01",
        "from 2026-01-31 through 2026-02-28",
        "from start of period - 1 month through as_of",
        "from start of period - 10 days to under end of period",
        f"from start of {last} to under start of period",
        f"from end of {last} - 2 months through end of year",
        "from 2026-01-31 + 1 month through as_of - 1 day",
        "from as_of through start of period",
    ]
    return [*IN_PERIOD, *running_windows(period), *(f" during {word}" for word in found)]


def edges(period: str) -> list[str]:
    """Edges of units that hold the last day seen, and of those that hold a day."""
    known = [f"{side} of {unit}" for unit in ["period", *units_of(period)] for side in ("start", "end")]
    return [*known, "start of month(2026-02-15)", "end of quarter(as_of)", "end of year(2025-12-31)"]
