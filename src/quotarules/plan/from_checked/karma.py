"""Karma: a balance is the faded opening, or what a newcomer starts at, plus the due lines of the period."""

from dataclasses import replace

from quotarules.plan.from_checked.arithmetic import added, integer, multiplied, negated, rescaled, rounded
from quotarules.plan.from_checked.at_day import known_day
from quotarules.plan.from_checked.builder import Builder, Scope
from quotarules.plan.from_checked.due import DuePart, due_terms
from quotarules.plan.from_checked.expressions import expression
from quotarules.plan.from_checked.lines import both, line_amount, line_rows, member, ownerless, promise_member
from quotarules.plan.from_checked.trace import inputs
from quotarules.plan.nodes import (
    DAY,
    Account,
    Aggregate,
    Column,
    Compare,
    Expr,
    IsMissing,
    Kind,
    LineRule,
    MemberRule,
    Not,
    Opening,
    Or,
    Otherwise,
    PeriodDay,
    Rows,
    ValueType,
    Wait,
    When,
)
from quotarules.semantics.checked import CheckedKarma, CheckedLine
from quotarules.values.period import months_in


def _scale(karma: CheckedKarma) -> int:
    return karma.place[1]


def balance_type(karma: CheckedKarma) -> ValueType:
    """Points at the karma's place."""
    return ValueType(Kind.INTEGER, _scale(karma), "points")


def _own(karma: CheckedKarma, name: str) -> Column:
    return Column((), karma.table, name, balance_type(karma), None)


def line_table(karma: CheckedKarma, line: CheckedLine) -> str:
    """The table whose rows write a line."""
    return line.rows.table if line.rows is not None else karma.table


def line_column(karma: CheckedKarma, line: CheckedLine) -> str:
    """The column that holds the rounded amount of a line."""
    return f"{karma.name}.{line.name}"


def promise_karma(builder: Builder, karma: CheckedKarma) -> None:
    """The columns of a karma: opening, start, each line's amount, and the closing balance before exchange."""
    table, name, kind = karma.table, karma.name, balance_type(karma)
    none = builder.reason(f"no `{name}` account yet", karma.span)
    promise_member(builder, table, name, karma.where)
    for line in karma.lines:
        _promise_line(builder, karma, line)

    def promise(suffix: str, value: Expr) -> None:
        builder.promise(table, f"{name}{suffix}", karma.label, karma.span, lambda: value)

    builder.balances[name] = lambda reader, path, at: _on_day(builder, karma, (reader, path, at), none)
    promise(" opening", Opening(name, kind, none))
    if karma.fade is not None:
        promise(" faded", _faded(builder, karma))
    builder.promise(table, f"{name} start", karma.label, karma.span, lambda: _start(builder, karma))
    builder.promise(table, name, karma.label, karma.span, lambda: _closing(builder, karma, none))


def _promise_line(builder: Builder, karma: CheckedKarma, line: CheckedLine) -> None:
    table = line_table(karma, line)
    subject = line.rows.link if line.rows is not None else ()

    def value() -> Expr:
        amount = line_amount(builder, Scope(table), line.amount, karma.place, subject)
        return rescaled(amount.rounded, _scale(karma))

    builder.promise(table, line_column(karma, line), line.label, line.span, value)


def _opening(builder: Builder, karma: CheckedKarma) -> Column:
    kind = builder.read(karma.table, f"{karma.name} opening")
    return Column((), karma.table, f"{karma.name} opening", kind, None)


def _faded(builder: Builder, karma: CheckedKarma) -> Expr:
    """The opening balance after one fade for each month of the period."""
    result: Expr = _own(karma, f"{karma.name} opening")
    assert karma.fade is not None, "the karma fades"
    digits, scale = karma.fade
    rest = integer(10**scale - digits, scale)
    months = months_in(builder.plan.period)
    for _ in range(1 if months is None else months):
        result = rescaled(rounded(multiplied(result, rest, "points"), karma.place, builder.plan.mode), _scale(karma))
    if months is not None:
        return result
    none = builder.reason("no month ends in this period", karma.fade_span or karma.span)
    fading = When(result, ((month_ends(), none),), balance_type(karma))
    return Otherwise((fading, _own(karma, f"{karma.name} opening")), balance_type(karma))


def month_ends() -> Expr:
    """Whether the last day of a month lies in the period, for periods that are shorter than a month."""
    at_end = Compare("=", PeriodDay("end", "period"), PeriodDay("end", "month"))
    inside = Compare("<", PeriodDay("start", "period"), PeriodDay("start", "month"))
    return Or((at_end, inside))


def _start(builder: Builder, karma: CheckedKarma) -> Expr:
    known: Expr = _opening(builder, karma)
    if karma.fade is not None:
        builder.read(karma.table, f"{karma.name} faded")
        known = _own(karma, f"{karma.name} faded")
    return Otherwise((known, _newcomer(builder, karma)), balance_type(karma))


def _newcomer(builder: Builder, karma: CheckedKarma) -> Expr:
    if karma.newcomer is None:
        return rescaled(integer(0, unit="points"), _scale(karma))
    start = expression(builder, Scope(karma.table, opening=True), karma.newcomer)
    return rescaled(rounded(start, karma.place, builder.plan.mode), _scale(karma))


def _closing(builder: Builder, karma: CheckedKarma, none: int) -> Expr:
    builder.read(karma.table, f"{karma.name} start")
    lines = tuple(_due_part(builder, karma, line) for line in karma.lines)
    due = due_terms(lines, balance_type(karma), none)
    closing = added((_own(karma, f"{karma.name} start"), *due), "points")
    inside = member(builder, karma.table, (), karma.name, karma.where)
    return closing if inside is None else When(closing, ((inside, none),), closing.type)


def _on_day(builder: Builder, karma: CheckedKarma, seen: tuple[str, tuple[str, ...], str], none: int) -> Expr:
    """The balance at the end of a day: the start and the due lines of rows up to that day.

    It is read on a row of a table whose path leads to the balance's row, and whose column of that name has the day.
    From the period's last day on it is the closing balance, with the lines that have no date. It waits before the
    period, of which the opening balance alone is known.
    """
    table, path, at = seen
    kind = balance_type(karma)
    day = Column((), table, at, DAY, None)

    def balance(suffix: str) -> Column:
        builder.read(karma.table, f"{karma.name}{suffix}")
        return builder.reached(table, path, f"{karma.name}{suffix}", kind, karma.span)

    parts = [(line, _due_part(builder, karma, line)) for line in karma.lines if line.rows is not None]
    dated = [(line, part) for line, part in parts if part.rows.date is not None]
    if path:
        terms = tuple(_seen(term, path, day) for term in due_terms(tuple(part for _, part in dated), kind, none))
    else:
        terms = due_terms(tuple(_until(builder, line, part, at) for line, part in dated), kind, none)
    so_far = added((balance(" start"), *terms), "points")
    early = builder.reason(f"`{karma.name}` on a day before the period is not known", karma.span, waiting=True)
    over = When(balance(""), ((Compare(">=", day, PeriodDay("end", "period")), none),), kind)
    inside = When(so_far, ((Compare(">=", day, PeriodDay("start", "period")), none),), kind)
    known = Otherwise((over, inside, Wait(early, kind)), kind)
    has = member(builder, table, path, karma.name, karma.where)
    stood = known if has is None else When(known, ((has, none),), kind)
    return known_day(builder, Scope(table, at=at), stood, karma.span)


def _seen(term: Expr, path: tuple[str, ...], day: Expr) -> Expr:
    """A sum of due lines, read on a row whose path leads to their subject, up to a day of that row."""
    assert isinstance(term, Aggregate), "lines for rows with a date are summed"
    return replace(term, rows=replace(term.rows, match=path, until=day))


def _until(builder: Builder, line: CheckedLine, part: DuePart, at: str) -> DuePart:
    rows = part.rows
    assert rows.date is not None, "the rows have a date"
    last = builder.reached(rows.table, rows.link, at, DAY, line.span)
    return replace(part, rows=replace(rows, where=both(Compare("<=", rows.date, last), rows.where)))


def _due_part(builder: Builder, karma: CheckedKarma, line: CheckedLine) -> DuePart:
    column = Column((), line_table(karma, line), line_column(karma, line), balance_type(karma), None)
    builder.read(column.table, column.name)
    return DuePart(line_rows(builder, karma.table, line, karma.name, None, dated=False), column)


def karma_lines(builder: Builder, karma: CheckedKarma) -> None:
    """The account, its members and its lines."""
    kind = builder.each(karma.table)
    builder.accounts.append(Account(karma.name, "karma", karma.label, "points", _scale(karma)))
    inside = member(builder, karma.table, (), karma.name, karma.where)
    builder.members.append(MemberRule(karma.name, kind, karma.table, inside))
    opening = _opening(builder, karma)
    if karma.newcomer is not None and karma.newcomer_span is not None:
        rows = Rows(karma.table, (), None, False, None, None, both(inside, IsMissing(opening)))
        scope = Scope(karma.table, opening=True)
        unrounded = expression(builder, scope, karma.newcomer)
        kept = inputs(builder, scope, (karma.newcomer,), (), unrounded)
        builder.lines.append(
            LineRule(
                karma.name,
                f"{karma.name}.newcomer",
                "Newcomer",
                kind,
                None,
                rows,
                _newcomer(builder, karma),
                kept,
                karma.newcomer_span,
            )
        )
    if karma.fade is not None and karma.fade_span is not None:
        opened = both(inside, Not(IsMissing(opening)))
        fades = opened if months_in(builder.plan.period) is not None else both(opened, month_ends())
        rows = Rows(karma.table, (), None, False, None, None, fades)
        faded = _own(karma, f"{karma.name} faded")
        lost = added((faded, negated(opening)), "points")
        kept = inputs(builder, Scope(karma.table), (), (), None)
        builder.lines.append(
            LineRule(karma.name, f"{karma.name}.fades", "Fades", kind, None, rows, lost, kept, karma.fade_span)
        )
    for line in karma.lines:
        _line_rule(builder, karma, line, kind)


def _line_rule(builder: Builder, karma: CheckedKarma, line: CheckedLine, kind: str) -> None:
    table = line_table(karma, line)
    scope = Scope(table)
    subject = line.rows.link if line.rows is not None else ()
    rows = line_rows(builder, karma.table, line, karma.name, karma.where, dated=False)
    amount = line_amount(builder, scope, line.amount, karma.place, subject)
    kept = inputs(builder, scope, (line.amount,), subject, amount.unrounded)
    column = Column((), table, line_column(karma, line), balance_type(karma), None)
    rule = f"{karma.name}.{line.name}"
    builder.lines.append(LineRule(karma.name, rule, line.label, kind, None, rows, column, kept, line.span))
    if line.rows is not None:
        text = f"rows of `{rule}` that belong to nobody"
        builder.list_rows("belongs-to-nobody", text, ownerless(builder, scope, line.rows), line.span)
