"""Overlay shares: each gets a percentage of the pool on top, whatever the others get."""

from functools import partial
from typing import Literal as Literally

from quotarules.plan.from_checked.arithmetic import integer, multiplied, rescaled, rounded
from quotarules.plan.from_checked.builder import Builder, Scope
from quotarules.plan.from_checked.expressions import expression
from quotarules.plan.from_checked.lines import both
from quotarules.plan.from_checked.shares import (
    money_type,
    no_share,
    pool_table,
    role_unlisted,
    weight_of,
)
from quotarules.plan.nodes import (
    FLAG,
    TEXT,
    Allot,
    Anything,
    Column,
    Compare,
    Equals,
    Expr,
    Kind,
    Literal,
    Rows,
    Switch,
    SwitchRow,
    TraceInput,
    ValueType,
    When,
)
from quotarules.semantics.checked import CheckedTeam
from quotarules.values.schema import COMPANY

Role = tuple[str, int, int]


def _pool_name(team: CheckedTeam, role: str) -> str:
    return f"{team.name} pool of {role}"


def promise_role_pools(builder: Builder, team: CheckedTeam) -> None:
    """The part of the pool that each role gets, on the pool's row."""
    for role in team.roles:
        value = partial(_role_pool, builder, team, role)
        builder.promise(pool_table(team), _pool_name(team, role[0]), team.label, team.span, value)


def _percentage(builder: Builder, team: CheckedTeam, percentage: Expr, path: tuple[str, ...], table: str) -> Expr:
    """A percentage of the pool, rounded as lines are; read on a row of `table` whose path leads to the pool."""
    name, kind = f"{team.name} pool", builder.read(pool_table(team), f"{team.name} pool")
    pool = (
        Column((), COMPANY, name, kind, None)
        if team.source is None
        else builder.reached(table, path, name, kind, team.among.span)
    )
    part = multiplied(pool, percentage, pool.type.unit)
    return rescaled(rounded(part, builder.plan.place, builder.plan.mode), builder.plan.place[1])


def _role_pool(builder: Builder, team: CheckedTeam, role: Role) -> Expr:
    return _percentage(builder, team, integer(role[1], role[2], "%"), (), pool_table(team))


def own_part(builder: Builder, team: CheckedTeam, rows: Rows, pool: Expr) -> Expr:
    """The percentage of the pool that the row itself brings."""
    weight = weight_of(builder, team)
    assert weight is not None, "rows bring their percentages"
    part = _percentage(builder, team, weight, team.among.link, rows.table)
    none = no_share(builder, team)
    if not team.person and rows.date is not None:
        # Whoever is read as a row of its own gets nothing when its date lies elsewhere.
        one = ValueType(Kind.INTEGER)
        taken = Allot(rows, pool, (), None, None, (), False, none, none, one, "weight")
        return When(part, ((Compare("=", taken, integer(1)), none),), part.type)
    return part if rows.where is None else When(part, ((rows.where, none),), part.type)


def role_part(builder: Builder, team: CheckedTeam, rows: Rows) -> Expr:
    """The part of the role that the row has, by largest remainder among those in it."""
    return _by_role(builder, team, rows, "part", money_type(builder, team))


def overlay_basis(builder: Builder, team: CheckedTeam, rows: Rows) -> tuple[TraceInput, ...]:
    """What explains the size of a part: the percentage of the row's role, and how many share it."""
    scale = max(scale for _, _, scale in team.roles)
    kind = ValueType(Kind.INTEGER, scale, "%")
    shares = [Literal(digits * 10 ** (scale - own), kind) for _, digits, own in team.roles]
    people = _by_role(builder, team, rows, "divisor", ValueType(Kind.INTEGER))
    return TraceInput("share", _switch(builder, team, shares, kind)), TraceInput("people", people)


def _by_role(
    builder: Builder, team: CheckedTeam, rows: Rows, gives: Literally["part", "divisor"], kind: ValueType
) -> Expr:
    role = _role(builder, team)
    none = no_share(builder, team)
    parts: list[Expr] = []
    for name, _, _ in team.roles:
        pool_kind = builder.read(pool_table(team), _pool_name(team, name))
        pool = (
            Column((), COMPANY, _pool_name(team, name), pool_kind, None)
            if team.source is None
            else builder.reached(rows.table, team.among.link, _pool_name(team, name), pool_kind, team.among.span)
        )
        where = both(rows.where, Compare("=", role, Literal(name, TEXT)))
        own = Rows(rows.table, rows.link, None, False, rows.date, rows.window, where)
        parts.append(Allot(own, pool, team.person, None, None, (), False, none, none, kind, gives))
    return _switch(builder, team, parts, kind)


def _role(builder: Builder, team: CheckedTeam) -> Expr:
    assert team.role is not None, "a role is said"
    return expression(builder, Scope(team.among.table), team.role)


def _switch(builder: Builder, team: CheckedTeam, values: list[Expr] | list[Literal], kind: ValueType) -> Expr:
    """One value for each role; a role that is not listed gets nothing."""
    rows = tuple(
        SwitchRow((Equals(Literal(name, TEXT)),), value) for (name, _, _), value in zip(team.roles, values, strict=True)
    )
    never = When(Literal(0, kind), ((Literal(False, FLAG), role_unlisted(builder, team)),), kind)
    unclear = builder.reason(f"the role for `{team.name}` is not known", team.span, waiting=True)
    return Switch(team.name, (_role(builder, team),), (*rows, SwitchRow((Anything(),), never)), unclear, kind)
