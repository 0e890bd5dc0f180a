"""Working time: the opening hours of each day of a calendar, as a table that every engine can look things up in."""

from quotarules.diagnostics.source import Span
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class OpenInterval:
    """Opening minutes [start, end) in minutes since 1970-01-01 00:00 local time.

    `before` is the sum of opening minutes in the calendar before this interval.
    """

    start: int
    end: int
    before: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working time of a calendar file for the days [first, last], counted since 1970-01-01.

    `intervals` are sorted and do not touch across days; `closings` holds, for each working day in order, the
    day and the minute (since 1970-01-01) at which it closes. `library` tells that public holidays were looked up in a
    library, whose version then matters for the record; the days themselves are resolved here.
    """

    name: str
    first: int
    last: int
    intervals: tuple[OpenInterval, ...]
    closings: tuple[tuple[int, int], ...]
    span: Span
    library: bool = False
