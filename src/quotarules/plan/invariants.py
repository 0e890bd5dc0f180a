"""What every well-formed plan keeps to, by name: a broken one is a defect of the compiler, never of a user."""

from collections.abc import Iterator

from quotarules.plan.lines import CARRYING, ITEMS
from quotarules.plan.node_types import alike, misfits, rows_misfits
from quotarules.plan.nodes import (
    Account,
    Aggregate,
    Allot,
    Column,
    Curve,
    Divide,
    DueOnly,
    Expr,
    InForce,
    Kind,
    LineRule,
    Opening,
    Plan,
    Reason,
    Rows,
    Switch,
    Tiers,
    ValueType,
    Wait,
    When,
    WorkingDays,
    WorkingDeadline,
    WorkingMinutes,
)
from quotarules.plan.walk import row_parts, walk
from quotarules.records import dataclass
from quotarules.values.schema import COMPANY, ColumnKind, ColumnSpec, FactSchema

PHYSICAL = {
    ColumnKind.TEXT: Kind.TEXT,
    ColumnKind.CHOICE: Kind.TEXT,
    ColumnKind.YES_NO: Kind.FLAG,
    ColumnKind.DATE: Kind.DAY,
    ColumnKind.INSTANT: Kind.MINUTE,
}


@dataclass(frozen=True, slots=True)
class Known:
    """What the expressions of a plan may refer to; `made` are the computed columns that come before them."""

    schema: FactSchema
    made: dict[tuple[str, str], ValueType]
    reasons: tuple[Reason, ...]
    calendars: frozenset[str]
    accounts: dict[str, Account]


def broken(plan: Plan) -> tuple[str, ...]:
    """The invariants that a plan breaks, each as `name: what`; none for a well-formed plan."""
    known = Known(
        plan.schema,
        {},
        plan.reasons,
        frozenset(calendar.name for calendar in plan.calendars),
        {account.name: account for account in plan.accounts},
    )
    return tuple(dict.fromkeys(_broken(plan, known)))


def _broken(plan: Plan, known: Known) -> Iterator[str]:
    if plan.schema.table(COMPANY) is not None:
        yield f"table-name: a table of facts is called {COMPANY}"
    for column in plan.columns:
        where = f"{column.table}.{column.name}"
        if fact_type(plan.schema, column.table, column.name) is not None or (column.table, column.name) in known.made:
            yield f"column-name: {where} is there twice"
        yield from _expression(known, column.table, column.value, where)
        known.made[column.table, column.name] = column.value.type
    keys = [(rule.account, rule.rule) for rule in plan.lines]
    yield from (f"line-key: there are two rules {key}" for key in set(keys) if keys.count(key) > 1)
    for line in plan.lines:
        yield from _line(known, line)
    for member in plan.members:
        if member.where is not None:
            yield from _expression(known, member.table, member.where, f"members of {member.account}")
            if member.where.type.kind is not Kind.FLAG:
                yield f"member-where: the condition of members of {member.account} is yes or no"
    for exception in plan.exceptions:
        yield from _own_rows(known, exception.rows, exception.slug)


def _line(known: Known, rule: LineRule) -> Iterator[str]:
    where = f"{rule.account}.{rule.rule}"
    yield from _own_rows(known, rule.rows, where)
    for expr in (rule.amount, *(item.value for item in rule.inputs)):
        yield from _expression(known, rule.rows.table, expr, where)
    account = known.accounts.get(rule.account)
    if account is None:
        yield f"line-account: {where} is on an account that is not there"
    elif not alike(rule.amount.type, ValueType(Kind.INTEGER, account.scale)):
        yield f"line-amount: {where} is not an integer at the scale of its account"
    if rule.party is not None and rule.rows.table != COMPANY:
        yield f"line-party: {where} is owed by a party but is not a line of nobody in particular"


def _own_rows(known: Known, rows: Rows, where: str) -> Iterator[str]:
    """Rows that write lines or are listed: they have no context."""
    yield from _rows(known, rows, where)
    for table, part in row_parts(rows):
        yield from _expression(known, table, part, where)
    if rows.match is not None or rows.earlier or rows.once is not None or rows.until is not None:
        yield f"rows-context: rows of {where} have no context to match"


def _rows(known: Known, rows: Rows, where: str) -> Iterator[str]:
    yield from (f"rows-parts: {where}: {what}" for fits, what in rows_misfits(rows) if not fits)
    if path_end(known.schema, rows.table, rows.link) is None:
        yield f"path: {where} follows {rows.link} from {rows.table}"
    if rows.once is not None and path_end(known.schema, rows.table, rows.once) is None:
        yield f"path: {where} counts once per {rows.once} from {rows.table}"


def _expression(known: Known, table: str, expr: Expr, where: str) -> Iterator[str]:
    if table != COMPANY and known.schema.table(table) is None:
        yield f"table: {where} reads {table}, which is not there"
        return
    for context, node in walk(table, expr):
        kind = type(node).__name__
        yield from (f"node-type: {kind} in {where}: {what}" for what in misfits(node))
        yield from (f"reason: {kind} in {where}: {what}" for what in _reason_misfits(known, node))
        match node:
            case Column():
                yield from (f"column: {where}: {what}" for what in _column_misfits(known, context, node))
            case Opening(name, link=link):
                account = known.accounts.get(name)
                wanted = CARRYING - ITEMS if link is None else ITEMS
                if account is None or account.kind not in wanted or node.type.scale != account.scale:
                    yield f"opening: {where} reads the opening of {name}, which carries no balance of that scale"
                if link is not None and path_end(known.schema, context, link) is None:
                    yield f"path: {where} follows {link} from {context}"
            case WorkingMinutes(calendar=name) | WorkingDays(calendar=name) | WorkingDeadline(calendar=name):
                if name not in known.calendars:
                    yield f"calendar: {where} counts by {name}, which is not there"
            case InForce():
                yield from (f"in-force: {where}: {what}" for what in _in_force_misfits(known, node))
            case Aggregate(function, rows):
                yield from _context_rows(known, context, rows, where)
                if function == "rank" and (rows.table != context or rows.match not in (None, rows.link)):
                    yield f"rank: {where} has no place among rows of {rows.table} that a row of {context} is none of"
            case Allot(rows=rows, person=person):
                yield from _rows(known, rows, where)
                if rows.table != context or path_end(known.schema, context, person) is None:
                    yield f"allot: {where} allots among rows of {rows.table} for a row of {context}"
            case _:
                pass


def _context_rows(known: Known, context: str, rows: Rows, where: str) -> Iterator[str]:
    yield from _rows(known, rows, where)
    if rows.earlier and rows.table != context:
        yield f"rows-earlier: {where} asks for earlier rows of another table"
    if rows.match is not None:
        ends = path_end(known.schema, rows.table, rows.link), path_end(known.schema, context, rows.match)
        if ends[0] != ends[1] or ends[1] is None:
            yield f"rows-match: {where} matches {ends[0]} with {ends[1]}"


def _reason_misfits(known: Known, node: Expr) -> Iterator[str]:
    """Every reason is one of the plan's, and of the sort that the node needs."""
    wanted: list[tuple[int, bool]] = []
    match node:
        case Wait() | Switch() | Tiers() | Curve() | WorkingMinutes() | WorkingDays() | WorkingDeadline():
            wanted = [(node.reason, True)]
        case Opening() | Divide() | DueOnly() | Aggregate():
            wanted = [(node.reason, False)]
        case Column(reason=int(reason)):
            wanted = [(reason, False)]
        case InForce(reason=reason) if 0 <= reason < len(known.reasons):
            return
        case InForce():
            wanted = [(node.reason, True)]
        case When(conditions=conditions):
            wanted = [(reason, False) for _, reason in conditions]
        case Allot():
            wanted = [(node.reason_role, False), (node.reason_none, False)]
        case _:
            pass
    for reason, waiting in wanted:
        if not 0 <= reason < len(known.reasons):
            yield f"reason {reason} is not there"
        elif known.reasons[reason].waiting is not waiting:
            yield f"reason {reason} is {'not ' if waiting else ''}one to wait for"


def _column_misfits(known: Known, context: str, node: Column) -> Iterator[str]:
    end = path_end(known.schema, context, node.path)
    if end is None or (end != node.table and (node.path or node.table != COMPANY)):
        yield f"{node.table}.{node.name} is not where {node.path} leads to from {context}"
        return
    fact = fact_type(known.schema, node.table, node.name)
    made = known.made.get((node.table, node.name))
    found = fact or made
    if found is None:
        yield f"{node.table}.{node.name} is read before it is made"
    elif not alike(node.type, found):
        yield f"{node.table}.{node.name} is {found.kind} at scale {found.scale}, read as {node.type}"
    spec = column_spec(known.schema, node.table, node.name)
    optional = (spec is not None and spec.optional) or path_may_miss(known.schema, context, node.path)
    if node.reason is None and optional:
        yield f"{node.table}.{node.name} may be missing, but there is no reason"


def _in_force_misfits(known: Known, node: InForce) -> Iterator[str]:
    table = known.schema.table(node.table)
    if table is None or sorted(table.key) != sorted((*node.keys, node.since)):
        yield f"{(*node.keys, node.since)} is not the key of {node.table}"
        return
    since, found = (fact_type(known.schema, node.table, name) for name in (node.since, node.name))
    if since is None or since.kind is not Kind.DAY:
        yield f"{node.table}.{node.since} is not a day"
    if found is None or not alike(node.type, found):
        yield f"{node.table}.{node.name} is read as {node.type}"
    for name, value in zip(node.keys, node.values, strict=False):
        held = fact_type(known.schema, node.table, name)
        if held is None or not alike(held, value.type):
            yield f"{node.table}.{name} is compared with {value.type}"


# --- the schema --------------------------------------------------------------------------------


def column_spec(schema: FactSchema, table: str, name: str) -> ColumnSpec | None:
    """The declaration of a column of the facts."""
    spec = schema.table(table)
    return spec.column(name) if spec is not None else None


def path_end(schema: FactSchema, table: str, path: tuple[str, ...]) -> str | None:
    """The table that a path leads to; None if a link is not there."""
    for link in path:
        spec = column_spec(schema, table, link)
        if spec is None or spec.target is None:
            return None
        table = spec.target
    return table


def path_may_miss(schema: FactSchema, table: str, path: tuple[str, ...]) -> bool:
    """Whether a link of a path that leads somewhere may be missing."""
    for link in path:
        spec = column_spec(schema, table, link)
        if spec is None or spec.target is None:
            return False
        if spec.optional:
            return True
        table = spec.target
    return False


def fact_type(schema: FactSchema, table: str, name: str) -> ValueType | None:
    """How a column of the facts is held; None if there is no such column."""
    declared = schema.table(table)
    if declared is None:
        return None
    if declared.line_key and declared.key == (name,):
        return ValueType(Kind.INTEGER)
    spec = declared.column(name)
    if spec is None:
        return None
    match spec.kind:
        case ColumnKind.LINK:
            target = schema.table(spec.target or "")
            return fact_type(schema, target.name, target.key[0]) if target is not None else None
        case ColumnKind.COUNT | ColumnKind.NUMBER | ColumnKind.PERCENT | ColumnKind.MONEY:
            return ValueType(Kind.INTEGER, spec.scale)
        case kind:
            return ValueType(PHYSICAL[kind])
