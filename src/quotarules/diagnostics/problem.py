"""A problem is a value: one frozen class per code holds the facts, and says its text in one place."""

from enum import StrEnum
from typing import ClassVar

from quotarules.diagnostics.source import Span
from quotarules.records import dataclass


class Severity(StrEnum):
    """What a problem stops: an error stops the run, a warning is only said."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Label:
    """A place with the words that stand under it; `row` places a fact in a data file instead of a text.

    A label of a data file has a span of (file, 0, 0), `row` counted from 1 with the header as row 1 where
    there is one, and `column` as the name of the column in the file. Of a table of a database, `row` is the row's key.
    """

    span: Span
    text: str
    row: int | str | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a reader is told: one message at one primary label, further labels, facts and one way out."""

    message: str
    primary: Label
    labels: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    help: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """The base of every problem class; a subclass adds its facts as fields and says them in `report`."""

    code: ClassVar[str]
    slug: ClassVar[str]
    severity: ClassVar[Severity] = Severity.ERROR

    def report(self) -> Report:
        """The text of the problem: the message without the way out, the labels, and the way out as help."""
        raise TypeError(f"{type(self).__name__} has no text")
