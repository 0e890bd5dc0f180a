"""Amounts that the block of a table makes of a file's columns: `royalty * 1%` is 12% where the cell says 12."""

import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass
from quotarules.semantics.problems.files import BadNumberInFile, FileColumnUnknown, NotWorkedOut
from quotarules.semantics.suggest import near
from quotarules.syntax import ast
from quotarules.syntax.csv_rows import Cell

_NUMBER = {
    mark: re.compile(rf"(-?)([0-9]{{1,30}})(?:{re.escape(mark)}([0-9]{{1,12}}))?(%?)", re.ASCII) for mark in ".,"
}


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row of a file: its cells by the titles of the header, and its place; `problems` takes what is wrong."""

    problems: list[Problem]
    cells: Mapping[str, Cell]
    decimal: str
    span: Span


@dataclass(frozen=True, slots=True)
class _Worth:
    """A number with its unit (`%`, a currency or nothing) and the cell that it comes from, if it comes from one."""

    value: Fraction
    unit: str
    span: Span | None
    currency: ast.Name | None = None


def cell_of(row: FileRow, column: ast.Name) -> Cell | None:
    """The cell under a title, or None with a problem."""
    cell = row.cells.get(column.text)
    if cell is None:
        known = tuple(row.cells)
        found = FileColumnUnknown(column.span, column.text, near(column.text, known), known)
        if found not in row.problems:
            row.problems.append(found)
    return cell


def is_empty(row: FileRow, node: ast.Expression) -> bool:
    """Whether an edge rests on a column that this row leaves empty."""
    match node:
        case ast.Sum(_, parts) | ast.Product(parts):
            return any(is_empty(row, part) for part in parts)
        case ast.Path((column,)):
            return column.text in row.cells and not row.cells[column.text].text
        case _:
            return False


def amount(row: FileRow, node: ast.Expression) -> ast.Expression | None:
    """The literal that a form of the block comes to on this row, at the place of its cell; None with a problem."""
    worth = _worth(row, node)
    if worth is None:
        return None
    span = worth.span or row.span
    scale = 0
    while (worth.value * 10**scale).denominator != 1:
        scale += 1
    digits = abs(int(worth.value * 10**scale))
    plain: ast.NumberLiteral | ast.PercentLiteral | ast.MoneyLiteral
    if worth.unit == "%":
        plain = ast.PercentLiteral(digits, scale, span)
    elif worth.currency is not None:
        plain = ast.MoneyLiteral(digits, scale, ast.Name(worth.currency.text, span), span)
    else:
        plain = ast.NumberLiteral(digits, scale, span)
    return ast.Signed(-1, plain, span) if worth.value < 0 else plain


def _worth(row: FileRow, node: ast.Expression) -> _Worth | None:
    match node:
        case ast.NumberLiteral(digits, scale):
            return _Worth(Fraction(digits, 10**scale), "", None)
        case ast.PercentLiteral(digits, scale):
            return _Worth(Fraction(digits, 10**scale), "%", None)
        case ast.MoneyLiteral(digits, scale, currency):
            return _Worth(Fraction(digits, 10**scale), currency.text, None, currency)
        case ast.Path((column,)):
            cell = cell_of(row, column)
            return _number(row, cell) if cell is not None else None
        case ast.Group(inner):
            return _worth(row, inner)
        case ast.Signed(sign, operand):
            worth = _worth(row, operand)
            return replace(worth, value=worth.value * sign) if worth is not None else None
        case ast.Sum(signs, terms):
            return _sum(row, node.span, [_worth(row, term) for term in terms], signs)
        case ast.Product(factors, operators) if all(operator == "*" for operator in operators):
            return _product(row, node.span, [_worth(row, factor) for factor in factors])
        case _:
            _refuse(row, node.span)
            return None


def _sum(row: FileRow, span: Span, found: list[_Worth | None], signs: tuple[int, ...]) -> _Worth | None:
    terms = [term for term in found if term is not None]
    if len(terms) < len(found):
        return None
    if any(term.unit != terms[0].unit for term in terms):
        _refuse(row, span)
        return None
    value = sum((sign * term.value for sign, term in zip(signs, terms, strict=True)), Fraction())
    return replace(terms[0], value=value, span=_place(terms))


def _product(row: FileRow, span: Span, found: list[_Worth | None]) -> _Worth | None:
    factors = [factor for factor in found if factor is not None]
    if len(factors) < len(found):
        return None
    united = [factor for factor in factors if factor.unit]
    if len(united) > 1:
        _refuse(row, span)
        return None
    value = Fraction(1)
    for factor in factors:
        value *= factor.value
    return replace(united[0] if united else factors[0], value=value, span=_place(factors))


def _refuse(row: FileRow, span: Span) -> None:
    """Notes once that a form is not worked out."""
    found = NotWorkedOut(span)
    if found not in row.problems:
        row.problems.append(found)


def _place(parts: list[_Worth]) -> Span | None:
    return next((part.span for part in parts if part.span is not None), None)


def _number(row: FileRow, cell: Cell) -> _Worth | None:
    match = _NUMBER[row.decimal].fullmatch(cell.text)
    if match is None:
        row.problems.append(BadNumberInFile(cell.span, cell.text, row.decimal))
        return None
    sign, whole, part, percent = match[1], match[2], match[3] or "", match[4]
    value = Fraction(int(whole + part), 10 ** len(part))
    return _Worth(-value if sign else value, percent, cell.span)
