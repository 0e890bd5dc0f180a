"""What the plan says of rows with a history: whether a row is there yet, and what stood in it on a day."""

from quotarules.plan.from_checked.builder import Builder
from quotarules.plan.nodes import DAY, Column, Compare, Expr, InForce, PeriodDay
from quotarules.semantics.checked import ReadAt
from quotarules.values.schema import history_of


def there(builder: Builder, table: str) -> Expr | None:
    """Whether the first version of a row has begun by the period's end; None where rows have no history."""
    spec = builder.plan.schema.table(table)
    if spec is None or spec.since is None:
        return None
    return Compare("<=", Column((), table, spec.since, DAY, None), PeriodDay("end", "period"))


def read_at(builder: Builder, scope: str, node: ReadAt, day: Expr) -> Expr:
    """A column of a row as it stood on a day, read on a row of the table `scope`."""
    spec = builder.table(node.table)
    assert spec.since is not None, "what is read on a day has a history"
    words = builder.words(node.span)
    key: Expr = Column((), node.table, spec.key[0], builder.key_type(node.table), None)
    if node.path:
        key = builder.link_key(scope, node.path, node.span)
    if builder.spec(node.table, node.name).optional:
        reason = builder.reason(f"`{words}` is missing", node.span)
    else:
        reason = builder.reason(f"`{words}` has no version in force on that day", node.span, waiting=True)
    kind = builder.fact_type(node.table, node.name)
    return InForce(history_of(node.table), (spec.key[0],), (key,), spec.since, day, node.name, reason, kind)
