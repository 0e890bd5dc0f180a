"""Tables and tiers whose rows stand in a file: each row of it becomes a row of the text, with its place in the file.

The block of such a table says once how a row is read, with the file's columns by name:
`title_id, over lorange - 1 through hirange: royalty * 1%`. From then on nothing knows that there was a file.
"""

from collections.abc import Mapping
from dataclasses import replace

from quotarules.diagnostics.files import Files, read_text
from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import SourceFile, Span
from quotarules.records import dataclass
from quotarules.semantics.file_amounts import FileRow, amount, cell_of, is_empty
from quotarules.semantics.problems.files import BadRowOfFile, FormatUnclear, OneRowForm
from quotarules.syntax import ast
from quotarules.syntax.csv_rows import Cell, CsvFault, read_rows


@dataclass(frozen=True, slots=True)
class Expanded:
    """Modules without rows in files, the files that were read, and what was wrong with them."""

    modules: tuple[ast.Module, ...]
    sources: tuple[SourceFile, ...]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Reading:
    """The files read so far."""

    files: Files
    sources: dict[str, SourceFile]
    problems: list[Problem]


def with_file_rows(modules: tuple[ast.Module, ...], files: Files) -> Expanded:
    """The modules with the rows of files in the places of what says how they are read."""
    reading = _Reading(files, {}, [])
    made = tuple(
        replace(module, declarations=tuple(_declaration(reading, each) for each in module.declarations))
        for module in modules
    )
    return Expanded(made, tuple(reading.sources.values()), tuple(reading.problems))


def _declaration(reading: _Reading, node: ast.Declaration) -> ast.Declaration:
    match node:
        case ast.TableDeclaration(file=ast.RowsFile() as file):
            rows = [_table_row(row, node.rows[0]) for row in _rows(reading, file, node.rows, node.name)]
            whole = tuple(row for row in rows if row is not None)
            return replace(node, rows=whole if len(whole) == len(rows) else (), file=None)
        case ast.TiersDeclaration(file=ast.RowsFile() as file):
            bands = [_band(row, node.bands[0]) for row in _rows(reading, file, node.bands, node.name)]
            found = tuple(band for band in bands if band is not None)
            return replace(node, bands=found if len(found) == len(bands) else (), file=None)
        case _:
            return node


def _rows(
    reading: _Reading, file: ast.RowsFile, form: tuple[ast.TableRow | ast.Band, ...], name: ast.Name
) -> list[FileRow]:
    """The rows of a file, whose block says in one form how they are read; none with a problem."""
    if len(form) != 1:
        reading.problems.append(OneRowForm(form[1].span if form else file.span, name.text, len(form)))
        return []
    delimiter = file.delimiter.text if file.delimiter is not None else ","
    decimal = file.decimal.text if file.decimal is not None else "."
    for said, mark, known in ((file.delimiter, delimiter, ",;|\t"), (file.decimal, decimal, ".,")):
        if said is not None and (len(mark) != 1 or mark not in known):
            reading.problems.append(FormatUnclear(said.span, mark, known))
            return []
    if delimiter == decimal:
        reading.problems.append(FormatUnclear((file.decimal or file.path).span, decimal, ".,"))
        return []
    source = _source(reading, file)
    rows = read_rows(source, delimiter) if source is not None else []
    if isinstance(rows, CsvFault):
        reading.problems.append(BadRowOfFile(rows.span, rows.why))
        return []
    titles = {cell.text: at for at, cell in enumerate(rows[0])} if rows else {}
    return [_file_row(reading, titles, cells, decimal) for cells in rows[1:]]


def _source(reading: _Reading, file: ast.RowsFile) -> SourceFile | None:
    path = file.path.text
    if path not in reading.sources:
        source, found = read_text(reading.files, path, file.path.span)
        reading.problems.extend(found)
        if source is None:
            return None
        reading.sources[path] = source
    return reading.sources[path]


def _file_row(reading: _Reading, titles: Mapping[str, int], cells: list[Cell], decimal: str) -> FileRow:
    span = Span(cells[0].span.file, cells[0].span.start, cells[-1].span.end)
    return FileRow(reading.problems, {title: cells[at] for title, at in titles.items()}, decimal, span)


# --- rows of the text --------------------------------------------------------------------------


def _table_row(row: FileRow, form: ast.TableRow) -> ast.TableRow | None:
    keys = [_key(row, key) for key in form.keys]
    value = amount(row, form.value)
    if value is None or any(key is None for key in keys):
        return None
    return ast.TableRow(tuple(key for key in keys if key is not None), value, row.span)


def _band(row: FileRow, form: ast.Band) -> ast.Band | None:
    keys = [_key(row, each) for each in form.family]
    edge = _point(row, form.key) if isinstance(form.key, ast.PointKey) else _range(row, form.key)
    rate = amount(row, form.rate)
    named = tuple(each for each in keys if isinstance(each, ast.ValueKey | ast.AnyKey))
    if rate is None or edge is None or len(named) < len(keys):
        return None
    return ast.Band(edge, rate, row.span, named)


def _key(row: FileRow, key: ast.TableKey) -> ast.TableKey | None:
    """A key: a bare column is a text (`any` in its cell is any), everything else is worked out."""
    match key:
        case ast.AnyKey():
            return ast.AnyKey(row.span)
        case ast.RangeKey():
            return _range(row, key)
        case ast.ValueKey(ast.Path((column,))):
            cell = cell_of(row, column)
            if cell is None:
                return None
            return (
                ast.AnyKey(cell.span)
                if cell.text == "any"
                else ast.ValueKey(ast.TextLiteral(cell.text, cell.span), cell.span)
            )
        case ast.ValueKey(value):
            found = amount(row, value)
            return ast.ValueKey(found, found.span) if found is not None else None


def _range(row: FileRow, key: ast.RangeKey) -> ast.RangeKey | None:
    """A range; an edge whose cell is empty is open."""
    edges: list[ast.Expression | None] = []
    for end in (key.lower, key.upper):
        if end is None or is_empty(row, end):
            edges.append(None)
            continue
        found = amount(row, end)
        if found is None:
            return None
        edges.append(found)
    spans = [edge.span for edge in edges if edge is not None] or [row.span]
    span = Span(spans[0].file, min(each.start for each in spans), max(each.end for each in spans))
    return ast.RangeKey(edges[0], edges[1], key.through and edges[1] is not None, span, key.over)


def _point(row: FileRow, key: ast.PointKey) -> ast.PointKey | None:
    found = amount(row, key.at)
    return ast.PointKey(found, found.span) if found is not None else None
