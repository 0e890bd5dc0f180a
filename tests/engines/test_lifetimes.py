"""Tables that nothing reads any more are dropped while a plan is settled: before the lines, only theirs are left."""

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings

from drawing import drawn
from engines.plans import samples
from engines.sample import Sample
from quotarules.engines.sql.duckdb import PRINTER, drops, provide, relation_statements
from quotarules.engines.sql.duckdb_session import Limits, connected, executed
from quotarules.engines.sql.lifetimes import unread
from quotarules.engines.sql.lines import LineOrder
from quotarules.engines.sql.prepare import prepared
from quotarules.engines.sql.script import PlanScript
from quotarules.engines.sql.tree import Int, Named, Relation, Select, SqlType
from quotarules.values.period import parse_period


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(sample=drawn(samples))
def test_what_is_left_before_the_lines_is_read_by_them(sample: Sample) -> None:
    plan = sample.plan()
    period = parse_period(sample.period, plan.period)
    assert period is not None
    made = prepared(plan, sample.ledger(), period, tuple(sample.openings), by_place=True)
    gone = unread(made.script)
    with connected(Limits(threads=1)) as database:
        provide(database, made.provided)
        for statement in relation_statements(made.script, gone):
            executed(database, statement)
        _read(database, (*made.script.members, *made.script.listed))
        for statement in drops(gone.before_lines):
            executed(database, statement)
        for (name,) in database.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall():
            database.begin()
            for statement in drops([name]):
                database.execute(statement)
            with pytest.raises(duckdb.CatalogException, match=name):
                _read(database, made.script.lines)
            database.rollback()


def _read(database: duckdb.DuckDBPyConnection, selects: tuple[Select, ...]) -> None:
    for select in selects:
        executed(database, PRINTER.select(select)).fetchall()


def test_a_view_that_nobody_reads_needs_its_rows_when_it_is_made() -> None:
    """Found by drawing: a measure over rows of which none counts was a view made after the last table from its rows."""
    one = Named("one", Int(1, SqlType.SMALL))
    relations = (
        Relation("first", Select((one,), "facts"), kept=True),
        Relation("second", Select((one,), "first"), kept=True),
        Relation("unread", Select((one,), "first"), kept=False),
        Relation("third", Select((one,), "second"), kept=True),
    )
    lines = (Select((one,), "third"),)
    gone = unread(PlanScript(relations, lines, LineOrder((), ()), (), ()))
    assert gone.after == {"unread": ("first",), "third": ("second",)}
    assert gone.before_lines == ()
