"""A place among rows belongs to the row itself, so that whatever is read on another row reads it over a link."""

from dataclasses import replace

from quotarules.plan.from_checked.builder import Builder
from quotarules.semantics.checked import CheckedMeasure, Origin, Read, RowsFunction


def as_measure(builder: Builder, typed: RowsFunction) -> Read:
    """The place as a measure of its table, which is added to the plan where it is not there yet."""
    table, words = typed.rows.table, builder.words(typed.span)
    ranks = [known for known in builder.plan.measures if isinstance(known.value, RowsFunction) and " " in known.name]
    found = next((known for known in ranks if (known.table, known.span) == (table, typed.span)), None)
    if found is None:
        # Numbered by need and not by place, so that the plan is the same from every layout of its text.
        found = CheckedMeasure(f"rank {len(ranks) + 1}", words, table, None, typed, typed.span)
        builder.plan = replace(builder.plan, measures=(*builder.plan.measures, found))
    return Read((), table, found.name, Origin.MEASURE, None, missing=True, type=typed.type, span=typed.span)
