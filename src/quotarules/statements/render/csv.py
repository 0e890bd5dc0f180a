"""A statement as CSV for spreadsheets: one row a line, numbers as numbers, no text that a spreadsheet would run."""

import csv
from io import StringIO

from quotarules.statements.model import Section, Statement, StatementLine
from quotarules.statements.numbers import plain

HEADER = (
    "period",
    "subject_kind",
    "subject",
    "account",
    "rule",
    "label",
    "source",
    "status",
    "amount",
    "unit",
    "reason",
)
_RUNNABLE = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_STEERING = ("\t", "\r", "\n")


def render(statement: Statement) -> str:
    """The statement with a header; balances and totals are the rows of rules `opening`, `closing` and `total`.

    The first row of a draft that has to be settled again is that of the rule `stale`, with the reason and no account.
    """
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    if statement.stale:
        front = (statement.period, inert(statement.subject_kind), inert(statement.subject))
        why = "an earlier period was settled again after this one"
        writer.writerow((*front, "", "stale", "", "", "stale", "", "", why))
    for section in statement.sections:
        if section.opening is not None:
            writer.writerow(_figure(statement, section, "opening", section.opening))
        writer.writerows(_line(statement, section, line) for line in section.lines)
        if section.closing is not None:
            writer.writerow(_figure(statement, section, "closing", section.closing))
        writer.writerow(_figure(statement, section, "total", section.total))
    return out.getvalue()


def inert(text: str) -> str:
    """The text, with an apostrophe before it if a spreadsheet would take it for a formula, also after blanks."""
    runs = text.startswith(_STEERING) or text.lstrip().startswith(_RUNNABLE)
    # Our line end is \n alone, so the writer would leave a carriage return without quotes.
    one_line = text.replace("\r", " ")
    return "'" + one_line if runs else one_line


def _line(statement: Statement, section: Section, line: StatementLine) -> tuple[str, ...]:
    figure = "" if line.amount is None else plain(line.amount, section.scale)
    return (
        *_front(statement, section),
        inert(line.rule),
        inert(line.label),
        inert(line.source),
        line.status,
        figure,
        inert(section.unit),
        inert(line.reason),
    )


def _figure(statement: Statement, section: Section, name: str, number: int) -> tuple[str, ...]:
    return (*_front(statement, section), name, "", "", "", plain(number, section.scale), inert(section.unit), "")


def _front(statement: Statement, section: Section) -> tuple[str, ...]:
    return statement.period, inert(statement.subject_kind), inert(statement.subject), inert(section.account)
