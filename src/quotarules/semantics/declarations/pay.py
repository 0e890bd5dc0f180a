"""Pay: base, KPIs, lines, exchange and gate of those who pass a block, and what blocks do together."""

from dataclasses import replace

from quotarules.diagnostics.source import Span
from quotarules.semantics.checked import (
    CheckedCap,
    CheckedDraw,
    CheckedExchange,
    CheckedKarma,
    CheckedLine,
    CheckedMeasure,
    CheckedPay,
    Constant,
    Money,
    Origin,
    Quantity,
    Read,
    Typed,
)
from quotarules.semantics.currencies import currency_named
from quotarules.semantics.declarations.balances import check_cap, check_draw, own_lines
from quotarules.semantics.declarations.clawback import check_clawbacks
from quotarules.semantics.declarations.effective import in_force
from quotarules.semantics.declarations.lines import check_line, pay_amount, unique_lines
from quotarules.semantics.declarations.weights import check_weights
from quotarules.semantics.desk import Desk
from quotarules.semantics.disjoint import exclude, implies, together
from quotarules.semantics.handling import condition, excluded_or_value, needed
from quotarules.semantics.history import Measures, check_stretch
from quotarules.semantics.narrowing import learned
from quotarules.semantics.paths import table_of_each
from quotarules.semantics.problems.names import LineTwice
from quotarules.semantics.problems.people import (
    BonusTwice,
    BonusUncollected,
    ExchangedTwice,
    ManyKpis,
    NotExchangeable,
)
from quotarules.semantics.problems.plan import ClauseTwice
from quotarules.semantics.scope import Scope
from quotarules.semantics.tree import reads, words_of
from quotarules.syntax import ast

_FEW_KPIS = 3
_SAID_ONCE = (
    (ast.Base, "base"),
    (ast.Weights, "weights"),
    (ast.Gate, "gate"),
    (ast.Cap, "cap"),
    (ast.Draw, "draw"),
)


def check_pay(
    desk: Desk,
    node: ast.PayDeclaration,
    measures: dict[tuple[str, str], CheckedMeasure],
    karmas: tuple[CheckedKarma, ...],
) -> CheckedPay | None:
    """The checked block, or None with problems."""
    table = table_of_each(desk, node.each)
    if node.currency is not None and currency_named(desk, node.currency) is None:
        return None
    _once(desk, node)
    named = tuple(item.name for item in node.clauses if isinstance(item, ast.Line | ast.Exchange | ast.Clawback))
    unique_lines(desk, f"pay {node.name.text}", named, ("base", *own_lines(node)))
    if table is None:
        return None
    subject = Scope(table, node.each.text)
    where = None
    if node.where is not None:
        where = condition(desk, desk.walk(desk, node.where, subject), "`where`")
        subject = subject.knowing(learned(node.where, node.each.text, holds=True))
    whole = node.where is None or where is not None
    where, aligned = in_force(desk, node, where)
    whole = whole and aligned
    # A karma with problems of its own is not complained of again.
    broken = frozenset(desk.names.karmas) - {karma.name for karma in karmas}
    subject = replace(subject, accounts=_accounts(node, table, where, karmas) | broken, passed=where)
    base: CheckedLine | None = None
    gate: Typed | None = None
    cap: CheckedCap | None = None
    draw: CheckedDraw | None = None
    lines: list[CheckedLine] = []
    exchanges: list[CheckedExchange] = []
    for clause in node.clauses:
        found: object
        match clause:
            case ast.Base():
                found = base = _counted(
                    desk, _base(desk, clause, subject, node.currency), clause.stretch, table, measures
                )
            case ast.Line():
                found = _counted(
                    desk, check_line(desk, clause, subject, None, node.currency), clause.stretch, table, measures
                )
                lines.extend((found,) if found is not None else ())
            case ast.Exchange():
                found = _exchange(desk, clause, subject, node)
                exchanges.extend((found,) if found is not None else ())
            case ast.Gate():
                found = gate = condition(desk, desk.walk(desk, clause.condition, subject), "`gate`")
            case ast.Cap():
                found = cap = check_cap(desk, clause, subject, node.currency)
            case ast.Draw():
                found = draw = check_draw(desk, clause, subject, node.currency)
            case ast.Clawback() | ast.Weights():
                continue
        whole = whole and found is not None
    clawbacks = check_clawbacks(desk, node, subject, tuple(lines))
    weights = next((clause for clause in node.clauses if isinstance(clause, ast.Weights)), None)
    if not whole or None in clawbacks or not check_weights(desk, weights, node.name.text, tuple(lines), measures):
        return None
    amounts = [line.amount for line in (*lines, *((base,) if base is not None else ()))]
    return CheckedPay(
        node.name.text,
        node.label.text if node.label is not None else node.name.text,
        table,
        where,
        base,
        tuple(lines),
        tuple(exchanges),
        gate,
        _collected(amounts, measures),
        node.span,
        cap,
        draw,
        tuple(clawback for clawback in clawbacks if clawback is not None),
        node.currency.text if node.currency is not None and node.currency.text != desk.settings.currency else "",
        weights is not None,
    )


def _accounts(
    node: ast.PayDeclaration, table: str, where: Typed | None, karmas: tuple[CheckedKarma, ...]
) -> frozenset[str]:
    """The karmas that the block names in which everybody has an account who passes it."""
    named = set(words_of(node))
    mine = (karma for karma in karmas if karma.table == table and karma.name in named)
    return frozenset(karma.name for karma in mine if implies(where, karma.where))


def _once(desk: Desk, node: ast.PayDeclaration) -> None:
    block = f"pay `{node.name.text}`"
    for kind, word in _SAID_ONCE:
        spans = [clause.span for clause in node.clauses if isinstance(clause, kind)]
        for span in spans[1:]:
            desk.found.add(ClauseTwice(span, word, block, spans[0]))


def _base(desk: Desk, node: ast.Base, subject: Scope, currency: ast.Name | None) -> CheckedLine | None:
    value = desk.walk(desk, node.amount, subject)
    amount = pay_amount(desk, excluded_or_value(desk, value), "`base`", currency)
    by_days = node.stretch is not None and node.stretch.days
    return CheckedLine("base", "Base", amount, None, False, node.span, by_days) if amount is not None else None


def _counted(
    desk: Desk, line: CheckedLine | None, stretch: ast.Stretch | None, table: str, measures: Measures
) -> CheckedLine | None:
    """The line, if it says which days count just where something may change inside the period."""
    if line is None or line.rows is not None or check_stretch(desk, stretch, table, line.amount, measures):
        return line
    return None


def _beside_lines(desk: Desk, node: ast.Exchange, block: str, karma: ast.KarmaDeclaration | None) -> None:
    """What an exchange takes stands in the karma's account as `block.exchange`, beside the karma's own `karma.line`."""
    own = next((line for line in karma.lines if line.name.text == node.name.text), None) if karma is not None else None
    if karma is not None and own is not None and karma.name.text == block:
        desk.found.add(LineTwice(node.name.span, node.name.text, f"karma {block}", own.name.span))


def _exchange(desk: Desk, node: ast.Exchange, subject: Scope, block: ast.PayDeclaration) -> CheckedExchange | None:
    names = node.balance.names
    karma = desk.names.karmas.get(names[0].text) if len(names) == 1 else None
    own = desk.schema.by_each(karma.each.text) if karma is not None else None
    _beside_lines(desk, node, block.name.text, karma)
    limit = None
    if node.limit is not None:
        limit = pay_amount(
            desk, needed(desk, desk.walk(desk, node.limit, subject)), "the limit of an exchange", block.currency
        )
    price = Constant(node.price.digits, node.price.scale, Quantity(Money(node.price.currency.text)), node.price.span)
    paid = pay_amount(desk, price, "the price of a point", block.currency)
    if karma is None or own is None or own.name != subject.table:
        mine = tuple(
            name
            for name, other in desk.names.karmas.items()
            if (owner := desk.schema.by_each(other.each.text)) is not None and owner.name == subject.table
        )
        words = ".".join(name.text for name in names)
        desk.found.add(NotExchangeable(node.balance.span, words, subject.each, mine))
        return None
    if paid is None or (node.limit is not None and limit is None):
        return None
    label = node.label.text if node.label is not None else node.name.text
    return CheckedExchange(node.name.text, label, karma.name.text, price, limit, node.span)


def _collected(amounts: list[Typed], measures: dict[tuple[str, str], CheckedMeasure]) -> tuple[str, ...]:
    """The team bonuses that amounts read, straight or in measures."""
    found: dict[str, None] = {}
    seen: set[tuple[str, str]] = set()
    stack: list[Read] = list(reads(*amounts))
    while stack:
        read = stack.pop()
        key = (read.table, read.name)
        if read.origin is Origin.TEAM:
            found.setdefault(read.name)
        elif read.origin is Origin.MEASURE and key not in seen and key in measures:
            seen.add(key)
            stack.extend(reads(measures[key].value))
    return tuple(sorted(found))


# --- blocks together ---------------------------------------------------------------------------


def check_together(desk: Desk, pays: tuple[CheckedPay, ...]) -> None:
    """What blocks that one person can match do together: KPIs, exchanges and team bonuses."""
    for table in dict.fromkeys(pay.table for pay in pays):
        blocks = tuple(pay for pay in pays if pay.table == table)
        _count_kpis(desk, blocks)
        for at, pay in enumerate(blocks):
            for other in blocks[:at]:
                if _shares(other, pay) and not exclude(other.where, pay.where):
                    _pair(desk, other, pay)
    for pay in pays:
        for at, exchange in enumerate(pay.exchanges):
            first = next((item for item in pay.exchanges[:at] if item.karma == exchange.karma), None)
            if first is not None:
                desk.found.add(ExchangedTwice(exchange.span, first.span, exchange.karma))
    _uncollected(desk, pays)


def _shares(first: CheckedPay, second: CheckedPay) -> bool:
    """Whether two blocks exchange the same karma or collect the same bonus."""
    karmas = {exchange.karma for exchange in first.exchanges} & {exchange.karma for exchange in second.exchanges}
    return bool(karmas) or bool(set(first.collects) & set(second.collects))


def _count_kpis(desk: Desk, blocks: tuple[CheckedPay, ...]) -> None:
    for group in together(tuple(block.where for block in blocks)):
        matched = [blocks[at] for at in sorted(group)]
        kpis = [(block.name, line.span) for block in matched for line in block.lines if line.kpi]
        if len(kpis) > _FEW_KPIS:
            names = tuple(dict.fromkeys(name for name, _ in kpis))
            desk.found.add(ManyKpis(tuple(_first_line(desk, span) for _, span in kpis), names))


def _first_line(desk: Desk, span: Span) -> Span:
    """The first line of a clause, enough to see which one is meant."""
    source = desk.sources.get(span.file)
    end = source.text.find("\n", span.start, span.end) if source is not None else -1
    return Span(span.file, span.start, end) if end > span.start else span


def _pair(desk: Desk, first: CheckedPay, second: CheckedPay) -> None:
    for exchange in second.exchanges:
        other = next((item for item in first.exchanges if item.karma == exchange.karma), None)
        if other is not None:
            desk.found.add(ExchangedTwice(exchange.span, other.span, exchange.karma))
    for team in second.collects:
        if team in first.collects:
            desk.found.add(BonusTwice(_reading(second, team), _reading(first, team), team))


def _reading(pay: CheckedPay, team: str) -> Span:
    """The place where a block collects a bonus."""
    for line in (*pay.lines, *((pay.base,) if pay.base is not None else ())):
        for read in reads(line.amount):
            if read.origin is Origin.TEAM and read.name == team:
                return read.span
    return pay.span


def _uncollected(desk: Desk, pays: tuple[CheckedPay, ...]) -> None:
    collected = {team for pay in pays for team in pay.collects}
    for name, team in desk.names.teams.items():
        if name not in collected and desk.teams.get(name) is not None:
            desk.found.add(BonusUncollected(team.name.span, name))
