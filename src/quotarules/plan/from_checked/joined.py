"""What the plan says of rows with a history: whether a row is there yet, and what stood in it on a day."""

from quotarules.plan.from_checked.builder import Builder
from quotarules.plan.nodes import DAY, Column, Compare, Expr, InForce, PeriodDay, When
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
    since, versions = spec.since, history_of(node.table)
    waits = builder.reason(f"`{words}` has no version in force on that day", node.span, waiting=True)

    def in_force(name: str, reason: int) -> InForce:
        return InForce(versions, (spec.key[0],), (key,), since, day, name, reason, builder.fact_type(node.table, name))

    if not builder.spec(node.table, node.name).optional:
        return in_force(node.name, waits)
    # A value that is missing is handled by an `else`; that no version is in force is not.
    missing = builder.reason(f"`{words}` is missing", node.span)
    value = in_force(node.name, missing)
    return When(value, ((Compare("<=", in_force(since, waits), day), missing),), value.type)
