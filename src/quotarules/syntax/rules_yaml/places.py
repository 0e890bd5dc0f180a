"""Where each character of a YAML value stands in the file, however the value is quoted, folded or escaped."""

import re
from collections.abc import Callable, Sequence
from dataclasses import fields, replace

from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import SourceFile, Span
from quotarules.syntax.tokens import Token
from quotarules.syntax.tokens_from_text import scan
from quotarules.syntax.yaml_tree import Scalar

_COMMENT = re.compile(r"(?:^|(?<=\s))#[^\r\n]*", re.MULTILINE)
_LONG_ESCAPES = {"x": 4, "u": 6, "U": 10}


def offsets(source: SourceFile, scalar: Scalar) -> list[int]:
    """The offset in the file of each character of a value, and of what follows it."""
    text, at = source.text, scalar.span.start
    style = text[at : at + 1] if scalar.quoted else ""
    if style in {"|", ">"}:
        at = text.find("\n", at) + 1
    elif style:
        at += 1
    found: list[int] = []
    for char in scalar.text:
        if char.isspace():
            found.append(min(at, scalar.span.end))
            at += text[at : at + 1].isspace()
            continue
        while text[at : at + 1].isspace() or (style == '"' and text[at : at + 1] == "\\" and _folds(text, at)):
            at += 1
        found.append(at)
        at += _length(text, at, style)
    return [*found, found[-1] + 1 if found else scalar.span.start]


def _folds(text: str, at: int) -> bool:
    return text[at + 1 : at + 2] in {"\n", "\r"}


def _length(text: str, at: int, style: str) -> int:
    """How many characters of the file stand for the one at an offset."""
    if style == '"' and text[at] == "\\":
        return _LONG_ESCAPES.get(text[at + 1 : at + 2], 2)
    return 2 if style == "'" and text[at] == "'" else 1


def words_of(source: SourceFile, scalar: Scalar) -> tuple[tuple[Token, ...], tuple[Problem, ...], tuple[Span, ...]]:
    """The words of a value at their places in the file, what is wrong with them, and where comments stand in it."""
    scanned = scan(SourceFile(source.name, scalar.text))
    places = offsets(source, scalar)

    def moved(span: Span) -> Span:
        end = places[span.end - 1] + 1 if span.end > span.start else places[span.start]
        return Span(span.file, places[span.start], end)

    tokens = []
    for token in scanned.tokens:
        span = moved(token.span(source.name))
        tokens.append(replace(token, start=span.start, end=span.end))
    problems = tuple(_moved(problem, moved) for problem in scanned.problems)
    return tuple(tokens), problems, tuple(moved(span) for span in scanned.comments)


def _moved(problem: Problem, moved: Callable[[Span], Span]) -> Problem:
    spans = {field.name: getattr(problem, field.name) for field in fields(problem)}
    return replace(problem, **{name: moved(span) for name, span in spans.items() if isinstance(span, Span)})


def comments_of(source: SourceFile, scalars: Sequence[Scalar]) -> tuple[Span, ...]:
    """The comments of a YAML file: what begins with `#` outside all keys and values, which stand in order."""
    found: list[Span] = []
    at = 0
    for scalar in scalars:
        found.extend(_comments(source, at, scalar.span.start))
        if source.text[scalar.span.start : scalar.span.start + 1] in {"|", ">"} and scalar.quoted:
            end = source.text.find("\n", scalar.span.start)
            found.extend(_comments(source, scalar.span.start, end if end >= 0 else scalar.span.end))
        at = scalar.span.end
    found.extend(_comments(source, at, len(source.text)))
    return tuple(found)


def _comments(source: SourceFile, start: int, end: int) -> list[Span]:
    return [Span(source.name, each.start(), each.end()) for each in _COMMENT.finditer(source.text, start, end)]
