"""Lines of karma and pay: an amount for the subject, or one for each row that belongs to it."""

from dataclasses import replace

from quotarules.semantics.checked import (
    CheckedLine,
    CheckedRows,
    Constant,
    DueSchedule,
    Money,
    Number,
    Points,
    Quantity,
    Typed,
)
from quotarules.semantics.declarations.paid import check_paid, kept_by_row
from quotarules.semantics.declarations.paid_later import check_paid_later
from quotarules.semantics.desk import Desk
from quotarules.semantics.handling import excluded_or_value, wrong
from quotarules.semantics.history import stretch_out_of_place
from quotarules.semantics.origins import side
from quotarules.semantics.paths import link_path, links_to, table_of_each
from quotarules.semantics.problems.names import LineTwice, TakenName
from quotarules.semantics.problems.rows import ClauseOutOfPlace, SubjectUnsaid
from quotarules.semantics.problems.types import KindsDiffer, Side, WrongType
from quotarules.semantics.rows import clauses
from quotarules.semantics.scope import Scope, inside
from quotarules.semantics.value import Value
from quotarules.syntax import ast


def unique_lines(desk: Desk, block: str, names: tuple[ast.Name, ...], taken: tuple[str, ...] = ()) -> None:
    """Two lines of one block with one name are a problem, and lines with a name that the block's own entries have."""
    first: dict[str, ast.Name] = {}
    for name in names:
        if name.text in taken:
            desk.found.add(TakenName(name.span, name.text, "a line", f"what `{block}` writes itself"))
        if name.text in first:
            desk.found.add(LineTwice(name.span, name.text, block, first[name.text].span))
        first.setdefault(name.text, name)


def check_line(
    desk: Desk, node: ast.Line, subject: Scope, karma: str | None, currency: ast.Name | None = None
) -> CheckedLine | None:
    """A line of the karma of that name, or of a pay block; None with problems."""
    rows: CheckedRows | None = None
    scope: Scope | None = subject
    if node.rows is not None:
        scope, rows = _rows(desk, node.rows, subject)
    if scope is None:
        return None
    value = desk.walk(desk, node.amount, scope)
    typed = excluded_or_value(desk, value)
    amount = karma_amount(desk, typed, karma) if karma is not None else pay_amount(desk, typed, block=currency)
    if amount is None or (node.rows is not None and rows is None):
        return None
    if node.stretch is not None and (karma is not None or rows is not None):
        desk.found.add(stretch_out_of_place(node.stretch, of_rows=rows is not None))
        return None
    label = node.label.text if node.label is not None else node.name.text
    by_days = node.stretch is not None and node.stretch.days
    line = CheckedLine(node.name.text, label, amount, rows, node.kpi, node.span, by_days)
    return line if node.paid is None else _paid_later(desk, node.paid, line, scope, of_karma=karma is not None)


def _paid_later(desk: Desk, node: ast.Paid, line: CheckedLine, scope: Scope, *, of_karma: bool) -> CheckedLine | None:
    if of_karma:
        desk.found.add(ClauseOutOfPlace(node.span, "paid", "a line of karma", "points count at once"))
        return None
    schedule: DueSchedule | None
    if line.rows is None and line.by_days:
        desk.found.add(ClauseOutOfPlace(node.span, "paid", "a line by days", "it is paid for the days of the period"))
        return None
    if line.rows is None:
        schedule = check_paid_later(desk, node, line.name, scope)
    else:
        schedule = check_paid(desk, node, line.name, scope) if kept_by_row(desk, node.span, "`paid`", line) else None
    return replace(line, paid=schedule) if schedule is not None else None


def _rows(desk: Desk, node: ast.ForEach, subject: Scope) -> tuple[Scope | None, CheckedRows | None]:
    table = table_of_each(desk, node.each)
    if table is None:
        return None, None
    each = desk.table(table).each
    link = _owner(desk, node, table, subject)
    if link is None and node.level:  # what tells the levels apart reads the same link
        return None, None
    if node.during is not None and not isinstance(node.during, ast.PeriodWindow):
        why = "each row counts once, in the period of its date"
        desk.found.add(ClauseOutOfPlace(node.during.span, "during", "a line for each row", why))
    # The row in hand is one of the rows; the subject stands further out, where the link leads.
    inner = inside(subject, table, each, (link, () if link is not None else None), node.span)
    found = clauses(desk, node, inner, (link or (), None), sound=link is not None)
    return found.scope, found.rows


def _owner(desk: Desk, node: ast.ForEach, table: str, subject: Scope) -> tuple[str, ...] | None:
    if node.by is None:
        links = links_to(desk, table, subject.table)
        desk.found.add(SubjectUnsaid(node.span, node.each.text, subject.each, None, links))
        return None
    found = link_path(desk, node.by, table)
    if found is None:
        return None
    link, target = found
    if target != subject.table:
        links = links_to(desk, table, subject.table)
        desk.found.add(SubjectUnsaid(node.by.span, node.each.text, subject.each, target, links))
        return None
    return link


def pay_amount(
    desk: Desk, typed: Typed | None, place: str = "a line of pay", block: ast.Name | None = None
) -> Typed | None:
    """Money of the plan's currency, or of that which the block names, or None with a problem."""
    currency = desk.settings.currency if block is None else block.text
    if typed is None or currency is None:
        return typed
    match typed.type:
        case Quantity(Money(own)) if own == currency:
            return typed
        case Quantity(Money()):
            plan = desk.names.plan
            assert plan is not None, "a currency comes from a plan"
            assert plan.currency is not None, "a currency comes from a plan"
            paid = Side(plan.currency.span if block is None else block.span, f"money in {currency}")
            way_out = f"convert it: `… in {currency} at DATE`"
            desk.found.add(KindsDiffer(paid, side(desk, typed), "paid together", way_out))
        case Quantity(Number()) if isinstance(typed, Constant) and typed.scale == 0:
            way_out = f"write `{typed.value} {currency}`"
            desk.found.add(WrongType(side(desk, typed), place, f"money in {currency}", way_out))
        case Quantity(Points()):
            way_out = f"pay for points with `exchange`: `exchange NAME points at 10 {currency} per point`"
            wrong(desk, Value(typed), place, f"money in {currency}", way_out)
        case Quantity(Number()):
            way_out = f"say what one is worth: `1_000 {currency} * …`"
            wrong(desk, Value(typed), place, f"money in {currency}", way_out)
        case _:
            wrong(desk, Value(typed), place, f"money in {currency}", None)
    return None


def karma_amount(desk: Desk, typed: Typed | None, karma: str) -> Typed | None:
    """Points of the karma; a plain number counts as such."""
    if typed is None:
        return None
    match typed.type:
        case Quantity(Number(), ratio):
            if isinstance(typed, Constant):
                return Constant(typed.value, typed.scale, Quantity(Points(karma), ratio), typed.span)
            return typed
        case Quantity(Points(own)) if own in (karma, ""):
            return typed
        case Quantity(Points()):
            counted = Side(desk.names.karmas[karma].name.span, f"points of `{karma}`")
            desk.found.add(KindsDiffer(counted, side(desk, typed), "counted in one karma"))
        case Quantity(Money(currency)):
            way_out = f"say how many points they are: `+1 per 100_000 {currency} of …`"
            wrong(desk, Value(typed), "a line of karma", "points", way_out)
        case _:
            wrong(desk, Value(typed), "a line of karma", "points", None)
    return None
