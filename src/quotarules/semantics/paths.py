"""Names and dots: from the row in hand along links to a column, a measure, a balance, a term or a bonus."""

from quotarules.diagnostics.problem import Label, Problem
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass
from quotarules.semantics.checked import (
    Money,
    Origin,
    Points,
    Quantity,
    Read,
    RowOf,
    Type,
    YesNo,
)
from quotarules.semantics.desk import Desk, MeasureType, TermHead
from quotarules.semantics.kinds import PERCENT, column_type, said
from quotarules.semantics.names import each_table
from quotarules.semantics.problems.names import (
    NotALink,
    OuterName,
    TermOfOthers,
    ThisOutOfReach,
    UnknownName,
    UnknownTerm,
    UnknownThis,
)
from quotarules.semantics.scope import PathNames, Scope
from quotarules.semantics.suggest import near
from quotarules.semantics.value import UNKNOWN, Gap, Value
from quotarules.syntax import ast
from quotarules.values.period import Window
from quotarules.values.schema import COMPANY, ColumnKind, ColumnSpec


@dataclass(frozen=True, slots=True)
class _Way:
    """A path on its way: from `scope` over `path` to a row of `table`; `key` is what facts call this row."""

    path: PathNames
    table: str
    key: PathNames
    gaps: tuple[Gap, ...] = ()

    @property
    def first(self) -> bool:
        """Whether nothing was followed yet from the nearest row."""
        return not self.key


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a path is read: a measure in another window, or an sla line as its verdict."""

    window: Window | None = None
    met: bool = False


PLAIN = Wanted()


def read_path(desk: Desk, node: ast.Path, scope: Scope, wanted: Wanted = PLAIN) -> Value:
    """The value that a dotted name leads to from the row in hand."""
    way = _Way((), scope.table, ())
    return _follow(desk, node.names, way, scope, node.span, wanted)


def read_this(desk: Desk, node: ast.ThisPath, scope: Scope, wanted: Wanted = PLAIN) -> Value:
    """The value that `this X.…` leads to."""
    each = node.each.text
    if each == scope.this_each:
        return _follow(desk, node.names, _Way((), scope.table, ()), scope, node.span, wanted)
    outer = next((outer for outer in scope.outers if outer.each == each), None)
    if outer is None:
        in_hand = tuple(name for name in (scope.each, *(outer.each for outer in scope.outers)) if name)
        desk.found.add(UnknownThis(node.each.span, each, in_hand))
        return UNKNOWN
    if outer.path is None:
        desk.found.add(ThisOutOfReach(node.span, each, scope.table, outer.rows))
        return UNKNOWN
    way = _Way(outer.path, outer.table, ("this", each))
    return _follow(desk, node.names, way, scope, node.span, wanted)


def read_bare(desk: Desk, node: ast.Expression, scope: Scope) -> Value:
    """A value of which only conversion and presence want to know, so that it may be money of the row's currency."""
    match node:
        case ast.Group(inner):
            return read_bare(desk, inner, scope)
        case ast.Path():
            return read_path(desk, node, scope)
        case ast.ThisPath():
            return read_this(desk, node, scope)
        case _:
            return desk.walk(desk, node, scope)


def _follow(desk: Desk, names: tuple[ast.Name, ...], way: _Way, scope: Scope, span: Span, wanted: Wanted) -> Value:
    for position, name in enumerate(names):
        rest = names[position + 1 :]
        column = desk.table(way.table).column(name.text) if way.table != COMPANY else None
        if column is not None and column.kind is ColumnKind.LINK:
            way = _along(way, column, name, scope)
            continue
        if column is not None:
            if rest:
                kind = said(column_type(desk.table(way.table), column))
                declared = Label(column.span, "declared here")
                desk.found.add(NotALink(name.span, name.text, kind, declared))
                return UNKNOWN
            return _column(desk, way, column, scope, span)
        return _declared(desk, names[position:], way, scope, span, wanted)
    if way.table == COMPANY:
        return UNKNOWN
    return Value(Read(way.path, way.table, "", Origin.FACT, None, bool(way.gaps), RowOf(way.table), span), way.gaps)


def _along(way: _Way, column: ColumnSpec, name: ast.Name, scope: Scope) -> _Way:
    key = (*way.key, name.text)
    gaps = way.gaps
    if column.optional and not scope.is_present(key) and not scope.is_present((*way.path, name.text)):
        gaps = (*gaps, Gap("link", name.span, ".".join((*way.path, name.text)), column.span))
    return _Way((*way.path, name.text), column.target or "", key, gaps)


def _column(desk: Desk, way: _Way, column: ColumnSpec, scope: Scope, span: Span) -> Value:
    key = (*way.key, column.name)
    gaps = way.gaps
    is_key = column.name in desk.table(way.table).key
    if column.optional and not is_key and not scope.is_present(key) and not scope.is_present((*way.path, column.name)):
        gaps = (*gaps, Gap("column", span, desk.words(span), column.span))
    kind = column_type(desk.table(way.table), column)
    missing = column.optional or bool(way.gaps)
    return Value(Read(way.path, way.table, column.name, Origin.FACT, None, missing, kind, span), gaps)


def _declared(desk: Desk, names: tuple[ast.Name, ...], way: _Way, scope: Scope, span: Span, wanted: Wanted) -> Value:
    """What the rules declare: on this row, or for the whole plan where the name stands first."""
    name, rest, first = names[0], names[1:], way.first
    known = desk.names
    if name.text in known.slas:
        return _term(desk, name, rest, way, span, wanted)
    places = (way.table, COMPANY) if first else (way.table,)
    for place in places:
        if (place, name.text) in known.measures:
            at = way if place == way.table else _Way((), COMPANY, ())
            return _ended(desk, name, rest, _measure(desk, name, at, scope, span, wanted))
    karma = known.karmas.get(name.text)
    karma_table = desk.schema.by_each(karma.each.text) if karma is not None else None
    if karma is not None and karma_table is not None and karma_table.name == way.table:
        return _ended(desk, name, rest, _balance(karma, way, scope, span))
    team = desk.teams.get(name.text)
    if team is not None and team.person_table == way.table:
        return _ended(desk, name, rest, _bonus(desk, name, way, span))
    _unknown(desk, name, way, scope)
    return UNKNOWN


def _ended(desk: Desk, name: ast.Name, rest: tuple[ast.Name, ...], value: Value) -> Value:
    """The value, unless names follow that it cannot lead to."""
    if not rest:
        return value
    if value.type is not None:
        desk.found.add(NotALink(name.span, name.text, said(value.type), None))
    return UNKNOWN


def _read(way: _Way, name: str, origin: Origin, kind: Type, span: Span, gaps: tuple[Gap, ...]) -> Value:
    gaps = (*way.gaps, *gaps)
    return Value(Read(way.path, way.table, name, origin, None, bool(gaps), kind, span), gaps)


def _measure(desk: Desk, name: ast.Name, way: _Way, scope: Scope, span: Span, wanted: Wanted) -> Value:
    measure: MeasureType = desk.measure(desk, (way.table, name.text), span)
    if measure.type is None:
        return UNKNOWN
    gaps = way.gaps
    declared = desk.names.measures[way.table, name.text].name.span
    if scope.newcomer and (way.table, name.text) in desk.balances:
        gaps = (*gaps, Gap("opening", span, name.text, declared))
    if measure.missing and not scope.is_present((*way.key, name.text)):
        kind = "when" if measure.only_when else "column"
        gaps = (*gaps, Gap("when" if kind == "when" else "column", span, desk.words(span), declared))
    read = Read(way.path, way.table, name.text, Origin.MEASURE, wanted.window, bool(gaps), measure.type, span)
    return Value(read, gaps)


def _balance(karma: ast.KarmaDeclaration, way: _Way, scope: Scope, span: Span) -> Value:
    name = karma.name.text
    gaps: tuple[Gap, ...] = ()
    known = (name in scope.accounts and not way.path) or scope.is_present((*way.key, name))
    if scope.newcomer:
        gaps = (Gap("opening", span, name, karma.name.span),)
    elif karma.where is not None and not known:
        gaps = (Gap("balance", span, name, karma.where.span),)
    return _read(way, name, Origin.KARMA, Quantity(Points(name)), span, gaps)


def _bonus(desk: Desk, name: ast.Name, way: _Way, span: Span) -> Value:
    if desk.settings.currency is None:
        return UNKNOWN
    team = desk.teams[name.text]
    currency = desk.settings.currency if team is None or not team.currency else team.currency
    return _read(way, name.text, Origin.TEAM, Quantity(Money(currency)), span, ())


def _term(desk: Desk, sla: ast.Name, rest: tuple[ast.Name, ...], way: _Way, span: Span, wanted: Wanted) -> Value:
    terms = tuple(term.name.text for term in desk.names.slas[sla.text].terms)
    if not rest:
        desk.found.add(UnknownTerm(sla.span, sla.text, None, terms, ()))
        return UNKNOWN
    name = rest[0]
    if (sla.text, name.text) not in desk.terms:
        desk.found.add(UnknownTerm(name.span, sla.text, name.text, terms, near(name.text, terms)))
        return UNKNOWN
    head = desk.terms[sla.text, name.text]
    if head is None:
        return UNKNOWN
    return _ended(desk, name, rest[1:], _term_value(desk, head, way, span, wanted))


def _term_value(desk: Desk, head: TermHead, way: _Way, span: Span, wanted: Wanted) -> Value:
    full = f"{head.sla}.{head.name}"
    if head.total:
        origin = Origin.SLA_MET if wanted.met else Origin.SLA_SHARE
        return Value(Read((), COMPANY, full, origin, None, missing=False, type=YesNo(), span=span))
    if head.table != way.table:
        here = "the plan" if way.table == COMPANY else f"those of `{way.table}`"
        desk.found.add(TermOfOthers(span, full, head.table, here, head.span))
        return UNKNOWN
    if wanted.met:
        return _read(way, full, Origin.SLA_MET, YesNo(), span, ())
    share = Quantity(PERCENT.unit, ratio=True)
    return _read(way, full, Origin.SLA_SHARE, share, span, (Gap("due", span, desk.words(span)),))


# --- names that lead nowhere -------------------------------------------------------------------


def names_on(desk: Desk, table: str) -> tuple[str, ...]:
    """Every name that may follow on a row of the table."""
    columns = () if table == COMPANY else tuple(column.name for column in desk.table(table).columns)
    karmas = tuple(
        name
        for name, karma in desk.names.karmas.items()
        if (owner := desk.schema.by_each(karma.each.text)) is not None and owner.name == table
    )
    teams = tuple(name for name, team in desk.teams.items() if team is not None and team.person_table == table)
    return (*columns, *desk.names.measure_names(table), *karmas, *teams)


def _unknown(desk: Desk, name: ast.Name, way: _Way, scope: Scope) -> None:
    if name.text in desk.lost or (name.text in desk.teams and desk.teams[name.text] is None):
        return
    owner = "the plan" if way.table == COMPANY else f"a row of `{way.table}`"
    if way.first:
        for outer in scope.outers:
            if outer.table != COMPANY and name.text in names_on(desk, outer.table):
                desk.found.add(OuterName(name.span, name.text, owner, outer.each))
                return
    known = (*names_on(desk, way.table), *(names_on(desk, COMPANY) if way.first else ()), *desk.names.slas)
    hint = _elsewhere(desk, name.text, way.table)
    suggestions = near(name.text, known) if hint is None else ()
    desk.found.add(UnknownName(name.span, name.text, owner, suggestions, hint))


def _elsewhere(desk: Desk, name: str, table: str) -> str | None:
    """A table or tiers that must be called, a word of a list that must be compared, or rows one link away."""
    if name in desk.names.tables or name in desk.names.tiers:
        return f"it is called with a value: `{name}(…)`"
    if table == COMPANY:
        rows = [known.each for known in desk.schema.tables if name in names_on(desk, known.name)]
        return f"a {rows[0]} has it; read it for each row, or in a function over rows" if rows else None
    links = [column for column in desk.table(table).columns if column.kind is ColumnKind.LINK and column.target]
    ways = [f"`{link.name}.{name}`" for link in links if name in names_on(desk, link.target or "")]
    if ways:
        return "it is reached through a link: " + " or ".join(ways[:3])
    choices = [column.name for column in desk.table(table).columns if name in column.choices]
    return f"`{name}` is a word of `{choices[0]}`: write `{choices[0]} = {name}`" if choices else None


# --- links only --------------------------------------------------------------------------------


def link_path(desk: Desk, node: ast.Path, table: str) -> tuple[PathNames, str] | None:
    """A path made of links from a row of `table`: its columns and the table it leads to.

    The table's own single key column is the row itself. A problem and None for anything else.
    """
    path: PathNames = ()
    for name in node.names:
        spec = desk.table(table)
        column = spec.column(name.text)
        if column is not None and column.kind is ColumnKind.LINK and column.target is not None:
            path, table = (*path, name.text), column.target
        elif column is not None and spec.key == (name.text,):
            continue
        else:
            _not_linked(desk, name, column, table)
            return None
    return path, table


def _not_linked(desk: Desk, name: ast.Name, column: ColumnSpec | None, table: str) -> None:
    if column is not None:
        declared = Label(column.span, "declared here")
        desk.found.add(NotALink(name.span, name.text, said(column_type(desk.table(table), column)), declared))
        return
    links = [known.name for known in desk.table(table).columns if known.kind is ColumnKind.LINK]
    suggestions = near(name.text, links)
    hint = "its links are " + ", ".join(f"`{link}`" for link in links) if links and not suggestions else None
    desk.found.add(UnknownName(name.span, name.text, f"a row of `{table}`", suggestions, hint))


def links_to(desk: Desk, table: str, target: str) -> tuple[str, ...]:
    """The link columns of a table that lead straight to the target."""
    if table == COMPANY:
        return ()
    return tuple(
        column.name
        for column in desk.table(table).columns
        if column.kind is ColumnKind.LINK and column.target == target
    )


def table_of_each(desk: Desk, each: ast.Name) -> str | None:
    """The table whose row has that name, or a problem and None."""
    problems: list[Problem] = []
    table = each_table(desk.schema, each, problems)
    for problem in problems:
        desk.found.add(problem)
    return table
