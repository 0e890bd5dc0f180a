"""`by seller.manager up to 3 levels`: rows, lines and clawbacks of several levels become those of each level.

Each level follows the last link once more and leaves out whoever stands on a level before, so that a circle in the
facts ends where it closes. From then on nothing knows that there were levels but the names of the lines.
"""

from dataclasses import fields, is_dataclass, replace
from typing import TypeVar, cast

from quotarules.diagnostics.source import Span
from quotarules.records import dataclass, values_of
from quotarules.semantics.checked import RowsFunction, SumOf, Typed
from quotarules.semantics.desk import Findings
from quotarules.semantics.problems.levels import LevelsElsewhere, LevelsNotAdded, LevelsOutOfRange
from quotarules.semantics.problems.rows import ClauseOutOfPlace
from quotarules.syntax import ast
from quotarules.values.schema import ColumnKind, FactSchema, TableSpec

MOST = 9
"""The most levels: the name of a line ends with the level, and lines stand in the order of their names."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Finding:
    """What links are followed in, and where problems go."""

    schema: FactSchema
    found: Findings


@dataclass(frozen=True, slots=True)
class _Levels:
    """The numbers of the levels, and the links of the first, of which each further one follows the last again."""

    each: range
    links: tuple[ast.Name, ...]


def with_each_level(modules: tuple[ast.Module, ...], schema: FactSchema, found: Findings) -> tuple[ast.Module, ...]:
    """The modules without `up to N levels`."""
    finding = _Finding(schema, found)
    return tuple(
        replace(module, declarations=tuple(_declaration(finding, each) for each in module.declarations))
        if _has_levels(module)
        else module
        for module in modules
    )


def is_levels(typed: Typed) -> bool:
    """Whether an expression is what a function over several levels became: it stands at one place."""
    return isinstance(typed, SumOf) and all(
        isinstance(part, RowsFunction) and part.span == typed.span for part in typed.terms
    )


def _has_levels(root: object) -> bool:
    stack: list[object] = [root]
    while stack:
        item = stack.pop()
        if isinstance(item, ast.Rows | ast.ForEach) and item.levels is not None:
            return True
        if isinstance(item, tuple):
            stack.extend(item)
        elif not isinstance(item, Span):
            stack.extend(values_of(item))
    return False


def _declaration(finding: _Finding, node: ast.Declaration) -> ast.Declaration:
    node = _within(finding, node)
    match node:
        case ast.PayDeclaration(clauses=clauses):
            lines = tuple(clause for clause in clauses if isinstance(clause, ast.Line))
            return replace(node, clauses=tuple(made for each in clauses for made in _clause(finding, each, lines)))
        case ast.KarmaDeclaration(lines=lines):
            return replace(node, lines=tuple(made for line in lines for made in _lines(finding, line, lines)))
        case _:
            return node


# --- functions over rows ---------------------------------------------------------------------------------------


def _within(finding: _Finding, item: T) -> T:
    """The same part of the text, each function over rows of several levels being a sum of those of each."""
    if isinstance(item, Span) or not _has_levels(item):
        return item
    if isinstance(item, tuple):
        return cast("T", tuple(_within(finding, part) for part in item))
    assert is_dataclass(item), "a tree is made of records and tuples"
    assert not isinstance(item, type), "a tree is made of records and tuples"
    made = replace(item, **{field.name: _within(finding, getattr(item, field.name)) for field in fields(item)})
    if isinstance(made, ast.Call) and isinstance(made.argument, ast.Of | ast.OnlyRows):
        return cast("T", _function(finding, made, made.argument))
    return cast("T", made)


def _function(finding: _Finding, node: ast.Call, argument: ast.Of | ast.OnlyRows) -> ast.Expression:
    rows = argument.rows
    plain = replace(node, argument=replace(argument, rows=replace(rows, levels=None)))
    levels = _levels(finding, rows, finding.schema.table(rows.table.text))
    if levels is None:
        return plain
    name = node.function.names[0].text
    if name not in ("sum", "count"):
        assert rows.levels is not None, "the rows have levels"
        finding.found.add(LevelsNotAdded(node.function.span, name, rows.levels.span))
        return plain
    if rows.once is not None:
        why = "a row could count once on each of them"
        finding.found.add(ClauseOutOfPlace(rows.once.span, "once per", "rows of several levels", why))
        return plain
    each = tuple(_on_level(rows, level, levels) for level in levels.each)
    terms = tuple(replace(node, argument=replace(argument, rows=one)) for one in each)
    return ast.Group(ast.Sum((1,) * len(terms), terms, node.span), node.span)


def _clause(
    finding: _Finding, node: T, lines: tuple[ast.Line, ...]
) -> tuple[T, ...] | tuple[ast.Line, ...] | tuple[ast.Clawback, ...]:
    match node:
        case ast.Line():
            return _lines(finding, node, lines)
        case ast.Clawback():
            return _clawbacks(finding, node, lines)
        case _:
            return (node,)


# --- lines -----------------------------------------------------------------------------------------------------


def _lines(finding: _Finding, node: ast.Line, others: tuple[ast.Line, ...]) -> tuple[ast.Line, ...]:
    """A line for each level; one whose levels are not clear keeps the first, as does one that is written twice."""
    if node.rows is None or node.rows.levels is None:
        return (node,)
    rows = node.rows
    levels = _levels(finding, rows, finding.schema.by_each(rows.each.text))
    if levels is None or [line.name.text for line in others].count(node.name.text) > 1:
        return (replace(node, rows=replace(rows, levels=None)),)
    label = node.label or ast.Text(node.name.text, node.name.span)
    return tuple(
        replace(
            node,
            name=_named(node.name, level),
            label=replace(label, text=f"{label.text}, level {level}"),
            rows=_on_level(rows, level, levels),
        )
        for level in levels.each
    )


def _clawbacks(finding: _Finding, node: ast.Clawback, others: tuple[ast.Line, ...]) -> tuple[ast.Clawback, ...]:
    """A clawback for each level of the line that it takes back."""
    line = next((line for line in others if line.name.text == node.line.text), None)
    made = _lines(_Finding(finding.schema, Findings()), line, others) if line is not None else ()
    if line is None or line.rows is None or len(made) < 2:
        return (node,)
    found = []
    for each in made:
        assert each.rows is not None, "the line has rows"
        level = each.rows.level
        label = node.label or ast.Text(node.name.text, node.name.span)
        rows = replace(node.rows, by=_longer(node.rows.by, line.rows.by, each.rows.by), level=level)
        found.append(
            replace(
                node,
                name=_named(node.name, level),
                label=replace(label, text=f"{label.text}, level {level}"),
                line=_named(node.line, level),
                rows=rows,
            )
        )
    return tuple(found)


def _longer(by: ast.Path | None, first: ast.Path | None, now: ast.Path | None) -> ast.Path | None:
    """The path to the line's subject, where a clawback's ends with it, as long as it is on this level."""
    if by is None or first is None or now is None:
        return by
    own = tuple(name.text for name in by.names[-len(first.names) :])
    return (
        replace(by, names=(*by.names, *now.names[len(first.names) :]))
        if own == tuple(name.text for name in first.names)
        else by
    )


def _named(name: ast.Name, level: int) -> ast.Name:
    return name if level == 1 else replace(name, text=f"{name.text}.{level}")


# --- one level -------------------------------------------------------------------------------------------------


def _levels(finding: _Finding, rows: ast.Rows | ast.ForEach, table: TableSpec | None) -> _Levels | None:
    """Which levels are meant; None with a problem, or where the link has one that is found when it is followed."""
    said = rows.levels
    if said is None or rows.by is None:
        return None
    if said.scale or not 2 <= said.digits <= MOST:
        finding.found.add(LevelsOutOfRange(said.span, _figure(said), MOST))
        return None
    links: list[ast.Name] = []
    before = table
    for name in rows.by.names:
        column = table.column(name.text) if table is not None else None
        if table is None or column is None:
            return None
        if column.kind is ColumnKind.LINK and column.target is not None:
            before, table = table, finding.schema.table(column.target)
            links.append(name)
        elif table.key != (name.text,):
            return None
    if before is None or table is None:
        return None
    if links and before.name == table.name:
        return _Levels(range(1, said.digits + 1), tuple(links))
    to_itself = (column for column in table.columns if column.kind is ColumnKind.LINK and column.target == table.name)
    last, ways = rows.by.names[-1], tuple(column.name for column in to_itself)
    finding.found.add(LevelsElsewhere(last.span, last.text, before.name, table.name, ways))
    return None


def _figure(said: ast.NumberLiteral) -> str:
    digits = str(said.digits).rjust(said.scale + 1, "0")
    return f"{digits[: -said.scale]}.{digits[-said.scale :]}" if said.scale else digits


def _ends(levels: _Levels, level: int, span: Span) -> tuple[ast.Path, ...]:
    """Who stands where the levels begin, on the first, and so on through `level`."""
    start, last = levels.links[:-1], levels.links[-1:]
    return tuple(ast.Path((*start, *(last * steps)), span) for steps in range(level + 1))


R = TypeVar("R", ast.Rows, ast.ForEach)


def _on_level(rows: R, level: int, levels: _Levels) -> R:
    """The rows of one level: whoever they belong to is nobody on a level before, nor the one where the levels begin."""
    span = rows.by.span if rows.by is not None else rows.span
    *before, end = _ends(levels, level, span)
    others: tuple[ast.Expression, ...] = tuple(ast.Compare("!=", end, other, span) for other in before)
    tests = others if rows.where is None else (rows.where, *others)
    where = tests[0] if len(tests) == 1 else ast.And(tests, span if rows.where is None else rows.where.span)
    return replace(rows, by=end, where=where, levels=None, level=level)
