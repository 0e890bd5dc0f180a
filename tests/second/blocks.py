"""Blocks of pay: who is in one, on which day, and what a gate does to a line."""

from collections.abc import Iterator
from fractions import Fraction

from quotarules.semantics.checked import CheckedLine, CheckedPay, CheckedRows
from second import over_rows
from second.facts import Row, Version, unknown_row, version_at
from second.line_amounts import Written, rows_of_line
from second.states import NOTHING, WAITS, State
from second.world import Line, Result, World, day_read, each, status_of


def account_of(block: CheckedPay) -> str:
    """The account of a block's pay: each currency but the plan's has its own."""
    return f"pay {block.currency}" if block.currency else "pay"


def entry(world: World, block: CheckedPay, subject: Row, name: str, amount: Result, source: str = "") -> Line:
    """A line of pay."""
    return posting(world, block, account_of(block), subject, name, amount, source)


def posting(
    world: World, block: CheckedPay, account: str, subject: Row, name: str, amount: Result, source: str = ""
) -> Line:
    """A line of some account that the block writes to."""
    value = amount if isinstance(amount, Fraction) else None
    kind = each(world, block.table)
    return Line(kind, subject.source, account, f"{block.name}.{name}", source, status_of(amount), value)


# --- who is in a block ---------------------------------------------------------------------------------


def passes(world: World, block: CheckedPay, row: Row) -> bool | State:
    """Whether a row, or a version of it, passes the block's `where`."""
    if block.where is None:
        return True
    found = world.read(block.where, row, world.view)
    return WAITS if found is WAITS else found is True


def members(world: World, block: CheckedPay) -> Iterator[tuple[Row, bool]]:
    """Who is in the block on the period's last day, and whether that is sure."""
    for row in over_rows.everybody(world, block.table):
        found = passes(world, block, row)
        if found is not False:
            yield row, found is True


def versions_in(world: World, block: CheckedPay, row: Row) -> list[Version]:
    """The versions of a row that are in force on some day of the period."""
    held = world.facts[block.table].versions.get(row.key, ())
    return [version for version in held if version.since < world.period.end and version.last >= world.period.start]


def block_rows(world: World, block: CheckedPay, rows: CheckedRows) -> Iterator[Written]:
    """The rows of a line that belong to people who were in the block on the row's own day."""
    for written in rows_of_line(world, rows, world.view):
        passed = passes(world, block, subject_on(world, block, rows, written))
        if passed is not False:
            yield Written(written.row, written.subject, written.sure and passed is True)


def subject_on(world: World, block: CheckedPay, rows: CheckedRows, written: Written) -> Row:
    """The subject of a row as it stood on the row's day; as it stands at the end where it has no history or no day."""
    table = world.facts[block.table]
    if table.spec.since is None or rows.date is None:
        return written.subject
    day = day_read(world, rows.date, written.row, world.view)
    if isinstance(day, State):
        return written.subject
    version = version_at(table.versions[written.subject.key], day)
    return unknown_row(table, written.subject.key) if version is None else version.row


# --- gates ---------------------------------------------------------------------------------------------


def gated(world: World, block: CheckedPay, subject: Row, amount: Result, *, sure: bool = True) -> Result:
    """What a line comes to behind the block's gate; it waits while nobody can tell whether it is written at all."""
    if not sure:
        return WAITS
    if block.gate is None:
        return amount
    found = world.read(block.gate, subject, world.view)
    if found is True:
        return amount
    return WAITS if found is WAITS else NOTHING


def line_named(block: CheckedPay, name: str) -> CheckedLine:
    return next(line for line in block.lines if line.name == name)
