"""Rule text to AST: every pass over a text, and what is given back where parts of it are wrong."""

from bisect import bisect_left
from collections.abc import Sequence

from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import SourceFile, Span
from quotarules.syntax import ast
from quotarules.syntax.declarations_from_tree import declaration, read_alone
from quotarules.syntax.diagnose import diagnose, unknown_declaration
from quotarules.syntax.driver import Part, Stuck, run
from quotarules.syntax.expressions_from_tree import expression
from quotarules.syntax.layout import Layout, Piece, cut
from quotarules.syntax.literals_from_tree import Making
from quotarules.syntax.problems import BraceMissing, TwoOnOneLine, Unfinished
from quotarules.syntax.tables import Tables, tables
from quotarules.syntax.text_problems import EditionMissing, EditionUnknown, TextTooLong, TooManyProblems
from quotarules.syntax.tokens import TOLD_LIMIT, Token
from quotarules.syntax.tokens_from_text import scan
from quotarules.syntax.words import DECLARATION_WORDS, roles

_BLOCK_PROBLEMS = (BraceMissing, TwoOnOneLine)
TEXT_LIMIT = 1_000_000
WORD_LIMIT = 60_000
PROBLEM_LIMIT = 200
MISTAKES_PER_LINE = 20


def parse(source: SourceFile) -> tuple[ast.Module | None, tuple[Problem, ...]]:
    """The declarations of a rule text without a mistake in them, and the mistakes of all others, in order of place.

    None only where the text is too long to be read. Names may be looked up across declarations only where there
    are no problems: a declaration with a mistake is left out.
    """
    everything = Span(source.name, 0, len(source.text))
    if len(source.text) > TEXT_LIMIT:
        return None, (TextTooLong(everything, TEXT_LIMIT),)
    scanned = scan(source)
    if len(scanned.tokens) > WORD_LIMIT:
        return None, (TextTooLong(everything, WORD_LIMIT, "words and signs"),)
    return parse_pieces(source, cut(source.name, scanned.tokens), scanned.problems)


def parse_pieces(
    source: SourceFile, layout: Layout, known: Sequence[Problem]
) -> tuple[ast.Module, tuple[Problem, ...]]:
    """The declarations of words that are already cut, as `parse` gives them; `known` is what is wrong with words."""
    everything = Span(source.name, 0, len(source.text))
    reader = _Reader(source.name, tables(), _sorted((*known, *layout.problems)))
    reader.edition(layout.first_line, layout.pieces)
    made = [reader.declaration(piece) for piece in layout.pieces if len(reader.found) < TOLD_LIMIT]
    declarations = tuple(each for each in made if each is not None)
    return ast.Module(1, declarations, everything), _limited(_sorted((*reader.known, *reader.found)))


def parse_expression(source: SourceFile) -> tuple[ast.Expression | None, tuple[Problem, ...]]:
    """One expression that stands alone, such as a formula in YAML; line ends in it have no meaning."""
    if len(source.text) > TEXT_LIMIT:
        return None, (TextTooLong(Span(source.name, 0, len(source.text)), TEXT_LIMIT),)
    scanned = scan(source)
    if len(scanned.tokens) > WORD_LIMIT:
        return None, (TextTooLong(Span(source.name, 0, len(source.text)), WORD_LIMIT, "words and signs"),)
    layout = cut(source.name, scanned.tokens)
    brackets = tuple(problem for problem in layout.problems if not isinstance(problem, _BLOCK_PROBLEMS))
    reader = _Reader(source.name, tables(), _sorted((*scanned.problems, *brackets)))
    if reader.known:
        return None, _limited(reader.known)
    tree = reader.tree("expression", scanned.tokens, None)
    if tree is None:
        return None, tuple(reader.found)
    making = Making(source.name)
    value = expression(making, tree)
    return (None, _limited(_sorted(making.problems))) if making.problems else (value, ())


class _Reader:
    """Reads the pieces of one text; `known` is what was wrong before the grammar, `found` what it finds."""

    __slots__ = ("adrift", "file", "found", "known", "starts", "tables")

    def __init__(self, file: str, compiled: Tables, known: tuple[Problem, ...]) -> None:
        self.file = file
        self.tables = compiled
        self.known = known
        self.starts = [_place(problem) for problem in known]
        self.found: list[Problem] = []
        self.adrift = False  # what comes next may belong to a mistake that is already told

    def broken(self, start: int, end: int) -> bool:
        """Whether something is already known to be wrong between two offsets."""
        at = bisect_left(self.starts, start)
        return at < len(self.starts) and self.starts[at] < end

    def edition(self, first_line: tuple[Token, ...], pieces: tuple[Piece, ...]) -> None:
        """Checks the line `quotarules 1`."""
        if not first_line:
            place = pieces[0].head[0].span(self.file) if pieces else Span(self.file, 0, 0)
            self.found.append(EditionMissing(place))
        elif not self.broken(first_line[0].start, first_line[-1].end):
            tree = self.tree("edition", first_line, None)
            if tree is not None and first_line[1].text != "1":
                self.found.append(EditionUnknown(first_line[1].span(self.file), first_line[1].text))

    def tree(self, start: str, tokens: Sequence[Token], kind: str | None) -> Part | None:
        """The tree of some words, or None after telling what is wrong with them."""
        words = tuple(tokens)
        candidates = roles(words, self.tables.keywords)
        result = run(self.tables, start, words, candidates)
        if isinstance(result, Stuck):
            self.found.append(diagnose(self.file, self.tables, start, kind, words, candidates, result))
            return None
        return result

    def declaration(self, piece: Piece) -> ast.Declaration | None:
        """The declaration of a piece, if nothing in it is wrong."""
        before = len(self.found)
        start, end = piece.head[0].start, piece.end
        head = self.head(piece)
        told = len(self.found)
        clauses: list[Part] = []
        if piece.kind is not None:
            clauses = self.block(piece.kind, piece.clauses)
            if len(self.found) - told >= len(piece.clauses) > 1 and told > before:
                del self.found[told:]  # the head says another kind of block than the clauses are
        self.adrift = self.ended_early(before) or (head is None and piece.kind is None)
        making = Making(self.file)
        if head is None or len(self.found) > before or self.broken(start, end):
            read_alone(making, head, clauses)
            self.found.extend(making.problems)
            return None
        made = declaration(making, head, clauses, Span(self.file, start, end))
        self.found.extend(making.problems)
        return None if making.problems else made

    def head(self, piece: Piece) -> Part | None:
        """The tree of a head; a word that opens no declaration is one mistake, whatever follows it."""
        word = piece.head[0]
        if self.broken(word.start, piece.head[-1].end):
            return None
        if word.text not in DECLARATION_WORDS:
            if piece.kind is not None or not self.adrift:
                self.found.append(unknown_declaration(self.file, piece))
            return None
        start = "measure" if word.text == "measure" else f"{word.text}_head"
        return self.tree(start, piece.head, None)

    def ended_early(self, before: int) -> bool:
        """Whether the last of the problems found since `before` is that something ends too early."""
        return len(self.found) > before and isinstance(self.found[-1], Unfinished)

    def block(self, kind: str, lines: Sequence[tuple[Token, ...]]) -> list[Part]:
        """The clauses of a block. A line behind one that ends too early most likely belongs to that one."""
        clauses: list[Part] = []
        adrift = False
        for line in lines:
            before = len(self.found)
            clauses.extend(self.clauses(kind, line))
            if adrift:
                del self.found[before:]
            adrift = self.ended_early(before)
        return clauses

    def clauses(self, kind: str, line: tuple[Token, ...]) -> tuple[Part, ...]:
        """The clauses of one line; a mistake in one is told, and reading goes on behind a comma, for mistakes only."""
        if kind == "measure" or self.broken(line[0].start, line[-1].end):
            return ()
        start, candidates, first = f"{kind}_clauses", roles(line, self.tables.keywords), 0
        result = run(self.tables, start, line, candidates)
        if isinstance(result, Part):
            return tuple(each for each in result.parts if isinstance(each, Part))
        for _ in range(MISTAKES_PER_LINE):
            own = Stuck(result.index - first, result.too_deep)
            self.found.append(diagnose(self.file, self.tables, start, kind, line[first:], candidates[first:], own))
            going_on = self.go_on(start, line, candidates, result.index)
            if going_on is None:
                break
            first, result = going_on
        return ()

    def go_on(
        self, start: str, line: tuple[Token, ...], candidates: tuple[tuple[str, ...], ...], index: int
    ) -> tuple[int, Stuck] | None:
        """The next mistake of a line: behind which comma a clause begins, and where reading that is stuck."""
        depth = 0
        for at in range(index, len(line) - 1):
            depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(line[at].text, 0)
            if line[at].text != "," or depth > 0:
                continue
            result = run(self.tables, start, line, candidates, at + 1)
            if isinstance(result, Part):
                return None
            if result.index > at + 2:
                return at + 1, result
        return None


def _place(problem: Problem) -> int:
    return problem.report().primary.span.start


def _sorted(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=_place))


def _limited(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    if len(problems) <= PROBLEM_LIMIT:
        return problems
    place = problems[PROBLEM_LIMIT].report().primary.span
    return (*problems[:PROBLEM_LIMIT], TooManyProblems(place))
