"""Text to words: one pass over whole lumps, judged afterwards, so that no text takes more than linear time."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from quotarules.diagnostics.characters import FORBIDDEN_CLASS
from quotarules.diagnostics.file_problems import ForbiddenCharacter
from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import SourceFile, Span
from quotarules.records import dataclass
from quotarules.syntax import judge
from quotarules.syntax.lexical_problems import (
    CurrencySign,
    QuoteForm,
    SpaceInNumber,
    TabIndent,
    TextNeverCloses,
    UnknownSign,
)
from quotarules.syntax.tokens import TOLD_LIMIT, Token, TokenKind
from quotarules.values.retail import RETAIL_PATTERNS

# Signs that people write and the language does not have, with what is written instead.
_SIGN_HELP = {
    "==": "write `=`",
    "<>": "write `!=`",
    "≠": "write `!=`",
    "=>": "write `>=`",
    "≥": "write `>=`",
    "=<": "write `<=`",
    "≤": "write `<=`",
    "&&": "write `and`",
    "&": "write `and`",
    "||": "write `or`",
    "|": "write `or`",
    "!": "write `not`",
    ":=": "write `=`",
    "**": "multiply the value by itself: there is no power",
    "^": "multiply the value by itself: there is no power",
    "//": "begin a comment with `#`",
    "×": "write `*`",
    "·": "write `*`",
    "÷": "write `/`",
    "−": "write `-`",
    "–": "write `-`",
    "—": "write `-`",
    "%": "write the percentage without a space, as in `5%`",
    ";": "delete it: a line end separates clauses, on one line a comma",
    "[": "write `(`, and `)` where it ends",
    "]": "write `)`",
    "•": "delete it: a clause is a line of its own",
    "…": "write the rule out",
}
_QUOTES = "“”„‟«»‘’‚‹›'`´"
_COINS = "$€£₽₴₹¥₸₺₩₪฿"
_ODD = "≤≥≠×÷−–—•·…"
# A word is a run of anything but ASCII signs, spaces and the signs above; what is in it is judged afterwards.
_WORD = rf"[^\x00-\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f\s{_QUOTES}{_COINS}{_ODD}]"
_NUMBER = rf"\.?[0-9](?:{_WORD}|\.)*(?:,[0-9](?:{_WORD}|\.)*)*(?:-[0-9]{_WORD}*-[0-9]{_WORD}*)?%?"
_LUMP = re.compile(
    rf"""
    (?P<space>[^\S\n]+)
  | (?P<comment>\#[^\n]*)
  | (?P<text>"[^"\n]*"?)
  | (?P<quote>[{_QUOTES}][^{_QUOTES}"\n]*["{_QUOTES}]?)
  | (?P<coin>[{_COINS}](?:[ ]?{_NUMBER})?)
  | (?P<slash>(?:[0-9]{{1,2}}/[0-9]{{1,2}}/[0-9]{{4}}|[0-9]{{4}}/[0-9]{{1,2}}/[0-9]{{1,2}})(?!{_WORD}))
  | (?P<number>{_NUMBER})
  | (?P<word>{_WORD}+)
  | (?P<line>\n)
  | (?P<odd>==|<>|=>|=<|&&|\|\||:=|\*\*|//[^\n]*)
  | (?P<sign>!=|<=|>=|[{{}}(),:.+\-*/=<>])
  | (?P<other>.)
    """,
    re.VERBOSE,
)
_FORBIDDEN = re.compile(f"(?:[{FORBIDDEN_CLASS}]|\r(?!\n))+")
_THOUSANDS = re.compile(r"[0-9]{3}(?:\.[0-9]+)?%?")
_LEADING = re.compile(r"[0-9]{1,3}(?: [0-9]{3})*")


@dataclass(frozen=True, slots=True)
class Scan:
    """The words of a text without its comments, and what is wrong with them; `comments` are where those stand."""

    tokens: tuple[Token, ...]
    problems: tuple[Problem, ...]
    comments: tuple[Span, ...] = ()


def scan(source: SourceFile) -> Scan:
    """The words of a text. A wrong word has its problem and is still a word, so that reading goes on."""
    text, problems = _without_forbidden(source)
    tokens: list[Token] = []
    comments: list[Span] = []
    tabs = _Tabs()
    line, line_start, column, fresh = 1, 0, 0, True
    for lump in _LUMP.finditer(text):
        kind, start, end = lump.lastgroup, lump.start(), lump.end()
        if kind == "line":
            line, line_start, column, fresh = line + 1, end, 0, True
            continue
        if kind == "space":
            if fresh:
                column = tabs.width(lump.group(), start)
            continue
        if kind == "comment":
            comments.append(Span(source.name, start, end))
            continue
        if not fresh:
            column = start - line_start
        if fresh:
            tabs.settle()
        raw = Token("name" if kind == "word" else "sign", lump.group(), start, end, line, column, fresh)
        if kind == "sign" or (kind == "word" and raw.text.isascii()):
            tokens.append(raw)
        else:
            told = problems if len(problems) < TOLD_LIMIT else []
            for token in _tokens(source.name, kind, raw, told):
                _append(source.name, tokens, token, told)
        fresh = False
    problems.extend(tabs.problems(source.name))
    problems.sort(key=_start)
    return Scan(tuple(_joined(tokens)), tuple(problems), tuple(comments))


class _Tabs:
    """Counts lines that begin with a tab and hold a word; told once, at the first."""

    __slots__ = ("first", "lines", "seen")

    def __init__(self) -> None:
        self.first: int | None = None
        self.lines = 0
        self.seen: int | None = None

    def width(self, indent: str, start: int) -> int:
        """The depth of an indent, a tab counting as four columns."""
        at = indent.find("\t")
        self.seen = start + at if at >= 0 else None
        return len(indent.expandtabs(4))

    def settle(self) -> None:
        """A word stands behind the indent seen last."""
        if self.seen is not None:
            self.lines += 1
            self.first = self.seen if self.first is None else self.first
        self.seen = None

    def problems(self, file: str) -> tuple[Problem, ...]:
        """The one problem, if there was a tab."""
        return () if self.first is None else (TabIndent(Span(file, self.first, self.first + 1), self.lines),)


def _without_forbidden(source: SourceFile) -> tuple[str, list[Problem]]:
    """The text with spaces for the characters that it may not hold: offsets stay."""
    problems: list[Problem] = [
        ForbiddenCharacter(Span(source.name, found.start(), found.end()), found.group()[0])
        for found in islice(_FORBIDDEN.finditer(source.text), TOLD_LIMIT)
    ]
    if not problems:
        return source.text, problems
    return _FORBIDDEN.sub(lambda found: " " * len(found.group()), source.text), problems


def _tokens(file: str, kind: str | None, raw: Token, problems: list[Problem]) -> tuple[Token, ...]:
    """What a lump stands for; a problem is added where it is not written as it should be."""
    span = raw.span(file)
    match kind:
        case "text":
            if len(raw.text) < 2 or not raw.text.endswith('"'):
                problems.append(TextNeverCloses(span))
            return (replace(raw, kind="text"),)
        case "quote":
            problems.append(QuoteForm(span, raw.text.strip(_QUOTES + '"')))
            return (replace(raw, kind="text", text=f'"{raw.text.strip(_QUOTES + chr(34))}"'),)
        case "coin":
            number = raw.text[1:].strip()
            problems.append(CurrencySign(span, raw.text[0], f"{number or '100'} {judge.currency_of(raw.text[0])}"))
            return (_number_token(replace(raw, text=number)),) if number else ()
        case "slash" | "number":
            problem, mended = judge.number(span, raw.text)
            problems.extend(() if problem is None else (problem,))
            return (_number_token(replace(raw, text=mended)),)
        case "word":
            text = unicodedata.normalize("NFC", raw.text)
            problem = judge.word(span, text)
            problems.extend(() if problem is None else (problem,))
            return (replace(raw, kind="name", text=text),)
        case _:
            return _odd(span, raw, problems)


def _odd(span: Span, raw: Token, problems: list[Problem]) -> tuple[Token, ...]:
    """A sign without meaning; a run of them is one mistake."""
    sign = "//" if raw.text.startswith("//") else raw.text
    last = problems[-1] if problems else None
    line_start = raw.start - raw.column
    if isinstance(last, UnknownSign) and last.span.end == span.start:
        problems[-1] = UnknownSign(last.span.to(span), last.sign + sign, None)
    elif sign != "]" or not (isinstance(last, UnknownSign) and last.sign == "[" and last.span.start > line_start):
        problems.append(UnknownSign(span, sign, _SIGN_HELP.get(sign)))
    return ()


def _number_token(token: Token) -> Token:
    kind: TokenKind = "number"
    if token.text in RETAIL_PATTERNS:
        return token
    if token.text.endswith("%"):
        kind = "percent"
    elif token.text.count("-") == 2:
        kind = "date"
    return replace(token, kind=kind)


def _append(file: str, tokens: list[Token], token: Token, problems: list[Problem]) -> None:
    """Adds a token; digits after digits on one line are one number with spaces in it."""
    last = tokens[-1] if tokens else None
    if (
        last is None
        or last.line != token.line
        or last.kind != "number"
        or token.kind not in {"number", "percent"}
        or not _THOUSANDS.fullmatch(token.text)
        or not _LEADING.fullmatch(last.text)
    ):
        tokens.append(token)
        return
    told = bool(problems) and isinstance(problems[-1], SpaceInNumber) and problems[-1].span.start == last.start
    joined = f"{last.text} {token.text}" if len(last.text) <= 2 * judge.DIGITS_LIMIT else last.text
    problem = SpaceInNumber(Span(file, last.start, token.end), joined.replace(" ", "_"))
    problems[len(problems) - told :] = [problem]
    tokens[-1] = replace(last, kind=token.kind, text=joined, end=token.end)


def _joined(tokens: list[Token]) -> Iterator[Token]:
    """The same tokens with `at least` and `at most` as one each."""
    index = 0
    while index < len(tokens):
        token = tokens[index]
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.text == "at" and following is not None and following.text in {"least", "most"}:
            yield replace(token, text=f"at {following.text}", end=following.end)
            index += 2
        else:
            yield token
            index += 1


def _start(problem: Problem) -> int:
    return problem.report().primary.span.start
