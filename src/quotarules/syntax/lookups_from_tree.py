"""Tree of the grammar to the AST, for tables and tiers: rows, bands, the keys of a family, rows in a file."""

from quotarules.syntax import ast
from quotarules.syntax.driver import Part
from quotarules.syntax.expressions_from_tree import expression
from quotarules.syntax.literals_from_tree import Making, has, inner, leaves, names, only, text


def table_row(making: Making, part: Part) -> ast.TableRow:
    """A row of a table."""
    *keys, value = inner(part)
    return ast.TableRow(tuple(_table_key(making, key) for key in keys), expression(making, value), making.span(part))


def _table_key(making: Making, part: Part) -> ast.TableKey:
    match part.name:
        case "range_key":
            return _range_key(making, part)
        case "any_key":
            return ast.AnyKey(making.span(part))
        case _:
            return ast.ValueKey(expression(making, inner(part)[0]), making.span(part))


def _range_key(making: Making, part: Part) -> ast.RangeKey:
    edges = [expression(making, each) for each in inner(part)]
    over = has(part, "OVER")
    lower = edges.pop(0) if over or has(part, "FROM") else None
    return ast.RangeKey(lower, edges[0] if edges else None, has(part, "THROUGH"), making.span(part), over)


def band(making: Making, part: Part) -> ast.Band:
    """A band of tiers or a point of a curve, behind the keys of its family."""
    *keys, key, rate = inner(part)
    own = tuple(found for each in keys if not isinstance(found := _table_key(making, each), ast.RangeKey))
    span, value = making.span(part), expression(making, rate)
    if key.name == "point_key":
        return ast.Band(ast.PointKey(expression(making, inner(key)[0]), making.span(key)), value, span, own)
    return ast.Band(_range_key(making, key), value, span, own)


def family(making: Making, head: Part) -> tuple[ast.Name, ...]:
    """The keys by which tiers are a family, if the head names any."""
    part = only(head, "tiers_keys")
    return () if part is None else tuple(names(making, part))


def rows_file(making: Making, head: Part) -> ast.RowsFile | None:
    """The file in which rows stand, if the head names one."""
    part = only(head, "rows_file")
    if part is None:
        return None
    path, *more = (text(making, leaf) for leaf in leaves(part, "STRING"))
    delimiter = more.pop(0) if has(part, "DELIMITER") else None
    return ast.RowsFile(path, delimiter, more[0] if more else None, making.span(part))
