"""Public holidays of a country or a part of it, looked up once, when a calendar is read; the plan holds the days."""

from datetime import date
from importlib import import_module

from quotarules.diagnostics.problem import Problem
from quotarules.semantics.calendar_problems import NoHolidaysThen, UnknownHolidays
from quotarules.syntax.yaml_tree import Mapping, Scalar
from quotarules.values.period import calendar_date, day_number


def public_holidays(named: Mapping, first: int, last: int) -> tuple[frozenset[int], tuple[Problem, ...]]:
    """The public holidays within the days [first, last] of what `country` and `subdivision` name, or a problem."""
    country, part = named.get("country"), named.get("subdivision")
    assert isinstance(country, Scalar), "the schema asks for a country"
    # Loaded here, because most projects name no country and the library is large.
    library = import_module("holidays")
    if not hasattr(library, country.text):
        return frozenset(), (UnknownHolidays(country.span, country.text, None),)
    spoken = library.country_holidays(country.text)
    if isinstance(part, Scalar) and part.text not in spoken.subdivisions:
        return frozenset(), (UnknownHolidays(part.span, part.text, country.text),)
    begin, end = calendar_date(first).year, calendar_date(last).year
    if begin < spoken.start_year or end > spoken.end_year:
        years = (int(spoken.start_year), int(spoken.end_year))
        return frozenset(), (NoHolidaysThen(country.span, country.text, *years),)
    chosen = part.text if isinstance(part, Scalar) else None
    found = library.country_holidays(country.text, subdiv=chosen, years=range(begin, end + 1))
    days = (day_number(day) for day in found if isinstance(day, date))
    return frozenset(day for day in days if first <= day <= last), ()
