"""Whether a row with a history is there yet: a joiner's row is loaded before its first day, for what links to it."""

from quotarules.plan.from_checked.builder import Builder
from quotarules.plan.nodes import DAY, Column, Compare, Expr, PeriodDay


def there(builder: Builder, table: str) -> Expr | None:
    """Whether the first version of a row has begun by the period's end; None where rows have no history."""
    spec = builder.plan.schema.table(table)
    if spec is None or spec.since is None:
        return None
    return Compare("<=", Column((), table, spec.since, DAY, None), PeriodDay("end", "period"))
