"""Tree of the grammar to the AST, for single words: names, texts, numbers and dates with their places."""

import datetime as dt
from dataclasses import field

from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass
from quotarules.syntax import ast
from quotarules.syntax.driver import Leaf, Part
from quotarules.syntax.reading_problems import WholeNumberExpected
from quotarules.syntax.words import TIME_UNITS

EPOCH = dt.date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Making:
    """The source that a tree comes from, and the problems met while making it."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def span(self, part: Part | Leaf) -> Span:
        """The place of a part or a word."""
        if isinstance(part, Part):
            return Span(self.file, part.start, part.end)
        return part.token.span(self.file)


# --- parts of parts ------------------------------------------------------------------------------


def inner(part: Part) -> list[Part]:
    """The parts of a part that are no words."""
    return [child for child in part.parts if isinstance(child, Part)]


def leaves(part: Part, role: str) -> list[Leaf]:
    """The words of a part, itself only, in that role."""
    return [child for child in part.parts if isinstance(child, Leaf) and child.role == role]


def has(part: Part, role: str) -> bool:
    """Whether a word in that role stands in the part itself."""
    return bool(leaves(part, role))


def only(part: Part, name: str) -> Part | None:
    """The part of that name, if there is one."""
    return next((child for child in inner(part) if child.name == name), None)


# --- words -----------------------------------------------------------------------------------------


def name(making: Making, leaf: Leaf) -> ast.Name:
    """A name."""
    return ast.Name(leaf.token.text, making.span(leaf))


def names(making: Making, part: Part) -> tuple[ast.Name, ...]:
    """All names of a part, itself only."""
    return tuple(name(making, leaf) for leaf in leaves(part, "NAME"))


def text(making: Making, leaf: Leaf) -> ast.Text:
    """A quoted text."""
    return ast.Text(leaf.token.text[1:-1], making.span(leaf))


def digits(leaf: Leaf) -> tuple[int, int]:
    """The digits of a number as one integer, and how many of them are decimals."""
    plain = leaf.token.text.replace("_", "").removesuffix("%")
    whole, _, decimals = plain.partition(".")
    return int(whole + decimals), len(decimals)


def number(making: Making, leaf: Leaf) -> ast.NumberLiteral:
    """A number without a unit."""
    return ast.NumberLiteral(*digits(leaf), making.span(leaf))


def percent(making: Making, leaf: Leaf) -> ast.PercentLiteral:
    """A percentage."""
    return ast.PercentLiteral(*digits(leaf), making.span(leaf))


def date(making: Making, leaf: Leaf) -> ast.DateLiteral:
    """A day."""
    day = dt.date.fromisoformat(leaf.token.text).toordinal() - EPOCH
    return ast.DateLiteral(day, making.span(leaf))


def whole(making: Making, leaf: Leaf, what: str) -> int:
    """The value of a number that counts something; a problem if it has decimals."""
    value, scale = digits(leaf)
    if scale:
        making.problems.append(WholeNumberExpected(making.span(leaf), leaf.token.text, what))
    return value


def money(making: Making, part: Part) -> ast.MoneyLiteral:
    """An amount with its currency."""
    amount, currency = part.parts
    assert isinstance(amount, Leaf)
    assert isinstance(currency, Leaf)
    return ast.MoneyLiteral(*digits(amount), name(making, currency), making.span(part))


def duration(making: Making, part: Part) -> ast.DurationLiteral:
    """`4 working hours`, `6 months`."""
    (amount,) = leaves(part, "NUMBER")
    (unit,) = leaves(part, "TIME_UNIT")
    word = TIME_UNITS[unit.token.text]
    if has(part, "WORKING"):
        kind: ast.DurationUnit = "working day" if word == "day" else "working hour"
        return ast.DurationLiteral(*digits(amount), kind, making.span(part))
    match word:
        case "minute" | "hour" | "day" | "month" | "year":
            return ast.DurationLiteral(*digits(amount), word, making.span(part))
        case _:
            raise AssertionError(word)


def path(making: Making, part: Part) -> ast.Path:
    """Names joined by dots."""
    return ast.Path(names(making, part), making.span(part))
