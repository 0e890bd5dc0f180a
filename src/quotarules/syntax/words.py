"""Which words are never names, which are keywords only where they can stand, and what a word may be at its place."""

from quotarules.syntax.tokens import Token
from quotarules.values.retail import RETAIL_PATTERNS

# Connectives: they join parts of an expression or a clause, so a name like them could be read two ways.
HARD_WORDS: frozenset[str] = frozenset(
    {
        *("after", "and", "as_of", "at", "by", "during", "else", "for", "from", "in", "is", "no", "not", "of", "on"),
        *("or", "per", "through", "to", "under", "until", "when", "where", "within", "yes"),
    }
)

BLOCK_KINDS = ("plan", "table", "tiers", "karma", "sla", "team", "pay")
DECLARATION_WORDS = (*BLOCK_KINDS, "measure")

# The words that open a clause of a block; a line or a term opens with its own name instead.
CLAUSE_WORDS: dict[str, tuple[str, ...]] = {
    "plan": ("currency", "period", "timezone", "rounding", "effective", "calendar", "chosen", "rates"),
    "table": ("from", "under", "through", "over", "any"),
    "tiers": ("from", "under", "through", "over", "at", "any"),
    "karma": ("newcomer", "fades"),
    "sla": (),
    "team": ("pool", "gate", "among", "shares", "absent"),
    "pay": ("base", "kpi", "weights", "exchange", "gate", "clawback", "cap", "draw"),
}
LINE_KINDS = frozenset({"karma", "sla", "pay"})

TIME_UNITS: dict[str, str] = {
    form: unit for unit in ("minute", "hour", "day", "month", "year") for form in (unit, unit + "s")
}
_EDGE_UNITS = frozenset({"period", "day", "week", "half_month", "month", "quarter", "half_year", "year"})
_LINE_OPENERS = frozenset(
    {"base", "kpi", "weights", "exchange", "gate", "clawback", "newcomer", "fades", "cap", "draw"}
)
_KINDS = {"number": ("NUMBER",), "percent": ("PERCENT",), "date": ("ISO_DATE",), "text": ("STRING",)}


def roles(tokens: tuple[Token, ...], keywords: dict[str, str]) -> tuple[tuple[str, ...], ...]:
    """For each token what it may be in the grammar, best first; `keywords` gives the grammar's name of each keyword.

    The parser takes the first role that can stand at the token's place.
    """
    return tuple(_roles_at(tokens, index, keywords) for index in range(len(tokens)))


def _roles_at(tokens: tuple[Token, ...], index: int, keywords: dict[str, str]) -> tuple[str, ...]:
    token = tokens[index]
    match token.kind:
        case "name":
            return _word_roles(tokens, index, keywords)
        case "sign":
            following = _text(tokens, index + 1)
            if token.text == "," and following.startswith("at ") and following.endswith("most"):
                return ("LIMIT_COMMA", keywords[","])
            if token.text == "," and _option_follows(tokens, index):
                return ("OPTION_COMMA", keywords[","])
            if token.text == "," and _kind(tokens, index + 1) == "percent" and _text(tokens, index + 2) == "on":
                return ("PART_COMMA", keywords[","])
            if token.text in RETAIL_PATTERNS:
                return ("RETAIL",)
            return (keywords[token.text],) if token.text in keywords else ()
        case kind:
            return _KINDS[kind]


def _option_follows(tokens: tuple[Token, ...], index: int) -> bool:
    """Whether behind a comma a clause goes on with an option of its own, and no further clause begins."""
    match _text(tokens, index + 1):
        case "in" | "until":
            return True
        case "recover":
            return index + 2 < len(tokens) and tokens[index + 2].kind != "text"
        case _:
            return False


def _word_roles(tokens: tuple[Token, ...], index: int, keywords: dict[str, str]) -> tuple[str, ...]:
    text = tokens[index].text
    if text.startswith("at "):
        return ("AT_LEAST",) if text.endswith("least") else ("AT_MOST",)
    if text in HARD_WORDS:
        if text == "of" and index > 0 and tokens[index - 1].kind == "percent" and not _is_step(tokens, index - 1):
            return ("SHARE_OF",)
        return (keywords[text],) if text in keywords else ()
    found = []
    if text in keywords and _keyword_fits(tokens, index):
        found.append(keywords[text])
    if text in TIME_UNITS:
        found.append("TIME_UNIT")
    if len(text) == 3 and text.isascii() and text.isupper():
        found.append("CURRENCY_CODE")
    return (*found, "NAME")


def _is_step(tokens: tuple[Token, ...], index: int) -> bool:
    """Whether the value at `index` is the step of a `per`, as `1%` in `5% per full 1% of x`."""
    before = index - 2 if _text(tokens, index - 1) == "full" else index - 1
    return before >= 0 and _text(tokens, before) == "per"


def _keyword_fits(tokens: tuple[Token, ...], index: int) -> bool:
    """Whether a soft keyword is followed by what must follow it; where a name fits as well, this decides."""
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    word_follows = following is not None and following.kind == "name" and following.text not in HARD_WORDS
    match tokens[index].text:
        case "end" if index > 1 and _text(tokens, index - 2) == "as":
            return True
        case "start" | "end":
            return _text(tokens, index + 1) == "of" and _text(tokens, index + 2) in _EDGE_UNITS
        case "this":
            return word_follows and _text(tokens, index + 1) != "met"
        case "all" | "earlier":
            return word_follows
        case "working":
            return _text(tokens, index + 1) in {"hour", "hours", "day", "days"}
        case "waiting":
            return following is None or following.kind == "text" or following.text == "for" or word_follows
        case "full":
            return _text(tokens, index + 1) not in {"of", "."}
        case "point":
            return _text(tokens, index + 1) != "."
        case "once":
            return _text(tokens, index + 1) == "per"
        case "any":
            return _text(tokens, index + 1) in {"", ",", ":"}
        case "period":
            return _text(tokens, index + 1) not in {"to", "."}
        case word if word in _LINE_OPENERS:
            return following is None or following.kind != "text"
        case _:
            return True


def _text(tokens: tuple[Token, ...], index: int) -> str:
    return tokens[index].text if index < len(tokens) else ""


def _kind(tokens: tuple[Token, ...], index: int) -> str:
    return tokens[index].kind if index < len(tokens) else ""
