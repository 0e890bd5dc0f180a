"""Where the grammar is stuck: which mistake it most likely is, told in the words of the one who writes rules."""

from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import Span
from quotarules.syntax.driver import HEIGHT_LIMIT, Stuck, expected, states_before
from quotarules.syntax.layout import Piece
from quotarules.syntax.problems import Unfinished, UnexpectedWord, UnknownWord
from quotarules.syntax.tables import Tables
from quotarules.syntax.text_problems import NestedTooDeep
from quotarules.syntax.tokens import Token
from quotarules.syntax.words import DECLARATION_WORDS


def diagnose(
    file: str,
    tables: Tables,
    start: str,
    kind: str | None,
    tokens: tuple[Token, ...],
    candidates: tuple[tuple[str, ...], ...],
    stuck: Stuck,
) -> Problem:
    wanted = expected(tables, states_before(tables, start, candidates, stuck.index))
    if not tokens:
        return Unfinished(Span(file,0,0), "", wanted, line_follows=False)
    if stuck.index==len(tokens):
        t=tokens[-1]
        return Unfinished(t.span(file), t.text, wanted, line_follows=True)
    t=tokens[stuck.index]
    if stuck.too_deep: return NestedTooDeep(t.span(file), HEIGHT_LIMIT)
    return UnexpectedWord(t.span(file), t.text, wanted)

def unknown_declaration(file: str, piece: Piece) -> Problem:
    t=piece.head[0]
    return UnknownWord(t.span(file), t.text, "a declaration", piece.kind, DECLARATION_WORDS)
