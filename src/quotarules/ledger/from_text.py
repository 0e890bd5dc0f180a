"""Values as people and programs write them, by our own ASCII grammar: nothing is guessed and nothing is repaired."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quotarules.diagnostics.characters import FORBIDDEN_CLASS
from quotarules.ledger.columns import (
    INT64,
    WIDE,
    Flags,
    Vector,
    apply,
    array_of,
    flags,
    is_wide,
    matches,
    missing,
    places_among,
    without,
)
from quotarules.ledger.findings import Rows
from quotarules.values.schema import ColumnKind, ColumnSpec

LONGEST_TEXT = 10_000
LONGEST_KEY = 200
DIGITS = 26  # before the decimal mark; with 12 places they fill 38 digits

_NOT_IN_CELLS = re.compile(f"[\t\r\n{FORBIDDEN_CLASS}]")
_ASCII_END = 128
_TWO_WORDS = 2


def _re2_class() -> str:
    """The same characters for the engine that looks through whole columns, which holds no halves of surrogates."""
    ranges = FORBIDDEN_CLASS.replace("\ud800-\udfff", "")
    return "[\t\r\n" + ranges.replace("\x00", r"\x00") + "]"


_CELL_CLASS = _re2_class()


def clean_texts(texts: Vector, longest: int) -> tuple[Vector, Flags]:
    """The texts NFC, and flags of those that are too long or hold what a text may not hold."""
    if len(texts) == 0 or texts.null_count == len(texts):
        return texts, np.zeros(len(texts), dtype=bool)
    wrong = np.zeros(len(texts), dtype=bool)
    if not _is_printable_ascii(texts):
        wrong |= matches(texts, _CELL_CLASS)
        texts = apply("utf8_normalize", texts, options=pc.Utf8NormalizeOptions("NFC"))
    if pc.max(apply("binary_length", texts)).as_py() > longest:
        wrong |= flags(apply("greater", apply("utf8_length", texts), longest).fill_null(False))
    return without(texts, wrong), wrong


def why_not_text(value: str, longest: int) -> str:
    """What a text that `clean_texts` flags is not."""
    if len(value) > longest:
        return f"a text of at most {longest:,} characters"
    return "a text without control or invisible characters" if _NOT_IN_CELLS.search(value) else "a text"


def _is_printable_ascii(texts: Vector) -> bool:
    """Whether all texts are plain: one look at the bytes, however many rows there are."""
    data = texts.buffers()[2]
    if data is None:
        return True
    offsets = np.frombuffer(texts.buffers()[1], dtype=np.int32, count=texts.offset + len(texts) + 1)[texts.offset :]
    found = np.frombuffer(data, dtype=np.uint8)[offsets[0] : offsets[-1]]
    return len(found) == 0 or bool(found.max() < _ASCII_END - 1 and found.min() >= ord(" "))


def choices(texts: Vector, allowed: tuple[str, ...]) -> tuple[Vector, Flags]:
    """The texts, and flags of those that are none of the allowed ones."""
    texts, wrong = clean_texts(texts, LONGEST_TEXT)
    known = pc.is_in(texts, value_set=pa.array(allowed, type=pa.string()))
    wrong |= ~flags(known) & ~missing(texts)
    return without(texts, wrong), wrong


def truth_values(texts: Vector, yes: tuple[str, ...], no: tuple[str, ...]) -> tuple[Vector, Flags]:
    """Truth values by their spellings."""
    texts, wrong = clean_texts(texts, LONGEST_TEXT)
    place = places_among(texts, pa.array([*yes, *no], type=pa.string()))
    wrong |= missing(place) & ~missing(texts)
    return apply("less", place, len(yes)), wrong


# --- numbers -----------------------------------------------------------------------------------


def number_pattern(places: int, decimal: str, *, percent: bool) -> str:
    """The grammar of a number with at most `places` decimals; ASCII digits only, no grouping, no exponent."""
    fraction = f"(?:{re.escape(decimal)}[0-9]{{1,{places}}})?" if places else ""
    return f"-?[0-9]{{1,{DIGITS}}}{fraction}{'%?' if percent else ''}"


def numbers(texts: Vector, spec: ColumnSpec, decimal: str) -> tuple[Vector, Flags]:
    """The column's integers as decimals of scale 0, and flags of the texts that are no such number."""
    percent = spec.kind is ColumnKind.PERCENT
    places = spec.scale - 2 if percent else spec.scale
    pattern = f"^{number_pattern(places, decimal, percent=percent)}$"
    wrong = ~matches(texts, pattern) & ~missing(texts)
    texts = without(texts, wrong)
    if percent:
        texts = pc.utf8_rtrim(texts, characters="%")
    if decimal != ".":
        texts = pc.replace_substring(texts, decimal, ".")
    scaled = pc.cast(texts, pa.decimal128(38, places))
    return unscaled(scaled), wrong


def unscaled(scaled: Vector) -> Vector:
    """The integers behind decimals of 128 bits: 12.34 is 1234."""
    return pa.Array.from_buffers(WIDE, len(scaled), scaled.buffers(), null_count=-1, offset=scaled.offset)


def why_not_number(value: str, spec: ColumnSpec, decimal: str) -> str:
    """What a text that `numbers` flags is not."""
    places = spec.scale - 2 if spec.kind is ColumnKind.PERCENT else spec.scale
    noun = {ColumnKind.COUNT: "a whole number", ColumnKind.PERCENT: "a percentage"}.get(spec.kind, "a number")
    if re.fullmatch(f"-?[0-9]+{re.escape(decimal)}[0-9]+%?", value, re.ASCII) and places:
        return f"{noun} of at most {places} decimal{'s' * (places != 1)}"
    if re.fullmatch("-?[0-9]+", value, re.ASCII):
        return f"{noun} of at most {DIGITS} digits"
    return f"{noun} such as {'1240' if places == 0 else f'1240{decimal}5'}"


def bounded(whole: Vector, spec: ColumnSpec) -> tuple[Vector, Flags]:
    """Integers held as decimals, in the column's physical type, and flags of those outside its bounds."""
    if is_wide(spec):
        return _bounded_wide(whole, spec)
    if len(whole) == 0:
        return pa.array([], type=pa.int64()), np.zeros(0, dtype=bool)
    words = np.frombuffer(whole.buffers()[1], dtype=np.int64).reshape(-1, _TWO_WORDS)
    words = words[whole.offset : whole.offset + len(whole)]
    low, high = words[:, 0], words[:, 1]
    fits = high == low >> 63
    return bounded_narrow(low, missing(whole), fits, spec)


def bounded_narrow(values: Rows, absent: Flags, fits: Flags, spec: ColumnSpec) -> tuple[Vector, Flags]:
    """Integers of 64 bits as a column; `fits` is false where a value did not fit in."""
    lowest = -INT64 if spec.lowest is None else spec.lowest
    highest = INT64 if spec.highest is None else spec.highest
    beyond = ~absent & (~fits | (values < lowest) | (values > highest))
    return array_of(values, absent | beyond), beyond


def _bounded_wide(whole: Vector, spec: ColumnSpec) -> tuple[Vector, Flags]:
    beyond = np.zeros(len(whole), dtype=bool)
    if spec.lowest is not None:
        beyond |= flags(apply("less", whole, _wide_scalar(spec.lowest)).fill_null(False))
    if spec.highest is not None:
        beyond |= flags(apply("greater", whole, _wide_scalar(spec.highest)).fill_null(False))
    return without(whole, beyond), beyond


def _wide_scalar(value: int) -> Vector:
    return pa.array([str(value)]).cast(WIDE)[0]
