"""What the ways of sharing a pool have in common: whose rows share, what a row weighs, where the pool stands."""

from quotarules.plan.from_checked.arithmetic import integer, larger
from quotarules.plan.from_checked.builder import Builder, Scope
from quotarules.plan.from_checked.expressions import expression, plan_rows
from quotarules.plan.from_checked.lines import both
from quotarules.plan.nodes import (
    FLAG,
    Aggregate,
    Column,
    DayOf,
    Equals,
    Expr,
    IsMissing,
    Kind,
    Literal,
    Not,
    Rows,
    Switch,
    SwitchRow,
    ValueType,
)
from quotarules.semantics.checked import CheckedTeam
from quotarules.values.schema import COMPANY


def pool_table(team: CheckedTeam) -> str:
    """The table whose rows have the pools."""
    return team.source.table if team.source is not None else COMPANY


def money_type(builder: Builder, team: CheckedTeam) -> ValueType:
    """How pools and parts are held."""
    return ValueType(Kind.INTEGER, builder.plan.place[1], team.currency or builder.plan.currency)


def pool_column(builder: Builder, team: CheckedTeam) -> Expr:
    """The pool, read on a row of those who share."""
    kind = builder.read(pool_table(team), f"{team.name} pool")
    if team.source is None:
        return Column((), COMPANY, f"{team.name} pool", kind, None)
    return builder.reached(team.among.table, team.among.link, f"{team.name} pool", kind, team.among.span)


def _through(date: Expr, path: tuple[str, ...]) -> Expr:
    """The date of the pool's row, read on a row of those who share."""
    match date:
        case Column(own, owner, name, kind, reason):
            return Column((*path, *own), owner, name, kind, reason)
        case DayOf(operand):
            return DayOf(_through(operand, path))
        case _:
            raise AssertionError("rows are dated by a column")


def shared_rows(builder: Builder, team: CheckedTeam, link: tuple[str, ...], match: tuple[str, ...] | None) -> Rows:
    """The rows that share in a pool of the period."""
    table = team.among.table
    own = plan_rows(builder, Scope(table), team.among)
    if team.source is None:
        return Rows(table, link, match, False, own.date, own.window, own.where)
    source = plan_rows(builder, Scope(team.source.table), team.source)
    date = _through(source.date, team.among.link) if source.date is not None else None
    where = own.where
    if source.where is not None:
        condition = source.where
        builder.column(team.source.table, f"{team.name} taken", team.label, team.span, lambda: condition)
        where = both(builder.reached(table, team.among.link, f"{team.name} taken", FLAG, team.among.span), where)
    return Rows(table, link, match, False, date, source.window, where)


def no_share(builder: Builder, team: CheckedTeam) -> int:
    """The reason of a row that has no part."""
    return builder.reason(f"no share of `{team.name}`", team.span)


def role_unlisted(builder: Builder, team: CheckedTeam) -> int:
    """The reason of a row whose role is not listed."""
    return builder.reason(f"`{team.name}` gives this role nothing", team.span)


def weight_of(builder: Builder, team: CheckedTeam) -> Expr | None:
    """What a row weighs; less than nothing weighs nothing."""
    if team.weight is None:
        return None
    weight = expression(builder, Scope(team.among.table), team.weight)
    if isinstance(weight, Column) and (weight.table, weight.name) not in builder.columns:
        lowest = builder.spec(weight.table, weight.name).lowest
        if lowest is not None and lowest >= 0:
            return weight
    return larger(weight, integer(0, weight.type.scale, weight.type.unit))


def if_whole(builder: Builder, team: CheckedTeam, pool: Expr, shared: Rows, table: str) -> Expr:
    """The pool where the percentages of its rows make exactly the whole; else it waits.

    Rows without a person count for nothing: what they would get is given to nobody else.
    """
    weight = weight_of(builder, team)
    assert weight is not None, "rows bring their percentages"
    where = shared.where
    if builder.may_miss(shared.table, team.person):
        where = both(where, Not(IsMissing(builder.link_key(shared.table, team.person, team.among.span))))
    rows = Rows(shared.table, shared.link, shared.match, False, shared.date, shared.window, where)
    none = no_share(builder, team)
    name = f"{team.name} shares"
    builder.column(table, name, team.label, team.span, lambda: Aggregate("sum", rows, weight, none, weight.type))
    total = Column((), table, name, weight.type, None)
    whole = Literal(10**weight.type.scale, ValueType(Kind.INTEGER, weight.type.scale, weight.type.unit))
    reason = builder.reason(f"the shares of `{team.name}` do not make 100%", team.span, waiting=True)
    return Switch(team.name, (total,), (SwitchRow((Equals(whole),), pool),), reason, pool.type)
