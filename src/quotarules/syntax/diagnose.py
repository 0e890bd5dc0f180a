"""Where the grammar is stuck: which mistake it most likely is, told in the words of the one who writes rules."""

from collections.abc import Callable

from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass
from quotarules.syntax.driver import HEIGHT_LIMIT, Stuck, expected, states_before
from quotarules.syntax.expectations import described, keywords, nearest
from quotarules.syntax.judge import as_latin, script_of
from quotarules.syntax.layout import Piece
from quotarules.syntax.lexical_problems import Lookalike
from quotarules.syntax.problems import (
    AmountForm,
    ChainedComparison,
    ConditionOfRows,
    FunctionBrackets,
    HalfComparison,
    IfThen,
    IsForm,
    LabelMissing,
    RangeEnd,
    ReservedWord,
    SignOpensClause,
    TwoOnOneLine,
    UnexpectedWord,
    Unfinished,
    UnknownWord,
)
from quotarules.syntax.tables import END, Tables
from quotarules.syntax.text_problems import NestedTooDeep
from quotarules.syntax.tokens import Token
from quotarules.syntax.words import CLAUSE_WORDS, DECLARATION_WORDS, HARD_WORDS, LINE_KINDS

_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_SIGNS = frozenset({"+", "-", "*", "/"})
_EMPTY_WORDS = frozenset({"empty", "null", "none", "blank", "nothing", "unknown"})
# What people write for a word that the language has; each is proposed only where that word can stand.
_SAID_OTHERWISE = {
    "otherwise": ("else", "else"),
    "unless": ("when", "when not"),
    "till": ("through", "through"),
    "until": ("through", "through"),
    "to": ("through", "through"),
    "every": ("each", "each"),
    "in": ("is", "is one of"),
    "between": ("is", ">= LOW and VALUE <= HIGH"),
    "like": ("is", "="),
    "equals": ("is", "="),
}
_FUNCTIONS = frozenset(
    {"count", "sum", "min", "max", "mean", "median", "share", "distinct", "nps", "rank", "the", "round"}
)


@dataclass(frozen=True, slots=True)
class _Place:
    """The word at which reading is stuck (past the last one: at the end), and what could stand there.

    `kind` is the kind of block whose clauses are read, None for a head, a measure or an expression.
    """

    file: str
    kind: str | None
    tokens: tuple[Token, ...]
    index: int
    expected: tuple[str, ...]
    described: tuple[str, ...]
    keywords: tuple[str, ...]

    def text(self, offset: int = 0) -> str:
        """The word so many words away, or nothing."""
        at = self.index + offset
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def kind_of(self, offset: int = 0) -> str:
        """What sort of word stands so many words away."""
        at = self.index + offset
        return self.tokens[at].kind if 0 <= at < len(self.tokens) else ""

    def span(self, first: int = 0, last: int = 0) -> Span:
        """The place from one word to another, counted from the stuck one."""
        start = self.tokens[max(self.index + first, 0)]
        end = self.tokens[min(self.index + last, len(self.tokens) - 1)]
        return Span(self.file, start.start, max(start.end, end.end))


def diagnose(
    file: str,
    tables: Tables,
    start: str,
    kind: str | None,
    tokens: tuple[Token, ...],
    candidates: tuple[tuple[str, ...], ...],
    stuck: Stuck,
) -> Problem:
    """The one problem of some words that the rule `start` cannot read."""
    wanted = expected(tables, states_before(tables, start, candidates, stuck.index))
    place = _Place(file, kind, tokens, stuck.index, wanted, described(tables, wanted), keywords(tables, wanted))
    if stuck.too_deep:
        return NestedTooDeep(place.span(-1, -1), HEIGHT_LIMIT)
    if not tokens:
        return Unfinished(Span(file, 0, 0), "", place.described, line_follows=False)
    found = next((problem for recognise in _MISTAKES if (problem := recognise(place)) is not None), None)
    if found is not None:
        return found
    if stuck.index == len(tokens) or _ends_line_before(place):
        return Unfinished(place.span(-1, -1), place.text(-1), place.described, line_follows=start != "expression")
    return UnexpectedWord(place.span(), place.text(), place.described)


def unknown_declaration(file: str, piece: Piece) -> Problem:
    """The one problem of words that stand where a declaration begins, and are none."""
    word = piece.head[0]
    if word.text in _SIGNS:
        return SignOpensClause(word.span(file), word.text)
    latin = as_latin(word.text)
    if word.kind == "name" and latin != word.text and latin in DECLARATION_WORDS:
        return Lookalike(word.span(file), script_of(word.text) or "other", latin)
    if word.kind == "name":
        block = next((kind for kind, words in CLAUSE_WORDS.items() if word.text in words), None)
        what = (
            "a declaration" if block is None else f"a declaration, but opens a clause inside a block such as `{block}`"
        )
        return UnknownWord(word.span(file), word.text, what, piece.kind, DECLARATION_WORDS)
    return UnexpectedWord(word.span(file), word.text, ("a declaration",))


def _ends_line_before(place: _Place) -> bool:
    """Whether the line above the stuck word lacks its end: a bracket closes, or a connective has no second part."""
    if place.index == 0 or not place.tokens[place.index].first:
        return False
    before = place.tokens[place.index - 1]
    if place.text() in {")", "}"}:
        return True
    return before.text in HARD_WORDS or (before.kind == "sign" and before.text not in {")", "}"})


def _if_then(place: _Place) -> Problem | None:
    if not {place.text(), place.text(-1)} & {"if", "then", "If", "IF"}:
        return None
    first = next((at for at in range(place.index) if place.tokens[at].text.lower() == "if"), None)
    offset = first - place.index if first is not None else 0 if place.text() in {"if", "then"} else -1
    return IfThen(place.span(offset, offset), place.text(offset))


def _is_form(place: _Place) -> Problem | None:
    if place.text() == "not" and place.text(1) == "in" and "IS" in place.expected:
        return IsForm(place.span(0, 1), "not in", "not (… is one of (…))")
    if place.text(-1) != "is" or place.index >= len(place.tokens):
        return None
    if place.text() != "not":
        mended = "is missing" if place.text() in _EMPTY_WORDS else f"= {place.text()}"
        mended = "is one of (…)" if place.text() == "in" else mended
        return IsForm(place.span(-1), place.text(), mended)
    match place.text(1):
        case "missing":
            return IsForm(place.span(-1, 1), "not missing", "is present")
        case "present":
            return IsForm(place.span(-1, 1), "not present", "is missing")
        case "one" | "in":
            return IsForm(place.span(-1, 1), f"not {place.text(1)}", "not (… is one of (…))")
        case text if text in _EMPTY_WORDS:
            return IsForm(place.span(-1, 1), f"not {text}", "is present")
        case text:
            return IsForm(place.span(-1, 1), f"not {text}".strip(), f"!= {text}".strip())


def _range_end(place: _Place) -> Problem | None:
    if place.text(-1) == "to" and "UNDER" in place.expected:
        return RangeEnd(place.span(-1, -1))
    return None


def _sign_opens_clause(place: _Place) -> Problem | None:
    if place.index == 0 and place.kind is not None and place.text() in _SIGNS:
        return SignOpensClause(place.span(), place.text())
    return None


def _lookalike(place: _Place) -> Problem | None:
    for offset in (0, -1):
        text = place.text(offset)
        latin = as_latin(text)
        opens = place.index + offset == 0 and place.kind is not None and latin in CLAUSE_WORDS[place.kind]
        if place.kind_of(offset) == "name" and latin != text and (latin in {*place.keywords, *HARD_WORDS} or opens):
            return Lookalike(place.span(offset, offset), script_of(text) or "other", latin)
    return None


def _opens_clause(place: _Place) -> bool:
    """Whether the word looks like the beginning of a clause of the block that is read, or of a declaration."""
    if place.text() in DECLARATION_WORDS and place.kind_of(1) == "name" and place.text(1) not in HARD_WORDS:
        return True
    if place.kind is None:
        return False
    if place.text() in CLAUSE_WORDS[place.kind]:
        return True
    if place.kind_of() != "name" or place.text() in HARD_WORDS:
        return False
    if place.kind == "table":
        return place.text(1) in {":", ","}
    return place.kind in LINE_KINDS and place.kind_of(1) == "text"


def _two_on_one_line(place: _Place) -> Problem | None:
    if not 0 < place.index < len(place.tokens) or END not in place.expected or not _opens_clause(place):
        return None
    declares = place.text() in DECLARATION_WORDS and place.kind_of(1) == "name"
    first = place.tokens[place.index].first
    return TwoOnOneLine(place.span(), place.text(), own_line=first, declaration=declares)


def _misspelt_opener(place: _Place) -> Problem | None:
    """A clause whose first word was taken for the name of a line, or for nothing."""
    if place.kind is None or place.kind_of(-place.index) != "name" or not place.tokens:
        return None
    word = place.tokens[0]
    if place.index > 1 or (place.index == 1 and place.expected != ("STRING",) and place.kind != "table"):
        return None
    near = nearest(word.text, CLAUSE_WORDS[place.kind])
    if near is not None and near != word.text:
        return UnknownWord(word.span(place.file), word.text, "the beginning of a clause", near, ())
    elsewhere = any(word.text in words for words in CLAUSE_WORDS.values())
    if word.text not in HARD_WORDS and (elsewhere if place.index == 1 else place.kind in {"plan", "team"}):
        what = f"the beginning of a clause of a {place.kind}"
        return UnknownWord(word.span(place.file), word.text, what, None, CLAUSE_WORDS[place.kind])
    return None


def _in_list(place: _Place) -> Problem | None:
    """`kind in (tender, direct)` or `kind in tender`, where `in` would need a currency and a date."""
    offset = -1 if place.text(-1) == "in" and place.text() == "(" else -2
    if place.text(offset) != "in" or place.index + offset < 1 or place.text(-1).isupper():
        return None
    return UnknownWord(place.span(offset, offset), "in", "understood here", "is one of", ())


def _misspelt(place: _Place) -> Problem | None:
    if place.kind_of() != "name" or place.text() in place.keywords:
        return None
    needed, other = _SAID_OTHERWISE.get(place.text(), ("", ""))
    near = other if needed in place.keywords else nearest(place.text(), place.keywords)
    if near is None or (near != other and place.text() in HARD_WORDS):
        return None
    return UnknownWord(place.span(), place.text(), "understood here", near, ())


def _label_missing(place: _Place) -> Problem | None:
    if place.kind not in LINE_KINDS or place.expected != ("STRING",):
        return None
    if place.index == 1 or (place.index == 2 and place.text(-2) in {"kpi", "exchange"}):
        return LabelMissing(place.span(-1, -1), place.text(-1))
    return None


def _reserved(place: _Place) -> Problem | None:
    if place.text() not in HARD_WORDS or "NAME" not in place.expected or "LPAR" in place.expected:
        return None
    if place.index == 0 and place.kind_of(1) != "text":
        return None
    return ReservedWord(place.span(), place.text())


def _chained(place: _Place) -> Problem | None:
    if place.text() in _COMPARISONS and "AND" in place.expected and "EQUAL" not in place.expected:
        return ChainedComparison(place.span(), place.text())
    return None


def _half_comparison(place: _Place) -> Problem | None:
    if place.text() in _COMPARISONS and place.text(-1) in {"and", "or", "not", "when", "where"}:
        return HalfComparison(place.span(), place.text())
    return None


def _function_brackets(place: _Place) -> Problem | None:
    if (
        place.text(-1) in _FUNCTIONS
        and "LPAR" in place.expected
        and (place.kind_of() == "name" or place.text() == "of")
    ):
        return FunctionBrackets(place.span(-1, -1), place.text(-1))
    return None


def _amount_form(place: _Place) -> Problem | None:
    before, text = place.text(-1), place.text()
    mended = None
    if place.kind_of(-1) == "number" and "CURRENCY_CODE" in place.expected and place.kind_of() == "name":
        if text.lower() in {"percent", "pct"}:
            mended = f"{before}%"
        elif len(text) == 3 and text.isascii() and text.isalpha() and text not in HARD_WORDS:
            mended = f"{before} {text.upper()}"
    elif place.kind_of() == "number" and len(before) == 3 and before.isascii() and before.isupper():
        mended = f"{text} {before}"
    return None if mended is None else AmountForm(place.span(-1), f"{before} {text}", mended)


def _at_least(place: _Place) -> Problem | None:
    if "AT_LEAST" not in place.expected:
        return None
    words = {"at least": "at least", "atleast": "at least", "at most": "at most", "atmost": "at most"}
    one, two = place.text().lower(), f"{place.text()} {place.text(1)}".lower()
    for text, last in ((one, 0), (two, 1)):
        near = nearest(text, tuple(words))
        if near is not None and len(text) > 4:
            return UnknownWord(place.span(0, last), text, "understood here", words[near], ())
    return None


def _condition_of_rows(place: _Place) -> Problem | None:
    if place.text() == "of" and "AND" in place.expected and "EQUAL" not in place.expected:
        return ConditionOfRows(place.span())
    return None


_MISTAKES: tuple[Callable[[_Place], Problem | None], ...] = (
    _if_then,
    _is_form,
    _range_end,
    _sign_opens_clause,
    _lookalike,
    _two_on_one_line,
    _misspelt_opener,
    _label_missing,
    _amount_form,
    _function_brackets,
    _at_least,
    _in_list,
    _misspelt,
    _half_comparison,
    _chained,
    _condition_of_rows,
    _reserved,
)
