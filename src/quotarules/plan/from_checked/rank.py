"""A place among rows belongs to the row itself, so that whatever is read on another row reads it over a link."""

from dataclasses import replace

from quotarules.plan.from_checked.builder import Builder
from quotarules.semantics.checked import CheckedMeasure, Origin, Read, RowsFunction


def as_measure(builder: Builder, typed: RowsFunction) -> Read:
    """The place as a measure of its table, which is added to the plan where it is not there yet."""
    table, words = typed.rows.table, builder.words(typed.span)
    name = f"rank {typed.span.file} {typed.span.start}"
    if all((known.table, known.name) != (table, name) for known in builder.plan.measures):
        made = CheckedMeasure(name, words, table, None, typed, typed.span)
        builder.plan = replace(builder.plan, measures=(*builder.plan.measures, made))
    return Read((), table, name, Origin.MEASURE, None, missing=True, type=typed.type, span=typed.span)
