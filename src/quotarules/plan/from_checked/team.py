"""Team bonuses: a pool for each row (or one per period), rounded first, then allotted among those who took part."""

from typing import Literal as Literally

from quotarules.plan.from_checked.arithmetic import integer, rescaled, rounded
from quotarules.plan.from_checked.builder import Builder, Scope
from quotarules.plan.from_checked.currencies import rate_inputs
from quotarules.plan.from_checked.expressions import conditions, expression, plan_rows
from quotarules.plan.from_checked.lines import both, member_name
from quotarules.plan.from_checked.overlay import overlay_basis, own_part, promise_role_pools, role_part
from quotarules.plan.from_checked.shares import (
    if_whole,
    money_type,
    no_share,
    pool_column,
    pool_table,
    role_unlisted,
    shared_rows,
    weight_of,
)
from quotarules.plan.from_checked.trace import conversions, inputs
from quotarules.plan.nodes import (
    TEXT,
    Account,
    Aggregate,
    Allot,
    Column,
    Compare,
    Expr,
    IsMissing,
    Kind,
    LineRule,
    Literal,
    Not,
    OneOf,
    Or,
    Otherwise,
    RoleWeight,
    Rows,
    TraceInput,
    ValueType,
    When,
)
from quotarules.semantics.checked import CheckedPay, CheckedTeam
from quotarules.values.schema import COMPANY


def promise_team(builder: Builder, team: CheckedTeam) -> None:
    """The pool on its row, the part on each row of those who share, and each person's sum of the period."""
    label, span = team.label, team.span
    builder.promise(pool_table(team), f"{team.name} pool", label, span, lambda: _pool(builder, team))
    builder.promise(team.among.table, _part_name(team), label, span, lambda: _part(builder, team))
    none = no_share(builder, team)
    if team.way == "overlay":
        promise_role_pools(builder, team)

    def person_sum() -> Expr:
        kind = builder.read(team.among.table, _part_name(team))
        part = Column((), team.among.table, _part_name(team), kind, None)
        if team.person_table == team.among.table:
            # Of one row the sum is its part; who has none has nothing, as who stands in no row has.
            return Otherwise((part, Literal(0, kind)), kind)
        return Aggregate("sum", shared_rows(builder, team, team.person, ()), part, none, kind)

    builder.promise(team.person_table, team.name, label, span, person_sum)


def _part_name(team: CheckedTeam) -> str:
    """The column of a row's own part; the bonus of a person has the team's name."""
    return team.name if team.person_table != team.among.table else f"{team.name} part"


def _pool(builder: Builder, team: CheckedTeam) -> Expr:
    scope = Scope(pool_table(team))
    amount = expression(builder, scope, team.pool)
    whole = rescaled(rounded(amount, builder.plan.place, builder.plan.mode), builder.plan.place[1])
    if team.way == "exact":
        whole = if_whole(builder, team, whole, shared_rows(builder, team, team.among.link, ()), pool_table(team))
    if team.gate is None:
        return whole
    return When(whole, conditions(builder, scope, team.gate), whole.type)


def _part(builder: Builder, team: CheckedTeam) -> Expr:
    """What a row of those who share gets."""
    if team.way != "overlay":
        return _allotted(builder, team, "part")
    rows = shared_rows(builder, team, team.among.link, None)
    if team.role is not None:
        return role_part(builder, team, rows)
    return own_part(builder, team, rows, pool_column(builder, team))


def _allotted(builder: Builder, team: CheckedTeam, gives: Literally["part", "weight", "divisor"]) -> Expr:
    scope = Scope(team.among.table)
    rows = shared_rows(builder, team, team.among.link, None)
    role = expression(builder, scope, team.role) if team.role is not None else None
    weight = weight_of(builder, team)
    scale = max((scale for _, _, scale in team.roles), default=0)
    roles = tuple(RoleWeight(Literal(name, TEXT), digits * 10 ** (scale - own)) for name, digits, own in team.roles)
    pool = pool_column(builder, team)
    kind = money_type(builder, team)
    if gives != "part":
        kind = ValueType(Kind.INTEGER, scale, "%") if weight is None else weight.type
        kind = ValueType(Kind.INTEGER) if weight is None and role is None else kind
    unlisted, nothing = role_unlisted(builder, team), no_share(builder, team)
    return Allot(rows, pool, team.person, weight, role, roles, team.kept, unlisted, nothing, kind, gives)


def team_lines(builder: Builder, team: CheckedTeam) -> None:
    """A line for each share of a pool of the period, and what does not reach anybody."""
    table = team.among.table
    scope = Scope(table)
    kind = builder.read(table, _part_name(team))
    rows = shared_rows(builder, team, team.person, None)
    typed = tuple(part for part in (team.role, team.weight) if part is not None)
    kept = (
        TraceInput("pool", pool_column(builder, team)),
        *_rates(builder, team),
        *inputs(builder, scope, typed, team.person, None),
        *_basis(builder, team),
    )
    builder.accounts.append(Account(team.name, "team", team.label, money_type(builder, team).unit, kind.scale))
    each = builder.each(team.person_table)
    amount = Column((), table, _part_name(team), kind, None)
    builder.lines.append(
        LineRule(team.name, f"{team.name}.share", team.label, each, None, rows, amount, kept, team.span)
    )
    _list_exceptions(builder, team, rows)


def _rates(builder: Builder, team: CheckedTeam) -> tuple[TraceInput, ...]:
    """The rates at which the pool was converted, read on a row of those who share."""
    scope = Scope(pool_table(team))
    found: list[TraceInput] = []
    for conversion in conversions(team.pool):
        source, day = (expression(builder, scope, part) for part in (conversion.source, conversion.day))
        kept = rate_inputs(builder, conversion, source, day)
        found += [TraceInput(name, _of_pool(builder, team, name, value)) for name, value in kept]
    return tuple(found)


def _of_pool(builder: Builder, team: CheckedTeam, name: str, value: Expr) -> Expr:
    """A value of the pool's row, read on a row of those who share."""
    column, table = f"{team.name} {name}", pool_table(team)
    kind = builder.column(table, column, name, team.span, lambda: value)
    if team.source is None:
        return Column((), COMPANY, column, kind, None)
    return builder.reached(team.among.table, team.among.link, column, kind, team.among.span)


def _basis(builder: Builder, team: CheckedTeam) -> tuple[TraceInput, ...]:
    """What explains the size of a part beside the pool."""
    if team.way != "overlay":
        weight, divisor = _allotted(builder, team, "weight"), _allotted(builder, team, "divisor")
        return TraceInput("share", weight), TraceInput("of", divisor)
    if team.role is None:
        return ()
    return overlay_basis(builder, team, shared_rows(builder, team, team.among.link, None))


def _list_exceptions(builder: Builder, team: CheckedTeam, rows: Rows) -> None:
    everybody = Rows(rows.table, (), None, False, rows.date, rows.window, rows.where)
    if team.role is not None:
        role = expression(builder, Scope(rows.table), team.role)
        unlisted = Not(OneOf(role, tuple(Literal(name, TEXT) for name, _, _ in team.roles)))
        named = Rows(rows.table, (), None, False, rows.date, rows.window, both(rows.where, unlisted))
        builder.list_rows("role-not-listed", f"roles that `{team.name}` gives nothing", named, team.span)
    if builder.may_miss(rows.table, team.person):
        missing = IsMissing(builder.link_key(rows.table, team.person, team.among.span))
        nobody = Rows(rows.table, (), None, False, rows.date, rows.window, both(rows.where, missing))
        builder.list_rows("belongs-to-nobody", f"shares of `{team.name}` that belong to nobody", nobody, team.span)
    uncollected = _uncollected(builder, team, everybody)
    builder.list_rows("share-not-paid", f"shares of `{team.name}` that no pay block collects", uncollected, team.span)
    if team.source is not None:
        _list_empty(builder, team)


def _uncollected(builder: Builder, team: CheckedTeam, rows: Rows) -> Rows | None:
    blocks = [pay for pay in builder.plan.pays if team.name in pay.collects and pay.table == team.person_table]
    if any(pay.where is None for pay in blocks):
        return None
    if not blocks:
        return rows
    tests = tuple(_is_member(builder, team, pay) for pay in blocks)
    paid = tests[0] if len(tests) == 1 else Or(tests)
    return Rows(rows.table, (), None, False, rows.date, rows.window, both(rows.where, Not(paid)))


def _is_member(builder: Builder, team: CheckedTeam, pay: CheckedPay) -> Expr:
    name = member_name(f"pay {pay.name}")
    return builder.reached(team.among.table, team.person, name, builder.read(pay.table, name), pay.span)


def _list_empty(builder: Builder, team: CheckedTeam) -> None:
    """Pools that nobody shares stay with the company."""
    assert team.source is not None, "a pool for each row"
    source = plan_rows(builder, Scope(team.source.table), team.source)
    shared = shared_rows(builder, team, team.among.link, ())
    none = builder.reason(f"nobody shares `{team.name}`", team.span)

    def count() -> Expr:
        return Aggregate("count", shared, None, none, ValueType(Kind.INTEGER))

    name = f"{team.name} people"
    builder.column(team.source.table, name, team.label, team.span, count)
    empty = Compare("=", Column((), team.source.table, name, ValueType(Kind.INTEGER), None), integer(0))
    rows = Rows(team.source.table, (), None, False, source.date, source.window, both(source.where, empty))
    builder.list_rows("empty-team", f"pools of `{team.name}` that nobody shares", rows, team.span)
