"""Whether a lump that begins like a number, or a word, is one: the rules for digits, dates and scripts."""

import datetime as dt
import re
import unicodedata

from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import Span
from quotarules.syntax.lexical_problems import (
    CommaInNumber,
    DateForm,
    ForeignDigits,
    MixedScripts,
    NameCharacters,
    NoSuchDay,
    NumberForm,
    NumberTooLong,
)
from quotarules.values.retail import RETAIL_PATTERNS

DIGITS_LIMIT = 30
_PLAIN = re.compile(r"[0-9]+(?:_[0-9]+)*(?:\.[0-9]+)?%?")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DATE_LIKE = re.compile(r"([0-9]+)([-./])([0-9]+)\2([0-9]+)")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(\.[0-9]+)?%?")
_DECIMALS = re.compile(r"[0-9_]+,[0-9]+%?")
_GLUED = re.compile(r"([0-9][0-9_]*(?:\.[0-9]+)?)([^\W\d_]+)")
_ZEROS = {"k": 1_000, "m": 1_000_000, "mn": 1_000_000, "mln": 1_000_000, "bn": 1_000_000_000}
_CURRENCIES = {"$": "USD", "€": "EUR", "£": "GBP", "₽": "RUB", "₴": "UAH", "₹": "INR", "¥": "JPY", "₸": "KZT"}
# Letters of Cyrillic and Greek that look like Latin ones, to tell a word typed with the wrong keyboard.
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһкмтвнАВЕКМНОРСТУХІЈЅοανρτυιΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdhkmtbhABEKMHOPCTYXIJSoavptuiABEZHIKMNOPTYX",
)


def currency_of(sign: str) -> str:
    """The code that the sign most often stands for."""
    return _CURRENCIES.get(sign, "USD")


def as_latin(word: str) -> str:
    """The word with the letters that look like Latin ones replaced by these."""
    return word.translate(_LOOKALIKES)


def number(span: Span, text: str) -> tuple[Problem | None, str]:
    """What is wrong with a lump that begins like a number, and the number or date to go on with."""
    if _PLAIN.fullmatch(text):
        digits = sum(char.isdigit() for char in text)
        return (None, text) if digits <= DIGITS_LIMIT else (NumberTooLong(span, digits, DIGITS_LIMIT), "0")
    if _DATE.fullmatch(text):
        return (None, text) if _is_day(text) else (NoSuchDay(span, text), text)
    if text in RETAIL_PATTERNS:
        return None, text
    if _DATE_LIKE.fullmatch(text):
        return _date_like(span, text)
    percent = "%" if text.endswith("%") else ""
    if "," in text:
        return _comma(span, text, percent)
    if any(char.isdigit() and not char.isascii() for char in text):
        return ForeignDigits(span, _ascii_digits(text)), "0" + percent
    glued = _GLUED.fullmatch(text)
    mended = f"{glued[1]} {glued[2]}" if glued and glued[2] not in {"e", "E", "x"} else None
    if glued and glued[2].lower() in _ZEROS and glued[1].isdigit():
        mended = f"{int(glued[1]) * _ZEROS[glued[2].lower()]:_}" if len(glued[1]) <= DIGITS_LIMIT else None
    return NumberForm(span, text, mended), "0" + percent


def word(span: Span, text: str) -> Problem | None:
    """What is wrong with a name in NFC: its characters, its digits, or a part in two scripts."""
    if text.isascii():
        return None
    if any(unicodedata.category(char) == "Nd" and not char.isascii() for char in text):
        return ForeignDigits(span, _ascii_digits(text))
    if not text.isidentifier() or unicodedata.normalize("NFKC", text) != text:
        return NameCharacters(span, _wrong_character(text))
    for part in text.split("_"):
        scripts = _scripts(part)
        if len(set(scripts.values())) > 1:
            return _mixed(span, text, scripts)
    return None


def script_of(word: str) -> str | None:
    """The script of a word in one script, such as `Cyrillic`; None for a word without letters."""
    return next(iter(_scripts(word).values()), None)


def _date_like(span: Span, text: str) -> tuple[Problem | None, str]:
    first, middle, last = re.split(r"[-./]", text)
    mended = None
    if len(first) == 4:
        mended = f"{first}-{middle:0>2}-{last:0>2}"
    elif len(last) == 4 and "." in text:
        mended = f"{last}-{middle:0>2}-{first:0>2}"
    if mended is not None and not (_DATE.fullmatch(mended) and _is_day(mended)):
        mended = None
    return DateForm(span, mended), mended or "2000-01-01"


def _comma(span: Span, text: str, percent: str) -> tuple[Problem | None, str]:
    mended = text.replace(",", ", ")
    if _THOUSANDS.fullmatch(text):
        mended = text.replace(",", "_")
    elif _DECIMALS.fullmatch(text):
        mended = text.replace(",", ".")
    return CommaInNumber(span, mended), "0" + percent


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _ascii_digits(text: str) -> str:
    return "".join(str(unicodedata.digit(char)) if unicodedata.category(char) == "Nd" else char for char in text)


def _wrong_character(text: str) -> str:
    """The first character that keeps a word from being a name."""
    for index, char in enumerate(text):
        if not ("a" + char if index else char).isidentifier() or unicodedata.normalize("NFKC", char) != char:
            return char
    return text[0]


def _scripts(part: str) -> dict[str, str]:
    """Each letter of a name's part with its script; Chinese and Japanese signs count as one script."""
    found = {}
    for char in part:
        if char.isalpha():
            first = unicodedata.name(char, "UNKNOWN").split(" ")[0].split("-")[0]
            found[char] = "East Asian" if first in {"CJK", "HIRAGANA", "KATAKANA", "HANGUL"} else first.capitalize()
    return found


def _mixed(span: Span, text: str, scripts: dict[str, str]) -> MixedScripts:
    kinds = sorted(set(scripts.values()), key=lambda script: (list(scripts.values()).count(script), script))
    odd = next(char for char, script in scripts.items() if script == kinds[0])
    latin = as_latin(text)
    return MixedScripts(span, text, odd, tuple(sorted(kinds)), latin if latin.isascii() else None)
