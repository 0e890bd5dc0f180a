"""Words to heads and clauses by line ends, depth and brackets alone, so that a mistake stays in its clause."""

from collections.abc import Sequence
from dataclasses import field
from difflib import get_close_matches

from quotarules.diagnostics.problem import Problem
from quotarules.records import dataclass
from quotarules.syntax.expectations import nearest
from quotarules.syntax.problems import BraceMissing, BracketClosesNothing, BracketNeverCloses, TwoOnOneLine
from quotarules.syntax.text_problems import NestedTooDeep
from quotarules.syntax.tokens import TOLD_LIMIT, Token
from quotarules.syntax.words import BLOCK_KINDS, CLAUSE_WORDS, DECLARATION_WORDS, HARD_WORDS, LINE_KINDS

BRACKET_LIMIT = 60


@dataclass(frozen=True, slots=True)
class Piece:
    """The words of one declaration: its head (all of a measure) and the lines of its block.

    `kind` is the declaration's word, or the one nearest to what was written, or None. `end` is the offset behind
    the last word that belongs to it.
    """

    kind: str | None
    head: tuple[Token, ...]
    clauses: tuple[tuple[Token, ...], ...]
    end: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The first line, the declarations, and what is wrong with brackets."""

    first_line: tuple[Token, ...]
    pieces: tuple[Piece, ...]
    problems: tuple[Problem, ...]


def cut(file: str, tokens: Sequence[Token]) -> Layout:
    """The words of a text, cut where lines and brackets say so."""
    cutter = _Cutter(file, tokens, tokens[0].column if tokens else 0)
    cutter.pair()
    length = _first_line(tokens)
    pieces = []
    at = length
    while at < len(tokens):
        if tokens[at].text == "}":
            cutter.tell(BracketClosesNothing(tokens[at].span(file), "}"))
            at += 1
            continue
        piece, at = cutter.piece(at)
        pieces.append(piece)
    return Layout(tuple(tokens[:length]), tuple(pieces), tuple(cutter.problems))


def _first_line(tokens: Sequence[Token]) -> int:
    """How many words stand in the line that says the edition, even with a slip in it; 0 if there is none."""
    if not tokens:
        return 0
    length = next((index for index, token in enumerate(tokens) if token.line != tokens[0].line), len(tokens))
    if tokens[0].text == "quotarules" or nearest(tokens[0].text, ("quotarules",)):
        return length
    return 2 if length == 2 and [token.kind for token in tokens[:2]] == ["name", "number"] else 0


def declaration_kind(word: str) -> str | None:
    """The declaration that a word opens, or the one that it nearly says."""
    if word in DECLARATION_WORDS:
        return word
    near = get_close_matches(word[:20].lower(), DECLARATION_WORDS, 1, 0.7)
    return near[0] if near else None


@dataclass(slots=True)
class _Cutter:
    file: str
    tokens: Sequence[Token]
    base: int
    problems: list[Problem] = field(default_factory=list)
    closes: dict[int, int] = field(default_factory=dict)

    def tell(self, problem: Problem) -> None:
        """Adds a problem, up to the number that is collected."""
        if len(self.problems) < TOLD_LIMIT:
            self.problems.append(problem)

    def pair(self) -> None:
        """Finds for each `(` its `)`; braces and declarations end the search."""
        open_at: list[int] = []
        deep = False
        for index, token in enumerate(self.tokens):
            if token.kind == "sign" and token.text in "(){}":
                match token.text:
                    case "(":
                        open_at.append(index)
                        if len(open_at) > BRACKET_LIMIT and not deep:
                            deep = True
                            self.tell(NestedTooDeep(token.span(self.file), BRACKET_LIMIT))
                    case ")" if open_at:
                        self.closes[open_at.pop()] = index
                    case ")":
                        self.tell(BracketClosesNothing(token.span(self.file), ")"))
                    case "}":
                        self.never_close(open_at)
                        deep = False
                    case _ if index + 1 < len(self.tokens) and not self.tokens[index + 1].first:
                        continue
                    case _:
                        self.never_close(open_at)
                        deep = False
            elif token.first and self.opens_declaration(index):
                self.never_close(open_at)
                deep = False
        self.never_close(open_at)

    def never_close(self, open_at: list[int]) -> None:
        """Tells of the first open bracket of each line, and forgets them all."""
        lines = set()
        for index in open_at:
            token = self.tokens[index]
            if token.line not in lines:
                self.tell(BracketNeverCloses(token.span(self.file)))
            lines.add(token.line)
        open_at.clear()

    def opens_declaration(self, index: int) -> bool:
        """Whether a line begins a declaration for certain: not deeper than the text, a declaration's word, a name."""
        token = self.tokens[index]
        if token.column > self.base or token.text not in DECLARATION_WORDS or index + 1 >= len(self.tokens):
            return False
        following = self.tokens[index + 1]
        return following.kind == "name" and following.text not in HARD_WORDS

    def opens_clause(self, index: int, kind: str) -> bool:
        """Whether a line looks like the beginning of a clause of that kind of block."""
        token = self.tokens[index]
        if token.text in CLAUSE_WORDS[kind]:
            return True
        following = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        if token.kind != "name" or token.text in HARD_WORDS or following is None:
            return False
        if kind in LINE_KINDS:
            return following.kind == "text"
        return kind == "table" and following.text in {":", ","}

    def piece(self, start: int) -> tuple[Piece, int]:
        """The declaration that begins at a word, and where the next one begins."""
        kind = declaration_kind(self.tokens[start].text)
        at = self.head_end(start, kind)
        head = tuple(self.tokens[start:at])
        braced = at < len(self.tokens) and self.tokens[at].text == "{"
        if not braced and (kind is None or kind not in BLOCK_KINDS or self.tokens[start].text != kind):
            return Piece(kind, head, (), head[-1].end), at
        if not braced and kind is not None:
            self.tell(BraceMissing(head[-1].span(self.file), "{"))
            if not self.goes_on(start, at, kind):
                return Piece(kind, head, (), head[-1].end), at
        opening = at if braced else None
        clauses, at = self.block(opening, at + 1 if braced else at, self.tokens[start].column, kind or "")
        if kind == "measure" and opening is not None:
            head = (*head, self.tokens[opening])
        if at < len(self.tokens) and not self.tokens[at].first and self.tokens[at].text != "}":
            token = self.tokens[at]
            declares = token.text in DECLARATION_WORDS
            self.tell(TwoOnOneLine(token.span(self.file), token.text, own_line=False, declaration=declares))
        return Piece(kind, head, clauses, self.tokens[at - 1].end), at

    def goes_on(self, start: int, at: int, kind: str) -> bool:
        """Whether clauses follow a head whose brace is missing."""
        return (
            at < len(self.tokens)
            and not self.opens_declaration(at)
            and (self.tokens[at].column > self.tokens[start].column or self.opens_clause(at, kind))
        )

    def head_end(self, start: int, kind: str | None) -> int:
        """The index behind the head that begins at `start`: a brace, or the line where something else begins."""
        column, closed_by, at = self.tokens[start].column, start, start
        while at < len(self.tokens):
            token = self.tokens[at]
            if token.first and at > max(start, closed_by) and self.ends_head(at, column, kind):
                return at
            if token.kind == "sign" and token.text in "{}" and at > start:
                return at
            closed_by = max(closed_by, self.closes.get(at, start))
            at += 1
        return at

    def ends_head(self, at: int, column: int, kind: str | None) -> bool:
        """Whether a line that is not inside brackets ends the head before it."""
        token = self.tokens[at]
        if self.opens_declaration(at):
            return True
        if kind in BLOCK_KINDS and self.opens_clause(at, kind):
            return True
        return token.column <= column and not (token.text == "{" and token.column == column)

    def block_goes_on(self, opening: int | None, closing: int, column: int, kind: str) -> bool:
        """Whether a `}` is one too many inside the block: words follow it on its line, or a clause of the block."""
        at = closing + 1
        if at >= len(self.tokens) or kind not in CLAUSE_WORDS or self.opens_declaration(at):
            return False
        token, before = self.tokens[at], self.tokens[opening if opening is not None else closing]
        if token.first:
            return token.column > column and self.opens_clause(at, kind)
        return before.line < token.line and token.text != "}" and token.text not in DECLARATION_WORDS

    def opens_shares(self, first: int | None, at: int, kind: str) -> bool:
        """Whether a `{` inside a block opens one of its own; only shares have one."""
        return not kind or any(token.text in {"exact", "overlay"} for token in self.tokens[first or at : at])

    def block(
        self, opening: int | None, start: int, column: int, kind: str
    ) -> tuple[tuple[tuple[Token, ...], ...], int]:
        """The lines of a block, each with all that goes on from it, and the index behind the block.

        `column` is the depth of the declaration.
        """
        clauses: list[tuple[Token, ...]] = []
        first: int | None = None
        inner: list[int] = []
        closed_by, at = start - 1, start
        while at < len(self.tokens):
            token = self.tokens[at]
            if token.first and at > closed_by and token.text != "}":
                if self.opens_declaration(at):
                    break
                if first is not None and token.column <= self.tokens[first].column:
                    if inner and kind in CLAUSE_WORDS and self.opens_clause(at, kind):
                        self.tell(BraceMissing(self.tokens[inner[0]].span(self.file), "}"))
                        inner.clear()
                    if not inner:
                        clauses.append(tuple(self.tokens[first:at]))
                        first = None
            if token.text == "}" and token.kind == "sign":
                if not inner and not self.block_goes_on(opening, at, column, kind):
                    return self.ended(clauses, first, at), at + 1
                if inner:
                    inner.pop()
            elif token.text == "{" and token.kind == "sign" and self.opens_shares(first, at, kind):
                inner.append(at)
            first = at if first is None else first
            closed_by = max(closed_by, self.closes.get(at, start - 1))
            at += 1
        if opening is not None or inner:
            still_open = opening if opening is not None else inner[0]
            self.tell(BraceMissing(self.tokens[still_open].span(self.file), "}"))
        return self.ended(clauses, first, at), at

    def ended(self, clauses: list[tuple[Token, ...]], first: int | None, at: int) -> tuple[tuple[Token, ...], ...]:
        """The lines with the last one, which goes up to `at`."""
        return tuple(clauses) if first is None else (*clauses, tuple(self.tokens[first:at]))
