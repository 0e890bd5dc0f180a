"""Team bonuses: a pool for each row (or one per period), rounded first, then allotted among those who took part."""

from typing import Literal as Literally

from quotarules.plan.from_checked.arithmetic import integer, rescaled, rounded
from quotarules.plan.from_checked.builder import Builder, Scope
from quotarules.plan.from_checked.expressions import conditions, expression, plan_rows
from quotarules.plan.from_checked.lines import both, member_name
from quotarules.plan.from_checked.trace import inputs
from quotarules.plan.nodes import (
    FLAG,
    TEXT,
    Account,
    Aggregate,
    Allot,
    Column,
    Compare,
    DayOf,
    Expr,
    IsMissing,
    Kind,
    LineRule,
    Literal,
    Not,
    OneOf,
    Or,
    RoleWeight,
    Rows,
    TraceInput,
    ValueType,
    When,
)
from quotarules.semantics.checked import CheckedPay, CheckedTeam
from quotarules.values.schema import COMPANY


def _pool_table(team: CheckedTeam) -> str:
    return team.source.table if team.source is not None else COMPANY


def _money(builder: Builder) -> ValueType:
    return ValueType(Kind.INTEGER, builder.plan.place[1], builder.plan.currency)


def promise_team(builder: Builder, team: CheckedTeam) -> None:
    """The pool on its row, the part on each row of those who share, and each person's sum of the period."""
    label, span = team.label, team.span
    builder.promise(_pool_table(team), f"{team.name} pool", label, span, lambda: _pool(builder, team))
    builder.promise(team.among.table, team.name, label, span, lambda: _share(builder, team))
    none = builder.reason(f"no share of `{team.name}`", span)

    def person_sum() -> Expr:
        kind = builder.read(team.among.table, team.name)
        rows = _shared_rows(builder, team, team.person, ())
        part = Column((), team.among.table, team.name, kind, None)
        return Aggregate("sum", rows, part, none, kind)

    if team.person_table != team.among.table:
        builder.promise(team.person_table, team.name, label, span, person_sum)


def _pool(builder: Builder, team: CheckedTeam) -> Expr:
    scope = Scope(_pool_table(team))
    amount = expression(builder, scope, team.pool)
    whole = rescaled(rounded(amount, builder.plan.place, builder.plan.mode), builder.plan.place[1])
    if team.gate is None:
        return whole
    return When(whole, conditions(builder, scope, team.gate), whole.type)


def _pool_column(builder: Builder, team: CheckedTeam) -> Expr:
    """The pool, read on a row of those who share."""
    kind = builder.read(_pool_table(team), f"{team.name} pool")
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


def _shared_rows(builder: Builder, team: CheckedTeam, link: tuple[str, ...], match: tuple[str, ...] | None) -> Rows:
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


def _share(builder: Builder, team: CheckedTeam, gives: Literally["part", "weight", "divisor"] = "part") -> Expr:
    scope = Scope(team.among.table)
    rows = _shared_rows(builder, team, team.among.link, None)
    role = expression(builder, scope, team.role) if team.role is not None else None
    weight = expression(builder, scope, team.weight) if team.weight is not None else None
    scale = max((scale for _, _, scale in team.roles), default=0)
    roles = tuple(RoleWeight(Literal(name, TEXT), digits * 10 ** (scale - own)) for name, digits, own in team.roles)
    unlisted = builder.reason(f"`{team.name}` gives this role nothing", team.span)
    nothing = builder.reason(f"no share of `{team.name}`", team.span)
    pool = _pool_column(builder, team)
    kind = _money(builder)
    if gives != "part":
        kind = ValueType(Kind.INTEGER, scale, "%") if weight is None else weight.type
        kind = ValueType(Kind.INTEGER) if weight is None and role is None else kind
    return Allot(rows, pool, team.person, weight, role, roles, team.kept, unlisted, nothing, kind, gives)


def team_lines(builder: Builder, team: CheckedTeam) -> None:
    """A line for each share of a pool of the period, and what does not reach anybody."""
    table = team.among.table
    scope = Scope(table)
    kind = builder.read(table, team.name)
    rows = _shared_rows(builder, team, team.person, None)
    typed = tuple(part for part in (team.role, team.weight) if part is not None)
    kept = (
        TraceInput("pool", _pool_column(builder, team)),
        *inputs(builder, scope, typed, team.person, None),
        TraceInput("share", _share(builder, team, "weight")),
        TraceInput("of", _share(builder, team, "divisor")),
    )
    builder.accounts.append(Account(team.name, "team", team.label, builder.plan.currency, kind.scale))
    each = builder.each(team.person_table)
    amount = Column((), table, team.name, kind, None)
    builder.lines.append(
        LineRule(team.name, f"{team.name}.share", team.label, each, None, rows, amount, kept, team.span)
    )
    _list_exceptions(builder, team, rows)


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
    shared = _shared_rows(builder, team, team.among.link, ())
    none = builder.reason(f"nobody shares `{team.name}`", team.span)

    def count() -> Expr:
        return Aggregate("count", shared, None, none, ValueType(Kind.INTEGER))

    name = f"{team.name} people"
    builder.column(team.source.table, name, team.label, team.span, count)
    empty = Compare("=", Column((), team.source.table, name, ValueType(Kind.INTEGER), None), integer(0))
    rows = Rows(team.source.table, (), None, False, source.date, source.window, both(source.where, empty))
    builder.list_rows("empty-team", f"pools of `{team.name}` that nobody shares", rows, team.span)
