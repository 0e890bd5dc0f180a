"""Lines of karma and pay: which rows write them, how their amount is rounded, and what they keep."""

from quotarules.plan.from_checked.arithmetic import added, multiplied, negated, rounded
from quotarules.plan.from_checked.builder import Builder, Scope
from quotarules.plan.from_checked.expressions import conditions, expression, plan_rows, tier_ends, times_or_by
from quotarules.plan.from_checked.history import passes_on_day
from quotarules.plan.from_checked.joined import there
from quotarules.plan.from_checked.trace import children
from quotarules.plan.nodes import FLAG, And, Expr, IsMissing, Rows, When
from quotarules.records import dataclass
from quotarules.semantics import checked
from quotarules.semantics.checked import Typed
from quotarules.values.rounding import RoundingMode
from quotarules.values.schema import COMPANY


@dataclass(frozen=True, slots=True)
class Amount:
    """The amount of a line before and after it was rounded to its place."""

    unrounded: Expr
    rounded: Expr


def _constant_for(typed: Typed, subject: tuple[str, ...]) -> bool:
    """Whether a factor is the same for all rows of a subject: it reads only columns of the subject and the company."""
    match typed:
        case checked.Constant() | checked.PeriodEdge() | checked.WaitFor():
            return True
        case checked.Read(path, table):
            return table == COMPANY or (path[: len(subject)] == subject and subject != ())
        case checked.ReadAt(path, day=day):
            return path[: len(subject)] == subject and subject != () and _constant_for(day, subject)
        case checked.RowsFunction():
            return False
        case _:
            return all(_constant_for(part, subject) for part in children(typed))


def _slice(typed: Typed, subject: tuple[str, ...]) -> tuple[checked.TiersCall, checked.ProductOf | None] | None:
    """The call in an amount `f(x after y)`, or in a constant part of it."""
    match typed:
        case checked.TiersCall(before=before) if before is not None:
            return typed, None
        case checked.ProductOf(factors, operators) if all(operator == "*" for operator in operators):
            calls = [
                factor for factor in factors if isinstance(factor, checked.TiersCall) and factor.before is not None
            ]
            rest = [factor for factor in factors if factor not in calls]
            if len(calls) == 1 and all(_constant_for(factor, subject) for factor in rest):
                return calls[0], typed
    return None


def line_amount(
    builder: Builder, scope: Scope, typed: Typed, place: tuple[int, int], subject: tuple[str, ...]
) -> Amount:
    """An amount rounded to a place in the plan's mode.

    A row line whose amount is f(x after y), or a constant part p of it, is round(p * f(x + y)) - round(p * f(y)), so
    that the slices of a running total add up to the whole.
    """
    mode = builder.plan.mode
    if isinstance(typed, checked.WhenTrue):
        inner = line_amount(builder, scope, typed.value, place, subject)
        tests = conditions(builder, scope, typed.condition)
        return Amount(inner.unrounded, When(inner.rounded, tests, inner.rounded.type))
    found = _slice(typed, subject) if subject else None
    if found is None:
        whole = expression(builder, scope, typed)
        return Amount(whole, rounded(whole, place, mode))
    call, product = found
    after, before = tier_ends(builder, scope, call)
    assert before is not None, "a slice has a running total"
    if product is not None:
        after, before = (_scaled(builder, scope, product, call, end) for end in (after, before))
    return Amount(
        added((after, negated(before)), after.type.unit),
        added((rounded(after, place, mode), negated(rounded(before, place, mode))), after.type.unit),
    )


def _scaled(builder: Builder, scope: Scope, product: checked.ProductOf, call: checked.TiersCall, end: Expr) -> Expr:
    """The product with one end of the running total in the place of the call."""
    factors = [end if factor is call else expression(builder, scope, factor) for factor in product.factors]
    result = factors[0]
    for operator, factor in zip(product.operators, factors[1:], strict=True):
        result = times_or_by(builder, product, operator, (result, factor))
    return result


def both(first: Expr | None, second: Expr | None) -> Expr | None:
    """Two conditions, either of which may not have been said."""
    if first is None or second is None:
        return first or second
    return And((first, second))


def member_name(block: str) -> str:
    """The column that tells whether a row belongs to a block."""
    return f"{block} member"


def promise_member(builder: Builder, table: str, block: str, where: Typed | None) -> None:
    """The column of a block's `where`: of rows with a history, those count that are there at the period's end."""
    begun = there(builder, table)
    if where is None and begun is None:
        return

    def value() -> Expr:
        found = both(begun, None if where is None else expression(builder, Scope(table), where))
        assert found is not None, "a block with neither condition has no column"
        return found

    span = builder.table(table).span if where is None else where.span
    builder.promise(table, member_name(block), block, span, value)


def member(builder: Builder, scope: str, path: tuple[str, ...], block: str, where: Typed | None) -> Expr | None:
    """Whether the row at the end of a path belongs to a block; None if every row does."""
    ends = builder.tables_along(scope, path)
    table = ends[-1] if ends else scope
    if where is None and there(builder, table) is None:
        return None
    kind = builder.read(table, member_name(block))
    assert kind == FLAG, "a where is a condition"
    span = builder.table(table).span if where is None else where.span
    return builder.reached(scope, path, member_name(block), kind, span)


def member_on_row(
    builder: Builder, table: str, rows: checked.CheckedRows, block: str, where: Typed | None
) -> Expr | None:
    """Whether the subject of a row belongs to a block: on the row's own day if the subject's table has a history."""
    dated = None if where is None else passes_on_day(builder, table, rows, where)
    return dated or member(builder, rows.table, rows.link, block, where)


def line_rows(
    builder: Builder, table: str, line: checked.CheckedLine, block: str, where: Typed | None, *, dated: bool = True
) -> Rows:
    """The rows that write a line: the subjects of the block, or the line's own rows of such subjects.

    `dated`: a subject whose row has a history passes the block, or not, as it stood on the day of the row.
    """
    if line.rows is None:
        return Rows(table, (), None, False, None, None, member(builder, table, (), block, where))
    rows = plan_rows(builder, Scope(table), line.rows)
    inside = None
    if where is not None:
        asked = member_on_row(builder, table, line.rows, block, where) if dated else None
        inside = asked or member(builder, rows.table, rows.link, block, where)
    return Rows(rows.table, rows.link, None, False, rows.date, rows.window, both(inside, rows.where))


def ownerless(builder: Builder, scope: Scope, rows: checked.CheckedRows) -> Rows | None:
    """The rows that belong to nobody because a link on the way to the subject is missing; None if none can be.

    Who leads has often no leader: from the second level of links on that is no mistake of the facts.
    """
    if rows.level > 1 or not builder.may_miss(rows.table, rows.link):
        return None
    own = plan_rows(builder, scope, rows)
    missing = IsMissing(builder.link_key(rows.table, rows.link, rows.span))
    return Rows(rows.table, (), None, False, own.date, own.window, both(own.where, missing))


def cut(expr: Expr, place: tuple[int, int]) -> Expr:
    """A value cut toward zero to a place."""
    return rounded(expr, place, RoundingMode.DOWN)


def priced(taken: Expr, price: Expr, place: tuple[int, int], mode: RoundingMode) -> Expr:
    """Points times their price, rounded as a line."""
    return rounded(multiplied(taken, price, price.type.unit), place, mode)
